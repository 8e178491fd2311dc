//! From paths as the model draws them to paths of a rare event, level by level.
//!
//! Subset simulation: S.-K. Au and J. L. Beck (2001), Estimation of small failure probabilities in high
//! dimensions by subset simulation, Probabilistic Engineering Mechanics 16. A level is passed by a tenth of the paths;
//! these are copied and moved by preconditioned Crank-Nicolson steps (R. M. Neal 1999), which leave the
//! normal distribution of scores as it is, and kept where they stay beyond the level. It begins with paths of the model
//! itself, so that it finds every way to the event that is likely enough, whichever its shape.

use super::event::{Event, Points};
use crate::error::Error;
use crate::interrupt::sort;

/// The share of paths that passes a level.
const SHARE: f64 = 0.1;
/// Steps of every path at a level.
const STEPS: usize = 6;
/// Levels at most.
const LEVELS: usize = 60;
/// By how much the variance of an estimate grows because paths of a level have common ancestors.
const KINSHIP: f64 = 3.0;

/// Where splitting came to.
pub(super) struct Split {
    /// Paths in which the event happens; none where no level led to it.
    pub(super) points: Points,
    /// An estimate of its probability.
    pub(super) probability: f64,
    /// The variance of the logarithm of that.
    pub(super) variance: f64,
    /// Of how many levels.
    pub(super) levels: usize,
}

pub(super) fn split(event: &Event<'_>, start: Points) -> Result<Split, Error> {
    let paths = start.len();
    let mut now = start;
    let (mut probability, mut variance, mut step) = (1.0, 0.0, 0.6);
    let (mut last, mut tried) = (f64::NEG_INFINITY, 0);
    for level in 0..LEVELS {
        let there: Vec<usize> = (0..paths).filter(|&k| now.happens[k]).collect();
        let part = there.len() as f64 / paths as f64;
        if part >= SHARE {
            variance += (1.0 - part) / (part * paths as f64) * (1.0 + KINSHIP);
            let points = now.chosen(&there);
            return Ok(Split { points, probability: probability * part, variance, levels: level });
        }
        let mut sorted = now.levels.clone();
        sort(&mut sorted, |a, b| b.total_cmp(a));
        let threshold = sorted[(SHARE * paths as f64).ceil() as usize - 1];
        let beyond: Vec<usize> = (0..paths).filter(|&k| now.levels[k] >= threshold).collect();
        let part = beyond.len() as f64 / paths as f64;
        // Where many paths are equally far, none leads on.
        if threshold <= last && part > 0.9 {
            break;
        }
        last = threshold;
        tried = level + 1;
        probability *= part;
        variance += (1.0 - part) / (part * paths as f64) * (1.0 + KINSHIP);
        let copies: Vec<usize> = (0..paths).map(|k| beyond[k % beyond.len()]).collect();
        now = now.chosen(&copies);
        for turn in 0..STEPS {
            let noise = event.noise(&format!("{level}/{turn}"), paths);
            let keep = (1.0f64 - step * step).sqrt();
            let moved = now.scores.iter().zip(noise).map(|(from, noise)| {
                from.iter().zip(noise).map(|(z, noise)| keep * z + step * noise).collect()
            });
            let moved = event.look_at(moved.collect())?;
            let mut kept = 0;
            for path in 0..paths {
                if moved.levels[path] >= threshold {
                    kept += 1;
                    now.scores[path].clone_from(&moved.scores[path]);
                    now.levels[path] = moved.levels[path];
                    now.happens[path] = moved.happens[path];
                }
            }
            // A third of the steps is kept.
            let share = f64::from(kept) / paths as f64;
            step = (step * if share > 0.33 { 1.2 } else { 0.8 }).clamp(0.05, 0.95);
        }
    }
    Ok(Split { points: Points::default(), probability: 0.0, variance: f64::NAN, levels: tried })
}
