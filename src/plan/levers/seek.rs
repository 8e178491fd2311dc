//! The cheapest setting of levers that meets a goal with a wanted probability.

use super::elsewhere::Elsewhere;
use super::grid::{Grid, STEPS, grids};
use super::{BATCH, Levers, Point, Trial, condition, sure};
use crate::compile::Program;
use crate::error::Error;
use crate::plan::Goal;
use crate::simulate::Sampling;
use crate::summary::Share;

/// The seed of the confirmation: any other one will do.
const OTHER: u64 = 0x9e37_79b9_7f4a_7c15;
/// Settings that are tried to make sure, where levers seem to keep their direction.
const SURE: usize = 400;

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
    let condition = condition(program, &seeking.of)?;
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
    let mut search = Search::new(&grids, enough, seeking.most);
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

/// The cheapest setting that is enough, and its cost.
type Best = Option<(Point, f64)>;

struct Search<'a> {
    grids: &'a [Grid],
    /// The probability that is enough.
    enough: f64,
    most: usize,
    best: Best,
    /// Was the search cut short?
    cut: bool,
    /// For each lever the settings from where it stands to its better end, the cheapest first.
    useful: Vec<Vec<f64>>,
}

impl<'a> Search<'a> {
    fn new(grids: &'a [Grid], enough: f64, most: usize) -> Self {
        Self { grids, enough, most, best: None, cut: false, useful: Vec::new() }
    }

    fn offer(&mut self, trial: &Trial<'_>, point: &Point, share: Share) {
        let cost = trial.cost(point);
        let cheaper = self.best.as_ref().is_none_or(|(_, best)| cost < *best);
        if share.probability.value >= self.enough && cheaper {
            self.best = Some((point.clone(), cost));
        }
    }

    /// Looks for settings that are enough: a climb, then branch and bound.
    fn look_for_one(&mut self, trial: &mut Trial<'_>) -> Result<(), Error> {
        let strongest = self.strongest(trial)?;
        self.useful =
            self.grids.iter().zip(&strongest).map(|(grid, end)| grid.towards(*end)).collect();
        let mut at: Point = self.grids.iter().map(|grid| grid.now).collect();
        let mut share = trial.share(&at)?;
        while share.probability.value < self.enough && trial.tried.len() < self.most {
            let Some((next, found)) = step_up(trial, &self.useful, &at, share)? else { break };
            (at, share) = (next, found);
        }
        self.offer(trial, &at, share);
        let share = trial.share(&strongest)?;
        self.offer(trial, &strongest, share);
        if self.best.is_some() {
            self.branch(trial, &strongest, &mut Vec::new())?;
        }
        Ok(())
    }

    /// Where each lever helps most: one of its ends, half way there, or where it stands.
    fn strongest(&self, trial: &mut Trial<'_>) -> Result<Point, Error> {
        let mut at: Point = self.grids.iter().map(|grid| grid.now).collect();
        for (k, grid) in self.grids.iter().enumerate() {
            let places: Vec<Point> = grid
                .landmarks()
                .into_iter()
                .map(|x| {
                    let mut point = at.clone();
                    point[k] = x;
                    point
                })
                .collect();
            let found = trial.shares(&places)?;
            let mut best = 0;
            for (place, share) in found.iter().enumerate() {
                if share.probability.value > found[best].probability.value {
                    best = place;
                }
            }
            at[k] = places[best][k];
        }
        Ok(at)
    }

    /// Settings of the levers that are not yet fixed.
    fn branch(
        &mut self,
        trial: &mut Trial<'_>,
        strongest: &Point,
        fixed: &mut Point,
    ) -> Result<(), Error> {
        let k = fixed.len();
        let grid = &self.grids[k];
        let spent: f64 = self.grids.iter().zip(&*fixed).map(|(grid, x)| grid.cost(*x)).sum();
        let places = self.useful[k].clone();
        // The levers that are open cost nothing where they stand.
        let affordable = |x: f64, best: &Best| {
            best.as_ref().is_none_or(|(_, best)| spent + grid.cost(x) < *best - 1e-12)
        };
        let with = |x: f64, fixed: &Point| -> Point {
            let mut point = fixed.clone();
            point.push(x);
            point.extend(&strongest[k + 1..]);
            point
        };
        if k + 1 == self.grids.len() {
            return self.last(trial, &places, &with, fixed, &affordable);
        }
        for x in places {
            if trial.tried.len() >= self.most {
                self.cut = true;
                return Ok(());
            }
            if !affordable(x, &self.best) {
                continue;
            }
            let bound = trial.share(&with(x, fixed))?;
            if bound.probability.value < self.enough {
                continue;
            }
            fixed.push(x);
            self.branch(trial, strongest, fixed)?;
            fixed.pop();
        }
        Ok(())
    }

    /// The cheapest setting of the last lever that is enough, by bisection over those that are
    /// affordable.
    fn last(
        &mut self,
        trial: &mut Trial<'_>,
        places: &[f64],
        with: &dyn Fn(f64, &Point) -> Point,
        fixed: &Point,
        affordable: &dyn Fn(f64, &Best) -> bool,
    ) -> Result<(), Error> {
        let open = places.iter().take_while(|x| affordable(**x, &self.best)).count();
        if open == 0 {
            return Ok(());
        }
        let (mut low, mut high) = (0, open - 1);
        let last = with(places[high], fixed);
        let share = trial.share(&last)?;
        if share.probability.value < self.enough {
            return Ok(());
        }
        self.offer(trial, &last, share);
        while low < high {
            let middle = usize::midpoint(low, high);
            let point = with(places[middle], fixed);
            let share = trial.share(&point)?;
            self.offer(trial, &point, share);
            if share.probability.value >= self.enough { high = middle } else { low = middle + 1 }
        }
        Ok(())
    }

