//! Where a function of one standard normal score takes a wanted value: places that it passes through,
//! and stretches on which it stays.
//!
//! Functions of economics have floors, ceilings, steps and branches: a value may be taken nowhere, at
//! several places, or with a probability of its own. Each function is asked for at a fixed grid of
//! scores, then crossings, dips and the ends of stretches are narrowed down. A search asks for one
//! place at a time, so that the functions of many paths are searched side by side.

use super::masses::{Interval, ln_sum};
use crate::math::{exp, ln};
use crate::sample::ln_normal_density;

/// The scores that are looked at reach so far.
const FARTHEST: f64 = 8.25;
/// Into so many cells; no function that turns twice within one is seen whole.
const CELLS: usize = 96;
/// A value is met when what is missing is below this, relative to it.
const TOLERANCE: f64 = 1e-11;
/// Scores within so much are likely.
const LIKELY: f64 = 4.0;
/// Stretches that are narrower are places that a function passes through.
const NARROW: f64 = 1e-6;
/// Step of a difference.
const NUDGE: f64 = 1e-5;

/// The score at the edge of a cell: the grid is not symmetric, so that no path sits on it by chance.
pub(super) fn edge(k: usize) -> f64 {
    let cell = 2.0 * FARTHEST / CELLS as f64;
    -FARTHEST + (k as f64 + 0.381_966) * cell
}

/// How many edges there are.
pub(super) const EDGES: usize = CELLS;

/// Where a function has the wanted value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Met {
    /// It passes through; its slope there.
    Place { at: f64, slope: f64 },
    /// It stays.
    Stretch { from: f64, to: f64 },
}

impl Met {
    fn begin(self) -> f64 {
        match self {
            Self::Place { at, .. } => at,
            Self::Stretch { from, .. } => from,
        }
    }
}

/// What is still to be narrowed down.
#[derive(Debug, Clone, Copy)]
enum Task {
    /// The end of a stretch, between a score where the value is met and one where it is not.
    End { stretch: usize, met: f64, not: f64 },
    /// What is missing changes its sign between two scores.
    /// `rise` is by how much the function rises or falls where the search began.
    Crossing { low: f64, high: f64, at_low: f64, at_high: f64, rise: f64 },
    /// What is missing comes nearest to nothing between two scores, with the same sign at both.
    Dip { low: f64, inner: f64, high: f64, nearest: f64, rise: f64 },
    /// The slope at a place that was found; the value above it.
    Slope { place: usize, above: Option<f64> },
}

/// The search for the places of one function.
#[derive(Debug, Clone, Default)]
pub(super) struct Search {
    tasks: Vec<Task>,
    found: Vec<Met>,
    tolerance: f64,
}

