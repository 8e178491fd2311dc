//! One block of paths: draws, then every scenario under the same luck.

use super::draws::{BlockDraws, Source};
use super::events::EventAdditions;
use super::memory::Memory;
use super::solve::Solver;
use crate::compile::{Base, Inner, ScenarioProgram, Section, Slot, Sort, Tape};
use crate::math::Kernel;

/// Everything a worker needs for a block; made once and used again and again.
#[derive(Debug)]
pub(super) struct Worker {
    memory: Memory,
    draws: BlockDraws,
    additions: EventAdditions,
    /// One for each simultaneous block of the program.
    solvers: Vec<Solver>,
    pub(super) tally: Vec<Tally>,
}

/// What all workers of a run share.
#[derive(Debug)]
pub(super) struct Job<'a> {
    pub(super) program: &'a Inner,
    pub(super) scenarios: Vec<&'a ScenarioProgram>,
    pub(super) source: Source<'a>,
    /// The ordinals of the simulated periods.
    pub(super) ordinals: Vec<u32>,
    /// The indicators whose rows are stored.
    pub(super) kept: &'a [u32],
}

/// What went wrong in the paths of one scenario.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    /// Paths in which the value was not finite: `[period of the span][indicator]`.
    pub(super) failures: Vec<u64>,
    /// Paths in which any was not.
    pub(super) failed_paths: u64,
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
}

impl Kernel for Chunk<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.worker.run_chunk(self.job, self.first_path, self.paths, self.target);
    }
}

fn solvers(program: &Inner, lanes: usize) -> Vec<Solver> {
    let blocks = program.blocks().into_iter();
    blocks.map(|block| Solver::new(block.unknowns.len(), lanes)).collect()
}

impl Worker {
    pub(super) fn new(job: &Job<'_>, lanes: usize) -> Self {
        let program = job.program;
        let timeline = &program.timeline;
        let periods = timeline.rows - timeline.begin;
        let mut memory = Memory::new(&program.layout, timeline.rows, program.longest_lag(), lanes);
        for (k, &constant) in program.constants.iter().enumerate() {
            memory.row_mut(Slot::new(Sort::Constant, k as u32), 0).fill(constant);
        }
        for &(series, row, value) in &program.known {
            memory.row_mut(Slot::series(series, 0), row).fill(value);
        }
        let cells = program.span.len() * program.indicators();
        let tally = Tally { failures: vec![0; cells], failed_paths: 0 };
        Self {
            memory,
            draws: BlockDraws::new(&program.draws, periods, lanes),
            additions: EventAdditions::new(&program.draws.events, periods, lanes),
            solvers: solvers(program, lanes),
            tally: vec![tally; job.scenarios.len()],
        }
    }

    #[inline(always)]
    fn run_chunk(&mut self, job: &Job<'_>, first_path: u64, paths: usize, target: &mut Target<'_>) {
        let program = job.program;
        let lanes = self.memory.lanes;
        for offset in (0..paths).step_by(lanes) {
            let count = lanes.min(paths - offset);
            let first = first_path + offset as u64;
            self.draws.fill(&program.draws, &job.source, &job.ordinals, first);
            for (place, scenario) in job.scenarios.iter().enumerate() {
                self.run_scenario(program, scenario);
                self.check(program, place, count);
                self.copy_out(program, job.kept, &mut target[place], offset, count);
            }
        }
    }

    #[inline(always)]
    fn run_scenario(&mut self, program: &Inner, scenario: &ScenarioProgram) {
        self.set_path_values(program, scenario);
        for solver in &mut self.solvers {
            solver.reset();
        }
        let memory = &self.memory;
        let probability = |event: &crate::compile::EventDraw| memory.row(event.probability, 0);
        self.additions.fill(&program.draws.events, &self.draws.events, probability);
        for (row, tape) in scenario.tape_of_row.iter().enumerate() {
            for &(series, at, value) in &scenario.exogenised {
                if at == row {
                    self.memory.row_mut(Slot::series(series, 0), row).fill(value);
                }
            }
            let Some(tape) = tape else { continue };
            for (column, &value) in scenario.table[row].iter().enumerate() {
                self.memory.row_mut(Slot::new(Sort::Given, column as u32), row).fill(value);
            }
            if let Some(place) = row.checked_sub(program.timeline.begin) {
                self.set_shocks(program, scenario, row, place);
            }
            self.run_tape(&program.tapes[*tape], row);
        }
    }

    #[inline(always)]
    fn run_tape(&mut self, tape: &Tape, row: usize) {
        for section in tape {
            match section {
                Section::Straight(instructions) => self.memory.run(instructions, row),
                Section::Block(block) => {
                    self.solvers[block.number].solve(&mut self.memory, block, row);
                }
            }
        }
    }

    /// What is fixed within a path: parameters, drawn starting values, and what follows from them.
    #[inline(always)]
    fn set_path_values(&mut self, program: &Inner, scenario: &ScenarioProgram) {
        for (k, setting) in scenario.path_values.iter().enumerate() {
            let row = self.memory.row_mut(Slot::new(Sort::Path, k as u32), 0);
            match &setting.base {
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
        for &(series, period, value) in &program.known_drawn {
            let drawn = self.memory.row(Slot::new(Sort::Path, value), 0).to_vec();
            self.memory.row_mut(Slot::series(series, 0), period).copy_from_slice(&drawn);
        }
        self.memory.run(&program.prelude, 0);
    }

    /// Shocks and uniforms of counts in a period: the draws, the scenario's change, the events.
    #[inline(always)]
    fn set_shocks(
        &mut self,
        program: &Inner,
        scenario: &ScenarioProgram,
        row: usize,
        place: usize,
    ) {
        for (k, drawn) in self.draws.shocks[place].iter().enumerate() {
            self.memory.row_mut(Slot::new(Sort::Shock, k as u32), row).copy_from_slice(drawn);
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
        for (k, drawn) in self.draws.counts[place].iter().enumerate() {
            self.memory.row_mut(Slot::new(Sort::Count, k as u32), row).copy_from_slice(drawn);
        }
    }

    /// Counts values that are not finite.
    #[inline(always)]
    fn check(&mut self, program: &Inner, place: usize, count: usize) {
        let first = program.timeline.first;
        let indicators = program.indicators();
        let mut bad = Vec::new();
        for period in 0..program.span.len() {
            for indicator in 0..indicators {
                let row = self.memory.row(Slot::series(indicator as u32, 0), first + period);
                let broken: u64 = row[..count].iter().map(|v| u64::from(!v.is_finite())).sum();
                if broken == 0 {
                    continue;
                }
                self.tally[place].failures[period * indicators + indicator] += broken;
                bad.resize(count, false);
                for (bad, value) in bad.iter_mut().zip(row) {
                    *bad |= !value.is_finite();
                }
            }
        }
        self.tally[place].failed_paths += bad.iter().filter(|&&bad| bad).count() as u64;
    }

    #[inline(always)]
    fn copy_out(
        &self,
        program: &Inner,
        kept: &[u32],
        target: &mut [&mut [f64]],
        offset: usize,
        count: usize,
    ) {
        let start = program.timeline.first - program.lead;
        for (k, row) in target.iter_mut().enumerate() {
            let (period, series) = (start + k / kept.len(), kept[k % kept.len()]);
            let values = self.memory.row(Slot::series(series, 0), period);
            row[offset..offset + count].copy_from_slice(&values[..count]);
        }
    }
}
