//! The model that the posterior of a table makes.

use super::column::Column;
use super::correlation::correlations;
use super::draw::{ColumnDraws, Drawn, quantile};
use super::identities::Identity;
use super::kind::Kind;
use super::panels::Panel;
use crate::error::Error;
use crate::interrupt::look;
use crate::math::expit_between;
use crate::model::process::{Change, Growth, Level, Share};
use crate::model::{Distribution, Draws, Indicator, Model, Process, Shock, Term};
use crate::period::Span;

/// The block of joint draws of a fitted model.
pub(super) const BLOCK: &str = "fit";

/// Columns of joint draws, by parameter.
#[derive(Debug, Default)]
pub(super) struct Joint {
    names: Vec<String>,
    columns: Vec<Vec<f64>>,
}

impl Joint {
    /// Adds a parameter, and gives the term that stands for it: its name, or its number where it is the same in all
    /// rows.
    pub(super) fn term(&mut self, name: String, numbers: &[f64]) -> Term {
        let first = numbers.first().copied().unwrap_or(0.0);
        if numbers.iter().all(|number| number.to_bits() == first.to_bits()) {
            return Term::Number(six_digits(first));
        }
        self.names.push(name.clone());
        self.columns.push(numbers.iter().map(|number| six_digits(*number)).collect());
        Term::from(name.as_str())
    }

    /// The parameters in it.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The block.
    pub(super) fn draws(self) -> Result<Option<Draws>, Error> {
        let count = self.columns.first().map_or(0, Vec::len);
        if count == 0 {
            return Ok(None);
        }
        let row = |k: usize| -> Vec<f64> { self.columns.iter().map(|column| column[k]).collect() };
        let rows: Vec<Vec<f64>> = (0..count).map(row).collect();
        Draws::from_rows(self.names, &rows).map(Some)
    }
}

/// A number with six digits: what is drawn is not known better, and reads better so.
pub(super) fn six_digits(number: f64) -> f64 {
    format!("{number:.5e}").parse().unwrap_or(number)
}

/// The model of a table: processes for what is fitted, identities for what follows from it.
pub(super) fn model(
    mut model: Model,
    columns: &[Column],
    identities: &[Identity],
    panels: &[(Panel, Drawn)],
    axis: Span,
) -> Result<Model, Error> {
    let mut processes: Vec<Option<Process>> = vec![None; columns.len()];
    let mut joint = Joint::default();
    for (panel, drawn) in panels {
        look();
        let factor = (panel.columns.len() > 1).then(|| factor_name(panel, panels, columns));
        let df = drawn.posterior.df;
        if let Some(factor) = &factor {
            let mut shock: Shock = Distribution::student_t(0.0, 1.0, df).into();
            shock.assumption =
                Some("what moves all of them in a period, in standard deviations".into());
            model.shocks.insert(factor.clone(), shock);
        }
        for (place, &k) in panel.columns.iter().enumerate() {
            let (column, draws) = (&columns[k], &drawn.columns[place]);
            let sd = if factor.is_some() { draws.sd.clone() } else { draws.total_sd() };
            let usual = six_digits(quantile(&sd, 0.5));
            let spread: Vec<f64> = sd.iter().map(|sd| sd / usual).collect();
            let shock = Distribution::student_t(0.0, usual, df);
            model.shocks.insert(column.name.clone(), shock.into());
            let spread = joint.term(format!("{}_spread", column.name), &spread);
            let loading = factor.as_ref().map(|factor| {
                let name = format!("{}_loading", column.name);
                (factor.clone(), joint.term(name, &draws.loading))
            });
            processes[k] = Some(process(column, draws, spread, loading, &mut joint));
        }
    }
    for (a, b, number) in correlations(panels) {
        model = model.with_correlation(&columns[a].name, &columns[b].name, number);
    }
    for (k, column) in columns.iter().enumerate() {
        look();
        let mut indicator = Indicator {
            label: column.label.as_deref().map(Into::into),
            unit: column.unit.clone(),
            process: processes[k].take(),
            assumption: Some(format!("process {}, because {}", column.kind, column.why)),
            ..Indicator::default()
        };
        let known = axis.periods().zip(&column.figures).filter(|(_, figure)| figure.is_finite());
        indicator.history = known.map(|(period, figure)| (period, (*figure).into())).collect();
        model.indicators.insert(column.name.clone(), indicator);
    }
    for identity in identities {
        identity.write(&mut model, columns);
    }
    if let Some(draws) = joint.draws()? {
        model = model.with_draws(BLOCK, draws);
    }
    Ok(model)
}

