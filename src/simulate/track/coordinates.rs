//! The normal scores of a path that observations can move.

use crate::compile::{Draws, Inner};

/// Which random number of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simulate) enum Luck {
    /// Drawn once: its place among the values fixed within a path.
    Path(usize),
    /// A shock in a simulated period.
    Shock { place: usize, shock: usize },
    /// The uniform of a count in a simulated period.
    Count { place: usize, count: usize },
}

/// Some normal scores of a path, in a fixed order: those drawn once, then period by period.
#[derive(Debug, Clone, Default)]
pub(in crate::simulate) struct Coordinates {
    pub(in crate::simulate) all: Vec<Luck>,
}

impl Coordinates {
    /// All that are drawn once or in the first so many simulated periods. Shocks that share a stream
    /// are left out: they are one random number.
    pub(super) fn candidates(program: &Inner, places: usize) -> Self {
        let draws = &program.draws;
        let mut all: Vec<Luck> = Vec::new();
        let random = draws.path.iter().enumerate().filter(|(_, draw)| draw.random);
        all.extend(random.map(|(k, _)| Luck::Path(k)));
        for place in 0..places {
            let shocks = (0..draws.shocks.len()).filter(|&shock| is_alone(draws, shock));
            all.extend(shocks.map(|shock| Luck::Shock { place, shock }));
            all.extend((0..draws.counts.len()).map(|count| Luck::Count { place, count }));
        }
        Self { all }
    }

    /// Of these, those that are among any of some others.
    pub(super) fn of_any<'a>(self, some: impl Iterator<Item = &'a Self>) -> Self {
        let mut wanted = vec![false; self.len()];
        for other in some {
            // Both are in the same order.
            let mut rest = other.all.iter().peekable();
            for (luck, wanted) in self.all.iter().zip(&mut wanted) {
                *wanted |= rest.next_if(|next| *next == luck).is_some();
            }
        }
        let kept = self.all.into_iter().zip(wanted).filter(|(_, wanted)| *wanted);
        Self { all: kept.map(|(luck, _)| luck).collect() }
    }

    pub(in crate::simulate) fn len(&self) -> usize {
        self.all.len()
    }

    /// Groups of correlated coordinates: their places here, and the lower Cholesky factor of their
    /// matrix. A group of which a member is missing is left out.
    pub(super) fn groups(&self, draws: &Draws) -> Vec<(Vec<usize>, Vec<Vec<f64>>)> {
        let mut found = Vec::new();
        let mut add = |members: &[usize], factor: &[Vec<f64>], luck: &dyn Fn(usize) -> Luck| {
            let place = |&k: &usize| self.all.iter().position(|other| *other == luck(k));
            let places: Vec<usize> = members.iter().filter_map(place).collect();
            if places.len() == members.len() {
                found.push((places, factor.to_vec()));
            }
        };
        for (members, factor) in draws.path_correlation.groups() {
            add(members, factor, &Luck::Path);
        }
        let places = self.all.iter().filter_map(|luck| match luck {
            Luck::Shock { place, .. } => Some(*place),
            _ => None,
        });
        for place in 0..places.max().map_or(0, |last| last + 1) {
            for (members, factor) in draws.shock_correlation.groups() {
                add(members, factor, &|shock| Luck::Shock { place, shock });
            }
        }
        found
    }
}

/// Has the shock a stream of its own, of normal scores?
fn is_alone(draws: &Draws, shock: usize) -> bool {
    let stream = draws.shocks[shock].stream;
    let sharing = draws.shocks.iter().filter(|other| other.stream == stream).count();
    sharing == 1 && draws.streams[stream].places.is_none()
}
