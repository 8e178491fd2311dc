//! How observations depend on the scores: looked at from several points, so that floors, branches and
//! products are seen as what they are.

use std::collections::HashMap;

use super::algebra::Matrix;
use super::cells::{Cell, Cells};
use super::probe::{Differences, Probe};
use super::transform::Transform;
use crate::compile::Inner;
use crate::math::normal_quantile;
use crate::model::Process;

/// From how many points one looks.
const POINTS: usize = 24;
/// And from how many around a mode, how far from it.
const AROUND: usize = 12;
const NEAR: f64 = 0.5;
/// Scores along lines on which one looks for what falls back where it rises elsewhere.
const LINE: usize = 25;
const LONGEST: f64 = 4.0;
/// Where there are steps, on lines through how many points besides the middle, as long as no more than so
/// many sets of scores are looked at for them.
const LINES: usize = 24;
const MOST_SETS: usize = 60_000;
/// How far one looks from each point for what moves in steps alone.
const FAR: f64 = 2.5;
/// A slope that is regular has everywhere at least this share of its largest.
const LEAST: f64 = 0.01;
/// Slopes that differ by no more than this are those of a straight line.
const STRAIGHT: f64 = 1e-6;
/// Slopes below this share of an observation's largest come from rounding.
const ROUNDING: f64 = 1e-9;

/// How one observation depends on the scores.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    /// The scale on which it is closest to linear.
    pub(super) transform: Transform,
    /// Which scores move it at all, from any point.
    pub(super) moves: Vec<bool>,
    /// Which of them move it everywhere in the same direction, and nowhere much less than elsewhere.
    pub(super) regular: Vec<bool>,
    /// Is it a straight line in its scores?
    pub(super) is_straight: bool,
    /// Which scores rest somewhere while another moves it smoothly there: a search along one of these
    /// does not see all the places where a value is taken, as with the least of two.
    pub(super) rests: Vec<bool>,
    /// By how much its slopes change where only the scores move that do so irregularly.
    pub(super) bent: f64,
}

impl Shape {
    /// The scores that move it irregularly.
    pub(super) fn irregular(&self) -> impl Iterator<Item = usize> {
        let both = self.moves.iter().zip(&self.regular).enumerate();
        both.filter(|(_, (moves, regular))| **moves && !**regular).map(|(j, _)| j)
    }

    /// Does all that moves it do so regularly?
    pub(super) fn is_regular(&self) -> bool {
        self.irregular().next().is_none()
    }

    fn has_regular(&self) -> bool {
        self.moves.iter().zip(&self.regular).any(|(moves, regular)| *moves && *regular)
    }
}

/// The shapes of all observations: seen from likely points, and from around a mode once one is known.
pub(super) fn shapes(
    program: &Inner,
    cells: &Cells,
    probe: &mut Probe<'_>,
    mode: Option<&[f64]>,
) -> Vec<Shape> {
    let size = probe.coordinates.len();
    let mut seen = vec![probe.differences(&probe.somewhere(), &vec![1.0; size])];
    let steps = probe.steps();
    seen.extend((0..POINTS).map(|k| probe.differences(&point(k, size), &steps)));
    for k in 0..mode.map_or(0, |_| AROUND) {
        let around = point(k, size).into_iter().zip(mode.unwrap_or_default());
        let around: Vec<f64> = around.map(|(z, mode)| mode + NEAR * z).collect();
        seen.push(probe.differences(&around, &steps));
    }
    let smooth: Vec<bool> = (0..size).map(|j| probe.is_smooth(j)).collect();
    // What a condition on several scores lets through is rarely near: slopes do not see it.
    let far: Vec<Differences> = if probe.has_steps() {
        (0..POINTS).map(|k| probe.differences(&point(k, size), &vec![FAR; size])).collect()
    } else {
        Vec::new()
    };
    let origin = vec![0.0; size];
    let along: Vec<f64> =
        (0..LINE).map(|k| LONGEST * (2.0 * k as f64 / (LINE - 1) as f64 - 1.0)).collect();
    let mut lines = vec![probe.lines(mode.unwrap_or(&origin), &along)];
    // A condition on several scores (`a + b > 1`) lies elsewhere on each line, and may let a value fall back
    // on some of them alone.
    let further = if probe.has_steps() { LINES.min(MOST_SETS / (LINE * size.max(1))) } else { 0 };
    for k in 0..further {
        let mut through = point(k, size);
        if let Some(mode) = mode.filter(|_| k % 2 == 1) {
            through.iter_mut().zip(mode).for_each(|(z, mode)| *z += mode);
        }
        lines.push(probe.lines(&through, &along));
    }
    let of_cell = |(k, cell): (usize, &Cell)| {
        let name = program.model.indicators.get_index(cell.indicator as usize);
        let process = name.and_then(|(_, indicator)| indicator.process.as_ref());
        let limits = process.and_then(Process::limits);
        let of = |transform| {
            shape(
                k,
                transform,
                &Seen { near: &seen[1..], far: &far, lines: &lines },
                &steps,
                &smooth,
            )
        };
        let all = Transform::candidates(cell.value, limits).into_iter().map(|transform| {
            let shape = of(transform);
            (!shape.is_regular(), bend(k, transform, &seen[0]), shape)
        });
        let best = all.min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let best = best.map(|(_, _, shape)| shape).filter(Shape::has_regular);
        best.unwrap_or_else(|| of(Transform::Plain))
    };
    let mut shapes: Vec<Shape> = cells.observed.iter().enumerate().map(of_cell).collect();
    bent(probe, &mut shapes, mode);
    shapes
}

