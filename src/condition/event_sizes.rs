//! The sizes of events that began, given the outturns in the linear model.

use super::algebra::{Matrix, cholesky, dot, solve};
use crate::compile::SimulatedPeriod;
use crate::math::ln;

/// A start of a configuration: event among those whose starts are chosen, period, length.
pub(super) type Start = (usize, SimulatedPeriod, usize);

/// What a start does to the observations, made independent.
pub(super) struct Effect {
    pub(super) start: Start,
    pub(super) middle: Vec<f64>,
    /// What a score of each size does, by its place among the sizes of the event.
    pub(super) columns: Vec<(usize, Vec<f64>)>,
}

/// The sizes of a configuration's events, given the outturns in the linear model.
#[derive(Debug, Clone, Default)]
pub(super) struct Sizes {
    /// Number of the event, period of its start, which of its sizes.
    pub(super) of: Vec<(usize, SimulatedPeriod, usize)>,
    /// What events of middle size do to the observations, made independent.
    pub(super) middle: Vec<f64>,
    /// What a score of each size does to them.
    pub(super) columns: Matrix,
    /// From what is missing to the scores, one row for each.
    pub(super) gains: Matrix,
    /// The logarithm of the density of the observations given the configuration, up to a constant.
    pub(super) ln_density: f64,
}

/// The sizes of a configuration's events: `y = middle + columns' s` with standard normal `s`.
pub(super) fn sizes(effects: &[Effect], chosen: &[Start], aim: &[f64]) -> Sizes {
    let mut found = Sizes { middle: vec![0.0; aim.len()], ..Sizes::default() };
    for start in chosen {
        let Ok(at) = effects.binary_search_by(|effect| effect.start.cmp(start)) else { continue };
        let effect = &effects[at];
        found.middle.iter_mut().zip(&effect.middle).for_each(|(m, e)| *m += e);
        for (j, column) in &effect.columns {
            found.of.push((start.0, start.1, *j));
            found.columns.push(column.clone());
        }
    }
    let missing: Vec<f64> = aim.iter().zip(&found.middle).map(|(a, m)| a - m).collect();
    let unit = |a: usize, b: usize| f64::from(u8::from(a == b));
    let rows = || found.columns.iter().enumerate();
    let inner: Matrix = rows()
        .map(|(a, row)| rows().map(|(b, other)| unit(a, b) + dot(row, other)).collect())
        .collect();
    found.ln_density = -0.5 * dot(&missing, &missing);
    let Some(factor) = cholesky(&inner) else { return found };
    let toward: Vec<f64> = found.columns.iter().map(|row| dot(row, &missing)).collect();
    let mut moved = toward.clone();
    solve(&factor, &mut moved);
    found.ln_density += 0.5 * dot(&toward, &moved);
    found.ln_density -= factor.iter().enumerate().map(|(k, row)| ln(row[k])).sum::<f64>();
    found.gains.clone_from(&found.columns);
    for k in 0..aim.len() {
        let mut column: Vec<f64> = found.columns.iter().map(|row| row[k]).collect();
        solve(&factor, &mut column);
        found.gains.iter_mut().zip(column).for_each(|(row, entry)| row[k] = entry);
    }
    found
}