impl Search {
    /// Of a function whose value minus the wanted one is `missing` at the edges.
    pub(super) fn new(missing: &[f64], wanted: f64) -> Self {
        // What is nothing beside how far the function ranges comes from rounding; far out heavy tails
        // range beyond all else.
        let likely = missing.iter().enumerate().filter(|(k, _)| edge(*k).abs() < LIKELY);
        let finite = likely.map(|(_, d)| *d).filter(|d| d.is_finite());
        let (low, high) = finite
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), d| (d.min(low), d.max(high)));
        let tolerance = (TOLERANCE * wanted.abs()).max(1e-15 * (high - low).max(0.0));
        let mut search = Self { tasks: Vec::new(), found: Vec::new(), tolerance };
        search.begin(missing);
        search
    }

    fn is_met(&self, missing: f64) -> bool {
        missing.abs() <= self.tolerance
    }

    fn begin(&mut self, missing: &[f64]) {
        let last = missing.len() - 1;
        let mut k = 0;
        while k <= last {
            if self.is_met(missing[k]) {
                let from = k;
                while k < last && self.is_met(missing[k + 1]) {
                    k += 1;
                }
                let before = (from > 0).then(|| edge(from - 1));
                let after = (k < last).then(|| edge(k + 1));
                self.stretch(edge(from), edge(k), before, after);
            } else if k < last && missing[k] * missing[k + 1] < 0.0 && !self.is_met(missing[k + 1])
            {
                let (at_low, at_high) = (missing[k], missing[k + 1]);
                self.tasks.push(Task::Crossing {
                    low: edge(k),
                    high: edge(k + 1),
                    at_low,
                    at_high,
                    rise: (at_high - at_low).abs(),
                });
            }
            k += 1;
        }
        for k in 1..last {
            let [a, b, c] = [missing[k - 1], missing[k], missing[k + 1]];
            let same = a * b > 0.0 && b * c > 0.0 && !self.is_met(b);
            if same && b.abs() < a.abs() && b.abs() < c.abs() {
                let (low, inner, high) = (edge(k - 1), edge(k), edge(k + 1));
                let rise = (a - b).abs().max((c - b).abs());
                self.tasks.push(Task::Dip { low, inner, high, nearest: b, rise });
            }
        }
    }

    /// A stretch that reaches at least from one score to another.
    fn stretch(&mut self, from: f64, to: f64, before: Option<f64>, after: Option<f64>) {
        let stretch = self.found.len();
        let open = |end: Option<f64>, at: f64, far: f64| if end.is_some() { at } else { far };
        self.found.push(Met::Stretch {
            from: open(before, from, f64::NEG_INFINITY),
            to: open(after, to, f64::INFINITY),
        });
        // The last task comes first: a stretch has both ends before it is measured.
        self.tasks.extend(after.map(|not| Task::End { stretch, met: to, not }));
        self.tasks.extend(before.map(|not| Task::End { stretch, met: from, not }));
    }

    /// The score at which the function is to be computed next; none when all is found.
    pub(super) fn next(&self) -> Option<f64> {
        Some(match *self.tasks.last()? {
            Task::End { met, not, .. } => f64::midpoint(met, not),
            Task::Crossing { low, high, .. } => f64::midpoint(low, high),
            Task::Dip { low, inner, high, .. } => probe(low, inner, high),
            Task::Slope { place, above } => match self.found[place] {
                Met::Place { at, .. } => at + if above.is_some() { -NUDGE } else { NUDGE },
                Met::Stretch { from, .. } => from, // a slope is asked for at places alone
            },
        })
    }

    /// What is missing at the score that was asked for.
    pub(super) fn tell(&mut self, missing: f64) {
        let Some(at) = self.next() else { return };
        let Some(task) = self.tasks.pop() else { return };
        match task {
            Task::End { stretch, met, not } => self.end(stretch, met, not, at, missing),
            Task::Crossing { low, high, at_low, at_high, rise } => {
                self.crossing((low, at_low), (high, at_high), (at, missing), rise);
            }
            Task::Dip { low, inner, high, nearest, rise } => {
                self.dip((low, inner, high), nearest, (at, missing), rise);
            }
            Task::Slope { place, above: None } => {
                self.tasks.push(Task::Slope { place, above: Some(missing) });
            }
            Task::Slope { place, above: Some(above) } => {
                if let Met::Place { slope, .. } = &mut self.found[place] {
                    *slope = (above - missing) / (2.0 * NUDGE);
                }
            }
        }
    }

    fn end(&mut self, stretch: usize, met: f64, not: f64, at: f64, missing: f64) {
        let (met, not) = if self.is_met(missing) { (at, not) } else { (met, at) };
        let Met::Stretch { from, to } = &mut self.found[stretch] else { return };
        if not < met {
            *from = met;
        } else {
            *to = met;
        }
        let (from, to) = (*from, *to);
        if (met - not).abs() > 1e-12 * met.abs().max(1.0) {
            self.tasks.push(Task::End { stretch, met, not });
        } else if !self.has_end(stretch) && to - from < NARROW {
            self.place(stretch, f64::midpoint(from, to));
        }
    }

    fn has_end(&self, stretch: usize) -> bool {
        let is_end = |task: &Task| matches!(task, Task::End { stretch: of, .. } if *of == stretch);
        self.tasks.iter().any(is_end)
    }

    fn place(&mut self, index: usize, at: f64) {
        self.found[index] = Met::Place { at, slope: f64::NAN };
        self.tasks.push(Task::Slope { place: index, above: None });
    }

    fn crossing(&mut self, low: (f64, f64), high: (f64, f64), at: (f64, f64), rise: f64) {
        let (place, missing) = at;
        if self.is_met(missing) {
            self.stretch(place, place, Some(low.0), Some(high.0));
            return;
        }
        if !missing.is_finite() {
            return;
        }
        let (low, high) = if missing * low.1 > 0.0 { (at, high) } else { (low, at) };
        if high.0 - low.0 > 4e-16 * place.abs().max(1.0) {
            let ((low, at_low), (high, at_high)) = (low, high);
            self.tasks.push(Task::Crossing { low, high, at_low, at_high, rise });
        } else if (high.1 - low.1).abs() <= 1e-6 * rise.max(self.tolerance) {
            // As near as rounding lets it come; else it jumps over the value.
            self.found.push(Met::Place { at: place, slope: f64::NAN });
            self.tasks.push(Task::Slope { place: self.found.len() - 1, above: None });
        }
    }

    fn dip(
        &mut self,
        (low, inner, high): (f64, f64, f64),
        nearest: f64,
        at: (f64, f64),
        rise: f64,
    ) {
        let (place, missing) = at;
        if self.is_met(missing) {
            self.stretch(place, place, Some(low), Some(high));
        } else if missing * nearest < 0.0 {
            let outside = nearest; // of the sign that it has at both ends
            let (left, right) = ((low, outside), (high, outside));
            for ((low, at_low), (high, at_high)) in [(left, at), (at, right)] {
                self.tasks.push(Task::Crossing { low, high, at_low, at_high, rise });
            }
        } else if high - low > 1e-7 && missing.is_finite() {
            let nearer = missing.abs() < nearest.abs();
            let (middle, other) = if nearer { (place, inner) } else { (inner, place) };
            let (low, high) = if other < middle { (other, high) } else { (low, other) };
            let nearest = if nearer { missing } else { nearest };
            self.tasks.push(Task::Dip { low, inner: middle, high, nearest, rise });
        }
    }

    /// Has the function the value with a probability of its own?
    pub(super) fn has_mass(&self) -> bool {
        self.found.iter().any(|met| matches!(met, Met::Stretch { .. }))
    }

    /// One of the scores, chosen by a uniform in proportion to its probability, and the logarithm of
    /// the probability of all of them: a mass where the function stays at the value, else a density
    /// of the value. None where it has the value nowhere.
    pub(super) fn choose(&self, uniform: f64) -> Option<(f64, f64)> {
        let has_mass = self.has_mass();
        let mut found = self.found.clone();
        found.sort_by(|a, b| a.begin().total_cmp(&b.begin()));
        let ln_parts: Vec<f64> = found
            .iter()
            .map(|met| match *met {
                Met::Stretch { from, to } => Interval { from, to }.ln_mass(),
                Met::Place { .. } if has_mass => f64::NEG_INFINITY, // nothing beside a mass
                Met::Place { at, slope } => ln_normal_density(at) - ln(slope.abs()),
            })
            .collect();
        let ln_total = ln_sum(&ln_parts);
        if ln_total.is_nan() || ln_total == f64::NEG_INFINITY {
            return None;
        }
        let mut below = 0.0;
        let mut chosen = None;
        for (met, ln_part) in found.iter().zip(&ln_parts) {
            let share = exp(ln_part - ln_total);
            if share > 0.0 {
                chosen = Some((met, ((uniform - below) / share).clamp(0.0, 1.0)));
                below += share;
                if uniform < below {
                    break;
                }
            }
        }
        let (met, within) = chosen?;
        let at = match *met {
            Met::Place { at, .. } => at,
            Met::Stretch { from, to } => Interval { from, to }.at(within),
        };
        Some((at, ln_total))
    }
}

