//! The mean over the span; of growth on the period before, the compound rate per period.

use super::way::{Asked, Put, Way};
use crate::model::arithmetic::{Number, Numbers, Window};
use crate::model::of::Of;
use crate::period::Span;

pub(super) struct Mean;

impl Way for Mean {
    fn name(&self) -> &'static str {
        "mean"
    }

    fn put(&self, _: usize) -> Put {
        Put::Number(mean)
    }

    fn asked(&self, window: Window) -> Option<Asked> {
        let (from, periods) = (window.span.first() - 1, window.span.len());
        match (window.of, window.base) {
            (Of::Level, _) => Some(Asked::Total { times: periods as f64 }),
            (Of::Growth, None) => Some(Asked::Growth { from, periods }),
            (Of::Change, None) => Some(Asked::Change { from, periods }),
            (Of::Growth | Of::Change, Some(_)) => None,
        }
    }

    fn words(&self, what: &str, span: Span) -> String {
        format!("mean {what} over {span}")
    }

    fn label(&self, _: Span) -> Option<[String; 2]> {
        Some(["mean".to_owned(), "平均".to_owned()])
    }
}

fn mean(numbers: &mut Numbers<'_>) -> Number {
    let Window { of, span, base } = numbers.window;
    if of == Of::Growth && base.is_none() {
        return numbers.compound(span.first() - 1, span.last(), span.len());
    }
    let sum = numbers.sum();
    let periods = numbers.machine.number(span.len() as f64);
    numbers.machine.divide(sum, periods)
}
