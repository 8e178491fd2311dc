//! The variance of an outcome shared out among assumptions that go together.

use super::outcome::Outcome;
use super::tornado::known;
use crate::compile::Program;
use crate::condition::Tracked;
use crate::error::{Error, Problem, near};
use crate::interrupt::sort;
use crate::plan::inputs::Input;
use crate::sensitivity::{Sample, ShapleyEffects, first_order, shapley_effects};
use crate::simulate::Ensembles;

/// The assumptions that a variance is shared out among unless they are named.
const MOST: usize = 10;

/// The Shapley effects of groups of assumptions, named by their addresses (with or without the periods of a
/// shock or an event), on an outcome, from the paths of one run; of the ten with the largest
/// first-order indices, each alone, where no group is named. Gives the members of each group with the
/// effects.
///
/// # Errors
/// As [`shapley_effects`]; an address that is not drawn in this run.
///
/// ```
/// use tinbergen::{Model, Sampling, plan};
/// let program = Model::read("plans/yuecheng.toml")?.compile()?;
/// let runs = program.simulate(&Sampling::new(2000, 1).with_scenarios(["baseline"]))?;
/// let of = plan::Outcome::Headroom("gdp-2025".to_owned());
/// let (members, found) =
///     plan::shapley_indices(&program, None, &runs, "baseline", &of, false, &[], &mut |_, _| true)?;
/// assert!(members.contains(&vec!["parameters.trend_growth".to_owned()]));
/// assert!(found.explained.value > 0.8);
/// # Ok::<(), tinbergen::Error>(())
/// ```
#[allow(clippy::too_many_arguments, reason = "a question to a run, and how it is asked")]
pub fn shapley_indices(
    program: &Program,
    tracked: Option<&Tracked>,
    runs: &Ensembles,
    scenario: &str,
    of: &Outcome,
    by_period: bool,
    groups: &[Vec<String>],
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<(Vec<Vec<String>>, ShapleyEffects), Error> {
    let ensemble = runs.get(scenario)?;
    let inputs = known(program, tracked, runs, scenario, of, by_period, watch)?;
    let sample = Sample::in_paths(ensemble, &of.numbers(program.model(), ensemble)?)?;
    let chosen = if groups.is_empty() {
        let mut ranked = Vec::new();
        for (k, input) in inputs.iter().enumerate() {
            let first = first_order(&input.values, &sample)?.value;
            ranked.extend(first.is_finite().then_some((first, k)));
        }
        sort(&mut ranked, |a, b| b.0.total_cmp(&a.0));
        ranked.into_iter().take(MOST).map(|(_, k)| vec![k]).collect()
    } else {
        places(&inputs, groups)?
    };
    if chosen.is_empty() {
        let message =
            "it is the same in all paths, or no assumption moves it: there is nothing to share out";
        return Err(Error::at("of", message));
    }
    let columns: Vec<Vec<&[f64]>> = chosen
        .iter()
        .map(|group| group.iter().map(|&k| inputs[k].values.as_slice()).collect())
        .collect();
    let members = chosen.iter().map(|group| group.iter().map(|&k| inputs[k].address()).collect());
    Ok((members.collect(), shapley_effects(&columns, &sample)?))
}

/// The places of the members of groups; an address without periods is that of all of them.
fn places(inputs: &[Input], groups: &[Vec<String>]) -> Result<Vec<Vec<usize>>, Error> {
    let addresses: Vec<String> = inputs.iter().map(Input::address).collect();
    let mut problems = Vec::new();
    let mut found = Vec::new();
    for (k, group) in groups.iter().enumerate() {
        let mut of_group = Vec::new();
        for address in group {
            let is_it = |input: &Input, full: &str| {
                full == address
                    || input.periods.is_some_and(|periods| full == format!("{address}.{periods}"))
            };
            let before = of_group.len();
            let all = inputs.iter().zip(&addresses).enumerate();
            of_group.extend(all.filter(|(_, (i, full))| is_it(i, full)).map(|(place, _)| place));
            if of_group.len() == before {
                let hint = near(address, addresses.iter().map(String::as_str));
                let message = format!("\"{address}\" is not drawn in this run{hint}");
                problems.push(Problem::new(format!("groups[{k}]"), message));
            }
        }
        found.push(of_group);
    }
    if problems.is_empty() { Ok(found) } else { Err(Error::model(problems)) }
}
