//! Conditioning on outturns, held against closed forms.

use tinbergen::model::{
    Change, Distribution, Event, Factor, Indicator, Link, Of, Over, Process, Quantity, Scenario,
    Target,
};
use tinbergen::outturns::{Date, Outturn, Outturns, Precision};
use tinbergen::period::Period;
use tinbergen::{Design, Ensembles, Model, Sampling, plan};

fn period(year: i32) -> Period {
    Period::year(year)
}

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

fn outturn(indicator: &str, year: i32, value: f64) -> Outturn {
    Outturn::new(indicator, period(year), value, date(&format!("{}-03-01", year + 1)))
}

fn outturns(rows: Vec<Outturn>) -> Outturns {
    Outturns::new(rows).expect("rows that can be")
}

fn growth_model() -> Model {
    Model::new("growth", "2021..2030".parse().expect("a span"))
        .with_indicator(
            "gdp",
            Indicator::from_process(Process::growth("trend")).with_history(period(2020), 100.0),
        )
        .with_parameter("trend", Distribution::normal(0.05, 0.02))
        .with_shock("gdp", Distribution::normal(0.0, 0.03))
}

fn tracked(model: &Model, rows: Vec<Outturn>, sampling: &Sampling) -> Ensembles {
    let program = model.compile().expect("a model");
    let tracked = program.observe(&outturns(rows), None).expect("outturns that fit");
    tracked.simulate(sampling).expect("a run")
}

/// Weighted mean and variance of a function of an indicator in a year.
fn moments(runs: &Ensembles, indicator: &str, year: i32, of: fn(f64) -> f64) -> (f64, f64) {
    let ensemble = runs.get("baseline").expect("it ran");
    let row = ensemble.row(indicator, period(year)).expect("it is kept");
    let weights = ensemble.weights().expect("weights");
    let mean: f64 = row.iter().zip(weights).map(|(x, w)| w * of(*x)).sum();
    let square: f64 = row.iter().zip(weights).map(|(x, w)| w * (of(*x) - mean).powi(2)).sum();
    (mean, square)
}

/// The posterior of a normal mean whose variance is known: precisions add up.
#[test]
fn the_trend_is_learnt_as_the_conjugate_posterior_says() {
    let growth = [0.08, 0.02, 0.11];
    let mut level = 100.0;
    let rows = growth.iter().enumerate().map(|(k, g): (usize, &f64)| {
        level *= g.exp();
        outturn("gdp", 2021 + k as i32, level)
    });
    let sampling = Sampling::new(40_000, 1).with_design(Design::Antithetic);
    let runs = tracked(&growth_model(), rows.collect(), &sampling);
    let ensemble = runs.get("baseline").expect("it ran");
    assert!((ensemble.effective_paths() / 40_000.0 - 1.0).abs() < 1e-9, "all weights are equal");
    let precision = 1.0 / 0.02f64.powi(2) + 3.0 / 0.03f64.powi(2);
    let mean = (0.05 / 0.02f64.powi(2) + growth.iter().sum::<f64>() / 0.03f64.powi(2)) / precision;
    for h in 1..=7 {
        let (found, variance) = moments(&runs, "gdp", 2023 + h, f64::ln);
        let wanted = level.ln() + f64::from(h) * mean;
        assert!((found - wanted).abs() < 1e-9, "{h}: {found} {wanted}"); // mirror images leave no error
        let wanted = f64::from(h) * 0.03f64.powi(2) + f64::from(h * h) / precision;
        // Relative standard error of a variance sqrt(2 / 20,000) = 1 %; false alarm below 1e-6.
        assert!((variance / wanted - 1.0).abs() < 0.05, "{h}: {variance} {wanted}");
    }
    let gdp = ensemble.paths("gdp").expect("kept");
    assert!(gdp.row(2).iter().all(|value| *value == level));
    // The density of the data: a normal with variance s^2 I + t^2 1 1'.
    let (s2, t2) = (0.03f64.powi(2), 0.02f64.powi(2));
    let centred: Vec<f64> = growth.iter().map(|g| g - 0.05).collect();
    let sum: f64 = centred.iter().sum();
    let square: f64 =
        centred.iter().map(|c| c * c).sum::<f64>() / s2 - sum * sum * t2 / (s2 * (s2 + 3.0 * t2));
    let determinant = s2 * s2 * (s2 + 3.0 * t2);
    let mut log = -0.5 * (square + determinant.ln() + 3.0 * (2.0 * std::f64::consts::PI).ln());
    let mut level = 100.0;
    for g in growth {
        level *= f64::exp(g);
        log -= f64::ln(level);
    }
    let evidence = ensemble.evidence().expect("evidence");
    assert!((evidence - log).abs() < 1e-6, "{evidence} {log}");
}

