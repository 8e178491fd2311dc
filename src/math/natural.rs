//! Natural numbers of any size: what exact sums are made of.

/// A natural number, its lowest 64 bits first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Natural(pub(super) Vec<u64>);

impl Natural {
    /// The product.
    pub(super) fn times(&self, other: &Self) -> Self {
        let mut found = vec![0; self.0.len() + other.0.len()];
        for (k, &a) in self.0.iter().enumerate() {
            let mut carry = 0;
            for (place, &b) in found[k..].iter_mut().zip(other.0.iter().chain([&0])) {
                let sum = u128::from(a) * u128::from(b) + u128::from(*place) + carry;
                (*place, carry) = (sum as u64, sum >> 64);
            }
        }
        Self(found)
    }

    /// What is left when a number that is not greater is taken away.
    pub(super) fn minus(&self, other: &Self) -> Self {
        let mut borrow = false;
        let below = other.0.iter().copied().chain(std::iter::repeat(0));
        let each = self.0.iter().zip(below).map(|(&a, b)| {
            let (rest, first) = a.overflowing_sub(b);
            let (rest, second) = rest.overflowing_sub(u64::from(borrow));
            borrow = first || second;
            rest
        });
        Self(each.collect())
    }

    /// It is nearly a number of 64 bits times a power of two; the lowest of these bits says whether
    /// anything is left out, so that rounding to fewer bits is that of the whole number.
    pub(super) fn leading(&self) -> (u64, i32) {
        let Some(top) = self.0.iter().rposition(|part| *part != 0) else { return (0, 0) };
        let shift = self.0[top].leading_zeros();
        let part = |k: Option<usize>| k.map_or(0, |k| self.0[k]);
        let pair = u128::from(self.0[top]) << 64 | u128::from(part(top.checked_sub(1)));
        let pair = pair << shift;
        let below = self.0[..top.saturating_sub(1)].iter().any(|part| *part != 0);
        let left_out = below || pair as u64 != 0;
        ((pair >> 64) as u64 | u64::from(left_out), 64 * top as i32 - shift as i32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(number: u128) -> Natural {
        Natural(vec![number as u64, (number >> 64) as u64, 0])
    }

    #[test]
    fn they_compute_as_whole_numbers_of_the_machine_do() {
        let numbers =
            [0, 1, 3, u128::from(u64::MAX), 1 << 63, (1 << 63) + 1, 0x1234_5678_9abc_def1];
        for a in numbers {
            for b in numbers {
                let product = of(a).times(&of(b));
                assert_eq!(product.0[..3], of(a * b).0, "{a} x {b}");
                assert!(product.0[3..].iter().all(|part| *part == 0));
                assert_eq!(of(a * b + a).minus(&of(a)), of(a * b));
            }
        }
    }

    #[test]
    fn what_is_left_out_is_remembered() {
        assert_eq!(of(0).leading(), (0, 0));
        assert_eq!(of(1).leading(), (1 << 63, -63));
        assert_eq!(of(5 << 64).leading(), (5 << 61, 3));
        assert_eq!(of((1 << 127) + 1).leading(), (1 << 63 | 1, 64));
        assert_eq!(Natural(vec![1, 0, 1 << 63]).leading(), (1 << 63 | 1, 128));
    }
}
