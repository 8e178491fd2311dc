//! One block of paths: draws, then every scenario under the same luck.

use super::anchor::{Anchor, find};
use super::draws::{BlockDraws, Source};
use super::events::{EventAdditions, begun};
use super::focus::Wanted;
use super::link::{Linked, Map, Part};
use super::memory::Memory;
use super::record::Recorded;
use super::solve::Solver;
use super::track::{Coordinates, Guides};
use crate::compile::{Base, Inner, ScenarioProgram, Slot, Sort};
use crate::math::{Kernel, Width};

/// Everything a worker needs for a block; made once and used again and again.
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) memory: Memory,
    pub(super) draws: BlockDraws,
    pub(super) additions: EventAdditions,
    /// One for each simultaneous block of the program.
    solvers: Vec<Solver>,
    /// The scenario that ran last, and whose history is in memory.
    last: Option<usize>,
    pub(super) history: Option<usize>,
    /// Lanes of the scenario at hand in which a number was not finite.
    pub(super) bad: Vec<bool>,
    /// Scores after observations moved them.
    pub(super) moved: Vec<Vec<f64>>,
    /// Logarithms of the weights of the paths, where there are observations.
    pub(super) log_weights: Vec<f64>,
    pub(super) tally: Vec<Tally>,
}

/// What all workers of a run share.
#[derive(Debug)]
pub(super) struct Job<'a> {
    pub(super) program: &'a Inner,
    pub(super) map: Map,
    pub(super) linked: Linked<'a>,
    pub(super) scenarios: Vec<&'a ScenarioProgram>,
    /// For each scenario the first with the same numbers in all paths before the simulation begins;
    /// none when paths differ in them.
    pub(super) histories: Vec<Option<usize>>,
    pub(super) source: Source<'a>,
    /// The ordinals of the simulated periods.
    pub(super) ordinals: Vec<u32>,
    /// The rows up to the last period that is simulated.
    pub(super) rows: usize,
    /// The indicators whose rows are stored.
    pub(super) kept: &'a [u32],
    /// For each kept indicator the row of the factor that leads to another basis.
    pub(super) factors: Vec<Option<Slot>>,
    /// What leads paths through outturns, one guide for each scenario.
    pub(super) guides: Option<&'a Guides>,
    /// What is drawn and stored, where that is not all.
    pub(super) wanted: Option<&'a Wanted>,
}

impl Job<'_> {
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
pub(super) type Anchors = Vec<Option<Anchor>>;

/// Is the central path being worked out, or followed?
#[derive(Debug)]
pub(super) enum Centre<'a> {
    Find(&'a mut Anchors),
    Follow(&'a Anchors),
}

/// Paths of a scenario that are remembered as broken at most.
pub(super) const REMEMBERED: usize = 100;

/// What went wrong in the paths of one scenario.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    /// Paths in which the value was not finite: `[period of the span][indicator]`.
    pub(super) failures: Vec<u64>,
    /// Paths in which any was not.
    pub(super) failed_paths: u64,
    /// The first of them, and the row in which each broke.
    pub(super) broken: Vec<(u64, usize)>,
}

/// Where the results of a chunk go: for each scenario its kept rows, `[period][indicator]`.
pub(super) type Target<'a> = Vec<Vec<&'a mut [f64]>>;

/// The work of one task: the paths from `first_path` on, as many as said.
#[derive(Debug)]
pub(super) struct Chunk<'a, 'b> {
    pub(super) worker: &'a mut Worker,
    pub(super) job: &'a Job<'b>,
    pub(super) first_path: u64,
    pub(super) paths: usize,
    pub(super) target: &'a mut Target<'b>,
    pub(super) anchors: &'a [Anchors],
}