/// How much slopes change where only the scores move that do so irregularly.
fn bent(probe: &mut Probe<'_>, shapes: &mut [Shape], mode: Option<&[f64]>) {
    let size = probe.coordinates.len();
    let (steps, origin) = (probe.steps(), vec![0.0; size]);
    let centre = mode.unwrap_or(&origin);
    let mut differences: HashMap<Vec<usize>, Vec<Differences>> = HashMap::new();
    for (k, shape) in shapes.iter_mut().enumerate() {
        let irregular: Vec<usize> = shape.irregular().collect();
        if irregular.is_empty() {
            continue;
        }
        if !shape.has_regular() {
            shape.bent = f64::INFINITY;
            continue;
        }
        let seen = differences.entry(irregular.clone()).or_insert_with(|| {
            let mut points = vec![centre.to_vec()];
            points.extend((0..POINTS).map(|k| {
                let (likely, mut moved) = (point(k, size), centre.to_vec());
                irregular.iter().for_each(|&j| moved[j] = likely[j]);
                moved
            }));
            points.iter().map(|point| probe.differences(point, &steps)).collect()
        });
        let slopes = |at: &Differences| -> Vec<f64> {
            irregular.iter().map(|&j| slope(k, shape.transform, at, &steps, j)).collect()
        };
        let all: Vec<Vec<f64>> = seen.iter().map(slopes).collect();
        let changes = all.iter().map(|slopes| {
            let squares = slopes.iter().zip(&all[0]).map(|(a, b)| (a - b) * (a - b));
            squares.sum::<f64>().sqrt()
        });
        // What is no number is bent beyond measure.
        let changes = changes.map(|change| if change.is_finite() { change } else { f64::INFINITY });
        shape.bent = changes.fold(0.0, f64::max);
    }
}

/// A point among the likely scores: an additive sequence of the roots of whole numbers.
pub(super) fn point(k: usize, size: usize) -> Vec<f64> {
    let score = |j: usize| {
        let u = ((k + 1) as f64 * f64::sqrt((j + 2) as f64 + 0.5)).fract();
        normal_quantile((u - 0.5).clamp(-0.49, 0.49))
    };
    (0..size).map(score).collect()
}

/// Second differences over first ones, over one standard deviation of every score.
fn bend(k: usize, transform: Transform, seen: &Differences) -> f64 {
    let centre = transform.of(seen.centre[k]);
    let (mut bent, mut moved) = (0.0, 0.0);
    for (plus, minus) in seen.plus[k].iter().zip(&seen.minus[k]) {
        let (plus, minus) = (transform.of(*plus), transform.of(*minus));
        bent += (plus + minus - 2.0 * centre).abs();
        moved += (plus - minus).abs();
    }
    if (bent + moved).is_finite() { bent / moved.max(1e-300) } else { f64::INFINITY }
}

