//! How a tiled run is made: scenario by scenario, and tile by tile.

use super::accumulating::Accumulated;
use super::planning::{Needs, Tiles};
use super::sink::{TileRow, TileSink};
use super::{Kept, Summary, TargetBits, Tiled};
use crate::compile::{Program, Row, Slot};
use crate::ensemble::{Buffer, Ensemble, Frame};
use crate::error::Error;
use crate::parallel::Workers;
use crate::plan::HEADROOM_LEVELS;
use crate::plan::attainment::row_of;
use crate::plan::headroom::{is_undefined, room_quantiles_by};
use crate::plan::met::set_bits;
use crate::plan::pathless::{Pathless, check_levels};
use crate::plan::sets::sets;
use crate::simulate::{Given, Liveness, Outcome, Request, Sampling, Staged, allow, most_memory};
use crate::summary::quantiles;

/// Memory that a run takes unless a limit is said: longer tiles are hardly faster.
const USUAL: u64 = 640 << 20;
/// What can be done about a run that would take more.
const WAY: &str = "ask for fewer paths, name the indicators to keep, or take what needs little memory for any \
                   number of paths: store=\"streamed\" (plan::Streamed in Rust)";

/// What is asked of a run, the same for all scenarios.
struct Asked<'a> {
    request: &'a Request<'a>,
    frame: &'a Frame,
    /// The indicators that are kept.
    shown: Vec<u32>,
    /// The row of the table with the first period that is kept.
    first: usize,
    targets: Vec<Accumulated<'a>>,
    levels: &'a [f64],
    workers: Workers,
}

/// A scenario, ready to be run.
struct Planned<'a> {
    staged: Staged<'a>,
    liveness: Liveness,
    needs: Needs,
    /// By period that is kept and indicator: may it differ from the first scenario?
    own: Vec<Vec<bool>>,
    tiles: Tiles,
}

/// Memory for the paths of a tile.
struct Memory {
    tile: Buffer,
    state: Buffer,
    failed: Vec<bool>,
}

