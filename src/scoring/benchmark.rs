//! Forecasts that any other is held against: an autoregression by least squares, and a random walk with drift.

use crate::error::Error;
use crate::fit::Kind;
use crate::interrupt::look;
use crate::math::{exp, expit_between, ln, logit_between, normal_quantiles};
use crate::sample::{StreamId, Streams};

/// Is the autoregression one of what is added from period to period, rather than of the level?
fn is_added_up(kind: Kind) -> bool {
    match kind {
        Kind::Growth | Kind::Change | Kind::Count => true,
        Kind::Level | Kind::Share => false,
    }
}

/// A value where the errors of its kind add up; `whole` is what a share is a share of.
pub(super) fn there(kind: Kind, value: f64, whole: f64) -> f64 {
    match kind {
        Kind::Growth => ln(value),
        Kind::Change | Kind::Level | Kind::Count => value,
        Kind::Share => logit_between(value, (0.0, whole)),
    }
}

/// The value of a number where errors add up.
pub(super) fn back(kind: Kind, value: f64, whole: f64) -> f64 {
    match kind {
        Kind::Growth => exp(value),
        Kind::Change | Kind::Level | Kind::Count => value,
        Kind::Share => expit_between(value, (0.0, whole)),
    }
}

/// A forecast to be beaten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Benchmark {
    /// `y_t = mean + persistence (y_{t-1} - mean) + error` by least squares, the persistence kept within
    /// [`PERSISTENCE`]: without that limit one short window in four explodes.
    ClippedAutoregression,
    /// `y_t = y_{t-1} + drift + error`, the drift and the standard deviation those of the changes.
    RandomWalkWithDrift,
}

/// The persistence that [`Benchmark::ClippedAutoregression`] is kept within.
pub const PERSISTENCE: (f64, f64) = (-0.90, 0.985);

/// What a benchmark learnt: `y_t = mean + persistence (y_{t-1} - mean) + sd e_t`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Autoregression {
    /// The mean that it returns to.
    pub mean: f64,
    /// Its persistence.
    pub persistence: f64,
    /// The standard deviation of its normal errors.
    pub sd: f64,
}

/// Fits an autoregression of order one by least squares to a series with gaps (not-a-number), its persistence
/// kept within [`PERSISTENCE`]. The variance is that of the residuals at the persistence that was kept, over the
/// number of pairs less two.
///
/// # Errors
/// When fewer than four pairs of neighbouring periods are known.
///
/// ```
/// use tinbergen::scoring::fit_clipped_autoregression;
/// let found = fit_clipped_autoregression(&[1.0, 2.0, 4.0, 8.0, 16.0, 32.0])?;
/// assert_eq!(found.persistence, 0.985);
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn fit_clipped_autoregression(values: &[f64]) -> Result<Autoregression, Error> {
    least_squares(values).map_err(|pairs| too_few("values", pairs))
}

/// The fit, or how many pairs are known where they are too few.
fn least_squares(values: &[f64]) -> Result<Autoregression, usize> {
    let pairs: Vec<(f64, f64)> = values
        .windows(2)
        .map(|pair| (pair[0], pair[1]))
        .filter(|(x, y)| x.is_finite() && y.is_finite())
        .collect();
    if pairs.len() < 4 {
        return Err(pairs.len());
    }
    let count = pairs.len() as f64;
    let x_mean = pairs.iter().map(|(x, _)| x).sum::<f64>() / count;
    let y_mean = pairs.iter().map(|(_, y)| y).sum::<f64>() / count;
    let squares: f64 = pairs.iter().map(|(x, _)| (x - x_mean) * (x - x_mean)).sum();
    let products: f64 = pairs.iter().map(|(x, y)| (x - x_mean) * (y - y_mean)).sum();
    let slope = if squares > 0.0 { products / squares } else { 0.0 };
    let persistence = slope.clamp(PERSISTENCE.0, PERSISTENCE.1);
    let residual = |(x, y): &(f64, f64)| (y - y_mean) - persistence * (x - x_mean);
    let sum: f64 = pairs.iter().map(|pair| residual(pair) * residual(pair)).sum();
    let mean = (y_mean - persistence * x_mean) / (1.0 - persistence);
    Ok(Autoregression { mean, persistence, sd: (sum / (count - 2.0)).sqrt() })
}

fn too_few(address: &str, pairs: usize) -> Error {
    let message = format!(
        "{pairs} pairs of neighbouring figures are known: the autoregression that stands beside takes four or \
         more; let the first origin be later"
    );
    Error::at(address, message)
}

/// A series that is forecast: its values in consecutive periods up to the last that is known, not-a-number
/// where there is a gap.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Its name, which its random numbers have too.
    pub name: &'a str,
    /// Its values; the last one is known.
    pub values: &'a [f64],
    /// Ordinal of the last period.
    pub last: i32,
    /// How it moves.
    pub kind: Kind,
}

