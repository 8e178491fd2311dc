//! What several kinds have in common.

use super::kind::{Meaning, START};
use crate::expr::{Equation, Expr, SyntaxError};
use crate::model::Term;

/// What a term is unless it is given.
pub(super) fn zero() -> Term {
    Term::Number(0.0)
}

pub(super) fn is_zero(term: &Term) -> bool {
    matches!(term, Term::Number(number) if *number == 0.0)
}

/// The terms of a kind by key, with the spread and the loading where they are given.
pub(super) fn terms<'a, const N: usize>(
    own: [(&'static str, &'a Term); N],
    [spread, loading]: [&'a Option<Term>; 2],
) -> Vec<(&'static str, &'a Term)> {
    let of_shocks = [("spread", spread), ("loading", loading)];
    let given = of_shocks.into_iter().filter_map(|(key, term)| Some((key, term.as_ref()?)));
    own.into_iter().chain(given).collect()
}

/// The indicator, some periods ago.
pub(super) fn lagged(x: &str, lag: u32) -> Expr {
    Expr::name(x, lag)
}

/// `left(x) ~ mean + persistence * (left(x[-1]) - mean)`, where `left` wraps the indicator. In the
/// first period the start stands for `left(x[-1])`, or the mean where there is none.
pub(super) fn returning(
    x: &str,
    left: impl Fn(Expr) -> Expr,
    mean: &Term,
    persistence: &Term,
    has_start: bool,
) -> Result<Meaning<'static>, Vec<SyntaxError>> {
    let behavioural = |rhs: Expr| Equation::new(left(lagged(x, 0)), true, rhs);
    let centre = mean.tree()?;
    if is_zero(persistence) {
        return Ok(Meaning::Equation { regular: behavioural(centre), first: None });
    }
    let persistence = persistence.tree()?;
    let from = |before: Expr| {
        behavioural(centre.clone() + persistence.clone() * (before - centre.clone()))
    };
    let regular = from(left(lagged(x, 1)));
    let first = if has_start { from(lagged(START, 0)) } else { behavioural(centre.clone()) };
    Ok(Meaning::Equation { regular, first: Some(first) })
}

/// `x = right`, or `x ~ right` where there is a shock.
pub(super) fn perhaps_random(x: &str, right: Expr, random: bool) -> Meaning<'static> {
    let regular = Equation::new(lagged(x, 0), random, right);
    Meaning::Equation { regular, first: None }
}
