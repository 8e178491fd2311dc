//! What coalitions are worth, as it travels.

use crate::ensemble::Dependence;
use crate::error::Error;
use crate::packed::{Packed, Unpacked, damaged};

/// What some coalitions are worth.
#[derive(Debug, Clone, PartialEq)]
pub struct CoalitionValues {
    pub(super) dependence: Dependence,
    pub(super) coalitions: Vec<Valued>,
}

/// What a coalition is worth: of a probability how many parts of it are met, of a quantile what it is; and that of each
/// independent draw, or of each batch.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Valued {
    pub(super) coalition: usize,
    pub(super) count: i128,
    pub(super) quantile: f64,
    pub(super) pieces: Vec<f64>,
}

/// How numbers are written: a bit each where all are 0 or 1.
const BITS: u64 = 0;
const NUMBERS: u64 = 1;

impl CoalitionValues {
    /// They as bytes, for [`Explaining::finish`](super::Explaining::finish).
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut packed = Packed::default();
        packed.whole(match self.dependence {
            Dependence::Independent => 0,
            Dependence::Pairs => 1,
            Dependence::Replicates(replicates) => 2 + u64::from(replicates),
        });
        packed.list(self.coalitions.iter(), |packed, value| {
            packed.whole(value.coalition as u64);
            packed.whole(value.count as u64);
            packed.signed((value.count >> 64) as i64);
            packed.number(value.quantile);
            packed.whole(value.pieces.len() as u64);
            let is_bit =
                |piece: &f64| [0.0_f64, 1.0].iter().any(|x| x.to_bits() == piece.to_bits());
            if value.pieces.iter().all(is_bit) {
                packed.whole(BITS);
                for eight in value.pieces.chunks(8) {
                    let bits = eight.iter().enumerate().filter(|(_, piece)| **piece == 1.0);
                    packed.0.push(bits.map(|(k, _)| 1 << k).sum());
                }
            } else {
                packed.whole(NUMBERS);
                packed.numbers(&value.pieces);
            }
        });
        packed.sealed()
    }

    /// What [`to_bytes`](Self::to_bytes) wrote, of so many coalitions.
    pub(super) fn read(bytes: &[u8], coalitions: usize) -> Result<Self, Error> {
        let mut packed = Unpacked::open(bytes)?;
        let dependence = match packed.whole()? {
            0 => Dependence::Independent,
            1 => Dependence::Pairs,
            more => Dependence::Replicates(u32::try_from(more - 2).map_err(|_| damaged())?),
        };
        let coalitions = packed.list(|packed| {
            let coalition = packed.place(coalitions)?;
            let low = packed.whole()?;
            let count = i128::from(packed.signed()?) << 64 | i128::from(low);
            let quantile = packed.number()?;
            let pieces = usize::try_from(packed.whole()?).map_err(|_| damaged())?;
            let kind = packed.whole()?;
            let pieces = match kind {
                BITS => {
                    let bytes = packed.bytes(pieces.div_ceil(8))?;
                    let bit = |k: usize| f64::from(bytes[k / 8] >> (k % 8) & 1);
                    (0..pieces).map(bit).collect()
                }
                NUMBERS if pieces <= packed.0.len() / 8 => {
                    let mut numbers = vec![0.0; pieces];
                    packed.numbers(&mut numbers)?;
                    numbers
                }
                _ => return Err(damaged()),
            };
            Ok(Valued { coalition, count, quantile, pieces })
        })?;
        packed.end()?;
        Ok(Self { dependence, coalitions })
    }
}
