//! Simulated numbers against closed forms, and inverse distribution functions against mpmath.

use tinbergen::math;
use tinbergen::model::Distribution;
use tinbergen::sample::{Marginal, StreamId, Streams};
use tinbergen::{Ensembles, Model, Sampling};

fn run(text: &str, paths: usize) -> Ensembles {
    let header = "schema = 1\nname = \"exact\"\nperiods = \"2021..2030\"\n";
    let model = Model::from_toml(&format!("{header}{text}")).expect("a valid model");
    model.compile().expect("it compiles").simulate(&Sampling::new(paths, 2024)).expect("it runs")
}

fn rows(runs: &Ensembles, indicator: &str) -> Vec<Vec<f64>> {
    let view = runs.get("baseline").expect("it ran").paths(indicator).expect("kept");
    view.rows().into_iter().map(|row| row.to_vec()).collect()
}

fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0))
}

/// Is a mean of `n` draws with a variance within 5 standard errors? False alarm below 6e-7 each.
fn near(found: f64, expected: f64, variance: f64, n: usize, what: &str) {
    let error = (variance / n as f64).sqrt();
    assert!(
        (found - expected).abs() < 5.0 * error,
        "{what}: {found}, expected {expected} +- {error}"
    );
}

/// Is a sample variance of normal draws within 5 standard errors of what it should be?
fn near_variance(found: f64, expected: f64, n: usize, what: &str) {
    near(found, expected, 2.0 * expected * expected, n, what);
}

#[test]
fn growth_has_the_moments_of_an_ar1_and_log_normal_quantiles() {
    const N: usize = 40_000;
    let (mean, persistence, sd, start): (f64, f64, f64, f64) = (0.05, 0.6, 0.02, 0.09);
    let runs = run(
        "[indicators.x]\nhistory = { 2020 = 100 }\n\
         process = { kind = \"growth\", mean = 0.05, persistence = 0.6, start = 0.09 }\n\
         [shocks.x]\nnormal = { sd = 0.02 }",
        N,
    );
    let rows = rows(&runs, "x");
    let fan = runs.get("baseline").expect("it ran").fan("x", &[0.05, 0.5, 0.95]).expect("kept");
    for h in 1..=10 {
        // log x_h = log 100 + sum of growths; each shock s periods ago weighs (1 - p^(s+1)) / (1 - p).
        let weight = |s: i32| (1.0 - persistence.powi(s + 1)) / (1.0 - persistence);
        let centre: f64 =
            100f64.ln() + (1..=h).map(|t| mean + persistence.powi(t) * (start - mean)).sum::<f64>();
        let variance: f64 = (0..h).map(|s| (sd * weight(s)).powi(2)).sum();
        let logs: Vec<f64> = rows[h as usize - 1].iter().map(|x| x.ln()).collect();
        let (m, v) = moments(&logs);
        near(m, centre, variance, N, "mean of the log");
        near_variance(v, variance, N, "variance of the log");
        for (k, z) in [(0, -1.644_853_626_951_472_7), (1, 0.0), (2, 1.644_853_626_951_472_7)] {
            // The error of a sample quantile of a normal: sqrt(p (1 - p) / n) / density.
            let level: f64 = [0.05, 0.5, 0.95][k];
            let density = (-z * z / 2.0f64).exp() / (2.0 * std::f64::consts::PI * variance).sqrt();
            let error = (level * (1.0 - level) / N as f64).sqrt() / density;
            let found = fan.periods[h as usize - 1].quantiles[k].ln();
            let expected = centre + z * variance.sqrt();
            assert!((found - expected).abs() < 5.0 * error, "{h} {level}: {found} {expected}");
        }
    }
}

#[test]
fn a_change_without_persistence_is_a_random_walk() {
    const N: usize = 40_000;
    let runs = run(
        "[indicators.x]\nhistory = { 2020 = 5 }\nprocess = { kind = \"change\", mean = 0.3 }\n\
         [shocks.x]\nnormal = { sd = 0.7 }",
        N,
    );
    for (h, row) in rows(&runs, "x").iter().enumerate() {
        let steps = h as f64 + 1.0;
        let (m, v) = moments(row);
        near(m, 5.0 + 0.3 * steps, 0.49 * steps, N, "mean");
        near_variance(v, 0.49 * steps, N, "variance");
    }
}

