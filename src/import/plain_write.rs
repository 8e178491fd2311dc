//! Models written as plain text (docs/text-format.md).

use std::fmt::Write;

use super::assemble::determined;
use super::plain_words::{in_marks, write_about};
use crate::error::{Error, Problem};
use crate::expr::{Equation, Text};
use crate::model::{Model, Quantity, Value};

/// Widest line of values.
const WIDE: usize = 100;

impl Model {
    /// The model as plain text, one equation a line (docs/text-format.md), that
    /// [`read_text`](crate::import::read_text) reads as an equal model but for notes. What is only
    /// for readers and has no words in plain text, such as the description of the model, is told in
    /// a comment at the top.
    ///
    /// # Errors
    /// Parts that plain text cannot say: processes, distributions, shocks, events, levers, targets,
    /// warnings, links, scenarios. [`Model::to_toml`] can.
    ///
    /// ```
    /// use tinbergen::import::{Data, read_text};
    /// let text = "model \"m\"\nperiods 2021..2022\n\nparameter a = 0.5\n\ny = a * x\n\nexogenous x\n\
    ///             data x 2021 = 1.0, 2022 = 2.0\n";
    /// let model = read_text(text.as_bytes(), &Data::default(), None, "m.txt")?;
    /// assert_eq!(model.to_text()?, text);
    /// # Ok::<(), tinbergen::Error>(())
    /// ```
    pub fn to_text(&self) -> Result<String, Error> {
        let problems = self.beyond_text();
        if !problems.is_empty() {
            return Err(Error::model(problems));
        }
        let mut text = String::new();
        let unsaid = self.unsaid_in_text();
        if !unsaid.is_empty() {
            let _ = writeln!(text, "# not said here: {}", unsaid.join(", "));
        }
        let _ = writeln!(text, "model {}\nperiods {}", in_marks(&self.name), self.periods);
        if !self.stochastic.is_empty() {
            let _ = writeln!(text, "\nstochastic {}", self.stochastic.join(", "));
        }
        if !self.parameters.is_empty() {
            text.push('\n');
        }
        for (name, parameter) in &self.parameters {
            if let Value::Number(value) = parameter.quantity.value {
                let _ = writeln!(text, "parameter {name} = {value:?}");
            }
            let Quantity { source, assumption, .. } = &parameter.quantity;
            let others =
                [("unit", &parameter.unit), ("source", source), ("assumption", assumption)];
            write_about(&mut text, name, parameter.label.as_ref(), others);
        }
        text.push('\n');
        let mut problems = Vec::new();
        for (name, indicator) in &self.indicators {
            if let Some(equation) = &indicator.equation {
                match self.line(name, equation) {
                    Ok(line) => text.push_str(&line),
                    Err(message) => {
                        let address = format!("indicators.{name}.equation");
                        problems.push(Problem::new(address, message));
                    }
                }
            }
        }
        if !problems.is_empty() {
            return Err(Error::model(problems));
        }
        self.write_series(&mut text);
        Ok(text)
    }

    /// An equation, named for its indicator where that is not plain.
    fn line(&self, name: &str, text: &Text<Equation>) -> Result<String, String> {
        let equation = text.tree_or_messages().map_err(|messages| messages.join("; "))?;
        let is_parameter = |name: &str| self.parameters.contains_key(name);
        let plain = determined(&equation.lhs, is_parameter).as_deref() == Some(name);
        let before = if plain { String::new() } else { format!("{name}: ") };
        Ok(format!("{before}{equation}\n"))
    }

    fn write_series(&self, text: &mut String) {
        text.push('\n');
        let exogenous = self.indicators.iter().filter(|(_, i)| i.equation.is_none());
        for (name, _) in exogenous {
            let _ = writeln!(text, "exogenous {name}");
        }
        for (name, indicator) in &self.indicators {
            let others = [
                ("unit", &indicator.unit),
                ("prices", &indicator.prices),
                ("source", &indicator.source),
                ("assumption", &indicator.assumption),
            ];
            write_about(text, name, indicator.label.as_ref(), others);
            let known =
                indicator.history.iter().filter_map(|(period, quantity)| match quantity.value {
                    Value::Number(number) => Some((period.to_string(), number)),
                    Value::Drawn(_) => None,
                });
            write_values(text, "data", name, known);
            let factors = indicator.add_factors.iter().map(|(p, value)| (p.to_string(), *value));
            write_values(text, "add_factor", name, factors);
        }
    }

    /// What plain text cannot say.
    fn beyond_text(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut beyond = |address: String, what: &str| {
            let message = format!("plain text has no {what}; write the model to TOML");
            problems.push(Problem::new(address, message));
        };
        for (section, empty) in [
            ("draws", self.draws.is_empty()),
            ("shocks", self.shocks.is_empty()),
            ("streams", self.streams.is_empty()),
            ("correlations", self.correlations.is_empty()),
            ("copulas", self.copulas.is_empty()),
            ("events", self.events.is_empty()),
            ("levers", self.levers.is_empty()),
            ("links", self.links.is_empty()),
            ("warnings", self.warnings.is_empty()),
            ("targets", self.targets.is_empty()),
            ("target_sets", self.target_sets.is_empty()),
            ("scenarios", self.scenarios.is_empty()),
        ] {
            if !empty {
                beyond(section.to_owned(), section);
            }
        }
        for (name, parameter) in &self.parameters {
            if matches!(parameter.quantity.value, Value::Drawn(_)) && parameter.draws.is_none() {
                beyond(format!("parameters.{name}"), "distributions");
            }
        }
        for (name, indicator) in &self.indicators {
            if indicator.process.is_some() {
                beyond(format!("indicators.{name}.process"), "processes");
            }
            if indicator.history.values().any(|q| matches!(q.value, Value::Drawn(_))) {
                beyond(format!("indicators.{name}.history"), "distributions");
            }
        }
        problems
    }
}

/// `data name 2020 = 1.0, ...`, in lines that are not too wide.
fn write_values(
    text: &mut String,
    word: &str,
    name: &str,
    values: impl Iterator<Item = (String, f64)>,
) {
    let mut line = String::new();
    for (period, value) in values {
        let entry = format!("{period} = {value:?}");
        if !line.is_empty() && line.len() + entry.len() > WIDE {
            let _ = writeln!(text, "{line}");
            line.clear();
        }
        if line.is_empty() {
            let _ = write!(line, "{word} {name} {entry}");
        } else {
            let _ = write!(line, ", {entry}");
        }
    }
    if !line.is_empty() {
        let _ = writeln!(text, "{line}");
    }
}
