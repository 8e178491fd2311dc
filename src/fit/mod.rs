//! Learning from data: the posterior of a panel of short series, all of them together.
//!
//! Each series is an autoregression whose parameters have a distribution over the panel, its peers. A row of
//! the [`Posterior`] is one draw of everything at once, from which the future follows as
//!
//! ```text
//! y[t] = y[t-1] + (1 - persistence) (mean - y[t-1]) + momentum (y[t-1] - y[t-2]) + loading z[t] + sd e[t]
//! ```
//!
//! with one common shock `z` for the panel and an own shock `e` for each series, Student-t with the sd 1.
//! `docs/fitting.md` has the method, its priors and its sources.
//!
//! ```
//! use tinbergen::fit::{Panel, Prior, Series, Settings, Space, fit};
//!
//! // Growth in per cent of three regions; the third is known for two years.
//! let series = vec![
//!     Series::new("a", vec![7.9, 8.1, 7.4, 7.0, 6.6, 6.9, 6.1, 5.9]),
//!     Series::new("b", vec![9.0, 8.6, 8.8, 7.9, 8.1, 7.2, 7.0, 6.6]),
//!     Series::new("c", vec![f64::NAN, f64::NAN, f64::NAN, f64::NAN, f64::NAN, f64::NAN, 7.5, 7.1]),
//! ];
//! let panel = Panel::new(series, Space::Growth);
//! let posterior = fit(&panel, &Prior::default(), &Settings::new(1000, 1))?;
//! let paths = posterior.forecast(&panel, 5, 1)?; // rows x series x horizon
//! assert_eq!(paths.dim(), (1000, 3, 5));
//! // Most of what is said of the third region's persistence is what its peers say.
//! assert!(posterior.own[[2, 1]] < posterior.own[[0, 1]]);
//! # Ok::<(), tinbergen::Error>(())
//! ```

mod chain;
mod closed;
mod common;
mod data;
mod draws;
mod each;
mod hyper;
mod panel;
mod posterior;
mod prior;
mod regression;
mod sentence;
mod settings;
mod state;
mod table;
mod tails;

pub use panel::{Panel, Series, Space};
pub use posterior::{Peers, Posterior};
pub use prior::Prior;
pub use sentence::{Gap, Phrase, Sentence};
pub use settings::{Settings, Tier};
pub use table::{Beside, Estimate, Fitted, Fitting, Kind, Report, Weight};

use crate::error::Error;

/// The posterior of a panel.
///
/// A series of one figure or none has the posterior that its peers give it, and so has a parameter on which
/// its own figures say little. A panel of one series has that of the priors and its own figures.
///
/// # Errors
/// A panel without series or in which nothing moves, series of different lengths, figures that are infinite, a
/// prior that is no prior, no rows or too many.
pub fn fit(panel: &Panel, prior: &Prior, settings: &Settings) -> Result<Posterior, Error> {
    if !(1..=1_000_000).contains(&settings.rows) || settings.burn_in > 1_000_000 {
        return Err(Error::at("rows", "the rows of a posterior are 1 to 1,000,000"));
    }
    let data = data::Data::new(panel, prior)?;
    match settings.tier {
        Tier::ClosedForm => Ok(closed::sample(panel, &data, prior, settings)),
        Tier::Sampled => Ok(chain::sample(panel, &data, prior, settings)),
    }
}
