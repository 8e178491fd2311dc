//! Figures of one cell on two bases: where both are exact, they say what the factor between them is.

use crate::compile::Inner;
use crate::error::Problem;
use crate::math::ln;
use crate::model::{Distribution, Factor, Link, Model, Quantity, Subject, Value};
use crate::outturns::{Outturn, Outturns, Precision};
use crate::sample::{Marginal, ln_normal_density};

/// How far a factor may be from the one that two figures say, relative to it.
const SAME: f64 = 1e-6;

/// What two bases say.
pub(super) struct Overlap {
    /// The model with the factors that are known now; none when nothing changed.
    pub(super) model: Option<Model>,
    /// The outturns that are left to be explained.
    pub(super) rest: Outturns,
    /// The logarithm of the density of what was found.
    pub(super) ln_density: f64,
}

/// Reads factors off cells that are known exactly on both bases.
pub(super) fn overlap(program: &Inner, known: &Outturns) -> Result<Overlap, Vec<Problem>> {
    let mut read =
        Reading { original: &program.model, model: None, dropped: Vec::new(), ln_density: 0.0 };
    let mut problems = Vec::new();
    for (index, row) in known.rows().iter().enumerate() {
        if let Err(message) = read.row(known, index, row) {
            problems.push(known.problem(index, message));
        }
    }
    let Reading { model, dropped, ln_density, .. } = read;
    let rest = known.without(&dropped);
    if problems.is_empty() { Ok(Overlap { model, rest, ln_density }) } else { Err(problems) }
}

struct Reading<'a> {
    original: &'a Model,
    model: Option<Model>,
    /// Rows that say nothing more.
    dropped: Vec<usize>,
    ln_density: f64,
}

impl Reading<'_> {
    fn row(&mut self, known: &Outturns, index: usize, row: &Outturn) -> Result<(), String> {
        let (Some(basis), Precision::Exact) = (&row.basis, row.precision) else { return Ok(()) };
        let links = &self.model.as_ref().unwrap_or(self.original).links;
        let is_link =
            |(name, link): &(&String, &Link)| link.basis.as_ref() == Some(basis) || *name == basis;
        let Some((name, link)) = links.iter().find(is_link) else { return Ok(()) };
        let Some(factor) = link.factors.get(&row.indicator) else { return Ok(()) };
        let history =
            self.original.indicators.get(&row.indicator).and_then(|indicator| {
                indicator.history.get(&row.period).and_then(Quantity::number)
            });
        let same = |other: &&Outturn| {
            other.basis.is_none()
                && other.precision == Precision::Exact
                && (&other.indicator, other.period) == (&row.indicator, row.period)
        };
        let outturn = known.rows().iter().find(same).map(|other| other.value);
        let Some(old) = history.or(outturn) else { return Ok(()) };
        if row.period < link.since {
            return Ok(()); // said elsewhere
        }
        let ratio = row.value / old;
        if history.is_some() {
            self.dropped.push(index);
        }
        let now = self.model.as_ref().unwrap_or(self.original);
        if let Some(number) = factor_number(now, factor) {
            if history.is_some() && (ratio / number - 1.0).abs() > SAME {
                return Err(format!(
                    "{} is {ratio:.6} times the {old} of the history, and links.{name}.factors.{} is \
                     {number}; mend one of them, or give the outturn a measurement error (sd)",
                    row.value, row.indicator
                ));
            }
            return Ok(());
        }
        let name = name.clone();
        let Some((which, distribution)) = self.free(factor) else {
            return Err(format!(
                "both {old} and {} (\"{basis}\") are exact, so that the factor would have to be \
                 {ratio:.6}; it cannot be read off, since it is an expression, or a parameter that is \
                 correlated or that scenarios change: give one of the two a measurement error (sd)",
                row.value
            ));
        };
        let Some(score) = Marginal::new(&distribution).score(ratio) else {
            return Err(format!(
                "{} is {ratio:.6} times {old}, which the factor of links.{name} cannot be; widen its \
                 distribution, or give one of the two a measurement error (sd)",
                row.value
            ));
        };
        self.ln_density += ln_normal_density(score.z) + score.ln_slope - ln(old.abs());
        self.fix(&name, &row.indicator, which, ratio);
        Ok(())
    }

    /// The distribution of a factor that can be set: its own, or that of a parameter.
    fn free(&self, factor: &Factor) -> Option<(Option<String>, Distribution)> {
        let model = self.model.as_ref().unwrap_or(self.original);
        match factor {
            Factor::Quantity(quantity) => match &quantity.value {
                Value::Drawn(distribution) => Some((None, distribution.clone())),
                Value::Number(_) => None,
            },
            Factor::Expression(text) => {
                let (name, parameter) =
                    model.parameters.get_key_value(text.tree().ok()?.plain_name()?)?;
                let Value::Drawn(distribution) = &parameter.quantity.value else { return None };
                let mut pairs = model.correlations.keys();
                let mut changes = model.scenarios.values().flat_map(|scenario| &scenario.changes);
                let is_tied = pairs.any(|pair| pair.has(name))
                    || parameter.draws.is_some()
                    || model.copulas.values().any(|copula| copula.members.contains(name))
                    || changes.any(|change| change.subject == Subject::Parameter(name.clone()));
                (!is_tied).then(|| (Some(name.clone()), distribution.clone()))
            }
        }
    }

    fn fix(&mut self, link: &str, indicator: &str, parameter: Option<String>, ratio: f64) {
        let model = self.model.get_or_insert_with(|| self.original.clone());
        if let Some(name) = parameter {
            if let Some(parameter) = model.parameters.get_mut(&name) {
                parameter.quantity.value = Value::Number(ratio);
            }
            return;
        }
        let factors = model.links.get_mut(link).map(|link| &mut link.factors);
        if let Some(factor) = factors.and_then(|factors| factors.get_mut(indicator)) {
            *factor = Quantity::from(ratio).into();
        }
    }
}

fn factor_number(model: &Model, factor: &Factor) -> Option<f64> {
    match factor {
        Factor::Quantity(quantity) => quantity.number(),
        Factor::Expression(text) => {
            model.parameters.get(text.tree().ok()?.plain_name()?)?.quantity.number()
        }
    }
}