/// The name of the common shock of a panel: that of its kind where there are several panels.
fn factor_name(panel: &Panel, panels: &[(Panel, Drawn)], columns: &[Column]) -> String {
    let several = panels.iter().filter(|(other, _)| other.columns.len() > 1).count() > 1;
    let unit = panels
        .iter()
        .filter(|(other, _)| other.columns.len() > 1 && other.kind == panel.kind)
        .count()
        > 1;
    let mut name = if several { format!("common_{}", panel.kind) } else { "common".to_owned() };
    if unit {
        name = format!("{name}_{}", columns[panel.columns[0]].name);
    }
    while columns.iter().any(|column| column.name == name) {
        name.push('_');
    }
    name
}

/// The process of a column, its parameters drawn jointly.
pub(super) fn process(
    column: &Column,
    draws: &ColumnDraws,
    spread: Term,
    loading: Option<(String, Term)>,
    joint: &mut Joint,
) -> Process {
    let name = |what: &str| format!("{}_{what}", column.name);
    let spread = match spread {
        Term::Number(number) if (number - 1.0).abs() < 1e-9 => None,
        spread => Some(spread),
    };
    let (factor, loading) = loading.unzip();
    let start = None;
    match column.kind {
        Kind::Growth => Growth {
            mean: joint.term(name("mean"), &draws.mean),
            persistence: joint.term(name("persistence"), &draws.persistence),
            start,
            spread,
            loading,
            factor,
            shock: None,
        }
        .into(),
        Kind::Change | Kind::Count => Change {
            mean: joint.term(name("mean"), &draws.mean),
            persistence: joint.term(name("persistence"), &draws.persistence),
            start,
            spread,
            loading,
            factor,
            shock: None,
        }
        .into(),
        Kind::Level => Level {
            mean: joint.term(name("mean"), &draws.mean),
            persistence: joint.term(name("persistence"), &draws.persistence),
            momentum: joint.term(name("momentum"), &draws.momentum),
            spread,
            loading,
            factor,
            shock: None,
        }
        .into(),
        Kind::Share => {
            let limits = column.limits();
            let pull: Vec<f64> =
                draws.persistence.iter().map(|persistence| 1.0 - persistence).collect();
            let mean: Vec<f64> = draws.mean.iter().map(|mean| inside(*mean, limits)).collect();
            Share {
                drift: Term::Number(0.0),
                persistence: joint.term(name("persistence"), &draws.momentum),
                mean: Some(joint.term(name("mean"), &mean)),
                pull: joint.term(name("pull"), &pull),
                lower: limits.0,
                upper: limits.1,
                start,
                spread,
                loading,
                factor,
                shock: None,
            }
            .into()
        }
    }
}

/// A share that is inside its limits also with six digits.
fn inside(mean: f64, limits: (f64, f64)) -> f64 {
    mean.clamp(expit_between(-12.0, limits), expit_between(11.0, limits))
}

impl Identity {
    /// Writes the equations of what follows from others.
    fn write(&self, model: &mut Model, columns: &[Column]) {
        let name = |k: &usize| columns[*k].name.as_str();
        match self {
            Self::Sum { total, parts } => {
                let sum: Vec<&str> = parts.iter().map(name).collect();
                exact(
                    model,
                    name(total),
                    &sum.join(" + "),
                    "the sum of its parts, as in the figures",
                );
            }
            Self::Product { product, a, b, divisor } => {
                let over = factor(" / ", *divisor);
                let why = "the product of the two, as in the figures";
                exact(model, name(product), &format!("{} * {}{over}", name(a), name(b)), why);
            }
            Self::Quotient { quotient, of, by, factor: times } => {
                let times = factor(" * ", *times);
                let why = "the quotient of the two, as in the figures";
                exact(model, name(quotient), &format!("{}{times} / {}", name(of), name(by)), why);
            }
            Self::Against { base, whole, others } => {
                let odds = |k: &usize| format!("{0} / (1 - {0})", columns[*k].name);
                let all: Vec<String> = others.iter().map(|(_, latent)| odds(latent)).collect();
                let why = "shares that add up are fitted against the largest of them";
                exact(model, name(base), &format!("{whole} / (1 + {})", all.join(" + ")), why);
                for (part, latent) in others {
                    exact(model, name(part), &format!("{} * {}", name(base), odds(latent)), why);
                }
            }
            Self::Shares { .. } => {}
        }
    }
}

/// ` / 100`; nothing for 1.
fn factor(sign: &str, number: f64) -> String {
    if (number - 1.0).abs() < 1e-12 { String::new() } else { format!("{sign}{number}") }
}

/// Gives an indicator an identity in place of a process.
pub(super) fn exact(model: &mut Model, name: &str, right: &str, why: &str) {
    if let Some(indicator) = model.indicators.get_mut(name) {
        indicator.process = None;
        indicator.equation = Some(format!("{name} = {right}").as_str().into());
        indicator.assumption = Some(why.to_owned());
    }
}
