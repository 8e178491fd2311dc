//! What went wrong in ranges of paths, put together and sent.

use super::run::Outcome;
use super::tally::Tally;
use crate::compile::Program;
use crate::ensemble::{Broken, REMEMBERED};
use crate::error::Error;
use crate::packed::{Packed, Unpacked, damaged};
use crate::period::Period;

impl Outcome {
    /// Adds what went wrong in other paths of the run.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.tally.add(other.tally.clone());
        self.broken.extend(other.broken.iter().cloned());
        self.broken.sort_by_key(|broken| broken.path);
        self.broken.truncate(REMEMBERED);
    }

    /// Writes it. Of broken paths their diagnosis is what counts.
    pub(crate) fn pack(&self, packed: &mut Packed) {
        let Self { tally, broken } = self;
        packed.whole(tally.failed_paths);
        let failures: Vec<_> =
            tally.failures.iter().enumerate().filter(|(_, count)| **count > 0).collect();
        packed.list(failures.into_iter(), |packed, (cell, count)| {
            packed.whole(cell as u64);
            packed.whole(*count);
        });
        packed.list(tally.unusable.iter(), |packed, counts| {
            counts.iter().for_each(|count| packed.whole(*count));
        });
        packed.list(broken.iter(), |packed, broken| {
            packed.whole(broken.path);
            for text in [&broken.indicator, &broken.equation, &broken.numbers, &broken.reason] {
                packed.text(text);
            }
            packed.text(&broken.period.to_string());
            packed.list(broken.values.iter(), |packed, (name, value)| {
                packed.text(name);
                packed.number(*value);
            });
        });
    }

    /// Reads what was written of paths of a program.
    pub(crate) fn unpack(packed: &mut Unpacked<'_>, program: &Program) -> Result<Self, Error> {
        let inner = &*program.inner;
        let cells = inner.span.len() * inner.indicators();
        let mut tally = Tally::new(cells, inner.random.events.len());
        tally.failed_paths = packed.whole()?;
        for (cell, count) in packed.list(|packed| Ok((packed.place(cells)?, packed.whole()?)))? {
            tally.failures[cell] = count;
        }
        let unusable = packed.list(|packed| {
            let mut counts = [0; super::events::FAULTS.len()];
            for count in &mut counts {
                *count = packed.whole()?;
            }
            Ok(counts)
        })?;
        if unusable.len() != tally.unusable.len() {
            return Err(damaged());
        }
        tally.unusable = unusable;
        let broken = packed.list(|packed| {
            let path = packed.whole()?;
            let mut text = || packed.text();
            let (indicator, equation, numbers, reason) = (text()?, text()?, text()?, text()?);
            let period: Period = text()?.parse().map_err(|_| damaged())?;
            let values = packed.list(|packed| Ok((packed.text()?, packed.number()?)))?;
            Ok(Broken { path, period, indicator, equation, numbers, reason, values })
        })?;
        Ok(Self { tally, broken })
    }
}
