//! Bounds with which a plan is met with a wanted probability.

mod bound;
mod ranked;
mod reach;
mod spread;
mod wanted;

use super::attainment::HEADROOM_LEVELS;
use super::consistency::{Finding, consistency};
use super::headroom::{is_undefined, measure, room_quantiles, rooms};
use crate::compile::Program;
use crate::condition::Tracked;
use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::model::{Bound, Model, Target};
use crate::parallel;
use crate::simulate::{Ensembles, Sampling};
use crate::summary::{Share, share};

use self::bound::{eased, eased_and_rounded, further};
use self::ranked::Ranked;
use self::reach::{reachable, unreached};
use self::spread::{Line, Part, sd};
use self::wanted::{held, places, weights};

pub use self::spread::Spread;
pub use self::wanted::Revising;

/// The seed of the confirmation: any other one will do.
const OTHER: u64 = 0x9e37_79b9_7f4a_7c15;
/// How often bounds give a little more where rounding left a path short.
const ROUNDS: usize = 60;

/// A bound with its Monte Carlo interval.
#[derive(Debug, Clone, PartialEq)]
pub struct RevisedBound {
    /// The bound, with few digits.
    pub bound: Bound,
    /// What it gives, in the unit of what counts; less than 0 where it became tighter.
    pub give: f64,
    /// The tighter end of the 95 % interval.
    pub tighter: Bound,
    /// The looser end; infinite where paths are too few to say.
    pub looser: Bound,
}

/// A target with its bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct RevisedTarget {
    /// Its id.
    pub target: String,
    /// Does its bound stay as it is?
    pub held: bool,
    /// As it is written.
    pub written: Bound,
    /// How likely it is so, alone.
    pub before: Share,
    /// The standard deviation of its headroom, in the unit of what counts.
    pub sd: f64,
    /// Quantiles of its headroom at [`HEADROOM_LEVELS`](super::HEADROOM_LEVELS).
    pub headroom: [f64; 5],
    /// The bound with which it is met, alone, with the wanted probability; none where no bound is enough.
    pub alone: Option<RevisedBound>,
    /// How likely it is with that bound under other random numbers.
    pub alone_confirmed: Option<Share>,
    /// The bound with which all are met together with the wanted probability.
    pub revised: RevisedBound,
    /// How likely it is so, alone, under other random numbers.
    pub after: Share,
}

/// A plan whose bounds are met together with a wanted probability.
#[derive(Debug, Clone)]
pub struct Revision {
    /// The targets, in the order of the plan.
    pub targets: Vec<RevisedTarget>,
    /// How likely all of them are together as they are written.
    pub before: Share,
    /// How likely they are with the new bounds, in the paths from which those were found.
    pub found: Share,
    /// How likely they are under other random numbers.
    pub confirmed: Share,
    /// The seed of those.
    pub confirmed_seed: u64,
    /// What the consistency of the revised plan says that it did not say of the plan as it is written.
    pub findings: Vec<Finding>,
    /// The revised plan.
    pub model: Model,
}

impl Revision {
    /// How many bounds moved.
    pub fn moved(&self) -> usize {
        self.targets.iter().filter(|target| target.revised.bound != target.written).count()
    }
}

/// Finds, for a wanted probability, the bound of each target that is met alone with it, and the bounds of all
/// that are met together with it.
///
/// The headroom of a target is the distance to its bound, so a path meets the target once the bound gives what
/// the headroom lacks. Alone, the bound gives the least that is enough in the wanted share of the paths, an
/// order statistic. Together, all bounds give along one line, by the rule of [`Spread`]; each path has the
/// first place on that line at which it meets all targets, and the place that is taken is the order statistic of
/// these. Intervals are those of W. Woodruff (1952): the places whose own share has the wanted one in its 95 %
/// interval, for the line as it was found. Bounds are rounded to the easier side by less than a thousandth of a
/// standard deviation of their headroom. Weights of paths and the strata of a mixture count as in every
/// probability of the run.
///
/// A floor becomes lower, a ceiling higher, a range wider at both ends by the same, and a limit that moves with
/// another indicator by what is added to it (`plus`).
///
/// What is found is held against a run with another seed, and its consistency is looked at. `program` is the plan
/// that was run.
///
/// # Errors
/// A probability that is not between 0 and 1; a goal that is not some targets together; unknown targets,
/// scenarios and weights; all of them held; held targets, or targets that no bound makes likely enough, with
/// which the probability cannot be reached; a run that is not one of the program.
///
/// ```
/// use tinbergen::{Model, Sampling, plan};
/// let program = Model::read("plans/yuecheng.toml")?.compile()?;
/// let runs = program.simulate(&Sampling::new(1000, 1).with_scenarios(["baseline"]))?;
/// let wanted = plan::Revising::new(0.8, plan::Goal::of("economy"));
/// let found = plan::revise(&program, &runs, &wanted)?;
/// assert!(found.before.probability.value < 0.8 && found.found.probability.value >= 0.8);
/// assert!(found.moved() > 0 && found.model.to_toml()?.contains("gdp-2025"));
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn revise(program: &Program, runs: &Ensembles, wanted: &Revising) -> Result<Revision, Error> {
    revise_by(program, runs, wanted, &|sampling| program.simulate(sampling))
}

