//! Reading targets and sets of them.

use super::node::Tree;
use super::read::unread_target;
use super::read_values::Parts;
use super::reader::{Fields, Item};
use super::{About, Bound, Limit, Nature, Of, Over, Relative, Target, TargetSet};
use crate::period::{Period, Span};

const NATURES: [(&str, Nature); 2] = [("binding", Nature::Binding), ("expected", Nature::Expected)];

/// Names of the sets that every model has.
fn is_reserved(name: &str) -> bool {
    matches!(name, "all" | "binding" | "expected")
}

impl Parts<'_> {
    /// Two numbers, the first below the second.
    pub(super) fn range(&mut self, item: Item) -> Option<[f64; 2]> {
        let (address, span) = (item.address.clone(), item.node.span.clone());
        let items = self.reader.array(item)?;
        let numbers: Vec<f64> = items.iter().filter_map(|item| self.reader.number(item)).collect();
        match numbers.as_slice() {
            &[low, high] if items.len() == 2 && low < high => Some([low, high]),
            _ => {
                let node = super::node::Node { value: Tree::Nothing, span };
                let item = self.reader.item(node, address, None);
                self.reader.problem(&item, "expected two numbers, the first below the second");
                None
            }
        }
    }

    pub(super) fn target(&mut self, mut fields: Fields) -> Option<Target> {
        let address = fields.item.address.clone();
        let label = self.label(&mut fields);
        let id = fields.need(self.reader, "id").and_then(|item| {
            let id = self.reader.text(&item)?;
            if is_reserved(&id) {
                self.reader.problem(&item, format!("\"{id}\" is reserved"));
            }
            Some(id)
        });
        let about = self.about(&mut fields);
        let (of, over) = (self.of(&mut fields), self.over(&mut fields));
        let base = self.base(&mut fields, of.unwrap_or_default());
        let period = fields.need(self.reader, "period").and_then(|item| self.span(&item));
        let nature = fields.take(self.reader, "nature");
        let nature = nature.and_then(|item| self.reader.word(&item, &NATURES)).unwrap_or_default();
        let bound = self.bound(&mut fields);
        let (source, assumption) = self.sources(&mut fields);
        fields.finish(self.reader);
        let (of, over) = (of.unwrap_or_default(), over.unwrap_or_default());
        let id = id.unwrap_or_default();
        let (Some(about), Some(period), Some(bound)) = (about, period, bound) else {
            // The id is known, to those who name it.
            self.left_out(address);
            return Some(Target { id, ..unread_target() });
        };
        if id.is_empty() {
            self.left_out(address);
        }
        Some(Target { id, label, about, of, base, over, period, bound, nature, source, assumption })
    }

    /// An indicator, or a formula with a unit.
    fn about(&mut self, fields: &mut Fields) -> Option<About> {
        let (key, item) =
            fields.one_of(self.reader, &["indicator", "equation"], "indicator or equation")?;
        let text = self.reader.text(&item);
        if key == "indicator" {
            return Some(About::Indicator { indicator: text? });
        }
        let unit = fields.text(self.reader, "unit");
        Some(About::Formula { equation: text?.into(), unit })
    }

    pub(super) fn of(&mut self, fields: &mut Fields) -> Option<Of> {
        let item = fields.take(self.reader, "of")?;
        self.reader.word(&item, &Of::all().map(|of| (of.name(), of)))
    }

    /// A word, or a table of a word and a number: `{ at_least = 3 }`.
    pub(super) fn over(&mut self, fields: &mut Fields) -> Option<Over> {
        let item = fields.take(self.reader, "over")?;
        let Tree::Table(_) = item.node.value else {
            let plain: Vec<_> = Over::plain().into_iter().map(|over| (over.name(), over)).collect();
            return self.reader.word(&item, &plain);
        };
        let names: Vec<_> = Over::counted(1).into_iter().map(Over::name).collect();
        let mut fields = self.reader.fields(item)?;
        let found = fields.one_of(self.reader, &names, "way to count periods");
        fields.finish(self.reader);
        let (name, item) = found?;
        let count = self.reader.number(&item)?;
        if !(count.fract() == 0.0 && (1.0..=f64::from(u32::MAX)).contains(&count)) {
            self.reader
                .problem(&item, format!("expected a whole number of periods, found {count}"));
            return None;
        }
        Over::counted(count as u32).into_iter().find(|over| over.name() == name)
    }

    fn base(&mut self, fields: &mut Fields, of: Of) -> Option<Period> {
        let item = fields.take(self.reader, "base")?;
        let base: Period = self.reader.parsed(&item, "a period")?;
        if of == Of::Level {
            let message = "a level has no base; say of = \"growth\" (2020 doubled: at_least = 1) or \
                           of = \"change\"";
            self.reader.problem(&item, message);
            return None;
        }
        self.same_frequency(&item, base).then_some(base)
    }

    pub(super) fn span(&mut self, item: &Item) -> Option<Span> {
        let span: Span = self.reader.parsed(item, "a period or a span")?;
        self.same_frequency(item, span.first()).then_some(span)
    }

    pub(super) fn bound(&mut self, fields: &mut Fields) -> Option<Bound> {
        const BOUNDS: [&str; 5] = ["at_least", "at_most", "above", "below", "between"];
        let (kind, item) = fields.one_of(self.reader, &BOUNDS, "bound")?;
        if kind == "between" {
            return self.range(item).map(Bound::Between);
        }
        let limit = match item.node.value {
            Tree::Table(_) => Limit::Relative(self.relative(item)?),
            _ => Limit::Number(self.reader.number(&item)?),
        };
        Some(match kind {
            "at_least" => Bound::AtLeast(limit),
            "at_most" => Bound::AtMost(limit),
            "above" => Bound::Above(limit),
            _ => Bound::Below(limit),
        })
    }

    fn relative(&mut self, item: Item) -> Option<Relative> {
        let mut fields = self.reader.fields(item)?;
        let indicator = fields.need(self.reader, "indicator");
        let indicator = indicator.and_then(|item| self.reader.text(&item));
        let (of, over) = (self.of(&mut fields), self.over(&mut fields));
        let times = fields.number(self.reader, "times").unwrap_or(1.0);
        let plus = fields.number(self.reader, "plus").unwrap_or(0.0);
        fields.finish(self.reader);
        Some(Relative { indicator: indicator?, of, over, times, plus })
    }

    /// A list of targets, or a table of the list and a label.
    pub(super) fn target_set(&mut self, name: &str, item: Item) -> Option<TargetSet> {
        if is_reserved(name) {
            self.reader.problem(&item, format!("\"{name}\" is reserved"));
            return None;
        }
        let (item, label) = if let Tree::Table(_) = item.node.value {
            let mut fields = self.reader.fields(item)?;
            let label = self.label(&mut fields);
            let targets = fields.need(self.reader, "targets");
            fields.finish(self.reader);
            (targets?, label)
        } else {
            (item, None)
        };
        let items = self.reader.array(item)?;
        let targets = items.iter().filter_map(|item| self.reader.text(item)).collect();
        Some(TargetSet { targets, label })
    }
}
