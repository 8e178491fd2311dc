//! What matters in a plan: which assumption moves a probability, a headroom, a value.

mod assumptions;
mod given;
mod outcome;
mod redrawn;
mod shared;
mod tornado;

pub use given::{GivenIndices, given_indices};
pub use outcome::Outcome;
pub use redrawn::{Redrawing, RedrawnIndices, redrawn_indices};
pub use shared::shapley_indices;
pub use tornado::{TornadoRow, tornado};
