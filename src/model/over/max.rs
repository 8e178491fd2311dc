//! The largest of the span.

use super::way::{Asked, Put, Way};
use crate::model::arithmetic::Window;
use crate::period::Span;

pub(super) struct Max;

impl Way for Max {
    fn name(&self) -> &'static str {
        "max"
    }

    fn put(&self, _: usize) -> Put {
        Put::Number(|numbers| numbers.fold(|machine, most, next| machine.max(next, most)))
    }

    fn asked(&self, _: Window) -> Option<Asked> {
        None
    }

    fn words(&self, what: &str, span: Span) -> String {
        format!("largest {what} in {span}")
    }

    fn label(&self, _: Span) -> Option<[String; 2]> {
        Some(["highest".to_owned(), "最高".to_owned()])
    }
}
