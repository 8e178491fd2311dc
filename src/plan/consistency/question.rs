//! A plan made ready for questions, and the tools that answer them.

use super::base;
use super::conflicts;
use super::domains::{Conflict, Domains, Narrowing, bit};
use super::finding::{Finding, Kind, Rules};
use super::interval::Interval;
use super::network::{Cell, Network};
use super::overlaps;
use super::range::{Range, Ranges};
use super::tension;
use super::wanted::{Wanted, jump_off, wanted};
use super::words;
use crate::compile::Program;
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
    pub(super) bases: Vec<Option<(Cell, usize)>>,
    /// Everything that the equations alone leave.
    pub(super) start: Domains,
}

impl<'p> Question<'_, 'p> {
    /// Puts all questions to a program.
    pub(super) fn ask(program: &'p Program, rules: &Rules) -> Vec<Finding> {
        let model = program.model();
        let mut network = Network::new(program);
        let wanted = wanted(&mut network);
        let bases = wanted.iter().map(|wanted| {
            let indicator = wanted.indicator?;
            let row = jump_off(&network, indicator)?;
            Some((network.level(indicator, row), row))
        });
        let bases = bases.collect();
        let network = network;
        let roots: Vec<Cell> = wanted.iter().flat_map(|w| &w.wants).map(|w| w.cell).collect();
        let narrowing = Narrowing::new(&network, &roots);
        let Ok(start) = narrowing.start() else { return vec![broken(&wanted)] };
        let ranges = Ranges::new(&network, rules.central);
        let question = Question {
            model,
            rules: *rules,
            network: &network,
            narrowing,
            ranges,
            wanted,
            bases,
            start,
        };
        let (mut findings, clashes) = conflicts::infeasible(&question);
        findings.extend(tension::tensions(&question, &clashes));
        findings.extend(overlaps::overlaps(&question, &clashes));
        findings.extend(base::bases(&question));
        findings
    }

    /// The bounds of some targets.
    fn bounds<'s>(
        &'s self,
        set: &'s [usize],
        how: How,
    ) -> impl Iterator<Item = (Cell, Interval, usize)> + 's {
        set.iter().flat_map(move |&w| {
            self.wanted[w].wants.iter().map(move |want| {
                let bound = match how {
                    How::Met => want.bound,
                    How::Nearly => want.nearly(self.rules.rounding),
                    How::Exactly => want.exactly(),
                };
                (want.cell, bound, w)
            })
        })
    }

    /// What is left when some targets hold, from what was left before.
    pub(super) fn hold(
        &self,
        before: &Domains,
        set: &[usize],
        how: How,
    ) -> Result<Domains, Conflict> {
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
        let clashes =
            |question: &Self, set: &[usize]| question.hold(&question.start, set, how).is_err();
        let all = |took_part: bool| -> Vec<usize> {
            let kept = kept.iter().copied();
            let kept = kept.filter(|&w| !took_part || conflict.0 & bit(w) != 0);
            kept.chain([last]).collect()
        };
        self.smallest(all(true), clashes).or_else(|| self.smallest(all(false), clashes))
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

/// Nothing satisfies the equations themselves.
fn broken(wanted: &[Wanted<'_>]) -> Finding {
    let message = "no values satisfy the equations that the targets rest on: every path fails";
    Finding {
        kind: Kind::Infeasible,
        targets: wanted.iter().map(|wanted| wanted.target.id.clone()).collect(),
        indicators: Vec::new(),
        message: message.to_owned(),
        sources: Vec::new(),
        resolve: "look for a logarithm or a root of what cannot be positive".to_owned(),
        values: indexmap::IndexMap::new(),
    }
}
