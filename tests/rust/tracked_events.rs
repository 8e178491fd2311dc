//! Events and outturns: which events are likely to have been, held against Bayes' rule.

use tinbergen::condition::Tracked;
use tinbergen::model::{Change, Distribution, Event, Indicator, Process, Quantity, Scenario, Term};
use tinbergen::outturns::{Outturn, Outturns, Precision};
use tinbergen::period::Period;
use tinbergen::{Ensemble, Ensembles, Model, Sampling};

const TREND: f64 = 0.05;
const SD: f64 = 0.03;

fn outturn(indicator: &str, year: i32, value: f64) -> Outturn {
    let vintage = format!("{}-03-01", year + 1).parse().expect("a date");
    Outturn::new(indicator, Period::year(year), value, vintage)
}

fn event(probability: Term, sizes: &[(&str, Distribution)], duration: Quantity) -> Event {
    let size = sizes.iter().map(|(shock, size)| ((*shock).to_owned(), size.clone().into()));
    Event {
        label: None,
        probability,
        duration,
        overlap: false,
        source: None,
        assumption: None,
        size: size.collect(),
    }
}

/// Log growth with a known trend.
fn growth_model() -> Model {
    Model::new("growth", "2021..2026".parse().expect("a span"))
        .with_indicator(
            "gdp",
            Indicator::from_process(Process::growth("trend"))
                .with_history(Period::year(2020), 100.0),
        )
        .with_parameter("trend", TREND)
        .with_shock("gdp", Distribution::normal(0.0, SD))
}

fn held(model: &Model, rows: Vec<Outturn>) -> Tracked {
    let table = Outturns::new(rows).expect("rows that can be");
    model.compile().expect("a model").observe(&table, None).expect("outturns that fit")
}

fn baseline(runs: &Ensembles) -> &Ensemble {
    runs.get("baseline").expect("it ran")
}

fn mean(runs: &Ensembles, indicator: &str, year: i32, of: impl Fn(f64) -> f64) -> f64 {
    let ensemble = baseline(runs);
    let row = ensemble.row(indicator, Period::year(year)).expect("kept");
    let weights = ensemble.weights().expect("weights");
    row.iter().zip(weights).map(|(x, w)| w * of(*x)).sum()
}

/// The density of two numbers with means, variances and a covariance.
fn density(y: [f64; 2], mean: [f64; 2], (v1, v2, c): (f64, f64, f64)) -> f64 {
    let (a, b) = (y[0] - mean[0], y[1] - mean[1]);
    let determinant = v1 * v2 - c * c;
    let square = (v2 * a * a - 2.0 * c * a * b + v1 * b * b) / determinant;
    (-0.5 * square).exp() / (2.0 * std::f64::consts::PI * determinant.sqrt())
}

