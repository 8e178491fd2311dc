//! Correlation by a Gaussian copula.

use std::fmt;

use nalgebra::{DMatrix, SymmetricEigen};

use crate::interrupt::look;
use crate::math::normal_quantiles;

/// Members that are correlated with each other, and the lower Cholesky factor of their matrix.
#[derive(Debug, Clone, PartialEq)]
struct Group {
    members: Vec<usize>,
    /// Row k has k + 1 entries.
    factor: Vec<Vec<f64>>,
    /// Where the entries of a row begin that are not 0.
    first: Vec<usize>,
}

/// Groups of correlated random numbers; members of no group are independent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Correlation {
    groups: Vec<Group>,
    member: Vec<bool>,
}

/// A matrix of correlations that no random numbers can have (it is not positive semi-definite), and the nearest one that they can.
#[derive(Debug, Clone, PartialEq)]
pub struct NotPositiveDefinite {
    /// The pair that conflicts with those before it.
    pub pair: (String, String),
    /// Its correlation.
    pub value: f64,
    /// What the other correlations leave it, when it is one pair alone that conflicts.
    pub admissible: Option<(f64, f64)>,
    /// The pairs that change, with their value in the nearest valid matrix.
    pub nearest: Vec<(String, String, f64)>,
}

impl fmt::Display for NotPositiveDefinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (a, b) = &self.pair;
        write!(f, "the correlations contradict each other: \"{a}, {b}\" = {}", self.value)?;
        if let Some((low, high)) = self.admissible {
            let digits = digits(self.value, low, high);
            write!(f, " must lie between {low:.digits$} and {high:.digits$}, given the others")?;
        }
        f.write_str("; the nearest valid matrix has ")?;
        for (k, (a, b, value)) in self.nearest.iter().enumerate() {
            let comma = if k == 0 { "" } else { ", " };
            write!(f, "{comma}\"{a}, {b}\" = {value}")?;
        }
        Ok(())
    }
}

/// So many decimals that the limits are seen to leave the value out; three at least.
fn digits(value: f64, low: f64, high: f64) -> usize {
    let round =
        |limit: f64, digits: usize| -> f64 { format!("{limit:.digits$}").parse().unwrap_or(limit) };
    let shows = |digits: &usize| value < round(low, *digits) || value > round(high, *digits);
    (3..12).find(shows).unwrap_or(12)
}

impl std::error::Error for NotPositiveDefinite {}

impl Correlation {
    /// The groups of the named random numbers, given pairs of them and their correlations. The
    /// factor of a group follows the order of the names: a member that is appended leaves the
    /// draws of the others as they are.
    ///
    /// # Errors
    /// [`NotPositiveDefinite`] names the pair that conflicts and offers the nearest valid matrix.
    pub fn new(
        names: &[String],
        pairs: &[(usize, usize, f64)],
    ) -> Result<Self, NotPositiveDefinite> {
        let mut groups = Vec::new();
        let mut member = vec![false; names.len()];
        for members in components(names.len(), pairs) {
            let size = members.len();
            let mut matrix = DMatrix::identity(size, size);
            for &(a, b, value) in pairs {
                if let (Ok(a), Ok(b)) = (members.binary_search(&a), members.binary_search(&b)) {
                    (matrix[(a, b)], matrix[(b, a)]) = (value, value);
                }
            }
            let factor =
                cholesky(&matrix).map_err(|row| conflict(names, &members, &matrix, row))?;
            members.iter().for_each(|&k| member[k] = true);
            let first = factor.iter().map(|row| first(row)).collect();
            groups.push(Group { members, factor, first });
        }
        Ok(Self { groups, member })
    }

    /// Is it correlated with another?
    #[inline(always)]
    pub fn is_member(&self, index: usize) -> bool {
        self.member.get(index).is_some_and(|&member| member)
    }

    /// The members of each group, and the lower Cholesky factor of their matrix.
    pub(crate) fn groups(&self) -> impl Iterator<Item = (&[usize], &[Vec<f64>])> {
        self.groups.iter().map(|group| (group.members.as_slice(), group.factor.as_slice()))
    }

