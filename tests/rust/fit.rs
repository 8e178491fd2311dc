//! Learning from data (`tinbergen::fit`): calibration by simulation, another program's posterior, what holds of any
//! panel, and bad input.

use std::collections::BTreeMap;

use tinbergen::fit::{Panel, Posterior, Prior, Series, Settings, Space, Tier, fit};

use crate::calibration::{NAMES, chi_squared, ranks};

/// Ranks in ten classes have a chi-squared statistic with 9 degrees of freedom, above 33.7 once in 10,000: with 13
/// numbers a false alarm comes once in 770 seeds.
fn assert_uniform(space: Space, periods: usize, repetitions: usize, thin: usize) {
    let all = ranks(space, 6, periods, repetitions, 1, thin);
    for (k, name) in NAMES.iter().enumerate() {
        let of: Vec<usize> = all.iter().map(|ranks| ranks[k]).collect();
        let found = chi_squared(&of);
        assert!(found < 33.7, "{space:?}, {name}: {found}");
    }
}

#[test]
fn the_posterior_of_growth_is_calibrated() {
    assert_uniform(Space::Growth, 12, 150, 12);
}

#[test]
fn the_posterior_of_levels_is_calibrated() {
    assert_uniform(Space::Level, 12, 150, 12);
}

#[test]
#[cfg_attr(not(feature = "slow"), ignore = "slow: make test-full")]
fn the_posteriors_are_calibrated_on_more_panels() {
    assert_uniform(Space::Growth, 15, 1000, 20);
    assert_uniform(Space::Level, 15, 1000, 20);
}

fn golden(file: &str) -> String {
    std::fs::read_to_string(crate::root().join("tests/golden").join(file)).expect("a file")
}

/// The panels of `tests/golden/fit_panels.csv`.
fn golden_panels() -> BTreeMap<String, Vec<Series>> {
    let mut panels: BTreeMap<String, Vec<Series>> = BTreeMap::new();
    let text = golden("fit_panels.csv");
    for line in text.lines().filter(|line| !line.starts_with(['#', 'p'])) {
        let mut parts = line.split(',');
        let (kind, name) = (parts.next().expect("a panel"), parts.next().expect("a series"));
        let values =
            parts.filter(|x| !x.is_empty()).map(|x| x.parse().expect("a number")).collect();
        panels.entry(kind.to_owned()).or_default().push(Series::new(name, values));
    }
    panels
}

/// Mean and sd of every parameter of two hierarchical panels are those of NumPyro (NUTS with the discrete part summed
/// out; `scripts/fit_reference.py`). Both have Monte Carlo errors: means are held to 0.12 sds of the posterior, sds to
/// 15 %; about five standard errors at the sampler's autocorrelation.
#[test]
fn hierarchical_posteriors_are_those_of_numpyro() {
    let prior = Prior {
        scale: Some(1.0),
        centre: Some(0.0),
        centre_sd: Some(1.0),
        spread: 0.5,
        skew: 0.0,
        ..Prior::default()
    };
    let golden = golden("fit.csv");
    let mut count = 0;
    for (kind, series) in golden_panels() {
        let space = if kind == "level" { Space::Level } else { Space::Growth };
        let panel = Panel::new(series, space);
        let settings = Settings { burn_in: 1000, ..Settings::new(40_000, 1) };
        let posterior = fit(&panel, &prior, &settings).expect("a posterior");
        for line in golden.lines().filter(|line| line.starts_with(&format!("{kind},"))) {
            let parts: Vec<&str> = line.split(',').collect();
            let number = |k: usize| parts[k].parse::<f64>().expect("a number");
            let (mean, sd) = moments(&parameter(&posterior, parts[1]));
            let (wanted, wide) = (number(2), number(3));
            // What another sampler knows of a mean to within its own error.
            let allowed = 0.12 * wide + 5.0 * number(4);
            assert!((mean - wanted).abs() < allowed, "{line}: mean {mean}");
            if parts[1].starts_with("wanders") {
                count += 1;
                continue; // a probability there, a draw here
            }
            // Few draws are in the long lower tail of the logarithm of a spread.
            let close = if parts[1] == "ln_mean_spread" { 0.35 } else { 0.15 };
            assert!((sd / wide - 1.0).abs() < close, "{line}: sd {sd}");
            count += 1;
        }
    }
    assert!(count > 50, "{count}");
}

