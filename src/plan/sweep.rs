//! Many settings of one program: scenarios, with numbers for parameters and levers, under common random
//! numbers. Nothing is compiled again.

use std::collections::HashMap;

use super::attained::Attained;
use super::attainment::{Attainment, Met, of_goal};
use super::goal::{Condition, Goal};
use super::levers::{Levers, Moves};
use crate::compile::Program;
use crate::ensemble::Ensemble;
use crate::error::{Error, Problem};
use crate::simulate::{Given, Kept, Sampling, Variant, overrides};
use crate::summary::Fan;

/// Settings that run side by side, sharing their draws.
const BATCH: usize = 8;

/// A setting of a sweep: a scenario, and what parameters and levers are in it.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepSetting {
    /// The scenario.
    pub scenario: String,
    /// What parameters are, in the order of [`Sweep::parameters`].
    pub parameters: Vec<f64>,
    /// Where levers stand, in the order of [`Sweep::levers`].
    pub levers: Vec<f64>,
}

/// Settings that are compared, and what is asked of each.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sweep {
    /// Parameters that are other numbers, as by [`Sampling::with_parameter`]: what a scenario sets, it
    /// keeps.
    pub parameters: Vec<String>,
    /// Levers that are moved, as by [`seek`](super::seek).
    pub levers: Vec<String>,
    /// Do levers replace uncertain parameters by numbers? Else their centre is moved.
    pub replace: bool,
    /// The settings.
    pub settings: Vec<SweepSetting>,
    /// The place of the first of them where they are some of many: what is said of a setting counts from there.
    pub first: usize,
    /// What is asked about: targets, sets, combinations of them. Every target and set of the model unless
    /// named; then no more is computed than these need.
    pub of: Vec<Goal>,
    /// Indicators whose fans are wanted.
    pub indicators: Vec<String>,
    /// The quantile levels of the fans.
    pub levels: Vec<f64>,
}

/// What a setting gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Swept {
    /// How likely each target and set is, or each goal that was named.
    pub attainment: Vec<Attainment>,
    /// The fans that were asked for.
    pub fans: Vec<Fan>,
}

