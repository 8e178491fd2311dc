//! Processes: documented short forms that stand for an equation.
//!
//! A kind of process is one file: its fields with their defaults, how it is read, the equation it
//! stands for, and its tests. The list below has one line for each; docs/adding.md says how to add one.

mod parts;
#[cfg(test)]
mod tests;

use std::fmt::Debug;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;

use super::read_values::Parts;
use super::reader::Fields;
use super::{Quantity, Term};
use crate::expr::{Equation, SyntaxError};
use crate::period::Period;

/// The kinds, each by the name of its module, which is the name it has in plan files.
macro_rules! kinds {
    ($($module:ident::$Kind:ident,)*) => {
        $(
            mod $module;
            pub use $module::$Kind;

            impl From<$Kind> for Process {
                fn from(kind: $Kind) -> Self {
                    Self::$Kind(kind)
                }
            }
        )*

        /// A short form for a common equation; each says below which one it stands for, with `e` for the
        /// shock. A process takes the shock of the indicator's own name unless `shock` names another.
        #[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        #[non_exhaustive]
        #[allow(missing_docs, reason = "each kind says itself what it is")]
        pub enum Process {
            $($Kind($Kind),)*
        }

        impl Process {
            /// The kinds by name, with what reads them.
            pub(super) const KINDS: &[(&str, Read)] = &[
                $((stringify!($module), |parts, fields| Some($Kind::read(parts, fields)?.into())),)*
            ];

            fn kind(&self) -> &dyn Kind {
                match self {
                    $(Self::$Kind(kind) => kind,)*
                }
            }

            fn kind_mut(&mut self) -> &mut dyn Kind {
                match self {
                    $(Self::$Kind(kind) => kind,)*
                }
            }
        }
    };
}

kinds! {
    growth::Growth,
    change::Change,
    level::Level,
    share::Share,
    stock::Stock,
    count::Count,
    trend_to::TrendTo,
    path::Path,
    sinusoid::Sinusoid,
}

/// Reads a kind from the entries of its table.
pub(super) type Read = fn(&mut Parts<'_>, &mut Fields) -> Option<Process>;

/// What every kind of process says of itself.
trait Kind: Debug {
    /// Reads it from the entries of its table, all but `kind`.
    fn read(parts: &mut Parts<'_>, fields: &mut Fields) -> Option<Self>
    where
        Self: Sized;

    /// Its terms, by key: what is named in them is used by the equation.
    fn terms(&self) -> Vec<(&'static str, &Term)>;

    /// What it stands for, as the process of `x`. `random`: is there a shock, named by it or declared
    /// under the indicator's name?
    fn meaning(&self, x: &str, random: bool) -> Result<Meaning<'_>, Vec<SyntaxError>>;

    /// The shock it names in place of the indicator's own.
    fn shock(&self) -> Option<&str> {
        None
    }

    fn shock_mut(&mut self) -> Option<&mut Option<String>> {
        None
    }

    fn persistence_mut(&mut self) -> Option<&mut Term> {
        None
    }

    /// What [`START`] stands for.
    fn start(&self) -> Option<&Quantity> {
        None
    }

    /// Numbers between which it stays, never reached.
    fn limits(&self) -> Option<(f64, f64)> {
        None
    }
}

/// What a process stands for.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "made one at a time and taken apart at once")]
pub(crate) enum Meaning<'a> {
    /// An equation.
    Equation {
        /// Where the history is long enough for it.
        regular: Equation,
        /// In the first period after the jump-off, when the history is too short for the lag of its
        /// growth or change; [`START`] in it stands for the start value.
        first: Option<Equation>,
    },
    /// Values from a table, which the language has no equation for.
    Given(&'a IndexMap<Period, Quantity>),
}

/// The name that stands for the start value of a process in the first period.
pub(crate) const START: &str = "start_in_the_jump_off_period";

impl Process {
    /// What it stands for, as the process of `x`.
    pub(crate) fn meaning(&self, x: &str, random: bool) -> Result<Meaning<'_>, Vec<SyntaxError>> {
        self.kind().meaning(x, random)
    }

    /// Its terms, by key.
    pub(crate) fn terms(&self) -> Vec<(&'static str, &Term)> {
        self.kind().terms()
    }

    /// The shock that it names in place of the indicator's own.
    pub(crate) fn shock(&self) -> Option<&str> {
        self.kind().shock()
    }

    /// Its start value: growth or change in the jump-off period.
    pub(crate) fn start(&self) -> Option<&Quantity> {
        self.kind().start()
    }

    /// Numbers between which it stays, never reached.
    pub(crate) fn limits(&self) -> Option<(f64, f64)> {
        self.kind().limits()
    }

    /// With so much of a deviation still there a period later; without effect on processes that
    /// have no persistence.
    #[must_use]
    pub fn with_persistence(mut self, value: impl Into<Term>) -> Self {
        if let Some(persistence) = self.kind_mut().persistence_mut() {
            *persistence = value.into();
        }
        self
    }

    /// With the shock of another name than the indicator's; without effect on counts, which take
    /// no shock.
    #[must_use]
    pub fn with_shock(mut self, name: impl Into<String>) -> Self {
        if let Some(shock) = self.kind_mut().shock_mut() {
            *shock = Some(name.into());
        }
        self
    }
}