/// The draws of a parameter by its name in `tests/golden/fit.csv`.
fn parameter(posterior: &Posterior, name: &str) -> Vec<f64> {
    let peers = &posterior.peers;
    let narrow = ((posterior.df - 2.0) / posterior.df).sqrt();
    let of = name
        .split_once('[')
        .map(|(name, i)| (name, i.trim_end_matches(']').parse::<usize>().expect("a place")));
    if let Some((name, i)) = of {
        return match name {
            "mean_of" => {
                let rows = posterior
                    .mean
                    .column(i)
                    .to_vec()
                    .into_iter()
                    .zip(posterior.persistence.column(i).to_vec());
                rows.filter(|(_, persistence)| *persistence < 1.0).map(|(mean, _)| mean).collect()
            }
            "ln_sd_of" => posterior.sd.column(i).iter().map(|x| (x * narrow).ln()).collect(),
            "loading_of" => posterior.loading.column(i).iter().map(|x| x * narrow).collect(),
            "wanders" => {
                posterior.persistence.column(i).iter().map(|x| f64::from(*x == 1.0)).collect()
            }
            other => panic!("{other}"),
        };
    }
    let ln = |x: &[f64]| x.iter().map(|x| x.ln()).collect();
    match name {
        "mean" => peers.mean.clone(),
        "ln_mean_spread" => ln(&peers.mean_spread),
        "persistence" => peers.persistence.clone(),
        "persistence_spread" => peers.persistence_spread.clone(),
        "unit_root" => peers.unit_root.clone(),
        "loading" => peers.loading.clone(),
        "ln_sd" => ln(&peers.sd),
        "ln_df" => ln(&peers.df),
        "momentum" => peers.momentum.clone(),
        other => panic!("{other}"),
    }
}

fn moments(x: &[f64]) -> (f64, f64) {
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    let variance = x.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / x.len() as f64;
    (mean, variance.sqrt())
}

fn panel() -> Panel {
    let mut series = golden_panels().remove("growth").expect("a panel");
    series[1].values[4] = f64::NAN;
    series[2].values[14] = f64::NAN;
    series[2].values[15] = f64::NAN;
    series.push(Series::new("outside", vec![f64::NAN; 16]));
    Panel::new(series, Space::Growth)
}

#[test]
fn parameters_stay_in_their_bounds_and_paths_are_finite() {
    for (tier, space) in [
        (Tier::Sampled, Space::Growth),
        (Tier::Sampled, Space::Share),
        (Tier::ClosedForm, Space::Change),
        (Tier::ClosedForm, Space::Level),
    ] {
        let panel = Panel { space, ..panel() };
        let settings = Settings::new(500, 3).with_tier(tier);
        let posterior = fit(&panel, &Prior::default(), &settings).expect("a posterior");
        let lowest = if matches!(space, Space::Growth | Space::Change) { -0.90 } else { 0.0 };
        assert!(posterior.persistence.iter().all(|x| (lowest..=0.985).contains(x) || *x == 1.0));
        assert!(posterior.momentum.iter().all(|x| (-0.5..=0.9).contains(x)));
        assert!(posterior.sd.iter().all(|x| *x > 0.0 && x.is_finite()));
        assert!(posterior.own.iter().all(|x| (0.0..=1.0).contains(x)), "{}", posterior.own);
        let paths = posterior.forecast(&panel, 40, 1).expect("paths");
        assert!(paths.iter().all(|x| x.is_finite() && x.abs() < 1e4), "{tier:?} {space:?}");
        // Nobody knows the errors of a series without figures, nor those at a gap.
        assert!(posterior.weights.row(6).iter().all(|x| x.is_nan()));
        assert!(posterior.weights[[1, 4]].is_nan() && posterior.weights[[1, 5]].is_nan());
        assert!(posterior.weights[[1, 8]] > 0.0);
        assert!(posterior.own.row(6).iter().all(|x| *x < 1e-6) && posterior.own[[0, 2]] > 0.1);
    }
}

#[test]
fn a_seed_gives_the_same_bits_and_another_seed_others() {
    for tier in [Tier::Sampled, Tier::ClosedForm] {
        let of = |seed| {
            fit(&panel(), &Prior::default(), &Settings::new(50, seed).with_tier(tier))
                .expect("a posterior")
        };
        assert_eq!(of(1).sd, of(1).sd);
        assert_eq!(of(1).peers, of(1).peers);
        assert_ne!(of(1).mean, of(2).mean);
    }
}