impl Kernel for Chunk<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Chunk { worker, job, first_path, paths, target, anchors } = self;
        let (lanes, rows) = (worker.memory.lanes, job.rows);
        for offset in (0..paths).step_by(lanes) {
            let count = lanes.min(paths - offset);
            let first = first_path + offset as u64;
            worker.draws.fill(&job.program.draws, &job.source, &job.ordinals, first, job.guides);
            for (place, target) in target.iter_mut().enumerate() {
                let piece = Piece { rows: target, offset, count, first };
                let centre = Centre::Follow(&anchors[place]);
                match job.guides {
                    Some(guides) => worker.run_guided(job, place, piece, centre, guides),
                    None => worker.run_scenario(job, place, Some(piece), centre, rows),
                }
            }
        }
    }
}

/// Where the paths of a block go: the paths from `offset` on in the rows of a chunk, as many as
/// said, the first of them the one numbered `first`.
pub(super) struct Piece<'a, 'b> {
    pub(super) rows: &'a mut Vec<&'b mut [f64]>,
    pub(super) offset: usize,
    pub(super) count: usize,
    pub(super) first: u64,
}

/// The work of one task on the central path of all scenarios.
#[derive(Debug)]
pub(super) struct Central<'a, 'b> {
    pub(super) job: &'a Job<'b>,
    pub(super) width: Width,
}

impl Kernel for Central<'_, '_> {
    type Output = Vec<Anchors>;

