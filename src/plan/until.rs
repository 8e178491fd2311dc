//! Simulation until probabilities are known well enough.

use super::goal::Goal;
use super::joint::probabilities_in;
use crate::compile::Program;
use crate::error::Error;
use crate::simulate::Ensembles;
use crate::simulate::Sampling;

/// When to stop: as soon as the half-width of the 95 % interval of every probability that was asked
/// for is small enough, in every scenario that runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Until {
    /// The half-width.
    pub half_width: f64,
    /// Whose; every target and `all` when it is empty.
    pub of: Vec<Goal>,
    /// Paths at most.
    pub most: usize,
}

/// How far a simulation [`until`](simulate_until) got.
#[derive(Debug, Clone, PartialEq)]
pub struct Precision {
    /// Is every half-width small enough?
    pub reached: bool,
    /// The largest half-width.
    pub half_width: f64,
    /// Whose it is.
    pub of: String,
    /// In which scenario.
    pub scenario: String,
    /// How many paths ran.
    pub paths: usize,
}

impl Until {
    /// Until the half-width of every target and of `all` is so small, with at most 2^22 paths.
    pub fn half_width(half_width: f64) -> Self {
        Self { half_width, of: Vec::new(), most: 1 << 22 }
    }

    /// The half-width of these only.
    #[must_use]
    pub fn of(mut self, goals: impl IntoIterator<Item = Goal>) -> Self {
        self.of = goals.into_iter().collect();
        self
    }

    /// With so many paths at most.
    #[must_use]
    pub fn with_most(mut self, paths: usize) -> Self {
        self.most = paths;
        self
    }
}

/// Simulates the paths of `sampling`, then twice as many, and so on, until the probabilities are
/// known well enough or doubling once more would pass the limit.
///
/// It looks only after each doubling: to look after every batch would stop in lucky moments, and the
/// intervals would hold the truth less often than they say. The paths of a smaller run are the first
/// ones of a larger run (not of a Latin hypercube), so the result is that of one run of its size.
///
/// # Errors
/// As [`Program::simulate`]; a half-width that is not positive, unknown targets.
pub fn simulate_until(
    program: &Program,
    sampling: &Sampling,
    until: &Until,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<(Ensembles, Precision), Error> {
    let half = until.half_width;
    if !(half > 0.0 && half.is_finite()) {
        let message = format!("{half} is no half-width; expected a number above 0, such as 0.005");
        return Err(Error::at("until", message));
    }
    let model = program.model();
    if model.targets.is_empty() {
        return Err(Error::at(
            "until",
            "the model has no targets whose probability could be known",
        ));
    }
    let goals = if until.of.is_empty() {
        let ids = model.targets.iter().map(|target| target.id.as_str());
        ids.chain(["all"]).map(Goal::of).collect()
    } else {
        until.of.clone()
    };
    for goal in &goals {
        goal.resolve(model)?;
    }
    let mut sampling = sampling.clone();
    sampling.paths = sampling.paths.min(until.most);
    loop {
        let runs = program.simulate_with(&sampling, watch)?;
        sampling.seed = Some(runs.info().seed);
        let precision = precision_of(program, &runs, &goals, half)?;
        if precision.reached || sampling.paths > until.most / 2 {
            return Ok((runs, precision));
        }
        sampling.paths *= 2;
    }
}

/// How wide the widest interval of the goals is.
fn precision_of(
    program: &Program,
    runs: &Ensembles,
    goals: &[Goal],
    wanted: f64,
) -> Result<Precision, Error> {
    let mut widest = Precision {
        reached: true,
        half_width: 0.0,
        of: String::new(),
        scenario: String::new(),
        paths: runs.info().paths,
    };
    for name in runs.names() {
        for row in probabilities_in(program.model(), runs.get(name)?, goals, None)? {
            let half = (row.share.probability.high - row.share.probability.low) / 2.0;
            if half > widest.half_width || widest.of.is_empty() {
                (widest.half_width, widest.of, widest.scenario) = (half, row.goal, row.scenario);
            }
        }
    }
    widest.reached = widest.half_width <= wanted;
    Ok(widest)
}
