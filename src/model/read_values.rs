//! Reading labels, quantities, distributions and processes.

use indexmap::IndexMap;

use super::node::Tree;
use super::reader::{Fields, Item, Reader};
use super::{Distribution, Label, Process, Quantity, Term, Value};
use crate::period::{Frequency, Period};

/// The keys of distributions.
pub(super) const DISTRIBUTIONS: [&str; 12] = [
    "normal",
    "student_t",
    "two_piece_normal",
    "lognormal",
    "uniform",
    "triangular",
    "pert",
    "beta",
    "gamma",
    "poisson",
    "bernoulli",
    "empirical",
];

/// Reads the parts of a model whose periods all have one frequency.
#[derive(Debug)]
pub(super) struct Parts<'r> {
    pub(super) reader: &'r mut Reader,
    pub(super) frequency: Option<Frequency>,
}

impl Parts<'_> {
    pub(super) fn label(&mut self, fields: &mut Fields) -> Option<Label> {
        let item = fields.take(self.reader, "label")?;
        if matches!(item.node.value, Tree::Text(_)) {
            return self.reader.text(&item).map(Label::Plain);
        }
        let entries = self.reader.entries(item)?;
        let texts = entries
            .into_iter()
            .filter_map(|(language, item)| Some((language, self.reader.text(&item)?)));
        Some(Label::Languages(texts.collect()))
    }

    /// A period of the model's frequency.
    pub(super) fn period(&mut self, item: &Item) -> Option<Period> {
        let period: Period = self.reader.parsed(item, "a period")?;
        self.same_frequency(item, period).then_some(period)
    }

    pub(super) fn same_frequency(&mut self, item: &Item, period: Period) -> bool {
        let Some(frequency) = self.frequency else { return true };
        if period.frequency() == frequency {
            return true;
        }
        let message = format!(
            "{period} is {}, but the model is {frequency}; frequencies cannot be mixed",
            period.frequency()
        );
        self.reader.problem(item, message);
        false
    }

    /// Entries by period.
    pub(super) fn by_period<T>(
        &mut self,
        item: Item,
        mut read: impl FnMut(&mut Self, Item) -> Option<T>,
    ) -> Option<IndexMap<Period, T>> {
        let mut values = IndexMap::new();
        for (key, item) in self.reader.entries(item)? {
            let period = match key.parse::<Period>() {
                Ok(period) if self.same_frequency(&item, period) => period,
                Ok(_) => continue,
                Err(error) => {
                    self.reader.problem(&item, error.to_string());
                    continue;
                }
            };
            if values.contains_key(&period) {
                self.reader.problem(&item, format!("{period} is given twice"));
            } else if let Some(value) = read(self, item) {
                values.insert(period, value);
            }
        }
        Some(values)
    }

    pub(super) fn quantity(&mut self, item: Item) -> Option<Quantity> {
        if !matches!(item.node.value, Tree::Table(_)) {
            return self.reader.number(&item).map(Quantity::from);
        }
        let mut fields = self.reader.fields(item)?;
        let quantity = self.quantity_in(&mut fields);
        fields.finish(self.reader);
        quantity
    }

    /// A quantity whose keys stand in a table among others.
    pub(super) fn quantity_in(&mut self, fields: &mut Fields) -> Option<Quantity> {
        let mut keys = vec!["value"];
        keys.extend(DISTRIBUTIONS);
        let found = fields.one_of(self.reader, &keys, "value");
        let source = fields.text(self.reader, "source");
        let assumption = fields.text(self.reader, "assumption");
        let value = match found? {
            ("value", item) => Value::Number(self.reader.number(&item)?),
            (kind, item) => Value::Drawn(self.distribution(kind, item)?),
        };
        Some(Quantity { value, source, assumption })
    }

    pub(super) fn distribution(&mut self, kind: &str, item: Item) -> Option<Distribution> {
        let mut fields = self.reader.fields(item)?;
        let reader = &mut *self.reader;
        let mut need = |fields: &mut Fields, key| {
            let item = fields.need(reader, key)?;
            reader.number(&item)
        };
        let distribution = match kind {
            "normal" => {
                let sd = need(&mut fields, "sd");
                let mean = fields.number(reader, "mean");
                sd.map(|sd| Distribution::Normal { mean: mean.unwrap_or(0.0), sd })
            }
            "student_t" => {
                let (sd, df) = (need(&mut fields, "sd"), need(&mut fields, "df"));
                let mean = fields.number(reader, "mean").unwrap_or(0.0);
                sd.zip(df).map(|(sd, df)| Distribution::StudentT { mean, sd, df })
            }
            "two_piece_normal" => {
                let mode = need(&mut fields, "mode");
                let uncertainty = need(&mut fields, "uncertainty");
                let skew = fields.number(reader, "skew").unwrap_or(0.0);
                mode.zip(uncertainty).map(|(mode, uncertainty)| Distribution::TwoPieceNormal {
                    mode,
                    uncertainty,
                    skew,
                })
            }
            "lognormal" => {
                let (mean, sd) = (need(&mut fields, "mean"), need(&mut fields, "sd"));
                mean.zip(sd).map(|(mean, sd)| Distribution::Lognormal { mean, sd })
            }
            "uniform" => {
                let (min, max) = (need(&mut fields, "min"), need(&mut fields, "max"));
                min.zip(max).map(|(min, max)| Distribution::Uniform { min, max })
            }
            "triangular" | "pert" => {
                let min = need(&mut fields, "min");
                let mode = need(&mut fields, "mode");
                let max = need(&mut fields, "max");
                let triple = min.zip(mode).zip(max);
                if kind == "pert" {
                    let weight = fields.number(reader, "weight").unwrap_or(4.0);
                    triple.map(|((min, mode), max)| Distribution::Pert { min, mode, max, weight })
                } else {
                    triple.map(|((min, mode), max)| Distribution::Triangular { min, mode, max })
                }
            }
            "beta" => {
                let (alpha, beta) = (need(&mut fields, "alpha"), need(&mut fields, "beta"));
                let min = fields.number(reader, "min").unwrap_or(0.0);
                let max = fields.number(reader, "max").unwrap_or(1.0);
                alpha.zip(beta).map(|(alpha, beta)| Distribution::Beta { alpha, beta, min, max })
            }
            "gamma" => {
                let (shape, scale) = (need(&mut fields, "shape"), need(&mut fields, "scale"));
                shape.zip(scale).map(|(shape, scale)| Distribution::Gamma { shape, scale })
            }
            "poisson" => need(&mut fields, "mean").map(|mean| Distribution::Poisson { mean }),
            "bernoulli" => need(&mut fields, "probability")
                .map(|probability| Distribution::Bernoulli { probability }),
            _ => self.empirical(&mut fields),
        };
        if let Some(distribution) = &distribution {
            for (field, message) in distribution.check() {
                let place = if field.is_empty() { message } else { format!("{field}: {message}") };
                self.reader.problem(&fields.item, place);
            }
        }
        fields.finish(self.reader);
        distribution
    }

    fn empirical(&mut self, fields: &mut Fields) -> Option<Distribution> {
        let smooth = fields.take(self.reader, "smooth");
        let smooth = smooth.and_then(|item| self.reader.boolean(&item)).unwrap_or(false);
        let item = fields.need(self.reader, "values")?;
        let items = self.reader.array(item)?;
        let values = items.iter().filter_map(|item| self.reader.number(item)).collect();
        Some(Distribution::Empirical { values, smooth })
    }

    /// A number or an expression.
    pub(super) fn term(&mut self, item: &Item) -> Option<Term> {
        match &item.node.value {
            Tree::Text(text) => Some(Term::Expression(text.as_str().into())),
            Tree::Integer(_) | Tree::Float(_) => self.reader.number(item).map(Term::Number),
            _ => {
                let found = item.node.value.describe();
                let message = format!("expected a number or an expression, found {found}");
                self.reader.problem(item, message);
                None
            }
        }
    }

    pub(super) fn term_or_zero(&mut self, fields: &mut Fields, key: &'static str) -> Term {
        let item = fields.take(self.reader, key);
        item.and_then(|item| self.term(&item)).unwrap_or(Term::Number(0.0))
    }

    pub(super) fn term_needed(&mut self, fields: &mut Fields, key: &'static str) -> Option<Term> {
        let item = fields.need(self.reader, key)?;
        self.term(&item)
    }

    pub(super) fn start(&mut self, fields: &mut Fields) -> Option<Quantity> {
        let item = fields.take(self.reader, "start")?;
        self.quantity(item)
    }

    pub(super) fn process(&mut self, item: Item) -> Option<Process> {
        let mut fields = self.reader.fields(item)?;
        let kind = fields.need(self.reader, "kind")?;
        let read = self.reader.word(&kind, Process::KINDS)?;
        let process = read(self, &mut fields);
        fields.finish(self.reader);
        process
    }
}
