//! The guide of a scenario: observations linearised around their most likely explanation.
//!
//! Everything random in a path is a vector `z` of standard normal scores with correlations `C`. In
//! a space of its own (plain, log or logit, whichever is closest to linear) an observation is about
//! `A z`, and the scores given all observations about normal. Found by Gauss and Newton's method;
//! exact where the model is linear after its transforms.

use super::algebra::{Matrix, cholesky, dot, eliminate, solve, zeros};
use super::cells::Cells;
use super::coordinates::{Coordinates, Luck};
use super::probe::Probe;
use super::transform::Transform;
use crate::compile::Inner;
use crate::math::{exp, ln};
use crate::model::Process;
use crate::sample::ln_normal_density;

/// Steps until a mode is taken as it is.
const MOST: usize = 60;
/// The longest step, in standard deviations.
const LONGEST: f64 = 3.0;
/// A pivot moves its observation by at least this share of its standard deviation.
const LEAST: f64 = 1e-7;

/// What leads the paths of all scenarios through the outturns.
#[derive(Debug)]
pub(in crate::simulate) struct Guides {
    pub(in crate::simulate) cells: Cells,
    pub(in crate::simulate) coordinates: Coordinates,
    /// One for each scenario that is run.
    pub(in crate::simulate) each: Vec<Guide>,
}

/// What leads the paths of one scenario.
#[derive(Debug, Clone, Default)]
pub(in crate::simulate) struct Guide {
    /// Which coordinates observations move.
    pub(super) active: Vec<bool>,
    pub(super) transforms: Vec<Transform>,
    /// `A`, one row for each observation.
    pub(super) slopes: Matrix,
    /// `C A' (A C A' + noise)^-1`, transposed: one row for each observation.
    pub(super) gains: Matrix,
    /// `b`: what `A z` should be.
    pub(super) target: Vec<f64>,
    /// Standard deviation of the measurement error, in the space of the observation.
    pub(super) noise: Vec<f64>,
    pub(super) events: Vec<EventSlope>,
    /// Lower Cholesky factor of `A C A' + noise`.
    pub(super) factor: Matrix,
    /// What does not depend on the path in the logarithm of its weight.
    pub(super) ln_constant: f64,
    pub(super) steps: Vec<Step>,
}

/// What an addition to a shock does to the observations.
#[derive(Debug, Clone)]
pub(super) struct EventSlope {
    /// Its place among the shocks that events touch.
    pub(super) shock: usize,
    pub(super) place: usize,
    pub(super) slopes: Vec<f64>,
}

/// A period in which something was observed.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) row: usize,
    pub(super) cells: Vec<usize>,
    /// The unknowns that exact observations determine, one for each.
    pub(super) pivots: Vec<Pivot>,
    /// Of the observations with respect to the unknowns, at the mode; row by row.
    pub(super) jacobian: Vec<f64>,
    /// `ln |det|` of the slopes with respect to the scores of the unknowns.
    pub(super) ln_slope: f64,
}

/// An unknown and the observation that it is paired with.
#[derive(Debug, Clone)]
pub(super) struct Pivot {
    pub(super) cell: usize,
    pub(super) coordinate: usize,
    pub(super) luck: Luck,
    /// How far the unknown moves with its score.
    pub(super) scale: f64,
    /// Its row of the inverse of `C`.
    pub(super) precision: Vec<(usize, f64)>,
}

impl Pivot {
    pub(super) fn is_count(&self) -> bool {
        matches!(self.luck, Luck::Count { .. })
    }
}

/// An exact observation that no unknown of its period is left for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Unmoved {
    /// Nothing random in the period moves it.
    Fixed { cell: usize, value: f64 },
    /// The others of its period determine it.
    Implied { cell: usize, value: f64 },
}

