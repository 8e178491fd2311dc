//! How much of an outcome each assumption accounts for, from the paths of one run.

use super::outcome::Outcome;
use super::tornado::known;
use crate::compile::Program;
use crate::condition::Tracked;
use crate::error::Error;
use crate::interrupt::look;
use crate::parallel;
use crate::plan::inputs::Input;
use crate::sensitivity::{Distance, Sample, distances, first_order};
use crate::simulate::Ensembles;
use crate::summary::Estimate;

/// An assumption, and how much of an outcome it accounts for.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenIndices {
    /// The assumption; its values are left out.
    pub input: Input,
    /// The share of the variance that goes when it becomes known: [`first_order`].
    pub first: Estimate,
    /// How far it moves the distribution: [`distances`].
    pub distance: Distance,
}

/// Slices of an input in which distributions are compared.
const SLICES: usize = 10;

/// First-order Sobol' indices and the index PAWN of every assumption, from the paths of one run, the
/// largest share first. Paths with weights, mixtures and runs that are conditioned on outturns (a
/// `tracked` program) are samples like any other. Assumptions that do not vary are left out.
///
/// # Errors
/// Unknown names; a run of too few paths.
///
/// ```
/// use tinbergen::{Model, Sampling, plan};
/// let program = Model::read("plans/yuecheng.toml")?.compile()?;
/// let runs = program.simulate(&Sampling::new(1000, 1).with_scenarios(["baseline"]))?;
/// let of = plan::Outcome::Headroom("gdp-2025".to_owned());
/// let rows = plan::given_indices(&program, None, &runs, "baseline", &of, false, &mut |_, _| true)?;
/// assert_eq!(rows[0].input.name, "demand");
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn given_indices(
    program: &Program,
    tracked: Option<&Tracked>,
    runs: &Ensembles,
    scenario: &str,
    of: &Outcome,
    by_period: bool,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Vec<GivenIndices>, Error> {
    let ensemble = runs.get(scenario)?;
    let inputs = known(program, tracked, runs, scenario, of, by_period, watch)?;
    let sample = Sample::in_paths(ensemble, &of.numbers(program.model(), ensemble)?)?;
    let varies = |input: &Input| {
        let ends = (f64::INFINITY, f64::NEG_INFINITY);
        let values = input.values.iter();
        let (low, high) =
            values.fold(ends, |(low, high), value| (low.min(*value), high.max(*value)));
        high - low > 1e-12 * low.abs().max(high.abs())
    };
    let inputs: Vec<Input> = inputs.into_iter().filter(varies).collect();
    let values: Vec<&[f64]> = inputs.iter().map(|input| input.values.as_slice()).collect();
    let first = parallel::map(values.len(), |k| {
        look();
        first_order(values[k], &sample)
    })?;
    let first = first.into_iter().collect::<Result<Vec<_>, _>>()?;
    let distances = distances(&values, &sample, SLICES, runs.info().seed)?;
    let named = inputs.into_iter().map(|input| Input { values: Vec::new(), ..input });
    let row = |(input, (first, distance))| GivenIndices { input, first, distance };
    let mut rows: Vec<GivenIndices> =
        named.zip(first.into_iter().zip(distances)).map(row).collect();
    rows.sort_by(|a, b| b.first.value.total_cmp(&a.first.value));
    Ok(rows)
}
