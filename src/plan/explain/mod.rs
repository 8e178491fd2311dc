//! Why a probability or a quantile changed between two models: Shapley values over groups of
//! differences, under common random numbers.
//!
//! A *coalition* is the earlier model with the differences of some groups taken over from the later
//! one; its value is the probability (or quantile) that it gives from the same seed. The part of a
//! group is what it adds to a coalition, averaged over all orders in which groups can join:
//!
//! ```text
//! part(i) = sum over S without i of  |S|! (g - |S| - 1)! / g!  (v(S + i) - v(S))
//! ```
//!
//! L. S. Shapley (1953), A value for n-person games. Values are whole numbers (paths that meet, or
//! fixed-point numbers), and so are the weights `|S|! (g - |S| - 1)!`, so that the parts add up to
//! the change exactly.

mod coalition;
mod coherent;
mod explaining;
mod explanation;
mod groups;
mod masses;
mod narrow;
mod outturn_changes;
mod question;
mod values;
mod worth;

pub use explaining::Explaining;
pub use explanation::{ExplainedPart, Explanation};
pub use groups::Group;
pub use question::{Explained, Question, Side};
pub use values::CoalitionValues;

use crate::error::Error;
use crate::simulate::Sampling;

/// Explains the change of a probability or a quantile from one model to another.
///
/// Of `sampling` the number of paths, seed, design, threads and memory limit count. `watch` is told
/// how far the work is and stops it by `false`.
///
/// # Errors
/// When either model does not compile, what is asked for is not in both, a pattern matches nothing,
/// there are more than [`MOST_PLAYERS`](crate::sensitivity::MOST_PLAYERS) groups, a coalition has more failed paths than its model
/// tolerates, or the work was stopped.
///
/// ```
/// use tinbergen::plan::{Explained, Goal, Question, explain};
/// use tinbergen::{Model, Sampling};
/// let plan = |mean: &str, sd: &str| Model::from_toml(&format!(
///     r#"
///     schema = 1
///     name = "x"
///     periods = "2021..2025"
///     [indicators.gdp]
///     history = {{ 2020 = 100 }}
///     process = {{ kind = "growth", mean = "trend" }}
///     [parameters]
///     trend = {mean}
///     [shocks.gdp]
///     normal = {{ sd = {sd} }}
///     [[targets]]
///     id = "gdp-2025"
///     indicator = "gdp"
///     period = 2025
///     at_least = 125
///     "#
/// ));
/// let question = Question::new(Explained::Probability(Goal::of("all")));
/// let (before, after) = (plan("0.05", "0.02")?, plan("0.04", "0.03")?);
/// let found = explain(&before, &after, &question, &Sampling::new(2000, 1), &mut |_, _| true)?;
/// let names: Vec<String> = found.parts.iter().map(|part| part.name()).collect();
/// assert_eq!(names, ["parameters", "shocks"]);
/// assert_eq!(found.parts.iter().map(|part| part.numerator).sum::<i128>(), found.numerator);
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn explain<'a>(
    before: impl Into<Side<'a>>,
    after: impl Into<Side<'a>>,
    question: &Question,
    sampling: &Sampling,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Explanation, Error> {
    Explaining::new(before, after, question, sampling, watch)?.explain(watch)
}
