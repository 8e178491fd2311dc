//! What answers for the observations of a period: which unknowns are solved for, which are searched
//! for, and which observations only weigh.

use super::algebra::{Matrix, dot};
use super::cells::Cells;
use super::linear::{Groups, Linear, sds_given_others};
use super::probe::Probe;
use super::shape::Shape;
use crate::compile::{Inner, Row};
use crate::interrupt::look;
use crate::simulate::RandomNumber;

/// A pivot moves its observation by at least this share of its standard deviation.
const LEAST: f64 = 1e-7;

/// Slopes that change by less than this share of what else is random are those of a line.
const MILD: f64 = 0.5;

/// The largest share that a small error has of the variance of its observation.
const SHARP: f64 = 0.3;

/// Errors of measurement are within so many standard deviations.
const FARTHEST_ERROR: f64 = 8.5;

/// Pairs the observations of a scenario with unknowns.
pub(super) struct Pairing<'a, 'p> {
    pub(super) program: &'a Inner,
    pub(super) cells: &'a Cells,
    pub(super) shapes: &'a [Shape],
    /// Which observations have no part in the linear model.
    pub(super) is_out: &'a [bool],
    pub(super) probe: &'a Probe<'p>,
}

/// What answers for the observations of a period.
#[derive(Debug)]
pub(super) struct Roles {
    pub(super) row: Row,
    pub(super) cells: Vec<usize>,
    /// Cell and coordinate.
    pub(super) solved: Vec<(usize, usize)>,
    pub(super) searched: Vec<(usize, usize)>,
    /// Exact observations that no unknown is left for: paths have them, or they do not count.
    pub(super) checked: Vec<usize>,
    /// Observations that have no part in the linear model.
    pub(super) left_out: Vec<usize>,
    /// Exact observations whose places a search would not all see.
    pub(super) unseen: Vec<usize>,
}

/// How an observation stands to what is random in it.
struct Random {
    /// Its slopes change little beside what is random in it whatever the others say.
    is_linear: bool,
    /// Its error is small beside what else is random in it. With a large one little can be read off:
    /// solving for it would look where the error is likely, and not where the model is.
    is_sharp: bool,
}

impl Pairing<'_, '_> {
    /// What answers for the observations of each period, as a linearisation has them.
    pub(super) fn roles(&self, linear: &Linear, groups: &Groups) -> Vec<Roles> {
        let cells = &self.cells.observed;
        let mut rows: Vec<Row> = cells.iter().map(|cell| cell.row).collect();
        rows.dedup();
        let roles = |row: Row| {
            let here: Vec<usize> = (0..cells.len()).filter(|&k| cells[k].row == row).collect();
            self.roles_of(linear, groups, row, here)
        };
        rows.into_iter().map(roles).collect()
    }

