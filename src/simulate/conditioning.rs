//! How a run is conditioned on what is known, as far as the engine knows of it.
//!
//! A way of conditioning is a [`Conditioning`]: it says what it wants to see of the random numbers of
//! a block, and takes each scenario of the block into its own hands, with the engine's steps as its
//! tools. The engine names none of them; they are in the room `condition`.

use std::fmt::Debug;

use super::block::{Centre, Job, Worker};
use super::index::ScenarioIndex;
use super::numbers::Reads;
use super::piece::Piece;
use crate::period::Period;

/// A way of holding paths to what is known. Its paths carry weights.
pub(crate) trait Conditioning: Debug + Sync {
    /// What it reads.
    fn reads(&self) -> &Reads;

    /// What one thread needs for it.
    fn thread<'a>(&'a self, lanes: usize) -> Box<dyn ConditionedThread + 'a>;

    /// The logarithm of the density of what is known already, before any path.
    fn ln_density(&self) -> f64;

    /// The exact values that are known of an indicator on a basis, none being that of the histories.
    fn known(&self, indicator: &str, basis: Option<&str>) -> Vec<(Period, f64)>;
}

/// The work of a thread.
pub(crate) trait ConditionedThread: Send {
    /// Runs a scenario under the draws of the block, and hands its rows on.
    fn run(
        &mut self,
        worker: &mut Worker,
        job: &Job<'_>,
        scenario: ScenarioIndex,
        piece: &mut Piece<'_>,
        centre: Centre<'_>,
    );

    /// The logarithms of the weights of the paths that were run last.
    fn ln_weights(&self) -> &[f64];
}