/// A crisis of uncertain size that lasts one or two years: all that can have happened in two
/// observed years is written down, and Bayes' rule applied to it.
#[test]
fn starts_lengths_and_sizes_are_those_of_bayes_rule() {
    let (p, m, s2) = (0.05, -0.12, 0.03f64 * 0.03);
    let size = [("gdp", Distribution::normal(m, 0.03))];
    let lengths = Distribution::empirical(vec![1.0, 2.0, 2.0, 2.0]);
    let model = growth_model().with_event("crisis", event(p.into(), &size, lengths.into()));
    let growth = [0.04, -0.06];
    let level = [100.0 * f64::exp(growth[0]), 100.0 * f64::exp(growth[0] + growth[1])];
    let rows = vec![outturn("gdp", 2021, level[0]), outturn("gdp", 2022, level[1])];
    let runs = held(&model, rows).simulate(&Sampling::new(100_000, 1)).expect("a run");
    // Most weights are equal: paths choose as the linear model says, which is exact here, but for
    // one tenth of their choices.
    assert!(baseline(&runs).effective_paths() > 80_000.0);
    let v = SD * SD;
    let variance = |a: bool, b: bool, same: bool| {
        let on = |x: bool| if x { s2 } else { 0.0 };
        (v + on(a), v + on(b), if same { s2 } else { 0.0 })
    };
    // Probability, in which years it is on, one and the same crisis?, free in 2023?, on in 2023?
    let cases = [
        ((1.0 - p) * (1.0 - p), (false, false), false, true, false),
        (p * 0.25 * (1.0 - p), (true, false), false, true, false),
        (p * 0.75, (true, true), true, true, false),
        (p * 0.25 * p * 0.25, (true, true), false, true, false),
        (p * 0.25 * p * 0.75, (true, true), false, false, true),
        ((1.0 - p) * p * 0.25, (false, true), false, true, false),
        ((1.0 - p) * p * 0.75, (false, true), false, false, true),
    ];
    let y = [growth[0] - TREND, growth[1] - TREND];
    let (mut mass, mut next) = (0.0, 0.0);
    for (prior, (a, b), same, free, on) in cases {
        let middle = |on: bool| if on { m } else { 0.0 };
        let weight = prior * density(y, [middle(a), middle(b)], variance(a, b, same));
        mass += weight;
        // A crisis that began in 2022 and goes on has the size that its first year speaks of.
        let size = m + s2 / (s2 + v) * (y[1] - m);
        next += weight * (if on { size } else { 0.0 } + if free { p * m } else { 0.0 });
    }
    let evidence = baseline(&runs).evidence().expect("evidence");
    let wanted = (mass / (level[0] * level[1])).ln();
    // Weights differ by a tenth or so: standard error of their mean below 0.3 %; alarm below 1e-6.
    assert!((evidence - wanted).abs() < 0.015, "{evidence} {wanted}");
    let found = mean(&runs, "gdp", 2023, f64::ln) - level[1].ln() - TREND;
    // Standard deviation 0.07: standard error 2.4e-4; false alarm below 1e-6.
    assert!((found - next / mass).abs() < 1.2e-3, "{found} {}", next / mass);
}

/// An indicator that tells whether the event is on.
fn flagged(model: Model) -> Model {
    model
        .with_indicator("flag", Indicator::from_equation("flag = shock(flag_shock)"))
        .with_shock("flag_shock", Distribution::normal(0.0, 1e-9))
}

/// The probability that an event was, where its probability is itself not known.
#[test]
fn an_event_of_uncertain_probability_teaches_it() {
    let size = [
        ("gdp", Distribution::normal(-0.1, 1e-6)),
        ("flag_shock", Distribution::normal(1.0, 1e-9)),
    ];
    let model = flagged(growth_model())
        .with_parameter("risk", Distribution::uniform(0.02, 0.3))
        .with_event("crisis", event("risk".into(), &size, 1.0.into()));
    let growth: f64 = -0.03;
    let rows = vec![outturn("gdp", 2021, 100.0 * growth.exp())];
    let runs = held(&model, rows).simulate(&Sampling::new(100_000, 2)).expect("a run");
    let normal = |x: f64| (-0.5 * (x / SD) * (x / SD)).exp();
    let (hit, none) = (normal(growth - TREND + 0.1), normal(growth - TREND));
    let (first, second) = (0.16, 0.16 * 0.16 + 0.28 * 0.28 / 12.0); // moments of the risk
    let mass = first * hit + (1.0 - first) * none;
    let found = mean(&runs, "flag", 2021, |x| x);
    // Standard error 0.16 %; false alarm below 1e-6.
    assert!((found - first * hit / mass).abs() < 0.008, "{found} {}", first * hit / mass);
    // The next year's probability is the posterior mean of the risk.
    let risk = (second * hit + (first - second) * none) / mass;
    let found = mean(&runs, "flag", 2022, |x| x);
    assert!((found - risk).abs() < 0.008, "{found} {risk}");
}

