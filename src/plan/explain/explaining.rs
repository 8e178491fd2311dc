//! An explanation whose runs are made one by one, here or elsewhere.

use std::ops::Range;

use super::coalition::{Coalitions, Player, Run};
use super::coherent::merged;
use super::explanation::Explanation;
use super::groups::groups;
use super::narrow::Piece;
use super::outturn_changes::OutturnChanges;
use super::question::{Question, Side};
use super::worth::{Store, Tally, Worth};
use super::{check, compiles};
use crate::ensemble::Dependence;
use crate::error::Error;
use crate::model::Diff;
use crate::packed::{Packed, Unpacked, damaged};
use crate::parallel::Workers;
use crate::simulate::Sampling;

/// An explanation whose runs may be made in any order and on any machine: what they give is put together to
/// what [`explain`](super::explain) gives, to the bit.
///
/// ```
/// use tinbergen::plan::{Explained, Explaining, Goal, Question, explain};
/// use tinbergen::{Model, Sampling};
/// let before = Model::read("plans/yuecheng.toml")?;
/// let mut after = before.clone();
/// after.parameters.insert("trend_growth".to_owned(), 0.05.into());
/// let question = Question::new(Explained::Probability(Goal::of("gdp-2025")));
/// let sampling = Sampling::new(500, 1);
/// let work = Explaining::new(&before, &after, &question, &sampling, &mut |_, _| true)?;
/// let runs = (0..work.simulations()).rev();
/// let runs = runs.map(|k| Ok(work.run(k..k + 1, &mut |_, _| true)?.to_bytes()));
/// let found = work.finish(&runs.collect::<Result<Vec<_>, tinbergen::Error>>()?)?;
/// assert_eq!(found, explain(&before, &after, &question, &sampling, &mut |_, _| true)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Explaining {
    worth: Worth,
    coalitions: Coalitions,
    players: Vec<Player>,
    runs: Vec<Run>,
    threads: Workers,
    paths: usize,
}

/// What some coalitions are worth.
#[derive(Debug, Clone, PartialEq)]
pub struct CoalitionValues {
    pub(super) dependence: Dependence,
    pub(super) coalitions: Vec<Valued>,
}

/// What a coalition is worth: of a probability how many parts of it are met, of a quantile what it is; and that of each
/// independent draw, or of each batch.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Valued {
    pub(super) coalition: usize,
    pub(super) count: i128,
    pub(super) quantile: f64,
    pub(super) pieces: Vec<f64>,
}

impl Explaining {
    /// Finds the differences, their groups and what has to be simulated.
    ///
    /// # Errors
    /// As [`explain`](super::explain), but for what goes wrong in a simulation.
    pub fn new<'a>(
        before: impl Into<Side<'a>>,
        after: impl Into<Side<'a>>,
        question: &Question,
        sampling: &Sampling,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Self, Error> {
        let (before, after) = (before.into(), after.into());
        for (name, side) in [("before", before), ("after", after)] {
            compiles(&side).map_err(|error| error.in_model(name))?;
        }
        check(before.model, after.model, question)?;
        let sampling = sampling.seeded()?;
        let known = OutturnChanges::new(before.known, after.known);
        let with_known = |diff: &Diff| [diff.differences(), &known.differences()].concat();
        let all = with_known(&before.model.diff(after.model)?);
        let worth = Worth::new(question, &sampling, !known.is_empty());
        let (before, after) = (worth.pruned(before.model), worth.pruned(after.model));
        let diff = before.diff(&after)?;
        let differences = with_known(&diff);
        let groups = groups(&all, &differences, &question.groups)?;
        let of = question.of.clone();
        let coalitions = Coalitions { before, after, known, of, diff, differences, groups };
        let threads = Workers::new(sampling.threads)?;
        let players = merged(&coalitions, &threads, watch)?;
        let runs = coalitions.runs(&players, &threads)?;
        Ok(Self { worth, coalitions, players, runs, threads, paths: sampling.paths })
    }

    /// How many models are simulated.
    pub fn simulations(&self) -> usize {
        self.runs.len()
    }

