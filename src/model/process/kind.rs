//! What a kind of process says of itself.

use std::fmt::Debug;

use indexmap::IndexMap;

use crate::expr::{Equation, Expr, SyntaxError};
use crate::model::read_values::Parts;
use crate::model::reader::Fields;
use crate::model::{Quantity, Term};
use crate::period::Period;

/// What every kind of process says of itself.
pub(super) trait Kind: Debug {
    /// Reads it from the entries of its table, all but `kind`.
    fn read(parts: &mut Parts<'_>, fields: &mut Fields) -> Option<Self>
    where
        Self: Sized;

    /// Its terms, by key: what is named in them is used by the equation.
    fn terms(&self) -> Vec<(&'static str, &Term)>;

    /// What it stands for, as the process of `x`. `random`: is there a shock, named by it or declared
    /// under the indicator's name?
    fn meaning(&self, x: &str, random: bool) -> Result<Meaning<'_>, Vec<SyntaxError>>;

    /// What its shock is multiplied by.
    fn spread(&self) -> Option<&Term> {
        None
    }

    fn spread_mut(&mut self) -> Option<&mut Option<Term>> {
        None
    }

    /// The further shock that it shares with others, and what that is multiplied by.
    fn factor(&self) -> Option<(&str, Option<&Term>)> {
        None
    }

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

    /// What it draws once per path: its start value, its given values.
    fn quantities_mut(&mut self) -> Vec<&mut Quantity> {
        Vec::new()
    }

    /// Numbers between which it stays, never reached.
    fn limits(&self) -> Option<(f64, f64)> {
        None
    }

    /// Where its terms are plausible, beyond what is so of every kind.
    fn plausible(&self) -> Vec<Plausible> {
        Vec::new()
    }

    /// Does it grow by shares of itself, so that it has to be above 0?
    fn is_growth(&self) -> bool {
        false
    }

    /// Does it draw how many of its units go, so that it has to be a whole number?
    fn draws_units(&self) -> bool {
        false
    }
}

/// Between which numbers a term is plausible: what lies outside may be meant, and is asked about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Plausible {
    /// The key of the term.
    pub(crate) key: &'static str,
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// What a number outside does, and what may have been meant.
    pub(crate) otherwise: &'static str,
    /// Does a path fail where it is outside?
    pub(crate) or_fails: bool,
}

/// Of every kind that has persistence.
pub(super) const PERSISTENCE: Plausible = Plausible {
    key: "persistence",
    low: -1.0,
    high: 1.0,
    otherwise: "a deviation grows from period to period without end; expected a number from -1 to 1, mostly from 0 to 1",
    or_fails: false,
};

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

impl Meaning<'_> {
    /// With one more term on the right side.
    pub(super) fn plus(self, term: Expr) -> Self {
        let with = |equation: Equation| {
            let rhs = equation.rhs.clone() + term.clone();
            Equation::new(equation.lhs, equation.behavioural, rhs)
        };
        match self {
            Self::Equation { regular, first } => {
                Self::Equation { regular: with(regular), first: first.map(with) }
            }
            Self::Given(values) => Self::Given(values),
        }
    }
}

/// The name that stands for the start value of a process in the first period.
pub(crate) const START: &str = "start_in_the_jump_off_period";
