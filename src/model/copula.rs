//! Dependence in the tails: what is large together.

use schemars::JsonSchema;
use serde::Serialize;

use super::Label;

/// A Student-t copula of several shocks, or of several parameters: in a path (and period) their scores are
/// divided by one common number, so that large values come together, also where nothing is correlated.
///
/// The fewer degrees of freedom, the more so; with many it is the Gaussian copula of `[correlations]`. What each
/// of them is drawn from does not change.
///
/// ```
/// use tinbergen::model::{Copula, Distribution, Indicator};
/// use tinbergen::{Model, Sampling};
/// let model = Model::new("m", "2021..2021".parse()?)
///     .with_indicator("x", Indicator::from_equation("x ~ 0"))
///     .with_indicator("y", Indicator::from_equation("y ~ 0"))
///     .with_shock("x", Distribution::normal(0.0, 1.0))
///     .with_shock("y", Distribution::normal(0.0, 1.0))
///     .with_copula("tails", Copula::student_t(["x", "y"], 3.0));
/// let runs = model.compile()?.simulate(&Sampling::new(10_000, 1))?;
/// let values = |name: &str| runs.get("baseline").map(|e| e.paths(name).map(|p| p.row(0).to_vec()));
/// let (x, y) = (values("x")??, values("y")??);
/// let both = x.iter().zip(&y).filter(|(x, y)| **x > 2.33 && **y > 2.33).count();
/// assert!(both > 10, "one in 10,000 if they were independent, and here {both}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Copula {
    /// What a reader sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// Shocks, or parameters, in any order; with one all that are correlated with it.
    pub members: Vec<String>,
    /// Degrees of freedom, from 1 to 1000.
    pub df: f64,
    /// The page or section it is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why it was assumed, when no source has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumption: Option<String>,
}

impl Copula {
    /// Of these members, with so many degrees of freedom.
    pub fn student_t<T: Into<String>>(members: impl IntoIterator<Item = T>, df: f64) -> Self {
        Self {
            label: None,
            members: members.into_iter().map(Into::into).collect(),
            df,
            source: None,
            assumption: None,
        }
    }

    /// What is wrong with it by itself: with each the key it concerns.
    pub(super) fn problems(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        if !(1.0..=1000.0).contains(&self.df) {
            let message = format!("expected degrees of freedom from 1 to 1000, found {}", self.df);
            found.push(("df".to_owned(), message));
        }
        if self.members.len() < 2 {
            found.push(("members".to_owned(), "expected two names or more".to_owned()));
        }
        for (k, name) in self.members.iter().enumerate() {
            if self.members[..k].contains(name) {
                found.push((format!("members[{k}]"), format!("\"{name}\" is there twice")));
            }
        }
        found
    }
}
