//! What of a run is asked about: one number for each path.

use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::model::Model;
use crate::period::Period;
use crate::plan::attainment::Met;
use crate::plan::goal::Goal;

/// A number for each path of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Is a goal met? 1 or 0.
    Met(Goal),
    /// The headroom of a target.
    Headroom(String),
    /// The value of an indicator in a period.
    Value(String, Period),
}

impl Outcome {
    /// The number in every path of an ensemble.
    ///
    /// # Errors
    /// An unknown target, set or indicator; an indicator or a period that was not kept.
    pub fn numbers(&self, model: &Model, ensemble: &Ensemble) -> Result<Vec<f64>, Error> {
        match self {
            Self::Met(goal) => {
                let condition = goal.resolve(model)?;
                Ok(Met::of_places(model, ensemble, &condition.targets())?.condition(&condition))
            }
            Self::Headroom(target) => {
                let place = place(model, target)?;
                Ok(Met::of_places(model, ensemble, &[place])?.headroom(place).to_vec())
            }
            Self::Value(indicator, period) => {
                ensemble.series(indicator)?;
                let row = ensemble.row(indicator, *period).ok_or_else(|| {
                    let span = ensemble.span();
                    let message = format!("{period} is not in the span {span}");
                    Error::at(format!("indicators.{indicator}"), message)
                })?;
                Ok(row.to_vec())
            }
        }
    }

    /// The places of the targets that it looks at.
    pub(super) fn targets(&self, model: &Model) -> Result<Vec<usize>, Error> {
        match self {
            Self::Met(goal) => Ok(goal.resolve(model)?.targets()),
            Self::Headroom(target) => Ok(vec![place(model, target)?]),
            Self::Value(..) => Ok(Vec::new()),
        }
    }

    /// The last period that it looks at.
    pub(super) fn last(&self, model: &Model) -> Result<Option<Period>, Error> {
        if let Self::Value(_, period) = self {
            return Ok(Some(*period));
        }
        let targets = self.targets(model)?;
        let ends = targets.iter().map(|&index| model.targets[index].period.last());
        Ok(ends.max_by_key(|period| period.ordinal()))
    }

    /// The indicator that a run has to keep for it, if any; what targets look at is always kept.
    pub(super) fn indicator(&self) -> Option<&str> {
        match self {
            Self::Value(indicator, _) => Some(indicator),
            Self::Met(_) | Self::Headroom(_) => None,
        }
    }
}

/// The place of a target in the model.
pub(super) fn place(model: &Model, target: &str) -> Result<usize, Error> {
    model.targets.iter().position(|known| known.id == target).ok_or_else(|| {
        let ids = model.targets.iter().map(|target| target.id.as_str());
        let hint = crate::error::near(target, ids);
        Error::at("of", format!("unknown target \"{target}\"{hint}"))
    })
}
