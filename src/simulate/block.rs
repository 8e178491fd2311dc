//! One block of paths: draws, then every scenario under the same random numbers.

use std::ops::Range;

use super::anchor::Anchor;
use super::centre::find;
use super::draws::{BlockDraws, Wanted};
use super::events::EventAdditions;
use super::index::ScenarioIndex;
use super::memory::Memory;
use super::numbers::{Order, Reads, Source};
use super::operands::{AddressedTapes, Map, Segment};
use super::overlay::Overlay;
use super::piece::Piece;
use super::reach::Reach;
use super::shared_rows::SharedRows;
use super::sink::{PathBlock, State};
use super::solver::Solver;
use super::tally::Tally;
use crate::compile::{
    Base, EventDraw, Inner, Row, ScenarioProgram, Setting, SimulatedPeriod, Slot, Sort,
};
use crate::interrupt::look;
use crate::math::{Kernel, Width};

/// Everything a worker needs for a block; made once and used again and again.
#[derive(Debug)]
pub(crate) struct Worker {
    pub(crate) memory: Memory,
    pub(crate) draws: BlockDraws,
    pub(crate) additions: EventAdditions,
    /// One for each simultaneous block of the program.
    solvers: Vec<Solver>,
    /// The scenario whose values fixed within a path are in memory.
    set: Option<ScenarioIndex>,
    /// The scenario whose rows are in memory, perhaps below others; none where a conditioning computed
    /// them.
    computed: Option<ScenarioIndex>,
    /// What lies over the first scenario.
    pub(super) overlay: Overlay,
    /// The first path of the block at hand; none of the central path.
    pub(super) first_path: Option<u64>,
    /// Lanes of the scenario at hand in which a number was not finite.
    pub(super) bad: Vec<bool>,
    pub(super) tally: Vec<Tally>,
}

/// What all workers of a run share.
#[derive(Debug)]
pub(crate) struct Job<'a> {
    pub(crate) program: &'a Inner,
    pub(crate) map: Map,
    pub(crate) tapes: AddressedTapes<'a>,
    pub(crate) scenarios: Vec<&'a ScenarioProgram>,
    /// Which rows blocks have in common.
    pub(super) shared: SharedRows,
    /// What scenarios change of the first.
    pub(super) reach: Reach<'a>,
    pub(super) source: Source<'a>,
    pub(super) order: Order,
    /// The rows up to the last period that is simulated.
    pub(crate) rows: usize,
    /// Those of them that are computed now; what they read of rows before is in memory.
    pub(super) stage: Range<usize>,
    /// What is read of the random numbers by whoever holds paths to what is known; none where nobody
    /// does.
    pub(super) reads: Option<&'a Reads>,
    /// What is drawn, where that is not all.
    pub(super) wanted: Option<&'a Wanted>,
}

impl<'a> Job<'a> {
    /// A scenario.
    pub(crate) fn scenario(&self, index: ScenarioIndex) -> &'a ScenarioProgram {
        self.scenarios[index.0]
    }

    /// How many paths make a block whose numbers of a period stay in the second-level cache.
    pub(super) fn fitting_lanes(&self) -> usize {
        let tapes = self.program.tapes.iter();
        let steps = |tape: &crate::compile::Tape| -> usize {
            tape.iter().map(crate::compile::Section::len).sum()
        };
        match tapes.map(steps).max().unwrap_or(0) {
            0..3000 => 128,
            _ => 32,
        }
    }
}

/// The central path's solutions of a scenario: by row and number of the block.
pub(crate) type Anchors = Vec<Option<Anchor>>;