/// What was seen of all observations.
struct Seen<'a> {
    near: &'a [Differences],
    far: &'a [Differences],
    /// Along lines through several points.
    lines: &'a [Vec<Matrix>],
}

fn shape(k: usize, transform: Transform, all: &Seen<'_>, steps: &[f64], smooth: &[bool]) -> Shape {
    let (seen, lines) = (all.near, all.lines);
    let slope = |at: &Differences, j: usize| slope(k, transform, at, steps, j);
    let slopes: Vec<Vec<f64>> =
        (0..steps.len()).map(|j| seen.iter().map(|at| slope(at, j)).collect()).collect();
    let sizes = slopes.iter().flatten().map(|slope| slope.abs()).filter(|slope| slope.is_finite());
    let rounding = ROUNDING * sizes.fold(0.0, f64::max);
    let moves_in = |differences: &[Differences], j: usize| {
        let is_other = |a: f64, b: f64| a.to_bits() != b.to_bits();
        differences.iter().any(|at| {
            is_other(at.plus[k][j], at.minus[k][j]) || is_other(at.plus[k][j], at.centre[k])
        })
    };
    let moves_far = |j: usize| moves_in(all.far, j);
    let all_moves: Vec<bool> =
        (0..steps.len()).map(|j| moves_in(seen, j) || moves_far(j)).collect();
    let range = |slopes: &[f64]| {
        slopes.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), slope| {
            (slope.min(low), slope.max(high))
        })
    };
    // A jump back (`mod`, `if`, a pole) lies between points at which all slopes have one sign.
    let falls_back = |j: usize| {
        let (low, high) = range(&slopes[j]);
        lines.iter().any(|lines| {
            let values: Vec<f64> = lines[j][k].iter().map(|value| transform.of(*value)).collect();
            let steps =
                || values.windows(2).map(|pair| pair[1] - pair[0]).filter(|step| step.is_finite());
            low >= 0.0 && steps().any(|step| step < -rounding)
                || high <= 0.0 && steps().any(|step| step > rounding)
        })
    };
    let regular = |j: usize| {
        if slopes[j].iter().any(|slope| !slope.is_finite()) || falls_back(j) {
            return false;
        }
        let (low, high) = range(&slopes[j]);
        let largest = low.abs().max(high.abs());
        // What moves in jumps has slopes of 0 between them.
        let least = if smooth[j] { LEAST * largest } else { 0.0 };
        if largest <= rounding { !moves_far(j) } else { low >= least || high <= -least }
    };
    // A jump lies on one side of the point, a slope on both.
    let is_smooth_at = |at: &Differences, i: usize| {
        let [low, centre, high] =
            [at.minus[k][i], at.centre[k], at.plus[k][i]].map(|x| transform.of(x));
        let (up, down) = (high - centre, centre - low);
        up * down > 0.0 && up.abs() < 2.0 * down.abs() && down.abs() < 2.0 * up.abs()
    };
    let rests = |j: usize| {
        seen.iter().any(|at| {
            let others = |i: usize| slope(at, i).abs() > 1e3 * rounding && is_smooth_at(at, i);
            slope(at, j).abs() <= rounding && (0..steps.len()).any(|i| i != j && others(i))
        })
    };
    let straight = |j: usize| {
        let (low, high) = range(&slopes[j]);
        smooth[j] && !falls_back(j) && high - low <= STRAIGHT * rounding / ROUNDING
    };
    Shape {
        transform,
        regular: (0..steps.len()).map(regular).collect(),
        is_straight: (0..steps.len()).all(|j| !all_moves[j] || straight(j)),
        rests: (0..steps.len()).map(|j| smooth[j] && all_moves[j] && rests(j)).collect(),
        moves: all_moves,
        bent: 0.0,
    }
}

fn slope(k: usize, transform: Transform, at: &Differences, steps: &[f64], j: usize) -> f64 {
    (transform.of(at.plus[k][j]) - transform.of(at.minus[k][j])) / (2.0 * steps[j])
}
