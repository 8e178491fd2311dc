//! How likely combinations of targets are, also given that others are met; and pairs of them.

use std::collections::BTreeSet;

use super::attainment::Met;
use super::goal::{Condition, Goal};
use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::interrupt::look;
use crate::model::Model;
use crate::simulate::Ensembles;
use crate::summary::{Share, share};

/// How likely a goal is in a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct GoalProbability {
    /// The scenario.
    pub scenario: String,
    /// The goal.
    pub goal: String,
    /// What it is conditional on.
    pub given: Option<String>,
    /// Its probability with the interval, and the effective number of paths that meet the
    /// condition.
    pub share: Share,
}

/// The probability of goals in every scenario of a run and in their mixture, given that another one
/// holds when there is one: `P(goal and given) / P(given)`.
///
/// The estimate and its interval rest on the paths that meet the condition. Where none does,
/// nothing is known: the value is not-a-number, the interval from 0 to 1.
///
/// # Errors
/// Unknown targets; ensembles without the rows that targets need.
///
/// ```
/// use tinbergen::{Model, Sampling, plan};
/// # let model = Model::from_toml(r#"
/// # schema = 1
/// # name = "two targets"
/// # periods = "2021..2022"
/// # [indicators.gdp]
/// # history = { 2020 = 100 }
/// # process = { kind = "growth", mean = 0.05 }
/// # [shocks.gdp]
/// # normal = { sd = 0.02 }
/// # [[targets]]
/// # id = "soon"
/// # indicator = "gdp"
/// # period = 2021
/// # at_least = 105
/// # [[targets]]
/// # id = "late"
/// # indicator = "gdp"
/// # period = 2022
/// # at_least = 110
/// # "#)?;
/// let runs = model.compile()?.simulate(&Sampling::new(10_000, 1))?;
/// let (late, soon) = (plan::Goal::of("late"), plan::Goal::of("soon"));
/// let alone = plan::probabilities(&model, &runs, &[late.clone()], None)?;
/// let given = plan::probabilities(&model, &runs, &[late], Some(&soon))?;
/// assert!(given[0].share.probability.low > alone[0].share.probability.high);
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn probabilities(
    model: &Model,
    runs: &Ensembles,
    goals: &[Goal],
    given: Option<&Goal>,
) -> Result<Vec<GoalProbability>, Error> {
    let mut rows = Vec::new();
    for name in runs.names() {
        rows.extend(probabilities_in(model, runs.get(name)?, goals, given)?);
    }
    Ok(rows)
}

/// The probability of goals in one ensemble, as [`probabilities`].
///
/// # Errors
/// As [`probabilities`].
pub fn probabilities_in(
    model: &Model,
    ensemble: &Ensemble,
    goals: &[Goal],
    given: Option<&Goal>,
) -> Result<Vec<GoalProbability>, Error> {
    let resolve = |goal: &Goal| goal.resolve(model);
    let conditions = goals.iter().map(resolve).collect::<Result<Vec<_>, _>>()?;
    let condition = given.map(resolve).transpose()?;
    let places = named(conditions.iter().chain(&condition));
    let met = Met::of_places(model, ensemble, &places)?;
    let holds = condition.map(|condition| met.condition(&condition));
    let row = |(goal, condition)| GoalProbability {
        scenario: ensemble.scenario().to_owned(),
        goal: Goal::to_string(goal),
        given: given.map(Goal::to_string),
        share: share(ensemble, &met.condition(condition), holds.as_deref()),
    };
    Ok(goals.iter().zip(&conditions).map(row).collect())
}

/// The places of the targets that conditions name, each once.
fn named<'a>(conditions: impl IntoIterator<Item = &'a Condition>) -> Vec<usize> {
    let all: BTreeSet<usize> = conditions.into_iter().flat_map(Condition::targets).collect();
    all.into_iter().collect()
}

/// Two targets or sets beside each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The first.
    pub a: String,
    /// The second.
    pub b: String,
    /// The probability that both are met in the same path.
    pub both: Share,
    /// The probability of the first, given that the second is met.
    pub given: Share,
    /// `P(a and b) / (P(a) P(b))`: how many times as often as if they had nothing to do with each
    /// other. Not-a-number where one is never met.
    pub lift: f64,
    /// The correlation of the two as 0 or 1 in each path (phi). Not-a-number where one is always or
    /// never met.
    pub correlation: f64,
}

