//! Elementary effects: a screening of hundreds of inputs, by few runs.

use crate::ensemble::Dependence;
use crate::error::Error;
use crate::interrupt::{look, sort};
use crate::sample::{Design, Dimension, Sampler, StreamId};
use crate::summary::{Estimate, estimate, mean_and_variance};

/// The elementary effects of an input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Elementary {
    /// Their mean.
    pub mean: Estimate,
    /// The mean of their absolute values: how much the input matters.
    pub absolute: Estimate,
    /// Their standard deviation: how far the effect depends on where the others are.
    pub spread: f64,
}

/// Trajectories through a grid in the unit cube, row after row: each begins somewhere, and moves one
/// input after the other by `levels / (2 (levels - 1))`, in an order of its own: `trajectories (inputs + 1)`
/// rows of `inputs` numbers.
///
/// M. D. Morris (1991), Factorial sampling plans for preliminary computational experiments, Technometrics
/// 33.
///
/// # Errors
/// No input, no trajectory, an odd number of levels.
///
/// ```
/// let points = tinbergen::sensitivity::morris_design(3, 10, 4, 1)?;
/// assert_eq!(points.len(), 10 * (3 + 1) * 3);
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn morris_design(
    inputs: usize,
    trajectories: usize,
    levels: usize,
    seed: u64,
) -> Result<Vec<f64>, Error> {
    if inputs == 0 || trajectories == 0 {
        let message =
            format!("{inputs} inputs and {trajectories} trajectories; expected 1 of each at least");
        return Err(Error::at("design", message));
    }
    if levels < 2 || !levels.is_multiple_of(2) {
        let message = format!("{levels} of them; expected an even number, 4 as a rule");
        return Err(Error::at("levels", message));
    }
    let half = levels / 2;
    let step = half as f64 / (levels - 1) as f64;
    let sampler = Sampler::new(Design::Random, seed, inputs as u64, 1)
        .map_err(|error| Error::at("design", error.to_string()))?;
    let uniforms = |name: &str, trajectory: usize| {
        let (stream, ordinal) = (StreamId::of(name), trajectory as u32);
        let mut row = vec![0.0; inputs];
        sampler.fill(&Dimension { stream, ordinal, index: 0 }, 0, &mut row);
        row
    };
    let mut points = Vec::with_capacity(trajectories * (inputs + 1) * inputs);
    for trajectory in 0..trajectories {
        look();
        let starts = uniforms("sensitivity/start", trajectory);
        let turns = uniforms("sensitivity/turn", trajectory);
        let keys = uniforms("sensitivity/order", trajectory);
        let mut order: Vec<usize> = (0..inputs).collect();
        sort(&mut order, |&i, &j| keys[i].total_cmp(&keys[j]));
        // Up from the lower half of the grid, or down from the upper one.
        let start = |k: usize| {
            let low = ((starts[k] + 0.5) * half as f64) as usize;
            let low = low.min(half - 1) as f64 / (levels - 1) as f64;
            if turns[k] < 0.0 { (low, low + step) } else { (low + step, low) }
        };
        let ends: Vec<(f64, f64)> = (0..inputs).map(start).collect();
        let mut now: Vec<f64> = ends.iter().map(|(from, _)| *from).collect();
        points.extend_from_slice(&now);
        for input in order {
            now[input] = ends[input].1;
            points.extend_from_slice(&now);
        }
    }
    Ok(points)
}

/// The elementary effects of every input, from the points of trajectories, row after row, and the output
/// in each: its change over the change of the one input that moved, per trajectory.
///
/// F. Campolongo, J. Cariboni and A. Saltelli (2007), An effective screening design for sensitivity
/// analysis of large models, Environmental Modelling & Software 22 (the mean of absolute effects).
///
/// # Errors
/// Rows that are no trajectories: each but the first of one moves one input, and all are moved once;
/// an output that is not finite.
///
/// ```
/// use tinbergen::sensitivity::{morris, morris_design};
/// let points = morris_design(2, 20, 4, 1)?;
/// let output: Vec<f64> = points.chunks(2).map(|x| 3.0 * x[0] - x[1]).collect();
/// let found = morris(&points, 2, &output)?;
/// assert!((found[0].absolute.value - 3.0).abs() < 1e-9 && (found[1].mean.value + 1.0).abs() < 1e-9);
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn morris(points: &[f64], inputs: usize, output: &[f64]) -> Result<Vec<Elementary>, Error> {
    let of_one = inputs + 1;
    if inputs == 0 || !output.len().is_multiple_of(of_one) || points.len() != output.len() * inputs
    {
        let message = format!(
            "{} numbers of {inputs} inputs and {} outputs are no whole trajectories",
            points.len(),
            output.len()
        );
        return Err(Error::at("points", message));
    }
    if let Some(row) = output.iter().position(|value| !value.is_finite()) {
        let message = format!("row {row} is {}, not a finite number", output[row]);
        return Err(Error::at("outputs", message));
    }
    let mut effects: Vec<Vec<f64>> = vec![Vec::new(); inputs];
    let point = |row: usize| &points[row * inputs..(row + 1) * inputs];
    for first in (0..output.len()).step_by(of_one) {
        look();
        for row in first + 1..first + of_one {
            let (before, now) = (point(row - 1), point(row));
            let mut moved = (0..inputs).filter(|&k| before[k] != now[k]);
            let (Some(k), None) = (moved.next(), moved.next()) else {
                let message = format!("row {row} does not move one input of the row before");
                return Err(Error::at("points", message));
            };
            effects[k].push((output[row] - output[row - 1]) / (now[k] - before[k]));
        }
        let trajectory = first / of_one + 1;
        if let Some(k) = effects.iter().position(|effects| effects.len() != trajectory) {
            let message = format!("input {k} does not move once from row {first} on");
            return Err(Error::at("points", message));
        }
    }
    let of = |effects: &Vec<f64>| {
        let sizes: Vec<f64> = effects.iter().map(|effect| effect.abs()).collect();
        Elementary {
            mean: estimate(effects, Dependence::Independent),
            absolute: estimate(&sizes, Dependence::Independent),
            spread: mean_and_variance(effects).1.sqrt(),
        }
    };
    Ok(effects.iter().map(of).collect())
}
