//! Is there no solution where cells are linear in what is free? A linear program decides what narrowing, which
//! looks at one operation at a time, may not see.
//!
//! A cell that is no sum or multiple of others is free within what the equations leave it, and open ends
//! are closed: so the program is a relaxation, and where it has no solution the bounds have none. That it
//! has none is believed only of a proof: multipliers under which the bounds add up to something that no values
//! within their limits reach (J. Farkas 1902), checked with a margin for rounding.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::domains::Domains;
use super::interval::Interval;
use super::network::{Cell, Network, Op};
use crate::compile::{Binary, Unary};
use crate::interrupt::look;

/// A sum of multiples of free cells, and a number.
#[derive(Debug, Clone, Default)]
struct Form {
    number: f64,
    of: BTreeMap<Cell, f64>,
}

impl Form {
    fn plus(&self, other: &Self, times: f64) -> Self {
        let mut sum = self.clone();
        sum.number += times * other.number;
        for (cell, factor) in &other.of {
            *sum.of.entry(*cell).or_default() += times * factor;
        }
        sum
    }

    fn times(&self, factor: f64) -> Self {
        Self::default().plus(self, factor)
    }
}

/// Cells as sums of multiples of others.
struct Forms<'n, 'p> {
    network: &'n Network<'p>,
    start: &'n Domains,
    found: HashMap<Cell, Rc<Form>>,
}

impl Forms<'_, '_> {
    fn of(&mut self, cell: Cell) -> Rc<Form> {
        if let Some(form) = self.found.get(&cell) {
            return Rc::clone(form);
        }
        let form = Rc::new(self.made(cell));
        self.found.insert(cell, Rc::clone(&form));
        form
    }

    fn made(&mut self, cell: Cell) -> Form {
        let at = self.start.of(cell);
        if at.is_point() {
            return Form { number: at.lo.at, of: BTreeMap::new() };
        }
        let point = |domains: &Domains, cell| Some(domains.of(cell)).filter(|at| at.is_point());
        match self.network.ops[cell as usize] {
            Op::Unary(Unary::Negate, a) => self.of(a).times(-1.0),
            Op::Binary(Binary::Add, a, b) => self.of(a).plus(&self.of(b), 1.0),
            Op::Binary(Binary::Subtract, a, b) => self.of(a).plus(&self.of(b), -1.0),
            Op::Binary(Binary::Multiply, a, b) => {
                match (point(self.start, a), point(self.start, b)) {
                    (Some(factor), _) => self.of(b).times(factor.lo.at),
                    (_, Some(factor)) => self.of(a).times(factor.lo.at),
                    _ => free(cell),
                }
            }
            Op::Binary(Binary::Divide, a, b) => match point(self.start, b) {
                Some(divisor) if divisor.lo.at != 0.0 => self.of(a).times(1.0 / divisor.lo.at),
                _ => free(cell),
            },
            _ => free(cell),
        }
    }
}

fn free(cell: Cell) -> Form {
    Form { number: 0.0, of: BTreeMap::from([(cell, 1.0)]) }
}

/// A table of more numbers is not made: so many bounds at a time are not added up.
const LARGEST: usize = 1 << 20;

/// Is it proved that no values meet all bounds?
pub(super) fn is_infeasible(
    network: &Network<'_>,
    start: &Domains,
    bounds: impl IntoIterator<Item = (Cell, Interval)>,
) -> bool {
    let mut forms = Forms { network, start, found: HashMap::new() };
    let mut rows: Vec<(BTreeMap<Cell, f64>, f64)> = Vec::new();
    for (cell, bound) in bounds {
        let form = forms.of(cell);
        if bound.hi.at.is_finite() {
            rows.push((form.of.clone(), bound.hi.at - form.number));
        }
        if bound.lo.at.is_finite() {
            rows.push((form.times(-1.0).of, form.number - bound.lo.at));
        }
    }
    let mut cells: Vec<Cell> = rows.iter().flat_map(|(of, _)| of.keys().copied()).collect();
    cells.sort_unstable();
    cells.dedup();
    if rows.len() * cells.len() > LARGEST {
        return false;
    }
    let limits: Vec<(f64, f64)> = cells
        .iter()
        .map(|cell| {
            let at = start.of(*cell);
            (at.lo.at, at.hi.at)
        })
        .collect();
    let rows: Vec<(Vec<f64>, f64)> = rows
        .into_iter()
        .map(|(of, most)| {
            let row: Vec<f64> =
                cells.iter().map(|cell| of.get(cell).copied().unwrap_or(0.0)).collect();
            let size = row.iter().fold(0.0f64, |size, factor| size.max(factor.abs()));
            if size > 0.0 {
                (row.iter().map(|f| f / size).collect(), most / size)
            } else {
                (row, most)
            }
        })
        .collect();
    multipliers(&rows, &limits).is_some_and(|by| is_proof(&rows, &limits, &by))
}

