//! Positions in lists of equally long samples: what a stream draws for all its shocks at once.
//!
//! Independently, a uniform `u` picks place `floor(u n)` of `n`. In blocks, places of the periods
//! hang together; each is still a pure function of the stream, the path and the period (given, for
//! moving blocks, where they are counted from).

use super::{Sampler, StreamId};
use crate::interrupt::look;
use crate::math::place;

/// How a stream draws places of lists.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Positions {
    /// How many there are.
    pub count: u32,
    /// How those of the periods hang together.
    pub scheme: Resampling,
}

/// How the places of a path hang together over the periods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Resampling {
    /// Not at all.
    Independent,
    /// Blocks of one length, counted from a period of this ordinal: the uniform of a block's first
    /// period picks where it begins, among the places where a whole block fits.
    Moving {
        /// Periods of a block, at most as many as there are places.
        length: u32,
        /// Ordinal of a period that begins a block.
        origin: u32,
    },
    /// A uniform `u` below `1 / mean` begins a block at place `floor(u mean n)`; else the place
    /// after that of the period before is taken, the first after the last.
    Stationary {
        /// Mean length of a block in periods.
        mean: f64,
    },
}

impl Positions {
    /// The ordinal of the period whose uniforms decide about a period.
    pub fn decides(&self, ordinal: u32) -> u32 {
        match self.scheme {
            Resampling::Moving { length, origin } => {
                let offset = (i64::from(ordinal) - i64::from(origin)).rem_euclid(length.into());
                ordinal.saturating_sub(offset as u32)
            }
            _ => ordinal,
        }
    }

    /// Do the places of a period follow from those of the period before alone?
    pub fn goes_on(&self, ordinal: u32) -> bool {
        matches!(self.scheme, Resampling::Moving { .. }) && self.decides(ordinal) != ordinal
    }

    /// The places of a period from the centred uniforms of the period that decides; `before` holds
    /// those of the period before and takes those of this one. In a path whose `before` is not
    /// known it is `u32::MAX`, and so are the places that depend on it.
    ///
    /// ```
    /// use tinbergen::sample::{Positions, Resampling};
    /// let places = Positions { count: 10, scheme: Resampling::Stationary { mean: 4.0 } };
    /// let mut now = [7, 9];
    /// places.step(&[0.3, -0.44], 2021, &mut now); // uniforms 0.8 and 0.06: go on; begin anew
    /// assert_eq!(now, [8, 2]);
    /// ```
    pub fn step(&self, centred: &[f64], ordinal: u32, before: &mut [u32]) {
        let count = self.count.max(1);
        match self.scheme {
            Resampling::Independent => {
                for (now, v) in before.iter_mut().zip(centred) {
                    *now = place(v + 0.5, count as usize) as u32;
                }
            }
            Resampling::Moving { length, .. } => {
                let offset = ordinal - self.decides(ordinal);
                let starts = (count + 1).saturating_sub(length).max(1);
                for (now, v) in before.iter_mut().zip(centred) {
                    *now = place(v + 0.5, starts as usize) as u32 + offset;
                }
            }
            Resampling::Stationary { mean } => {
                for (now, v) in before.iter_mut().zip(centred) {
                    let begin = (v + 0.5) * mean;
                    let next = if *now == u32::MAX { u32::MAX } else { (*now + 1) % count };
                    *now = if begin < 1.0 { place(begin, count as usize) as u32 } else { next };
                }
            }
        }
    }

    /// The places in the period before an ordinal, found by walking back to where each block
    /// began; `u32::MAX` where no period before matters.
    pub(crate) fn before(
        &self,
        sampler: &Sampler,
        stream: StreamId,
        ordinal: u32,
        first_path: u64,
        places: &mut [u32],
    ) {
        places.fill(u32::MAX);
        let Resampling::Stationary { mean } = self.scheme else { return };
        let count = self.count.max(1);
        let mut row = vec![0.0; places.len()];
        let mut open = places.len();
        for back in 1..=ordinal {
            look();
            if open == 0 {
                return;
            }
            sampler.fill_before(stream, ordinal - back, first_path, &mut row);
            for (now, v) in places.iter_mut().zip(&row) {
                let begin = (v + 0.5) * mean;
                // Where time begins, so does a block.
                if *now == u32::MAX && (begin < 1.0 || back == ordinal) {
                    let start = place(if begin < 1.0 { begin } else { v + 0.5 }, count as usize);
                    *now = ((start as u64 + u64::from(back - 1)) % u64::from(count)) as u32;
                    open -= 1;
                }
            }
        }
    }
}