/// A plan that is not linear, a figure with a measurement error, and an event: against the paths of
/// the model that a coin of the likelihood accepts.
#[test]
fn rejection_sampling_agrees_where_nothing_is_linear() {
    let sizes = [
        ("gdp", Distribution::two_piece_normal(-0.08, 0.03, -0.01)),
        ("jobs", Distribution::uniform(-0.5, -0.1)),
        ("flag_shock", Distribution::normal(1.0, 1e-9)),
    ];
    let lengths = Distribution::empirical(vec![1.0, 1.0, 1.0, 2.0, 2.0, 3.0]);
    let jobs = "logit(jobs / 100) ~ logit(jobs[-1] / 100) + pull * (growth(gdp) - 0.05) ^ 2 * 20";
    let model = flagged(growth_model())
        .with_indicator(
            "jobs",
            Indicator::from_equation(jobs).with_history(Period::year(2020), 70.0),
        )
        .with_parameter("trend", Distribution::gamma(4.0, 0.0125))
        .with_parameter("pull", Distribution::normal(0.2, 0.1))
        .with_shock("gdp", Distribution::student_t(0.0, SD, 5.0))
        .with_shock("jobs", Distribution::normal(0.0, 0.1))
        .with_event("crisis", event(0.08.into(), &sizes, lengths.into()));
    let rows = vec![
        outturn("gdp", 2021, 99.0).with_precision(Precision::Sd(1.5)),
        outturn("jobs", 2022, 66.0).with_precision(Precision::Sd(1.0)),
    ];
    let runs = held(&model, rows).simulate(&Sampling::new(200_000, 3)).expect("a run");
    let effective = baseline(&runs).effective_paths();
    assert!(effective > 10_000.0, "{effective}");
    let prior = model.compile().expect("a model").simulate(&Sampling::new(2_000_000, 4));
    let prior = prior.expect("a run");
    let row = |name: &str, year| baseline(&prior).row(name, Period::year(year)).expect("kept");
    let (gdp, jobs) = (row("gdp", 2021), row("jobs", 2022));
    let mut state = 88_172_645_463_325_252_u64; // xorshift: G. Marsaglia 2003
    let mut coin = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / 9_007_199_254_740_992.0
    };
    let accepted: Vec<usize> = (0..gdp.len())
        .filter(|&i| {
            let (a, b) = ((gdp[i] - 99.0) / 1.5, (jobs[i] - 66.0) / 1.0);
            coin() < (-0.5 * (a * a + b * b)).exp()
        })
        .collect();
    assert!(accepted.len() > 10_000, "{}", accepted.len());
    let count = accepted.len() as f64;
    for (name, year) in
        [("flag", 2021), ("flag", 2022), ("flag", 2023), ("gdp", 2024), ("jobs", 2023)]
    {
        let values = row(name, year);
        let wanted = accepted.iter().map(|&i| values[i]).sum::<f64>() / count;
        let square = accepted.iter().map(|&i| (values[i] - wanted).powi(2)).sum::<f64>() / count;
        let found = mean(&runs, name, year, |x| x);
        let error = (square / count + square / effective).sqrt();
        // Five standard errors five times: false alarm below 3e-6.
        assert!((found - wanted).abs() < 5.0 * error, "{name} {year}: {found} {wanted} {error}");
    }
}

/// Where the proposal is at its worst, an event far rarer than what is seen, the weights stay even.
#[test]
fn a_rare_event_that_explains_everything_is_found() {
    let size = [("gdp", Distribution::normal(-0.3, 0.05))];
    let model = growth_model().with_event("war", event(1e-6.into(), &size, 1.0.into()));
    let growth: f64 = -0.3;
    let rows = vec![outturn("gdp", 2021, 100.0 * growth.exp())];
    let runs = held(&model, rows).simulate(&Sampling::new(1000, 5)).expect("a run");
    assert!(baseline(&runs).effective_paths() > 900.0);
}

/// The contract on random streams holds for paths that choose events: threads, blocks, other paths
/// and other scenarios change no bit.
#[test]
fn a_path_chooses_the_same_events_in_any_company() {
    let size = [("gdp", Distribution::normal(-0.1, 0.03))];
    let lengths = Distribution::uniform(1.0, 4.0);
    let lower = Change::of_parameter("trend").adding(-0.01);
    let model = growth_model()
        .with_parameter("trend", Distribution::normal(0.05, 0.01))
        .with_event("crisis", event(0.05.into(), &size, lengths.into()))
        .with_scenario("low", Scenario::of([lower]));
    let rows = vec![outturn("gdp", 2021, 101.0), outturn("gdp", 2022, 97.0)];
    let tracked = held(&model, rows);
    let bits = |sampling: Sampling, scenario: &str| -> Vec<u64> {
        let runs = tracked.simulate(&sampling).expect("a run");
        let ensemble = runs.get(scenario).expect("it ran");
        let row = ensemble.row("gdp", Period::year(2026)).expect("kept");
        row[..500].iter().map(|x| x.to_bits()).collect()
    };
    for scenario in ["baseline", "low"] {
        let one = bits(Sampling::new(2000, 9).with_threads(1), scenario);
        assert_eq!(one, bits(Sampling::new(3000, 9).with_threads(2).with_block(8), scenario));
        assert_eq!(one, bits(Sampling::new(2000, 9).with_scenarios([scenario]), scenario));
    }
}

