//! The cheapest setting of levers that meets a goal with a wanted probability.

use super::{Grid, Point, Trial, condition, grids};
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
    /// Names of levers; all of the model when there are none.
    pub levers: Vec<String>,
    /// The scenario in which they are moved.
    pub scenario: String,
    /// How far above the wanted probability the estimate has to be; unless said, so far that a run
    /// with other luck confirms it 19 times in 20: 1.645 standard errors of the difference of two
    /// independent estimates.
    pub margin: Option<f64>,
    /// Settings tried at most.
    pub most: usize,
}

impl Seeking {
    /// A probability of a goal, by all levers, in the baseline.
    pub fn new(probability: f64, of: Goal) -> Self {
        let scenario = "baseline".to_owned();
        Self { probability, of, levers: Vec::new(), scenario, margin: None, most: 2000 }
    }

    /// By these levers only.
    #[must_use]
    pub fn with_levers<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.levers = names.into_iter().map(Into::into).collect();
        self
    }

    /// In another scenario.
    #[must_use]
    pub fn with_scenario(mut self, name: impl Into<String>) -> Self {
        self.scenario = name.into();
        self
    }
}

/// A lever with the setting that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// The lever.
    pub lever: String,
    /// What its parameter is set to.
    pub value: f64,
    /// What that costs.
    pub cost: f64,
    /// Where the parameter stands when nobody moves it.
    pub now: f64,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Seek {
    /// Is there a setting with the wanted probability and the margin?
    pub reached: bool,
    /// The cheapest such setting that was found; the one that comes nearest when there is none.
    pub settings: Vec<Setting>,
    /// What it costs.
    pub cost: f64,
    /// Its probability in the search.
    pub found: Share,
    /// Its probability under other luck.
    pub confirmed: Share,
    /// The seed of that.
    pub confirmed_seed: u64,
    /// The probability when no lever is moved.
    pub before: Share,
    /// The margin.
    pub margin: f64,
    /// Is no cheaper setting possible, among those with whole steps? False when the search was cut
    /// short, or a costlier setting was seen to be less likely.
    pub exact: bool,
    /// All that was tried: settings in the order of the levers, cost, probability.
    pub tried: Vec<(Vec<f64>, f64, Share)>,
}