/// The same for a run of a program that is conditioned on outturns; `program` is the plan itself.
///
/// # Errors
/// As [`revise`].
pub fn revise_given(
    program: &Program,
    tracked: &Tracked,
    runs: &Ensembles,
    wanted: &Revising,
) -> Result<Revision, Error> {
    revise_by(program, runs, wanted, &|sampling| tracked.simulate(sampling))
}

/// Runs the program again.
type Again<'a> = &'a dyn Fn(&Sampling) -> Result<Ensembles, Error>;

fn revise_by(
    program: &Program,
    runs: &Ensembles,
    wanted: &Revising,
    again: Again<'_>,
) -> Result<Revision, Error> {
    let model = program.model();
    let p = wanted.probability;
    if !(p > 0.0 && p < 1.0) {
        let message = format!("{p} is no probability between 0 and 1");
        return Err(Error::at("probability", message));
    }
    let places = places(model, wanted)?;
    let held = held(model, wanted, &places)?;
    let weights = weights(model, wanted, &places, &held)?;
    let ensemble = runs.get(&wanted.scenario)?;
    let targets: Vec<&Target> = places.iter().map(|&place| &model.targets[place]).collect();
    let part = |k: usize| part(targets[k], ensemble, held[k], weights[k]);
    let parts = parallel::map(targets.len(), part)?.into_iter().collect::<Result<Vec<_>, _>>()?;
    reachable(&targets, &parts, ensemble, wanted)?;

    let by_probability = wanted.spread == Spread::Probability;
    let line = Line { parts: &parts, by_probability, tighten: wanted.tighten };
    let needed = line.parameters();
    let ranked = Ranked::new(ensemble, &needed);
    let parameter = ranked.least(p).ok_or_else(|| unreached(p))?;
    let ends = ranked.interval(ensemble, &needed, p);
    let gives: Vec<f64> = parts.iter().map(|part| line.give(part, parameter)).collect();
    let moves: Vec<bool> = parts.iter().map(|part| !part.held).collect();
    let (gives, bounds) = enough(&targets, &parts, &moves, ensemble, gives, p)?;

    let revised = with_bounds(model, &places, &bounds);
    let alone = parallel::map(targets.len(), |k| alone(targets[k], &parts[k], ensemble, p))?;
    let alone = alone.into_iter().collect::<Result<Vec<_>, Error>>()?;
    let seed = runs.info().seed.wrapping_add(OTHER);
    let mut sampling = Sampling { seed: Some(seed), ..runs.info().sampling()? };
    sampling.keep = Some(Vec::new());
    let mixed = runs.place(&wanted.scenario).is_none();
    let names = || runs.scenarios().map(|run| run.scenario().to_owned());
    let names = if mixed { names().collect() } else { vec![wanted.scenario.clone()] };
    let fresh = again(&sampling.with_scenarios(names))?;
    let fresh = fresh.get(&wanted.scenario)?;

    let mut found = Vec::with_capacity(targets.len());
    for (k, (target, part)) in targets.iter().zip(&parts).enumerate() {
        let at = |end: f64| eased(&target.bound, line.give(part, end));
        let bound = bounds[k].clone();
        let alone_met = |bound: &RevisedBound| {
            met(&with_bound(target, &bound.bound), fresh).map(|met| share(fresh, &met, None))
        };
        found.push(RevisedTarget {
            target: target.id.clone(),
            held: part.held,
            written: target.bound.clone(),
            before: share(ensemble, &met(target, ensemble)?, None),
            sd: sd(ensemble, &part.gives),
            headroom: bands(target, ensemble)?,
            alone_confirmed: alone[k].as_ref().map(alone_met).transpose()?,
            alone: alone[k].clone(),
            after: share(fresh, &met(&with_bound(target, &bound), fresh)?, None),
            revised: RevisedBound {
                bound,
                give: gives[k],
                tighter: at(ends.0),
                looser: at(ends.1),
            },
        });
    }
    let together = |bounds: &[Bound], ensemble: &Ensemble| -> Result<Share, Error> {
        Ok(share(ensemble, &all_met(&targets, bounds, ensemble)?, None))
    };
    let written: Vec<Bound> = targets.iter().map(|target| target.bound.clone()).collect();
    Ok(Revision {
        targets: found,
        before: together(&written, ensemble)?,
        found: together(&bounds, ensemble)?,
        confirmed: together(&bounds, fresh)?,
        confirmed_seed: seed,
        findings: new_findings(program, &revised)?,
        model: revised,
    })
}