    /// Simulates some of the models. Neighbours share more work than others do.
    ///
    /// # Errors
    /// Models that are not there; more failed paths than a model tolerates; work that was stopped.
    pub fn run(
        &self,
        runs: Range<usize>,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<CoalitionValues, Error> {
        let mut whole =
            CoalitionValues { dependence: Dependence::Independent, coalitions: Vec::new() };
        self.each(runs, watch, &mut |values| {
            whole.dependence = values.dependence;
            whole.coalitions.extend(values.coalitions);
        })?;
        Ok(whole)
    }

    /// All of it.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn explain(
        &self,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Explanation, Error> {
        let mut tally = Tally::new(&self.worth, self.players.len());
        self.each(0..self.runs.len(), watch, &mut |values| tally.take(&values))?;
        Ok(self.finished(tally))
    }

    /// The explanation, of what all runs gave, as [`CoalitionValues::to_bytes`] writes it, in any order.
    ///
    /// # Errors
    /// Bytes of something else; a model that was not simulated, or twice.
    pub fn finish(&self, parts: &[Vec<u8>]) -> Result<Explanation, Error> {
        let mut values = Vec::new();
        for bytes in parts {
            let part = CoalitionValues::read(bytes, 1 << self.players.len())?;
            values.extend(part.coalitions.into_iter().map(|value| (part.dependence, value)));
        }
        // What is added up in another order is another number.
        let mut tally = Tally::new(&self.worth, self.players.len());
        let mut place = vec![None; 1 << self.players.len()];
        for (k, (_, value)) in values.iter().enumerate() {
            if place[value.coalition].replace(k).is_some() {
                return Err(damaged());
            }
        }
        let lengths = |k: &Option<usize>| k.map(|k| values[k].1.pieces.len());
        if place.iter().any(|k| lengths(k).is_none() || lengths(k) != lengths(&place[0])) {
            return Err(damaged());
        }
        for (coalition, _) in self.runs.iter().flat_map(|run| &run.coalitions) {
            let Some(k) = place[*coalition] else { return Err(damaged()) };
            let (dependence, value) = &values[k];
            let coalitions = vec![value.clone()];
            tally.take(&CoalitionValues { dependence: *dependence, coalitions });
        }
        Ok(self.finished(tally))
    }

    /// Simulates models, and shows what the coalitions of each are worth.
    fn each(
        &self,
        runs: Range<usize>,
        watch: &mut dyn FnMut(usize, usize) -> bool,
        see: &mut dyn FnMut(CoalitionValues),
    ) -> Result<(), Error> {
        let runs = self.runs.get(runs).ok_or_else(damaged)?;
        let keys =
            |run: &Run| self.worth.pieces(&run.model).iter().map(Piece::key).collect::<Vec<_>>();
        let keys = self.threads.map(runs.len(), |k| keys(&runs[k]));
        let mut store = Store::new(keys.into_iter().flatten());
        let (paths, all) = (self.paths, runs.len() * self.paths);
        for (done, run) in runs.iter().enumerate() {
            let mut within = |d: usize, _: usize| watch(done * paths + d, all);
            see(self.worth.values(run, &mut store, &mut within)?);
        }
        Ok(())
    }

    fn finished(&self, tally: Tally<'_>) -> Explanation {
        let parts = self.players.iter().map(|player| self.coalitions.part(player)).collect();
        tally.finish(parts, self.runs.len())
    }
}

/// How numbers are written: a bit each where all are 0 or 1.
const BITS: u64 = 0;
const NUMBERS: u64 = 1;

impl CoalitionValues {
    /// They as bytes, for [`Explaining::finish`].
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut packed = Packed::default();
        packed.whole(match self.dependence {
            Dependence::Independent => 0,
            Dependence::Pairs => 1,
            Dependence::Replicates(replicates) => 2 + u64::from(replicates),
        });
        packed.list(self.coalitions.iter(), |packed, value| {
            packed.whole(value.coalition as u64);
            packed.whole(value.count as u64);
            packed.signed((value.count >> 64) as i64);
            packed.number(value.quantile);
            packed.whole(value.pieces.len() as u64);
            let is_bit =
                |piece: &f64| [0.0_f64, 1.0].iter().any(|x| x.to_bits() == piece.to_bits());
            if value.pieces.iter().all(is_bit) {
                packed.whole(BITS);
                for eight in value.pieces.chunks(8) {
                    let bits = eight.iter().enumerate().filter(|(_, piece)| **piece == 1.0);
                    packed.0.push(bits.map(|(k, _)| 1 << k).sum());
                }
            } else {
                packed.whole(NUMBERS);
                packed.numbers(&value.pieces);
            }
        });
        packed.sealed()
    }

    /// What [`to_bytes`](Self::to_bytes) wrote, of so many coalitions.
    fn read(bytes: &[u8], coalitions: usize) -> Result<Self, Error> {
        let mut packed = Unpacked::open(bytes)?;
        let dependence = match packed.whole()? {
            0 => Dependence::Independent,
            1 => Dependence::Pairs,
            more => Dependence::Replicates(u32::try_from(more - 2).map_err(|_| damaged())?),
        };
        let coalitions = packed.list(|packed| {
            let coalition = packed.place(coalitions)?;
            let low = packed.whole()?;
            let count = i128::from(packed.signed()?) << 64 | i128::from(low);
            let quantile = packed.number()?;
            let pieces = usize::try_from(packed.whole()?).map_err(|_| damaged())?;
            let kind = packed.whole()?;
            let pieces = match kind {
                BITS => {
                    let bytes = packed.bytes(pieces.div_ceil(8))?;
                    let bit = |k: usize| f64::from(bytes[k / 8] >> (k % 8) & 1);
                    (0..pieces).map(bit).collect()
                }
                NUMBERS if pieces <= packed.0.len() / 8 => {
                    let mut numbers = vec![0.0; pieces];
                    packed.numbers(&mut numbers)?;
                    numbers
                }
                _ => return Err(damaged()),
            };
            Ok(Valued { coalition, count, quantile, pieces })
        })?;
        packed.end()?;
        Ok(Self { dependence, coalitions })
    }
}
