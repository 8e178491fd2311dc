//! What a model does: responses to changes, multipliers, contributions, stability, who drives whom;
//! and which instruments give what is wanted.

mod contributions;
mod drivers;
mod eigen;
mod inversion;
mod means;
mod multipliers;
mod response;
mod stability;
mod swap;

pub use contributions::{By, Contribution, Contributions, contributions, residual_contributions};
pub use drivers::{Drivers, Edge, Side, drivers};
pub use inversion::{InstrumentPath, Inversion, Wanted, WantedPath, invert};
pub use means::at_means;
pub use multipliers::{Multiplier, multipliers};
pub use response::{Response, response};
pub use stability::{Root, Stability, stability};
pub use swap::swap;

use crate::error::{Error, Problem, near};
use crate::model::Model;
use crate::period::Period;
use crate::simulate::Ensembles;
use crate::simulate::Sampling;

/// One path, which is enough where nothing is random.
fn run(model: &Model, keep: &[&str]) -> Result<Ensembles, Error> {
    let sampling = Sampling::new(1, 0).with_block(8).with_threads(1);
    model.compile()?.simulate(&sampling.with_keep(keep.iter().copied()))
}

/// Is every name an indicator?
fn known(model: &Model, names: &[&str]) -> Result<(), Error> {
    let unknown = names.iter().filter(|name| !model.indicators.contains_key(**name));
    let problem = |name: &&str| {
        let hint = near(name, model.indicators.keys().map(String::as_str));
        Problem::new("indicators", format!("unknown indicator \"{name}\"{hint}"))
    };
    let problems: Vec<Problem> = unknown.map(problem).collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::model(problems)) }
}

/// The model with nothing random and nothing to be met.
fn calm(model: &Model) -> Model {
    let mut calm = at_means(model);
    calm.targets.clear();
    calm.target_sets.clear();
    calm.warnings.clear();
    calm
}

/// Is a period within those of the model?
fn inside(model: &Model, name: &str, period: Period) -> Result<(), Error> {
    if model.periods.contains(period) {
        return Ok(());
    }
    let message =
        format!("\"{name}\" in {period}: that is not within the model's periods {}", model.periods);
    Err(Error::at("periods", message))
}
