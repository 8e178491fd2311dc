//! Parameters that are other numbers in a run: one for all paths, or one for each.

use std::sync::Arc;

use crate::compile::Program;
use crate::error::{Error, Problem, near};
use crate::interrupt::look;
use crate::model::Value;

/// What a parameter is in a run, whatever is drawn for it.
///
/// ```
/// use tinbergen::simulate::Given;
/// assert_eq!(Given::from(0.07).at(3), 0.07);
/// assert_eq!(Given::from(vec![0.05, 0.06, 0.07]).at(1), 0.06);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// A number in every path.
    Number(f64),
    /// A number for each path, the first path first.
    Paths(Arc<[f64]>),
}

impl From<f64> for Given {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<Vec<f64>> for Given {
    fn from(numbers: Vec<f64>) -> Self {
        Self::Paths(numbers.into())
    }
}

impl From<Arc<[f64]>> for Given {
    fn from(numbers: Arc<[f64]>) -> Self {
        Self::Paths(numbers)
    }
}

impl Given {
    /// What it is in a path; not-a-number where there is no such path.
    pub fn at(&self, path: usize) -> f64 {
        match self {
            Self::Number(number) => *number,
            Self::Paths(numbers) => numbers.get(path).copied().unwrap_or(f64::NAN),
        }
    }

    fn numbers(&self) -> &[f64] {
        match self {
            Self::Number(number) => std::slice::from_ref(number),
            Self::Paths(numbers) => numbers,
        }
    }

    /// The address of one of its numbers.
    fn address(&self, name: &str, place: usize) -> String {
        match self {
            Self::Number(_) => format!("parameters.{name}"),
            Self::Paths(_) => format!("parameters.{name}[{place}]"),
        }
    }
}

/// A parameter by its place in the model, and what it is.
pub(crate) type Set = (usize, Given);

/// Parameters that are numbers in this run, by their places.
///
/// # Errors
/// Unknown names; numbers for another number of paths; numbers that are not finite, or that the
/// distribution of the parameter cannot draw.
pub(crate) fn overrides(
    program: &Program,
    parameters: &[(String, Given)],
    paths: usize,
) -> Result<Vec<Set>, Error> {
    let of_model = &program.inner.model.parameters;
    let (mut set, mut problems) = (Vec::new(), Vec::new());
    for (name, given) in parameters {
        look();
        let Some((index, _, parameter)) = of_model.get_full(name) else {
            let hint = near(name, of_model.keys().map(String::as_str));
            let message = format!("unknown parameter \"{name}\"{hint}");
            problems.push(Problem::new(format!("parameters.{name}"), message));
            continue;
        };
        if let Given::Paths(numbers) = given
            && numbers.len() != paths
        {
            let message = format!(
                "{} numbers for {paths} paths; give one for each path, or one for all",
                numbers.len()
            );
            problems.push(Problem::new(format!("parameters.{name}"), message));
            continue;
        }
        let support = match &parameter.quantity.value {
            // Rows of a posterior are a sample of what the parameter can be, and no limit to it.
            Value::Drawn(distribution) if parameter.draws.is_none() => distribution.support(),
            Value::Drawn(_) | Value::Number(_) => (f64::NEG_INFINITY, f64::INFINITY),
        };
        match given.numbers().iter().enumerate().find_map(|(k, x)| Some((k, odd(*x, support)?))) {
            Some((place, message)) => {
                problems.push(Problem::new(given.address(name, place), message));
            }
            None => set.push((index, given.clone())),
        }
    }
    if problems.is_empty() { Ok(set) } else { Err(Error::model(problems)) }
}

/// What is wrong with a number.
fn odd(number: f64, (low, high): (f64, f64)) -> Option<String> {
    if !number.is_finite() {
        return Some(format!("{number} is not a finite number"));
    }
    (!(low..=high).contains(&number)).then(|| {
        format!(
            "{number} is outside of what its distribution can draw, from {low} to {high}; to try it all the \
             same, let a scenario set it, or give the parameter another distribution"
        )
    })
}

/// Refuses parameters with a number for each path, where a question is put to something else than the
/// paths of the run.
///
/// # Errors
/// The first of them.
pub(crate) fn one_for_all(parameters: &[(String, Given)], what: &str) -> Result<(), Error> {
    let each = parameters.iter().find(|(_, given)| matches!(given, Given::Paths(_)));
    each.map_or(Ok(()), |(name, _)| {
        let message = format!("{what} takes one number for all paths, not one for each path");
        Err(Error::at(format!("parameters.{name}"), message))
    })
}