#[test]
fn a_share_is_normal_on_the_logit_scale_and_stays_between_its_limits() {
    const N: usize = 40_000;
    let runs = run(
        "[indicators.x]\nhistory = { 2020 = 30 }\n\
         process = { kind = \"share\", drift = 0.1, lower = 10, upper = 60 }\n\
         [shocks.x]\nnormal = { sd = 0.4 }",
        N,
    );
    for (h, row) in rows(&runs, "x").iter().enumerate() {
        assert!(row.iter().all(|x| (10.0..60.0).contains(x)));
        let scores: Vec<f64> = row.iter().map(|x| ((x - 10.0) / (60.0 - x)).ln()).collect();
        let (m, v) = moments(&scores);
        let steps = h as f64 + 1.0;
        near(m, (20.0f64 / 30.0).ln() + 0.1 * steps, 0.16 * steps, N, "mean");
        near_variance(v, 0.16 * steps, N, "variance");
    }
}

#[test]
fn a_level_returns_to_its_mean() {
    const N: usize = 40_000;
    let runs = run(
        "[indicators.x]\nhistory = { 2020 = 10 }\n\
         process = { kind = \"level\", mean = 4, persistence = 0.5 }\n\
         [shocks.x]\nnormal = { sd = 1 }",
        N,
    );
    for (h, row) in rows(&runs, "x").iter().enumerate() {
        let kept = 0.5f64.powi(h as i32 + 1);
        let variance = (1.0 - kept * kept) / 0.75;
        let (m, v) = moments(row);
        near(m, 4.0 + kept * 6.0, variance, N, "mean");
        near_variance(v, variance, N, "variance");
    }
}

#[test]
fn a_count_is_the_survivors_and_poisson_arrivals() {
    const N: usize = 20_000;
    let runs = run(
        "[indicators.x]\nhistory = { 2020 = 50 }\n\
         process = { kind = \"count\", arrivals = 8, departures = 0.1 }",
        N,
    );
    for (h, row) in rows(&runs, "x").iter().enumerate() {
        // Of the first 50 each stays with probability q = 0.9^t; the rest is Poisson with mean
        // 8 (1 - q) / 0.1.
        let q = 0.9f64.powi(h as i32 + 1);
        let arrivals = 80.0 * (1.0 - q);
        let variance = 50.0 * q * (1.0 - q) + arrivals;
        let (m, v) = moments(row);
        assert!(row.iter().all(|x| x.fract() == 0.0 && *x >= 0.0));
        near(m, 50.0 * q + arrivals, variance, N, "mean");
        // The fourth moment of such a sum is close to that of a normal.
        near(v, variance, 2.2 * variance * variance, N, "variance");
    }
}

#[test]
fn identities_hold_exactly_in_every_path() {
    let runs = run(
        "[indicators.a]\nhistory = { 2020 = 3 }\nprocess = { kind = \"growth\", mean = 0.1 }\n\
         [indicators.b]\nequation = \"b = 2 * a + a[-1] / 3\"\n[shocks.a]\nstudent_t = { sd = 0.1, df = 3 }",
        2_000,
    );
    let (a, b) = (rows(&runs, "a"), rows(&runs, "b"));
    for t in 1..10 {
        for path in 0..2_000 {
            assert_eq!(b[t][path].to_bits(), (2.0 * a[t][path] + a[t - 1][path] / 3.0).to_bits());
        }
    }
}

#[test]
fn deterministic_processes_do_what_their_equations_say() {
    let runs = run(
        "[indicators.stock]\nhistory = { 2020 = 100 }\n\
         process = { kind = \"stock\", depreciation = 0.1, inflow = 20 }\n\
         [indicators.glide]\nhistory = { 2020 = 10 }\n\
         process = { kind = \"trend_to\", value = 20, by = 2025 }\n\
         [indicators.dummy]\nequation = \"dummy = if(period >= \\\"2024\\\" and period < \\\"2026\\\", 1, 0)\"",
        3,
    );
    let (stock, glide, dummy) = (rows(&runs, "stock"), rows(&runs, "glide"), rows(&runs, "dummy"));
    for t in 0..10 {
        let expected = 200.0 - 100.0 * 0.9f64.powi(t as i32 + 1);
        assert!((stock[t][1] - expected).abs() < 1e-12 * expected);
        let expected = (10.0 + 2.0 * (t as f64 + 1.0)).min(20.0);
        assert!((glide[t][2] - expected).abs() < 1e-13 * expected, "{t}");
        assert_eq!(dummy[t][0], f64::from(u8::from(t == 3 || t == 4)));
    }
}