/// Does the sum of the rows by these multipliers have no solution within the limits?
fn is_proof(rows: &[(Vec<f64>, f64)], limits: &[(f64, f64)], by: &[f64]) -> bool {
    let (mut most, mut size) = (0.0, 0.0);
    let mut sum = vec![0.0; limits.len()];
    let mut sizes = vec![0.0; limits.len()];
    for ((row, bound), by) in rows.iter().zip(by) {
        most += by * bound;
        size += (by * bound).abs();
        for k in 0..row.len() {
            sum[k] += by * row[k];
            sizes[k] += (by * row[k]).abs();
        }
    }
    let mut least = 0.0;
    for (k, (low, high)) in limits.iter().enumerate() {
        let nothing = sum[k].abs() <= 1e-11 * sizes[k];
        let end = if sum[k] > 0.0 { *low } else { *high };
        if !nothing {
            least += sum[k] * end;
            size += (sizes[k] * end).abs();
        } else if low.is_finite() && high.is_finite() {
            size += sizes[k] * low.abs().max(high.abs());
        } else {
            size += sizes[k];
        }
    }
    least - most > 1e-9 * size
}

/// Multipliers of the rows `row . x <= bound` that may prove that no `x` within its limits meets all: the
/// duals of a first phase of the simplex method (by Bland's rule, which ends); none where there is a solution.
fn multipliers(rows: &[(Vec<f64>, f64)], limits: &[(f64, f64)]) -> Option<Vec<f64>> {
    // Each variable as what is not negative: from its lower limit up, from its upper down, or two of them.
    let mut columns: Vec<(usize, f64)> = Vec::new();
    let mut base = vec![0.0; limits.len()];
    let mut widths: Vec<(usize, f64)> = Vec::new();
    for (k, &(low, high)) in limits.iter().enumerate() {
        if low.is_finite() {
            base[k] = low;
            if high.is_finite() {
                widths.push((columns.len(), high - low));
            }
            columns.push((k, 1.0));
        } else if high.is_finite() {
            base[k] = high;
            columns.push((k, -1.0));
        } else {
            columns.extend([(k, 1.0), (k, -1.0)]);
        }
    }
    let (all, wide) = (rows.len() + widths.len(), columns.len());
    if all * (wide + all) > LARGEST {
        return None; // not proved
    }
    // A row: the columns, a slack for each row, what is left.
    let mut table: Vec<Vec<f64>> = Vec::with_capacity(all);
    for (row, bound) in rows {
        let shift: f64 = row.iter().zip(&base).map(|(a, b)| a * b).sum();
        let mut entries: Vec<f64> = columns.iter().map(|&(k, sign)| sign * row[k]).collect();
        entries.resize(wide + all, 0.0);
        entries.push(bound - shift);
        table.push(entries);
    }
    for &(column, width) in &widths {
        let mut entries = vec![0.0; wide + all];
        entries[column] = 1.0;
        entries.push(width);
        table.push(entries);
    }
    // Rows that do not hold at the start have an artificial variable, whose sum is to vanish.
    let mut basis: Vec<usize> = Vec::with_capacity(all);
    let mut goal = vec![0.0; wide + all + 1];
    for (k, row) in table.iter_mut().enumerate() {
        row[wide + k] = 1.0;
        if row[wide + all] < 0.0 {
            row.iter_mut().for_each(|entry| *entry = -*entry);
            goal.iter_mut().zip(row.iter()).for_each(|(goal, entry)| *goal -= entry);
            basis.push(usize::MAX);
        } else {
            basis.push(wide + k);
        }
    }
    let room = 1e-10;
    for _ in 0..50 * (wide + all) {
        let Some(enter) = (0..wide + all).find(|&k| goal[k] < -room) else {
            let left = -goal[wide + all];
            // The price of a slack is the multiplier of its row; what rounding leaves of one is nothing.
            let prices = &goal[wide..wide + rows.len()];
            let nothing = 1e-11 * prices.iter().copied().fold(0.0, f64::max);
            let multiplier = |y: &f64| if *y > nothing { *y } else { 0.0 };
            return (left > room).then(|| prices.iter().map(multiplier).collect());
        };
        let ratio = |k: usize| table[k][wide + all] / table[k][enter];
        let leave = (0..all)
            .filter(|&k| table[k][enter] > room)
            .min_by(|&a, &b| ratio(a).total_cmp(&ratio(b)).then(basis[a].cmp(&basis[b])))?;
        let pivot = table[leave][enter];
        table[leave].iter_mut().for_each(|entry| *entry /= pivot);
        let row = table[leave].clone();
        for (_, other) in table.iter_mut().enumerate().filter(|(k, _)| *k != leave) {
            look();
            let factor = other[enter];
            if factor != 0.0 {
                other.iter_mut().zip(&row).for_each(|(entry, by)| *entry -= factor * by);
            }
        }
        let factor = goal[enter];
        goal.iter_mut().zip(&row).for_each(|(entry, by)| *entry -= factor * by);
        basis[leave] = enter;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows_of(rows: &[(Vec<f64>, f64)], limits: &[(f64, f64)]) -> bool {
        multipliers(rows, limits).is_some_and(|by| is_proof(rows, limits, &by))
    }

    #[test]
    fn what_adds_up_to_too_much_is_proved() {
        // x >= 50, y >= 40, x + y <= 80, with x and y free.
        let rows = [(vec![-1.0, 0.0], -50.0), (vec![0.0, -1.0], -40.0), (vec![1.0, 1.0], 80.0)];
        let free = [(f64::NEG_INFINITY, f64::INFINITY); 2];
        assert!(rows_of(&rows, &free));
        for left_out in 0..3 {
            let others: Vec<_> =
                (0..3).filter(|k| *k != left_out).map(|k| rows[k].clone()).collect();
            assert!(!rows_of(&others, &free), "without {left_out}");
        }
        let touching = [rows[0].clone(), rows[1].clone(), (vec![1.0, 1.0], 90.0)];
        assert!(!rows_of(&touching, &free));
        assert!(rows_of(&rows[2..], &[(50.0, 60.0), (31.0, 100.0)]));
        assert!(!rows_of(&rows[2..], &[(50.0, 60.0), (30.0, 100.0)]));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        /// Bounds that one point meets are never proved to have no solution; moved apart they are.
        #[test]
        fn nothing_is_proved_of_bounds_that_a_point_meets(
            point in prop::collection::vec(-5.0..5.0f64, 1..5),
            factors in prop::collection::vec(prop::collection::vec(-3..4i32, 5), 1..8),
            rooms in prop::collection::vec(0.0..2.0f64, 8),
            kinds in prop::collection::vec(0..4u8, 5),
        ) {
            let n = point.len();
            let limit = |k: usize| match kinds[k] {
                0 => (f64::NEG_INFINITY, f64::INFINITY),
                1 => (point[k] - 1.0, f64::INFINITY),
                2 => (f64::NEG_INFINITY, point[k] + 1.0),
                _ => (point[k], point[k] + 2.0),
            };
            let limits: Vec<_> = (0..n).map(limit).collect();
            let row = |(factors, room): (&Vec<i32>, &f64)| {
                let row: Vec<f64> = factors[..n].iter().map(|f| f64::from(*f)).collect();
                let at: f64 = row.iter().zip(&point).map(|(a, b)| a * b).sum();
                (row, at + if *room < 0.7 { 0.0 } else { *room })
            };
            let mut rows: Vec<_> = factors.iter().zip(&rooms).map(row).collect();
            prop_assert!(!rows_of(&rows, &limits));
            let (first, bound) = rows[0].clone();
            if first.iter().any(|factor| *factor != 0.0) {
                rows.push((first.iter().map(|f| -f).collect(), -bound - 1.0));
                prop_assert!(rows_of(&rows, &limits));
            }
        }
    }
}
