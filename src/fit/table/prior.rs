//! Numbers of the prior by their names.

use crate::error::{Error, counted, near};
use crate::fit::Prior;

/// What is said of a prior by name: one number, or two.
const NAMES: [&str; 12] = [
    "scale",
    "centre",
    "centre_sd",
    "spread",
    "persistence",
    "persistence_spread",
    "momentum",
    "momentum_spread",
    "unit_root",
    "loading",
    "loading_spread",
    "skew",
];

impl Prior {
    /// With another number, or pair of numbers, by the name of its field.
    ///
    /// # Errors
    /// A name that is none; another number of numbers than the field has.
    ///
    /// ```
    /// use tinbergen::fit::Prior;
    /// let prior = Prior::default().with("persistence", &[0.8, 0.1])?;
    /// assert_eq!(prior.persistence, (0.8, 0.1));
    /// assert!(Prior::default().with("persistance", &[0.8]).is_err());
    /// # Ok::<(), tinbergen::Error>(())
    /// ```
    pub fn with(mut self, name: &str, numbers: &[f64]) -> Result<Self, Error> {
        let address = format!("prior.{name}");
        let wrong = |wanted: usize| {
            let message =
                format!("expected {}, found {}", counted(wanted, "number"), numbers.len());
            Error::at(&address, message)
        };
        let one = || match numbers {
            [number] => Ok(*number),
            _ => Err(wrong(1)),
        };
        let two = || match numbers {
            [mean, sd] => Ok((*mean, *sd)),
            _ => Err(wrong(2)),
        };
        match name {
            "scale" => self.scale = Some(one()?),
            "centre" => self.centre = Some(one()?),
            "centre_sd" => self.centre_sd = Some(one()?),
            "spread" => self.spread = one()?,
            "persistence" => self.persistence = two()?,
            "persistence_spread" => self.persistence_spread = one()?,
            "momentum" => self.momentum = two()?,
            "momentum_spread" => self.momentum_spread = one()?,
            "unit_root" => self.unit_root = two()?,
            "loading" => self.loading = one()?,
            "loading_spread" => self.loading_spread = one()?,
            "skew" => self.skew = one()?,
            unknown => {
                let hint = near(unknown, NAMES);
                let message =
                    format!("the prior has no such number{hint}; it has {}", NAMES.join(", "));
                return Err(Error::at(address, message));
            }
        }
        Ok(self)
    }
}
