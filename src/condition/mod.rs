//! A model conditioned on what became known.
//!
//! `docs/outturns.md` has the method. [`Program::observe`](crate::Program::observe) gives a [`Tracked`] program, which
//! simulates as any other, with paths that go through the outturns and carry weights. [`Prior`] is the
//! plain way: paths as they are, weighed by how near they come.

mod algebra;
mod blocks;
mod branch_choice;
mod builder;
mod cells;
mod conditional;
mod conditioned_draws;
mod conditioned_path;
mod coordinates;
mod event_search;
mod event_sizes;
mod event_starts;
mod event_tree;
mod exact;
mod fitted;
mod importance;
mod known;
mod lengths;
mod linear;
mod masses;
mod narrowing;
mod overlap;
mod pairs;
mod pilot;
mod places;
mod prior;
mod probe;
mod proposal;
mod proposals;
mod replaced;
mod roles;
mod searching;
mod shape;
mod slice;
mod surprise;
mod systems;
mod thread;
mod tracked;
mod transform;
mod unknowns;
mod unsolved;
mod update;

pub use prior::Prior;
pub use surprise::Surprise;
pub use tracked::Tracked;