/// All pairs of some targets or sets in an ensemble, in both orders and each with itself; of all
/// targets when none are named.
///
/// # Errors
/// Unknown names; an ensemble without the rows that targets need.
pub fn pairs(
    model: &Model,
    ensemble: &Ensemble,
    names: Option<&[&str]>,
) -> Result<Vec<Pair>, Error> {
    let all: Vec<&str> = model.targets.iter().map(|target| target.id.as_str()).collect();
    let names = names.unwrap_or(&all);
    let resolve = |name: &&str| Goal::of(*name).resolve(model);
    let conditions = names.iter().map(resolve).collect::<Result<Vec<_>, _>>()?;
    let met = Met::of_places(model, ensemble, &named(&conditions))?;
    let columns: Vec<Vec<f64>> = conditions.iter().map(|one| met.condition(one)).collect();
    let alone: Vec<Share> = columns.iter().map(|met| share(ensemble, met, None)).collect();
    let mut rows = Vec::new();
    for (i, a) in names.iter().enumerate() {
        for (j, b) in names.iter().enumerate() {
            look();
            let both: Vec<f64> = columns[i].iter().zip(&columns[j]).map(|(a, b)| a * b).collect();
            let both = share(ensemble, &both, None);
            let (p, q, r) =
                (alone[i].probability.value, alone[j].probability.value, both.probability.value);
            let spread = (p * (1.0 - p) * q * (1.0 - q)).sqrt();
            rows.push(Pair {
                a: (*a).to_owned(),
                b: (*b).to_owned(),
                both,
                given: share(ensemble, &columns[i], Some(&columns[j])),
                lift: if p * q > 0.0 { r / (p * q) } else { f64::NAN },
                correlation: if spread > 0.0 { (r - p * q) / spread } else { f64::NAN },
            });
        }
    }
    Ok(rows)
}

/// What one target costs a set of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Limiting {
    /// The target.
    pub target: String,
    /// Its own probability.
    pub own: Share,
    /// The probability of the others together, without it.
    pub without: Share,
    /// What the probability of all gains when it is dropped.
    pub gain: f64,
    /// Its Monte Carlo standard error.
    pub gain_error: f64,
    /// The share of the paths that miss the whole in which it is the only one that is missed.
    pub alone: Share,
    /// The share of the paths that miss the whole in which it is missed.
    pub missed: Share,
}

/// Which targets of a set limit it: for each, the probability gained were it dropped, and how often
/// it is the only one that fails. The gain is the probability that it alone is missed.
///
/// # Errors
/// Unknown names; a goal that is no set of targets; an ensemble without the rows they need.
pub fn limiting(model: &Model, ensemble: &Ensemble, of: &Goal) -> Result<Vec<Limiting>, Error> {
    let places = of.resolve(model)?.conjunction().ok_or_else(|| {
        let message = "expected names of targets and sets joined by \"and\": one can be dropped only \
                       where all are wanted";
        Error::at("", message)
    })?;
    let met = Met::of_places(model, ensemble, &places)?;
    let missed: Vec<f64> = (0..met.paths())
        .map(|i| places.iter().map(|&index| 1.0 - met.target(index)[i]).sum())
        .collect();
    let when = |number: &dyn Fn(f64) -> bool| -> Vec<f64> {
        missed.iter().map(|&missed| f64::from(u8::from(number(missed)))).collect()
    };
    let fails = when(&|missed| missed > 0.0);
    let row = |&index: &usize| {
        let own = met.target(index);
        let miss: Vec<f64> = own.iter().map(|met| 1.0 - met).collect();
        let alone: Vec<f64> =
            missed.iter().zip(&miss).map(|(n, miss)| if *n == 1.0 { *miss } else { 0.0 }).collect();
        let others: Vec<f64> = missed
            .iter()
            .zip(&miss)
            .map(|(n, miss)| f64::from(u8::from(n - miss == 0.0)))
            .collect();
        let gain = share(ensemble, &alone, None);
        Limiting {
            target: model.targets[index].id.clone(),
            own: share(ensemble, own, None),
            without: share(ensemble, &others, None),
            gain: gain.probability.value,
            gain_error: gain.error,
            alone: share(ensemble, &alone, Some(&fails)),
            missed: share(ensemble, &miss, Some(&fails)),
        }
    };
    Ok(places.iter().map(row).collect())
}
