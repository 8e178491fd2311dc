//! Two ranges of paths of one seed: whole numbers are added, so that nothing tells them from one run.

use super::Streamed;
use crate::error::Error;
use crate::simulate::Ensembles;

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
            let cells = mine.rows.iter_mut().zip(&other.rows);
            let rows = cells.flat_map(|(mine, other)| mine.iter_mut().zip(other));
            let rooms = mine.rooms.iter_mut().zip(&other.rooms);
            rows.chain(rooms).for_each(|(mine, other)| mine.merge(other));
            mine.counts.merge(&other.counts);
        }
        let program = self.program();
        let place = |name: &str| program.model().indicators.get_index_of(name);
        let beside = |mine: &crate::Ensemble| {
            let name = mine.scenario().to_owned();
            let both = mine.beside(other.runs.get(&name)?, place);
            let probability = self.runs.probability(&name);
            Ok((name, (both, probability)))
        };
        let ensembles = self.runs.scenarios().map(beside).collect::<Result<_, Error>>()?;
        let mut info = self.runs.info().clone();
        info.paths += other.runs.info().paths;
        let runs = Ensembles::new(ensembles, info, program.clone());
        Ok(Self { runs, frame: self.frame.clone(), scenarios, ranges })
    }

    /// What keeps them from being ranges of one run.
    fn differs(&self, other: &Self) -> Option<&'static str> {
        let (mine, theirs) = (self.runs.info(), other.runs.info());
        let edges = |run: &Self, other: &Self| {
            run.scenarios.iter().zip(&other.scenarios).all(|(a, b)| {
                let rows = a.rows.iter().flatten().zip(b.rows.iter().flatten());
                rows.chain(a.rooms.iter().zip(&b.rooms)).all(|(a, b)| a.fits(b))
            })
        };
        let same = [
            (self.program().model() == other.program().model(), "the model"),
            (mine.seed == theirs.seed, "the seed"),
            (
                mine.design == theirs.design && mine.design == "random",
                "the design, or it is not random",
            ),
            (mine.parameters == theirs.parameters, "the parameters"),
            (self.names().eq(other.names()), "the scenarios"),
            (self.frame == other.frame, "the indicators that were kept"),
            (edges(self, other), "the edges of histograms"),
        ];
        same.into_iter().find(|(is_same, _)| !is_same).map(|(_, what)| what)
    }
}
