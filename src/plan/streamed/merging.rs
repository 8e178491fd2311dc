//! Two ranges of paths of one seed: whole numbers are added, so that nothing tells them from one run.

use std::ops::Range;

use super::Streamed;
use crate::error::Error;
use crate::plan::pathless::Pathless;

impl Streamed {
    /// What one run of the paths of both gives, to the bit.
    ///
    /// # Errors
    /// Runs that are not ranges of one: other models, seeds, designs, parameters, scenarios or indicators;
    /// paths that are in both.
    ///
    /// ```
    /// use tinbergen::{Model, Sampling, plan::Streamed};
    /// let program = Model::read("plans/minimal.toml")?.compile()?;
    /// let part = |first, paths| {
    ///     Streamed::watched(&program, &Sampling::new(paths, 1), first, &mut |_, _| true)
    /// };
    /// let merged = part(3000, 2000)?.merge(&part(0, 3000)?)?;
    /// let whole = Streamed::new(&program, &Sampling::new(5000, 1))?;
    /// assert_eq!(merged.attainment()?, whole.attainment()?);
    /// # Ok::<(), tinbergen::Error>(())
    /// ```
    pub fn merge(&self, other: &Self) -> Result<Self, Error> {
        if let Some(differs) = self.differs(other) {
            let message = format!("they differ in {differs}, and are no ranges of one run");
            return Err(Error::at("merge", message));
        }
        let mut ranges = [&self.ranges[..], &other.ranges[..]].concat();
        ranges.sort_by_key(|range| range.start);
        for pair in ranges.windows(2) {
            if pair[1].start < pair[0].end {
                let message = format!("path {} is in both", pair[1].start);
                return Err(Error::at("merge", message));
            }
        }
        let mut scenarios = self.scenarios.clone();
        for (mine, other) in scenarios.iter_mut().zip(&other.scenarios) {
            let cells = mine.rows.iter_mut().flatten().zip(other.rows.iter().flatten());
            let rows = cells.filter_map(|(mine, other)| mine.as_mut().zip(other.as_ref()));
            let rooms = mine.rooms.iter_mut().zip(&other.rooms);
            rows.chain(rooms).for_each(|(mine, other)| mine.merge(other));
            mine.counts.merge(&other.counts);
        }
        let mut outcomes = self.run.outcomes.clone();
        outcomes.iter_mut().zip(&other.run.outcomes).for_each(|(mine, other)| mine.merge(other));
        let mut info = self.info().clone();
        info.paths += other.info().paths;
        let named = self.names().map(|name| (name.to_owned(), self.run.runs.probability(name)));
        let run = Pathless::new(self.program(), self.run.frame.clone(), info, named, outcomes);
        Ok(Self { run, scenarios, ranges: joined(ranges), whole: self.whole })
    }

    /// What keeps them from being ranges of one run.
    fn differs(&self, other: &Self) -> Option<&'static str> {
        let (mine, theirs) = (self.info(), other.info());
        let edges = |run: &Self, other: &Self| {
            run.scenarios.iter().zip(&other.scenarios).all(|(a, b)| {
                let rows = a.rows.iter().flatten().zip(b.rows.iter().flatten());
                let rows = rows.filter_map(|(a, b)| a.as_ref().zip(b.as_ref()));
                rows.chain(a.rooms.iter().zip(&b.rooms)).all(|(a, b)| a.fits(b))
            })
        };
        let same = [
            (self.program().model() == other.program().model(), "the model"),
            (mine.seed == theirs.seed, "the seed"),
            (mine.design == theirs.design, "the design"),
            (
                mine.design == "random" || self.whole == other.whole,
                "the paths of the whole run, on which a design that is not random depends",
            ),
            (mine.parameters == theirs.parameters, "the parameters"),
            (self.names().eq(other.names()), "the scenarios"),
            (self.run.frame == other.run.frame, "the indicators that were kept"),
            (edges(self, other), "the edges of histograms"),
        ];
        same.into_iter().find(|(is_same, _)| !is_same).map(|(_, what)| what)
    }
}

/// Ranges in order, those that meet put together.
fn joined(ranges: Vec<Range<u64>>) -> Vec<Range<u64>> {
    let mut found: Vec<Range<u64>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match found.last_mut().filter(|last| last.end == range.start) {
            Some(last) => last.end = range.end,
            None => found.push(range),
        }
    }
    found
}
