//! Correlations of a few periods made fit for drawing.

use crate::interrupt::look;
use crate::sample::Correlation;

/// Means, standard deviations and correlations of series.
#[derive(Debug)]
pub(super) struct Covariance {
    pub(super) means: Vec<f64>,
    pub(super) sds: Vec<f64>,
    /// By pairs of places.
    pub(super) correlations: Vec<(usize, usize, f64)>,
    /// That they were shrunk, why and by how much.
    pub(super) shrunk: Option<String>,
}

/// The covariance of equally long series, with divisor `n - 1`.
///
/// Where there are no more periods than series the correlations are of less than full rank; they
/// are then shrunk towards zero by the share that minimises the expected squared error (J. Schaefer
/// and K. Strimmer 2005, A shrinkage approach to large-scale covariance matrix estimation). Where
/// series hang together exactly they are shrunk as little as it takes.
pub(super) fn covariance(names: &[String], series: &[&Vec<f64>]) -> Covariance {
    let count = series.first().map_or(0, |values| values.len());
    let n = count as f64;
    let means: Vec<f64> = series.iter().map(|v| v.iter().sum::<f64>() / n).collect();
    let sds: Vec<f64> = series.iter().zip(&means).map(|(v, mean)| sd(v, *mean)).collect();
    let scores: Vec<Vec<f64>> = (0..series.len())
        .map(|k| series[k].iter().map(|x| (x - means[k]) / sds[k]).collect())
        .collect();
    let random: Vec<usize> = (0..series.len()).filter(|k| sds[*k] > 0.0).collect();
    let mut pairs = Vec::new();
    let (mut noise, mut signal) = (0.0, 0.0);
    for (i, &a) in random.iter().enumerate() {
        for &b in &random[i + 1..] {
            let products = || scores[a].iter().zip(&scores[b]).map(|(x, y)| x * y);
            let mean = products().sum::<f64>() / n;
            let spread: f64 = products().map(|w| (w - mean) * (w - mean)).sum();
            noise += n / ((n - 1.0) * (n - 1.0) * (n - 1.0)) * spread;
            let value = n / (n - 1.0) * mean;
            signal += value * value;
            pairs.push((a, b, value.clamp(-1.0, 1.0)));
        }
    }
    let few = random.len() >= count;
    let share = if few && signal > 0.0 { (noise / signal).clamp(0.0, 1.0) } else { 0.0 };
    let reason = if few {
        Some(format!("{} equations have only {count} periods", random.len()))
    } else {
        let error = Correlation::new(names, &pairs).err();
        error.map(|error| {
            format!(
                "not positive semi-definite: \"{}, {}\" = {}",
                error.pair.0, error.pair.1, error.value
            )
        })
    };
    let shrunk = reason.map(|reason| {
        let share = shrink(names, &mut pairs, share);
        format!("{reason}; correlations are shrunk by {:.2} %", 100.0 * share)
    });
    Covariance { means, sds, correlations: pairs, shrunk }
}

fn sd(values: &[f64], mean: f64) -> f64 {
    let sum: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
    (sum / (values.len() as f64 - 1.0)).sqrt()
}

/// Shrinks by a share, or by more where that is not enough; gives the share.
fn shrink(names: &[String], pairs: &mut Vec<(usize, usize, f64)>, share: f64) -> f64 {
    let mut share = share.max(1e-4);
    loop {
        look();
        let shrunk: Vec<_> = pairs.iter().map(|&(a, b, r)| (a, b, (1.0 - share) * r)).collect();
        if share >= 1.0 || Correlation::new(names, &shrunk).is_ok() {
            *pairs = shrunk;
            return share;
        }
        share = (2.0 * share).min(1.0);
    }
}
