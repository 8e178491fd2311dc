//! The cheapest setting of levers that meets a goal with a wanted probability.

use super::cheapest::Cheapest;
use super::choice::Levers;
use super::elsewhere::Elsewhere;
use super::grid::{Grid, grids};
use super::trial::{Point, Trial};
use crate::compile::Program;
use crate::error::Error;
use crate::plan::Goal;
use crate::simulate::Sampling;
use crate::summary::Share;

/// The seed of the confirmation: any other one will do.
const OTHER: u64 = 0x9e37_79b9_7f4a_7c15;

/// What is sought.
#[derive(Debug, Clone, PartialEq)]
pub struct Seeking {
    /// The probability that is wanted.
    pub probability: f64,
    /// Of what; the set `all` unless said.
    pub of: Goal,
    /// By which levers, where and how.
    pub levers: Levers,
    /// How far above the wanted probability the estimate has to be; unless said, so far that a run
    /// with other random numbers confirms it 19 times in 20: 1.645 standard errors of the difference of two
    /// independent estimates.
    pub margin: Option<f64>,
    /// Settings tried at most.
    pub most: usize,
}

impl Seeking {
    /// A probability of a goal, by all levers, in the baseline.
    pub fn new(probability: f64, of: Goal) -> Self {
        Self { probability, of, levers: Levers::default(), margin: None, most: 2000 }
    }

    /// By these levers.
    #[must_use]
    pub fn with_levers(mut self, levers: Levers) -> Self {
        self.levers = levers;
        self
    }
}

/// A lever with the setting that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// The lever.
    pub lever: String,
    /// Where its parameter is moved to: its mean, when it keeps its spread.
    pub value: f64,
    /// What that costs, from where it stands now.
    pub cost: f64,
    /// Where the parameter, or its mean, stands when nobody moves it.
    pub now: f64,
    /// Is the parameter uncertain, so that its mean was moved and not the number itself?
    pub keeps_spread: bool,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Seek {
    /// Is there a setting with the wanted probability and the margin?
    pub reached: bool,
    /// The cheapest such setting that was found; the most likely one of all that were tried when there is none,
    /// which may be to move nothing.
    pub settings: Vec<Setting>,
    /// What it costs.
    pub cost: f64,
    /// Its probability in the search.
    pub found: Share,
    /// Its probability with another seed.
    pub confirmed: Share,
    /// The seed of that.
    pub confirmed_seed: u64,
    /// The probability of the plan as it is written, no lever moved.
    pub before: Share,
    /// The margin.
    pub margin: f64,
    /// Is there no cheaper setting, among those with whole steps, that is enough; and where none is, is there
    /// none at all? All of them were tried, or every lever keeps its direction in all that was; false where neither is so.
    pub exact: bool,
    /// All that was tried: settings in the order of the levers, cost, probability.
    pub tried: Vec<(Vec<f64>, f64, Share)>,
}

/// Seeks the cheapest setting of levers with which a goal is met with a wanted probability.
///
/// All settings have common random numbers; so the probability is a step function of each setting, and
/// nearly always a monotone one. Settings with whole steps, from where a lever stands to its better end, are searched
/// by branch and bound: a branch is left when it costs more than the best that is known, or when the probability
/// with all open levers at their strongest is too low; the last lever is found by bisection. A greedy climb by
/// probability per cost gives the first best. Then cheaper settings that were not tried are tried, the cheapest first, where
/// they are few; where they are many the corners of the grid, so that levers that help only together are found, and all
/// cheaper settings only if a lever was seen to turn, within the number of settings that may be tried. Levers without
/// steps are searched in twentieths of their range, then by bisection to a millionth of it. What is found is run again under
/// other random numbers.
///
/// # Errors
/// A probability that is not between 0 and 1; unknown levers, targets or scenarios; costs that
/// cannot be worked out or added up; what [`Program::simulate`] reports.
pub fn seek(
    program: &Program,
    sampling: &Sampling,
    seeking: &Seeking,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Seek, Error> {
    sought(program, sampling, seeking, None, watch)
}

/// The same, of settings that are worked out elsewhere if so said.
pub(super) fn sought(
    program: &Program,
    sampling: &Sampling,
    seeking: &Seeking,
    mut elsewhere: Option<&mut Elsewhere>,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Seek, Error> {
    let wanted = seeking.probability;
    if !(wanted > 0.0 && wanted < 1.0) {
        let message = format!("{wanted} is no probability between 0 and 1");
        return Err(Error::at("probability", message));
    }
    let sampling = sampling.seeded()?;
    let levers = &seeking.levers;
    let grids = grids(program, &sampling, levers)?;
    let condition = seeking.of.resolve(program.model())?;
    let paths = sampling.paths().max(1) as f64;
    let margin = seeking.margin.unwrap_or(1.645 * (2.0 * wanted * (1.0 - wanted) / paths).sqrt());
    if !(0.0..1.0).contains(&margin) {
        return Err(Error::at("margin", format!("{margin} is no margin from 0 to 1")));
    }
    let enough = (wanted + margin).min(1.0);
    let mut trial = Trial::new(program, &sampling, levers, &grids, &condition, watch);
    trial.elsewhere = elsewhere.as_deref_mut();
    let now: Point = grids.iter().map(|grid| grid.now).collect();
    let before = trial.share(&now)?;
    let mut search = Cheapest::new(&grids, enough, seeking.most);
    search.offer(&trial, &now, before);
    if search.best.is_none() {
        search.look_for_one(&mut trial)?;
    }
    let exact = search.make_sure(&mut trial)?;
    let reached = search.best.is_some();
    let (point, cost) = if reached {
        search.put_back(&mut trial)?;
        search.refine(&mut trial)?;
        search.best.clone().unwrap_or((now, 0.0))
    } else {
        nearest(&trial)
    };
    let found = trial.share(&point)?;
    let tried = trial.all();
    let (confirmed, confirmed_seed) = {
        let seed = sampling.seed_or_zero().wrapping_add(OTHER);
        let again = Sampling { seed: Some(seed), ..sampling.clone() };
        let mut quiet = |_: usize, _: usize| true;
        let mut trial = Trial::new(program, &again, levers, &grids, &condition, &mut quiet);
        trial.elsewhere = elsewhere;
        (trial.share(&point)?, seed)
    };
    let setting = |(grid, x): (&Grid, &f64)| Setting {
        lever: grid.name.clone(),
        value: *x,
        cost: grid.cost(*x),
        now: grid.now,
        keeps_spread: grid.uncertain && !levers.replace,
    };
    let settings = grids.iter().zip(&point).map(setting).collect();
    Ok(Seek {
        reached,
        settings,
        cost,
        found,
        confirmed,
        confirmed_seed,
        before,
        margin,
        exact,
        tried,
    })
}

/// The most likely of all that was tried, of several the one that comes first by cost; that is no less likely than
/// the plan as it is written, which was tried.
fn nearest(trial: &Trial<'_>) -> (Point, f64) {
    let mut all = trial.all();
    all.sort_by(|a, b| b.2.probability.value.total_cmp(&a.2.probability.value));
    let most = all.first().map(|(_, _, share)| share.probability.value);
    let likeliest = all.into_iter().take_while(|row| Some(row.2.probability.value) == most);
    let first = likeliest.min_by(|a, b| trial.by_cost(&a.0, &b.0));
    first.map_or((Vec::new(), f64::NAN), |(point, cost, _)| (point, cost))
}