#[test]
fn correlated_normal_targets_are_met_together_as_often_as_the_orthant_formula_says() {
    const N: usize = 100_000;
    let text = "schema = 1\nname = \"orthant\"\nperiods = \"2021\"\n\
         [indicators.a]\nhistory = { 2020 = 0 }\nprocess = { kind = \"change\", mean = 0 }\n\
         [indicators.b]\nhistory = { 2020 = 0 }\nprocess = { kind = \"change\", mean = 0 }\n\
         [shocks.a]\nnormal = { sd = 1 }\n[shocks.b]\nnormal = { sd = 2 }\n\
         [correlations]\n\"a, b\" = 0.6\n\
         [[targets]]\nid = \"a\"\nindicator = \"a\"\nperiod = 2021\nat_least = 0\n\
         [[targets]]\nid = \"b\"\nindicator = \"b\"\nperiod = 2021\nabove = 0\n";
    let model = Model::from_toml(text).expect("valid");
    let runs = model.compile().expect("compiles").simulate(&Sampling::new(N, 5)).expect("runs");
    let rows = tinbergen::plan::attainment(&runs).expect("it has them");
    let all = rows.iter().find(|row| row.target == "all").expect("a joint row").probability;
    // Sheppard (1899): P = 1/4 + asin(rho) / (2 pi).
    let expected = 0.25 + 0.6f64.asin() / (2.0 * std::f64::consts::PI);
    near(all.value, expected, expected * (1.0 - expected), N, "joint probability");
    assert!(all.low < expected && expected < all.high);
}

fn distribution(text: &str) -> Distribution {
    let (key, table) = text.split_once(" = ").expect("key = table");
    let model =
        format!("schema = 1\nname = \"d\"\nperiods = \"2021\"\n[shocks.x]\n{key} = {table}\n");
    Model::from_toml(&model).expect("valid").shocks["x"].distribution.clone()
}

#[test]
fn quantiles_are_those_of_mpmath_over_all_that_can_be_drawn() {
    let golden = include_str!("../golden/quantiles/quantiles.csv");
    let mut made = String::new();
    let mut marginal = None;
    let mut worst = 0.0f64;
    for line in golden.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split(';').collect();
        if made != fields[0] {
            marginal = Some(Marginal::new(&distribution(fields[0])));
            fields[0].clone_into(&mut made);
        }
        let k: u64 = fields[1].parse().expect("an integer");
        let v = (2 * i128::from(k) + 1 - (1 << 53)) as f64 / 2f64.powi(54);
        let expected: f64 = fields[2].parse().expect("a number");
        let slope: f64 = fields[3].parse().expect("a number");
        let found = marginal.as_ref().expect("made").quantile(v);
        // What a number of 53 bits can hold.
        let room = 2.0 * f64::EPSILON * expected.abs().max(1.0) * slope;
        let error = (found - expected).abs() * slope;
        worst = worst.max(error - room);
        let closed = ["normal", "lognormal", "uniform", "triangular"]
            .contains(&made.split(' ').next().expect("a kind"));
        if closed {
            let relative = (found - expected).abs() / expected.abs();
            assert!(relative < 1e-12, "{line}: {found}, off by {relative:e}");
        }
        assert!(error < 1e-10 + room, "{line}: {found}, probability off by {error:e}");
    }
    assert!(worst < 1e-10);
}

