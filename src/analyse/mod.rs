//! What a model does: responses to changes, multipliers, contributions, stability, who drives whom;
//! and which instruments give what is wanted.

mod contributions;
mod drivers;
mod inversion;
mod means;
mod multipliers;
mod response;
mod stability;

pub use contributions::{By, Contribution, Contributions, contributions, residual_contributions};
pub use drivers::{Drivers, Edge, Side, drivers};
pub use inversion::{InstrumentPath, Inversion, Wanted, WantedPath, invert, swap};
pub use means::at_means;
pub use multipliers::{Multiplier, multipliers};
pub use response::{Response, response};
pub use stability::{Root, Stability, stability};

use crate::ensemble::Ensembles;
use crate::error::{Error, near};
use crate::model::Model;
use crate::simulate::Sampling;

/// One path, which is enough where nothing is random.
fn run(model: &Model, keep: &[&str]) -> Result<Ensembles, Error> {
    let sampling = Sampling::new(1, 0).with_block(8).with_threads(1);
    model.compile()?.simulate(&sampling.with_keep(keep.iter().copied()))
}

/// Is every name an indicator?
fn known(model: &Model, names: &[&str]) -> Result<(), Error> {
    for name in names {
        if !model.indicators.contains_key(*name) {
            let hint = near(name, model.indicators.keys().map(String::as_str));
            return Err(Error::at("indicators", format!("unknown indicator \"{name}\"{hint}")));
        }
    }
    Ok(())
}
