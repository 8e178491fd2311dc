//! What matters: how an output depends on the inputs that were drawn with it. Works on any arrays.
//!
//! | | |
//! |---|---|
//! | [`Sample`] | outputs with their weights, and how rows depend on each other |
//! | [`first_order`] | from one sample: the share of the variance that goes when an input becomes known |
//! | [`Swing`] | from one sample: what an input does that moves from its 10th to its 90th percentile |
//! | [`distance`], [`distances`] | from one sample: how far the whole distribution moves (PAWN) |
//! | [`shapley_effects`] | from one sample: the variance shared out among inputs that go together |
//! | [`shapley`], [`shapley_weights`] | the Shapley values of any game |
//! | [`pick_freeze_design`], [`pick_freeze`] | first-order and total Sobol' indices, from runs of their own |
//! | [`prim`], [`cart`] | boxes in which what is of interest gathers |
//! | [`morris_design`], [`morris`] | elementary effects, for hundreds of inputs |

mod boxes;
mod cart;
mod distance;
mod first_order;
mod game;
mod morris;
mod pick_freeze;
mod prim;
mod sample;
mod shapley;
mod swing;

pub use boxes::{Region, Restriction};
pub use cart::{Growth, Tree, cart};
pub use distance::{Distance, distance, distances};
pub use first_order::first_order;
pub use game::{MOST_PLAYERS, shapley, shapley_weights};
pub(crate) use game::{factor, orders};
pub use morris::{Elementary, morris, morris_design};
pub use pick_freeze::{Indices, pick_freeze, pick_freeze_design};
pub use prim::{Patience, Peeling, prim};
pub use sample::Sample;
pub use shapley::{MOST_COLUMNS, ShapleyEffects, shapley_effects};
pub use swing::{Moved, Swing};
