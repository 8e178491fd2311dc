//! Sobol' points in up to 21,201 dimensions, scrambled.
//!
//! Direction numbers: S. Joe and F. Y. Kuo (2008), see `../data/LICENSE-JOE-KUO`. Scrambling: nested
//! uniform scrambling in the manner of Owen (1995), where the flip of each digit is a hash of the
//! digits before it (S. Laine and T. Karras 2011; B. Burley 2020, Practical hash-based Owen
//! scrambling; the constants are those of N. Vegdahl).

const PACKED: &[u8] = include_bytes!("../data/sobol.bin");
/// The most dimensions.
pub(super) const DIMENSIONS: u32 = 21_201;

/// For each dimension what every bit of a point's index adds to its 32 digits.
#[derive(Debug, Clone)]
pub(super) struct Directions {
    rows: Vec<[u32; 32]>,
}

impl Directions {
    pub(super) fn new(dimensions: u32) -> Self {
        let mut bits = Bits { at: 0 };
        let mut rows = vec![std::array::from_fn(|k| 1 << (31 - k))];
        while rows.len() < dimensions as usize {
            rows.push(row(&mut bits));
        }
        Self { rows }
    }

    /// The digits of a point, not scrambled.
    #[inline]
    pub(super) fn point(&self, dimension: u32, index: u32) -> u32 {
        let row = &self.rows[dimension as usize];
        let (mut left, mut digits, mut k) = (index, 0, 0);
        while left != 0 {
            digits ^= row[k] & (left & 1).wrapping_neg();
            left >>= 1;
            k += 1;
        }
        digits
    }
}

/// Numbers packed bit by bit.
struct Bits {
    at: usize,
}

impl Bits {
    fn take(&mut self, count: usize) -> u32 {
        let bit = |k: usize| u32::from(PACKED[(self.at + k) / 8] >> ((self.at + k) % 8) & 1);
        let value = (0..count).map(|k| bit(k) << k).sum();
        self.at += count;
        value
    }
}

/// The direction numbers of the next dimension.
fn row(bits: &mut Bits) -> [u32; 32] {
    let polynomial = bits.take(20);
    let degree = polynomial.ilog2() as usize;
    let mut row = [0u32; 32];
    row[0] = 1 << 31;
    for (k, entry) in row.iter_mut().enumerate().take(degree).skip(1) {
        *entry = (bits.take(k) * 2 + 1) << (31 - k);
    }
    for k in degree..32 {
        let mut value = row[k - degree] ^ (row[k - degree] >> degree);
        for j in 1..degree {
            if polynomial >> (degree - j) & 1 == 1 {
                value ^= row[k - j];
            }
        }
        row[k] = value;
    }
    row
}

/// Scrambles digits: each is flipped or not by a hash of those before it and the seed.
#[inline]
pub(super) fn scramble(digits: u32, seed: u64) -> u32 {
    let once = |x: u32, seed: u32| {
        let mut x = x;
        x ^= x.wrapping_mul(0x3d20_adea);
        x = x.wrapping_add(seed);
        x = x.wrapping_mul((seed >> 16) | 1);
        x ^= x.wrapping_mul(0x0552_6c56);
        x ^ x.wrapping_mul(0x53a2_2864)
    };
    let reversed = digits.reverse_bits();
    once(once(reversed, seed as u32), (seed >> 32) as u32).reverse_bits()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_those_of_scipy() {
        // scipy.stats.qmc.Sobol(d, scramble=False, bits=32).random(8) x 2^32, in its order (Gray
        // code), for dimensions 1, 2, 3, 6, 100, 21201; made with scripts/sobol_directions.py's
        // source by SciPy 1.17.
        let golden = include_str!("../../../tests/golden/sobol.csv");
        let directions = Directions::new(DIMENSIONS);
        let mut seen = 0;
        for line in golden.lines().filter(|line| !line.starts_with(['#', 'd'])) {
            let mut fields = line.split(',').map(|f| f.parse::<u32>().expect("a number"));
            let dimension = fields.next().expect("a dimension");
            for (index, digits) in fields.enumerate() {
                let gray = index as u32 ^ (index as u32 >> 1);
                assert_eq!(directions.point(dimension, gray), digits, "{dimension} {index}");
                seen += 1;
            }
        }
        assert!(seen > 40);
    }

    #[test]
    fn scrambled_points_still_fall_one_into_each_interval() {
        let directions = Directions::new(50);
        for dimension in 0..50 {
            for seed in [1, 0x1234_5678_9abc_def0] {
                let mut seen = [false; 256];
                for index in 0..256 {
                    let digits = scramble(directions.point(dimension, index), seed);
                    seen[(digits >> 24) as usize] = true;
                }
                assert!(seen.iter().all(|&seen| seen), "{dimension}");
            }
        }
    }

    #[test]
    fn a_digit_depends_on_those_before_it_only() {
        for k in 0..1000u32 {
            let x = k.wrapping_mul(0x9e37_79b9);
            for kept in [1, 5, 16, 31] {
                let mask = u32::MAX << (32 - kept);
                let changed = (x & mask) | (!x & !mask);
                assert_eq!(scramble(x, 77) & mask, scramble(changed, 77) & mask);
            }
        }
    }
}