#[test]
fn two_piece_normal_quantiles_are_those_of_the_table() {
    let golden = include_str!("../golden/two_piece.csv");
    let mut checked = 0;
    for line in golden.lines().skip(2) {
        let fields: Vec<f64> = line.split(',').map(|f| f.parse().expect("a number")).collect();
        let [mode, uncertainty, skew, ..] = fields[..] else { panic!("{line}") };
        let marginal = Marginal::new(&Distribution::two_piece_normal(mode, uncertainty, skew));
        for (k, level) in [0.05, 0.25, 0.5, 0.75, 0.95].into_iter().enumerate() {
            let found = marginal.quantile(level - 0.5);
            assert!((found - fields[6 + k]).abs() < 1e-7, "{line}: {level} gives {found}");
            checked += 1;
        }
    }
    assert!(checked >= 300);
}

/// Kolmogorov's statistic against a distribution function.
fn kolmogorov(draws: &mut [f64], cdf: impl Fn(f64) -> f64) -> f64 {
    draws.sort_by(f64::total_cmp);
    let n = draws.len() as f64;
    let gap = |(k, x): (usize, &f64)| {
        let p = cdf(*x);
        (p - k as f64 / n).abs().max(((k + 1) as f64 / n - p).abs())
    };
    draws.iter().enumerate().map(gap).fold(0.0, f64::max) * n.sqrt()
}

#[test]
fn draws_follow_their_distributions() {
    use statrs::distribution::{Beta, ContinuousCDF, Gamma, StudentsT};
    const N: usize = 50_000;
    let mut uniforms = vec![0.0; N];
    Streams::new(11).centred(StreamId::of("ks"), 0, 0, &mut uniforms);
    // Kolmogorov's statistic exceeds 2.5 with probability 7e-6: the false-alarm rate of each.
    let check = |text: &str, cdf: &dyn Fn(f64) -> f64| {
        let mut draws = uniforms.clone();
        Marginal::new(&distribution(text)).from_centred(&mut draws);
        let statistic = kolmogorov(&mut draws, cdf);
        assert!(statistic < 2.5, "{text}: {statistic}");
    };
    let t = StudentsT::new(0.0, 1.0, 5.0).expect("valid");
    let scale = (3.0f64 / 5.0).sqrt();
    check("student_t = { sd = 1, df = 5 }", &|x| t.cdf(x / scale));
    let gamma = Gamma::new(2.5, 0.5).expect("valid");
    check("gamma = { shape = 2.5, scale = 2 }", &|x| gamma.cdf(x));
    let beta = Beta::new(2.0, 5.0).expect("valid");
    check("beta = { alpha = 2, beta = 5 }", &|x| beta.cdf(x));
    check("uniform = { min = 2, max = 4 }", &|x| (x - 2.0) / 2.0);
    check("empirical = { values = [1, 2, 3], smooth = true }", &|x| (x - 1.0) / 2.0);
}

#[test]
fn counts_follow_their_distributions() {
    use statrs::distribution::{Binomial, Discrete, NegativeBinomial, Poisson};
    use tinbergen::sample::Count::{
        Binomial as Trials, NegativeBinomial as Clustered, Poisson as Arrivals,
    };
    const N: usize = 100_000;
    let mut uniforms = vec![0.0; N];
    Streams::new(12).centred(StreamId::of("chi"), 0, 0, &mut uniforms);
    let check = |what: &str, draw: &dyn Fn(f64) -> f64, mass: &dyn Fn(u64) -> f64| {
        let mut seen = std::collections::BTreeMap::new();
        uniforms.iter().for_each(|v| *seen.entry(draw(*v) as u64).or_insert(0.0) += 1.0);
        let (mut statistic, mut cells) = (0.0, 0.0);
        for k in 0..2_000 {
            let expected = mass(k) * N as f64;
            if expected > 10.0 {
                let found: f64 = seen.get(&k).copied().unwrap_or(0.0);
                statistic += (found - expected).powi(2) / expected;
                cells += 1.0;
            }
        }
        // Chi-square with about `cells` degrees of freedom: 6 standard deviations, below 1e-6.
        let limit = cells + 6.0 * f64::sqrt(2.0 * cells);
        assert!(cells > 5.0 && statistic < limit, "{what}: {statistic} > {limit}");
    };
    for mean in [3.0, 41.0, 680.0, 1000.0] {
        let oracle = Poisson::new(mean).expect("valid");
        check("poisson", &|v| Arrivals.quantile(v, mean, 0.0), &|k| oracle.pmf(k));
    }
    for (n, p) in [(20u64, 0.3), (1000, 0.02), (1000, 0.4), (500, 0.9), (1800, 0.45)] {
        let oracle = Binomial::new(p, n).expect("valid");
        check("binomial", &|v| Trials.quantile(v, n as f64, p), &|k| {
            if k <= n { oracle.pmf(k) } else { 0.0 }
        });
    }
    for (mean, dispersion) in [(5.0, 0.5), (70.0, 0.1), (700.0, 1e-3), (4.0, 3.0)] {
        let size = 1.0 / dispersion;
        let oracle = NegativeBinomial::new(size, size / (size + mean)).expect("valid");
        check("negative binomial", &|v| Clustered.quantile(v, mean, dispersion), &|k| {
            oracle.pmf(k)
        });
    }
}

