//! Published models against the results of their own engines; ignored where the files are not there.

use tinbergen::analyse::{Wanted, invert, multipliers};
use tinbergen::estimate::{Identities, Redraw, identity_check};
use tinbergen::import::{Data, read_frbus, read_modelflow};
use tinbergen::model::{Action, Amount, Change, Distribution, Empirical, Scenario, Subject};
use tinbergen::period::{Period, Span};
use tinbergen::{Ensembles, Model, Sampling};

use crate::shared;

fn table(file: &str) -> Data {
    Data::from_csv(&shared(file), file).expect("a table")
}

fn span(text: &str) -> Span {
    text.parse().expect("a span")
}

/// FRB/US on its data, as in the public demonstration: fiscal rules that stabilise the surplus.
pub(crate) fn frbus() -> Model {
    let data = table("models/frbus/longbase.csv");
    let periods = span("2040-Q1..2045-Q4");
    let mut model =
        read_frbus(&shared("models/frbus/model.xml"), &data, periods).expect("it is read");
    for (switch, value) in [("dfpdbt", 0.0), ("dfpsrp", 1.0)] {
        let history = &mut model.indicators.get_mut(switch).expect("a switch").history;
        periods.periods().for_each(|period| {
            history.insert(period, value.into());
        });
    }
    model.track(periods).expect("it tracks")
}

fn value(runs: &Ensembles, scenario: &str, indicator: &str, period: Period) -> f64 {
    runs.get(scenario).expect("it ran").row(indicator, period).expect("kept")[0]
}

/// The largest difference from a table of reference values, relative to their size or to 0.01,
/// since differences of rates are next to nothing in the baseline.
fn worst(runs: &Ensembles, scenario: &str, reference: &Data) -> (f64, String) {
    let mut worst = (0.0, String::new());
    for name in reference.names() {
        for (&period, &expected) in reference.series(name).expect("a column") {
            let found = value(runs, scenario, name, period);
            let difference = (found - expected).abs() / expected.abs().max(0.01);
            if !(difference <= worst.0) {
                worst = (difference, format!("{name} {period}: {found} {expected}"));
            }
        }
    }
    worst
}

#[test]
#[cfg_attr(not(shared), ignore = "needs TINBERGEN_SHARED")]
fn frbus_gives_the_numbers_of_its_own_engine() {
    let model = frbus();
    let folder = "reference/models/frbus_var";
    let baseline = table(&format!("{folder}_baseline_2040Q1_2045Q4_all284.csv"));
    let shock = table(&format!("{folder}_rffshock_2040Q1_2045Q4_all284.csv"));
    let up = Change::of_indicator("rffintay").over(span("2040-Q1")).adding(1.0);
    let model = model.with_scenario("tighter", Scenario::of([up]));
    assert!(model.indicators.values().filter(|i| i.equation.is_some()).count() == 284);
    let program = model.compile().expect("it compiles");
    let runs = program.simulate(&Sampling::new(1, 1)).expect("it runs");
    let (difference, place) = worst(&runs, "baseline", &baseline);
    assert!(difference < 1e-9, "{difference:e} {place}");
    let (difference, place) = worst(&runs, "tighter", &shock);
    assert!(difference < 1e-9, "{difference:e} {place}");
}

/// The largest difference of the baseline from the histories that a model was tracked on, relative
/// to their size or to 0.01.
fn from_data(data: &Model, runs: &Ensembles) -> (f64, String) {
    let mut worst = (0.0, String::new());
    for (name, indicator) in data.indicators.iter().filter(|(_, i)| i.equation.is_some()) {
        for period in runs.get("baseline").expect("it ran").span().periods() {
            let expected = indicator.history[&period].number().expect("a number");
            let found = value(runs, "baseline", name, period);
            let difference = (found - expected).abs() / expected.abs().max(0.01);
            if !(difference <= worst.0) {
                worst = (difference, format!("{name} {period}: {found} {expected}"));
            }
        }
    }
    worst
}

