//! First-order and total Sobol' indices of assumptions, from runs in which one of them is drawn again.

use std::collections::HashSet;

use super::assumptions::{Assumption, assumptions};
use super::outcome::Outcome;
use crate::compile::Program;
use crate::ensemble::Dependence;
use crate::error::Error;
use crate::interrupt::look;
use crate::period::Period;
use crate::plan::variance::OTHER;
use crate::sample::StreamId;
use crate::sensitivity::{Indices, pick_freeze};
use crate::simulate::{Ensembles, Kept, Redraw, Redrawn, Request, RunInfo, Sampling, whole};

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
    let work = Redrawing::new(program, runs.info(), scenario, of, groups)?;
    let steps = work.runs();
    let mut run =
        |k: usize| work.run(k, &mut |done: usize, all: usize| watch(k * all + done, steps * all));
    let (a, b) = (run(0)?, run(1)?);
    let mut found = Vec::new();
    for k in 0..steps - 2 {
        look();
        found.extend(work.indices(k, &a, &b, &run(k + 2)?)?);
    }
    Ok(found)
}

/// The runs of [`redrawn_indices`], which may be made in any order and on any machine: first the run as it is,
/// then one with everything from another seed, then one for each assumption.
///
/// ```
/// use tinbergen::{Model, Sampling, plan};
/// let program = Model::read("plans/minimal.toml")?.compile()?;
/// let runs = program.simulate(&Sampling::new(1000, 1).with_scenarios(["baseline"]))?;
/// let of = [plan::Outcome::Met(plan::Goal::of("all"))];
/// let work = plan::Redrawing::new(&program, runs.info(), "baseline", &of, &[])?;
/// let run = |k: usize| work.run(k, &mut |_, _| true);
/// let first = work.indices(0, &run(0)?, &run(1)?, &run(2)?)?;
/// let all = plan::redrawn_indices(&program, &runs, "baseline", &of, &[], &mut |_, _| true)?;
/// assert_eq!(first[0], all[0]);
/// # Ok::<(), tinbergen::Error>(())
/// ```
#[derive(Debug)]
pub struct Redrawing {
    program: Program,
    sampling: Sampling,
    seed: u64,
    assumptions: Vec<Assumption>,
    of: Vec<Outcome>,
    looked_at: LookedAt,
}

impl Redrawing {
    /// Of a run with independent paths without weights, in one of its scenarios.
    ///
    /// # Errors
    /// Unknown names.
    pub fn new(
        program: &Program,
        info: &RunInfo,
        scenario: &str,
        of: &[Outcome],
        groups: &[Vec<String>],
    ) -> Result<Self, Error> {
        let assumptions = assumptions(program, info, scenario, groups)?;
        let sampling = Sampling { threads: None, ..info.sampling()?.with_scenarios([scenario]) };
        let (program, of, looked_at) = (program.clone(), of.to_vec(), looked_at(program, of)?);
        Ok(Self { program, sampling, seed: info.seed, assumptions, of, looked_at })
    }

    /// On so many threads.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.sampling.threads = Some(threads);
        self
    }

    /// How many runs there are.
    pub fn runs(&self) -> usize {
        self.assumptions.len() + 2
    }

    /// Makes one of them: the numbers of each outcome, path by path.
    ///
    /// # Errors
    /// As [`Program::simulate_with`]; a run that is none of them.
    pub fn run(
        &self,
        k: usize,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Vec<Vec<f64>>, Error> {
        let everything: HashSet<StreamId>;
        let streams = match k {
            0 => None,
            1 => {
                let streams = self.assumptions.iter().flat_map(|assumption| &assumption.streams);
                everything = streams.copied().collect();
                Some(&everything)
            }
            k => Some(&self.assumption(k - 2)?.streams),
        };
        let other = self.seed.wrapping_add(OTHER);
        let redraw = streams.map(|of| Redraw { base: self.seed, other, of: Redrawn::Streams(of) });
        let LookedAt { targets, kept, last } = &self.looked_at;
        let request = Request::new(&self.program, &self.sampling)?.redrawn(redraw).up_to(*last);
        let request = request.focused(targets.clone(), &whole(kept));
        let ensembles = request.store(kept, self.sampling.memory_limit, watch)?;
        let ensemble = ensembles.first().ok_or_else(|| Error::at("scenario", "it was not run"))?;
        self.of.iter().map(|outcome| outcome.numbers(self.program.model(), ensemble)).collect()
    }

    /// The indices of an assumption, of the first two runs and its own.
    ///
    /// # Errors
    /// As [`pick_freeze`]; an assumption that is none of them.
    pub fn indices(
        &self,
        k: usize,
        a: &[Vec<f64>],
        b: &[Vec<f64>],
        c: &[Vec<f64>],
    ) -> Result<Vec<RedrawnIndices>, Error> {
        let members = &self.assumption(k)?.members;
        let mut found = Vec::with_capacity(self.of.len());
        for (((outcome, a), b), c) in self.of.iter().zip(a).zip(b).zip(c) {
            let indices = pick_freeze(a, b, c)?;
            let (outcome, members) = (outcome.clone(), members.clone());
            found.push(RedrawnIndices { outcome, members, indices });
        }
        Ok(found)
    }

    fn assumption(&self, k: usize) -> Result<&Assumption, Error> {
        let missing = || Error::at("run", format!("there is no run {k} of the assumptions"));
        self.assumptions.get(k).ok_or_else(missing)
    }
}

/// What some outcomes look at.
#[derive(Debug)]
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