/// What is not observed moves with what is, through the correlation of the shocks.
#[test]
fn an_unobserved_indicator_is_conditioned_through_the_correlation() {
    let share = |name: &str| {
        Indicator::from_process(Process::level("norm"))
            .with_history(period(2020), 10.0)
            .with_label(name)
    };
    let model = Model::new("two", "2021..2023".parse().expect("a span"))
        .with_indicator("a", share("a"))
        .with_indicator("b", share("b"))
        .with_parameter("norm", 10.0)
        .with_shock("a", Distribution::normal(0.0, 2.0))
        .with_shock("b", Distribution::normal(0.0, 3.0))
        .with_correlation("a", "b", 0.6);
    let sampling = Sampling::new(40_000, 2).with_design(Design::Antithetic);
    let runs = tracked(&model, vec![outturn("a", 2021, 13.0)], &sampling);
    let (mean, variance) = moments(&runs, "b", 2021, |x| x);
    assert!((mean - (10.0 + 0.6 * 3.0 / 2.0 * 3.0)).abs() < 1e-9, "{mean}");
    assert!((variance / (9.0 * (1.0 - 0.36)) - 1.0).abs() < 0.05, "{variance}");
}

/// A heavy-tailed shock and a normal parameter, against numerical integration.
#[test]
fn a_heavy_tailed_shock_gives_the_posterior_of_numerical_integration() {
    let model = growth_model().with_shock("gdp", Distribution::student_t(0.0, 0.03, 4.0));
    let observed = 0.19; // far out
    let rows = vec![outturn("gdp", 2021, 100.0 * f64::exp(observed))];
    let runs = tracked(&model, rows, &Sampling::new(200_000, 3));
    let (found, _) = moments(&runs, "gdp", 2022, f64::ln);
    let scale = 0.03 * (2.0f64 / 4.0).sqrt();
    let density = |trend: f64| {
        let t = (observed - trend) / scale;
        let z = (trend - 0.05) / 0.02;
        (1.0 + t * t / 4.0).powf(-2.5) * (-0.5 * z * z).exp()
    };
    let grid = (-4000..4000).map(|k| 0.05 + f64::from(k) * 5e-5);
    let (mut mass, mut mean) = (0.0, 0.0);
    grid.for_each(|trend| {
        mass += density(trend);
        mean += trend * density(trend);
    });
    let wanted = 100f64.ln() + observed + mean / mass;
    // Standard error below 0.04 / sqrt(100,000) = 1.3e-4; false alarm below 1e-5.
    assert!((found - wanted).abs() < 6e-4, "{found} {wanted}");
}

/// Measurement error, against the prior weighted by its likelihood.
#[test]
fn a_noisy_outturn_gives_what_weighting_the_prior_gives() {
    let model = growth_model();
    let noisy = outturn("gdp", 2022, 118.0).with_precision(Precision::Sd(2.0));
    let runs = tracked(&model, vec![noisy], &Sampling::new(200_000, 4));
    let (found, spread) = moments(&runs, "gdp", 2023, f64::ln);
    let program = model.compile().expect("a model");
    let prior = program.simulate(&Sampling::new(400_000, 5)).expect("a run");
    let prior = prior.get("baseline").expect("it ran");
    let row = |year| prior.row("gdp", period(year)).expect("kept");
    let (mut mass, mut mean, mut square) = (0.0, 0.0, 0.0);
    for (now, next) in row(2022).iter().zip(row(2023)) {
        let z = (118.0 - now) / 2.0;
        let weight = (-0.5 * z * z).exp();
        mass += weight;
        mean += weight * next.ln();
        square += weight * next.ln() * next.ln();
    }
    (mean, square) = (mean / mass, square / mass);
    // About 80,000 and 200,000 effective paths, sd 0.04: standard error 1.7e-4; alarm below 1e-6.
    assert!((found - mean).abs() < 8.5e-4, "{found} {mean}");
    assert!((spread / (square - mean * mean) - 1.0).abs() < 0.03, "{spread}");
}

