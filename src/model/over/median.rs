//! The median over the span; of an even number of periods the mean of the two in the middle.

use super::way::{Asked, Put, Way};
use crate::model::arithmetic::{Number, Numbers, Window};
use crate::period::Span;

pub(super) struct Median;

impl Way for Median {
    fn name(&self) -> &'static str {
        "median"
    }

    fn put(&self, _: usize) -> Put {
        Put::Number(median)
    }

    fn asked(&self, _: Window) -> Option<Asked> {
        None
    }

    fn words(&self, what: &str, span: Span) -> String {
        format!("median {what} over {span}")
    }

    fn label(&self, _: Span) -> Option<[String; 2]> {
        Some(["median".to_owned(), "中位数".to_owned()])
    }
}

fn median(numbers: &mut Numbers<'_>) -> Number {
    let sorted = numbers.sorted();
    let upper = sorted[sorted.len() / 2];
    if sorted.len() % 2 == 1 {
        return upper;
    }
    let sum = numbers.machine.add(sorted[sorted.len() / 2 - 1], upper);
    let two = numbers.machine.number(2.0);
    numbers.machine.divide(sum, two)
}
