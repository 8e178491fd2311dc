//! The sum over the span.

use super::way::{Asked, Put, Way};
use crate::model::arithmetic::{Number, Numbers, Window};
use crate::model::of::Of;
use crate::period::Span;

pub(super) struct Sum;

impl Way for Sum {
    fn name(&self) -> &'static str {
        "sum"
    }

    fn put(&self, _: usize) -> Put {
        Put::Number(sum)
    }

    fn asked(&self, window: Window) -> Option<Asked> {
        match (window.of, window.base) {
            (Of::Level, _) => Some(Asked::Total { times: 1.0 }),
            (Of::Change, None) => Some(Asked::Change { from: window.span.first() - 1, periods: 1 }),
            (Of::Change | Of::Growth, _) => None,
        }
    }

    fn words(&self, what: &str, span: Span) -> String {
        format!("sum of {what} over {span}")
    }

    fn label(&self, _: Span) -> Option<[String; 2]> {
        Some(["sum {span}".to_owned(), "合计 {span}".to_owned()])
    }

    fn share(&self, periods: usize) -> f64 {
        1.0 / periods as f64
    }
}

fn sum(numbers: &mut Numbers<'_>) -> Number {
    numbers.sum()
}
