//! Equations that carry their add factor themselves, as an exogenous indicator: `y = ... + y_a ...`.

use crate::expr::{Equation, Expr, isolate};
use crate::model::{Indicator, Model};

/// What the names of such add factors end with.
const ENDINGS: [&str; 6] = ["_a", "_add", "_aerr", "_A", "_ADD", "_AERR"];

/// The add factor that an equation carries.
#[derive(Debug)]
pub(super) struct OwnAddFactor {
    /// Its name.
    pub(super) name: String,
    /// What it is when the equation holds.
    pub(super) value: Expr,
}

impl Model {
    /// The add factor that the identity of an indicator carries: an exogenous indicator of its name
    /// and `_a`, `_add` or `_aerr`, for which the equation can be solved.
    pub(super) fn own_add_factor(
        &self,
        indicator: &str,
        equation: &Equation,
    ) -> Option<OwnAddFactor> {
        if equation.behavioural {
            return None;
        }
        let names = ENDINGS.iter().map(|ending| format!("{indicator}{ending}"));
        let mut names =
            names.filter(|name| self.indicators.get(name).is_some_and(Indicator::is_exogenous));
        names.find_map(|name| {
            let found = isolate(&equation.rhs, &name, equation.lhs.clone()).ok()?;
            Some(OwnAddFactor { name, value: found.value })
        })
    }
}

/// The expression with a name of this period in another form.
pub(super) fn replaced(expr: &Expr, name: &str, by: &Expr) -> Expr {
    expr.rewritten(&mut |part| (part.plain_name() == Some(name)).then(|| by.clone()))
}

/// An equation in which an add factor has a random term beside it.
pub(super) fn with_shock(equation: &Equation, factor: &str) -> Equation {
    let shocked = Expr::name(factor, 0) + Expr::shock(factor);
    Equation { rhs: replaced(&equation.rhs, factor, &shocked), ..equation.clone() }
}

/// Does the random term stand there already?
pub(super) fn has_shock_of(expr: &Expr, factor: &str) -> bool {
    let mut found = false;
    expr.visit_shocks(&mut |name| found |= name == factor);
    found
}