/// Arrivals are learnt from an observed count: gamma prior and Poisson counts are conjugate.
#[test]
fn an_observed_count_gives_the_conjugate_posterior_of_its_rate() {
    let model = Model::new("firms", "2021..2023".parse().expect("a span"))
        .with_indicator(
            "firms",
            Indicator::from_process(Process::count("rate", 0.0)).with_history(period(2020), 300.0),
        )
        .with_parameter("rate", Distribution::gamma(20.0, 4.0));
    let rows = vec![outturn("firms", 2021, 400.0), outturn("firms", 2022, 490.0)];
    let runs = tracked(&model, rows, &Sampling::new(100_000, 6));
    let (mean, _) = moments(&runs, "firms", 2023, |x| x - 490.0);
    let wanted = (20.0 + 190.0) / (0.25 + 2.0);
    // Standard deviation of the predictive 11.6: standard error below 0.06; false alarm below 1e-6.
    assert!((mean - wanted).abs() < 0.3, "{mean} {wanted}");
    let first = runs.get("baseline").expect("it ran").row("firms", period(2021)).expect("kept");
    assert!(first.iter().all(|x| *x == 400.0));
}

/// A slump that a normal shock cannot explain raises the probability that an event did.
#[test]
fn an_event_explains_a_slump() {
    let event = Event {
        label: None,
        probability: 0.1.into(),
        duration: Quantity::from(1.0),
        overlap: false,
        source: None,
        assumption: None,
        size: [("gdp".to_owned(), Quantity::from(-0.1))].into_iter().collect(),
    };
    let model = growth_model().with_parameter("trend", 0.05).with_event("crisis", event);
    let rows = vec![outturn("gdp", 2021, 100.0 * f64::exp(-0.01))];
    let runs = tracked(&model, rows, &Sampling::new(100_000, 7));
    let evidence = runs.get("baseline").expect("it ran").evidence().expect("evidence");
    let normal = |x: f64| (-0.5 * x * x).exp() / (0.03 * (2.0 * std::f64::consts::PI).sqrt());
    let level = 100.0 * f64::exp(-0.01);
    let wanted = (0.1 * normal(0.04 / 0.03) + 0.9 * normal(0.06 / 0.03)) / level;
    // Standard error of the log about 0.2 %; false alarm below 1e-6.
    assert!((evidence - wanted.ln()).abs() < 0.02, "{evidence} {}", wanted.ln());
}

/// The factor of a break is learnt where it is not known, and both bases can be read.
#[test]
fn a_break_teaches_its_factor_and_both_bases_can_be_read() {
    let factor: Factor = Distribution::lognormal(1.1, 0.05).into();
    let model = growth_model()
        .with_link("boundary", Link::new(period(2021)).with_factor("gdp", factor))
        .with_target(Target::at_least("gdp-2022", "gdp", "2022".parse().expect("a span"), 115.0));
    let program = model.compile().expect("a model");
    let rows = outturns(vec![outturn("gdp", 2021, 118.0).on_basis("boundary")]);
    let held = program.observe(&rows, None).expect("they fit");
    let sampling = Sampling::new(40_000, 8).with_design(Design::Antithetic);
    let old = held.simulate(&sampling).expect("a run");
    let new = held.simulate(&sampling.clone().with_basis("boundary")).expect("a run");
    let (mean, _) = moments(&old, "gdp", 2021, f64::ln);
    // log y = log x + log f: the gap is shared in proportion to the variances.
    let variance = (1.0f64 + (0.05f64 / 1.1).powi(2)).ln();
    let (log_factor, growth) = (1.1f64.ln() - variance / 2.0, 0.02f64.powi(2) + 0.03f64.powi(2));
    let gap = 118f64.ln() - 100f64.ln() - 0.05 - log_factor;
    let wanted = 100f64.ln() + 0.05 + gap * growth / (growth + variance);
    assert!((mean - wanted).abs() < 1e-9, "{mean} {wanted}");
    let (mean, spread) = moments(&new, "gdp", 2021, |x| x);
    assert!((mean - 118.0).abs() < 1e-9 && spread < 1e-18);
    let probability =
        |runs: &Ensembles| plan::attainment(runs).expect("targets")[0].probability.value;
    assert!(probability(&new) > probability(&old), "the new territory is larger");
}

