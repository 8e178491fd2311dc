//! Scoring rules against their definitions, closed forms of others, and each other.

use proptest::prelude::*;
use statrs::distribution::{ContinuousCDF, StudentsT};
use tinbergen::fit::Kind;
use tinbergen::model::Distribution;
use tinbergen::scoring::{
    Benchmark, Known, OriginSums, PERSISTENCE, Recalibration, benchmark_paths, brier,
    consistency_bars, crps, crps_of, diebold_mariano, energy_score, fair_crps, fan_scores,
    fit_clipped_autoregression, interval_score, log_score, origin_ratio, origin_share, pit,
    pit_histogram, quantile_score, reliability, stated_scores, weighted_interval_score,
};
use tinbergen::summary::quantiles;

/// A two-piece normal by the standard deviations on either side.
fn two_piece(mode: f64, below: f64, above: f64) -> Distribution {
    let uncertainty = (2.0 / (below.powi(-2) + above.powi(-2))).sqrt();
    let g = (uncertainty / below).powi(2) - 1.0;
    let w = 1.0 / (1.0 - g * g).sqrt();
    let skew = uncertainty * (((2.0 * w - 1.0).powi(2) - 1.0) / std::f64::consts::PI).sqrt();
    Distribution::two_piece_normal(mode, uncertainty, skew.copysign(g))
}

#[test]
#[cfg_attr(not(shared), ignore = "needs TINBERGEN_SHARED")]
fn scores_of_distributions_are_those_of_published_formulas() {
    let text = crate::shared("reference/crps_table.json");
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&text).expect("a table");
    for row in &rows {
        let p = |name: &str| row["params"][name].as_f64().expect(name);
        let many = |name: &str| -> Vec<f64> {
            let all = row["params"][name].as_array().expect(name);
            all.iter().map(|x| x.as_f64().expect(name)).collect()
        };
        let kind = row["dist"].as_str().expect("a kind");
        let distribution = match kind {
            "normal" => Distribution::normal(p("mu"), p("sigma")),
            "t" => {
                let sd = p("scale") * (p("df") / (p("df") - 2.0)).sqrt();
                Distribution::student_t(p("loc"), sd, p("df"))
            }
            "lognormal" => {
                let v = p("sdlog").powi(2);
                let mean = (p("meanlog") + v / 2.0).exp();
                Distribution::lognormal(mean, mean * v.exp_m1().sqrt())
            }
            "logistic" => {
                let reach = p("scale") * 9f64.ln();
                Distribution::elicited(p("loc") - reach, p("loc"), p("loc") + reach)
            }
            "two_piece_normal" => two_piece(p("mode"), p("sigma1"), p("sigma2")),
            "normal_mixture" => {
                let parts = many("mu").into_iter().zip(many("sigma"));
                let parts = parts.map(|(mean, sd)| Distribution::normal(mean, sd));
                Distribution::mixture(many("w").into_iter().zip(parts))
            }
            "uniform" => Distribution::uniform(p("lo"), p("hi")),
            "exponential" => Distribution::gamma(1.0, 1.0 / p("rate")),
            "gamma" => Distribution::gamma(p("shape"), 1.0 / p("rate")),
            other => panic!("{other} is not known here"),
        };
        let (actual, expected) =
            (row["y"].as_f64().expect("y"), row["crps"].as_f64().expect("crps"));
        let found = crps_of(&distribution, actual);
        assert!((found - expected).abs() < 1e-9, "{row}: {found}");
    }
    assert_eq!(rows.len(), 30);
}

