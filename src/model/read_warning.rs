//! Reading early warnings.

use super::read_values::Parts;
use super::reader::Fields;
use super::{Severity, Warning};
use crate::expr::Text;

const SEVERITIES: [(&str, Severity); 3] =
    [("watch", Severity::Watch), ("warning", Severity::Warning), ("alarm", Severity::Alarm)];
const BOUNDS: [&str; 5] = ["at_least", "at_most", "above", "below", "between"];
const RULES: [&str; 4] = ["indicator", "equation", "probability_below", "falls_by"];
/// The longest window.
const LONGEST: f64 = 100.0;

impl Parts<'_> {
    pub(super) fn warning(&mut self, _: &str, mut fields: Fields) -> Option<Warning> {
        let label = self.label(&mut fields);
        let rule = fields.one_of(self.reader, &RULES, "rule");
        let kind = rule.as_ref().map(|(kind, _)| *kind);
        let (mut about, mut share) = (None, None);
        let is_rule = matches!(kind, Some("indicator" | "equation"));
        if let Some((_, item)) = rule {
            if is_rule {
                about = self.reader.text(&item);
            } else {
                share = self.reader.number(&item);
                if share.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
                    self.reader.problem(&item, "expected a share from 0 to 1: 0.1 is 10 %");
                }
            }
        }
        let (mut of, mut over, mut window, mut periods, mut bound) = (None, None, None, None, None);
        if is_rule {
            (of, over) = (self.of(&mut fields), self.over(&mut fields));
            window = self.window(&mut fields);
            periods = fields.take(self.reader, "periods").and_then(|item| self.span(&item));
            bound = self.bound(&mut fields);
            let relative = bound.as_ref().is_some_and(|bound| bound.sense().relative.is_some());
            if relative {
                self.reader.problem(&fields.item, "a warning's bound is a number");
            }
        } else if kind.is_some() {
            for key in ["of", "over", "window", "periods"].into_iter().chain(BOUNDS) {
                if let Some(item) = fields.take(self.reader, key) {
                    self.reader.problem(&item, "is for a rule on an indicator or a formula only");
                }
            }
        }
        let target = fields.text(self.reader, "target");
        let severity = fields.take(self.reader, "severity");
        let severity = severity.and_then(|item| self.reader.word(&item, &SEVERITIES));
        let message = fields.text(self.reader, "message");
        let (source, assumption) = self.sources(&mut fields);
        fields.finish(self.reader);
        Some(Warning {
            label,
            indicator: about.clone().filter(|_| kind == Some("indicator")),
            equation: about.filter(|_| kind == Some("equation")).map(Text::from),
            of,
            over,
            window,
            periods,
            bound,
            probability_below: share.filter(|_| kind == Some("probability_below")),
            falls_by: share.filter(|_| kind == Some("falls_by")),
            target,
            severity: severity.unwrap_or_default(),
            message,
            source,
            assumption,
        })
    }

    fn window(&mut self, fields: &mut Fields) -> Option<u32> {
        let item = fields.take(self.reader, "window")?;
        let number = self.reader.number(&item)?;
        if number.fract() == 0.0 && (1.0..=LONGEST).contains(&number) {
            return Some(number as u32);
        }
        let message = format!("expected a whole number of periods from 1 to {LONGEST}");
        self.reader.problem(&item, message);
        None
    }
}