#[test]
#[cfg_attr(not(shared), ignore = "needs TINBERGEN_SHARED")]
fn the_tracked_baseline_of_frbus_is_its_data() {
    let data = table("models/frbus/longbase.csv");
    let xml = shared("models/frbus/model.xml");
    for periods in ["2040-Q1..2045-Q4", "1975-Q1..2018-Q4"] {
        let model = read_frbus(&xml, &data, span(periods)).expect("it is read");
        let tracked = model.track(span(periods)).expect("it tracks");
        // All its equations have residuals of their own.
        assert!(tracked.notes().iter().all(|note| note.kind != "tracked"));
        let program = tracked.compile().expect("it compiles");
        let runs = program.simulate(&Sampling::new(1, 1)).expect("it runs");
        let (difference, place) = from_data(&model, &runs);
        assert!(difference < 1e-9, "{periods}: {difference:e} {place}");
    }
}

#[test]
#[cfg_attr(not(shared), ignore = "needs TINBERGEN_SHARED")]
fn multipliers_of_frbus_are_the_differences_of_its_own_engine() {
    let model = frbus();
    let folder = "reference/models/frbus_var";
    let baseline = table(&format!("{folder}_baseline_2040Q1_2045Q4_all284.csv"));
    let shock = table(&format!("{folder}_rffshock_2040Q1_2045Q4_all284.csv"));
    let names: Vec<&str> = shock.names().collect();
    let instrument = Subject::Indicator("rffintay".to_owned());
    let rows = multipliers(&model, &instrument, 1.0, &names).expect("it runs");
    assert_eq!(rows.len(), 284 * 24);
    for row in rows {
        let at = |data: &Data| data.value(&row.indicator, row.period).expect("a value");
        let (before, after) = (at(&baseline), at(&shock));
        let difference = (row.dynamic - (after - before)).abs() / before.abs().max(0.01);
        assert!(difference < 2e-9, "{row:?}: {before} {after}");
    }
}

/// Unemployment and inflation as wanted for two years, by the add factors of two equations.
#[test]
#[cfg_attr(not(shared), ignore = "needs TINBERGEN_SHARED")]
fn instruments_of_frbus_give_what_is_wanted() {
    let model = frbus();
    let two_years = span("2041-Q1..2042-Q4");
    let path = |value: f64| two_years.periods().map(|period| (period, value)).collect();
    let wanted: Wanted =
        [("lur".to_owned(), path(4.5)), ("picxfe".to_owned(), path(2.5))].into_iter().collect();
    let found = invert(&model, &wanted, &["ecnia", "picxfe"], None).expect("it has a solution");
    assert_eq!((found.instruments.len(), found.wanted.len()), (16, 16));
    for row in &found.wanted {
        assert!((row.reached / row.wanted - 1.0).abs() < 1e-9, "{row:?}");
    }
    let before = found.instruments.iter().find(|row| row.instrument == "ecnia").expect("a row");
    assert!((before.before - model.indicators["ecnia"].add_factors[&before.period]).abs() < 1e-15);
    let nothing: Wanted = [("lur".to_owned(), [(quarter("2041Q1"), -5.0)].into_iter().collect())]
        .into_iter()
        .collect();
    let error = invert(&model, &nothing, &["rffintay"], None).map(|found| found.instruments);
    // The funds rate does not move unemployment within the quarter that far, or at all.
    assert!(error.is_err(), "{error:?}");
}

#[test]
#[cfg_attr(not(shared), ignore = "needs TINBERGEN_SHARED")]
fn every_equation_of_frbus_holds_in_every_path() {
    let model = frbus();
    let past = Redraw::of_span(span("1975-Q1..2018-Q4"));
    let model = model.with_residuals(&past).expect("it has residuals");
    let program = model.compile().expect("it compiles");
    let runs = program.simulate(&Sampling::new(200, 1)).expect("it runs");
    let which = Identities::new().behavioural();
    let rows = identity_check(&program, &runs, "baseline", &which, &mut |_, _| true).expect("held");
    assert_eq!(rows.len(), 284);
    for row in rows {
        assert!(row.periods == 24 && row.relative < 1e-9, "{row:?}");
    }
}

