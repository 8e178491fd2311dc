//! A chunk of paths, block by block.

use super::block::{Anchors, Centre, Job, Worker};
use super::conditioning::ConditionedThread;
use super::index::ScenarioIndex;
use super::piece::Piece;
use super::sink::Chunk;
use crate::error::Error;
use crate::math::Kernel;

/// The work of one task: the paths from `first_path` on, as many as said.
pub(super) struct Task<'a, 'b, 'c> {
    pub(super) worker: &'a mut Worker,
    /// What holds its paths to what is known.
    pub(super) conditioned: Option<&'a mut (dyn ConditionedThread + 'c)>,
    pub(super) job: &'a Job<'b>,
    pub(super) first_path: u64,
    pub(super) paths: usize,
    pub(super) chunk: &'a mut dyn Chunk,
    pub(super) anchors: &'a [Anchors],
}

impl Kernel for Task<'_, '_, '_> {
    type Output = Result<(), Error>;

    #[inline(always)]
    fn run(self) -> Self::Output {
        let Task { worker, mut conditioned, job, first_path, paths, chunk, anchors } = self;
        let lanes = worker.memory.lanes;
        for offset in (0..paths).step_by(lanes) {
            let count = lanes.min(paths - offset);
            let first = first_path + offset as u64;
            worker.fill(job, first);
            for scenario in ScenarioIndex::all(job.scenarios.len()) {
                let mut piece = Piece::new(&mut *chunk, offset, count, first);
                let centre = Centre::Follow(&anchors[scenario.0]);
                if let Some(conditioned) = &mut conditioned {
                    conditioned.run(worker, job, scenario, &mut piece, centre);
                    worker.end(scenario, &mut piece, Some(conditioned.ln_weights()));
                } else {
                    worker.run_scenario(job, scenario, Some(&mut piece), centre, job.stage.end);
                    worker.end(scenario, &mut piece, None);
                }
                piece.taken()?;
            }
        }
        Ok(())
    }
}
