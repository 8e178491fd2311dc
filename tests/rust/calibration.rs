//! Simulation-based calibration: parameters from the prior, figures from the parameters, and the ranks of the
//! parameters among the rows of the posterior, which are uniform where sampler and model agree (S. Talts and others
//! 2018, Validating Bayesian inference algorithms with simulation-based calibration). The simulation is written
//! apart from the library: its own random numbers, the mathematics of the system.

use tinbergen::fit::{Panel, Posterior, Prior, Series, Settings, Space, fit};

/// SplitMix64 and what is drawn from it.
pub(crate) struct Draws(pub(crate) u64);

impl Draws {
    pub(crate) fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) >> 11) as f64 / (1u64 << 53) as f64 + 1e-17
    }

    /// Box and Muller.
    pub(crate) fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// By rejection from a Weibull (D. J. Best 1983 for small shapes) or as a sum of exponentials and one of those.
    pub(crate) fn gamma(&mut self, shape: f64) -> f64 {
        if shape > 1.0 {
            return self.large(shape);
        }
        let b = 1.0 + shape * (-1.0f64).exp();
        loop {
            let p = b * self.uniform();
            if p <= 1.0 {
                let x = p.powf(1.0 / shape);
                if self.uniform() <= (-x).exp() {
                    return x;
                }
            } else {
                let x = -((b - p) / shape).ln();
                if self.uniform() <= x.powf(shape - 1.0) {
                    return x;
                }
            }
        }
    }

    /// R. C. H. Cheng (1977).
    fn large(&mut self, shape: f64) -> f64 {
        let (a, b, c) = (
            1.0 / (2.0 * shape - 1.0).sqrt(),
            shape - 4.0f64.ln(),
            shape + (2.0 * shape - 1.0).sqrt(),
        );
        loop {
            let (u, v) = (self.uniform(), self.uniform());
            let y = a * (u / (1.0 - u)).ln();
            let x = shape * y.exp();
            if b + c * y - x >= (u * u * v).ln() {
                return x;
            }
        }
    }

    pub(crate) fn half_cauchy(&mut self, scale: f64) -> f64 {
        scale * (std::f64::consts::FRAC_PI_2 * self.uniform()).tan()
    }

    fn between(&mut self, mean: f64, sd: f64, low: f64, high: f64) -> f64 {
        loop {
            // From the normal or, where that would not come to an end, by accepting uniforms.
            let x = mean + sd * self.normal();
            if low < x && x < high {
                return x;
            }
            let x = low + (high - low) * self.uniform();
            let top = mean.clamp(low, high);
            let gap = |x: f64| ((x - mean) / sd).powi(2);
            if (mean < low - 2.0 * sd || mean > high + 2.0 * sd)
                && self.uniform() < (-0.5 * (gap(x) - gap(top))).exp()
            {
                return x;
            }
        }
    }
}

pub(crate) const NAMES: [&str; 13] = [
    "mean",
    "mean_spread",
    "persistence",
    "persistence_spread",
    "unit_root",
    "loading",
    "sd",
    "df",
    "skew",
    "mean of the first",
    "persistence of the first",
    "sd of the first",
    "loading of the first",
];