    /// Makes sure of what was found, within the number of settings that may be tried: tries all cheaper settings
    /// where they are few; else the corners of the grid, and all cheaper settings where a lever was seen to turn
    /// there or before. Is it sure then?
    fn make_sure(&mut self, trial: &mut Trial<'_>) -> Result<bool, Error> {
        if self.try_cheaper(trial, SURE)? {
            return Ok(true);
        }
        let corners = sure::corners(self.grids, self.left(trial));
        let looked = corners.is_some();
        let mut strongest: Option<(Point, Share)> = None;
        if let Some(corners) = corners {
            let shares = trial.shares(&corners)?;
            for (corner, share) in corners.into_iter().zip(shares) {
                self.offer(trial, &corner, share);
                let p = share.probability.value;
                if strongest.as_ref().is_none_or(|(_, best)| p > best.probability.value) {
                    strongest = Some((corner, share));
                }
            }
        }
        if let Some((corner, _)) = strongest.filter(|(_, s)| s.probability.value >= self.enough) {
            self.useful =
                self.grids.iter().zip(&corner).map(|(grid, end)| grid.towards(*end)).collect();
            self.branch(trial, &corner, &mut Vec::new())?;
        }
        let seems_sure = looked && !self.cut && sure::is_monotone(trial);
        Ok(seems_sure || self.try_cheaper(trial, usize::MAX)?)
    }

    /// Tries all cheaper settings that nobody has tried, the cheapest first, up to one that is enough; all
    /// settings where none is known to be. Does nothing, and says so, where they are too many.
    fn try_cheaper(&mut self, trial: &mut Trial<'_>, most: usize) -> Result<bool, Error> {
        let most = most.min(self.left(trial));
        let below = self.best.as_ref().map_or(f64::INFINITY, |(_, cost)| *cost - 1e-12);
        let Some(open) = sure::untried(self.grids, trial, below, most) else { return Ok(false) };
        for batch in open.chunks(BATCH) {
            let shares = trial.shares(batch)?;
            let found =
                batch.iter().zip(&shares).find(|(_, share)| share.probability.value >= self.enough);
            if let Some((point, share)) = found {
                self.offer(trial, point, *share);
                break;
            }
        }
        Ok(true)
    }

    /// How many settings may still be tried.
    fn left(&self, trial: &Trial<'_>) -> usize {
        self.most.saturating_sub(trial.tried.len())
    }

    /// Levers that need not be moved go back to where they stand.
    fn put_back(&mut self, trial: &mut Trial<'_>) -> Result<(), Error> {
        for (k, grid) in self.grids.iter().enumerate() {
            let Some((mut point, cost)) = self.best.clone() else { return Ok(()) };
            if point[k] == grid.now {
                continue;
            }
            point[k] = grid.now;
            let share = trial.share(&point)?;
            let saved = trial.cost(&point);
            if share.probability.value >= self.enough && saved <= cost {
                self.best = Some((point, saved));
            }
        }
        Ok(())
    }

    /// Levers without steps, one after the other: between the setting and the next cheaper one.
    fn refine(&mut self, trial: &mut Trial<'_>) -> Result<(), Error> {
        for (k, grid) in self.grids.iter().enumerate().filter(|(_, grid)| grid.continuous) {
            let Some((point, _)) = self.best.clone() else { return Ok(()) };
            let mut cheaper =
                grid.neighbours(point[k]).filter(|x| grid.cost(*x) < grid.cost(point[k]));
            let Some(mut short) = cheaper.next() else { continue };
            let precise = 1e-6 * (point[k] - short).abs() * STEPS as f64;
            let mut good = point[k];
            while (good - short).abs() > precise {
                let mut middle = point.clone();
                middle[k] = f64::midpoint(good, short);
                let share = trial.share(&middle)?;
                self.offer(trial, &middle, share);
                if share.probability.value >= self.enough {
                    good = middle[k];
                } else {
                    short = middle[k];
                }
            }
        }
        Ok(())
    }
}

/// The step of one lever that brings most probability for its cost, among settings that are given the
/// cheapest first; further ones where the next step of none helps.
fn step_up(
    trial: &mut Trial<'_>,
    settings: &[Vec<f64>],
    at: &Point,
    share: Share,
) -> Result<Option<(Point, Share)>, Error> {
    let longest = settings.iter().map(Vec::len).max().unwrap_or(0);
    let mut reach = 1;
    while reach < longest {
        let mut moves: Vec<Point> = Vec::new();
        for (k, order) in settings.iter().enumerate() {
            let index = order.iter().position(|x| *x == at[k]);
            if let Some(&next) = index.and_then(|index| order.get(index + reach)) {
                let mut point = at.clone();
                point[k] = next;
                moves.push(point);
            }
        }
        let found = trial.shares(&moves)?;
        let spent = trial.cost(at);
        let worth = |(point, found): &(Point, Share)| {
            let gain = found.probability.value - share.probability.value;
            let price = trial.cost(point) - spent;
            if gain <= 0.0 { f64::NEG_INFINITY } else { gain / price.max(1e-300) }
        };
        let best = moves
            .into_iter()
            .zip(found)
            .filter(|step| worth(step) > 0.0)
            .max_by(|a, b| worth(a).total_cmp(&worth(b)));
        if best.is_some() {
            return Ok(best);
        }
        reach *= 2;
    }
    Ok(None)
}
