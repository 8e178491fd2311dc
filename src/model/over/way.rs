//! What a way of putting periods together says of itself.

use crate::model::arithmetic::{Number, Numbers, Window};
use crate::period::{Period, Span};

/// What becomes of the numbers of several periods.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Put {
    /// They become one number, which the bound is held against.
    Number(fn(&mut Numbers<'_>) -> Number),
    /// The bound is held against the number of each period, and so many of them have to meet it.
    Each { needed: usize },
}

/// What a target asks of a level, where it comes to that. `b` is the bound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Asked {
    /// The level is `b` in each of the periods.
    Level,
    /// The levels of the periods add up to `times * b`.
    Total { times: f64 },
    /// The last level is `x * (1 + b)^periods`, with `x` that of an earlier period.
    Growth { from: Period, periods: usize },
    /// The last level is `x + periods * b`, with `x` that of an earlier period.
    Change { from: Period, periods: usize },
}

/// One way of putting periods together.
pub(crate) trait Way {
    /// As written in a plan file.
    fn name(&self) -> &'static str;

    /// What becomes of the numbers of so many periods.
    fn put(&self, periods: usize) -> Put;

    /// What it asks of the level of an indicator over several periods.
    fn asked(&self, window: Window) -> Option<Asked>;

    /// In words: `sum of investment over 2021..2025`.
    fn words(&self, what: &str, span: Span) -> String;

    /// A word for it on charts, in English and in Chinese, where `{span}` stands for the periods; none
    /// where the place says it.
    fn label(&self, span: Span) -> Option<[String; 2]>;

    /// The periods of a span that it looks at.
    fn looks_at(&self, span: Span) -> Span {
        span
    }

    /// Are its numbers of levels on the scale of levels themselves?
    fn is_on_scale(&self) -> bool {
        true
    }

    /// What the bound comes to in a period, as a share of it, when levels are drawn beside it.
    fn share(&self, _periods: usize) -> f64 {
        1.0
    }
}

/// What a number per period asks of the level of a period.
pub(super) fn of_each(window: Window) -> Option<Asked> {
    window.of.is_level().then_some(Asked::Level)
}
