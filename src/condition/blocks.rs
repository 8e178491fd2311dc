//! Paths of one scenario worked out block by block, for someone who looks at them: no run, and no sink.

use super::proposals::Proposals;
use super::thread::Thread;
use crate::compile::Row;
use crate::error::Error;
use crate::math::Width;
use crate::simulate::{
    Central, Centre, Chunk, Job, PathBlock, Piece, Request, ScenarioIndex, Worker,
};

/// Paths that are worked out side by side.
const LANES: usize = 128;

/// Who looks: at which paths, before the first period and after each.
pub(super) type BlockSpectator<'a> =
    &'a mut dyn FnMut(&Worker, &Job<'_>, Option<Row>, std::ops::Range<usize>);

impl Proposals<'_> {
    /// Works out so many paths of the first scenario of a request.
    ///
    /// # Errors
    /// A run stopped by `watch`.
    pub(super) fn each_block(
        &self,
        request: &Request<'_>,
        paths: usize,
        watch: &mut dyn FnMut(usize, usize) -> bool,
        spectator: BlockSpectator<'_>,
        end: &mut dyn FnMut(&Thread<'_>, usize),
    ) -> Result<(), Error> {
        let job = request.job()?;
        let (lanes, width) = (LANES.min(paths), Width::detect());
        let anchors = width.run(Central { job: &job, width }).pop().unwrap_or_default();
        let mut worker = Worker::new(&job, lanes, width);
        let mut thread = Thread::new(self, lanes);
        for first in (0..paths).step_by(lanes) {
            if first % (lanes * 32) == 0 && !watch(first, paths) {
                return Err(Error::interrupted());
            }
            let count = lanes.min(paths - first);
            worker.fill(&job, first as u64);
            let mut nothing = Nowhere;
            let mut piece = Piece::new(&mut nothing, 0, count, first as u64);
            let mut of_block = |worker: &Worker, row: Option<Row>| {
                spectator(worker, &job, row, first..first + count);
            };
            let centre = Centre::Follow(&anchors);
            let scenario = ScenarioIndex::FIRST;
            thread.run_with_spectator(
                &mut worker,
                &job,
                scenario,
                &mut piece,
                centre,
                &mut of_block,
            );
            piece.taken()?;
            end(&thread, count);
        }
        Ok(())
    }
}

/// Nobody takes the paths.
struct Nowhere;

impl Chunk for Nowhere {
    fn row(&mut self, _block: &PathBlock<'_>, _row: Row) -> Result<(), Error> {
        Ok(())
    }

    fn end(&mut self, _block: &PathBlock<'_>) -> Result<(), Error> {
        Ok(())
    }
}