    /// Turns the centred uniforms of all members of groups into correlated normal scores; the rest
    /// stays.
    #[inline(always)]
    pub(crate) fn apply_to_centred(&self, rows: &mut [Vec<f64>]) {
        self.apply_to_wanted(rows, |_| true);
    }

    /// The same for the members that are wanted, and those before them.
    #[inline(always)]
    pub(crate) fn apply_to_wanted(&self, rows: &mut [Vec<f64>], wants: impl Fn(usize) -> bool) {
        for group in &self.groups {
            let last = group.members.iter().rposition(|&member| wants(member));
            let members = &group.members[..last.map_or(0, |last| last + 1)];
            for (k, &member) in members.iter().enumerate().rev() {
                // From the last member up, each row still finds those above it unmixed.
                let mut mixed = std::mem::take(&mut rows[member]);
                if k + 1 == members.len() {
                    normal_quantiles(&mut mixed);
                    for &above in &group.members[..k] {
                        normal_quantiles(&mut rows[above]);
                    }
                }
                let (factor, first) = (&group.factor[k], group.first[k]);
                scale(&mut mixed, factor[k]);
                add_weighted(&mut mixed, rows, &group.members[first..k], &factor[first..]);
                rows[member] = mixed;
            }
        }
    }
}

#[inline(always)]
fn scale(row: &mut [f64], factor: f64) {
    for z in row {
        *z *= factor;
    }
}

/// Adds the weighted rows of some members in turn, four to a pass.
#[inline(always)]
fn add_weighted(sum: &mut [f64], rows: &[Vec<f64>], members: &[usize], weights: &[f64]) {
    let mut fours = members.chunks_exact(4);
    for (four, w) in fours.by_ref().zip(weights.chunks_exact(4)) {
        let (a, b, c, d) = (&rows[four[0]], &rows[four[1]], &rows[four[2]], &rows[four[3]]);
        let (wa, wb, wc, wd) = (w[0], w[1], w[2], w[3]);
        for ((((sum, a), b), c), d) in sum.iter_mut().zip(a).zip(b).zip(c).zip(d) {
            *sum = (((*sum + wa * a) + wb * b) + wc * c) + wd * d;
        }
    }
    let done = members.len() - fours.remainder().len();
    for (&member, &weight) in fours.remainder().iter().zip(&weights[done..]) {
        for (sum, z) in sum.iter_mut().zip(&rows[member]) {
            *sum += weight * z;
        }
    }
}

/// The groups of places connected by pairs, each in ascending order.
fn components(count: usize, pairs: &[(usize, usize, f64)]) -> Vec<Vec<usize>> {
    let mut root: Vec<usize> = (0..count).collect();
    for &(a, b, _) in pairs {
        let (a, b) = (root[a].min(root[b]), root[a].max(root[b]));
        root.iter_mut().filter(|r| **r == b).for_each(|r| *r = a);
    }
    let group = |k: usize| (0..count).filter(|&i| root[i] == k).collect::<Vec<_>>();
    (0..count).map(group).filter(|members| members.len() > 1).collect()
}

/// What is left of the variance of a member, or of a correlation, when it follows from the others.
const NOTHING: f64 = 1e-9;
/// By how much correlations may be moved towards 0 to be those of random numbers: what rounding to four
/// decimals takes from a matrix that is singular, and more than arithmetic does.
const ROUNDING: [f64; 7] = [0.0, 1e-10, 1e-8, 1e-6, 1e-5, 1e-4, 2.5e-4];

/// The lower Cholesky factor of a matrix that is positive semi-definite, or the first row that has none.
///
/// A member that follows from those before it has nothing of its own: its diagonal is 0, and so is what
/// is below (in the order of declaration, so that the factor is the only one). Where rounding has made a
/// matrix indefinite, the correlations are divided by the least of `1 + ROUNDING` that mends it.
fn cholesky(matrix: &DMatrix<f64>) -> Result<Vec<Vec<f64>>, usize> {
    let factors = ROUNDING.iter().map(|moved| factor(matrix, *moved));
    let mut first = None;
    for found in factors {
        match found {
            Ok(factor) => return Ok(factor),
            Err(row) => first = first.or(Some(row)),
        }
    }
    Err(first.unwrap_or_default())
}

