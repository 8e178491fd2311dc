//! First-order and total Sobol' indices of assumptions, from runs in which one of them is drawn again.

use std::collections::HashSet;

use super::assumptions::assumptions;
use super::outcome::Outcome;
use crate::compile::Program;
use crate::ensemble::Dependence;
use crate::error::Error;
use crate::interrupt::look;
use crate::period::Period;
use crate::plan::variance::OTHER;
use crate::sample::StreamId;
use crate::sensitivity::{Indices, pick_freeze};
use crate::simulate::{Ensembles, Kept, Redraw, Redrawn, Request, Sampling, whole};

/// An assumption, and how much of an outcome it accounts for.
#[derive(Debug, Clone, PartialEq)]
pub struct RedrawnIndices {
    /// Of what.
    pub outcome: Outcome,
    /// The addresses of what is drawn together: one assumption, those that are correlated, a group.
    pub members: Vec<String>,
    /// The share that goes when it becomes known, and the one that stays when all else does.
    pub indices: Indices,
}

/// First-order and total Sobol' indices of every assumption of a scenario, for some outcomes: the run is made
/// again once from another seed, and once for each assumption with the random numbers of that one taken
/// from there ([`pick_freeze`]). Shocks are redrawn in all periods. What is correlated, shares
/// random numbers or is in one copula is one assumption, since indices of single ones would depend on
/// their order; [`shapley_effects`](crate::sensitivity::shapley_effects) shares them out.
///
/// # Errors
/// Unknown names; a run with weights, of a mixture or of a design in which paths depend on each
/// other: take [`given_indices`](super::given_indices), which knows all of these.
///
/// ```
/// use tinbergen::{Model, Sampling, plan};
/// let program = Model::read("plans/minimal.toml")?.compile()?;
/// let runs = program.simulate(&Sampling::new(1000, 1).with_scenarios(["baseline"]))?;
/// let of = [plan::Outcome::Met(plan::Goal::of("all"))];
/// let rows = plan::redrawn_indices(&program, &runs, "baseline", &of, &[], &mut |_, _| true)?;
/// assert!(rows.iter().all(|row| row.indices.total.value >= 0.0));
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn redrawn_indices(
    program: &Program,
    runs: &Ensembles,
    scenario: &str,
    of: &[Outcome],
    groups: &[Vec<String>],
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Vec<RedrawnIndices>, Error> {
    let ensemble = runs.get(scenario)?;
    let odd = if ensemble.strata().len() > 1 {
        Some("is a mixture of scenarios")
    } else if ensemble.weights().is_some() {
        Some("has weights, being conditioned on actual values")
    } else if ensemble.dependence() != Dependence::Independent {
        Some("is of a design in which paths depend on each other")
    } else {
        None
    };
    if let Some(odd) = odd {
        let message = format!(
            "\"{scenario}\" {odd}: nothing can be drawn again there; take the indices from the paths as they \
             are (method \"given\")"
        );
        return Err(Error::at("scenario", message));
    }
    let info = runs.info();
    let assumptions = assumptions(program, info, scenario, groups)?;
    let sampling: Sampling = info.sampling()?.with_scenarios([scenario]);
    let LookedAt { targets, kept, last } = looked_at(program, of)?;
    let steps = assumptions.len() + 2;
    let mut run = |step: usize, redraw: Option<Redraw<'_>>| -> Result<Vec<Vec<f64>>, Error> {
        let mut watch = |done: usize, all: usize| watch(step * all + done, steps * all);
        let request = Request::new(program, &sampling)?.redrawn(redraw).up_to(last);
        let request = request.focused(targets.clone(), &whole(&kept));
        let ensembles = request.store(&kept, sampling.memory_limit, &mut watch)?;
        let ensemble = ensembles.first().ok_or_else(|| Error::at("scenario", "it was not run"))?;
        of.iter().map(|outcome| outcome.numbers(program.model(), ensemble)).collect()
    };
    let other = info.seed.wrapping_add(OTHER);
    let a = run(0, None)?;
    let everything: HashSet<StreamId> =
        assumptions.iter().flat_map(|assumption| assumption.streams.iter().copied()).collect();
    let redraw = |of| Redraw { base: info.seed, other, of: Redrawn::Streams(of) };
    let b = run(1, Some(redraw(&everything)))?;
    let mut found = Vec::new();
    for (k, assumption) in assumptions.iter().enumerate() {
        look();
        let c = run(k + 2, Some(redraw(&assumption.streams)))?;
        for (j, outcome) in of.iter().enumerate() {
            let indices = pick_freeze(&a[j], &b[j], &c[j])?;
            let (outcome, members) = (outcome.clone(), assumption.members.clone());
            found.push(RedrawnIndices { outcome, members, indices });
        }
    }
    Ok(found)
}

/// What some outcomes look at.
struct LookedAt {
    /// The places of targets.
    targets: Vec<usize>,
    /// What a run has to keep.
    kept: Vec<Kept>,
    /// Up to which period it has to go.
    last: Period,
}

fn looked_at(program: &Program, of: &[Outcome]) -> Result<LookedAt, Error> {
    let model = program.model();
    let (mut targets, mut values, mut ends) = (Vec::new(), Vec::new(), Vec::new());
    for outcome in of {
        targets.extend(outcome.targets(model)?);
        values.extend(outcome.indicator().map(str::to_owned));
        ends.extend(outcome.last(model)?);
    }
    let needed = program.needed(&targets);
    let mut kept = program.kept(Some(&values))?;
    kept.retain(|(k, is_wanted)| *is_wanted || needed.contains(&(*k, true)));
    let span = program.span();
    let is_whole = ends.iter().any(|end| !span.contains(*end));
    let last = ends.into_iter().max_by_key(|end| end.ordinal()).filter(|_| !is_whole);
    Ok(LookedAt { targets, kept, last: last.unwrap_or(span.last()) })
}
