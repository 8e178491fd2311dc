//! Paths drawn around the most likely ones of an event, and what each stands for.

use super::event::Event;
use crate::error::Error;
use crate::math::exp;

/// A mixture of normal distributions of scores, each around the nearest point of a way.
#[derive(Debug, Clone)]
pub(super) struct Proposal {
    pub(super) ways: Vec<Vec<f64>>,
    pub(super) shares: Vec<f64>,
}

/// What paths of a part of the proposal stand for: their weight where the event happens, else 0.
pub(super) type Hits = Vec<Vec<f64>>;

impl Proposal {
    /// Of equal shares.
    pub(super) fn new(ways: Vec<Vec<f64>>) -> Self {
        let share = 1.0 / ways.len() as f64;
        Self { shares: vec![share; ways.len()], ways }
    }

    /// The density of the model over that of the proposal.
    pub(super) fn weight(&self, z: &[f64]) -> f64 {
        let density = |(way, share): (&Vec<f64>, &f64)| {
            let (mut along, mut square) = (0.0, 0.0);
            for (way, z) in way.iter().zip(z) {
                along += way * z;
                square += way * way;
            }
            share * exp(along - square / 2.0)
        };
        1.0 / self.ways.iter().zip(&self.shares).map(density).sum::<f64>()
    }

    /// Draws about so many paths in all, and at least two around each way.
    pub(super) fn draw(&self, event: &Event<'_>, name: &str, paths: usize) -> Result<Hits, Error> {
        let mut hits = Vec::with_capacity(self.ways.len());
        for (k, (way, share)) in self.ways.iter().zip(&self.shares).enumerate() {
            let count = ((share * paths as f64).round() as usize).max(2);
            let mut scores = event.noise(&format!("{name}/{k}"), count);
            for path in &mut scores {
                path.iter_mut().zip(way).for_each(|(z, way)| *z += way);
            }
            let points = event.look_at(scores)?;
            let weight =
                |(z, happens): (&Vec<f64>, &bool)| if *happens { self.weight(z) } else { 0.0 };
            hits.push(points.scores.iter().zip(&points.happens).map(weight).collect());
        }
        Ok(hits)
    }

    /// The same with shares by what each way brought, none of them small.
    pub(super) fn adapted(&self, hits: &Hits) -> Self {
        let mean = |hits: &Vec<f64>| hits.iter().sum::<f64>() / hits.len() as f64;
        let brought: Vec<f64> =
            hits.iter().zip(&self.shares).map(|(hits, share)| share * mean(hits)).collect();
        let total: f64 = brought.iter().sum();
        if total <= 0.0 {
            return self.clone();
        }
        let least = 0.1 / self.ways.len() as f64;
        let shares = brought.iter().map(|part| least + 0.9 * part / total).collect();
        Self { ways: self.ways.clone(), shares }
    }

    /// The mean over all parts, and its variance.
    pub(super) fn estimate(&self, hits: &Hits) -> (f64, f64) {
        let (mut value, mut variance) = (0.0, 0.0);
        for (hits, share) in hits.iter().zip(&self.shares) {
            let count = hits.len() as f64;
            let mean = hits.iter().sum::<f64>() / count;
            let squares: f64 = hits.iter().map(|hit| (hit - mean) * (hit - mean)).sum();
            value += share * mean;
            variance += share * share * squares / (count - 1.0) / count;
        }
        (value, variance)
    }
}
