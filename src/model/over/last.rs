//! The last period counts.

use super::way::{Asked, Put, Way};
use crate::model::arithmetic::Window;
use crate::model::of::Of;
use crate::period::Span;

pub(super) struct Last;

impl Way for Last {
    fn name(&self) -> &'static str {
        "last"
    }

    fn put(&self, _: usize) -> Put {
        Put::Number(|numbers| numbers.at(numbers.window.span.last()))
    }

    fn asked(&self, window: Window) -> Option<Asked> {
        let from = window.base.unwrap_or(window.span.last() - 1);
        Some(match window.of {
            Of::Level => Asked::Level,
            Of::Growth => Asked::Growth { from, periods: 1 },
            Of::Change => Asked::Change { from, periods: 1 },
        })
    }

    fn words(&self, what: &str, span: Span) -> String {
        format!("{what} in {}", span.last())
    }

    fn label(&self, _: Span) -> Option<[String; 2]> {
        None
    }

    fn looks_at(&self, span: Span) -> Span {
        Span::single(span.last())
    }
}