/// Units of measurement do not matter: figures in thousands give parameters in thousands.
#[test]
fn the_unit_of_the_figures_does_not_matter() {
    for tier in [Tier::Sampled, Tier::ClosedForm] {
        let mut large = panel();
        large.series.iter_mut().flat_map(|s| &mut s.values).for_each(|x| *x *= 1024.0);
        let settings = Settings::new(100, 1).with_tier(tier);
        let one = fit(&panel(), &Prior::default(), &settings).expect("a posterior");
        let other = fit(&large, &Prior::default(), &settings).expect("a posterior");
        // A power of two, so that not even the last bit of a product differs.
        let gap = one
            .sd
            .iter()
            .zip(&other.sd)
            .map(|(a, b)| (b / a / 1024.0 - 1.0).abs())
            .fold(0.0, f64::max);
        assert!(gap < 1e-9, "{tier:?}: {gap}");
    }
}

#[test]
fn an_outlier_gets_a_small_weight_and_pulls_little() {
    let quiet = panel();
    let mut wild = panel();
    wild.series[0].values[9] -= 40.0;
    let settings = Settings::new(1000, 1);
    let of = |panel: &Panel| fit(panel, &Prior::default(), &settings).expect("a posterior");
    let (before, after) = (of(&quiet), of(&wild));
    assert!(
        after.weights[[0, 9]] < 0.05 && after.weights[[0, 6]] > 0.5,
        "{}",
        after.weights.row(0)
    );
    let mean = |p: &Posterior| moments(&p.mean.column(0).to_vec()).0;
    assert!((mean(&before) - mean(&after)).abs() < 1.5, "{} {}", mean(&before), mean(&after));
    // Left out, it is not looked at, while the next error still starts from it.
    let mut left_out = wild.clone();
    left_out.series[0].left_out = (0..16).map(|t| t == 9).collect();
    assert!(of(&left_out).weights[[0, 9]].is_nan());
}

#[test]
fn a_panel_of_one_and_covariates_are_fitted() {
    let one = Panel::new(vec![panel().series[0].clone()], Space::Growth);
    let posterior = fit(&one, &Prior::default(), &Settings::new(300, 1)).expect("a posterior");
    assert!(posterior.loading.iter().all(|x| *x == 0.0) && posterior.common() == [0.0]);
    // Means that a covariate explains: a series without figures follows its own.
    let values = |k: usize| {
        (0..12).map(|t| 3.0 * k as f64 + f64::from((t * 7 + k as i32 * 5) % 11) * 0.1).collect()
    };
    let mut series: Vec<Series> = (0..8)
        .map(|k| Series::new(format!("{k}"), values(k)).with_covariates(vec![k as f64]))
        .collect();
    series[6].values.fill(f64::NAN);
    let panel = Panel::new(series, Space::Growth);
    let posterior = fit(&panel, &Prior::default(), &Settings::new(1000, 1)).expect("a posterior");
    let (mean, _) = moments(&posterior.mean.column(6).to_vec());
    assert!((mean - 18.5).abs() < 3.0, "{mean}");
}

#[test]
fn bad_input_is_refused_with_a_way_out() {
    let settings = Settings::new(10, 1);
    let refused = |panel: &Panel, prior: &Prior, settings: &Settings, wanted: &str| {
        let error = fit(panel, prior, settings).expect_err(wanted).to_string();
        assert!(error.contains(wanted), "{wanted}: {error}");
    };
    let prior = Prior::default();
    refused(&Panel::new(vec![], Space::Growth), &prior, &settings, "give at least one");
    let one = |values: Vec<f64>| Panel::new(vec![Series::new("a", values)], Space::Growth);
    refused(&one(vec![2.0; 9]), &prior, &settings, "no series moves");
    refused(&one(vec![]), &prior, &settings, "no series moves");
    refused(&one(vec![1.0, f64::INFINITY]), &prior, &settings, "infinite");
    let two = Panel::new(
        vec![Series::new("a", vec![1.0, 2.0]), Series::new("b", vec![1.0])],
        Space::Level,
    );
    refused(&two, &prior, &settings, "b: it has 1 periods");
    let mut covariate = two.clone();
    covariate.series[1] = Series::new("b", vec![1.0, 3.0]).with_covariates(vec![1.0]);
    refused(&covariate, &prior, &settings, "b: it has 1 covariates");
    let wrong = Prior { spread: -1.0, ..Prior::default() };
    refused(&panel(), &wrong, &settings, "prior.spread: -1");
    refused(&panel(), &prior, &Settings::new(0, 1), "1 to 1,000,000");
    let posterior = fit(&panel(), &prior, &settings).expect("a posterior");
    assert!(posterior.forecast(&panel(), 0, 1).is_err() && posterior.forecast(&two, 5, 1).is_err());
}
