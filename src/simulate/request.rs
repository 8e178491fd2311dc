//! What is to be simulated: of which program, under which random numbers, up to which period, which
//! scenarios. Every run begins with a request.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::block::Job;
use super::conditioning::Conditioning;
use super::focus::Focus;
use super::given::{Given, Set, overrides};
use super::numbers::{Order, Reads, Redrawn, Source};
use super::operands::{Map, address};
use super::reach::Reach;
use super::run::{self, Outcome, Which};
use super::sampling::Sampling;
use super::scores::{FixedScores, Scores};
use super::shared_rows::SharedRows;
use super::sink::Sink;
use crate::compile::{
    Base, Each, Inner, LinkProgram, Program, Row, ScenarioProgram, SimulatedPeriod,
};
use crate::ensemble::Dependence;
use crate::error::{Error, Problem, near};
use crate::period::Period;
use crate::sample::{Design, Sampler};
use crate::system;

/// A run that is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Request<'a> {
    pub(crate) program: &'a Program,
    pub(crate) design: Design,
    pub(crate) seed: u64,
    /// The first of its paths: those before it are another run's.
    pub(crate) first_path: u64,
    pub(crate) paths: usize,
    /// The paths of the run of which these are some: what a design spreads.
    pub(crate) whole: usize,
    pub(crate) scenarios: Vec<Cow<'a, ScenarioProgram>>,
    /// The link to the basis that is asked for.
    pub(crate) basis: Option<&'a LinkProgram>,
    pub(crate) threads: Option<usize>,
    /// Parameters that are other numbers.
    pub(super) parameters: Vec<(String, Given)>,
    /// Are parameters moved in its scenarios?
    pub(super) has_variants: bool,
    lanes: Option<usize>,
    redraw: Option<Redraw<'a>>,
    pub(super) fixed: Option<FixedScores<'a>>,
    pub(super) conditioning: Option<&'a dyn Conditioning>,
    /// The last period that is simulated.
    pub(super) last: Period,
    focus: Option<Focus>,
}

/// A run that takes some of its random numbers from another seed; what pick-freeze designs are made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Redraw<'a> {
    /// The seed of everything else.
    pub(crate) base: u64,
    /// The seed of what is drawn again.
    pub(crate) other: u64,
    pub(crate) of: Redrawn<'a>,
}

impl<'a> Request<'a> {
    /// All scenarios that are asked for, over the whole span.
    ///
    /// # Errors
    /// A question that does not fit the model: an unknown scenario, basis or parameter, no paths.
    pub(crate) fn new(program: &'a Program, sampling: &Sampling) -> Result<Self, Error> {
        let seed = sampling.seed.map_or_else(system::seed, Ok)?;
        let paths = checked_paths(sampling.paths)?;
        let scenarios = chosen(program, sampling.scenarios.as_deref())?;
        let set = overrides(program, &sampling.parameters, paths)?;
        let scenarios = scenarios.into_iter().map(|scenario| overridden(program, scenario, &set));
        Ok(Self {
            program,
            design: sampling.design,
            seed,
            first_path: 0,
            paths,
            whole: paths,
            scenarios: scenarios.collect(),
            basis: basis(program, sampling.basis.as_deref())?,
            threads: sampling.threads,
            parameters: sampling.parameters.clone(),
            has_variants: false,
            lanes: sampling.lanes,
            redraw: None,
            fixed: None,
            conditioning: None,
            last: program.inner.span.last(),
            focus: None,
        })
    }

    /// Of one scenario.
    pub(crate) fn of(self, scenario: &str) -> Result<Self, Error> {
        let scenario = self.program.scenario(scenario)?;
        let set = self.set()?;
        Ok(Self { scenarios: vec![overridden(self.program, scenario, &set)], ..self })
    }

    /// Of one scenario of the program.
    pub(crate) fn of_program(self, scenario: &'a ScenarioProgram) -> Self {
        Self { scenarios: vec![Cow::Borrowed(scenario)], ..self }
    }

    /// Of variants of scenarios.
    pub(super) fn varied(self, scenarios: Vec<Cow<'a, ScenarioProgram>>) -> Self {
        Self { scenarios, has_variants: true, ..self }
    }

    /// Its parameters that are other numbers, by their places.
    ///
    /// # Errors
    /// None that the request was not refused for.
    pub(super) fn set(&self) -> Result<Vec<Set>, Error> {
        overrides(self.program, &self.parameters, self.whole)
    }

    /// Some of its paths.
    pub(crate) fn range(self, range: &Range<u64>) -> Self {
        let paths = (range.end - range.start) as usize;
        Self { first_path: range.start, paths, ..self }
    }

