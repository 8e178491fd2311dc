//! How the shocks of one stream follow each other over the periods.

use schemars::JsonSchema;
use serde::Serialize;

/// Blocks of periods that the shocks of one stream draw together: what came after each other in the
/// lists of their distributions comes after each other again.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Stream {
    /// The kind of blocks.
    pub blocks: Blocks,
    /// Periods of a block: exactly, a whole number, or on average.
    pub length: f64,
    /// The page or section it is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why it was assumed, when no source has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumption: Option<String>,
}

/// A kind of blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Blocks {
    /// All of one length, beginning anywhere where a whole one fits (H. R. Kuensch 1989, The
    /// jackknife and the bootstrap for general stationary observations).
    Moving,
    /// Of random length, geometrically distributed, beginning anywhere; the first value follows the
    /// last (D. N. Politis and J. P. Romano 1994, The stationary bootstrap).
    Stationary,
}

impl Stream {
    /// Blocks of one length.
    pub fn moving(length: u32) -> Self {
        Self::of(Blocks::Moving, f64::from(length))
    }

    /// Blocks of random length with a mean.
    pub fn stationary(mean: f64) -> Self {
        Self::of(Blocks::Stationary, mean)
    }

    fn of(blocks: Blocks, length: f64) -> Self {
        Self { blocks, length, source: None, assumption: None }
    }

    /// What is wrong with it.
    pub(crate) fn check(&self) -> Option<String> {
        let length = self.length;
        match self.blocks {
            Blocks::Moving if !(length >= 1.0 && length.fract() == 0.0 && length <= 10_000.0) => {
                Some(format!("expected a whole number of periods from 1 to 10000, found {length}"))
            }
            Blocks::Stationary if !(1.0..=10_000.0).contains(&length) => {
                Some(format!("expected a mean length from 1 to 10000 periods, found {length}"))
            }
            _ => None,
        }
    }
}