/// Paths do not depend on how many run, on how many threads, or in blocks of which size.
#[test]
fn a_tracked_path_is_the_same_in_any_company() {
    let program = growth_model()
        .with_shock("gdp", Distribution::student_t(0.0, 0.03, 4.0))
        .compile()
        .expect("a model");
    let rows = outturns(vec![outturn("gdp", 2021, 109.0), outturn("gdp", 2022, 111.0)]);
    let held = program.observe(&rows, None).expect("they fit");
    let bits = |sampling: Sampling| -> Vec<u64> {
        let runs = held.simulate(&sampling).expect("a run");
        let ensemble = runs.get("baseline").expect("it ran");
        ensemble.row("gdp", period(2030)).expect("kept")[..500]
            .iter()
            .map(|x| x.to_bits())
            .collect()
    };
    let one = bits(Sampling::new(2000, 9).with_threads(1));
    assert_eq!(one, bits(Sampling::new(3000, 9).with_threads(2).with_block(8)));
}

fn said(model: &Model, rows: Vec<Outturn>) -> String {
    let program = model.compile().expect("a model");
    let table = match Outturns::new(rows) {
        Ok(table) => table,
        Err(error) => return error.to_string(),
    };
    program.observe(&table, None).map_or_else(|error| error.to_string(), |_| String::new())
}

#[test]
fn what_is_wrong_with_outturns_is_said_with_its_address() {
    let model = growth_model().with_indicator("twice", Indicator::from_equation("twice = 2 * gdp"));
    let cases: [(Vec<Outturn>, &str); 8] = [
        (vec![outturn("gdpp", 2021, 1.0)], "unknown indicator \"gdpp\"; did you mean \"gdp\"?"),
        (vec![outturn("gdp", 2020, 101.0)], "the history of the model has 100 for 2020 already"),
        (vec![outturn("gdp", 2019, 99.0)], "2019 is before 2020"),
        (vec![outturn("gdp", 2021, f64::NAN)], "NaN is not a finite number"),
        (vec![outturn("gdp", 2021, 1.0); 2], "two values of vintage 2022-03-01"),
        (vec![outturn("gdp", 2021, 1.0).on_basis("new")], "no link to the basis \"new\""),
        (vec![outturn("gdp", 2021, 105.0), outturn("twice", 2021, 215.0)], "identities imply 210"),
        (
            vec![Outturn::new("gdp", period(2021), 1.0, date("2020-12-31"))],
            "before 2021 began; a forecast is no outturn",
        ),
    ];
    for (rows, expected) in cases {
        let found = said(&model, rows);
        assert!(found.contains(expected), "{found}");
    }
    let future = vec![Outturn::new("gdp", period(2021), 105.0, date("2999-01-01"))];
    assert!(said(&model, future).contains("after today"));
    assert_eq!(said(&model, vec![outturn("gdp", 2021, 105.0), outturn("twice", 2021, 210.0)]), "");
}

#[test]
fn a_target_on_an_observed_period_is_met_or_not() {
    let target = Target::at_least("gdp-2021", "gdp", "2021".parse().expect("a span"), 104.0);
    let model = growth_model().with_target(target);
    for (value, wanted) in [(105.0, 1.0), (103.0, 0.0)] {
        let runs = tracked(&model, vec![outturn("gdp", 2021, value)], &Sampling::new(1000, 1));
        let rows = plan::attainment(&runs).expect("targets");
        assert!((rows[0].probability.value - wanted).abs() < 1e-12);
    }
}