    fn run(self) -> Self::Output {
        let Central { job, width } = self;
        let blocks = job.program.blocks().len();
        let scenarios = 0..job.scenarios.len();
        if blocks == 0 {
            return scenarios.map(|_| Anchors::new()).collect();
        }
        let mut worker = Worker::new(job, DIRECTIONS, width);
        worker.draws.fill_central(&job.program.draws);
        scenarios
            .map(|place| {
                let mut anchors = vec![None; blocks * job.program.timeline.rows];
                worker.run_scenario(job, place, None, Centre::Find(&mut anchors), job.rows);
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
    pub(super) fn new(job: &Job<'_>, lanes: usize, width: Width) -> Self {
        let program = job.program;
        let timeline = &program.timeline;
        let periods = timeline.rows - timeline.begin;
        let mut memory = Memory::new(job.map, timeline.rows, lanes, width);
        for (k, &constant) in program.constants.iter().enumerate() {
            memory.set_same(Slot::new(Sort::Constant, k as u32), constant);
        }
        for &(series, row, value) in &program.known {
            memory.row_mut(Slot::series(series, 0), row).fill(value);
        }
        let cells = program.span.len() * program.indicators();
        let tally = Tally { failures: vec![0; cells], failed_paths: 0, broken: Vec::new() };
        let moved = |guides: &Guides| guides.coordinates.len() + guides.cells.observed.len();
        let coordinates = job.guides.map_or(0, moved);
        Self {
            memory,
            moved: vec![vec![0.0; lanes]; coordinates],
            log_weights: vec![0.0; lanes],
            draws: BlockDraws::new(&program.draws, periods, lanes, job.guides, job.wanted),
            additions: EventAdditions::new(&program.draws.events, periods, lanes),
            solvers: solvers(program, lanes),
            last: None,
            history: None,
            bad: vec![false; lanes],
            tally: vec![tally; job.scenarios.len()],
        }
    }

    /// Draws a block and what the first scenario makes of what is fixed within a path.
    pub(super) fn draw(&mut self, job: &Job<'_>, first_path: u64) {
        self.draws.fill(&job.program.draws, &job.source, &job.ordinals, first_path, None);
        self.set_path_values(job, 0);
    }

    /// Numbers of the block that was drawn last.
    pub(super) fn recorded(&self, program: &Inner, what: &Recorded, out: &mut [f64]) {
        match what {
            Recorded::Path(k) => {
                let row = self.memory.row(Slot::new(Sort::Path, *k as u32), 0);
                out.copy_from_slice(&row[..out.len()]);
            }
            Recorded::Shock(k, places) => {
                for (lane, out) in out.iter_mut().enumerate() {
                    let drawn = places.clone().map(|place| self.draws.shocks[place][*k][lane]);
                    *out = drawn.sum::<f64>() / places.len() as f64;
                }
            }
            Recorded::Event(k, places) => {
                let event = &program.draws.events[*k];
                let chance = self.memory.row(event.probability, 0);
                for (lane, out) in out.iter_mut().enumerate() {
                    let begins = |place: usize| &self.draws.events[place][*k];
                    *out = begun(event.overlap, chance[lane], places.end, |place| {
                        (begins(place).begin[lane], begins(place).duration[lane])
                    })
                    .filter(|place| places.contains(place))
                    .count() as f64;
                }
            }
        }
    }

    /// Runs a scenario up to a row, without it.
    #[inline(always)]
    pub(super) fn run_scenario(
        &mut self,
        job: &Job<'_>,
        place: usize,
        mut piece: Option<Piece<'_, '_>>,
        mut centre: Centre<'_>,
        end: usize,
    ) {
        let (program, scenario) = (job.program, job.scenarios[place]);
        self.set_path_values(job, place);
        let memory = &self.memory;
        let probability = |event: &crate::compile::EventDraw| memory.row(event.probability, 0);
        self.additions.fill(&program.draws.events, &self.draws.events, probability);
        self.bad.fill(false);
        let begin = program.timeline.begin;
        let known = self.history.is_some() && self.history == job.histories[place];
        for row in 0..end {
            if row >= begin || !known {
                self.prepare_row(job, scenario, row, None);
                self.compute_row(job, scenario, row, &mut centre);
            }
            if let Some(piece) = &mut piece {
                self.check(job, place, row, piece);
                self.copy_out(job, row, piece);
            }
        }
        self.history = job.histories[place];
    }

    /// What a period is computed from: given values, shocks.
    #[inline(always)]
    pub(super) fn prepare_row(
        &mut self,
        job: &Job<'_>,
        scenario: &ScenarioProgram,
        row: usize,
        moved: Option<(&Coordinates, &[bool])>,
    ) {
        let program = job.program;
        for &(series, _, value) in scenario.exogenised_in(row) {
            self.memory.row_mut(Slot::series(series, 0), row).fill(value);
        }
        if scenario.tape_of_row[row].is_none() {
            return;
        }
        self.memory.set_all_same(Slot::new(Sort::Given, 0), &scenario.table[row]);
        if let Some(place) = row.checked_sub(program.timeline.begin) {
            self.set_shocks(program, scenario, row, place, moved);
        }
    }

    #[inline(always)]
    pub(super) fn compute_row(
        &mut self,
        job: &Job<'_>,
        scenario: &ScenarioProgram,
        row: usize,
        centre: &mut Centre<'_>,
    ) {
        let Some(tape) = scenario.tape_of_row[row] else { return };
        let blocks = self.solvers.len();
        for part in &job.linked.tapes[tape] {
            match part {
                Part::Straight(steps) => self.memory.run(steps, row),
                Part::Block(block, pass) => {
                    let at = row * blocks + block.number;
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
    pub(super) fn set_path_values(&mut self, job: &Job<'_>, place: usize) {
        let (program, scenario) = (job.program, job.scenarios[place]);
        let again = self.last == Some(place);
        for (k, setting) in scenario.path_values.iter().enumerate() {
            let slot = Slot::new(Sort::Path, k as u32);
            let row = self.memory.row_mut(slot, 0);
            match &setting.base {
                Base::Number(_) if again => continue,
                Base::Number(number) => row.fill(*number),
                Base::Drawn(marginal) => {
                    row.copy_from_slice(&self.draws.path[k]);
                    if program.draws.path_correlation.is_member(k) {
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
        self.run_prelude(job);
        if !again {
            job.linked.same.iter().for_each(|&slot| self.memory.share(slot));
        }
        self.last = Some(place);
    }

    /// What follows from the values fixed within a path.
    #[inline(always)]
    pub(super) fn run_prelude(&mut self, job: &Job<'_>) {
        for &(series, period, value) in &job.program.known_drawn {
            let drawn = self.memory.row(Slot::new(Sort::Path, value), 0).to_vec();
            self.memory.row_mut(Slot::series(series, 0), period).copy_from_slice(&drawn);
        }
        self.memory.run(&job.linked.prelude, 0);
    }

    /// Shocks and uniforms of counts in a period: the draws, the scenario's change, the events.
    #[inline(always)]
    fn set_shocks(
        &mut self,
        program: &Inner,
        scenario: &ScenarioProgram,
        row: usize,
        place: usize,
        moved: Option<(&Coordinates, &[bool])>,
    ) {
        for (k, drawn) in self.draws.counts[place].iter().enumerate() {
            self.memory.row_mut(Slot::new(Sort::Count, k as u32), row).copy_from_slice(drawn);
        }
        for (k, drawn) in self.draws.shocks[place].iter().enumerate() {
            self.memory.row_mut(Slot::new(Sort::Shock, k as u32), row).copy_from_slice(drawn);
        }
        if let Some((coordinates, active)) = moved {
            self.set_moved_shocks(program, coordinates, active, row, place);
        }
        for change in scenario.shock_changes.iter().filter(|change| change.row == row) {
            let mean = program.draws.shocks[change.shock as usize].marginal.mean();
            for value in self.memory.row_mut(Slot::new(Sort::Shock, change.shock), row) {
                *value = (mean + (*value - mean) * change.scale) + change.add;
            }
        }
        for (k, &shock) in self.additions.shocks.iter().enumerate() {
            let values = self.memory.row_mut(Slot::new(Sort::Shock, shock), row);
            for (value, addition) in values.iter_mut().zip(self.additions.row(k, place)) {
                *value += addition;
            }
        }
    }

    /// Counts values that are not finite.
    #[inline(always)]
    pub(super) fn check(&mut self, job: &Job<'_>, place: usize, row: usize, piece: &Piece<'_, '_>) {
        let Some(tape) = job.scenarios[place].tape_of_row[row] else { return };
        let Some(period) = row.checked_sub(job.program.timeline.first) else { return };
        let indicators = job.program.indicators();
        for &indicator in &job.linked.computed[tape] {
            let values = self.memory.row(Slot::series(indicator, 0), row);
            if all_finite(values) {
                continue;
            }
            let tally = &mut self.tally[place];
            for (lane, value) in values[..piece.count].iter().enumerate() {
                if value.is_finite() {
                    continue;
                }
                tally.failures[period * indicators + indicator as usize] += 1;
                if !std::mem::replace(&mut self.bad[lane], true) {
                    tally.failed_paths += 1;
                    tally.remember(piece.first + lane as u64, row);
                }
            }
        }
    }

    #[inline(always)]
    pub(super) fn copy_out(&self, job: &Job<'_>, row: usize, piece: &mut Piece<'_, '_>) {
        let program = job.program;
        let Some(period) = row.checked_sub(program.timeline.first - program.lead) else { return };
        let targets = &mut piece.rows[period * job.kept.len()..];
        for (place, (target, &series)) in targets.iter_mut().zip(job.kept).enumerate() {
            if job.wanted.is_some_and(|wanted| !wanted.stores(series, row)) {
                continue;
            }
            let values = self.memory.row(Slot::series(series, 0), row);
            let target = &mut target[piece.offset..piece.offset + piece.count];
            target.copy_from_slice(&values[..piece.count]);
            if let Some(slot) = job.factors[place] {
                let factor = self.memory.row(slot, 0);
                target.iter_mut().zip(factor).for_each(|(value, factor)| *value *= factor);
            }
        }
    }
}

impl Tally {
    /// Remembers a broken path; of many the first, whoever finds them in which order.
    pub(super) fn remember(&mut self, path: u64, row: usize) {
        let place = self.broken.partition_point(|(other, _)| *other < path);
        if place < REMEMBERED {
            self.broken.insert(place, (path, row));
            self.broken.truncate(REMEMBERED);
        }
    }
}

/// Are all numbers finite? Without a branch for each.
#[inline(always)]
fn all_finite(values: &[f64]) -> bool {
    const EXPONENT: u64 = 0x7ff0_0000_0000_0000;
    let broken = |value: &f64| u64::from(value.to_bits() & EXPONENT == EXPONENT);
    values.iter().map(broken).fold(0, |any, one| any | one) == 0
}
