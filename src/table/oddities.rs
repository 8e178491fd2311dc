//! What is said of series that were read: ends that are missing, values that may be in another unit.

use indexmap::IndexMap;

use super::{Observation, Table};
use crate::math::ln;
use crate::model::Note;
use crate::period::Span;

impl Table {
    /// The series that do not reach over all periods of the table.
    pub(super) fn ragged(
        &self,
        series: &IndexMap<String, Vec<Observation>>,
        all: Span,
    ) -> Option<Note> {
        let ends = series.iter().map(|(name, values)| (name, values.first().zip(values.last())));
        let short: Vec<String> = ends
            .filter_map(|(name, ends)| match ends {
                None => Some(format!("{name} has no value")),
                Some((a, b)) if a.period == all.first() && b.period == all.last() => None,
                Some((a, b)) => Some(format!("{name} from {} to {}", a.period, b.period)),
            })
            .collect();
        let (named, rest) = short.split_at(short.len().min(3));
        let more =
            if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        (!short.is_empty()).then(|| {
            let message = format!(
                "{}: of {} to {} not all series have the ends, which are left out: {}{more}",
                self.file(),
                all.first(),
                all.last(),
                named.join(", ")
            );
            Note::new("assumed", message)
        })
    }

    /// A value that is ten, a hundred, ... times that of the period before, in a series that moves little:
    /// a change of unit, or a slip of the decimal sign.
    pub(super) fn jump(&self, name: &str, values: &[Observation]) -> Option<Note> {
        let change = |pair: &[Observation]| {
            let ratio = pair[1].value / pair[0].value;
            (ratio.is_finite() && ratio > 0.0).then(|| ln(ratio))
        };
        let changes: Vec<(usize, f64)> = values
            .windows(2)
            .enumerate()
            .filter_map(|(at, pair)| Some((at, change(pair)?)))
            .collect();
        let is_jump = |change: f64| change.abs() > ln(7.0);
        let others = || changes.iter().filter(|(_, change)| !is_jump(*change));
        let usual = others().map(|(_, change)| change.abs()).fold(0.0, f64::max);
        if others().count() < 2 || usual > ln(1.5) || 2 * others().count() < changes.len() {
            return None;
        }
        let (at, change) = *changes.iter().find(|(_, change)| is_jump(*change))?;
        let power = (change / ln(10.0)).round();
        let off = (change - power * ln(10.0)).abs();
        if off > usual.max(ln(1.05)) {
            return None;
        }
        let (before, after) = (values[at], values[at + 1]);
        let factor = format!("1{}", "0".repeat(power.abs() as usize));
        let line = after.line.map_or_else(String::new, |line| format!(" (line {line})"));
        let message = format!(
            "{}: {name} goes from {} in {} to {} in {}{line}, about {factor} times as {}, and hardly moves \
             otherwise: is it another unit? Bring it to one unit, if so",
            self.file(),
            before.value,
            before.period,
            after.value,
            after.period,
            if power > 0.0 { "much" } else { "little" }
        );
        Some(Note::new("jump", message).about(name))
    }
}