/// Where the entries of a row begin that are not 0; its last one is its own.
fn first(row: &[f64]) -> usize {
    row.iter().position(|entry| *entry != 0.0).unwrap_or(row.len().saturating_sub(1))
}

fn factor(matrix: &DMatrix<f64>, moved: f64) -> Result<Vec<Vec<f64>>, usize> {
    let mut factor: Vec<Vec<f64>> = Vec::new();
    // A row of the factor begins where that of the matrix does: of many numbers in a chain little is to be done.
    let mut begins: Vec<usize> = Vec::new();
    for row in 0..matrix.nrows() {
        look();
        let begin = (0..row).find(|column| matrix[(row, *column)] != 0.0).unwrap_or(row);
        let mut entries = vec![0.0; begin];
        for column in begin..row {
            let other: &Vec<f64> = &factor[column];
            let known: f64 =
                (begin.max(begins[column])..column).map(|k| entries[k] * other[k]).sum();
            let rest = matrix[(row, column)] / (1.0 + moved) - known;
            entries.push(match other[column] {
                0.0 if rest.abs() > NOTHING => return Err(row),
                0.0 => 0.0,
                own => rest / own,
            });
        }
        begins.push(begin);
        let rest = matrix[(row, row)] - entries[begin..].iter().map(|e| e * e).sum::<f64>();
        if !(rest > -NOTHING) {
            return Err(row);
        }
        entries.push(if rest > 1e-12 { rest.sqrt() } else { 0.0 });
        factor.push(entries);
    }
    Ok(factor)
}

/// Says which pair of the failing row conflicts, and what would be valid.
fn conflict(
    names: &[String],
    members: &[usize],
    matrix: &DMatrix<f64>,
    row: usize,
) -> NotPositiveDefinite {
    let name = |k: usize| names[members[k]].clone();
    let leading = matrix.view((0, 0), (row + 1, row + 1)).into_owned();
    let violations = (0..row).map(|k| {
        let admissible = admissible(&leading, k, row);
        let value = leading[(k, row)];
        let far = admissible.map_or(-1.0, |(low, high)| (low - value).max(value - high));
        (k, admissible, far)
    });
    let worst = violations.max_by(|a, b| a.2.total_cmp(&b.2));
    let (k, admissible, _) = worst.unwrap_or((0, None, 0.0));
    NotPositiveDefinite {
        pair: (name(k), name(row)),
        value: matrix[(k, row)],
        admissible,
        nearest: nearest_pairs(matrix)
            .into_iter()
            .map(|(a, b, value)| (name(a), name(b), value))
            .collect(),
    }
}

/// The interval that the other entries leave an entry, when there is one. The determinant is a
/// quadratic in the entry; the interval lies between its roots.
fn admissible(matrix: &DMatrix<f64>, a: usize, b: usize) -> Option<(f64, f64)> {
    let others: Vec<usize> = (0..matrix.nrows()).filter(|&k| k != a && k != b).collect();
    let minor = matrix.select_rows(&others).select_columns(&others);
    let inverse = minor.cholesky()?.inverse();
    let column = |k: usize| matrix.column(k).select_rows(&others);
    let (ca, cb) = (column(a), column(b));
    let product = |x: &nalgebra::DVector<f64>, y: &nalgebra::DVector<f64>| x.dot(&(&inverse * y));
    let (aa, bb, ab) = (1.0 - product(&ca, &ca), 1.0 - product(&cb, &cb), product(&ca, &cb));
    if aa <= 0.0 || bb <= 0.0 {
        return None;
    }
    let half = (aa * bb).sqrt();
    Some((ab - half, ab + half))
}

