//! The model that is made of a table has the law of the posterior that it is made from.

use super::{Fitting, Kind};
use crate::Sampling;
use crate::fit::{Panel, Prior, Series, Settings, Space, fit};
use crate::import::Data;
use crate::math::{exp, ln};
use crate::period::Period;

/// A series that looks like noise around a trend, the same each time.
fn figures(seed: u32, count: usize, of: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    let noise = |t: usize| {
        let mixed = (t as u32 + 17 * seed).wrapping_mul(2_654_435_761) >> 8;
        f64::from(mixed % 10_000) / 5_000.0 - 1.0
    };
    (0..count).map(|t| of(t as f64, noise(t))).collect()
}

fn data(columns: &[(&str, Vec<f64>)]) -> Data {
    let years = |values: &[f64]| -> Vec<(Period, f64)> {
        values.iter().enumerate().map(|(t, x)| (Period::year(2000 + t as i32), *x)).collect()
    };
    columns.iter().fold(Data::default(), |data, (name, values)| data.with(name, years(values)))
}

/// The largest distance between two empirical distribution functions.
fn distance(mut a: Vec<f64>, mut b: Vec<f64>) -> f64 {
    a.sort_by(f64::total_cmp);
    b.sort_by(f64::total_cmp);
    let share = |of: &[f64], x: f64| of.partition_point(|y| *y <= x) as f64 / of.len() as f64;
    a.iter().chain(&b).map(|x| (share(&a, *x) - share(&b, *x)).abs()).fold(0.0, f64::max)
}

/// Compares the last period of a model with the forecasts of the posterior. Both draw 3,000 times; by
/// Kolmogorov and Smirnov a distance of 0.042 has one chance in a hundred, 0.056 one in ten thousand.
fn compare(columns: &[(&str, Vec<f64>)], kind: Kind, space: Space, there: fn(&[f64]) -> Vec<f64>) {
    let mut fitting = Fitting::new().over(4).with_settings(Settings::new(3_000, 7));
    for (name, _) in columns {
        fitting = fitting.with_kind(*name, kind);
    }
    let fitted = fitting.fit(&data(columns)).expect("fits");
    let series = columns.iter().map(|(name, values)| Series::new(*name, there(values))).collect();
    let panel = Panel::new(series, space);
    let posterior = fit(&panel, &Prior::default(), &Settings::new(3_000, 7)).expect("a posterior");
    let ahead = posterior.forecast(&panel, 4, 3).expect("forecasts");
    let runs =
        fitted.model.compile().expect("compiles").simulate(&Sampling::new(3_000, 5)).expect("runs");
    let runs = runs.get("baseline").expect("the baseline");
    let mut sums = (vec![0.0; 3_000], vec![0.0; 3_000]);
    for (k, (name, values)) in columns.iter().enumerate() {
        let paths = runs.paths(name).expect("paths");
        let last = values[values.len() - 1];
        let simulated: Vec<f64> = match space {
            Space::Growth => paths.row(3).iter().map(|x| ln(x / last)).collect(),
            Space::Change => paths.row(3).iter().map(|x| x - last).collect(),
            Space::Level => paths.row(3).to_vec(),
            Space::Share => paths.row(3).iter().map(|x| ln(x / (100.0 - x))).collect(),
        };
        let forecast: Vec<f64> = (0..3_000)
            .map(|row| match space {
                Space::Growth | Space::Change => (0..4).map(|h| ahead[[row, k, h]]).sum(),
                Space::Level | Space::Share => ahead[[row, k, 3]],
            })
            .collect();
        sums.0.iter_mut().zip(&simulated).for_each(|(sum, x)| *sum += x);
        sums.1.iter_mut().zip(&forecast).for_each(|(sum, x)| *sum += x);
        assert!(distance(simulated, forecast) < 0.056, "{name}");
    }
    // All of them together: the shock that they share.
    assert!(distance(sums.0, sums.1) < 0.056, "the sum");
}

fn same(values: &[f64]) -> Vec<f64> {
    values.to_vec()
}

#[test]
fn a_growing_series_is_simulated_as_it_was_fitted() {
    let gdp = figures(1, 14, |t, e| 100.0 * exp(0.05 * t + 0.02 * e));
    let growth = |values: &[f64]| {
        std::iter::once(f64::NAN)
            .chain(values.windows(2).map(|pair| ln(pair[1] / pair[0])))
            .collect()
    };
    compare(&[("gdp", gdp)], Kind::Growth, Space::Growth, growth);
}

#[test]
fn a_panel_of_growing_series_is_simulated_as_it_was_fitted() {
    let names = ["a", "b", "c", "d", "e", "f"];
    let column = |k: usize| figures(k as u32, 12, |t, e| 50.0 * exp(0.04 * t + 0.03 * e));
    let columns: Vec<(&str, Vec<f64>)> =
        names.iter().enumerate().map(|(k, name)| (*name, column(k))).collect();
    let growth = |values: &[f64]| {
        std::iter::once(f64::NAN)
            .chain(values.windows(2).map(|pair| ln(pair[1] / pair[0])))
            .collect()
    };
    compare(&columns, Kind::Growth, Space::Growth, growth);
}

#[test]
fn a_level_is_simulated_as_it_was_fitted() {
    let balance = figures(3, 15, |_, e| 3.0 * e);
    compare(&[("balance", balance)], Kind::Level, Space::Level, same);
}

#[test]
fn a_share_is_simulated_as_it_was_fitted() {
    let rate = figures(5, 15, |t, e| 55.0 + 0.3 * t + e);
    let logits = |values: &[f64]| values.iter().map(|x| ln(x / (100.0 - x))).collect();
    compare(&[("rate", rate)], Kind::Share, Space::Share, logits);
}