/// The scale on which each observation is closest to linear: by the second differences over one
/// standard deviation of every score.
pub(super) fn transforms(program: &Inner, cells: &Cells, probe: &mut Probe<'_>) -> Vec<Transform> {
    let (mode, steps) = (probe.somewhere(), vec![1.0; probe.coordinates.len()]);
    let found = probe.differences(&mode, &steps);
    let bend = |k: usize, transform: Transform| {
        let centre = transform.of(found.centre[k]);
        let pairs = || found.plus[k].iter().zip(&found.minus[k]);
        let (mut bent, mut moved) = (0.0, 0.0);
        for (plus, minus) in pairs() {
            let (plus, minus) = (transform.of(*plus), transform.of(*minus));
            bent += (plus + minus - 2.0 * centre).abs();
            moved += (plus - minus).abs();
        }
        if (bent + moved).is_finite() { bent / moved.max(1e-300) } else { f64::INFINITY }
    };
    let choose = |(k, cell): (usize, &super::cells::Cell)| {
        let name = program.model.indicators.get_index(cell.indicator as usize);
        let process = name.and_then(|(_, indicator)| indicator.process.as_ref());
        let limits = match process {
            Some(Process::Share { lower, upper, .. }) => Some((*lower, *upper)),
            _ => None,
        };
        let all = Transform::candidates(cell.value, limits);
        let best = all.into_iter().map(|transform| (bend(k, transform), transform));
        best.min_by(|a, b| a.0.total_cmp(&b.0)).map_or(Transform::Plain, |(_, best)| best)
    };
    cells.observed.iter().enumerate().map(choose).collect()
}

/// Observations linearised at a point.
struct Linear {
    mode: Vec<f64>,
    /// What is observed less what is computed there.
    missing: Vec<f64>,
    slopes: Matrix,
    centre: Vec<f64>,
}

/// Builds guides.
pub(super) struct Builder<'a, 'p> {
    pub(super) program: &'a Inner,
    pub(super) cells: &'a Cells,
    pub(super) probe: &'a mut Probe<'p>,
    pub(super) transforms: Vec<Transform>,
    /// Exact observations that the others imply or nothing moves: they have no part in the guide.
    pub(super) idle: Vec<usize>,
}

impl Builder<'_, '_> {
    /// The guide; and what exact observations no unknown is left for.
    pub(super) fn build(mut self) -> (Guide, Vec<Unmoved>) {
        let groups = self.probe.coordinates.groups(&self.program.draws);
        let noise = self.noise();
        let mut linear = self.linearised(vec![0.0; self.probe.coordinates.len()]);
        let mut unmoved = self.steps(&linear, &groups).1;
        self.idle = unmoved.iter().map(Unmoved::cell).collect();
        linear.leave_out(&self.idle);
        for _ in 0..MOST {
            let Some(next) = mode(&linear, &groups, &noise) else { break };
            let step = next.iter().zip(&linear.mode).map(|(a, b)| (a - b).abs());
            let step = step.fold(0.0, f64::max);
            let mut share = (LONGEST / step).min(1.0);
            let mut found = self.linearised(between(&linear.mode, &next, share));
            while !found.is_finite() && share > 1e-3 {
                share /= 2.0;
                found = self.linearised(between(&linear.mode, &next, share));
            }
            if !found.is_finite() {
                break;
            }
            linear = found;
            if step < 1e-9 {
                break;
            }
        }
        let steps = self.steps(&linear, &groups).0;
        unmoved.iter_mut().for_each(|unmoved| unmoved.look_up(&linear.centre));
        let guide = self.finish(&linear, &groups, noise, steps);
        (guide, unmoved)
    }

    fn noise(&self) -> Vec<f64> {
        let cells = self.cells.observed.iter().zip(&self.transforms);
        cells.map(|(cell, t)| cell.sd * exp(t.ln_slope(cell.value))).collect()
    }

