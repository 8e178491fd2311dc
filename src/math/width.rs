//! The same code for several widths of vectors: whichever the processor has is chosen when it
//! runs. The operations are the same in each, so are the bits.

/// A loop over many numbers that is worth the widest vectors of the processor.
///
/// `run` must be `#[inline(always)]`, and so must be what it calls in its loops: only what is
/// inlined is compiled for the wide vectors.
pub(crate) trait Kernel {
    /// What it gives.
    type Output;

    /// Does the work.
    fn run(self) -> Self::Output;
}

/// How many numbers a processor handles at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    /// Whatever the compiler's baseline is.
    Baseline,
    /// Four at once.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// Eight at once.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Width {
    /// The widest this processor has; `TINBERGEN_WIDTH` (`baseline`, `avx2`, `avx512`) narrows it.
    pub(crate) fn detect() -> Self {
        let wish = std::env::var("TINBERGEN_WIDTH").unwrap_or_default();
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2");
            let avx512 = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl");
            match wish.as_str() {
                "baseline" => {}
                "avx2" if avx2 => return Self::Avx2,
                _ if avx512 => return Self::Avx512,
                _ if avx2 => return Self::Avx2,
                _ => {}
            }
        }
        let _ = wish;
        Self::Baseline
    }

    /// Runs a kernel with vectors of this width.
    pub(crate) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self {
            Self::Baseline => kernel.run(),
            #[cfg(target_arch = "x86_64")]
            #[allow(unsafe_code, reason = "a processor without the feature never gets here")]
            // SAFETY: `detect` chose this width because the processor has the feature.
            Self::Avx2 => unsafe { avx2(kernel) },
            #[cfg(target_arch = "x86_64")]
            #[allow(unsafe_code, reason = "a processor without the feature never gets here")]
            // SAFETY: `detect` chose this width because the processor has the features.
            Self::Avx512 => unsafe { avx512(kernel) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2")]
fn avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

#[cfg(test)]
mod tests {
    use super::{Kernel, Width};

    /// A loop that the compiler turns into vector code.
    struct Exponentials<'a>(&'a [f64], &'a mut [f64]);

    impl Kernel for Exponentials<'_> {
        type Output = f64;

        #[inline(always)]
        fn run(self) -> f64 {
            for (value, out) in self.0.iter().zip(&mut *self.1) {
                *out = crate::math::exp(*value);
            }
            self.1.iter().sum()
        }
    }

    fn widths() -> Vec<Width> {
        let widest = Width::detect();
        #[cfg(target_arch = "x86_64")]
        {
            let all = [Width::Baseline, Width::Avx2, Width::Avx512];
            let has = all.iter().position(|width| *width == widest).expect("one of them");
            all[..=has].to_vec()
        }
        #[cfg(not(target_arch = "x86_64"))]
        vec![widest]
    }

    #[test]
    fn every_width_of_this_processor_gives_the_same_bits() {
        let values: Vec<f64> = (0..67).map(|k| 0.37 * f64::from(k) - 12.0).collect();
        let of = |width: Width| {
            let mut out = vec![0.0; values.len()];
            let sum = width.run(Exponentials(&values, &mut out));
            out.iter().chain([&sum]).map(|number| number.to_bits()).collect::<Vec<u64>>()
        };
        let narrow = of(Width::Baseline);
        for width in widths() {
            assert_eq!(of(width), narrow, "{width:?}");
        }
    }
}