    /// Up to a period only. The numbers are those that the whole run would have in these periods.
    pub(crate) fn up_to(self, last: Period) -> Self {
        Self { last, ..self }
    }

    /// With random numbers from another seed for some of them.
    pub(crate) fn redrawn(self, redraw: Option<Redraw<'a>>) -> Self {
        let seed = redraw.map_or(self.seed, |redraw| redraw.base);
        Self { seed, redraw, ..self }
    }

    /// With fixed normal scores in the place of random numbers, a list for each path.
    pub(crate) fn with_scores(self, scores: &'a Scores, paths: &[Vec<f64>]) -> Self {
        Self { fixed: Some(FixedScores::new(scores, paths)), ..self }
    }

    /// Conditioned on what is known.
    pub(crate) fn conditioned(self, conditioning: &'a dyn Conditioning) -> Self {
        Self { conditioning: Some(conditioning), ..self }
    }

    /// Parameters that are other numbers, with what they are.
    pub(crate) fn parameters(&self) -> &[(String, Given)] {
        &self.parameters
    }

    /// Do its paths have weights?
    pub(crate) fn is_conditioned(&self) -> bool {
        self.conditioning.is_some()
    }

    /// Computing only what targets, and what is observed, look at.
    pub(crate) fn of_targets(self) -> Self {
        let all = (0..self.program.inner.targets.len()).collect();
        self.focused(all, &[])
    }

    /// Computing only what some targets, and what is observed, look at, and some indicators in every
    /// period. What is computed has the numbers of the whole run.
    pub(crate) fn focused(self, targets: Vec<usize>, whole: &[u32]) -> Self {
        let program = &*self.program.inner;
        let nothing = Reads::default();
        let reads = self.conditioning.map_or(&nothing, Conditioning::reads);
        let rows = program.timeline.leading(program.lead).0..program.timeline.rows_to(self.last);
        let stored: Vec<(u32, Row)> =
            whole.iter().flat_map(|k| rows.clone().map(|row| (*k, Row(row)))).collect();
        let focus = Focus::new(program, &self.scenarios, (targets, &stored), reads);
        Self { focus: Some(focus), ..self }
    }

    /// The targets that are looked at, by their places; none where all are, and everything else too.
    pub(super) fn focus(&self) -> Option<&[usize]> {
        self.focus.as_ref().map(|focus| focus.targets.as_slice())
    }

    /// The ordinals of the simulated periods.
    fn ordinals(&self) -> Vec<u32> {
        let timeline = &self.program.inner.timeline;
        let simulated = timeline.simulated_in(timeline.rows_to(self.last));
        let ordinal = |period| timeline.period(timeline.row_of(period)).ordinal().max(0) as u32;
        SimulatedPeriod::all(simulated).map(ordinal).collect()
    }

    /// The order in which random numbers are drawn.
    pub(super) fn order(&self) -> Order {
        let further = self.conditioning.map_or(&[][..], |way| &way.reads().further);
        let Inner { random, timeline, .. } = &*self.program.inner;
        Order::new(random, &self.ordinals(), timeline.span_begins(), further)
    }

    /// What hands out the random numbers of a seed.
    pub(super) fn sampler(&self, seed: u64) -> Result<Sampler, Error> {
        let further = self.conditioning.map_or(0, |way| way.reads().further.len());
        let dimensions = self.program.inner.random.dimensions(self.ordinals().len());
        Sampler::new(self.design, seed, self.whole as u64, dimensions + further as u32)
            .map_err(|error| Error::at("design", error.to_string()))
    }

    /// How its paths depend on each other.
    pub(crate) fn dependence(&self) -> Result<Dependence, Error> {
        Ok(self.sampler(self.seed)?.dependence())
    }