/// A plan with a crisis, and an indicator that has nothing to do with it and whose history ends in a year.
fn crisis(last: i32) -> Model {
    let text = format!(
        r#"
        schema = 1
        name = "crisis"
        periods = "2021..2025"
        [indicators.y]
        history = {{ 2020 = 0 }}
        process = {{ kind = "level", mean = 0 }}
        [indicators.z]
        history = {{ {last} = 5 }}
        process = {{ kind = "level", mean = 5 }}
        [shocks.y]
        normal = {{ sd = 0.01 }}
        [shocks.z]
        normal = {{ sd = 1 }}
        [parameters.p]
        uniform = {{ min = 0.1, max = 0.5 }}
        [events.crisis]
        probability = 0.3
        duration = 3
        size = {{ y = -1 }}
        [events.slump]
        probability = "p"
        duration = {{ uniform = {{ min = 0.5, max = 3.5 }} }}
        size = {{ y = {{ normal = {{ mean = -0.2, sd = 0.05 }} }} }}
        "#
    );
    Model::from_toml(&text).expect("a plan")
}

#[test]
fn no_history_of_another_indicator_moves_an_event() {
    let sampling = Sampling::new(4000, 1).with_threads(1);
    let known = Outturns::new(vec![outturn("y", 2021, -1.1)]).expect("a row");
    let (mut plain, mut conditioned) = (Vec::new(), Vec::new());
    for last in [2020, 2019, 2016] {
        let program = crisis(last).compile().expect("a model");
        let runs = program.simulate(&sampling).expect("a run");
        let rows: Vec<u64> = runs
            .get("baseline")
            .expect("it ran")
            .paths("y")
            .expect("it is kept")
            .iter()
            .map(|x| x.to_bits())
            .collect();
        plain.push(rows);
        let tracked = program.observe(&known, None).expect("it fits");
        let runs = tracked.simulate(&sampling).expect("a run");
        let evidence = baseline(&runs).evidence().expect("evidence");
        conditioned.push((mean(&runs, "y", 2022, |y| y), evidence));
    }
    assert!(plain[1] == plain[0] && plain[2] == plain[0]);
    // The first period: -1 with probability 0.3, and -0.2 with 0.3; a binomial error is 0.0073.
    let first: f64 =
        plain[0][..4000].iter().map(|bits| f64::from_bits(*bits)).sum::<f64>() / 4000.0;
    assert!((first + 0.36).abs() < 6.0 * 0.0074, "{first}");
    for (mean, evidence) in &conditioned[1..] {
        assert!((mean - conditioned[0].0).abs() < 1e-9, "{conditioned:?}");
        assert!((evidence - conditioned[0].1).abs() < 1e-9, "{conditioned:?}");
    }
}

#[test]
fn a_path_is_the_same_on_any_number_of_threads_where_a_probability_is_drawn() {
    let known = Outturns::new(vec![outturn("y", 2021, -1.1)]).expect("a row");
    let tracked = crisis(2020).compile().expect("a model").observe(&known, None).expect("it fits");
    let run = |paths: usize, threads: usize| -> Vec<u64> {
        let sampling = Sampling::new(paths, 1).with_threads(threads);
        let runs = tracked.simulate(&sampling).expect("a run");
        let row = baseline(&runs).row("y", Period::year(2022)).expect("it is kept").to_vec();
        row.iter().map(|x| x.to_bits()).collect()
    };
    let one = run(6000, 1);
    assert_eq!(run(6000, 2), one);
    assert_eq!(run(6000, 4), one);
    assert_eq!(run(3000, 1), one[..3000]);
}
