//! Where the uncertainty comes from: parameters, starting values, shocks or events.

use super::attainment::Met;
use crate::compile::{Program, Uncertainty};
use crate::ensemble::Ensemble;
use crate::error::{Error, Problem, near};
use crate::interrupt::look;
use crate::period::Period;
use crate::sample::Design;
use crate::sensitivity::{Indices, pick_freeze};
use crate::simulate::Ensembles;
use crate::simulate::{Redraw, Redrawn, Sampling};

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

const PARTS: [(Uncertainty, &str); 4] = [
    (Uncertainty::Parameters, "parameters"),
    (Uncertainty::Start, "start"),
    (Uncertainty::Shocks, "shocks"),
    (Uncertainty::Events, "events"),
];

/// The seed of the second set of draws: any other one will do.
pub(super) const OTHER: u64 = 0x9e37_79b9_7f4a_7c15;

/// Splits the variance of indicators (all that are named, in every period) and of all targets in a
/// scenario over the parts of the uncertainty.
///
/// With `A` and `B` two independent runs and `C` the run `A` in which one part takes its random numbers from
/// `B`, by [`pick_freeze`](crate::sensitivity::pick_freeze). Runs as many simulations as there are parts, and two more.
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
    let unknown = indicators.iter().filter(|name| !known().any(|known| known == **name));
    let problem = |name: &&str| {
        let message = format!("unknown indicator \"{name}\"{}", near(name, known()));
        Problem::new("indicators", message)
    };
    let problems: Vec<Problem> = unknown.map(problem).collect();
    if !problems.is_empty() {
        return Err(Error::model(problems));
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
    let second = run(1, Some(Redraw { base: seed, other, of: Redrawn::Parts(&everything) }))?;
    let (a, b) =
        (Outcomes::new(program, &first, scenario)?, Outcomes::new(program, &second, scenario)?);
    let mut shares = Vec::new();
    for (step, (part, name)) in parts.into_iter().enumerate() {
        let mixed = run(step + 2, Some(Redraw { base: seed, other, of: Redrawn::Parts(&[part]) }))?;
        let c = Outcomes::new(program, &mixed, scenario)?;
        for indicator in indicators {
            for period in program.span().periods() {
                look();
                let of = Of::Indicator((*indicator).to_owned(), period);
                let row = |o: &Outcomes<'_>| o.ensemble.row(indicator, period).map(<[f64]>::to_vec);
                if let (Some(a), Some(b), Some(c)) = (row(&a), row(&b), row(&c)) {
                    shares.push(share(of, name, &a, &b, &c)?);
                }
            }
        }
        for (index, target) in program.model().targets.iter().enumerate() {
            look();
            let of = Of::Target(target.id.clone());
            let met = |o: &Outcomes<'_>| o.met.target(index).to_vec();
            shares.push(share(of, name, &met(&a), &met(&b), &met(&c))?);
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
fn share(
    of: Of,
    part: &'static str,
    a: &[f64],
    b: &[f64],
    c: &[f64],
) -> Result<VarianceShare, Error> {
    let Indices { first, total } = pick_freeze(a, b, c)?;
    Ok(VarianceShare {
        of,
        part,
        first: first.value,
        first_error: first.error,
        total: total.value,
        total_error: total.error,
    })
}