    fn linearised(&mut self, mode: Vec<f64>) -> Linear {
        let steps = self.probe.steps();
        let found = self.probe.differences(&mode, &steps);
        let (mut slopes, mut missing) = (Vec::new(), Vec::new());
        for (k, (cell, transform)) in self.cells.observed.iter().zip(&self.transforms).enumerate() {
            missing.push(transform.of(cell.value) - transform.of(found.centre[k]));
            let pairs = found.plus[k].iter().zip(&found.minus[k]).zip(&steps);
            let slope = |((plus, minus), step): ((&f64, &f64), &f64)| {
                let slope = (transform.of(*plus) - transform.of(*minus)) / (2.0 * step);
                if slope.is_finite() { slope } else { 0.0 }
            };
            slopes.push(pairs.map(slope).collect());
        }
        let mut linear = Linear { mode, missing, slopes, centre: found.centre };
        linear.leave_out(&self.idle);
        linear
    }

    fn finish(
        &mut self,
        linear: &Linear,
        groups: &[(Vec<usize>, Matrix)],
        noise: Vec<f64>,
        steps: Vec<Step>,
    ) -> Guide {
        let (spread, factor) = covariance(&linear.slopes, groups, &noise);
        let size = noise.len();
        let identity =
            || (0..size).map(|k| (0..size).map(|j| f64::from(u8::from(j == k))).collect());
        // Without a factor nothing is moved, and the weights tell.
        let (gains, factor) = match factor {
            Some(factor) => (gains(&spread, &factor), factor),
            None => (zeros(size, linear.mode.len()), identity().collect()),
        };
        let mut ln_constant: f64 = factor.iter().enumerate().map(|(k, row)| -ln(row[k])).sum();
        ln_constant += size as f64 * ln_normal_density(0.0);
        let counted: Vec<usize> = steps
            .iter()
            .flat_map(|step| step.pivots.iter().filter(|p| p.is_count()).map(|p| p.cell))
            .collect();
        for (k, cell) in self.cells.observed.iter().enumerate() {
            if cell.is_exact() && !counted.contains(&k) {
                ln_constant += self.transforms[k].ln_slope(cell.value);
            }
        }
        let mut active = vec![false; linear.mode.len()];
        for rows in [&linear.slopes, &gains] {
            for row in rows {
                active.iter_mut().zip(row).for_each(|(active, entry)| *active |= *entry != 0.0);
            }
        }
        for (members, _) in groups {
            if members.iter().any(|&k| active[k]) {
                members.iter().for_each(|&k| active[k] = true);
            }
        }
        Guide {
            active,
            transforms: self.transforms.clone(),
            target: linear.target(),
            slopes: linear.slopes.clone(),
            gains,
            noise,
            events: self.event_slopes(&linear.mode),
            factor,
            ln_constant,
            steps,
        }
    }

    fn event_slopes(&mut self, mode: &[f64]) -> Vec<EventSlope> {
        let found = self.probe.event_differences(mode);
        let mut events = Vec::new();
        for (shock, place, step, plus, minus) in found {
            let pairs = plus.iter().zip(&minus).zip(&self.transforms);
            let slopes: Vec<f64> = pairs
                .map(|((plus, minus), transform)| {
                    let slope = (transform.of(*plus) - transform.of(*minus)) / (2.0 * step);
                    if slope.is_finite() { slope } else { 0.0 }
                })
                .collect();
            if slopes.iter().any(|slope| *slope != 0.0) {
                events.push(EventSlope { shock, place, slopes });
            }
        }
        events
    }

    /// Pairs the exact observations of each period with unknowns of the period.
    fn steps(&self, linear: &Linear, groups: &[(Vec<usize>, Matrix)]) -> (Vec<Step>, Vec<Unmoved>) {
        let (mut steps, mut unmoved): (Vec<Step>, Vec<Unmoved>) = (Vec::new(), Vec::new());
        let cells = &self.cells.observed;
        let mut rows: Vec<usize> = cells.iter().map(|cell| cell.row).collect();
        rows.dedup();
        for row in rows {
            let here: Vec<usize> = (0..cells.len()).filter(|&k| cells[k].row == row).collect();
            let exact: Vec<usize> = here.iter().copied().filter(|&k| cells[k].is_exact()).collect();
            let pairs = self.pairs(linear, row, &exact, &mut unmoved);
            let pivots: Vec<Pivot> = pairs
                .into_iter()
                .map(|(cell, coordinate)| self.pivot(linear, groups, cell, coordinate))
                .collect();
            let size = pivots.len();
            let mut slopes = Vec::with_capacity(size * size);
            for row in &pivots {
                slopes.extend(pivots.iter().map(|p| linear.slopes[row.cell][p.coordinate]));
            }
            let by_unknown = slopes.iter().zip(pivots.iter().cycle());
            let jacobian = by_unknown.map(|(slope, pivot)| slope / pivot.scale).collect();
            let ln_slope = ln(eliminate(&mut slopes, &mut vec![0.0; size]));
            steps.push(Step { row, cells: here, pivots, jacobian, ln_slope });
        }
        (steps, unmoved)
    }

