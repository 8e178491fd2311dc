//! What differs between two tables of outturns, and tables between the two.

use crate::error::Error;
use crate::model::{Difference, DifferenceKind};
use crate::outturns::{Outturn, Outturns, Precision};

/// Outturns before and after, one vintage for each cell.
#[derive(Debug, Default)]
pub(super) struct OutturnChanges {
    /// The rows of both that say the same.
    common: Vec<Outturn>,
    /// The others, before and after.
    moved: Vec<(Option<Outturn>, Option<Outturn>)>,
}

impl OutturnChanges {
    pub(super) fn new(before: Option<&Outturns>, after: Option<&Outturns>) -> Self {
        let rows = |side: Option<&Outturns>| side.map_or_else(Vec::new, |s| s.rows().to_vec());
        let (before, mut after) = (rows(before), rows(after));
        let mut known = Self::default();
        for old in before {
            let index = after.iter().position(|new| same_cell(&old, new));
            match index.map(|index| after.remove(index)) {
                Some(new) if new.value == old.value && new.precision == old.precision => {
                    known.common.push(old);
                }
                new => known.moved.push((Some(old), new)),
            }
        }
        known.moved.extend(after.into_iter().map(|new| (None, Some(new))));
        known
    }

    /// Is nothing known on either side?
    pub(super) fn is_empty(&self) -> bool {
        self.common.is_empty() && self.moved.is_empty()
    }

    /// What differs: `outturns.gdp.2022`.
    pub(super) fn differences(&self) -> Vec<Difference> {
        let one = |(before, after): &(Option<Outturn>, Option<Outturn>)| {
            let row = before.as_ref().or(after.as_ref())?;
            let basis = row.basis.as_ref().map_or_else(String::new, |basis| format!(" ({basis})"));
            let address = format!("outturns.{}.{}{basis}", row.indicator, row.period);
            let kind = match before {
                None => DifferenceKind::Outturns,
                Some(_) => DifferenceKind::Revisions,
            };
            Some(Difference::of(address, kind, before.as_ref().map(text), after.as_ref().map(text)))
        };
        self.moved.iter().filter_map(one).collect()
    }

    /// The table with some of the differences taken over from the later one.
    pub(super) fn table(&self, chosen: impl Fn(usize) -> bool) -> Result<Outturns, Error> {
        let moved = self.moved.iter().enumerate();
        let moved =
            moved.filter_map(|(index, (old, new))| if chosen(index) { new } else { old }.clone());
        Outturns::new(self.common.iter().cloned().chain(moved).collect())
    }
}

fn same_cell(a: &Outturn, b: &Outturn) -> bool {
    a.indicator == b.indicator && a.period == b.period && a.basis == b.basis
}

fn text(row: &Outturn) -> String {
    let error = match row.precision {
        Precision::Exact => String::new(),
        _ => format!(", sd {}", row.sd()),
    };
    format!("{}{error} (vintage {})", row.value, row.vintage)
}
