//! The bound holds in every period.

use super::way::{Asked, Put, Way, of_each};
use crate::model::arithmetic::Window;
use crate::period::{Frequency, Span};

pub(super) struct Every;

impl Way for Every {
    fn name(&self) -> &'static str {
        "every"
    }

    fn put(&self, periods: usize) -> Put {
        Put::Each { needed: periods }
    }

    fn asked(&self, window: Window) -> Option<Asked> {
        of_each(window)
    }

    fn words(&self, what: &str, span: Span) -> String {
        format!("{what} in every period of {span}")
    }

    fn label(&self, span: Span) -> Option<[String; 2]> {
        Some(match span.first().frequency() {
            Frequency::Annual => ["every year".to_owned(), "每年".to_owned()],
            Frequency::Quarterly | Frequency::Monthly => {
                ["every period".to_owned(), "每期".to_owned()]
            }
        })
    }
}