/// One draw of the prior and the panel that follows from it.
fn simulated(
    d: &mut Draws,
    prior: &Prior,
    space: Space,
    count: usize,
    periods: usize,
) -> ([f64; 13], Panel) {
    let momentum = matches!(space, Space::Level | Space::Share);
    let low = if momentum { 0.0 } else { -0.90 };
    let mean = d.normal();
    let spread = d.half_cauchy(prior.spread);
    let half = |d: &mut Draws, scale: f64| loop {
        let x = scale * d.normal().abs();
        if x > 0.005 {
            return x;
        }
    };
    let tphi = half(d, prior.persistence_spread);
    let cphi = loop {
        let x = prior.persistence.0 + prior.persistence.1 * d.normal();
        if x < 0.985 + 5.5 * tphi && x > low - 5.5 * tphi {
            break x;
        }
    };
    let trho = half(d, prior.momentum_spread);
    let crho = prior.momentum.0 + prior.momentum.1 * d.normal();
    let few = if momentum { 1.0 } else { (20.0 / count as f64).max(1.0) };
    let (a, b) = (d.gamma(prior.unit_root.0), d.gamma(prior.unit_root.1 * few));
    let wandering = a / (a + b);
    let centre = prior.loading * d.normal().abs();
    let lspread = d.half_cauchy(prior.loading_spread);
    let s0 = d.gamma(0.5) * 2.0;
    let d0 = [2.0, 3.0, 4.0, 6.0, 9.0, 14.0, 24.0, 50.0, 120.0][(d.uniform() * 9.0) as usize];
    let mut dfs = vec![];
    let mut x = 3.0;
    while x < 60.0 {
        dfs.push(x);
        x *= 1.06;
    }
    let df = dfs[(d.uniform() * dfs.len() as f64) as usize];
    let skew = prior.skew * d.normal();
    let common: Vec<f64> =
        (0..periods).map(|_| d.normal() / (d.gamma(0.5 * df) / (0.5 * df)).sqrt()).collect();
    let mut firsts = [0.0; 4];
    let mut series = vec![];
    for i in 0..count {
        let m = mean + spread * d.normal();
        let phi = d.between(cphi, tphi, low, 0.985);
        let wanders = d.uniform() < wandering;
        let rho = if momentum { d.between(crho, trho, -0.5, 0.9) } else { 0.0 };
        let variance = loop {
            let x = 0.5 * d0 * s0 / d.gamma(0.5 * d0);
            if x > 1e-6 * s0 && x < 1e3 * s0 {
                break x;
            }
        };
        let sd = variance.sqrt();
        let loading = sd * (centre + lspread * d.normal());
        let (mut values, mut now, mut before) = (vec![0.0, 0.0], 0.0, 0.0);
        for z in &common {
            let w = d.gamma(0.5 * df) / (0.5 * df);
            let e = sd * (skew * (1.0 / w - df / (df - 2.0)) + d.normal() / w.sqrt());
            let pull = if wanders { 0.0 } else { 1.0 - phi };
            let next = now + pull * (m - now) + rho * (now - before) + loading * z + e;
            (before, now) = (now, next);
            values.push(next);
        }
        if !momentum {
            values.remove(0);
        }
        if i == 0 {
            firsts = [if wanders { now } else { m }, if wanders { 1.0 } else { phi }, sd, loading];
        }
        series.push(Series::new(format!("s{i}"), values));
    }
    let truth = [
        mean,
        spread,
        cphi,
        tphi,
        wandering,
        centre,
        s0.sqrt(),
        df,
        skew,
        firsts[0],
        firsts[1],
        firsts[2],
        firsts[3],
    ];
    (truth, Panel::new(series, space))
}

/// The ranks of the 13 numbers among `kept` rows, in each of so many repetitions.
pub(crate) fn ranks(
    space: Space,
    count: usize,
    periods: usize,
    repetitions: usize,
    seed: u64,
    thin: usize,
) -> Vec<[usize; 13]> {
    const KEPT: usize = 99;
    let prior = Prior {
        scale: Some(1.0),
        centre: Some(0.0),
        centre_sd: Some(1.0),
        spread: 0.5,
        ..Prior::default()
    };
    let mut out = vec![];
    for r in 0..repetitions {
        let mut d = Draws(seed.wrapping_add(r as u64).wrapping_mul(0x2545_f491_4f6c_dd1d));
        let (truth, panel) = simulated(&mut d, &prior, space, count, periods);
        let settings = Settings { rows: KEPT * thin, burn_in: 500, ..Settings::new(1, r as u64) };
        let p: Posterior = fit(&panel, &prior, &settings).expect("a posterior");
        let narrow = ((p.df - 2.0) / p.df).sqrt();
        let q = &p.peers;
        let rank = |k: usize, d: &mut Draws| {
            let (mut rank, mut ties) = (0, 0);
            for j in 0..KEPT {
                let row = (j + 1) * thin - 1;
                let x = match k {
                    0 => q.mean[row],
                    1 => q.mean_spread[row],
                    2 => q.persistence[row],
                    3 => q.persistence_spread[row],
                    4 => q.unit_root[row],
                    5 => q.loading[row],
                    6 => q.sd[row],
                    7 => q.df[row],
                    8 => q.skew[row],
                    9 => p.mean[[row, 0]],
                    10 => p.persistence[[row, 0]],
                    11 => p.sd[[row, 0]] * narrow,
                    _ => p.loading[[row, 0]] * narrow,
                };
                if (x - truth[k]).abs() < 1e-12 {
                    ties += 1;
                } else {
                    rank += usize::from(x < truth[k]);
                }
            }
            rank + (d.uniform() * f64::from(ties + 1)) as usize
        };
        out.push(std::array::from_fn(|k| rank(k, &mut d)));
    }
    out
}

/// Pearson's statistic of ranks from 0 to 99 in ten classes.
pub(crate) fn chi_squared(ranks: &[usize]) -> f64 {
    let mut counts = [0.0; 10];
    ranks.iter().for_each(|r| counts[r / 10] += 1.0);
    let expected = ranks.len() as f64 / 10.0;
    counts.iter().map(|c: &f64| (c - expected) * (c - expected) / expected).sum()
}
