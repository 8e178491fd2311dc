//! Bounds of targets that a host moves.

use std::collections::BTreeMap;

use serde::Deserialize;
use tinbergen::error::Problem;
use tinbergen::model::{Bound, Limit};
use tinbergen::{Error, Model};

/// The number of a bound, or both ends of `between`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum NewBound {
    /// The number that the target is held against.
    Number(f64),
    /// The ends of a range, both included.
    Between([f64; 2]),
}

/// Gives targets of a model other numbers as their bounds.
///
/// # Errors
/// A target that the model does not have; a bound of another form, or one that moves with another
/// indicator.
pub(crate) fn moved(mut model: Model, bounds: &BTreeMap<String, NewBound>) -> Result<Model, Error> {
    let mut problems = Vec::new();
    for (id, new) in bounds {
        let address = format!("bounds.{id}");
        let Some(target) = model.targets.iter_mut().find(|target| target.id == *id) else {
            problems.push(Problem::new(address, "the plan has no target of that name"));
            continue;
        };
        match (&mut target.bound, *new) {
            (Bound::Between(ends), NewBound::Between(new)) => *ends = new,
            (
                Bound::AtLeast(Limit::Number(limit))
                | Bound::AtMost(Limit::Number(limit))
                | Bound::Above(Limit::Number(limit))
                | Bound::Below(Limit::Number(limit)),
                NewBound::Number(new),
            ) => *limit = new,
            (Bound::Between(_), NewBound::Number(_)) => {
                problems.push(Problem::new(address, "give both ends of the range"));
            }
            (Bound::AtLeast(_) | Bound::AtMost(_) | Bound::Above(_) | Bound::Below(_), _) => {
                let said = "give one number, for a bound that is one number in the plan";
                problems.push(Problem::new(address, said));
            }
        }
    }
    if problems.is_empty() { Ok(model) } else { Err(Error::model(problems)) }
}