/// The next place of a golden section.
fn probe(low: f64, inner: f64, high: f64) -> f64 {
    const SHARE: f64 = 0.381_966_011_250_105;
    if high - inner > inner - low {
        inner + SHARE * (high - inner)
    } else {
        inner - SHARE * (inner - low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::normal_cdf;

    fn search(f: impl Fn(f64) -> f64, wanted: f64) -> Search {
        let missing: Vec<f64> = (0..EDGES).map(|k| f(edge(k)) - wanted).collect();
        let mut search = Search::new(&missing, wanted);
        while let Some(at) = search.next() {
            search.tell(f(at) - wanted);
        }
        search
    }

    fn places(search: &Search) -> Vec<f64> {
        let mut all: Vec<f64> = search
            .found
            .iter()
            .filter_map(|met| match met {
                Met::Place { at, .. } => Some(*at),
                Met::Stretch { .. } => None,
            })
            .collect();
        all.sort_by(f64::total_cmp);
        all
    }

    #[test]
    fn heavy_tails_hide_neither_places_nor_steps() {
        let heavy = |z: f64| z * (0.4 * z * z).exp();
        for wanted in [1.9, 1e4, -1e8] {
            let found = search(heavy, wanted);
            assert_eq!(places(&found).len(), 1, "{wanted}");
            assert!(!found.has_mass());
        }
        let step = |z: f64| heavy(z) + if z > 0.5 { 1.0 } else { 0.0 };
        assert!(places(&search(step, heavy(0.5) + 0.4)).is_empty());
    }

    #[test]
    fn a_ceiling_has_the_probability_of_what_is_beyond_it() {
        let found = search(|z| (0.7 * z).min(1.0), 1.0);
        let (at, ln_mass) = found.choose(0.25).expect("a stretch");
        let mass = normal_cdf(1.0 / 0.7).above();
        assert!((ln_mass - mass.ln()).abs() < 1e-9, "{ln_mass}");
        // A quarter of the way into the probability that is left.
        assert!((normal_cdf(at).above() - 0.75 * mass).abs() < 1e-9);
        assert!((found.choose(0.0).expect("its end").0 - 1.0 / 0.7).abs() < 1e-9);
    }

    #[test]
    fn branches_are_all_found_with_their_densities() {
        let found = search(|z| (0.3 + z).abs(), 1.0);
        let all = places(&found);
        assert!(all.len() == 2 && (all[0] + 1.3).abs() < 1e-9 && (all[1] - 0.7).abs() < 1e-9);
        let density = |z: f64| ln_normal_density(z).exp();
        let (_, ln_density) = found.choose(0.5).expect("places");
        assert!((ln_density.exp() - density(1.3) - density(0.7)).abs() < 1e-9);
        let lower = density(1.3) / (density(1.3) + density(0.7));
        assert!(found.choose(lower - 1e-6).is_some_and(|(at, _)| at < 0.0));
        assert!(found.choose(lower + 1e-6).is_some_and(|(at, _)| at > 0.0));
    }

    #[test]
    fn two_places_within_one_cell_are_found_by_the_dip_between_them() {
        for height in [1e-3, 1e-6, 1e-10] {
            let all = places(&search(|z| (z - 0.41).powi(2), height));
            assert!(all.len() == 2, "{height}: {all:?}");
            assert!((all[1] - all[0] - 2.0 * f64::sqrt(height)).abs() < 1e-8, "{all:?}");
        }
    }

    #[test]
    fn waves_are_met_as_often_as_they_pass() {
        let all = places(&search(|z| (3.0 * z).sin(), 0.5));
        let (low, high) = (edge(0), edge(EDGES - 1));
        let count = (-9..9)
            .flat_map(|turn| {
                [0.5f64.asin(), std::f64::consts::PI - 0.5f64.asin()].map(|x| (x, turn))
            })
            .map(|(x, turn)| (x + 2.0 * std::f64::consts::PI * f64::from(turn)) / 3.0)
            .filter(|z| (low..high).contains(z))
            .count();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn steps_jump_over_values_and_stay_at_others() {
        let step = |z: f64| if z > 0.5 { 3.0 } else { 1.0 };
        assert_eq!(search(step, 2.0).choose(0.5), None);
        let (_, ln_mass) = search(step, 3.0).choose(0.5).expect("a stretch");
        assert!((ln_mass.exp() - normal_cdf(0.5).above()).abs() < 1e-9);
        // Narrower than a cell, and hit by no edge.
        let narrow = |z: f64| {
            if z < 1.0 {
                0.0
            } else if z < 1.01 {
                5.0
            } else {
                9.0
            }
        };
        let (_, ln_mass) = search(narrow, 5.0).choose(0.5).expect("a stretch");
        let mass = normal_cdf(1.01).below() - normal_cdf(1.0).below();
        assert!((ln_mass.exp() - mass).abs() < 1e-9);
    }

    #[test]
    fn what_is_no_number_is_no_place() {
        let found = search(|z| if z > 0.0 { z.ln() } else { f64::NAN }, -0.2);
        let all = places(&found);
        assert!(all.len() == 1 && (all[0] - (-0.2f64).exp()).abs() < 1e-9, "{all:?}");
    }
}
