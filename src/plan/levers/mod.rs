//! Levers: what a plan costs to be met with a wanted probability.
//!
//! A lever moves a parameter: its centre, when it is uncertain, with the spread that it has; or to a number, if so
//! asked. Settings are tried under common random numbers, as variants of one compiled scenario, so that a step of
//! a lever shows in every path or in none by chance. Costs count from where the parameter stands now, and a lever
//! may always stay there.

mod cheapest;
mod choice;
mod climb;
mod cost;
mod elsewhere;
mod frontier;
mod grid;
mod idle;
mod moves;
mod search;
mod seek;
mod sure;
mod trial;
mod trim;

pub use choice::Levers;
pub use frontier::{FrontierPoint, Isoquant, IsoquantPoint, frontier, isoquant};
pub use grid::lever_costs;
pub use idle::{idle_levers, is_idle_lever};
pub(super) use moves::Moves;
pub use search::{Search, lever_shares};
pub use seek::{Seek, Seeking, Setting, seek};
