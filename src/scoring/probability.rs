//! Scores of probabilities.

use crate::summary::{NORMAL, Probability, wilson};

/// The Brier score of a probability: the squared distance to 1 where what it was stated of happened, else
/// to 0 (G. W. Brier 1950).
///
/// ```
/// use tinbergen::scoring::brier;
/// assert_eq!(brier(0.75, true), 0.0625);
/// ```
pub fn brier(probability: f64, happened: bool) -> f64 {
    let miss = probability - f64::from(u8::from(happened));
    miss * miss
}

/// Stated probabilities of about the same size, and how often what they were stated of happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Reliability {
    /// The class: probabilities from this on,
    pub from: f64,
    /// and below this (of the last class: up to it).
    pub to: f64,
    /// How many were stated.
    pub count: usize,
    /// Their mean; not-a-number without any.
    pub stated: f64,
    /// How often it happened, with a 95 % interval that takes the cases for independent.
    pub happened: Probability,
}

/// Stated probabilities in classes of equal width beside how often it happened: what a reliability diagram shows.
///
/// ```
/// use tinbergen::scoring::reliability;
/// let classes = reliability(&[0.1, 0.2, 0.9], &[false, true, true], 2);
/// assert_eq!((classes[0].count, classes[1].count), (2, 1));
/// assert_eq!(classes[0].happened.value, 0.5);
/// ```
pub fn reliability(stated: &[f64], happened: &[bool], classes: usize) -> Vec<Reliability> {
    let width = 1.0 / classes as f64;
    let class = |p: f64| ((p / width) as usize).min(classes.saturating_sub(1));
    (0..classes)
        .map(|k| {
            let cases = stated.iter().zip(happened).filter(|(p, _)| p.is_finite());
            let here: Vec<(f64, bool)> =
                cases.map(|(p, met)| (*p, *met)).filter(|(p, _)| class(*p) == k).collect();
            let count = here.len();
            let stated = here.iter().map(|(p, _)| p).sum::<f64>() / count as f64;
            let met = here.iter().filter(|(_, met)| *met).count();
            Reliability {
                from: k as f64 * width,
                to: (k + 1) as f64 * width,
                count,
                stated,
                happened: share(met, count),
            }
        })
        .collect()
}

/// Wilson's interval; anything may be where there is no case.
fn share(met: usize, count: usize) -> Probability {
    if count == 0 {
        return Probability { value: f64::NAN, low: 0.0, high: 1.0 };
    }
    wilson(met as f64 / count as f64, count as f64, NORMAL)
}