/// Simulates every setting under the same random numbers: each gives what a run of its scenario gives with
/// these parameters, to the bit. No more is computed than the targets and fans need that are asked for, so
/// paths that fail where none of them looks are not noticed.
///
/// # Errors
/// As [`Program::simulate`]; names that the model does not have; a parameter that is given and moved by a
/// lever too; numbers that a parameter or lever cannot be, with the setting they stand in.
///
/// ```
/// use tinbergen::{Model, Sampling, plan};
/// let program = Model::read("plans/yuecheng.toml")?.compile()?;
/// let setting = |growth: f64| plan::SweepSetting {
///     scenario: "baseline".to_owned(),
///     parameters: vec![growth],
///     levers: Vec::new(),
/// };
/// let sweep = plan::Sweep {
///     parameters: vec!["trend_growth".to_owned()],
///     settings: vec![setting(0.05), setting(0.08)],
///     ..plan::Sweep::default()
/// };
/// let found = plan::sweep(&program, &Sampling::new(500, 1), &sweep, &mut |_, _| true)?;
/// let all = |k: usize| found[k].attainment[0].probability.value;
/// assert!(all(0) < all(1));
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn sweep(
    program: &Program,
    sampling: &Sampling,
    asked: &Sweep,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Vec<Swept>, Error> {
    let sampling = sampling.seeded()?;
    let variants = variants(program, &sampling, asked)?;
    let goals = Goals::new(program, &asked.of)?;
    let kept: Vec<Kept> = goals.kept(program, &asked.indicators)?;
    let last = if asked.indicators.is_empty() {
        program.horizon(&goals.targets)
    } else {
        program.span().last()
    };
    let mut found = Vec::with_capacity(variants.len());
    for batch in variants.chunks(BATCH) {
        if !watch(found.len(), variants.len()) {
            return Err(Error::interrupted());
        }
        let first = found.len();
        let run = |batch: &[Variant<'_>]| {
            let asked = (kept.as_slice(), last, Some(goals.targets.as_slice()));
            program.simulate_variants(&sampling, batch, asked, &mut |_, _| true)
        };
        let ensembles = match run(batch) {
            Err(error) if error.is_numerical() => {
                return Err(blame(batch, asked.first + first, run, error));
            }
            ensembles => ensembles?,
        };
        let mut known = Attained::default();
        for ensemble in &ensembles {
            let fan = |name: &String| ensemble.fan(name, &asked.levels);
            let fans = asked.indicators.iter().map(fan).collect::<Result<_, _>>()?;
            let attainment = if asked.of.is_empty() {
                known.next(program, ensemble)?
            } else {
                goals.attainment(program, ensemble)?
            };
            found.push(Swept { attainment, fans });
        }
    }
    if !watch(found.len(), variants.len()) {
        return Err(Error::interrupted());
    }
    Ok(found)
}

/// Goals that are asked about alone.
struct Goals {
    named: Vec<(String, Condition)>,
    /// The places of the targets that they name; of all targets where no goal is named.
    targets: Vec<usize>,
}

impl Goals {
    fn new(program: &Program, of: &[Goal]) -> Result<Self, Error> {
        let named = of.iter().map(|goal| Ok((goal.to_string(), goal.resolve(program.model())?)));
        let named = named.collect::<Result<Vec<_>, Error>>()?;
        let mut targets: Vec<usize> = named.iter().flat_map(|(_, goal)| goal.targets()).collect();
        targets.sort_unstable();
        targets.dedup();
        if named.is_empty() {
            targets = (0..program.targets().len()).collect();
        }
        Ok(Self { named, targets })
    }

    /// What has to be stored for them, and for indicators whose fans are wanted.
    fn kept(&self, program: &Program, indicators: &[String]) -> Result<Vec<Kept>, Error> {
        let mut kept = program.kept(Some(indicators))?;
        if !self.named.is_empty() {
            let needed = program.needed(&self.targets);
            kept.retain(|(k, is_wanted)| *is_wanted || needed.contains(&(*k, true)));
        }
        Ok(kept)
    }

    fn attainment(&self, program: &Program, ensemble: &Ensemble) -> Result<Vec<Attainment>, Error> {
        let met = Met::only(program, ensemble, &self.targets)?;
        Ok(self.named.iter().map(|(name, goal)| of_goal(ensemble, &met, name, goal)).collect())
    }
}

/// Says in which of some settings too many paths failed.
fn blame<T>(
    batch: &[Variant<'_>],
    first: usize,
    run: impl Fn(&[Variant<'_>]) -> Result<T, Error>,
    error: Error,
) -> Error {
    for (k, variant) in batch.iter().enumerate() {
        if let Err(error) = run(std::slice::from_ref(variant)) {
            let message = "in this setting too many paths fail, as said below";
            let problem = Problem::new(format!("settings[{}]", first + k), message);
            return Error::numerical(
                [problem].into_iter().chain(error.problems().iter().cloned()).collect(),
            );
        }
    }
    error
}

/// The settings as variants of scenarios.
fn variants<'a>(
    program: &Program,
    sampling: &Sampling,
    asked: &'a Sweep,
) -> Result<Vec<Variant<'a>>, Error> {
    let mut moves: HashMap<&str, Moves> = HashMap::new();
    let (mut found, mut problems) = (Vec::with_capacity(asked.settings.len()), Vec::new());
    if asked.settings.is_empty() {
        return Err(Error::at("settings", "there are none"));
    }
    for (k, setting) in (asked.first..).zip(&asked.settings) {
        let scenario = setting.scenario.as_str();
        program.scenario(scenario)?;
        if !asked.levers.is_empty() && !moves.contains_key(scenario) {
            let levers =
                Levers::named(asked.levers.iter().map(String::as_str)).in_scenario(scenario);
            let levers = Levers { replace: asked.replace, ..levers };
            let made = Moves::new(program, sampling, &levers)?;
            apart(program, asked, &made)?;
            moves.insert(scenario, made);
        }
        let whole = [
            ("parameters", setting.parameters.len(), asked.parameters.len()),
            ("levers", setting.levers.len(), asked.levers.len()),
        ];
        if let Some((what, found, expected)) = whole.iter().find(|(_, a, b)| a != b) {
            let message = format!("{found} numbers for {expected} names");
            problems.push(Problem::new(format!("settings[{k}].{what}"), message));
            continue;
        }
        let numbers = setting.parameters.iter().map(|number| Given::Number(*number));
        let named: Vec<_> = asked.parameters.iter().cloned().zip(numbers).collect();
        let given = overrides(program, &named, 1);
        let moved = moves.get(scenario).map_or(Ok(Vec::new()), |moves| moves.at(&setting.levers));
        match (given, moved) {
            (Ok(given), Ok(moved)) => {
                let given = given.into_iter().map(|(place, given)| (place, given.at(0))).collect();
                found.push(Variant { scenario, given, moved });
            }
            (given, moved) => {
                for error in [given.err(), moved.err()].into_iter().flatten() {
                    problems.extend(error.problems().iter().map(|problem| {
                        let address = format!("settings[{k}].{}", problem.address);
                        Problem::new(address, problem.message.clone())
                    }));
                }
            }
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(Error::model(problems)) }
}

/// Refuses a parameter that is given and moved by a lever too.
fn apart(program: &Program, asked: &Sweep, moves: &Moves) -> Result<(), Error> {
    for (name, place) in asked.levers.iter().zip(moves.parameters()) {
        let named = program.model().parameters.get_index(place);
        if let Some((parameter, _)) = named.filter(|(own, _)| asked.parameters.contains(own)) {
            let message = format!(
                "it moves the parameter \"{parameter}\", which is given a number too; ask for one of the two"
            );
            return Err(Error::at(format!("levers.{name}"), message));
        }
    }
    Ok(())
}
