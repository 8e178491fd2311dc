//! The smallest of the span.

use super::way::{Asked, Put, Way};
use crate::model::arithmetic::Window;
use crate::period::Span;

pub(super) struct Min;

impl Way for Min {
    fn name(&self) -> &'static str {
        "min"
    }

    fn put(&self, _: usize) -> Put {
        Put::Number(|numbers| numbers.fold(|machine, least, next| machine.min(next, least)))
    }

    fn asked(&self, _: Window) -> Option<Asked> {
        None
    }

    fn words(&self, what: &str, span: Span) -> String {
        format!("smallest {what} in {span}")
    }

    fn label(&self, _: Span) -> Option<[String; 2]> {
        Some(["lowest".to_owned(), "最低".to_owned()])
    }
}