    /// Exact observations first: Newton's method, where an unknown of the period moves them regularly;
    /// then a search. Observations with a measurement error take the unknowns that are left.
    fn roles_of(&self, linear: &Linear, groups: &Groups, row: Row, cells: Vec<usize>) -> Roles {
        let here = &*cells;
        let (exact, noisy): (Vec<usize>, Vec<usize>) =
            (0..here.len()).partition(|&e| self.cells.observed[here[e]].is_exact());
        let unknowns = self.unknowns(row);
        let is_smooth = |j: &usize| self.probe.is_smooth(*j);
        let regular = |e: usize, j: usize| {
            let shape = &self.shapes[here[e]];
            shape.moves[j] && shape.regular[j]
        };
        let mut left = Elimination::new(here, linear);
        let mut open = exact;
        let smooth: Vec<usize> = unknowns.iter().copied().filter(is_smooth).collect();
        left.pair(&mut open, &smooth, &regular);
        let found = self.search(here, &open, &unknowns, &left.pairs);
        open.retain(|e| found.iter().all(|(other, _)| other != e));
        let (found, is_cycle) = self.ordered(here, found);
        let is_unseen = |&&(cell, j): &&(usize, usize)| is_cycle || self.shapes[cell].rests[j];
        let unseen = found.iter().filter(is_unseen).map(|(cell, _)| *cell).collect();

        let conditions = left.pairs.iter().map(|(e, _)| *e).chain(noisy.iter().copied()).collect();
        let random = self.random(linear, groups, here, conditions);
        let is_free = |j: &usize| found.iter().all(|(_, other)| other != j);
        let smooth: Vec<usize> = smooth.into_iter().filter(is_free).collect();
        let (linear_ones, bent): (Vec<usize>, Vec<usize>) =
            noisy.into_iter().partition(|&e| random[e].is_linear && self.is_solvable(here[e]));
        let mut solvable = linear_ones.into_iter().filter(|&e| random[e].is_sharp).collect();
        left.pair(&mut solvable, &smooth, &regular);
        // Of what is taken the unknowns count.
        let taken: Vec<(usize, usize)> = left.pairs.iter().chain(&found).copied().collect();
        let drawn = self.search(here, &bent, &unknowns, &taken);
        // An unknown that moves another observation too, or rests while others move its own, is not
        // drawn: the paths are weighed.
        let alone = |&(e, j): &(usize, usize)| {
            !self.shapes[here[e]].rests[j]
                && (0..here.len()).all(|other| other == e || !self.shapes[here[other]].moves[j])
        };
        let drawn = drawn.into_iter().filter(alone).map(|(e, j)| (here[e], j));
        let checked: Vec<usize> = open.into_iter().map(|e| here[e]).collect();
        let curved = (0..here.len()).filter(|&e| !random[e].is_linear).map(|e| here[e]);
        let left_out = curved.chain(checked.iter().copied()).collect();
        Roles {
            row,
            solved: left.pairs.into_iter().map(|(e, j)| (here[e], j)).collect(),
            searched: found.into_iter().chain(drawn).collect(),
            checked,
            unseen,
            left_out,
            cells,
        }
    }

    /// What is random in each observation beside its irregular scores; `conditions` are those that
    /// the others are judged by.
    fn random(
        &self,
        linear: &Linear,
        groups: &Groups,
        here: &[usize],
        conditions: Vec<usize>,
    ) -> Vec<Random> {
        let slopes = |&e: &usize| {
            let (shape, slopes) = (&self.shapes[here[e]], &linear.raw[here[e]]);
            let both = slopes.iter().zip(&shape.regular);
            both.map(|(slope, regular)| if *regular { *slope } else { 0.0 }).collect()
        };
        let error = |&e: &usize| {
            let (shape, cell) = (&self.shapes[here[e]], &self.cells.observed[here[e]]);
            if cell.is_exact() { 0.0 } else { shape.transform.error(cell.value, cell.sd) }
        };
        let slopes = conditions.iter().map(slopes).collect();
        let errors: Vec<f64> = conditions.iter().map(error).collect();
        let sds = sds_given_others(&slopes, groups, &errors).unwrap_or_else(|| errors.clone());
        // Nothing is linear of an irregular observation that is searched for.
        let shape = |k: &usize| &self.shapes[*k];
        let regular = here.iter().map(|k| shape(k).is_regular());
        let mut found: Vec<Random> =
            regular.map(|is_linear| Random { is_linear, is_sharp: true }).collect();
        for ((&e, sd), error) in conditions.iter().zip(sds).zip(errors) {
            found[e].is_linear |= shape(&here[e]).bent <= MILD * sd;
            found[e].is_sharp = error * error <= SHARP * sd * sd;
        }
        found
    }

    /// Can a measured observation be solved for, whatever its error is?
    fn is_solvable(&self, cell: usize) -> bool {
        let (shape, cell) = (&self.shapes[cell], &self.cells.observed[cell]);
        let end = |side: f64| shape.transform.of(cell.value + side * FARTHEST_ERROR * cell.sd);
        end(-1.0).is_finite() && end(1.0).is_finite()
    }