/// The pairs that the nearest correlation matrix changes, rounded so that it is valid when typed in
/// (N. J. Higham 2002, Computing the nearest correlation matrix: alternating projections).
fn nearest_pairs(matrix: &DMatrix<f64>) -> Vec<(usize, usize, f64)> {
    let size = matrix.nrows();
    for floor in [1e-4, 1e-3, 1e-2, 5e-2] {
        let (mut y, mut correction) = (matrix.clone(), DMatrix::zeros(size, size));
        for _ in 0..300 {
            look();
            let r = &y - &correction;
            let mut eigen = SymmetricEigen::new(r.clone());
            eigen.eigenvalues.iter_mut().for_each(|value| *value = value.max(floor));
            let x = eigen.recompose();
            correction = &x - r;
            y = x;
            y.fill_diagonal(1.0);
        }
        let rounded = y.map(|value| (value * 1000.0).round() / 1000.0);
        if cholesky(&rounded).is_ok() {
            let pairs = (0..size).flat_map(|a| (a + 1..size).map(move |b| (a, b)));
            let changed = pairs.filter(|&(a, b)| (rounded[(a, b)] - matrix[(a, b)]).abs() > 5e-4);
            return changed.map(|(a, b)| (a, b, rounded[(a, b)])).collect();
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|k| format!("n{k}")).collect()
    }

    #[test]
    fn the_factor_gives_back_the_matrix() {
        let pairs = [(0, 1, 0.5), (1, 3, -0.3), (0, 3, 0.2)];
        let correlation = Correlation::new(&names(5), &pairs).expect("it is valid");
        let group = &correlation.groups[0];
        assert_eq!(group.members, [0, 1, 3]);
        let product = |i: usize, j: usize| -> f64 {
            group.factor[i].iter().zip(&group.factor[j]).map(|(a, b)| a * b).sum()
        };
        for (i, j, value) in [(0, 1, 0.5), (1, 2, -0.3), (0, 2, 0.2), (2, 2, 1.0)] {
            assert!((product(i, j) - value).abs() < 1e-15);
        }
        assert!(correlation.is_member(3) && !correlation.is_member(2));
    }

    #[test]
    fn appending_a_member_leaves_the_rows_before_it() {
        let few = Correlation::new(&names(3), &[(0, 1, 0.5), (1, 2, 0.4)]).expect("valid");
        let more = Correlation::new(&names(4), &[(0, 1, 0.5), (1, 2, 0.4), (2, 3, 0.3)]);
        assert_eq!(few.groups[0].factor, more.expect("valid").groups[0].factor[..3]);
    }

    #[test]
    fn many_in_a_chain_are_factored_where_they_depend() {
        let count = 4_000;
        let pairs: Vec<_> = (1..count).map(|k| (k - 1, k, 0.3)).collect();
        let group = Correlation::new(&names(count), &pairs).expect("valid").groups.remove(0);
        // Of a tridiagonal matrix: below[k] = r / own[k - 1], own[k]^2 = 1 - below[k]^2.
        let mut own = 1.0_f64;
        for k in 1..count {
            let below = 0.3 / own;
            own = (1.0 - below * below).sqrt();
            assert!((group.factor[k][k - 1] - below).abs() < 1e-14);
            assert!((group.factor[k][k] - own).abs() < 1e-14);
            assert_eq!(group.first[k], k - 1);
        }
    }

    #[test]
    fn scores_get_the_wanted_correlation() {
        let correlation = Correlation::new(&names(2), &[(0, 1, 0.6)]).expect("valid");
        let streams = crate::sample::Streams::new(8);
        let n = 100_000;
        let mut rows = vec![vec![0.0; n]; 2];
        for (k, row) in rows.iter_mut().enumerate() {
            streams.centred(crate::sample::StreamId::of(&format!("{k}")), 0, 0, row);
        }
        correlation.apply_to_centred(&mut rows);
        let mean = rows[0].iter().zip(&rows[1]).map(|(a, b)| a * b).sum::<f64>() / n as f64;
        // Standard error about sqrt((1 + 0.36) / n) = 0.0037; false alarm below 1e-7.
        assert!((mean - 0.6).abs() < 0.02, "{mean}");
    }

    /// The correlations that a factor makes.
    fn made(group: &Group, i: usize, j: usize) -> f64 {
        group.factor[i].iter().zip(&group.factor[j]).map(|(a, b)| a * b).sum()
    }

    /// Sample correlations of so many series over so many years.
    fn sample(series: usize, years: usize, seed: u64) -> Vec<Vec<f64>> {
        let streams = crate::sample::Streams::new(seed);
        let mut rows = vec![vec![0.0; years]; series];
        for (k, row) in rows.iter_mut().enumerate() {
            streams.centred(crate::sample::StreamId::of(&format!("s{k}")), 0, 0, row);
            normal_quantiles(row);
            let mean = row.iter().sum::<f64>() / years as f64;
            row.iter_mut().for_each(|value| *value -= mean);
            let length = row.iter().map(|value| value * value).sum::<f64>().sqrt();
            row.iter_mut().for_each(|value| *value /= length);
        }
        let product = |a: &Vec<f64>, b: &Vec<f64>| a.iter().zip(b).map(|(x, y)| x * y).sum();
        rows.iter().map(|a| rows.iter().map(|b| product(a, b)).collect()).collect()
    }

    #[test]
    fn sample_correlations_of_many_series_over_few_years_are_what_is_drawn() {
        for seed in 0..300 {
            let (series, years) = (2 + seed as usize % 9, 3 + seed as usize % 5);
            let matrix = sample(series, years, seed);
            for (decimals, room) in [(None, 1e-8), (Some(1e4), 6e-4)] {
                let round = |value: f64| decimals.map_or(value, |d: f64| (value * d).round() / d);
                let all = (0..series).flat_map(|a| (0..a).map(move |b| (b, a)));
                let mut pairs: Vec<_> = all.map(|(b, a)| (b, a, round(matrix[a][b]))).collect();
                for turn in 0..2 {
                    let found = Correlation::new(&names(series), &pairs)
                        .unwrap_or_else(|error| panic!("{seed} {series} {years}: {error}"));
                    for &(b, a, value) in &pairs {
                        let difference = (made(&found.groups[0], a, b) - value).abs();
                        assert!(difference < room, "{seed} {turn}: {difference}");
                    }
                    for k in 0..series {
                        assert!((made(&found.groups[0], k, k) - 1.0).abs() < 1e-8);
                    }
                    // The other way round.
                    let last = series - 1;
                    pairs.iter_mut().for_each(|p| *p = (last - p.1, last - p.0, p.2));
                }
            }
        }
    }

    #[test]
    fn what_is_the_same_number_twice_is_drawn_so_and_what_contradicts_it_is_refused() {
        let pairs =
            [(0, 1, 1.0), (0, 2, 0.5), (1, 2, 0.5), (2, 3, -1.0), (0, 3, -0.5), (1, 3, -0.5)];
        let correlation = Correlation::new(&names(4), &pairs).expect("valid");
        let mut rows =
            vec![vec![-0.4, 0.1, 0.3], vec![0.2, 0.2, 0.2], vec![0.1, -0.3, 0.45], vec![0.0; 3]];
        correlation.apply_to_centred(&mut rows);
        assert_eq!(rows[0], rows[1]);
        for (a, b) in rows[2].iter().zip(&rows[3]) {
            assert!((a + b).abs() < 1e-15);
        }
        for wrong in
            [[(0, 1, 1.0), (0, 2, 0.5), (1, 2, 0.4)], [(0, 1, 0.8), (0, 2, 0.8), (1, 2, 0.25)]]
        {
            let error = Correlation::new(&names(3), &wrong).expect_err("no such numbers");
            assert!(!error.nearest.is_empty(), "{error}");
        }
    }

    #[test]
    fn a_contradiction_names_its_pair_and_a_way_out_that_is_valid() {
        let pairs = [(0, 1, 0.9), (1, 2, 0.9), (0, 2, -0.9)];
        let error = Correlation::new(&names(3), &pairs).expect_err("impossible");
        let text = error.to_string();
        assert!(text.contains("\"n1, n2\" = 0.9 must lie between -1.000 and -0.620"), "{text}");
        let mended = pairs.map(|(a, b, value)| {
            let pair = (format!("n{a}"), format!("n{b}"));
            let found = error.nearest.iter().find(|n| n.0 == pair.0 && n.1 == pair.1);
            (a, b, found.map_or(value, |n| n.2))
        });
        assert!(Correlation::new(&names(3), &mended).is_ok(), "{mended:?}");
    }
}
