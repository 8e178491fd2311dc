//! Accounting identities among columns: sums, shares that add up, products.

use super::column::Column;
use super::kind::Kind;
use crate::fit::{Phrase, Sentence};
use crate::interrupt::look;

/// The fewest periods in which an identity has to be seen to be found.
const FEWEST: usize = 5;
/// Up to how many columns all sums of columns are tried; of more only those of columns in a row.
const ALL_SUMS: usize = 12;
/// How far off an identity may be, as a share of its total: figures are rounded.
const ROUNDING: f64 = 1e-3;

/// An identity between columns, by their places.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Identity {
    /// A total and its parts.
    Sum { total: usize, parts: Vec<usize> },
    /// Shares that add up to a number: 1 or 100.
    Shares { parts: Vec<usize>, whole: f64 },
    /// The same with the columns that stand for them: each share but one measured against that one.
    Against { base: usize, whole: f64, others: Vec<(usize, usize)> },
    /// `product = a * b / divisor`: nominal, real and deflator.
    Product { product: usize, a: usize, b: usize, divisor: f64 },
    /// `quotient = of * factor / by`: product per head.
    Quotient { quotient: usize, of: usize, by: usize, factor: f64 },
}

impl Identity {
    /// The columns that follow from the others.
    pub(super) fn given(&self) -> Vec<usize> {
        match self {
            Self::Sum { total, .. } => vec![*total],
            Self::Shares { parts, .. } => parts.clone(),
            Self::Against { base, others, .. } => {
                std::iter::once(*base).chain(others.iter().map(|(part, _)| *part)).collect()
            }
            Self::Product { product, .. } => vec![*product],
            Self::Quotient { quotient, .. } => vec![*quotient],
        }
    }

    fn columns(&self) -> Vec<usize> {
        match self {
            Self::Sum { total, parts } => [&[*total], &parts[..]].concat(),
            Self::Shares { .. } | Self::Against { .. } => self.given(),
            Self::Product { product, a, b, .. } => vec![*product, *a, *b],
            Self::Quotient { quotient, of, by, .. } => vec![*quotient, *of, *by],
        }
    }

    /// Shares that add up, by columns of their own: each share but the largest, measured against that one
    /// (`a / (a + base)`, whose logit is the logarithm of `a / base`). What is drawn for these adds up
    /// whatever it is.
    pub(super) fn against(self, columns: &mut Vec<Column>) -> Self {
        let Self::Shares { parts, whole } = self else { return self };
        let size = |k: usize| columns[k].known().last().copied().unwrap_or(0.0);
        let largest = parts.iter().copied().max_by(|a, b| size(*a).total_cmp(&size(*b)));
        let Some(base) = largest else { return Self::Shares { parts, whole } };
        let mut others = Vec::new();
        for part in parts.into_iter().filter(|part| *part != base) {
            let (a, b) = (&columns[part], &columns[base]);
            let pairs = a.figures.iter().zip(&b.figures);
            let column = Column {
                name: format!("{}_to_{}", a.name, b.name),
                label: Some(format!("{} against {}: a / (a + b)", a.name, b.name)),
                unit: Some("1".to_owned()),
                kind: Kind::Share,
                why: Sentence::from(Phrase::AddUp)
                    .text("a", &a.name)
                    .text("b", &b.name)
                    .number("whole", whole),
                logits: None,
                figures: pairs.map(|(a, b)| a / (a + b)).collect(),
            };
            others.push((part, columns.len()));
            columns.push(column);
        }
        Self::Against { base, whole, others }
    }

    /// A product as a quotient, and whether a factor is said to be per head.
    fn per_head(self, columns: &[Column]) -> (bool, Self) {
        let Self::Product { product, a, b, divisor } = self else { return (false, self) };
        let said = |k: usize| {
            let name = &columns[k].name;
            ["per_", "人均", "productivity"].iter().any(|word| name.contains(word))
        };
        let quotient = |quotient, by| Self::Quotient { quotient, of: product, by, factor: divisor };
        let other = if said(b) && !said(a) { quotient(b, a) } else { quotient(a, b) };
        (said(a) || said(b), other)
    }
}

