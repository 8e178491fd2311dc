//! What a host is told.

use std::collections::BTreeMap;

use serde::Serialize;
use tinbergen::plan::{HEADROOM_LEVELS, Limiting, Met, attainment, limiting, probabilities};
use tinbergen::simulate::STREAMS;
use tinbergen::{Ensembles, Error, Model};

use crate::about::{About, about};
use crate::request::Request;

/// Numbers, and a text that says what they are.
///
/// The text is JSON. Of an answer it has the names along the axes and, under `arrays`, for each array
/// where it begins among the numbers and its shape:
///
/// | array | axes |
/// |---|---|
/// | `effective_paths` | scenario |
/// | `fans` | scenario, indicator, period; the mean and the quantiles of `levels` |
/// | `attainment` | scenario, target (sets follow); the probability, and the low and high end of its interval |
/// | `headroom` | scenario, target; the quantiles of `headroom_levels`, not-a-number for sets |
/// | `goals` | scenario, goal; the probability, both ends of its interval, and the paths it rests on |
/// | `limiting` | scenario, target of `limiting`; what its dropping gains and the error of that, the probability of the others, its own with both ends of its interval, and the share of the failing paths that miss it |
/// | `met` | scenario but the mixture, target but sets, word: 32 paths, the first in the lowest bit |
///
/// Of a plan that is only checked there are no numbers, and `about` has what it is made of and what does not fit in it.
///
/// Where something is wrong there are no numbers, and `problems` has each mistake with its address.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The arrays, one after the other.
    pub numbers: Vec<f64>,
    /// What they are, as JSON.
    pub text: String,
}

/// The digest of the sources of the core that this is built with, with a word before it by which it is
/// found in the bytes of the module.
pub const SOURCES: &str = concat!("tinbergen-sources:", env!("TINBERGEN_SOURCES"));

#[derive(Serialize)]
struct Described<'a> {
    engine: &'a str,
    sources: &'a str,
    streams: u32,
    seed: u64,
    paths: usize,
    design: &'a str,
    scenarios: Vec<&'a str>,
    indicators: Vec<&'a str>,
    periods: Vec<String>,
    levels: &'a [f64],
    targets: Vec<String>,
    /// How many of the targets, the last of them, are sets.
    sets: usize,
    headroom_levels: [f64; 5],
    /// The targets of the set of which it is told what limits it.
    limiting: Vec<String>,
    /// For each indicator its known values: those of its history, then what identities give.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    history: Vec<Vec<(String, f64)>>,
    arrays: BTreeMap<&'a str, Place>,
}

/// A plan that is only checked.
#[derive(Serialize)]
struct Checked<'a> {
    about: About<'a>,
}

#[derive(Serialize)]
struct Place {
    at: usize,
    shape: Vec<usize>,
}

#[derive(Serialize)]
struct Mistakes {
    problems: Vec<Mistake>,
}

#[derive(Serialize)]
struct Mistake {
    line: Option<usize>,
    address: String,
    message: String,
}

/// Answers a request, which is JSON.
pub fn answer(request: &[u8]) -> Answer {
    let answered = Request::read(request).and_then(|request| {
        let model = request.model()?;
        if request.check {
            return Ok(Answer {
                numbers: Vec::new(),
                text: json(&Checked { about: about(&model)? }),
            });
        }
        described(&request, &model, &request.simulate(&model)?)
    });
    answered.unwrap_or_else(|error| mistaken(&error))
}