    /// By elimination with the largest entry, in standard deviations; shocks first.
    fn pairs(
        &self,
        linear: &Linear,
        row: usize,
        exact: &[usize],
        unmoved: &mut Vec<Unmoved>,
    ) -> Vec<(usize, usize)> {
        let begin = self.program.timeline.begin;
        let mut rest: Matrix = exact.iter().map(|&k| linear.slopes[k].clone()).collect();
        let norm = |k: usize| dot(&linear.slopes[k], &linear.slopes[k]).sqrt();
        let here = |luck: &Luck, counts: bool| match *luck {
            Luck::Shock { place, .. } => !counts && place + begin == row,
            Luck::Count { place, .. } => counts && place + begin == row,
            Luck::Path(_) => false,
        };
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        let mut open: Vec<usize> = (0..exact.len()).collect();
        for counts in [false, true] {
            loop {
                let coordinates = self.probe.coordinates.all.iter().enumerate();
                let mut best = (LEAST, 0, 0);
                for (j, _) in coordinates.filter(|(_, luck)| here(luck, counts)) {
                    let taken = pairs.iter().any(|(_, other)| *other == j)
                        || !self.probe.is_smooth(j) && !counts;
                    for &e in open.iter().filter(|_| !taken) {
                        let size = rest[e][j].abs() / norm(exact[e]).max(1e-300);
                        if size > best.0 {
                            best = (size, e, j);
                        }
                    }
                }
                let (_, e, j) = best;
                if best.0 <= LEAST {
                    break;
                }
                let head = rest[e].clone();
                for &other in open.iter().filter(|&&other| other != e) {
                    let factor = rest[other][j] / head[j];
                    rest[other].iter_mut().zip(&head).for_each(|(x, h)| *x -= factor * h);
                }
                open.retain(|&other| other != e);
                pairs.push((exact[e], j));
            }
            if !counts {
                // A count answers only for what no shock moves.
                let moved = |e: usize| {
                    let all = self.probe.coordinates.all.iter().zip(&linear.slopes[exact[e]]);
                    all.into_iter().any(|(luck, slope)| here(luck, false) && *slope != 0.0)
                };
                for &e in open.iter().filter(|&&e| moved(e)) {
                    let (cell, value) = (exact[e], linear.centre[exact[e]]);
                    unmoved.push(Unmoved::Implied { cell, value });
                }
                open.retain(|&e| !moved(e));
            }
        }
        for e in open {
            let (cell, value) = (exact[e], linear.centre[exact[e]]);
            unmoved.push(Unmoved::Fixed { cell, value });
        }
        pairs
    }

    fn pivot(
        &self,
        linear: &Linear,
        groups: &[(Vec<usize>, Matrix)],
        cell: usize,
        coordinate: usize,
    ) -> Pivot {
        let luck = self.probe.coordinates.all[coordinate];
        let scale = match luck {
            // Counts add one by one.
            Luck::Count { .. } => linear.slopes[cell][coordinate].abs(),
            _ => self.probe.spread(coordinate, linear.mode[coordinate]),
        };
        let precision =
            groups.iter().find(|(members, _)| members.contains(&coordinate)).map_or_else(
                || vec![(coordinate, 1.0)],
                |(members, factor)| {
                    let unit = |k: &usize| f64::from(u8::from(*k == coordinate));
                    let mut column: Vec<f64> = members.iter().map(unit).collect();
                    solve(factor, &mut column);
                    members.iter().copied().zip(column).collect()
                },
            );
        Pivot { cell, coordinate, luck, scale, precision }
    }
}

