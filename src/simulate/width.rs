//! The same code for several widths of vectors: whichever the processor has is chosen when it
//! runs. The operations are the same in each, so are the bits.

use super::block::{Job, Target, Worker};

/// How many numbers a processor handles at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Width {
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
    pub(super) fn detect() -> Self {
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

    /// Runs a chunk with vectors of this width.
    pub(super) fn run_chunk(
        self,
        worker: &mut Worker,
        job: &Job<'_>,
        first_path: u64,
        paths: usize,
        target: &mut Target<'_>,
    ) {
        match self {
            Self::Baseline => worker.run_chunk(job, first_path, paths, target),
            #[cfg(target_arch = "x86_64")]
            #[allow(unsafe_code, reason = "a processor without the feature never gets here")]
            // SAFETY: `detect` chose this width because the processor has the feature.
            Self::Avx2 => unsafe { avx2(worker, job, first_path, paths, target) },
            #[cfg(target_arch = "x86_64")]
            #[allow(unsafe_code, reason = "a processor without the feature never gets here")]
            // SAFETY: `detect` chose this width because the processor has the features.
            Self::Avx512 => unsafe { avx512(worker, job, first_path, paths, target) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2(worker: &mut Worker, job: &Job<'_>, first: u64, paths: usize, target: &mut Target<'_>) {
    worker.run_chunk(job, first, paths, target);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2")]
fn avx512(worker: &mut Worker, job: &Job<'_>, first: u64, paths: usize, target: &mut Target<'_>) {
    worker.run_chunk(job, first, paths, target);
}