/// What a target has to give in the paths.
fn part(target: &Target, ensemble: &Ensemble, held: bool, weight: f64) -> Result<Part, Error> {
    let strict = target.bound.sense().strict;
    let give = |room: f64| {
        if room.is_nan() || is_undefined(room) {
            f64::INFINITY
        } else if strict && room == 0.0 {
            // A strict bound is not met at itself, however little is lacking.
            f64::MIN_POSITIVE
        } else {
            -room
        }
    };
    let headroom = rooms(&measure(target, ensemble)?, ensemble)?;
    let gives: Vec<f64> = headroom.into_iter().map(give).collect();
    let scale = weight * sd(ensemble, &gives);
    Ok(Part { ranked: Ranked::new(ensemble, &gives), gives, held, scale })
}

/// The bounds that give so much, and a little more where rounding left a path short.
fn enough(
    targets: &[&Target],
    parts: &[Part],
    moves: &[bool],
    ensemble: &Ensemble,
    mut gives: Vec<f64>,
    p: f64,
) -> Result<(Vec<f64>, Vec<Bound>), Error> {
    let sds: Vec<f64> = parts.iter().map(|part| sd(ensemble, &part.gives)).collect();
    for _ in 0..ROUNDS {
        let bound = |k: usize| eased_and_rounded(&targets[k].bound, gives[k], sds[k]);
        let bounds: Vec<Bound> = (0..targets.len()).map(bound).collect();
        let found = share(ensemble, &all_met(targets, &bounds, ensemble)?, None);
        if found.probability.value >= p * (1.0 - 1e-12) {
            return Ok((gives, bounds));
        }
        for (k, part) in parts.iter().enumerate().filter(|(k, _)| moves[*k]) {
            if gives[k] != 0.0 || part.gives.contains(&f64::MIN_POSITIVE) {
                gives[k] = further(gives[k], sds[k]);
            }
        }
    }
    Err(unreached(p))
}

/// The bound with which a target is met alone.
fn alone(
    target: &Target,
    part: &Part,
    ensemble: &Ensemble,
    p: f64,
) -> Result<Option<RevisedBound>, Error> {
    let Some(give) = part.ranked.least(p) else { return Ok(None) };
    let by_itself = std::slice::from_ref(part);
    let (gives, bounds) = enough(&[target], by_itself, &[true], ensemble, vec![give], p)?;
    let (low, high) = part.ranked.interval(ensemble, &part.gives, p);
    let (tighter, looser) = (eased(&target.bound, low), eased(&target.bound, high));
    Ok(bounds.into_iter().next().map(|bound| RevisedBound {
        bound,
        give: gives[0],
        tighter,
        looser,
    }))
}

fn bands(target: &Target, ensemble: &Ensemble) -> Result<[f64; 5], Error> {
    let rooms = rooms(&measure(target, ensemble)?, ensemble)?;
    let bands = room_quantiles(ensemble, &rooms, &HEADROOM_LEVELS);
    Ok(bands.try_into().unwrap_or([f64::NAN; 5]))
}

fn with_bound(target: &Target, bound: &Bound) -> Target {
    Target { bound: bound.clone(), ..target.clone() }
}

fn with_bounds(model: &Model, places: &[usize], bounds: &[Bound]) -> Model {
    let mut revised = model.clone();
    for (&place, bound) in places.iter().zip(bounds) {
        revised.targets[place].bound = bound.clone();
    }
    revised
}

/// For each path 1 where a target is met, else 0.
fn met(target: &Target, ensemble: &Ensemble) -> Result<Vec<f64>, Error> {
    let measure = measure(target, ensemble)?;
    let rooms = rooms(&measure, ensemble)?;
    let meets = measure.meets();
    Ok(rooms.into_iter().map(|room| f64::from(u8::from(meets(room)))).collect())
}

/// For each path 1 where all targets are met with these bounds, else 0.
fn all_met(targets: &[&Target], bounds: &[Bound], ensemble: &Ensemble) -> Result<Vec<f64>, Error> {
    let one = |k: usize| met(&with_bound(targets[k], &bounds[k]), ensemble);
    let mut all = vec![1.0; ensemble.len()];
    for met in parallel::map(targets.len(), one)? {
        all.iter_mut().zip(met?).for_each(|(all, met)| *all *= met);
    }
    Ok(all)
}

/// What is said of the revised plan and was not said of the plan as it is written.
fn new_findings(program: &Program, revised: &Model) -> Result<Vec<Finding>, Error> {
    let before = consistency(program);
    let mut after = consistency(&revised.compile()?);
    after.retain(|found| {
        !before.iter().any(|known| known.kind == found.kind && known.targets == found.targets)
    });
    Ok(after)
}
