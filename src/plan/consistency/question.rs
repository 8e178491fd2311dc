//! A plan made ready for questions, and the tools that answer them.

use super::domains::{Conflict, Domains, Narrowing, bit};
use super::finding::{Finding, Kind, Rules};
use super::finding_words as words;
use super::interval::Interval;
use super::linear_program;
use super::network::{Cell, Network};
use super::range::{Range, Ranges};
use super::wanted::Wanted;
use crate::compile::Row;
use crate::interrupt::look;
use crate::model::Model;

/// How a target is put to the equations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// Met.
    Met,
    /// Met exactly, but for rounded figures.
    Nearly,
    /// Met exactly.
    Exactly,
}

/// A plan, what its equations say without targets, and what its targets want.
pub(super) struct Question<'n, 'p> {
    pub(super) model: &'p Model,
    pub(super) rules: Rules,
    pub(super) network: &'n Network<'p>,
    pub(super) narrowing: Narrowing<'n, 'p>,
    pub(super) ranges: Ranges<'n, 'p>,
    pub(super) wanted: Vec<Wanted<'p>>,
    /// The level of each target's indicator at its jump-off, with the row.
    pub(super) bases: Vec<Option<(Cell, Row)>>,
    /// Everything that the equations alone leave.
    pub(super) start: Domains,
}

impl<'p> Question<'_, 'p> {
    /// The bounds of some targets.
    fn bounds<'s>(
        &'s self,
        set: &'s [usize],
        how: How,
    ) -> impl Iterator<Item = (Cell, Interval, usize)> + 's {
        let premises = |&w: &usize| {
            self.wanted[w].premises.iter().map(move |premise| (premise.cell, premise.bound, w))
        };
        let wants = move |&w: &usize| {
            self.wanted[w].wants.iter().map(move |want| {
                let bound = match how {
                    How::Met => want.bound,
                    How::Nearly => want.nearly(self.rules.rounding),
                    How::Exactly => want.exactly(),
                };
                (want.cell, bound, w)
            })
        };
        set.iter().flat_map(premises).chain(set.iter().flat_map(wants))
    }

    /// Is growth that a target counts not defined, whatever the model draws?
    pub(super) fn is_never_defined(&self, w: usize) -> bool {
        let mut premises = self.wanted[w].premises.iter();
        premises.any(|premise| self.start.of(premise.cell).misses(premise.bound))
    }

    /// Is growth that a target counts defined, whatever else is so?
    pub(super) fn is_defined(&self, w: usize, domains: &Domains) -> bool {
        let mut premises = self.wanted[w].premises.iter();
        premises.all(|premise| domains.of(premise.cell).is_within(premise.bound))
    }

    /// What is left when some targets hold, from what was left before.
    pub(super) fn hold(
        &self,
        before: &Domains,
        set: &[usize],
        how: How,
    ) -> Result<Domains, Conflict> {
        look();
        self.narrowing.with(before, self.bounds(set, how))
    }

    /// The smallest part of a set for which something is still so: each member in turn is left out
    /// for good if it is not needed.
    pub(super) fn smallest(
        &self,
        mut set: Vec<usize>,
        is_so: impl Fn(&Self, &[usize]) -> bool,
    ) -> Option<Vec<usize>> {
        if !is_so(self, &set) {
            return None;
        }
        let mut k = 0;
        while k < set.len() {
            let left_out = set.remove(k);
            if !is_so(self, &set) {
                set.insert(k, left_out);
                k += 1;
            }
        }
        Some(set)
    }

    /// The smallest set of targets, out of those that took part in a conflict, that cannot hold.
    pub(super) fn smallest_conflict(
        &self,
        kept: &[usize],
        last: usize,
        conflict: Conflict,
        how: How,
    ) -> Option<Vec<usize>> {
        let clashes = |question: &Self, set: &[usize]| {
            question.hold(&question.start, set, how).is_err() || question.is_proved(set, how)
        };
        let all = |took_part: bool| -> Vec<usize> {
            let kept = kept.iter().copied();
            let kept = kept.filter(|&w| !took_part || conflict.0 & bit(w) != 0);
            kept.chain([last]).collect()
        };
        self.smallest(all(true), clashes).or_else(|| self.smallest(all(false), clashes))
    }

    /// Is it proved by adding up bounds that some targets cannot hold together?
    fn is_proved(&self, set: &[usize], how: How) -> bool {
        let bounds = self.bounds(set, how).map(|(cell, bound, _)| (cell, bound));
        linear_program::is_infeasible(self.network, &self.start, bounds)
    }

    /// What the equations give of a cell.
    pub(super) fn range(&self, cell: Cell) -> Option<Range> {
        self.ranges.of(cell)
    }

    pub(super) fn indicator(&self, k: u32) -> &'p str {
        self.model.indicators.get_index(k as usize).map_or("", |(name, _)| name)
    }

    /// Some targets with what they want, one after the other.
    pub(super) fn named(&self, set: &[usize]) -> String {
        let named: Vec<String> = set.iter().map(|&w| words::named(self.wanted[w].target)).collect();
        words::list(&named)
    }

    /// A finding about some targets.
    pub(super) fn finding(
        &self,
        kind: Kind,
        set: &[usize],
        message: String,
        resolve: String,
    ) -> Finding {
        let targets = || set.iter().map(|&w| self.wanted[w].target);
        let mut indicators: Vec<String> = Vec::new();
        let mut sources: Vec<String> = Vec::new();
        for target in targets() {
            if let Some(indicator) = target.indicator() {
                push_new(&mut indicators, indicator);
            }
            if let Some(source) = &target.source {
                push_new(&mut sources, source);
            }
        }
        Finding {
            kind,
            targets: targets().map(|target| target.id.clone()).collect(),
            indicators,
            message,
            sources,
            resolve,
            values: indexmap::IndexMap::new(),
        }
    }
}

impl Finding {
    /// The same with numbers by name.
    pub(super) fn with(mut self, values: &[(&str, f64)]) -> Self {
        let finite = values.iter().filter(|(_, x)| x.is_finite());
        self.values.extend(finite.map(|(name, x)| ((*name).to_owned(), *x)));
        self
    }

    /// The same about one more indicator.
    pub(super) fn about(mut self, indicator: &str) -> Self {
        push_new(&mut self.indicators, indicator);
        self
    }
}

fn push_new(list: &mut Vec<String>, item: &str) {
    if !list.iter().any(|known| known == item) {
        list.push(item.to_owned());
    }
}