#[test]
fn a_distribution_scores_as_many_of_its_values() {
    let smooth = [
        Distribution::normal(1.0, 2.0),
        Distribution::uniform(-1.0, 3.0),
        Distribution::triangular(-1.0, 0.0, 4.0),
        Distribution::pert(-1.0, 0.5, 4.0),
        Distribution::beta(0.5, 0.7),
        Distribution::weibull(1.5, 2.0),
        Distribution::gamma(0.6, 2.0),
        Distribution::normal(0.0, 1.0).truncated(Some(-0.5), None),
    ];
    for law in smooth {
        // Quantiles at the middles of many equal parts, by bisection of the distribution function.
        let count = 4000;
        let quantile = |u: f64| {
            let (mut low, mut high) = (-40.0, 60.0);
            for _ in 0..60 {
                let middle = f64::midpoint(low, high);
                if law.sides(middle).0 < u { low = middle } else { high = middle }
            }
            f64::midpoint(low, high)
        };
        let values: Vec<f64> =
            (0..count).map(|k| quantile((f64::from(k) + 0.5) / f64::from(count))).collect();
        for actual in [-3.0, 0.1, 0.7, 2.0, 9.0] {
            let (found, expected) = (crps_of(&law, actual), crps(&values, None, actual));
            assert!((found - expected).abs() < 1e-4, "{law:?} {actual}: {found} {expected}");
        }
    }
}

#[test]
fn a_discrete_distribution_scores_as_its_values_with_their_weights() {
    let values = [-1.0, 0.0, 2.5, 4.0];
    let weights = [0.1, 0.4, 0.3, 0.2];
    let law = Distribution::discrete(values.to_vec(), weights.to_vec());
    for actual in [-2.0, -1.0, 0.3, 2.5, 3.0, 7.0] {
        let (found, expected) = (crps_of(&law, actual), crps(&values, Some(&weights), actual));
        assert!((found - expected).abs() < 1e-10, "{actual}: {found} {expected}");
    }
    // Poisson's values without end, cut where nothing is left.
    let mut mass = (-3.5f64).exp();
    let masses: Vec<f64> = (1..80)
        .map(|k| {
            let now = mass;
            mass *= 3.5 / f64::from(k);
            now
        })
        .collect();
    let counts: Vec<f64> = (0..79).map(f64::from).collect();
    for actual in [0.0, 2.0, 3.3, 11.0] {
        let found = crps_of(&Distribution::poisson(3.5), actual);
        let expected = crps(&counts, Some(&masses), actual);
        assert!((found - expected).abs() < 1e-10, "{actual}: {found} {expected}");
    }
}

fn figures() -> impl Strategy<Value = f64> {
    prop_oneof![6 => -5.0..5.0f64, 2 => (-2..3i32).prop_map(f64::from), 1 => Just(f64::NAN)]
}

