//! Boolean combinations of targets: "this one and not those two".
//!
//! | written | means |
//! |---|---|
//! | `gdp-2025` | the target, or all targets of the set, of that name |
//! | `"R&D share"`, `'a b'` | the same, for names with other characters than letters, digits, `_ - .` |
//! | `not a` or `!a` | it is not met; binds most tightly |
//! | `a and b` or `a & b` | both are met in the same path |
//! | `a or b` or `a \| b` | at least one of them; binds least tightly |
//! | `at_least(3, a, b, c)` | at least three of these; the members of a set are counted one by one |

mod condition;
mod parse;

use std::fmt;
use std::ops::{BitAnd, BitOr, Not};

pub(crate) use condition::{Condition, Literal};

/// A Boolean combination of targets and sets of targets.
///
/// ```
/// use tinbergen::plan::Goal;
/// let text: Goal = "gdp-2025 and not (rd or jobs)".parse()?;
/// let built = Goal::of("gdp-2025") & !(Goal::of("rd") | Goal::of("jobs"));
/// assert_eq!(text, built);
/// assert_eq!(built.to_string(), "gdp-2025 and not (rd or jobs)");
/// # Ok::<(), tinbergen::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// The target of that id is met, or all of the set of that name.
    Of(String),
    /// It is not met.
    Not(Box<Goal>),
    /// All of them are met in the same path.
    And(Vec<Goal>),
    /// At least one of them is met.
    Or(Vec<Goal>),
    /// At least so many of them are met; the members of a set are counted one by one.
    AtLeast(usize, Vec<Goal>),
}

impl Goal {
    /// The target of an id, or all targets of a set.
    pub fn of(name: impl Into<String>) -> Self {
        Self::Of(name.into())
    }

    /// At least so many of these.
    pub fn at_least(count: usize, goals: impl IntoIterator<Item = Goal>) -> Self {
        Self::AtLeast(count, goals.into_iter().collect())
    }

    /// How tightly it binds when printed.
    fn rank(&self) -> u8 {
        match self {
            Self::Or(_) => 0,
            Self::And(_) => 1,
            Self::Not(_) => 2,
            Self::Of(_) | Self::AtLeast(..) => 3,
        }
    }

    fn print(&self, f: &mut fmt::Formatter<'_>, least: u8) -> fmt::Result {
        if self.rank() < least {
            f.write_str("(")?;
            self.print(f, 0)?;
            return f.write_str(")");
        }
        let mut list = |goals: &[Goal], between: &str, least: u8| {
            for (k, goal) in goals.iter().enumerate() {
                f.write_str(if k == 0 { "" } else { between })?;
                goal.print(f, least)?;
            }
            Ok(())
        };
        match self {
            Self::Of(name) => f.write_str(&parse::quoted(name)),
            Self::Not(goal) => {
                f.write_str("not ")?;
                goal.print(f, 3)
            }
            Self::And(goals) => list(goals, " and ", 2),
            Self::Or(goals) => list(goals, " or ", 1),
            Self::AtLeast(count, goals) => {
                write!(f, "at_least({count}")?;
                for goal in goals {
                    f.write_str(", ")?;
                    goal.print(f, 0)?;
                }
                f.write_str(")")
            }
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.print(f, 0)
    }
}

impl BitAnd for Goal {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        let mut goals = if let Self::And(goals) = self { goals } else { vec![self] };
        if let Self::And(more) = other {
            goals.extend(more);
        } else {
            goals.push(other);
        }
        Self::And(goals)
    }
}

impl BitOr for Goal {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        let mut goals = if let Self::Or(goals) = self { goals } else { vec![self] };
        if let Self::Or(more) = other {
            goals.extend(more);
        } else {
            goals.push(other);
        }
        Self::Or(goals)
    }
}

impl Not for Goal {
    type Output = Self;

    /// Two negations are none.
    fn not(self) -> Self {
        match self {
            Self::Not(goal) => *goal,
            goal => Self::Not(Box::new(goal)),
        }
    }
}