/// Seeks the cheapest setting of levers with which a goal is met with a wanted probability.
///
/// All settings see the same luck; so the probability is a step function of each setting, and
/// nearly always a monotone one. Settings with whole steps are searched by branch and bound: a
/// branch is left when it costs more than the best that is known, or when the probability with all
/// open levers at their strongest is too low; the last lever is found by bisection. A greedy climb by
/// probability per cost gives the first best. Levers without steps are searched in twentieths of
/// their range, then by bisection to a millionth of it. What is found is run again under other luck.
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
    let wanted = seeking.probability;
    if !(wanted > 0.0 && wanted < 1.0) {
        let message = format!("{wanted} is no probability between 0 and 1");
        return Err(Error::at("probability", message));
    }
    let grids = grids(program, &seeking.levers)?;
    let condition = condition(program, &seeking.of)?;
    let sampling = sampling.seeded()?;
    let paths = sampling.paths().max(1) as f64;
    let margin = seeking.margin.unwrap_or(1.645 * (2.0 * wanted * (1.0 - wanted) / paths).sqrt());
    if !(0.0..1.0).contains(&margin) {
        return Err(Error::at("margin", format!("{margin} is no margin from 0 to 1")));
    }
    let enough = (wanted + margin).min(1.0);
    let mut trial = Trial::new(program, &sampling, &seeking.scenario, &grids, &condition, watch);
    let now: Point = grids.iter().map(|grid| grid.now).collect();
    let before = trial.share(&now)?;
    let mut search = Search { grids: &grids, enough, most: seeking.most, best: None, cut: false };
    search.climb(&mut trial)?;
    if search.best.is_some() {
        let strongest = search.strongest(&mut trial)?;
        search.branch(&mut trial, &strongest, &mut Vec::new())?;
        search.refine(&mut trial)?;
    }
    let (point, cost) = match &search.best {
        Some(best) => best.clone(),
        None => nearest(&trial),
    };
    let found = trial.share(&point)?;
    let exact = search.best.is_some() && !search.cut && is_monotone(&trial);
    let reached = search.best.is_some();
    let tried = trial.all();
    let (confirmed, confirmed_seed) = {
        let seed = sampling.seed_or_zero().wrapping_add(OTHER);
        let again = Sampling { seed: Some(seed), ..sampling.clone() };
        let mut quiet = |_: usize, _: usize| true;
        let mut trial =
            Trial::new(program, &again, &seeking.scenario, &grids, &condition, &mut quiet);
        (trial.share(&point)?, seed)
    };
    let setting = |(grid, x): (&Grid, &f64)| Setting {
        lever: grid.name.clone(),
        value: *x,
        cost: grid.cost(*x),
        now: grid.now,
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

/// The most likely of all that was tried, the cheaper of two.
fn nearest(trial: &Trial<'_>) -> (Point, f64) {
    let mut best: Option<(Point, f64, f64)> = None;
    for (point, cost, share) in trial.all() {
        let p = share.probability.value;
        let better = best.as_ref().is_none_or(|(_, c, q)| p > *q || (p == *q && cost < *c));
        if better {
            best = Some((point, cost, p));
        }
    }
    best.map_or((Vec::new(), f64::NAN), |(point, cost, _)| (point, cost))
}

/// Does no move of one lever lower the probability against its usual direction by more than chance?
fn is_monotone(trial: &Trial<'_>) -> bool {
    let all = trial.all();
    let lever = |k: usize| {
        // Pairs that differ in this lever only.
        let (mut up, mut down) = (false, false);
        for (a, _, p) in &all {
            for (b, _, q) in &all {
                let alone = a.iter().zip(b).enumerate().all(|(i, (x, y))| i == k || x == y);
                let change = q.probability.value - p.probability.value;
                let noise = 3.0 * p.error.max(q.error);
                if alone && a[k] < b[k] {
                    up |= change > noise;
                    down |= change < -noise;
                }
            }
        }
        !(up && down)
    };
    (0..trial.grids.len()).all(lever)
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
}

impl Search<'_> {
    fn cheapest(&self) -> Point {
        self.grids.iter().map(|grid| grid.values[grid.by_cost()[0]]).collect()
    }

    fn offer(&mut self, trial: &Trial<'_>, point: &Point, share: Share) {
        let cost = trial.cost(point);
        let cheaper = self.best.as_ref().is_none_or(|(_, best)| cost < *best);
        if share.probability.value >= self.enough && cheaper {
            self.best = Some((point.clone(), cost));
        }
    }

    /// From the cheapest setting, again and again the step that brings most probability for its
    /// cost, until it is enough or nothing helps.
    fn climb(&mut self, trial: &mut Trial<'_>) -> Result<(), Error> {
        let mut at = self.cheapest();
        let mut share = trial.share(&at)?;
        while share.probability.value < self.enough {
            let Some((next, found)) = step_up(trial, self.grids, &at, share)? else { break };
            (at, share) = (next, found);
        }
        self.offer(trial, &at, share);
        if self.best.is_none() {
            let strongest = self.strongest(trial)?;
            let share = trial.share(&strongest)?;
            self.offer(trial, &strongest, share);
        }
        Ok(())
    }

    /// The end of each lever with the higher probability.
    fn strongest(&self, trial: &mut Trial<'_>) -> Result<Point, Error> {
        let mut at = self.cheapest();
        for (k, grid) in self.grids.iter().enumerate() {
            let ends = [grid.values[0], grid.values[grid.values.len() - 1]].map(|end| {
                let mut point = at.clone();
                point[k] = end;
                point
            });
            let found = trial.shares(&ends)?;
            let upper = found[1].probability.value >= found[0].probability.value;
            at[k] = ends[usize::from(upper)][k];
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
        let rest: f64 =
            self.grids[k + 1..].iter().map(|grid| grid.cost(grid.values[grid.by_cost()[0]])).sum();
        let spent: f64 = self.grids.iter().zip(&*fixed).map(|(grid, x)| grid.cost(*x)).sum();
        let places: Vec<f64> = grid.by_cost().iter().map(|&place| grid.values[place]).collect();
        let affordable = |x: f64, best: &Best| {
            best.as_ref().is_none_or(|(_, best)| spent + grid.cost(x) + rest < *best - 1e-12)
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

    /// Levers without steps, one after the other: between the setting and the next cheaper one.
    fn refine(&mut self, trial: &mut Trial<'_>) -> Result<(), Error> {
        for k in 0..self.grids.len() {
            let grid = &self.grids[k];
            let Some((point, _)) = self.best.clone() else { return Ok(()) };
            let width = (grid.values[1] - grid.values[0]).abs();
            let cheaper = [point[k] - width, point[k] + width].into_iter().filter(|x| {
                grid.values[0] <= *x
                    && *x <= grid.values[grid.values.len() - 1]
                    && grid.cost(*x) < grid.cost(point[k])
            });
            let Some(mut short) = cheaper.clone().next().filter(|_| grid.continuous) else {
                continue;
            };
            let mut good = point[k];
            while (good - short).abs() > 1e-6 * width * super::STEPS as f64 {
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

/// The step of one lever that brings most probability for its cost; further ones where the next
/// step of none helps.
pub(super) fn step_up(
    trial: &mut Trial<'_>,
    grids: &[Grid],
    at: &Point,
    share: Share,
) -> Result<Option<(Point, Share)>, Error> {
    let longest = grids.iter().map(|grid| grid.values.len()).max().unwrap_or(0);
    let mut reach = 1;
    while reach < longest {
        let mut moves: Vec<Point> = Vec::new();
        for (k, grid) in grids.iter().enumerate() {
            let order = grid.by_cost();
            let place = order.iter().position(|&place| grid.values[place] == at[k]);
            let next = place.and_then(|place| order.get(place + reach));
            if let Some(&next) = next {
                let mut point = at.clone();
                point[k] = grid.values[next];
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