/// Paths of a benchmark for the periods after the last that is known: a row for each period, a number for each
/// path. A pure function of its arguments: the normal errors come from the stream `benchmark/NAME` of the seed.
///
/// The numbers of the model are taken as if they were known for certain, as most programs do: that its
/// bands are too narrow is part of what it shows.
///
/// # Errors
/// When too little is known, or a value is none of its kind.
///
/// ```
/// use tinbergen::fit::Kind;
/// use tinbergen::scoring::{Benchmark, Known, benchmark_paths};
/// let values = [2.0, 3.0, 2.5, 3.5, 2.0, 3.0, 2.8];
/// let known = Known { name: "rate", values: &values, last: 2020, kind: Kind::Level };
/// let rows = benchmark_paths(&known, Benchmark::ClippedAutoregression, 5, 100, 1)?;
/// assert_eq!((rows.len(), rows[0].len()), (5, 100));
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn benchmark_paths(
    known: &Known<'_>,
    benchmark: Benchmark,
    periods: usize,
    paths: usize,
    seed: u64,
) -> Result<Vec<Vec<f64>>, Error> {
    let kind = known.kind;
    let (levels, whole) = on_scale(known)?;
    let changes: Vec<f64> = levels.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let (law, added_up) = match benchmark {
        Benchmark::ClippedAutoregression => {
            let values = if is_added_up(kind) { &changes } else { &levels };
            let law = least_squares(values).map_err(|pairs| too_few(known.name, pairs))?;
            (law, is_added_up(kind))
        }
        Benchmark::RandomWalkWithDrift => (drift(known.name, &changes)?, true),
    };
    let level = levels.last().copied().unwrap_or(f64::NAN);
    let before = if added_up { changes.last().copied().unwrap_or(law.mean) } else { level };
    // After a gap nothing is known of the last change.
    let before = if before.is_finite() { before } else { law.mean };
    let (streams, stream) =
        (Streams::new(seed), StreamId::of(&format!("benchmark/{}", known.name)));
    let (mut state, mut sums) = (vec![before; paths], vec![level; paths]);
    let mut rows = Vec::new();
    for step in 1..=periods {
        look();
        let mut errors = vec![0.0; paths];
        let ordinal = i64::from(known.last) + step as i64;
        streams.centred(stream, ordinal as u32, 0, &mut errors);
        normal_quantiles(&mut errors);
        for ((state, sum), error) in state.iter_mut().zip(&mut sums).zip(errors) {
            *state = law.mean + law.persistence * (*state - law.mean) + law.sd * error;
            *sum = if added_up { *sum + *state } else { *state };
        }
        rows.push(sums.iter().map(|sum| back(kind, *sum, whole)).collect());
    }
    Ok(rows)
}

/// What shares are shares of: 1 where none is above it, else 100.
pub(super) fn whole_of(values: &[f64]) -> f64 {
    let largest = values.iter().copied().filter(|x| x.is_finite()).fold(0.0, f64::max);
    if largest < 1.0 { 1.0 } else { 100.0 }
}

/// A series on its scale, and what a share is a share of.
fn on_scale(known: &Known<'_>) -> Result<(Vec<f64>, f64), Error> {
    let Known { values, kind, .. } = *known;
    let whole = whole_of(values);
    let levels: Vec<f64> = values.iter().map(|x| there(kind, *x, whole)).collect();
    let odd = values.iter().zip(&levels).find(|(x, level)| x.is_finite() && !level.is_finite());
    match odd {
        Some((x, _)) if kind == Kind::Growth => Err(Error::at(
            known.name,
            format!(
                "{x} is not above 0, so it has no growth rate: say kinds = {{\"{0}\": \"change\"}} or \"level\"",
                known.name
            ),
        )),
        Some((x, _)) => Err(Error::at(
            known.name,
            format!(
                "{x} is no share between 0 and {whole}: say kinds = {{\"{0}\": \"level\"}}",
                known.name
            ),
        )),
        None => Ok((levels, whole)),
    }
}

/// A random walk with drift as an autoregression of its changes, without persistence.
fn drift(name: &str, changes: &[f64]) -> Result<Autoregression, Error> {
    let known: Vec<f64> = changes.iter().copied().filter(|x| x.is_finite()).collect();
    if known.len() < 3 {
        let message =
            format!("{} changes are known: a random walk with drift takes three", known.len());
        return Err(Error::at(name, message));
    }
    let count = known.len() as f64;
    let mean = known.iter().sum::<f64>() / count;
    let sum: f64 = known.iter().map(|x| (x - mean) * (x - mean)).sum();
    Ok(Autoregression { mean, persistence: 0.0, sd: (sum / (count - 1.0)).sqrt() })
}
