//! Where the uncertainty comes from: parameters, starting values, shocks or events.

use super::attainment::Met;
use crate::compile::{Part, Program};
use crate::ensemble::Ensemble;
use crate::error::{Error, near};
use crate::period::Period;
use crate::sample::Design;
use crate::simulate::Ensembles;
use crate::simulate::{Redraw, Sampling};
use crate::summary::mean_and_variance;

/// What a share of variance is a share of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// The level of an indicator in a period.
    Indicator(String, Period),
    /// Whether a target is met.
    Target(String),
}

/// How much of a variance one part of the uncertainty accounts for.
#[derive(Debug, Clone, PartialEq)]
pub struct VarianceShare {
    /// Of what.
    pub of: Of,
    /// The part: `parameters`, `start`, `shocks` or `events`.
    pub part: &'static str,
    /// The share that goes when only this part becomes known (first-order Sobol' index).
    pub first: f64,
    /// Its Monte Carlo standard error.
    pub first_error: f64,
    /// The share that stays when all but this part becomes known (total Sobol' index); more than
    /// the first where parts work together.
    pub total: f64,
    /// Its Monte Carlo standard error.
    pub total_error: f64,
}

const PARTS: [(Part, &str); 4] = [
    (Part::Parameters, "parameters"),
    (Part::Start, "start"),
    (Part::Shocks, "shocks"),
    (Part::Events, "events"),
];

/// The seed of the second set of draws: any other one will do.
const OTHER: u64 = 0x9e37_79b9_7f4a_7c15;

/// Splits the variance of indicators (all that are named, in every period) and of all targets in a
/// scenario over the parts of the uncertainty.
///
/// With `A` and `B` two independent runs and `C` the run `A` in which one part takes its luck from
/// `B`: the first-order share is `mean(f(B) (f(C) - f(A))) / V`, the total share
/// `mean((f(A) - f(C))^2) / (2 V)` (Saltelli et al. 2010, Variance based sensitivity analysis of
/// model output; Jansen 1999). Runs as many simulations as there are parts, and two more.
///
/// # Errors
/// As [`Program::simulate`].
pub fn variance_split(
    program: &Program,
    sampling: &Sampling,
    scenario: &str,
    indicators: &[&str],
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Vec<VarianceShare>, Error> {
    let known = || program.model().indicators.keys().map(String::as_str);
    if let Some(unknown) = indicators.iter().find(|name| !known().any(|known| known == **name)) {
        let hint = near(unknown, known());
        return Err(Error::at("indicators", format!("unknown indicator \"{unknown}\"{hint}")));
    }
    let sampling = sampling
        .clone()
        .with_scenarios([scenario])
        .with_keep(indicators.iter().copied())
        .with_design(Design::Random);
    let parts: Vec<_> = PARTS.into_iter().filter(|(part, _)| program.has_part(*part)).collect();
    let steps = parts.len() + 2;
    let mut run = |step: usize, redraw: Option<Redraw<'_>>| -> Result<Ensembles, Error> {
        let mut watch = |done: usize, all: usize| watch(step * all + done, steps * all);
        program.simulate_redrawn(&sampling, redraw, &mut watch)
    };
    let first = run(0, None)?;
    let seed = first.info().seed;
    let other = seed.wrapping_add(OTHER);
    let everything = PARTS.map(|(part, _)| part);
    let second = run(1, Some(Redraw { base: seed, other, parts: &everything }))?;
    let (a, b) =
        (Outcomes::new(program, &first, scenario)?, Outcomes::new(program, &second, scenario)?);
    let mut shares = Vec::new();
    for (step, (part, name)) in parts.into_iter().enumerate() {
        let mixed = run(step + 2, Some(Redraw { base: seed, other, parts: &[part] }))?;
        let c = Outcomes::new(program, &mixed, scenario)?;
        for indicator in indicators {
            for period in program.span().periods() {
                let of = Of::Indicator((*indicator).to_owned(), period);
                let row = |o: &Outcomes<'_>| o.ensemble.row(indicator, period).map(<[f64]>::to_vec);
                if let (Some(a), Some(b), Some(c)) = (row(&a), row(&b), row(&c)) {
                    shares.push(share(of, name, &a, &b, &c));
                }
            }
        }
        for (place, target) in program.model().targets.iter().enumerate() {
            let of = Of::Target(target.id.clone());
            let met = |o: &Outcomes<'_>| o.met.target(place).to_vec();
            shares.push(share(of, name, &met(&a), &met(&b), &met(&c)));
        }
    }
    Ok(shares)
}

/// What a run says of one scenario.
struct Outcomes<'a> {
    ensemble: &'a Ensemble,
    met: Met,
}

impl<'a> Outcomes<'a> {
    fn new(program: &Program, runs: &'a Ensembles, scenario: &str) -> Result<Self, Error> {
        let ensemble = runs.get(scenario)?;
        Ok(Self { ensemble, met: Met::new(program.model(), ensemble)? })
    }
}

/// The shares of one part; not-a-number where there is no variance to split.
fn share(of: Of, part: &'static str, a: &[f64], b: &[f64], c: &[f64]) -> VarianceShare {
    let finite = a.iter().zip(b).zip(c).filter(|((a, b), c)| (*a + *b + *c).is_finite());
    let triples: Vec<(f64, f64, f64)> = finite.map(|((a, b), c)| (*a, *b, *c)).collect();
    let pooled: Vec<f64> = triples.iter().flat_map(|(a, b, _)| [*a, *b]).collect();
    let (mean, variance) = mean_and_variance(&pooled);
    let ratio = |values: Vec<f64>| {
        let (value, spread) = mean_and_variance(&values);
        (value / variance, (spread / values.len() as f64).sqrt() / variance)
    };
    let (first, first_error) =
        ratio(triples.iter().map(|(a, b, c)| (b - mean) * (c - a)).collect());
    let (total, total_error) =
        ratio(triples.iter().map(|(a, _, c)| (a - c) * (a - c) / 2.0).collect());
    VarianceShare { of, part, first, first_error, total, total_error }
}
