//! Where the paths of a block go.

use super::sink::Chunk;
use crate::error::Error;

/// Where the paths of a block go: those from `offset` on in a chunk, as many as said, of which the
/// first is the one numbered `first`.
pub(crate) struct Piece<'a> {
    chunk: &'a mut dyn Chunk,
    pub(super) offset: usize,
    pub(super) paths: usize,
    pub(super) first: u64,
    /// What the chunk refused: it is handed nothing more.
    refused: Option<Error>,
}

impl<'a> Piece<'a> {
    pub(crate) fn new(chunk: &'a mut dyn Chunk, offset: usize, paths: usize, first: u64) -> Self {
        Self { chunk, offset, paths, first, refused: None }
    }

    /// Hands something on, unless something was refused before.
    #[inline(always)]
    pub(super) fn hand_on(&mut self, on: impl FnOnce(&mut dyn Chunk) -> Result<(), Error>) {
        if self.refused.is_none() {
            self.refused = on(self.chunk).err();
        }
    }

    /// Has everything been taken?
    ///
    /// # Errors
    /// The first that the chunk gave.
    pub(crate) fn taken(self) -> Result<(), Error> {
        self.refused.map_or(Ok(()), Err)
    }
}
