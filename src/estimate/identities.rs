//! Every equation checked against every path of a run.

use std::collections::HashSet;

use super::changed::{Changed, changed};
use super::checked::CheckedEquation;
use super::paths::{Draws, Paths};
use super::residuals::{sides, sides_of};
use crate::compile::Program;
use crate::ensemble::Ensemble;
use crate::error::{Error, Problem};
use crate::expr::{Equation, Expr};
use crate::interrupt::look;
use crate::model::Model;
use crate::period::Period;
use crate::simulate::Ensembles;
use crate::simulate::{Lanes, terms, value};

/// How an equation stands in the paths of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct IdentityCheck {
    /// The indicator whose equation it is, or the text of a further one.
    pub equation: String,
    /// `"identity"`, `"behavioural"` or `"further"`.
    pub kind: &'static str,
    /// The largest difference of its sides in any path and period, in the space of its left side.
    pub largest: f64,
    /// The largest difference relative to the largest term of the sum it is in the same path.
    pub relative: f64,
    /// Where that is: the period and the path.
    pub at: Option<(Period, u64)>,
    /// In how many periods it was held against the paths: not where its indicator is known, set or
    /// solved for, nor where the run does not have all its values.
    pub periods: usize,
}

/// Which equations are looked at.
#[derive(Debug, Clone, Default)]
pub struct Identities {
    further: Vec<String>,
    behavioural: bool,
}

impl Identities {
    /// The identities of a model.
    pub fn new() -> Self {
        Self::default()
    }

    /// Further equations that ought to follow from them, such as the one that a stock-flow model
    /// leaves out.
    #[must_use]
    pub fn further<T: Into<String>>(mut self, texts: impl IntoIterator<Item = T>) -> Self {
        self.further = texts.into_iter().map(Into::into).collect();
        self
    }

    /// Behavioural equations too, with their shocks and add factors.
    #[must_use]
    pub fn behavioural(mut self) -> Self {
        self.behavioural = true;
        self
    }
}

/// Holds identities against every path and period of a scenario: their sides are worked out again
/// from the text, on the paths, with the parameters and shocks of each. What is left is the rounding
/// of the simulation and what its iterations leave open. The worst first.
///
/// # Errors
/// An unknown scenario, or the mixture; a further equation that cannot be read, names what the model
/// does not have, or has a random term; a run stopped by `watch`.
///
/// ```
/// use tinbergen::estimate::{Identities, identity_check};
/// use tinbergen::model::{Distribution, Indicator};
/// use tinbergen::{Model, Sampling};
/// let model = Model::new("m", "2021..2025".parse()?)
///     .with_indicator("a", Indicator::from_equation("a ~ 1"))
///     .with_indicator("b", Indicator::from_equation("b = 2 * a"))
///     .with_shock("a", Distribution::normal(0.0, 1.0));
/// let program = model.compile()?;
/// let runs = program.simulate(&Sampling::new(100, 1))?;
/// let which = Identities::new().further(["b - a = a"]);
/// let found = identity_check(&program, &runs, "baseline", &which, &mut |_, _| true)?;
/// assert!(found.len() == 2 && found.iter().all(|row| row.largest < 1e-14 && row.periods == 5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn identity_check(
    program: &Program,
    runs: &Ensembles,
    scenario: &str,
    which: &Identities,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Vec<IdentityCheck>, Error> {
    let (model, ensemble) = (program.model(), runs.get(scenario)?);
    if ensemble.strata().len() > 1 || ensemble.len() != runs.info().paths {
        let message = format!("\"{scenario}\" is no single scenario; ask for one of its parts");
        return Err(Error::at("scenario", message));
    }
    let mut held = own(model, which.behavioural);
    held.extend(further(model, &which.further)?);
    let changes = changed(model, scenario);
    let mut rows = Vec::new();
    let mut rest = held.as_slice();
    while !rest.is_empty() {
        let (draws, count) = Draws::of(program, runs, scenario, rest, watch)?;
        let paths = Paths::new(program, ensemble, &draws);
        for (k, equation) in rest[..count].iter().enumerate() {
            if !watch(held.len() - rest.len() + k, held.len()) {
                return Err(Error::interrupted());
            }
            rows.push(equation.check(&paths, ensemble, &changes));
        }
        rest = &rest[count..];
    }
    rows.sort_by(|a, b| b.relative.total_cmp(&a.relative));
    Ok(rows)
}