/// Where a period is published on both bases, the factor is their ratio: exactly, wherever it is
/// used, and the density of the ratio is part of that of the outturns.
#[test]
fn two_exact_figures_of_one_cell_say_what_the_factor_is() {
    let boundary = Distribution::lognormal(1.1, 0.05);
    let with = |factor: Factor| {
        growth_model()
            .with_parameter("boundary", boundary.clone())
            .with_link("boundary", Link::new(period(2020)).with_factor("gdp", factor))
    };
    let both = vec![outturn("gdp", 2021, 104.0), outturn("gdp", 2021, 117.0).on_basis("boundary")];
    // The base year on the new boundary, too.
    let base = vec![outturn("gdp", 2021, 104.0), outturn("gdp", 2020, 112.5).on_basis("boundary")];
    let sampling = Sampling::new(1000, 1).with_basis("boundary");
    for factor in [Factor::from(boundary.clone()), Factor::from("boundary")] {
        for (rows, ratio, old) in [(&both, 117.0 / 104.0, 104.0), (&base, 1.125, 100.0)] {
            let runs = tracked(&with(factor.clone()), rows.clone(), &sampling);
            let ensemble = runs.get("baseline").expect("it ran");
            assert!((ensemble.effective_paths() / 1000.0 - 1.0).abs() < 1e-9);
            let first = ensemble.row("gdp", period(2021)).expect("kept");
            assert!(first.iter().all(|x| (x - 104.0 * ratio).abs() < 1e-9));
            let log = |ratio: f64| {
                let variance: f64 = (1.0f64 + (0.05f64 / 1.1).powi(2)).ln();
                let z = (ratio.ln() - 1.1f64.ln() + variance / 2.0) / variance.sqrt();
                -0.5 * z * z - 0.5 * (2.0 * std::f64::consts::PI * variance).ln() - ratio.ln()
            };
            let alone =
                tracked(&growth_model(), vec![outturn("gdp", 2021, 104.0)], &Sampling::new(8, 1));
            let alone = alone.get("baseline").expect("it ran").evidence().expect("evidence");
            let wanted = alone + log(ratio) - f64::ln(old);
            let evidence = ensemble.evidence().expect("evidence");
            assert!((evidence - wanted).abs() < 1e-8, "{evidence} {wanted}");
        }
    }
    let known = said(&with(Factor::from(1.125)), base.clone());
    assert_eq!(known, "");
    assert!(said(&with(Factor::from(1.2)), base).contains("1.125000 times the 100 of the history"));
    let tied = with(Factor::from("boundary * 1"));
    let found = said(&tied, both.clone());
    assert!(
        found.contains("factor would have to be 1.125000") && found.contains("(sd)"),
        "{found}"
    );
    let narrow: Factor = Distribution::uniform(1.0, 1.1).into();
    let found = said(&with(narrow), both);
    assert!(found.contains("cannot be; widen its distribution"), "{found}");
}

/// What a scenario sets for a period that is now known gives way, and the shares of scenarios are
/// revised by Bayes' rule.
#[test]
fn scenarios_give_way_and_their_shares_are_revised() {
    let set = Change::of_indicator("gdp").setting(90.0).over("2021..2022".parse().expect("a span"));
    let low = Change::of_parameter("trend").adding(-0.04);
    let model = growth_model()
        .with_scenario("slump", Scenario::of([set]))
        .with_scenario("low", Scenario::of([low]).with_probability(0.3));
    let runs = tracked(&model, vec![outturn("gdp", 2021, 97.0)], &Sampling::new(20_000, 1));
    let slump = runs.get("slump").expect("it ran");
    assert!(slump.row("gdp", period(2021)).expect("kept").iter().all(|x| *x == 97.0));
    assert!(slump.row("gdp", period(2022)).expect("kept").iter().all(|x| *x == 90.0));
    // Growth of 2021 is normal with variance 0.02^2 + 0.03^2 about 0.05 or 0.01.
    let density = |mean: f64| {
        let z: f64 = (0.97f64.ln() - mean) / (0.02f64.powi(2) + 0.03f64.powi(2)).sqrt();
        (-0.5 * z * z).exp()
    };
    let (high, low) = (0.7 * density(0.05), 0.3 * density(0.01));
    let strata = runs.get("mixture").expect("it is made").strata().to_vec();
    let wanted = low / (high + low);
    assert!(strata.iter().any(|share| (share - wanted).abs() < 1e-9), "{strata:?} {wanted}");
}

/// A history that is drawn is replaced by what became known of it.
#[test]
fn a_drawn_history_gives_way_to_an_outturn() {
    let history = Distribution::uniform(80.0, 120.0);
    let model = growth_model().with_indicator(
        "gdp",
        Indicator::from_process(Process::growth("trend")).with_history(period(2020), history),
    );
    let late = Outturn::new("gdp", period(2020), 110.0, date("2022-06-30"));
    let runs = tracked(&model, vec![late], &Sampling::new(4000, 1).with_design(Design::Antithetic));
    let ensemble = runs.get("baseline").expect("it ran");
    let mean: f64 = ensemble.row("gdp", period(2021)).expect("kept").iter().map(|x| x.ln()).sum();
    assert!((mean / 4000.0 - (110f64.ln() + 0.05)).abs() < 1e-9);
    // With an error it is one more figure to learn from: 80 to 120 by a likelihood about 118.
    let noisy = Outturn::new("gdp", period(2020), 118.0, date("2022-06-30"));
    let noisy = noisy.with_precision(Precision::Sd(3.0));
    let runs = tracked(&model, vec![noisy], &Sampling::new(100_000, 2));
    let (found, _) = moments(&runs, "gdp", 2021, f64::ln);
    let (mut mass, mut sum) = (0.0, 0.0);
    for k in 0..40_000 {
        let x = 80.0 + (f64::from(k) + 0.5) / 1000.0;
        let weight = (-0.5 * ((118.0 - x) / 3.0).powi(2)).exp();
        mass += weight;
        sum += weight * x.ln();
    }
    // Standard deviation 0.045 over some 90,000 paths: false alarm below 1e-6.
    assert!((found - (sum / mass + 0.05)).abs() < 8e-4, "{found} {}", sum / mass + 0.05);
}