impl Unmoved {
    fn cell(&self) -> usize {
        let (Self::Fixed { cell, .. } | Self::Implied { cell, .. }) = self;
        *cell
    }

    fn look_up(&mut self, values: &[f64]) {
        let (Self::Fixed { cell, value } | Self::Implied { cell, value }) = self;
        *value = values[*cell];
    }
}

impl Linear {
    fn leave_out(&mut self, cells: &[usize]) {
        for &cell in cells {
            self.slopes[cell].fill(0.0);
            self.missing[cell] = 0.0;
        }
    }

    /// `b` of `A z = b`.
    fn target(&self) -> Vec<f64> {
        let rows = self.slopes.iter().zip(&self.missing);
        rows.map(|(slopes, missing)| missing + dot(slopes, &self.mode)).collect()
    }

    fn is_finite(&self) -> bool {
        self.missing.iter().all(|missing| missing.is_finite())
    }
}

/// `C A'` by observation, and the Cholesky factor of `A C A' + noise`.
fn covariance(
    slopes: &Matrix,
    groups: &[(Vec<usize>, Matrix)],
    noise: &[f64],
) -> (Matrix, Option<Matrix>) {
    let spread: Matrix = slopes.iter().map(|slopes| correlated(slopes, groups)).collect();
    let size = slopes.len();
    let mut matrix = zeros(size, size);
    for (row, slopes) in slopes.iter().enumerate() {
        for (column, spread) in spread.iter().enumerate() {
            matrix[row][column] = dot(slopes, spread);
        }
        matrix[row][row] += noise[row] * noise[row];
        if matrix[row][row] == 0.0 {
            matrix[row][row] = 1.0; // nothing moves it: it has no part in the guide
        }
    }
    let factor = cholesky(&matrix);
    (spread, factor)
}

/// The mode of the linearised posterior.
fn mode(linear: &Linear, groups: &[(Vec<usize>, Matrix)], noise: &[f64]) -> Option<Vec<f64>> {
    let (spread, factor) = covariance(&linear.slopes, groups, noise);
    let mut b = linear.target();
    solve(&factor?, &mut b);
    let mut mode = vec![0.0; linear.mode.len()];
    for (spread, b) in spread.iter().zip(&b) {
        mode.iter_mut().zip(spread).for_each(|(mode, spread)| *mode += spread * b);
    }
    mode.iter().all(|z| z.is_finite()).then_some(mode)
}

fn between(from: &[f64], to: &[f64], share: f64) -> Vec<f64> {
    from.iter().zip(to).map(|(a, b)| a + share * (b - a)).collect()
}

/// `C a`.
fn correlated(a: &[f64], groups: &[(Vec<usize>, Matrix)]) -> Vec<f64> {
    let mut out = a.to_vec();
    for (members, factor) in groups {
        let inside: Vec<f64> = members.iter().map(|&k| a[k]).collect();
        for (row, &k) in members.iter().enumerate() {
            let entry = |column: usize| {
                let both = row.min(column) + 1;
                dot(&factor[row][..both], &factor[column][..both])
            };
            out[k] = (0..members.len()).map(|column| entry(column) * inside[column]).sum();
        }
    }
    out
}

fn gains(spread: &Matrix, factor: &Matrix) -> Matrix {
    let coordinates = spread.first().map_or(0, Vec::len);
    let mut gains = zeros(spread.len(), coordinates);
    for j in 0..coordinates {
        let mut column: Vec<f64> = spread.iter().map(|row| row[j]).collect();
        solve(factor, &mut column);
        for (row, entry) in gains.iter_mut().zip(column) {
            row[j] = entry;
        }
    }
    gains
}