proptest! {
    #[test]
    fn scores_of_paths_are_what_the_definition_says(
        paths in prop::collection::vec((figures(), prop_oneof![4 => 0.01..1.0f64, 1 => Just(0.0)]), 1..40),
        equal in any::<bool>(),
        actual in prop_oneof![3 => -6.0..6.0f64, 1 => (-2..3i32).prop_map(f64::from)],
    ) {
        let (values, weights): (Vec<f64>, Vec<f64>) = paths.iter().copied().unzip();
        let given = (!equal).then_some(&weights[..]);
        let of = |k: usize| if equal { 1.0 } else { weights[k] };
        let kept: Vec<(f64, f64)> = values.iter().enumerate()
            .map(|(k, x)| (*x, of(k))).filter(|(x, w)| x.is_finite() && *w > 0.0).collect();
        let found = crps(&values, given, actual);
        if kept.is_empty() {
            prop_assert!(found.is_nan() && pit(&values, given, actual).below.is_nan());
            return Ok(());
        }
        let total: f64 = kept.iter().map(|(_, w)| w).sum();
        let to_actual: f64 = kept.iter().map(|(x, w)| w / total * (x - actual).abs()).sum();
        let (mut apart, mut squares) = (0.0, 0.0);
        for (x, w) in &kept {
            squares += (w / total).powi(2);
            apart += kept.iter().map(|(y, v)| w * v / (total * total) * (x - y).abs()).sum::<f64>();
        }
        prop_assert!((found - (to_actual - apart / 2.0)).abs() < 1e-12);
        let fair = fair_crps(&values, given, actual);
        if kept.len() > 1 {
            prop_assert!((fair - (to_actual - apart / 2.0 / (1.0 - squares))).abs() < 1e-9);
        } else {
            prop_assert!(fair.is_nan());
        }
        let share = |f: &dyn Fn(f64) -> bool| {
            kept.iter().filter(|(x, _)| f(*x)).map(|(_, w)| w / total).sum::<f64>()
        };
        let place = pit(&values, given, actual);
        prop_assert!((place.below - share(&|x| x < actual)).abs() < 1e-12);
        prop_assert!((place.at_most - share(&|x| x <= actual)).abs() < 1e-12);
        // One figure: the energy score is the same.
        let energy = energy_score(&values, given, &[actual], &mut |_, _| true).expect("a score");
        prop_assert!((energy - found).abs() < 1e-12);
    }

    #[test]
    fn many_bands_and_quantiles_come_to_the_score_of_all_paths(
        values in prop::collection::vec(-5.0..5.0f64, 2..60),
        actual in -6.0..6.0f64,
    ) {
        // The mean of the score over all levels, of the quantile function of the paths.
        let mut sorted = values.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        let step = |u: f64| sorted[((u * values.len() as f64) as usize).min(values.len() - 1)];
        let parts = 200 * values.len();
        let mean = (0..parts).map(|k| {
            let level = (k as f64 + 0.5) / parts as f64;
            quantile_score(step(level), level, actual)
        }).sum::<f64>() / parts as f64;
        prop_assert!((mean - crps(&values, None, actual)).abs() < 1e-3);
        // A band is two quantiles, and the median one.
        let q = quantiles(&values, &[0.1, 0.25, 0.5, 0.75, 0.9]);
        let bands = [(0.8, q[0], q[4]), (0.5, q[1], q[3])];
        let sum: f64 = [0.1, 0.25, 0.5, 0.75, 0.9].iter().zip(&q)
            .map(|(level, q)| quantile_score(*q, *level, actual) / 2.0).sum();
        let found = weighted_interval_score(q[2], &bands, actual);
        prop_assert!((found - sum / 2.5).abs() < 1e-12, "{found} {}", sum / 2.5);
        let width = q[4] - q[0];
        prop_assert!(interval_score(q[0], q[4], 0.8, actual) >= width);
    }

    #[test]
    fn the_comparison_is_that_of_its_formula(
        losses in prop::collection::vec((0.0..4.0f64, 0.0..4.0f64), 5..60),
        horizon in 1..5usize,
    ) {
        let (a, b): (Vec<f64>, Vec<f64>) = losses.iter().copied().unzip();
        let n = a.len();
        let found = diebold_mariano(&a, &b, horizon);
        if n < horizon + 3 {
            prop_assert!(found.expect_err("too few").to_string().contains("three origins more"));
            return Ok(());
        }
        let found = found.expect("enough");
        let mean = a.iter().zip(&b).map(|(a, b)| a - b).sum::<f64>() / n as f64;
        prop_assert!((found.difference - mean).abs() < 1e-12);
        let t = StudentsT::new(0.0, 1.0, n as f64 - 1.0).expect("a law");
        let p = 2.0 * t.cdf(-found.statistic.abs());
        prop_assert!((found.p_value - p).abs() < 1e-10, "{} {p}", found.p_value);
        // The other way round it is the other one that is better.
        let other = diebold_mariano(&b, &a, horizon).expect("enough");
        prop_assert!((other.statistic + found.statistic).abs() < 1e-9);
        if horizon == 1 {
            let spread: f64 = a.iter().zip(&b).map(|(a, b)| (a - b - mean).powi(2)).sum();
            let student = mean / (spread / (n as f64 - 1.0) / n as f64).sqrt();
            prop_assert!((found.statistic / student - 1.0).abs() < 1e-9, "{}", found.statistic);
        }
    }
}

