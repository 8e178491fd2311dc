//! Processes: documented short forms that stand for an equation.
//!
//! A kind of process is one file: its fields with their defaults, how it is read, the equation it
//! stands for, and its tests. The list below has one line for each; docs/adding.md says how to add one.

mod common;
mod kind;
#[cfg(test)]
mod tests;

use std::fmt::Debug;

use schemars::JsonSchema;
use serde::Serialize;

use self::kind::Kind;
pub(crate) use self::kind::{Meaning, Plausible, START};
use super::read_values::Parts;
use super::reader::{Fields, Item};
use super::{Quantity, Term};
use crate::expr::{Expr, SyntaxError};

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

impl Parts<'_> {
    /// Reads a process from its table.
    pub(in crate::model) fn process(&mut self, item: Item) -> Option<Process> {
        let mut fields = self.reader.fields(item)?;
        let kind = fields.need(self.reader, "kind")?;
        let read = self.reader.word(&kind, Process::KINDS)?;
        let process = read(self, &mut fields);
        fields.finish(self.reader);
        process
    }
}

impl Process {
    /// What it stands for, as the process of `x`. Where it has a spread, its shock stands on the right
    /// side, multiplied; so does a factor.
    pub(crate) fn meaning(&self, x: &str, random: bool) -> Result<Meaning<'_>, Vec<SyntaxError>> {
        let mut meaning = self.kind().meaning(x, random)?;
        if let Some((factor, loading)) = self.kind().factor() {
            let shock = Expr::shock(factor);
            meaning = meaning.plus(match loading {
                Some(loading) => loading.tree()? * shock,
                None => shock,
            });
        }
        if let Some(spread) = self.spread() {
            meaning = meaning.plus(spread.tree()? * Expr::shock(self.shock().unwrap_or(x)));
        }
        Ok(meaning)
    }

    /// With something that its shock is multiplied by; without effect on kinds that have no spread.
    #[must_use]
    pub fn with_spread(mut self, value: impl Into<Term>) -> Self {
        self.set_spread(value.into());
        self
    }

    pub(crate) fn set_spread(&mut self, value: Term) {
        if let Some(spread) = self.kind_mut().spread_mut() {
            *spread = Some(value);
        }
    }

    /// What its shock is multiplied by.
    pub(crate) fn spread(&self) -> Option<&Term> {
        self.kind().spread()
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

    /// What it draws once per path.
    pub(crate) fn quantities_mut(&mut self) -> Vec<&mut Quantity> {
        self.kind_mut().quantities_mut()
    }

    /// Numbers between which it stays, never reached.
    pub(crate) fn limits(&self) -> Option<(f64, f64)> {
        self.kind().limits()
    }

    /// Between which numbers its terms are plausible.
    pub(crate) fn plausible(&self) -> Vec<Plausible> {
        let mut found = self.kind().plausible();
        if self.terms().iter().any(|(key, _)| *key == kind::PERSISTENCE.key) {
            found.push(kind::PERSISTENCE);
        }
        found
    }

    /// Does it grow by shares of itself, so that it has to be above 0?
    pub(crate) fn is_growth(&self) -> bool {
        self.kind().is_growth()
    }

    /// Does it draw how many of its units go, so that it has to be a whole number?
    pub(crate) fn draws_units(&self) -> bool {
        self.kind().draws_units()
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