/// The way from the last actual value: what is known is no longer ahead.
#[test]
fn required_paths_begin_at_the_last_outturn() {
    let sum = Target::at_least("sum", "gdp", "2021..2024".parse().expect("a span"), 460.0)
        .with_measure(Of::Level, Over::Sum);
    let model = growth_model()
        .with_target(Target::at_least("level", "gdp", "2024".parse().expect("a span"), 130.0))
        .with_target(sum);
    let rows = vec![outturn("gdp", 2021, 103.0), outturn("gdp", 2022, 107.0)];
    let runs = tracked(&model, rows, &Sampling::new(2000, 1));
    let ensemble = runs.get("baseline").expect("it ran");
    let found = plan::required_paths(&model, ensemble).expect("targets");
    let of = |target: &str| -> Vec<(i32, f64)> {
        let rows = found.iter().filter(|row| row.target == target);
        rows.map(|row| (row.period.ordinal(), row.required)).collect()
    };
    let level = of("level");
    assert_eq!(level.iter().map(|(year, _)| *year).collect::<Vec<_>>(), [2023, 2024]);
    assert!((level[0].1 - (107.0f64 * 130.0).sqrt()).abs() < 1e-9); // even growth: geometric mean
    assert!((level[1].1 - 130.0).abs() < 1e-9);
    let ahead: f64 = of("sum").iter().map(|(_, x)| x).sum();
    assert!((ahead - (460.0 - 103.0 - 107.0)).abs() < 1e-6, "{ahead}");
    let median = found.iter().find(|row| row.target == "level").expect("a row").predicted;
    assert!(median > 107.0 && median < 120.0);
}

/// A small measurement error costs no paths, and is nearly none.
#[test]
fn a_figure_with_a_small_error_is_as_good_as_an_exact_one() {
    let model = Model::new("bent", "2021..2024".parse().expect("a span"))
        .with_indicator(
            "gdp",
            Indicator::from_equation("dlog(gdp) ~ trend * pull ^ 2")
                .with_history(period(2020), 100.0),
        )
        .with_parameter("trend", Distribution::normal(0.05, 0.02))
        .with_parameter("pull", Distribution::gamma(9.0, 0.12))
        .with_shock("gdp", Distribution::student_t(0.0, 0.03, 5.0));
    let rows = |precision: Precision| {
        let rows = [(2021, 112.0), (2022, 119.0)];
        rows.map(|(year, value)| outturn("gdp", year, value).with_precision(precision)).to_vec()
    };
    let sampling = Sampling::new(40_000, 1);
    let exact = tracked(&model, rows(Precision::Exact), &sampling);
    let noisy = tracked(&model, rows(Precision::RelativeSd(1e-5)), &sampling);
    let effective = |runs: &Ensembles| runs.get("baseline").expect("it ran").effective_paths();
    assert!(
        effective(&noisy) > 0.95 * effective(&exact),
        "{} {}",
        effective(&noisy),
        effective(&exact)
    );
    let evidence = |runs: &Ensembles| runs.get("baseline").expect("it ran").evidence();
    let (a, b) = (evidence(&exact).expect("evidence"), evidence(&noisy).expect("evidence"));
    assert!((a - b).abs() < 1e-3, "{a} {b}");
    let (a, b) = (moments(&exact, "gdp", 2024, f64::ln), moments(&noisy, "gdp", 2024, f64::ln));
    assert!((a.0 - b.0).abs() < 1e-4 && (a.1 / b.1 - 1.0).abs() < 1e-2, "{a:?} {b:?}");
}
