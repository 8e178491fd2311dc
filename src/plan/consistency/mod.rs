//! Consistency of a plan before anything is simulated.
//!
//! Targets are bounds on numbers that equations tie together. [`consistency`] narrows what every
//! indicator may be in every period by all equations, forwards and backwards, until nothing moves
//! (interval arithmetic; no random number is drawn), and asks of the result what cannot be, what
//! is implied and what goes without saying. docs/consistency.md has the rules and formulas.

mod ask;
mod base;
mod conflicts;
mod domains;
mod events;
mod finding;
mod finding_words;
mod growth;
mod input;
mod interval;
mod linear_program;
mod network;
mod overlaps;
mod pace;
mod question;
mod range;
mod revise;
mod tension;
mod wanted;

pub use finding::{Finding, Kind, Rules};

pub(in crate::plan) use pace::even_growth;

use indexmap::IndexSet;

use crate::compile::Program;

use self::ask::ask;

/// What in a plan cannot be, does not fit together, or goes without saying, by the usual [`Rules`].
///
/// The baseline is looked at; scenarios are changes to it. Findings come in the order of
/// [`Kind`], and within a kind in the order of their first targets in the plan.
///
/// ```
/// use tinbergen::{Model, plan};
/// let model = Model::from_toml(
///     r#"
///     schema = 1
///     name = "firms"
///     periods = "2021..2025"
///     [indicators.firms]
///     history = { 2020 = 344 }
///     process = { kind = "count", arrivals = 90 }
///     [[targets]]
///     id = "yearly"
///     indicator = "firms"
///     of = "change"
///     over = "every"
///     period = "2021..2025"
///     at_least = 70
///     [[targets]]
///     id = "in-2025"
///     indicator = "firms"
///     period = "2025"
///     at_least = 800
///     "#,
/// )?;
/// let findings = plan::consistency(&model.compile()?);
/// assert_eq!(findings[0].kind, plan::FindingKind::Tension);
/// assert_eq!(findings[0].values["implied"], 694.0); // 344 and five times 70
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn consistency(program: &Program) -> Vec<Finding> {
    consistency_by(program, &Rules::default())
}

/// [`consistency`] by other rules.
pub fn consistency_by(program: &Program, rules: &Rules) -> Vec<Finding> {
    let mut findings = ask(program, rules);
    findings.extend(program.warnings().iter().map(finding::warning));
    let ids: IndexSet<&str> = program.model().targets.iter().map(|t| t.id.as_str()).collect();
    let index = |id: &String| ids.get_index_of(id.as_str());
    findings.sort_by_cached_key(|f| (f.kind, f.targets.iter().filter_map(index).min()));
    findings
}