pub(super) fn run(
    program: &Program,
    sampling: &Sampling,
    (levels, what): (&[f64], &str),
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Tiled, Error> {
    check_levels(levels)?;
    let request = Request::new(program, &sampling.seeded()?)?;
    let kept = program.kept(sampling.keep.as_deref())?;
    let frame = request.frame(&kept)?;
    let target = |measure| Accumulated::new(measure, &request, &frame);
    let mut asked = Asked {
        request: &request,
        frame: &frame,
        shown: kept.iter().filter(|(_, shown)| *shown).map(|(k, _)| *k).collect(),
        first: program.inner.timeline.leading(frame.lead).0,
        targets: program.targets().iter().map(target).collect::<Result<_, _>>()?,
        levels,
        workers: Workers::new(request.threads)?,
    };
    let names: Vec<String> = request.scenarios.iter().map(|s| s.name.clone()).collect();
    let alone = names.iter().map(|name| request.clone().of(name));
    let alone = alone.collect::<Result<Vec<Request<'_>>, Error>>()?;
    let kept_rows = frame.lead + frame.span.len();
    let own = request.own_rows(&asked.shown, asked.first..asked.first + kept_rows)?;
    let mut planned = Vec::new();
    for (request, own) in alone.iter().zip(own) {
        planned.push(asked.planned(request, own)?);
    }
    let (most, helpers) = asked.cut(&mut planned, sampling, what)?;
    asked.workers = Workers::new(Some(helpers))?;
    let mut memory = Memory {
        tile: Buffer::new(most.rows * request.paths)?,
        state: Buffer::new(most.carried * request.paths)?,
        failed: vec![false; request.paths],
    };
    let total = planned.iter().map(|planned| planned.staged.rows()).sum::<usize>();
    let (mut scenarios, mut outcomes, mut done) = (Vec::new(), Vec::new(), 0);
    let tiles = planned.iter().map(|planned| planned.tiles.ranges.len()).max().unwrap_or(1);
    for planned in planned {
        let rows = planned.staged.rows();
        let mut told = |of_rows: f64, paths: usize| {
            let share = (done as f64 + of_rows) / total as f64;
            watch((share * paths as f64) as usize, paths)
        };
        let (kept, outcome) = asked.run(planned, &mut memory, &mut told)?;
        scenarios.push(kept);
        outcomes.extend(outcome);
        done += rows;
    }
    drop(memory);
    if !watch(request.paths, request.paths) {
        return Err(Error::interrupted());
    }
    let series = frame.series.iter().filter(|(_, series)| series.kept);
    let series = series.map(|(name, series)| (name.clone(), series.clone())).collect();
    let run = Pathless::of(&request, Frame { series, ..frame.clone() }, outcomes)?;
    let found = run.runs.scenarios().zip(&scenarios).map(|(ensemble, kept): (&Ensemble, &Kept)| {
        let (targets, sets) = (&program.model().targets, sets(program.model()));
        let row = |k: usize| match k.checked_sub(targets.len()) {
            None => {
                let TargetBits { bands, .. } = kept.targets[k];
                let (met, undefined) = (kept.all_met(&[k]), kept.any_undefined(&[k]));
                row_of(ensemble, (&targets[k].id, false), &met, &undefined, Some(bands))
            }
            Some(k) => {
                let (name, places) = &sets[k];
                let (met, undefined) = (kept.all_met(places), kept.any_undefined(places));
                row_of(ensemble, (name, true), &met, &undefined, None)
            }
        };
        asked.workers.map(targets.len() + sets.len(), row)
    });
    let attainment = found.flatten().collect();
    let limit = sampling.memory_limit;
    Ok(Tiled { run, scenarios, attainment, levels: levels.to_vec(), tiles, limit })
}

impl<'a> Asked<'a> {
    /// Works out what a scenario needs.
    fn planned(&self, request: &'a Request<'a>, own: Vec<Vec<bool>>) -> Result<Planned<'a>, Error> {
        let staged = Staged::new(request)?;
        let mut liveness = staged.liveness();
        let mut rows = vec![0; staged.rows()];
        for (row, own) in rows[self.first..].iter_mut().zip(&own) {
            *row = own.iter().filter(|own| **own).count();
        }
        for target in &self.targets {
            target.reads(&mut liveness);
            rows[target.judged()] += 1;
        }
        let of_targets = |row| self.targets.iter().map(move |target| target.across(row).count());
        let across = |row| liveness.across(row).len() + of_targets(row).sum::<usize>();
        let carried = (0..rows.len()).map(across).collect();
        let needs = Needs { rows, carried, first: self.first };
        let tiles = needs.tiles(usize::MAX, None);
        Ok(Planned { staged, liveness, needs, own, tiles })
    }

    /// Cuts all scenarios into tiles, and says how much the largest need, and how many threads are to take
    /// quantiles.
    ///
    /// # Errors
    /// More memory than allowed.
    fn cut(
        &self,
        planned: &mut [Planned<'_>],
        sampling: &Sampling,
        what: &str,
    ) -> Result<(Tiles, usize), Error> {
        let (paths, threads) = (self.request.paths as u128, self.workers.count() as u128);
        let of_row = 8 * paths;
        let bits = paths.div_ceil(8) * 2 * (self.targets.len() * planned.len()) as u128;
        let each = self.request.parameters().iter();
        let each = each.filter(|(_, given)| matches!(given, Given::Paths(_))).count() as u128;
        // What quantiles are found in, and what is counted in at the end.
        let scratch = if self.targets.iter().any(|of| of.measure.may_be_undefined) { 5 } else { 4 };
        let usual = || most_memory().map_or(USUAL, |most| most.min(USUAL));
        let limit = u128::from(sampling.memory_limit.unwrap_or_else(usual));
        // So many take quantiles side by side that what they need for it leaves most to the tile.
        let helpers = (limit / 4 / (scratch * of_row).max(1)).clamp(1, threads);
        let blocks = planned.iter().map(|planned| planned.staged.bytes_of_thread()).max();
        let cells = planned.iter().flat_map(|planned| &planned.needs.rows).sum::<usize>();
        let summary = size_of::<Summary>() + size_of_val(self.levels);
        let fixed = bits
            + (cells * summary) as u128
            + threads * blocks.unwrap_or(0) as u128
            + (helpers * scratch + each) * of_row
            + paths;
        let most = (limit.saturating_sub(fixed) / of_row.max(1)).min(usize::MAX as u128) as usize;
        for planned in &mut *planned {
            planned.tiles = planned.needs.tiles(most, sampling.tile);
        }
        let tiles = || planned.iter().map(|planned| &planned.tiles);
        let rows = tiles().map(|tiles| tiles.rows).max().unwrap_or(0);
        let carried = tiles().map(|tiles| tiles.carried).max().unwrap_or(0);
        let bytes = fixed + (rows + carried) as u128 * of_row;
        allow(what, bytes, sampling.memory_limit, WAY)?;
        Ok((Tiles { ranges: Vec::new(), rows, carried }, helpers as usize))
    }

    /// Runs a scenario.
    fn run(
        &self,
        planned: Planned<'_>,
        memory: &mut Memory,
        watch: &mut dyn FnMut(f64, usize) -> bool,
    ) -> Result<(Kept, Option<Outcome>), Error> {
        let Planned { mut staged, liveness, own, tiles, .. } = planned;
        let paths = self.request.paths;
        let factor = |k: u32| self.request.basis.and_then(|basis| basis.factor(k));
        let mut kept = Kept { paths, rows: Vec::new(), targets: Vec::new() };
        kept.rows.resize_with(own.len(), || self.shown.iter().map(|_| None).collect());
        kept.targets.resize_with(self.targets.len(), TargetBits::default);
        let mut before = Vec::new();
        for tile in &tiles.ranges {
            let (mut stored, mut places) = (Vec::new(), Vec::new());
            for row in tile.clone() {
                let period = row.checked_sub(self.first).filter(|period| *period < own.len());
                let mut rows = Vec::new();
                for (k, _) in own_of(&own, period) {
                    let series = Slot::series(self.shown[k], 0);
                    let factor = factor(self.shown[k]);
                    rows.push(TileRow { place: places.len(), series, factor });
                    places.push((period.unwrap_or(0), k));
                }
                stored.push(rows);
            }
            let after = liveness.across(tile.end);
            let (mut parts, mut judged) = (Vec::new(), Vec::new());
            let (mut given, mut handed_on) = (before.len(), after.len());
            for (k, target) in self.targets.iter().enumerate() {
                let headroom = places.len() + judged.len();
                parts.extend(target.part(tile, (given, handed_on), headroom));
                if tile.contains(&target.judged()) {
                    judged.push((k, headroom));
                }
                given += target.across(tile.start).count();
                handed_on += target.across(tile.end).count();
            }
            let rows = (places.len() + judged.len()) * paths;
            let mut sink = TileSink {
                paths,
                first: Row(tile.start),
                rows: &stored,
                parts: &parts,
                before: &before,
                after: &after,
                tile: &mut memory.tile.values_mut()[..rows],
                state: &mut memory.state.values_mut()[..given.max(handed_on) * paths],
                failed: &mut memory.failed,
            };
            let done =
                |done: usize| tile.start as f64 + tile.len() as f64 * done as f64 / paths as f64;
            staged.run(tile.clone(), &mut sink, &mut |now, all| watch(done(now), all))?;
            let of_row = |place: usize| &memory.tile.values()[place * paths..][..paths];
            let summaries = self.workers.map(places.len(), |place| {
                let is_lead = places[place].0 < self.frame.lead;
                Summary::of(of_row(place), self.levels, is_lead)
            });
            for (&(period, k), summary) in places.iter().zip(summaries) {
                kept.rows[period][k] = Some(summary);
            }
            let bits = self.workers.map(judged.len(), |n| {
                let (target, row) = judged[n];
                TargetBits::of(&self.targets[target], of_row(row))
            });
            for ((target, _), bits) in judged.into_iter().zip(bits) {
                kept.targets[target] = bits;
            }
            before = after;
        }
        Ok((kept, staged.finish()))
    }
}

/// The indicators that a scenario has of its own in a period that is kept.
fn own_of(own: &[Vec<bool>], period: Option<usize>) -> impl Iterator<Item = (usize, &bool)> {
    let own = period.map_or(&[][..], |period| own[period].as_slice());
    own.iter().enumerate().filter(|(_, own)| **own)
}

impl TargetBits {
    /// What is kept of a target, of its headroom.
    fn of(target: &Accumulated<'_>, headroom: &[f64]) -> Self {
        let bits = |holds: &dyn Fn(f64) -> bool| {
            let mut bits = vec![0; headroom.len().div_ceil(8)];
            set_bits(&mut bits, headroom, holds);
            bits
        };
        let some = headroom.iter().any(|room| is_undefined(*room));
        let bands = room_quantiles_by(&|rooms| quantiles(rooms, &HEADROOM_LEVELS), headroom);
        Self {
            met: bits(&|headroom| target.measure.is_met(headroom)),
            undefined: if some { bits(&is_undefined) } else { Vec::new() },
            failed: headroom.iter().filter(|room| room.is_nan()).count() as u64,
            bands: bands.try_into().unwrap_or([f64::NAN; 5]),
        }
    }
}