fn described(request: &Request, model: &Model, runs: &Ensembles) -> Result<Answer, Error> {
    let (info, scenarios) = (runs.info(), runs.names());
    let first = runs.get(scenarios[0])?;
    let kept =
        |name: &&str| request.fans.as_ref().is_none_or(|fans| fans.iter().any(|f| f == name));
    let indicators: Vec<&str> =
        first.indicators().map(|series| series.name.as_str()).filter(kept).collect();
    let periods: Vec<String> = first.span().periods().map(|period| period.to_string()).collect();
    let rows = attainment(runs)?;
    let of_first = || rows.iter().filter(|row| row.scenario == scenarios[0]);
    let targets: Vec<String> = of_first().map(|row| row.target.clone()).collect();
    let sets = of_first().filter(|row| row.is_set).count();

    let known = |indicator: &&str| -> Result<Vec<(String, f64)>, Error> {
        let values = first.history(indicator)?;
        Ok(values.into_iter().map(|(period, value)| (period.to_string(), value)).collect())
    };
    let shown = if request.history { indicators.as_slice() } else { &[] };
    let history = shown.iter().map(known).collect::<Result<_, Error>>()?;

    let mut arrays = Arrays::default();
    for &name in &scenarios {
        arrays.numbers.push(runs.get(name)?.effective_paths());
    }
    arrays.end("effective_paths", &[scenarios.len()]);
    for &name in &scenarios {
        for indicator in &indicators {
            for period in runs.get(name)?.fan(indicator, request.levels())?.periods {
                arrays.numbers.push(period.mean);
                arrays.numbers.extend(period.quantiles);
            }
        }
    }
    let width = 1 + request.levels().len();
    arrays.end("fans", &[scenarios.len(), indicators.len(), periods.len(), width]);
    let of_targets = [scenarios.len(), targets.len()];
    for row in &rows {
        let found = row.probability;
        arrays.numbers.extend([found.value, found.low, found.high]);
    }
    arrays.end("attainment", &[of_targets[0], of_targets[1], 3]);
    arrays.numbers.extend(rows.iter().map(|row| row.undefined));
    arrays.end("undefined", &of_targets);
    for row in &rows {
        arrays.numbers.extend(row.headroom.unwrap_or([f64::NAN; 5]));
    }
    arrays.end("headroom", &[of_targets[0], of_targets[1], HEADROOM_LEVELS.len()]);
    if !request.goals.is_empty() {
        let (goals, given) = request.goals()?;
        for row in probabilities(model, runs, &goals, given.as_ref())? {
            let found = row.share.probability;
            arrays.numbers.extend([found.value, found.low, found.high, row.share.paths]);
        }
        arrays.end("goals", &[scenarios.len(), goals.len(), 4]);
    }
    let mut limited = Vec::new();
    if let Some(goal) = &request.limiting {
        let goal = goal.parse()?;
        for &name in &scenarios {
            let rows = limiting(model, runs.get(name)?, &goal)?;
            arrays.numbers.extend(rows.iter().flat_map(of_limiting));
            limited = rows.into_iter().map(|row| row.target).collect();
        }
        arrays.end("limiting", &[scenarios.len(), limited.len(), 7]);
    }
    if request.met {
        let single: Vec<_> = scenarios.iter().filter(|name| **name != "mixture").collect();
        for name in &single {
            let met = Met::new(model, runs.get(name)?)?;
            for index in 0..model.targets.len() {
                arrays.numbers.extend(met.target(index).chunks(WORD).map(word));
            }
        }
        let words = info.paths.div_ceil(WORD);
        arrays.end("met", &[single.len(), model.targets.len(), words]);
    }

    let Arrays { numbers, places } = arrays;
    let described = Described {
        engine: env!("CARGO_PKG_VERSION"),
        sources: SOURCES,
        streams: STREAMS,
        seed: info.seed,
        paths: info.paths,
        design: &info.design,
        scenarios,
        indicators,
        periods,
        levels: request.levels(),
        targets,
        sets,
        headroom_levels: HEADROOM_LEVELS,
        limiting: limited,
        history,
        arrays: places,
    };
    Ok(Answer { numbers, text: json(&described) })
}

fn of_limiting(row: &Limiting) -> [f64; 7] {
    let own = row.own.probability;
    let (without, missed) = (row.without.probability.value, row.missed.probability.value);
    [row.gain, row.gain_error, without, own.value, own.low, own.high, missed]
}

/// So many paths are one number of `met`.
const WORD: usize = 32;

/// Which of some paths meet a target, the first in the lowest bit.
fn word(paths: &[f64]) -> f64 {
    let with = |word: u32, met: &f64| word << 1 | u32::from(*met > 0.0);
    f64::from(paths.iter().rev().fold(0, with))
}

/// Numbers that come array by array.
#[derive(Default)]
struct Arrays {
    numbers: Vec<f64>,
    places: BTreeMap<&'static str, Place>,
}

impl Arrays {
    /// What came last is an array of this name.
    fn end(&mut self, name: &'static str, shape: &[usize]) {
        let at = self.numbers.len() - shape.iter().product::<usize>();
        self.places.insert(name, Place { at, shape: shape.to_vec() });
    }
}

fn mistaken(error: &Error) -> Answer {
    let one = |problem: &tinbergen::Problem| Mistake {
        line: problem.line,
        address: problem.address.clone(),
        message: problem.message.clone(),
    };
    let problems = error.problems().iter().map(one).collect();
    Answer { numbers: Vec::new(), text: json(&Mistakes { problems }) }
}

/// Texts, whole numbers and finite levels can always be written.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
