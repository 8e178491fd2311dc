//! An event among the paths of a scenario: does it happen, and how far is a path from it?

use crate::error::Error;
use crate::interrupt::look;
use crate::math::normal_quantiles;
use crate::plan::goal::Condition;
use crate::plan::headroom::rooms;
use crate::plan::likeliest::Search;
use crate::sample::{StreamId, Streams};

/// Paths that are simulated at once.
const BATCH: usize = 2048;
/// What stands for a distance that has no number.
const FAR: f64 = 1e9;

/// The event.
pub(super) struct Event<'a> {
    pub(super) search: Search<'a>,
    pub(super) condition: Condition,
    /// For each target of the model what its headroom is measured in.
    pub(super) scales: Vec<f64>,
    pub(super) seed: u64,
}

/// Paths by their scores, and what is known of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Points {
    pub(super) scores: Vec<Vec<f64>>,
    /// How far into the event each is; negative where it does not happen.
    pub(super) levels: Vec<f64>,
    pub(super) happens: Vec<bool>,
}

impl Points {
    pub(super) fn len(&self) -> usize {
        self.scores.len()
    }

    /// Those of some places.
    pub(super) fn chosen(&self, places: &[usize]) -> Self {
        Self {
            scores: places.iter().map(|&place| self.scores[place].clone()).collect(),
            levels: places.iter().map(|&place| self.levels[place]).collect(),
            happens: places.iter().map(|&place| self.happens[place]).collect(),
        }
    }
}

impl Event<'_> {
    /// Independent standard normal numbers, a pure function of the seed and a name.
    pub(super) fn noise(&self, name: &str, paths: usize) -> Vec<Vec<f64>> {
        let (streams, stream) = (Streams::new(self.seed), StreamId::of(&format!("rare/{name}")));
        let size = self.search.scores.len();
        let mut found = vec![vec![0.0; size]; paths];
        let mut row = vec![0.0; paths];
        for number in 0..size {
            look();
            streams.centred(stream, number as u32, 0, &mut row);
            normal_quantiles(&mut row);
            for (path, score) in found.iter_mut().zip(&row) {
                path[number] = *score;
            }
        }
        found
    }

    /// Measures what its headrooms are, for paths from the model itself.
    pub(super) fn measure_scales(&mut self, paths: &[Vec<f64>]) -> Result<(), Error> {
        let ensemble = self.search.run(paths)?;
        let targets = self.search.program.targets();
        self.scales = vec![1.0; targets.len()];
        for index in self.condition.targets() {
            let rooms = rooms(&targets[index], &ensemble)?;
            let known: Vec<f64> = rooms.into_iter().filter(|room| room.is_finite()).collect();
            let count = known.len().max(1) as f64;
            let mean = known.iter().sum::<f64>() / count;
            let variance = known.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count;
            if variance > 0.0 && variance.is_finite() {
                self.scales[index] = variance.sqrt();
            }
        }
        Ok(())
    }

    /// Simulates paths and looks at them.
    pub(super) fn look_at(&self, scores: Vec<Vec<f64>>) -> Result<Points, Error> {
        let (mut levels, mut happens) = (Vec::new(), Vec::new());
        let targets = self.search.program.targets();
        for batch in scores.chunks(BATCH) {
            look();
            let ensemble = self.search.run(batch)?;
            let mut headroom: Vec<Vec<f64>> = vec![Vec::new(); targets.len()];
            for index in self.condition.targets() {
                headroom[index] = rooms(&targets[index], &ensemble)?;
            }
            for path in 0..batch.len() {
                let room = |index: usize| {
                    let room = headroom[index][path] / self.scales[index];
                    if room.is_finite() { room } else { -FAR }
                };
                levels.push(self.condition.level(&room));
                happens.push(
                    self.condition
                        .holds(&|index: usize| targets[index].is_met(headroom[index][path])),
                );
            }
        }
        Ok(Points { scores, levels, happens })
    }
}