    /// What all workers share.
    pub(crate) fn job(&self) -> Result<Job<'_>, Error> {
        let program = &*self.program.inner;
        let other = self.redraw.map(|redraw| Ok((self.sampler(redraw.other)?, redraw.of)));
        let usual = self.sampler(self.seed)?;
        let source = Source { usual, other: other.transpose()?, fixed: self.fixed.as_ref() };
        let map = Map::new(&program.layout, program.longest_lag().max(1));
        let focus = self.focus.as_ref();
        let scenarios: Vec<&ScenarioProgram> = match focus {
            Some(focus) => focus.scenarios.iter().collect(),
            None => self.scenarios.iter().map(AsRef::as_ref).collect(),
        };
        let each = |k: usize| {
            scenarios.iter().any(|scenario| matches!(scenario.path_values[k].base, Base::Each(_)))
        };
        let tapes =
            address(program, focus.map_or(&program.tapes, |focus| &focus.tapes), &map, each);
        let rows = program.timeline.rows_to(self.last);
        let rows = focus.map_or(rows, |focus| rows.min(focus.rows));
        let reach = match self.conditioning {
            Some(_) => Reach::default(),
            None => Reach::new(program, &scenarios, (&tapes, &map), rows),
        };
        Ok(Job {
            program,
            map,
            reach,
            shared: SharedRows::new(program, &scenarios, &tapes),
            tapes,
            scenarios,
            source,
            order: self.order(),
            rows,
            stage: 0..rows,
            reads: self.conditioning.map(Conditioning::reads),
            wanted: focus.map(|focus| &focus.wanted),
        })
    }

    /// Runs it: all paths go into the sink. Gives what went wrong, for each scenario.
    ///
    /// # Errors
    /// More random numbers than the design has dimensions; what the sink refuses; a run stopped by
    /// `watch`.
    pub(crate) fn run(
        &self,
        sink: &mut dyn Sink,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Vec<Outcome>, Error> {
        self.run_job(&self.job()?, sink, watch)
    }

    /// The same with what its workers share.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub(super) fn run_job(
        &self,
        job: &Job<'_>,
        sink: &mut dyn Sink,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Vec<Outcome>, Error> {
        run::run(job, self.conditioning, &self.which(), sink, watch)
    }

    /// Which paths run, and how.
    pub(super) fn which(&self) -> Which {
        let Self { first_path, paths: count, lanes, threads, .. } = *self;
        Which { first_path, count, lanes, threads }
    }
}

impl Program {
    /// One scenario by name.
    pub(crate) fn scenario(&self, name: &str) -> Result<&ScenarioProgram, Error> {
        self.inner.scenarios.iter().find(|scenario| scenario.name == name).ok_or_else(|| {
            let hint = near(name, self.scenarios());
            Error::at("scenarios", format!("unknown scenario \"{name}\"{hint}"))
        })
    }
}

/// The scenarios of some names, each once; all of them where none are named.
fn chosen<'a>(
    program: &'a Program,
    names: Option<&[String]>,
) -> Result<Vec<&'a ScenarioProgram>, Error> {
    let Some(names) = names else { return Ok(program.inner.scenarios.iter().collect()) };
    let (mut chosen, mut problems): (Vec<&ScenarioProgram>, Vec<Problem>) = Default::default();
    for name in names {
        match program.scenario(name) {
            Ok(scenario) if chosen.iter().all(|other| other.name != *name) => chosen.push(scenario),
            Ok(_) => {} // asked for twice: once is enough
            Err(error) => problems.extend(error.problems().iter().cloned()),
        }
    }
    if chosen.is_empty() && problems.is_empty() {
        problems.push(Problem::new("scenarios", "no scenario was asked for"));
    }
    if problems.is_empty() { Ok(chosen) } else { Err(Error::model(problems)) }
}

/// A scenario of a model in which some parameters are numbers; what the scenario itself sets stays.
pub(super) fn overridden<'a>(
    program: &Program,
    scenario: &'a ScenarioProgram,
    set: &[Set],
) -> Cow<'a, ScenarioProgram> {
    let mut scenario = Cow::Borrowed(scenario);
    for (parameter, given) in set {
        if scenario.path_values[*parameter].is_set {
            continue;
        }
        let base = &mut scenario.to_mut().path_values[*parameter].base;
        *base = match given {
            Given::Number(number) => Base::Number(*number),
            Given::Paths(paths) => {
                let central = match &*base {
                    Base::Number(number) => *number,
                    Base::Drawn(marginal) => {
                        marginal.quantile(program.inner.random.path[*parameter].central)
                    }
                    Base::Each(each) => each.central,
                };
                Base::Each(Each { paths: Arc::clone(paths), central })
            }
        };
    }
    scenario
}

/// The link to a basis, by the name of either.
fn basis<'a>(program: &'a Program, wanted: Option<&str>) -> Result<Option<&'a LinkProgram>, Error> {
    let Some(wanted) = wanted else { return Ok(None) };
    let links = &program.inner.links;
    let found = links.iter().find(|link| link.name == *wanted || link.basis == *wanted);
    found.map(Some).ok_or_else(|| {
        let hint = near(wanted, links.iter().map(|link| link.basis.as_str()));
        Error::at("basis", format!("the model has no link to the basis \"{wanted}\"{hint}"))
    })
}

fn checked_paths(paths: usize) -> Result<usize, Error> {
    const MOST: u64 = 1 << 40;
    match paths {
        0 => Err(Error::at("paths", "0 paths were asked for; ask for at least 1")),
        _ if paths as u64 > MOST => {
            Err(Error::at("paths", format!("{paths} paths were asked for; at most {MOST}")))
        }
        _ => Ok(paths),
    }
}
