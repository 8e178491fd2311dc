//! From a [`Program`] to [`Ensembles`]: blocks of paths, every scenario under the same luck.

mod anchor;
mod blame;
mod block;
mod draws;
mod ensembles;
mod events;
mod focus;
mod given;
pub(crate) mod lanes;
mod link;
mod memory;
mod newton;
mod pool;
mod record;
mod run;
mod sampling;
mod settings;
mod solve;
mod track;

use std::collections::HashSet;
use std::sync::Arc;

use indexmap::IndexMap;
use rand::TryRng;

pub use ensembles::{Ensembles, RunInfo, STREAMS};
pub(crate) use given::Scores;
pub(crate) use pool::{in_pool, pool};
pub(crate) use record::Recorded;
pub use sampling::Sampling;
pub use track::Tracked;

use self::block::{Job, Tally};
use self::draws::Source;
use self::focus::Focus;
use self::link::{Linked, Map, link_tapes};
use crate::compile::{Base, Inner, LinkProgram, Part, Program, ScenarioProgram, Setting};
use crate::ensemble::{Broken, Buffer, Dependence, Ensemble, Failure, Frame, Series};
use crate::error::{Error, Problem, near};
use crate::model::Value;
use crate::sample::{Design, Sampler};

/// A run that takes its luck for some parts of the uncertainty from another seed; what the
/// variance split is made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Redraw<'a> {
    /// The seed of everything else.
    pub(crate) base: u64,
    /// The seed of the parts.
    pub(crate) other: u64,
    pub(crate) parts: &'a [Part],
}

impl Program {
    /// Simulates.
    ///
    /// # Errors
    /// A question that does not fit the model (an unknown scenario or indicator, no paths), more
    /// memory than allowed, or more failed paths than the model tolerates.
    pub fn simulate(&self, sampling: &Sampling) -> Result<Ensembles, Error> {
        self.simulate_with(sampling, &mut |_, _| true)
    }