#[test]
fn several_figures_score_together_as_the_definition_says() {
    // The expected score of the true law is the least: one that leaves out the correlation scores worse.
    let score = |paths: &[f64], actual: &[f64]| {
        energy_score(paths, None, actual, &mut |_, _| true).expect("a score")
    };
    assert_eq!(score(&[0.0, 0.0, 0.0, 2.0], &[0.0, 0.0]), 0.5);
    assert_eq!(score(&[3.0, 4.0], &[0.0, 0.0]), 5.0);
    let error = energy_score(&[1.0, 2.0, 3.0], None, &[0.0, 0.0], &mut |_, _| true);
    assert!(error.expect_err("three numbers").to_string().contains("no rows of 2 figures"));
    let stopped = energy_score(&[1.0; 400], None, &[0.0; 2], &mut |_, _| false);
    assert!(stopped.expect_err("stopped").is_interrupted());
}

#[test]
fn probabilities_are_put_into_classes() {
    assert_eq!(brier(0.0, false) + brier(1.0, true), 0.0);
    let stated = [0.0, 0.05, 0.2, 0.2, 0.35, 0.99, 1.0, f64::NAN];
    let met = [false, false, true, false, true, true, true, true];
    let classes = reliability(&stated, &met, 5);
    let counts: Vec<usize> = classes.iter().map(|class| class.count).collect();
    assert_eq!(counts, [2, 3, 0, 0, 2]);
    assert!((classes[1].stated - 0.25).abs() < 1e-15);
    assert!((classes[1].happened.value - 2.0 / 3.0).abs() < 1e-15);
    assert!(classes[2].happened.value.is_nan() && classes[2].happened.high == 1.0);
}

/// Any number that a stranger may hand over.
fn odd() -> impl Strategy<Value = f64> {
    prop_oneof![
        -1e3..1e3f64,
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(-1e308),
        Just(0.0),
        Just(1.0),
    ]
}