/// The equations of a model that can be checked against paths: not those with random counts.
fn own(model: &Model, behavioural: bool) -> Vec<CheckedEquation> {
    let one = |name: &String| {
        let formula = model.formula(name).ok()?;
        let equation = sides(name, formula.equation.as_deref()?, model.periods.frequency()).ok()?;
        let random = equation.behavioural || has_shock(&equation);
        if equation.rhs.has_count() || random && !behavioural {
            return None;
        }
        let shock = formula.class.shock().map(str::to_owned);
        let kind = if random { "behavioural" } else { "identity" };
        Some(CheckedEquation { name: name.clone(), kind, equation, shock })
    };
    model.indicators.keys().filter_map(one).collect()
}

fn has_shock(equation: &Equation) -> bool {
    equation.sides().into_iter().any(Expr::has_shock)
}

/// Further equations, read.
fn further(model: &Model, texts: &[String]) -> Result<Vec<CheckedEquation>, Error> {
    let (mut held, mut problems) = (Vec::new(), Vec::new());
    for (k, text) in texts.iter().enumerate() {
        let mut wrong =
            |message: String| problems.push(Problem::new(format!("further[{k}]"), message));
        match sides_of("", &text.as_str().into(), model.periods.frequency()) {
            Err(messages) => messages.into_iter().for_each(wrong),
            Ok(equation) => {
                let mut unknown = HashSet::new();
                let mut look = |name: &str, _: u32| {
                    let known =
                        model.indicators.contains_key(name) || model.parameters.contains_key(name);
                    if !known && unknown.insert(name.to_owned()) {
                        let names = model.indicators.keys().chain(model.parameters.keys());
                        let hint = crate::error::near(name, names.map(String::as_str));
                        wrong(format!("unknown name \"{name}\"{hint}"));
                    }
                };
                equation.lhs.visit_names(&mut look);
                equation.rhs.visit_names(&mut look);
                if equation.behavioural || has_shock(&equation) || equation.rhs.has_count() {
                    wrong(format!("\"{text}\" has a random term, so it cannot hold in every path"));
                }
                held.push(CheckedEquation {
                    name: text.clone(),
                    kind: "further",
                    equation,
                    shock: None,
                });
            }
        }
    }
    if problems.is_empty() { Ok(held) } else { Err(Error::model(problems)) }
}

impl CheckedEquation {
    fn check(&self, paths: &Paths<'_>, ensemble: &Ensemble, changes: &Changed) -> IdentityCheck {
        let mut row = IdentityCheck {
            equation: self.name.clone(),
            kind: self.kind,
            largest: f64::NAN,
            relative: f64::NAN,
            at: None,
            periods: 0,
        };
        for period in ensemble.span().periods() {
            look();
            let own = self.kind != "further";
            if own && !(changes.holds(&self.name, period) && paths.computes(&self.name, period))
                || !paths.has_all(&self.equation, self.shock.as_deref(), period)
            {
                continue;
            }
            row.periods += 1;
            let factor = if own { changes.add_factor(&self.name, period) } else { 0.0 };
            self.compare(paths, period, factor, ensemble.len(), &mut row);
        }
        row
    }

    /// The gap in all paths of a period.
    fn compare(
        &self,
        paths: &Paths<'_>,
        period: Period,
        factor: f64,
        count: usize,
        row: &mut IdentityCheck,
    ) {
        let left = value(paths, &self.equation.lhs, period);
        let mut right = value(paths, &self.equation.rhs, period);
        let mut parts = Vec::new();
        terms(&self.equation.rhs, &mut parts);
        let mut scale = left.clone().map(f64::abs);
        for part in parts {
            scale = scale.with(value(paths, part, period), |most, term| most.max(term.abs()));
        }
        if let Some(shock) = &self.shock {
            right = right.with(paths.drawn(shock, period), |a, b| a + b);
        }
        if factor != 0.0 {
            right = right.map(|value| value + factor);
        }
        let gap = left.with(right, |a, b| a - b);
        let lanes = if matches!(gap, Lanes::One(_)) { 1 } else { count };
        for path in 0..lanes {
            let (gap, scale) = (gap.at(path).abs(), scale.at(path));
            if !gap.is_finite() {
                continue; // a path that failed is counted elsewhere
            }
            let relative = if gap == 0.0 { 0.0 } else { gap / scale };
            if !(gap <= row.largest) {
                row.largest = gap;
            }
            if !(relative <= row.relative) {
                (row.relative, row.at) = (relative, Some((period, path as u64)));
            }
        }
    }
}