/// Is the central path being worked out, or followed?
#[derive(Debug)]
pub(crate) enum Centre<'a> {
    Find(&'a mut Anchors),
    Follow(&'a Anchors),
}

/// The work of one task on the central path of all scenarios.
#[derive(Debug)]
pub(crate) struct Central<'a, 'b> {
    pub(crate) job: &'a Job<'b>,
    pub(crate) width: Width,
}

impl Kernel for Central<'_, '_> {
    type Output = Vec<Anchors>;

    fn run(self) -> Self::Output {
        let Central { job, width } = self;
        let blocks = job.program.blocks().len();
        let scenarios = ScenarioIndex::all(job.scenarios.len());
        if blocks == 0 {
            return scenarios.map(|_| Anchors::new()).collect();
        }
        let mut worker = Worker::new(job, DIRECTIONS, width);
        worker.draws.fill_central(&job.program.random);
        scenarios
            .map(|scenario| {
                worker.begin(); // every scenario has its own solutions, also of rows that it shares
                let mut anchors = vec![None; blocks * job.program.timeline.rows];
                worker.run_scenario(job, scenario, None, Centre::Find(&mut anchors), job.rows);
                anchors
            })
            .collect()
    }
}

/// Lanes of the central path: directions of a Jacobian that are tried at once.
const DIRECTIONS: usize = 8;

fn solvers(program: &Inner, lanes: usize) -> Vec<Solver> {
    let blocks = program.blocks().into_iter();
    blocks.map(|block| Solver::new(block.unknowns.len(), lanes)).collect()
}

impl Worker {
    pub(crate) fn new(job: &Job<'_>, lanes: usize, width: Width) -> Self {
        let program = job.program;
        let timeline = &program.timeline;
        let periods = timeline.simulated_in(timeline.rows);
        let mut memory = Memory::new(job.map, timeline.rows, lanes, width);
        for (k, &constant) in program.constants.iter().enumerate() {
            memory.set_same(Slot::new(Sort::Constant, k as u32), constant);
        }
        for &(series, row, value) in &program.known {
            memory.values_mut(Slot::series(series, 0), row).fill(value);
        }
        let cells = program.span.len() * program.indicators();
        let tally = Tally::new(cells, program.random.events.len());
        let nothing = Reads::default();
        let reads = job.reads.unwrap_or(&nothing);
        Self {
            memory,
            draws: BlockDraws::new(&program.random, periods, lanes, reads, job.wanted),
            additions: EventAdditions::new(&program.random.events, periods, lanes),
            solvers: solvers(program, lanes),
            set: None,
            computed: None,
            overlay: Overlay::default(),
            first_path: None,
            bad: vec![false; lanes],
            tally: vec![tally; job.scenarios.len()],
        }
    }

    /// Draws the block of the paths from one on.
    #[inline(always)]
    pub(crate) fn fill(&mut self, job: &Job<'_>, first_path: u64) {
        let timeline = &job.program.timeline;
        let periods = timeline.simulated_in(job.stage.start)..timeline.simulated_in(job.stage.end);
        self.draws.fill(&job.program.random, &job.source, &job.order, (first_path, periods));
        self.first_path = Some(first_path);
    }

    /// Draws a block and what the first scenario makes of what is fixed within a path.
    pub(super) fn draw(&mut self, job: &Job<'_>, first_path: u64) {
        self.fill(job, first_path);
        self.set_path_values(job, ScenarioIndex::FIRST);
    }

    /// Runs a scenario up to a row, without it.
    #[inline(always)]
    pub(crate) fn run_scenario(
        &mut self,
        job: &Job<'_>,
        scenario: ScenarioIndex,
        mut piece: Option<&mut Piece<'_>>,
        mut centre: Centre<'_>,
        end: usize,
    ) {
        if let Some(reached) = self.lies_over(job, scenario) {
            return self.run_over(job, scenario, reached, piece, centre, end);
        }
        self.put_back(job);
        self.overlay.forget();
        self.set_path_values(job, scenario);
        match centre {
            Centre::Find(_) => self.additions.clear(), // no event begins, whatever its probability
            Centre::Follow(_) => self.set_additions(job, |_| true),
        }
        self.bad.fill(false);
        if let Some(piece) = &mut piece {
            self.take_up(piece);
        }
        let is_again = self.computed == Some(scenario);
        let in_memory = if is_again { job.shared.rows(scenario) } else { 0 };
        for row in Row::all(end).skip(job.stage.start) {
            look();
            if row.0 >= in_memory {
                self.prepare_row(job, scenario, row, |_, _| {});
                self.compute_row(job, scenario, row, &mut centre);
            }
            if let Some(piece) = &mut piece {
                self.hand_on(job, scenario, row, piece);
            }
        }
        let is_whole = end == job.rows;
        self.computed = is_whole.then_some(scenario);
        if is_whole && scenario == ScenarioIndex::FIRST && piece.is_some() {
            self.overlay.is_over(&job.reach.cells, &self.memory, self.first_path);
        }
    }

    /// Forgets rows that are in memory: someone else is going to write there.
    pub(crate) fn begin(&mut self) {
        self.bad.fill(false);
        self.computed = None;
        self.overlay.forget();
    }

    /// What the events that count add to shocks, by number of the event.
    #[inline(always)]
    pub(crate) fn set_additions(&mut self, job: &Job<'_>, counts: impl Fn(usize) -> bool) {
        let memory = &self.memory;
        let probability = |event: &EventDraw| Some(memory.once(event.probability));
        let events = &job.program.random.events;
        let begins = job.program.timeline.span_begins();
        self.additions.fill(events, &self.draws.events, begins, probability, counts);
    }

    /// The same before it is known how likely an event is in each path: starts of an event whose
    /// probability is not the same in all were chosen already.
    #[inline(always)]
    pub(crate) fn set_chosen_additions(&mut self, job: &Job<'_>, counts: impl Fn(usize) -> bool) {
        let memory = &self.memory;
        let probability =
            |event: &EventDraw| event.is_constant().then(|| memory.once(event.probability));
        let events = &job.program.random.events;
        let begins = job.program.timeline.span_begins();
        self.additions.fill(events, &self.draws.events, begins, probability, counts);
    }

    /// Hands a row to the sink.
    #[inline(always)]
    pub(crate) fn hand_on(
        &mut self,
        job: &Job<'_>,
        scenario: ScenarioIndex,
        row: Row,
        piece: &mut Piece<'_>,
    ) {
        self.check_events(job, scenario, row, piece);
        self.check(job, scenario, row, piece);
        let (memory, offset, paths) = (&self.memory, piece.offset, piece.paths);
        let failed = &self.bad[..paths];
        let block = PathBlock { memory, scenario, offset, paths, failed, ln_weights: None };
        piece.hand_on(|chunk| chunk.row(&block, row));
    }

    /// Takes up the state of paths whose rows before were handed on earlier.
    fn take_up(&mut self, piece: &mut Piece<'_>) {
        let (offset, paths) = (piece.offset, piece.paths);
        let (memory, failed) = (&mut self.memory, &mut self.bad[..]);
        let mut state = State { memory, failed, offset, paths };
        piece.hand_on(|chunk| {
            chunk.begin(&mut state);
            Ok(())
        });
    }

    /// Tells the sink that a scenario is done.
    pub(super) fn end(
        &self,
        scenario: ScenarioIndex,
        piece: &mut Piece<'_>,
        ln_weights: Option<&[f64]>,
    ) {
        let (memory, offset, paths) = (&self.memory, piece.offset, piece.paths);
        let ln_weights = ln_weights.map(|weights| &weights[..paths]);
        let failed = &self.bad[..paths];
        let block = PathBlock { memory, scenario, offset, paths, failed, ln_weights };
        piece.hand_on(|chunk| chunk.end(&block));
    }

    /// What a period is computed from: given values, shocks; `change` puts other values in the place
    /// of what was drawn for a simulated period, before the scenario and events change them.
    #[inline(always)]
    pub(crate) fn prepare_row(
        &mut self,
        job: &Job<'_>,
        scenario: ScenarioIndex,
        row: Row,
        change: impl FnOnce(&mut Memory, SimulatedPeriod),
    ) {
        let (program, scenario) = (job.program, job.scenario(scenario));
        for &(series, _, value) in scenario.exogenised_in(row) {
            self.memory.values_mut(Slot::series(series, 0), row).fill(value);
        }
        if scenario.tape(row).is_none() {
            return;
        }
        self.memory.set_all_same(Slot::new(Sort::Given, 0), &scenario.table[row.0]);
        if let Some(period) = program.timeline.simulated(row) {
            self.set_drawn(row, period);
            change(&mut self.memory, period);
            self.change_shocks(program, scenario, row, period, |_| true);
        }
    }

    #[inline(always)]
    pub(crate) fn compute_row(
        &mut self,
        job: &Job<'_>,
        scenario: ScenarioIndex,
        row: Row,
        centre: &mut Centre<'_>,
    ) {
        let Some(tape) = job.scenario(scenario).tape(row) else { return };
        self.run_tape(&job.tapes.by_number[tape], row, centre);
    }

    #[inline(always)]
    pub(super) fn run_tape(&mut self, tape: &[Segment<'_>], row: Row, centre: &mut Centre<'_>) {
        let blocks = self.solvers.len();
        for part in tape {
            match part {
                Segment::Straight(steps) => self.memory.run(steps, row),
                Segment::Block(block, pass) => {
                    let at = row.0 * blocks + block.number;
                    match centre {
                        Centre::Find(anchors) => {
                            anchors[at] = find(&mut self.memory, block, pass, row);
                        }
                        Centre::Follow(anchors) => {
                            let anchor = anchors[at].as_ref();
                            let solver = &mut self.solvers[block.number];
                            solver.solve(&mut self.memory, block, pass, row, anchor);
                        }
                    }
                }
            }
        }
    }

    /// What is fixed within a path: parameters, drawn starting values, and what follows from them.
    #[inline(always)]
    pub(crate) fn set_path_values(&mut self, job: &Job<'_>, scenario: ScenarioIndex) {
        let number = scenario;
        let scenario = job.scenario(scenario);
        let again = self.set == Some(number);
        for (k, setting) in scenario.path_values.iter().enumerate() {
            if !(again && matches!(setting.base, Base::Number(_))) {
                self.set_path_value(job, k, setting);
            }
        }
        self.run_prelude(job);
        if !again {
            job.tapes.same.iter().for_each(|&slot| self.memory.share(slot));
        }
        self.set = Some(number);
    }

    /// A value fixed within a path.
    #[inline(always)]
    pub(super) fn set_path_value(&mut self, job: &Job<'_>, k: usize, setting: &Setting) {
        let row = self.memory.once_mut(Slot::new(Sort::Path, k as u32));
        match &setting.base {
            Base::Number(number) => row.fill(*number),
            Base::Each(each) => match self.first_path {
                Some(first) => each.fill(first, row),
                None => row.fill(each.central),
            },
            Base::Drawn(marginal) => {
                row.copy_from_slice(&self.draws.path[k]);
                if job.program.random.path_correlation.is_member(k) {
                    marginal.from_scores(row);
                } else {
                    marginal.from_centred(row);
                }
            }
        }
        if setting.is_moved() {
            for value in row {
                *value = *value * setting.scale + setting.add;
            }
        }
    }

    /// What follows from the values fixed within a path.
    #[inline(always)]
    pub(crate) fn run_prelude(&mut self, job: &Job<'_>) {
        for &(series, row, value) in &job.program.known_drawn {
            let drawn = self.memory.once(Slot::new(Sort::Path, value)).to_vec();
            self.memory.values_mut(Slot::series(series, 0), row).copy_from_slice(&drawn);
        }
        self.memory.run(&job.tapes.prelude, Row::FIRST);
    }
}