proptest! {
    #[test]
    fn a_logarithmic_score_is_that_of_kernels(
        values in prop::collection::vec(-5.0..5.0f64, 3..40),
        actual in -6.0..6.0f64,
    ) {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let sd = (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
        let ends = quantiles(&values, &[0.25, 0.75]);
        let width = 1.06 * sd.min((ends[1] - ends[0]) / 1.34) * n.powf(-0.2);
        let kernel = |x: f64| {
            (-0.5 * ((actual - x) / width).powi(2)).exp() / (width * std::f64::consts::TAU.sqrt())
        };
        let density = values.iter().map(|x| kernel(*x)).sum::<f64>() / n;
        prop_assume!(density > 1e-300);
        let found = log_score(&values, None, actual);
        prop_assert!((found + density.ln()).abs() < 1e-9 * (1.0 + found.abs()), "{found}");
        // Equal weights are none.
        let weighted = log_score(&values, Some(&vec![2.5; values.len()]), actual);
        prop_assert!((weighted - found).abs() < 1e-9 * (1.0 + found.abs()));
    }

    #[test]
    fn paths_of_benchmarks_do_not_depend_on_how_many_there_are(
        values in prop::collection::vec(1.0..9.0f64, 7..20),
        walk in any::<bool>(),
        kind in prop::sample::select(Kind::ALL.to_vec()),
    ) {
        let known = Known { name: "x", values: &values, last: 2020, kind };
        let which = if walk { Benchmark::RandomWalkWithDrift } else { Benchmark::ClippedAutoregression };
        let some = benchmark_paths(&known, which, 3, 10, 7).expect("paths");
        let more = benchmark_paths(&known, which, 5, 300, 7).expect("paths");
        for (row, longer) in some.iter().zip(&more) {
            prop_assert_eq!(&row[..], &longer[..10]);
        }
        prop_assert!(more.iter().flatten().all(|x| x.is_finite()));
        if kind == Kind::Share {
            prop_assert!(more.iter().flatten().all(|x| *x >= 0.0 && *x <= 100.0));
        }
    }

    #[test]
    fn a_clipped_fit_leaves_the_least_squares_within_its_limits(
        values in prop::collection::vec(-9.0..9.0f64, 6..30),
    ) {
        let found = fit_clipped_autoregression(&values).expect("a fit");
        let sum = |persistence: f64| {
            let pairs: Vec<(f64, f64)> = values.windows(2).map(|p| (p[0], p[1])).collect();
            let n = pairs.len() as f64;
            let left = |(x, y): &(f64, f64)| y - persistence * x;
            let mean = pairs.iter().map(left).sum::<f64>() / n;
            pairs.iter().map(|pair| (left(pair) - mean).powi(2)).sum::<f64>()
        };
        let (low, high) = PERSISTENCE;
        prop_assert!(found.persistence >= low && found.persistence <= high);
        let own = sum(found.persistence);
        for k in 0..=20 {
            let other = low + (high - low) * f64::from(k) / 20.0;
            prop_assert!(own <= sum(other) * (1.0 + 1e-9) + 1e-9);
        }
        let freedom = values.len() as f64 - 3.0;
        prop_assert!((found.sd * found.sd * freedom - own).abs() < 1e-9 * (1.0 + own));
    }

    #[test]
    fn nothing_that_is_handed_over_breaks_what_looks_at_origins(
        values in prop::collection::vec(odd(), 0..30),
        block in 0..40usize,
        classes in 0..6usize,
    ) {
        let sums: Vec<OriginSums> =
            values.iter().map(|&of| OriginSums { of, by: of.abs() }).collect();
        let _ = origin_ratio(&sums, block);
        let share = origin_share(&sums, block);
        prop_assert!(share.value.is_nan() || share.low <= share.high);
        let origins: Vec<usize> = (0..values.len()).map(|k| k * 1_000_000_007).collect();
        prop_assert_eq!(pit_histogram(&values, &origins, classes, block).len(), classes);
        let met: Vec<bool> = values.iter().map(|x| *x > 0.0).collect();
        prop_assert_eq!(consistency_bars(&values, &met, &origins, classes, block).len(), classes);
        let _ = log_score(&values, None, 1.0);
        let _ = fan_scores(&values, None, f64::NAN);
        let _ = stated_scores(&values, &values, 0.5);
        let law = Recalibration::learnt(&values);
        prop_assert!(law.spread.is_finite() && law.shift.is_finite());
        for kind in Kind::ALL {
            prop_assert_eq!(law.applied(&values, kind).len(), values.len());
            let known = Known { name: "x", values: &values, last: i32::MAX, kind };
            let _ = benchmark_paths(&known, Benchmark::RandomWalkWithDrift, 2, 3, 1);
            let _ = benchmark_paths(&known, Benchmark::ClippedAutoregression, 2, 3, 1);
        }
    }

    #[test]
    fn a_recalibration_keeps_the_order_of_paths(
        values in prop::collection::vec(0.5..90.0f64, 2..50),
        shift in -1.0..1.0f64,
        spread in 0.3..3.0f64,
    ) {
        let law = Recalibration { shift, spread };
        for kind in Kind::ALL {
            let found = law.applied(&values, kind);
            for (k, a) in values.iter().enumerate() {
                for (m, b) in values.iter().enumerate() {
                    prop_assert!(!(a < b) || found[k] <= found[m] + 1e-9);
                }
            }
            let none = Recalibration { shift: 0.0, spread: 1.0 }.applied(&values, kind);
            for (a, b) in values.iter().zip(none) {
                prop_assert!((a - b).abs() < 1e-9 * (1.0 + a.abs()));
            }
        }
    }
}

#[test]
fn stated_quantiles_that_make_no_sense_are_refused() {
    let said = |levels: &[f64], values: &[f64]| {
        stated_scores(levels, values, 0.0).expect_err("a mistake").to_string()
    };
    assert!(said(&[0.1, 0.9], &[0.0, 1.0]).contains("no 0.5 among the levels"));
    assert!(said(&[0.1, 0.5], &[1.0, 0.0]).contains("quantiles never fall"));
    assert!(said(&[0.5, 0.5], &[0.0, 1.0]).contains("each once"));
    assert!(said(&[0.5], &[0.0, 1.0]).contains("1 levels for 2 quantiles"));
    assert!(said(&[], &[]).contains("0 levels"));
}
