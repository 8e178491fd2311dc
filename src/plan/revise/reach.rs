//! Whether a probability can be reached, however much bounds give.

use super::spread::{Part, Spread};
use super::wanted::Revising;
use crate::ensemble::Ensemble;
use crate::error::{Error, Problem};
use crate::model::Target;
use crate::summary::share;

/// Refuses what cannot be reached, however much the bounds give that may.
pub(super) fn reachable(
    targets: &[&Target],
    parts: &[Part],
    ensemble: &Ensemble,
    wanted: &Revising,
) -> Result<(), Error> {
    let p = wanted.probability;
    let mut problems = Vec::new();
    let mut all = vec![1.0; ensemble.len()];
    let chance = |met: &[f64]| share(ensemble, met, None).probability;
    let percent = |x: f64| format!("{:.1} %", 100.0 * x);
    for (target, part) in targets.iter().zip(parts) {
        let most = if part.held { 0.0 } else { f64::MAX };
        let can: Vec<f64> = part.gives.iter().map(|g| f64::from(u8::from(*g <= most))).collect();
        all.iter_mut().zip(&can).for_each(|(all, can)| *all *= can);
        let best = chance(&can);
        if best.value < p {
            let (address, why) = if part.held {
                ("hold", "it is held, and met in")
            } else {
                ("targets", "whatever its bound, it is met in no more than")
            };
            let message = format!(
                "{why} {} of paths ({} to {}), less than {}; ask for less, or {}",
                percent(best.value),
                percent(best.low),
                percent(best.high),
                percent(p),
                if part.held {
                    "let its bound give"
                } else {
                    "leave it out: in the others what it counts is not defined"
                },
            );
            problems.push(Problem::new(format!("{address}.{}", target.id), message));
        }
        if wanted.spread != Spread::Probability && !part.held && part.scale == 0.0 {
            let message = "its headroom is the same in every path, so that it has no standard deviation to give by; hold \
                           it, or spread by probability";
            problems.push(Problem::new(format!("targets.{}", target.id), message));
        }
    }
    if problems.is_empty() && chance(&all).value < p {
        let best = chance(&all);
        let kept = targets.iter().zip(parts).filter(|(_, part)| part.held);
        let kept: Vec<&str> = kept.map(|(target, _)| target.id.as_str()).collect();
        let message = format!(
            "with the bounds that are held ({}) all targets are met together in no more than {} of paths ({} to {}), \
             however much the others give; {} is wanted: hold fewer, or ask for less",
            if kept.is_empty() { "none".to_owned() } else { kept.join(", ") },
            percent(best.value),
            percent(best.low),
            percent(best.high),
            percent(p),
        );
        problems.push(Problem::new("hold", message));
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::model(problems)) }
}

pub(super) fn unreached(p: f64) -> Error {
    Error::at("probability", format!("{p} is not reached in any path, however much bounds give"))
}