    /// Simulates, asking between batches of paths whether to go on: `watch` is told how many paths
    /// are done and how many there are, on the calling thread, and stops the run by `false`.
    ///
    /// # Errors
    /// As [`simulate`](Self::simulate), and [`Error::is_interrupted`] when it was stopped.
    pub fn simulate_with(
        &self,
        sampling: &Sampling,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Ensembles, Error> {
        self.simulate_redrawn(sampling, None, watch)
    }

    pub(crate) fn simulate_redrawn(
        &self,
        sampling: &Sampling,
        redraw: Option<Redraw<'_>>,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Ensembles, Error> {
        self.simulate_through(sampling, redraw, None, watch)
    }

    fn simulate_through(
        &self,
        sampling: &Sampling,
        redraw: Option<Redraw<'_>>,
        tracked: Option<&Tracked>,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Ensembles, Error> {
        let program = &*self.inner;
        let seed = redraw.map(|redraw| redraw.base).or(sampling.seed);
        let seed = seed.map_or_else(draw_seed, Ok)?;
        let scenarios = self.chosen(sampling)?;
        let kept = self.kept(sampling)?;
        let timeline = &program.timeline;
        let simulated = timeline.begin..timeline.rows;
        let ordinals: Vec<u32> =
            simulated.map(|row| timeline.period(row).ordinal().max(0) as u32).collect();
        let paths = checked_paths(sampling.paths)?;
        let basis = self.basis(sampling)?;
        let guides = tracked.map(|t| t.guides(&scenarios, sampling.threads)).transpose()?;
        let dimensions = program.draws.dimensions(ordinals.len());
        let dimensions = dimensions + tracked.map_or(0, Tracked::errors) as u32;
        let sampler = |seed| {
            Sampler::new(sampling.design, seed, paths as u64, dimensions)
                .map_err(|error| Error::at("design", error.to_string()))
        };
        let usual = sampler(seed)?;
        let other = redraw.map(|redraw| sampler(redraw.other)).transpose()?;
        let parts = redraw.map_or(&[][..], |redraw| redraw.parts);
        let other = other.as_ref().map(|other| (other, parts));
        let source = Source { usual: &usual, other, given: None, spy: None };
        let mut frame = self.frame(&kept, dependence(sampling.design, &usual));
        self.continue_histories(&mut frame, basis, tracked);
        let frame = Arc::new(frame);
        let rows = frame.rows() + usize::from(tracked.is_some());
        let mut buffers = allocate(rows, scenarios.len(), paths, sampling.memory_limit)?;
        let indices: Vec<u32> = kept.iter().map(|(index, _)| *index).collect();
        let map = Map::new(&program.layout, program.longest_lag().max(1));
        let guides = guides.as_ref();
        let focus = sampling.only_targets.then(|| Focus::new(program, &scenarios, guides));
        let tapes = focus.as_ref().map_or(&program.tapes, |focus| &focus.tapes);
        let linked = link_tapes(program, tapes, &map);
        let scenarios = match &focus {
            Some(focus) => focus.scenarios.iter().collect(),
            None => scenarios,
        };
        let histories = histories(program, &scenarios, &linked);
        let kept = &indices;
        let factors = indices.iter().map(|k| basis?.factor(*k)).collect();
        let job = Job {
            program,
            map,
            linked,
            scenarios,
            histories,
            source,
            ordinals,
            rows: focus.as_ref().map_or(timeline.rows, |focus| focus.rows),
            kept,
            factors,
            guides,
            wanted: focus.as_ref().map(|focus| &focus.wanted),
        };
        let tallies = run::run(&job, paths, sampling.lanes, sampling.threads, &mut buffers, watch)?;
        let mut by_name = IndexMap::new();
        for ((scenario, buffer), (tally, broken)) in job.scenarios.iter().zip(buffers).zip(tallies)
        {
            let failures = self.tolerated(&scenario.name, &tally, &broken, paths)?;
            let (name, failed) = (scenario.name.clone(), tally.failed_paths);
            let weights = tracked.map(|_| track::weights(&buffer.values()[frame.rows() * paths..]));
            let ensemble =
                Ensemble::new(name.clone(), Arc::clone(&frame), paths, buffer, failures, failed)
                    .with_broken(broken);
            let ensemble = match weights {
                Some((weights, evidence)) => {
                    let more = tracked.map_or(0.0, Tracked::ln_overlap);
                    ensemble.weighted(weights, evidence + more)
                }
                None => ensemble,
            };
            by_name.insert(name, (ensemble, scenario.probability));
        }
        let design = sampling.design.to_string();
        let threads = pool(sampling.threads)?.current_num_threads();
        let info = RunInfo { seed, paths, design, threads };
        Ok(Ensembles::new(by_name, info, self.clone()))
    }

    /// The link to the basis that is asked for.
    fn basis(&self, sampling: &Sampling) -> Result<Option<&LinkProgram>, Error> {
        let Some(wanted) = &sampling.basis else { return Ok(None) };
        let links = &self.inner.links;
        let found = links.iter().find(|link| link.name == *wanted || link.basis == *wanted);
        found.map(Some).ok_or_else(|| {
            let hint = near(wanted, links.iter().map(|link| link.basis.as_str()));
            let message = format!("the model has no link to the basis \"{wanted}\"{hint}");
            Error::at("basis", message)
        })
    }

    /// Histories go on to the last exact outturns; what is known on one basis only is no history on
    /// another.
    fn continue_histories(
        &self,
        frame: &mut Frame,
        basis: Option<&LinkProgram>,
        tracked: Option<&Tracked>,
    ) {
        for (name, series) in &mut frame.series {
            let index = self.inner.model.indicators.get_index_of(name).unwrap_or_default() as u32;
            let linked = basis.filter(|link| link.factor(index).is_some());
            if linked.is_some() {
                series.history.clear();
            }
            let Some(tracked) = tracked else { continue };
            let known = tracked.actuals(name, linked.map(|link| link.name.as_str()));
            for (period, value) in known {
                series.history.retain(|(other, _)| *other != period);
                series.history.push((period, value));
            }
            series.history.sort_by_key(|(period, _)| period.ordinal());
        }
    }

    fn chosen(&self, sampling: &Sampling) -> Result<Vec<&ScenarioProgram>, Error> {
        let all = &self.inner.scenarios;
        let Some(names) = &sampling.scenarios else { return Ok(all.iter().collect()) };
        let mut problems = Vec::new();
        let mut chosen: Vec<&ScenarioProgram> = Vec::new();
        for name in names {
            match all.iter().find(|scenario| scenario.name == *name) {
                Some(scenario) if chosen.iter().any(|c| c.name == *name) => {
                    let _ = scenario; // asked for twice: once is enough
                }
                Some(scenario) => chosen.push(scenario),
                None => {
                    let hint = near(name, self.scenarios());
                    problems.push(Problem::new(
                        "scenarios",
                        format!("unknown scenario \"{name}\"{hint}"),
                    ));
                }
            }
        }
        if chosen.is_empty() && problems.is_empty() {
            problems.push(Problem::new("scenarios", "no scenario was asked for"));
        }
        if problems.is_empty() { Ok(chosen) } else { Err(Error::model(problems)) }
    }

    /// The indicators to store, in the order of the model, and whether the user asked for them;
    /// those of targets are always stored.
    fn kept(&self, sampling: &Sampling) -> Result<Vec<(u32, bool)>, Error> {
        let model = &self.inner.model;
        let names = || model.indicators.keys().map(String::as_str);
        let Some(wanted) = &sampling.keep else {
            return Ok((0..model.indicators.len() as u32).map(|k| (k, true)).collect());
        };
        let problems: Vec<Problem> = wanted
            .iter()
            .filter(|name| !model.indicators.contains_key(*name))
            .map(|name| {
                let hint = near(name, names());
                Problem::new("keep", format!("unknown indicator \"{name}\"{hint}"))
            })
            .collect();
        if !problems.is_empty() {
            return Err(Error::model(problems));
        }
        let warned = &self.inner.warned;
        let targets = self.inner.targets.iter();
        let looked_at: HashSet<&str> = targets.flat_map(|target| target.indicators()).collect();
        let needed = |name: &str| looked_at.contains(name) || warned.contains(name);
        Ok(names()
            .enumerate()
            .map(|(k, name)| (k as u32, wanted.iter().any(|w| w == name), needed(name)))
            .filter(|(_, wanted, needed)| *wanted || *needed)
            .map(|(k, wanted, _)| (k, wanted))
            .collect())
    }

    fn frame(&self, kept: &[(u32, bool)], dependence: Dependence) -> Frame {
        let program = &*self.inner;
        let series = kept.iter().filter_map(|&(index, kept)| {
            let (name, indicator) = program.model.indicators.get_index(index as usize)?;
            let known = indicator.history.iter().filter(|(p, _)| **p < program.span.first());
            let mut history: Vec<_> = known
                .map(|(period, quantity)| match &quantity.value {
                    Value::Number(number) => (*period, *number),
                    Value::Drawn(distribution) => (*period, distribution.mean()),
                })
                .collect();
            history.sort_by_key(|(period, _)| period.ordinal());
            let drawn = indicator.history.iter().filter(|(_, value)| value.number().is_none());
            let drawn = drawn.map(|(period, _)| *period).collect();
            let (name, unit) = (name.clone(), indicator.unit.clone());
            Some((name.clone(), Series { name, unit, history, drawn, kept }))
        });
        Frame { span: program.span, lead: program.lead, series: series.collect(), dependence }
    }

    /// The failures of a scenario, or an error when there are more than the model tolerates.
    fn tolerated(
        &self,
        scenario: &str,
        tally: &Tally,
        broken: &[Broken],
        paths: usize,
    ) -> Result<Vec<Failure>, Error> {
        let program = &*self.inner;
        let indicators = program.indicators();
        let failures: Vec<Failure> = tally
            .failures
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
            .map(|(cell, &paths)| {
                let period = program.span.first() + (cell / indicators) as i32;
                let name = program.model.indicators.get_index(cell % indicators);
                let indicator = name.map_or_else(String::new, |(name, _)| name.clone());
                Failure { indicator, period, paths }
            })
            .collect();
        let limit = program.model.failed_paths;
        if tally.failed_paths as f64 <= limit * paths as f64 {
            return Ok(failures);
        }
        let first = failures.first().map(|failure| failure.period);
        let problems = failures.iter().filter(|failure| Some(failure.period) == first).take(5);
        let describe = |failure: &Failure| {
            let simultaneous = self.simultaneous(&failure.indicator);
            let equation = self.equation(&failure.indicator).unwrap_or("no equation");
            let message = format!(
                "not a finite number in {} of {paths} paths from {} on, in scenario \"{scenario}\" \
                 ({equation}{simultaneous}); more than the {} % of failed paths that the model tolerates \
                 (failed_paths = {limit})",
                failure.paths,
                failure.period,
                limit * 100.0,
            );
            program.model.locate(Problem::new(format!("indicators.{}", failure.indicator), message))
        };
        let first = broken.first().map(|broken| {
            let address = format!("indicators.{}", broken.indicator);
            program.model.locate(Problem::new(address, format!("broke first in {broken}")))
        });
        Err(Error::numerical(first.into_iter().chain(problems.map(describe)).collect()))
    }
}

impl Program {
    /// What to say of an indicator in a simultaneous block.
    fn simultaneous(&self, indicator: &str) -> String {
        let indicators = &self.inner.model.indicators;
        let place = indicators.get_index_of(indicator).map_or(u32::MAX, |place| place as u32);
        let blocks = self.inner.blocks();
        let Some(block) = blocks.iter().find(|block| block.members.contains(&place)) else {
            return String::new();
        };
        let name = |&k: &u32| indicators.get_index(k as usize).map_or("", |(name, _)| name);
        let cycle: Vec<&str> = block.cycle.iter().map(name).collect();
        let count = block.members.len();
        format!(
            ", one of {count} simultaneous equations without a solution there: {}",
            cycle.join(" -> ")
        )
    }
}

/// For each scenario the first that has the same numbers before the simulation begins; none where
/// they depend on the path.
fn histories(
    program: &Inner,
    scenarios: &[&ScenarioProgram],
    linked: &Linked<'_>,
) -> Vec<Option<usize>> {
    let begin = program.timeline.begin;
    // What differs between paths is looked at below.
    let fixed = |setting: &Setting| match &setting.base {
        Base::Number(number) => Some((number * setting.scale + setting.add).to_bits()),
        Base::Drawn(_) => None,
    };
    let same = |a: &ScenarioProgram, b: &ScenarioProgram| {
        a.tape_of_row[..begin] == b.tape_of_row[..begin]
            && a.table[..begin] == b.table[..begin]
            && a.path_values.iter().map(fixed).eq(b.path_values.iter().map(fixed))
            && a.exogenised.iter().chain(&b.exogenised).all(|&(_, row, _)| row >= begin)
    };
    let by_path = |scenario: &&ScenarioProgram| {
        let mut tapes = scenario.tape_of_row[..begin].iter().flatten();
        !program.known_drawn.is_empty() || tapes.any(|&tape| linked.reads_paths(tape))
    };
    let first = |scenario: &&ScenarioProgram| {
        let found = scenarios.iter().position(|other| same(other, scenario));
        found.filter(|_| !by_path(scenario))
    };
    scenarios.iter().map(first).collect()
}

fn checked_paths(paths: usize) -> Result<usize, Error> {
    const MOST: usize = 1 << 40;
    match paths {
        0 => Err(Error::at("paths", "0 paths were asked for; ask for at least 1")),
        _ if paths > MOST => {
            Err(Error::at("paths", format!("{paths} paths were asked for; at most {MOST}")))
        }
        _ => Ok(paths),
    }
}

fn draw_seed() -> Result<u64, Error> {
    rand::rngs::SysRng
        .try_next_u64()
        .map_err(|error| Error::at("seed", format!("the system gave no seed: {error}")))
}

fn dependence(design: Design, sampler: &Sampler) -> Dependence {
    match design {
        Design::Random => Dependence::Independent,
        Design::Antithetic => Dependence::Pairs,
        Design::LatinHypercube | Design::Sobol => Dependence::Replicates(sampler.replicates()),
    }
}

/// One buffer for each scenario, if all of them fit into the limit.
fn allocate(
    rows: usize,
    scenarios: usize,
    paths: usize,
    limit: Option<u64>,
) -> Result<Vec<Buffer>, Error> {
    let numbers = rows as u128 * paths as u128;
    let bytes = numbers * scenarios as u128 * 8;
    if let Some(limit) = limit
        && bytes > u128::from(limit)
    {
        let gib = |bytes: f64| bytes / f64::from(1 << 30);
        return Err(Error::memory(format!(
            "the paths need {:.2} GiB, the limit is {:.2} GiB; ask for fewer paths or scenarios, \
             or name the indicators to keep",
            gib(bytes as f64),
            gib(limit as f64)
        )));
    }
    let numbers = usize::try_from(numbers)
        .map_err(|_| Error::memory("the paths need more memory than can be addressed"))?;
    (0..scenarios).map(|_| Buffer::new(numbers)).collect()
}