/// The identities that hold in all periods in which their columns are known, at least five. No column follows
/// from others twice, and none of those that another follows from follows from it.
pub(super) fn find(columns: &[Column]) -> Vec<Identity> {
    let mut found: Vec<Identity> = shares(columns).into_iter().collect();
    let positive = |k: &usize| columns[*k].kind == Kind::Growth;
    let grown: Vec<usize> = (0..columns.len()).filter(positive).collect();
    for &total in &grown {
        look();
        let others: Vec<usize> = grown.iter().copied().filter(|k| *k != total).collect();
        let parts = if others.len() <= ALL_SUMS {
            any_sum(columns, total, &others)
        } else {
            sum_in_a_row(columns, total, &others)
        };
        found.extend(parts.map(|parts| Identity::Sum { total, parts }));
    }
    for &product in &grown {
        look();
        found.extend(product_of(columns, product, &grown));
    }
    let mut kept: Vec<Identity> = Vec::new();
    for identity in found {
        let used: Vec<usize> = kept.iter().flat_map(Identity::columns).collect();
        let free = |identity: &Identity| !identity.given().iter().any(|k| used.contains(k));
        let (said, other) = identity.clone().per_head(columns);
        let order = if said { [other, identity] } else { [identity, other] };
        kept.extend(order.into_iter().find(free));
    }
    kept
}

/// How far numbers are off at most, as a share of what they should be; none where that is more than rounding, or
/// where too few periods have both.
fn off(a: impl Iterator<Item = f64>, b: &[f64]) -> Option<f64> {
    let (mut count, mut most) = (0, 0.0_f64);
    for (a, b) in a.zip(b) {
        if !(a.is_finite() && b.is_finite()) {
            continue;
        }
        most = most.max((a - b).abs() / b.abs());
        if !(most <= ROUNDING) {
            return None;
        }
        count += 1;
    }
    (count >= FEWEST).then_some(most)
}

fn sum_of<'a>(columns: &'a [Column], parts: &'a [usize]) -> impl Iterator<Item = f64> + 'a {
    let periods = columns.first().map_or(0, |column| column.figures.len());
    (0..periods).map(move |t| parts.iter().map(|k| columns[*k].figures[t]).sum())
}

/// The parts of a total among all sums of two columns or more: those that come nearest.
fn any_sum(columns: &[Column], total: usize, others: &[usize]) -> Option<Vec<usize>> {
    let masks = (3_u32..1 << others.len()).filter(|mask| mask.count_ones() > 1);
    let found = masks.filter_map(|mask| {
        let picked = others.iter().enumerate().filter(|(k, _)| mask >> k & 1 == 1);
        let parts: Vec<usize> = picked.map(|(_, column)| *column).collect();
        Some((off(sum_of(columns, &parts), &columns[total].figures)?, parts))
    });
    found.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, parts)| parts)
}

/// The parts of a total among sums of columns that stand in a row: those that come nearest.
fn sum_in_a_row(columns: &[Column], total: usize, others: &[usize]) -> Option<Vec<usize>> {
    let rows =
        (0..others.len()).flat_map(|first| (first + 2..=others.len()).map(move |end| (first, end)));
    let found = rows.filter_map(|(first, end)| {
        look();
        let parts = &others[first..end];
        Some((off(sum_of(columns, parts), &columns[total].figures)?, parts))
    });
    found.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, parts)| parts.to_vec())
}

/// Shares that add up: all of those with the same limits, or those in a row.
fn shares(columns: &[Column]) -> Option<Identity> {
    let is_share = |k: &usize| columns[*k].kind == Kind::Share;
    let all: Vec<usize> = (0..columns.len()).filter(is_share).collect();
    (0..all.len()).find_map(|first| {
        (first + 2..=all.len()).rev().find_map(|end| {
            let parts = &all[first..end];
            let (_, whole) = columns[parts[0]].limits();
            let wholes = vec![whole; columns[parts[0]].figures.len()];
            off(sum_of(columns, parts), &wholes)?;
            Some(Identity::Shares { parts: parts.to_vec(), whole })
        })
    })
}

