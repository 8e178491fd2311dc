//! The bound holds in at least so many periods of the span: the k-th best headroom decides.

use super::way::{Asked, Put, Way};
use crate::model::arithmetic::Window;
use crate::period::Span;

pub(super) struct AtLeast(pub(super) u32);

impl Way for AtLeast {
    fn name(&self) -> &'static str {
        "at_least"
    }

    fn put(&self, _: usize) -> Put {
        Put::Each { needed: self.0 as usize }
    }

    fn asked(&self, _: Window) -> Option<Asked> {
        None
    }

    fn words(&self, what: &str, span: Span) -> String {
        format!("{what} in at least {} of the {} periods of {span}", self.0, span.len())
    }

    fn label(&self, span: Span) -> Option<[String; 2]> {
        let (count, all) = (self.0, span.len());
        Some([format!("{count} of {all} periods"), format!("{all}期中{count}期")])
    }
}