#[test]
fn elementary_functions_are_within_two_units_in_the_last_place() {
    // The system's functions as oracle: they are within one unit themselves.
    let ulps = |a: f64, b: f64| (a.to_bits() as i64 - b.to_bits() as i64).abs();
    let mut x = 1e-300;
    while x < 1e300 {
        assert!(ulps(math::ln(x), x.ln()) <= 2, "ln {x:e}");
        x *= 1.0137;
    }
    for k in -74_000..70_900 {
        let x = f64::from(k) * 0.01;
        let (found, expected) = (math::exp(x), x.exp());
        assert!(ulps(found, expected) <= 2, "exp {x}: {found:e} {expected:e}");
    }
    for (a, b) in [(2.0, 0.5), (10.0, -3.0), (1.1, 100.5), (0.3, 7.7)] {
        assert!((math::pow(a, b) / a.powf(b) - 1.0).abs() < 4e-15);
    }
    assert!(math::ln(-1.0).is_nan() && math::exp(f64::NAN).is_nan());
    assert_eq!((math::exp(800.0), math::exp(-800.0)), (f64::INFINITY, 0.0));
    assert_eq!((math::ln(0.0), math::ln(f64::INFINITY)), (f64::NEG_INFINITY, f64::INFINITY));
}

#[test]
fn large_counts_are_found_without_counting_up_to_them() {
    use tinbergen::sample::Count::{Binomial, NegativeBinomial, Poisson};
    // SciPy 1.17: poisson.ppf, binom.ppf, nbinom.ppf(p, 1 / dispersion, 1 / (1 + dispersion mean)).
    for (p, poisson, binomial, clustered, sparse) in [
        (0.001, 19986181.0, 249957686.0, 719213961.0, 0.0),
        (0.3, 19997655.0, 249992819.0, 945242991.0, 0.0),
        (0.975, 20008766.0, 250026838.0, 1205289488.0, 1134347524.0),
    ] {
        let v = p - 0.5;
        assert_eq!(Poisson.quantile(v, 2e7, 0.0), poisson);
        assert_eq!(Binomial.quantile(v, 1e9, 0.25), binomial);
        // A count here has a probability of 4e-9: one more or less is within 1e-8.
        assert!((NegativeBinomial.quantile(v, 1e9, 0.01) - clustered).abs() <= 1.0);
        assert_eq!(NegativeBinomial.quantile(v, 1e8, 20.0), sparse);
    }
    for dispersion in [1e-20, 1e-9, 1e-5, 0.01, 1.0, 1e3, 1e9, 1e300, f64::INFINITY] {
        for mean in [1e-300, 1e-3, 1e3, 1e7, 1e12, 9e15, 1e300, f64::INFINITY] {
            for v in [-0.5 + 1e-16, -0.3, 0.0, 0.4999, 0.5 - 1e-16] {
                let found = NegativeBinomial.quantile(v, mean, dispersion);
                assert!(found.is_nan() || found >= 0.0, "{mean} {dispersion} {v}: {found}");
                let found = Binomial.quantile(v, mean.floor(), 1.0 / (1.0 + dispersion));
                assert!(found.is_nan() || (0.0..=mean).contains(&found), "{mean}: {found}");
                let found = Poisson.quantile(v, mean, 0.0);
                assert!(found.is_nan() || found >= 0.0, "{mean}: {found}");
            }
        }
    }
}