/// The two columns whose product a column is, divided by a power of ten.
fn product_of(columns: &[Column], product: usize, grown: &[usize]) -> Option<Identity> {
    let of = |k: usize| &columns[k].figures;
    for (place, &a) in grown.iter().enumerate() {
        for &b in grown[place + 1..].iter().filter(|b| **b != product && a != product) {
            look();
            let ratios = || of(a).iter().zip(of(b)).zip(of(product)).map(|((a, b), p)| a * b / p);
            let Some(first) = ratios().find(|ratio| ratio.is_finite()) else { continue };
            let power = (crate::math::ln(first) / crate::math::ln(10.0)).round();
            let divisor = power_of_ten(power);
            let products = of(a).iter().zip(of(b)).map(|(a, b)| a * b / divisor);
            if off(products, of(product)).is_some() {
                return Some(Identity::Product { product, a, b, divisor });
            }
        }
    }
    None
}

fn power_of_ten(power: f64) -> f64 {
    let steps = power.abs().min(18.0) as i32;
    let size = (0..steps).fold(1.0, |size, _| size * 10.0);
    if power < 0.0 { 1.0 / size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, kind: Kind, figures: &[f64]) -> Column {
        Column {
            name: name.into(),
            label: None,
            unit: None,
            kind,
            why: Phrase::SaidSo.into(),
            logits: None,
            figures: figures.to_vec(),
        }
    }

    #[test]
    fn sectors_add_up_to_the_product() {
        let a = [10.0, 11.0, 12.5, 13.0, 14.0, 15.5];
        let b = [40.0, 43.0, 41.0, 47.0, 52.0, 50.0];
        let c = [30.0, 32.0, 36.0, 35.0, 41.0, 46.0];
        let total: Vec<f64> = (0..6).map(|t| a[t] + b[t] + c[t]).collect();
        let all = [("gdp", &total[..]), ("a", &a), ("b", &b), ("c", &c)];
        let columns = all.map(|(name, figures)| column(name, Kind::Growth, figures));
        assert_eq!(find(&columns), [Identity::Sum { total: 0, parts: vec![1, 2, 3] }]);
    }

    #[test]
    fn shares_add_up_to_a_hundred_and_real_times_deflator_is_nominal() {
        let a = [10.0, 11.0, 12.5, 13.0, 14.0];
        let b = [40.0, 43.0, 41.0, 47.0, 52.0];
        let c: Vec<f64> = (0..5).map(|t| 100.0 - a[t] - b[t]).collect();
        let real = [100.0, 103.0, 107.0, 108.0, 115.0];
        let deflator = [100.0, 102.0, 105.0, 109.0, 111.0];
        let nominal: Vec<f64> = (0..5).map(|t| real[t] * deflator[t] / 100.0).collect();
        let mut columns = [("a", &a[..]), ("b", &b), ("c", &c)]
            .map(|(name, figures)| column(name, Kind::Share, figures))
            .to_vec();
        let money = [("real", &real[..]), ("deflator", &deflator), ("nominal", &nominal)];
        columns.extend(money.map(|(name, figures)| column(name, Kind::Growth, figures)));
        let product = Identity::Product { product: 5, a: 3, b: 4, divisor: 100.0 };
        assert_eq!(
            find(&columns),
            [Identity::Shares { parts: vec![0, 1, 2], whole: 100.0 }, product]
        );
    }

    #[test]
    fn what_holds_in_four_periods_alone_is_no_identity() {
        let a = column("a", Kind::Growth, &[1.0, 2.0, 3.0, 4.0]);
        let b = column("b", Kind::Growth, &[2.0, 1.0, 5.0, 3.0]);
        let total = column("total", Kind::Growth, &[3.0, 3.0, 8.0, 7.0]);
        assert!(find(&[total, a, b]).is_empty());
    }
}
