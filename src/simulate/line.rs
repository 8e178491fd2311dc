//! A block with one unknown: where its residual changes its sign, a solution lies.
//!
//! Values on both sides of where a path was, further and further away, show where the residual is
//! defined and which sign it has; the ends of its domain are found by halving. Of several changes of
//! sign that closest to where the path was is taken, a pole told apart from a solution.

use super::newton::size;
use super::search::{NEAR, Search};
use crate::compile::Slot;

/// The nearest value that is looked at, as a part of the size of the unknown, and how many there are on
/// each side, each twice as far away as the one before.
const NEAREST: f64 = 1_048_576.0;
const VALUES: usize = 55;
/// How often an interval is halved.
const HALVINGS: usize = 60;

/// A value of the unknown, and its residual.
type Point = (f64, f64);

impl Search<'_> {
    /// A point close to the solution that lies closest to a value; none where there are several
    /// unknowns, and where no change of sign is seen.
    pub(super) fn along_the_line(&mut self, centre: f64) -> Option<Vec<f64>> {
        if self.block.unknowns.len() != 1 {
            return None;
        }
        let mut steps: Vec<f64> = Vec::new();
        let mut step = size(centre) / NEAREST;
        for _ in 0..VALUES {
            steps.extend([centre - step, centre + step]);
            step *= 2.0;
        }
        steps.push(centre);
        steps.sort_by(f64::total_cmp);
        let points = self.points(&steps);
        let points = self.with_ends(&points);
        let defined: Vec<usize> = (0..points.len()).filter(|&k| points[k].1.is_finite()).collect();
        let beside = defined.windows(2).filter(|pair| pair[0] + 1 == pair[1]);
        let mut changes: Vec<[Point; 2]> = beside
            .map(|pair| [points[pair[0]], points[pair[1]]])
            .filter(|[a, b]| (a.1 <= 0.0) != (b.1 <= 0.0))
            .collect();
        let distance = |[a, b]: &[Point; 2]| (a.0 - centre).abs().min((b.0 - centre).abs());
        changes.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
        changes.into_iter().find_map(|[a, b]| self.between(a, b)).map(|x| vec![x])
    }

    /// The residuals at some values, as many at once as there are lanes.
    fn points(&mut self, values: &[f64]) -> Vec<Point> {
        let (unknown, result) = (Slot::series(self.block.unknowns[0], 0), self.block.results[0]);
        let mut found = Vec::new();
        for some in values.chunks(self.memory.lanes) {
            let row = self.memory.values_mut(unknown, self.row);
            row.fill(some[0]);
            row[..some.len()].copy_from_slice(some);
            self.memory.run(self.pass, self.row);
            let results = self.memory.values(result, self.row);
            found.extend(some.iter().zip(results).map(|(&x, f)| (x, f - x)));
        }
        found
    }

    /// The points, and those next to which the residual is not defined any more.
    fn with_ends(&mut self, points: &[Point]) -> Vec<Point> {
        let mut all = points[..1].to_vec();
        for pair in points.windows(2) {
            let (mut inside, mut outside) = (pair[0], pair[1]);
            if inside.1.is_finite() != outside.1.is_finite() {
                if outside.1.is_finite() {
                    (inside, outside) = (outside, inside);
                }
                let mut met = Vec::new();
                for _ in 0..HALVINGS {
                    let middle = self.points(&[0.5 * (inside.0 + outside.0)])[0];
                    if middle.1.is_finite() {
                        inside = middle;
                        met.push(middle);
                    } else {
                        outside = middle;
                    }
                }
                met.push(outside);
                met.sort_by(|a, b| a.0.total_cmp(&b.0));
                all.extend(met);
            }
            all.push(pair[1]);
        }
        all
    }

    /// The solution between two points with residuals of opposite signs; none where it is a pole.
    fn between(&mut self, mut a: Point, mut b: Point) -> Option<f64> {
        for _ in 0..HALVINGS {
            let middle = self.points(&[0.5 * (a.0 + b.0)])[0];
            if !middle.1.is_finite() {
                return None;
            }
            if (middle.1 <= 0.0) == (a.1 <= 0.0) {
                a = middle;
            } else {
                b = middle;
            }
        }
        let (x, residual) = if a.1.abs() < b.1.abs() { a } else { b };
        (residual.abs() <= NEAR * size(x)).then_some(x)
    }
}
