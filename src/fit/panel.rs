//! What is fitted: series of one kind, period by period.

use crate::error::{Error, Problem};

/// In which space the figures of a panel are, and so which dynamics they have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Space {
    /// Growth rates or log growth: they return to a mean, or wander.
    Growth,
    /// Changes: as growth.
    Change,
    /// Levels: they return to a mean, or wander, and a change has an echo in the next one (`momentum`).
    Level,
    /// Log odds of a share within its bounds: as levels.
    Share,
}

impl Space {
    /// Has a change an echo?
    pub(super) fn has_momentum(self) -> bool {
        match self {
            Self::Growth | Self::Change => false,
            Self::Level | Self::Share => true,
        }
    }
}

/// One series in the space in which its errors add up.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Its name, for messages.
    pub name: String,
    /// A figure for each period of the panel; not-a-number where none is known.
    pub values: Vec<f64>,
    /// Periods whose errors are left out, such as those of declared events; empty for none.
    pub left_out: Vec<bool>,
    /// What may explain its mean (log income, say): as many numbers for every series, or none.
    pub covariates: Vec<f64>,
}

impl Series {
    /// A series without covariates, of which nothing is left out.
    pub fn new(name: impl Into<String>, values: Vec<f64>) -> Self {
        Self { name: name.into(), values, left_out: Vec::new(), covariates: Vec::new() }
    }

    /// The same series with numbers that may explain its mean.
    #[must_use]
    pub fn with_covariates(mut self, covariates: Vec<f64>) -> Self {
        self.covariates = covariates;
        self
    }

    /// The same series with the periods whose errors are left out.
    #[must_use]
    pub fn with_left_out(mut self, left_out: Vec<bool>) -> Self {
        self.left_out = left_out;
        self
    }

    /// The place of its last figure.
    pub(super) fn last(&self) -> Option<usize> {
        self.values.iter().rposition(|x| x.is_finite())
    }
}

/// Series of one kind and unit over the same periods, which learn from each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// The series, at least one.
    pub series: Vec<Series>,
    /// Their space.
    pub space: Space,
}

impl Panel {
    /// A panel of series.
    pub fn new(series: Vec<Series>, space: Space) -> Self {
        Self { series, space }
    }

    /// Periods of the panel.
    pub fn periods(&self) -> usize {
        self.series.first().map_or(0, |series| series.values.len())
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        let Some(first) = self.series.first() else {
            return Err(Error::at("panel", "there is no series to fit: give at least one"));
        };
        let mut problems = Vec::new();
        for series in &self.series {
            let mut say = |message: String| problems.push(Problem::new(&series.name, message));
            let (length, wanted) = (series.values.len(), first.values.len());
            if length != wanted {
                say(format!(
                    "it has {length} periods where \"{}\" has {wanted}: give both the same span, with \
                     not-a-number where a figure is not known",
                    first.name
                ));
            }
            if series.values.iter().any(|x| x.is_infinite() || x.abs() > 1e100) {
                say("a figure is infinite or beyond 1e100: leave it out or correct it".to_owned());
            }
            if !(series.left_out.is_empty() || series.left_out.len() == length) {
                say(format!(
                    "{} marks of what is left out for {length} periods",
                    series.left_out.len()
                ));
            }
            if series.covariates.len() != first.covariates.len() {
                say(format!(
                    "it has {} covariates where \"{}\" has {}: each series needs the same ones",
                    series.covariates.len(),
                    first.name,
                    first.covariates.len()
                ));
            }
            if !series.covariates.iter().all(|x| x.is_finite()) {
                say("a covariate is no finite number: leave the series out or give it".to_owned());
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(Error::model(problems)) }
    }
}