/// A CSV of text cells: the header, then rows.
fn cells(file: &str) -> Vec<Vec<String>> {
    let text = String::from_utf8(shared(file)).expect("text");
    text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

fn quarter(text: &str) -> Period {
    text.replace('Q', "-Q").parse().expect("a quarter")
}

/// The replications of the Fed's stochastic simulation as scenarios: in each quarter the residuals
/// of a quarter that was drawn, less their mean, are added to the equations.
fn with_replications(mut model: Model) -> Model {
    let folder = "reference/models/frbus";
    let residuals = table(&format!("{folder}_stoch_tracs_1975Q1_2018Q4.csv"));
    let drawn = cells(&format!("{folder}_var_stochsim_100repl_drawn_quarters.csv"));
    for column in 1..drawn[0].len() {
        let change = |name: &str| {
            let all = residuals.series(name).expect("a column");
            let mean = all.values().sum::<f64>() / all.len() as f64;
            let amounts =
                drawn[1..].iter().map(|row| (quarter(&row[0]), all[&quarter(&row[column])] - mean));
            let indicator = name.trim_end_matches("_trac");
            let action = Action::Add(Amount::ByPeriod(amounts.collect()));
            Change { action, ..Change::of_indicator(indicator) }
        };
        let scenario = Scenario::of(residuals.names().map(change));
        model = model.with_scenario(format!("repl{}", drawn[0][column]), scenario);
    }
    model
}

#[test]
#[cfg_attr(not(shared), ignore = "needs TINBERGEN_SHARED")]
fn frbus_gives_the_stochastic_paths_of_its_own_engine() {
    let model = with_replications(frbus());
    let expected = cells("reference/models/frbus_var_stochsim_100repl_keyvars_tightnewton.csv");
    let program = model.compile().expect("it compiles");
    let runs = program.simulate(&Sampling::new(1, 1)).expect("it runs");
    let mut checked = 0;
    for row in &expected[1..] {
        for (name, cell) in expected[0][2..].iter().zip(&row[2..]) {
            let wanted: f64 = cell.parse().expect("a number");
            let found = value(&runs, &format!("repl{}", row[1]), name, quarter(&row[0]));
            let difference = (found - wanted).abs() / wanted.abs().max(0.01);
            assert!(difference < 1e-9, "{name} {} {}: {found} {wanted}", row[0], row[1]);
            checked += 1;
        }
    }
    assert_eq!(checked, 100 * 24 * 15);
}

/// The same simulation with quarters drawn by this library: shocks of one stream draw whole
/// quarters, so their residuals keep their correlations.
#[test]
#[cfg_attr(not(shared), ignore = "needs TINBERGEN_SHARED")]
fn frbus_fans_agree_with_those_of_its_own_engine() {
    let model = frbus();
    let folder = "reference/models/frbus";
    let theirs = table(&format!("{folder}_stoch_tracs_1975Q1_2018Q4.csv"));
    let past = Redraw::of_span(span("1975-Q1..2018-Q4"));
    let model = model.with_residuals(&past).expect("it has residuals");
    assert_eq!(model.shocks.len(), 52);
    for name in theirs.names() {
        let theirs: Vec<f64> = theirs.series(name).expect("a column").values().copied().collect();
        let mean = theirs.iter().sum::<f64>() / theirs.len() as f64;
        let shock = &model.shocks[name.trim_end_matches("_trac")];
        let Distribution::Empirical(Empirical { values, .. }) = &shock.distribution else {
            panic!("{name}")
        };
        let size = theirs.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        for (ours, theirs) in values.iter().zip(&theirs) {
            assert!((ours - (theirs - mean)).abs() < 1e-9 * size, "{name}: {ours} {theirs}");
        }
    }
    let program = model.compile().expect("it compiles");
    let runs = program.simulate(&Sampling::new(4_000, 1)).expect("it runs");
    let base = runs.get("baseline").expect("it ran");
    let rows = cells(&format!("{folder}_var_stochsim_1000repl_bands.csv"));
    let periods: Vec<Period> = base.span().periods().collect();
    for row in &rows[1..] {
        let number = |column: usize| row[column].parse::<f64>().expect("a number");
        let period = periods[number(1) as usize];
        let paths = base.row(&row[0], period).expect("kept");
        let count = paths.len() as f64;
        let mean = paths.iter().sum::<f64>() / count;
        let sd = (paths.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count).sqrt();
        let (their_mean, their_sd) = (number(2), number(3));
        // Theirs has 1,000 paths, ours 4,000: 4.5 standard errors of the difference are exceeded
        // with probability 7e-6 each, of 360 that hang together.
        let error = their_sd * (1.0f64 / 1000.0 + 1.0 / 4000.0).sqrt();
        assert!((mean - their_mean).abs() < 4.5 * error, "{row:?}: mean {mean}");
        // The standard error of a standard deviation is 2.2 % of it or a little more.
        assert!((sd / their_sd - 1.0).abs() < 0.15, "{row:?}: sd {sd}");
    }
}

/// A World Bank country model, its baseline and the shock of the reference: more consumption in one
/// year and dearer oil from then on.
fn country(name: &str, first: i32, last: i32) {
    let pcim = shared(&format!("models/worldbank/{name}.pcim"));
    let years = span(&format!("{first}..{last}"));
    let model = read_modelflow(&pcim, years).expect("it is read").over(years);
    let year = span(&(first + 1).to_string());
    let more = Change::of_indicator(format!("{name}neconprvtkn_a")).over(year).adding(0.01);
    let later = span(&format!("{}..{last}", first + 1));
    let dearer = Change::of_indicator("wldfcrude_petro").over(later).adding(20.0);
    let model = model.with_scenario("shock", Scenario::of([more, dearer]));
    let program = model.compile().expect("it compiles");
    let runs = program.simulate(&Sampling::new(1, 1)).expect("it runs");
    for (scenario, file) in [("baseline", "baseline"), ("shock", "shock")] {
        let reference = table(&format!("reference/models/wb_{name}_{file}_all_endo.csv"));
        let (difference, place) = worst(&runs, scenario, &reference);
        assert!(difference < 1e-6, "{scenario}: {difference:e} {place}");
    }
}

#[test]
#[cfg_attr(not(shared), ignore = "needs TINBERGEN_SHARED")]
fn bolivia_is_what_its_own_engine_gives() {
    country("bol", 2020, 2035);
}

#[test]
#[cfg_attr(not(shared), ignore = "needs TINBERGEN_SHARED")]
fn pakistan_is_what_its_own_engine_gives() {
    country("pak", 2016, 2030);
}

#[test]
#[cfg_attr(not(shared), ignore = "needs TINBERGEN_SHARED")]
fn iraq_is_what_its_own_engine_gives() {
    country("irq", 2020, 2040);
}

/// Identities hold on the World Bank's data to eight digits or so. Tracked they hold to all.
#[test]
#[cfg_attr(not(shared), ignore = "needs TINBERGEN_SHARED")]
fn the_tracked_baselines_of_countries_are_their_data() {
    for (name, years) in [("pak", "2016..2030"), ("bol", "2020..2035"), ("irq", "2020..2040")] {
        let pcim = shared(&format!("models/worldbank/{name}.pcim"));
        let model = read_modelflow(&pcim, span(years)).expect("it is read");
        let tracked = model.track(span(years)).expect("it tracks");
        assert!(tracked.notes().iter().any(|note| note.kind == "tracked"));
        let program = tracked.compile().expect("it compiles");
        let runs = program.simulate(&Sampling::new(1, 1)).expect("it runs");
        let (difference, place) = from_data(&model, &runs);
        // Bolivia has a gap of money that is next to nothing in the data, 1e-9 of what it is made of.
        let most = if name == "bol" { 1e-8 } else { 1e-9 };
        assert!(difference < most, "{name}: {difference:e} {place}");
    }
}

/// The add factors of a country model, which its equations carry, drawn from its past; every
/// equation holds in every path.
#[test]
#[cfg_attr(not(shared), ignore = "needs TINBERGEN_SHARED")]
fn residuals_of_pakistan_are_drawn_where_its_add_factors_are() {
    let pcim = shared("models/worldbank/pak.pcim");
    let model = read_modelflow(&pcim, span("2016..2030")).expect("it is read");
    let model = model.over(span("2016..2030"));
    let all = model.with_residuals(&Redraw::of_span(span("2000..2015"))).expect("it has residuals");
    assert!(all.shocks.len() > 20 && all.shocks.keys().all(|name| name.ends_with("_a")));
    let of = ["pakneconprvtkn", "pakneexpgnfskn", "pakneimpgnfskn", "pakpanusatls"];
    let drawn = model.with_residuals(&Redraw::of_span(span("1990..2015")).of(of)).expect("drawn");
    let program = drawn.compile().expect("it compiles");
    let runs = program.simulate(&Sampling::new(200, 1)).expect("it runs");
    let which = Identities::new().behavioural();
    let rows = identity_check(&program, &runs, "baseline", &which, &mut |_, _| true).expect("held");
    assert_eq!(rows.len(), 378);
    for row in rows {
        assert!(row.periods == 15 && row.relative < 1e-9, "{row:?}");
    }
    let consumption = runs.get("baseline").expect("it ran").paths("pakneconprvtkn").expect("kept");
    let last = consumption.row(14);
    let mean = last.iter().sum::<f64>() / 200.0;
    let sd = (last.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 200.0).sqrt();
    assert!((0.01..0.3).contains(&(sd / mean)), "{}", sd / mean);
}

/// Residuals of five times their size, at which some paths break: in another order of equations the same
/// paths do, and all numbers are the same to the bit.
#[test]
#[cfg_attr(not(shared), ignore = "needs TINBERGEN_SHARED")]
fn the_order_of_equations_moves_no_number() {
    for (name, years) in [("pak", "2016..2020"), ("bol", "2020..2026"), ("irq", "2020..2023")] {
        let pcim = shared(&format!("models/worldbank/{name}.pcim"));
        let model = read_modelflow(&pcim, span(years)).expect("it is read").over(span(years));
        let past = Redraw::of_span(span("2000..2015"));
        let model = model.with_residuals(&past).expect("it has residuals");
        let larger = model.shocks.keys().map(|shock| Change::of_shock(shock).scaling(5.0));
        let larger = Scenario::of(larger.collect::<Vec<_>>());
        let mut model = model.with_scenario("larger", larger);
        model.failed_paths = 1.0;
        let straight = model.clone();
        model.indicators.reverse();
        let run = |model: &Model| {
            let program = model.compile().expect("it compiles");
            program.simulate(&Sampling::new(40, 1)).expect("it runs")
        };
        let (a, b) = (run(&straight), run(&model));
        let (a, b) = (a.get("larger").expect("it ran"), b.get("larger").expect("it ran"));
        assert_eq!(a.failed_paths(), b.failed_paths());
        for indicator in model.indicators.keys() {
            let (x, y) = (a.paths(indicator).expect("kept"), b.paths(indicator).expect("kept"));
            let same =
                |(x, y): (&f64, &f64)| x.to_bits() == y.to_bits() || x.is_nan() && y.is_nan();
            assert!(x.iter().zip(y).all(same), "{name}: {indicator}");
        }
    }
}