    /// Gives each open observation an unknown of the period that moves it and is not taken: the one
    /// that moves the fewest others.
    fn search(
        &self,
        here: &[usize],
        open: &[usize],
        unknowns: &[usize],
        taken: &[(usize, usize)],
    ) -> Vec<(usize, usize)> {
        let mut searched: Vec<(usize, usize)> = Vec::new();
        let moves = |e: usize, j: usize| self.shapes[here[e]].moves[j];
        let count = |j: usize| (0..here.len()).filter(|&e| moves(e, j)).count();
        for &e in open {
            let is_free = |j: &&usize| {
                let mut pairs = taken.iter().chain(&searched);
                moves(e, **j) && pairs.all(|(_, other)| other != *j)
            };
            let free = unknowns.iter().filter(is_free);
            if let Some(&j) = free.min_by_key(|&&j| (self.shapes[here[e]].rests[j], count(j))) {
                searched.push((e, j));
            }
        }
        searched
    }

    /// Those first that depend on no other's unknown; and whether each waits for another.
    fn ordered(
        &self,
        here: &[usize],
        mut searched: Vec<(usize, usize)>,
    ) -> (Vec<(usize, usize)>, bool) {
        let (mut ordered, mut is_cycle) = (Vec::new(), false);
        while !searched.is_empty() {
            look();
            let is_free = |&(e, _): &(usize, usize)| {
                let moves =
                    |&(other, j): &(usize, usize)| other != e && self.shapes[here[e]].moves[j];
                !searched.iter().any(moves)
            };
            let free = searched.iter().position(is_free);
            is_cycle |= free.is_none();
            let next = free.unwrap_or(0);
            let (e, j) = searched.remove(next);
            ordered.push((here[e], j));
        }
        (ordered, is_cycle)
    }

    /// The shocks and counts of a period.
    fn unknowns(&self, row: Row) -> Vec<usize> {
        let now = self.program.timeline.simulated(row);
        let here = |number: &RandomNumber| match *number {
            RandomNumber::Shock { period, .. } | RandomNumber::Count { period, .. } => {
                Some(period) == now
            }
            RandomNumber::Path(_) => false,
        };
        let all = &self.probe.coordinates.all;
        (0..all.len()).filter(|&j| here(&all[j])).collect()
    }
}

/// Observations of a period on their way to be paired with unknowns.
struct Elimination {
    norms: Vec<f64>,
    /// Slopes, minus what the pairs explain.
    rest: Matrix,
    pairs: Vec<(usize, usize)>,
}

impl Elimination {
    fn new(here: &[usize], linear: &Linear) -> Self {
        let norm = |k: &usize| dot(&linear.raw[*k], &linear.raw[*k]).sqrt();
        Self {
            norms: here.iter().map(norm).collect(),
            rest: here.iter().map(|&k| linear.raw[k].clone()).collect(),
            pairs: Vec::new(),
        }
    }

    /// Pairs open observations with unknowns that are left, as long as any moves one regularly.
    fn pair(
        &mut self,
        open: &mut Vec<usize>,
        unknowns: &[usize],
        regular: &impl Fn(usize, usize) -> bool,
    ) {
        loop {
            look();
            let mut best = (LEAST, 0, 0);
            for &j in unknowns.iter().filter(|j| self.pairs.iter().all(|(_, other)| other != *j)) {
                for &e in open.iter().filter(|&&e| regular(e, j)) {
                    let size = self.rest[e][j].abs() / self.norms[e].max(1e-300);
                    if size > best.0 {
                        best = (size, e, j);
                    }
                }
            }
            let (size, e, j) = best;
            if size <= LEAST {
                return;
            }
            let head = self.rest[e].clone();
            self.pairs.push((e, j));
            open.retain(|&other| other != e);
            for other in 0..self.rest.len() {
                if self.pairs.iter().all(|(paired, _)| *paired != other) {
                    let factor = self.rest[other][j] / head[j];
                    self.rest[other].iter_mut().zip(&head).for_each(|(x, h)| *x -= factor * h);
                }
            }
        }
    }
}
