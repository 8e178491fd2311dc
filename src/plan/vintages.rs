//! How probabilities moved, vintage by vintage.

use super::attainment::Attainment;
use super::met::Bits;
use crate::compile::Program;
use crate::condition::Tracked;
use crate::error::Error;
use crate::outturns::{Date, Outturns};
use crate::simulate::Sampling;

/// The probability of a target in a round.
#[derive(Debug, Clone, PartialEq)]
pub struct RoundAttainment {
    /// The day as of which one looked; none before anything was known.
    pub as_of: Option<Date>,
    /// The scenario, the target and its probability; headroom is not worked out here.
    pub attainment: Attainment,
    /// The effective number of paths of the scenario.
    pub effective_paths: f64,
}

/// How likely each target was in each round: before anything was known, then as of each of the
/// dates, under common random numbers; as of every vintage when no dates are given.
///
/// # Errors
/// As [`Program::observe`] and [`Tracked::simulate`](crate::condition::Tracked::simulate).
///
/// ```
/// use tinbergen::model::{Distribution, Indicator, Process, Target};
/// use tinbergen::outturns::{Outturn, Outturns};
/// use tinbergen::{Model, Sampling, plan};
/// let model = Model::new("growth", "2021..2025".parse()?)
///     .with_indicator(
///         "gdp",
///         Indicator::from_process(Process::growth("trend")).with_history("2020".parse()?, 100.0),
///     )
///     .with_parameter("trend", Distribution::normal(0.05, 0.02))
///     .with_shock("gdp", Distribution::normal(0.0, 0.02))
///     .with_target(Target::at_least("gdp-2025", "gdp", "2025".parse()?, 130.0));
/// let outturns =
///     Outturns::new(vec![Outturn::new("gdp", "2021".parse()?, 98.0, "2022-03-01".parse()?)])?;
/// let sampling = Sampling::new(2000, 1);
/// let rows = plan::rounds(&model.compile()?, &outturns, None, &sampling, None)?;
/// let probability = |k: usize| rows[k].attainment.probability.value;
/// assert!(probability(0) > probability(2)); // a bad year
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn rounds(
    program: &Program,
    outturns: &Outturns,
    dates: Option<&[Date]>,
    sampling: &Sampling,
    least_effective: Option<f64>,
) -> Result<Vec<RoundAttainment>, Error> {
    let vintages = outturns.vintages();
    if dates.is_none() {
        outturns.latest()?; // vintages after today are mistakes
    }
    let first = Bits::new(program, sampling)?;
    // A seed that was drawn is kept, so that all rounds have common random numbers.
    let sampling = &Sampling { seed: Some(first.runs().info().seed), ..sampling.clone() };
    let mut rows = round(None, &first)?;
    for &date in dates.unwrap_or(&vintages) {
        let mut tracked = program.observe(outturns, Some(date))?;
        if let Some(least) = least_effective {
            tracked = tracked.with_least_effective(least);
        }
        rows.extend(round(Some(date), &Bits::given(&tracked, sampling)?)?);
    }
    Ok(rows)
}

/// How likely each target is given what is known. Only what targets and outturns need is simulated,
/// so this is much faster than a run of everything; the probabilities are the same.
///
/// # Errors
/// As [`Tracked::simulate`].
///
/// ```
/// use tinbergen::model::{Distribution, Indicator, Process, Target};
/// use tinbergen::outturns::{Outturn, Outturns};
/// use tinbergen::{Model, Sampling, plan};
/// let model = Model::new("growth", "2021..2025".parse()?)
///     .with_indicator(
///         "gdp",
///         Indicator::from_process(Process::growth("trend")).with_history("2020".parse()?, 100.0),
///     )
///     .with_parameter("trend", Distribution::normal(0.05, 0.02))
///     .with_shock("gdp", Distribution::normal(0.0, 0.02))
///     .with_target(Target::at_least("gdp-2025", "gdp", "2025".parse()?, 130.0));
/// let outturns =
///     Outturns::new(vec![Outturn::new("gdp", "2021".parse()?, 98.0, "2022-03-01".parse()?)])?;
/// let tracked = model.compile()?.observe(&outturns, None)?;
/// let sampling = Sampling::new(2000, 1);
/// let quick = plan::attainment_given(&tracked, &sampling)?;
/// let whole = plan::attainment(&tracked.simulate(&sampling)?)?;
/// assert_eq!(quick[0].attainment.probability, whole[0].probability);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn attainment_given(
    tracked: &Tracked,
    sampling: &Sampling,
) -> Result<Vec<RoundAttainment>, Error> {
    round(None, &Bits::given(tracked, sampling)?)
}

fn round(as_of: Option<Date>, bits: &Bits) -> Result<Vec<RoundAttainment>, Error> {
    let found = bits.attainment()?;
    let mut rows = Vec::with_capacity(found.len());
    for attainment in found {
        let effective_paths = bits.runs().get(&attainment.scenario)?.effective_paths();
        rows.push(RoundAttainment { as_of, attainment, effective_paths });
    }
    Ok(rows)
}
