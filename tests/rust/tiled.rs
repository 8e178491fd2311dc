//! Runs that are simulated tile by tile, held against runs that store their paths: every number is the same, to
//! the bit, however long tiles are.

use proptest::prelude::*;
use tinbergen::plan::{Attainment, Chosen, Tiled};
use tinbergen::{Design, Ensembles, Model, Program, Sampling};

const LEVELS: [f64; 7] = [0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.9995];

fn shipped(name: &str) -> Program {
    let file = crate::root().join("plans").join(name);
    Model::read(file).and_then(|model| model.compile()).expect("a shipped plan")
}

fn of_text(text: &str) -> Program {
    Model::from_toml(text).and_then(|model| model.compile()).expect("a model")
}

fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}

fn all_same(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(*a, *b))
}

fn numbers(row: &Attainment) -> Vec<f64> {
    let p = row.probability;
    let bands = row.headroom.iter().flatten().copied();
    [p.value, p.low, p.high, row.undefined].into_iter().chain(bands).collect()
}

/// Everything that both say is the same.
fn assert_same(tiled: &Tiled, stored: &Ensembles, why: &str) {
    let rows = stored.attainment().expect("numbers");
    let rows: Vec<_> = rows.into_iter().filter(|row| row.scenario != "mixture").collect();
    let found = tiled.attainment().expect("numbers");
    assert_eq!(found.len(), rows.len(), "{why}");
    for (found, row) in found.iter().zip(&rows) {
        assert_eq!((&found.scenario, &found.target), (&row.scenario, &row.target));
        assert!(all_same(&numbers(found), &numbers(row)), "{why}: {found:?} {row:?}");
    }
    for ensemble in stored.scenarios() {
        let scenario = ensemble.scenario();
        let other = tiled.ensemble(scenario).expect("it ran");
        assert_eq!(other.failures(), ensemble.failures(), "{why} {scenario}");
        assert_eq!(other.failed_paths(), ensemble.failed_paths(), "{why} {scenario}");
        assert_eq!(format!("{:?}", other.broken()), format!("{:?}", ensemble.broken()), "{why}");
        for series in ensemble.indicators() {
            let name = &series.name;
            let exact = ensemble.fan(name, &LEVELS).expect("it is kept");
            let fan = tiled.fan(scenario, name, &LEVELS).expect("it is kept");
            let moments = tiled.moments(scenario, name).expect("it is kept");
            assert_eq!(exact.periods.len(), fan.periods.len());
            for ((exact, found), moments) in exact.periods.iter().zip(&fan.periods).zip(&moments) {
                let place = format!("{why} {scenario} {name} {}", exact.period);
                assert_eq!(exact.period, found.period);
                assert!(same(exact.mean, found.mean), "{place} {} {}", exact.mean, found.mean);
                assert!(same(exact.mean, moments.mean), "{place}");
                assert!(
                    all_same(&exact.quantiles, &found.quantiles),
                    "{place} {exact:?} {found:?}"
                );
            }
            let ends = ensemble.fan(name, &[0.0, 1.0]).expect("it is kept");
            let found = tiled.fan(scenario, name, &[0.0, 1.0]).expect("always there");
            let paths = ensemble.paths(name).expect("it is kept");
            for (k, (ends, found)) in ends.periods.iter().zip(&found.periods).enumerate() {
                assert!(all_same(&ends.quantiles, &found.quantiles), "{why} {name}");
                let finite = paths.row(k).iter().copied().filter(|x| x.is_finite()).collect();
                let sd = sd(finite);
                let found = moments[k].sd;
                assert!(same(sd, found) || (sd - found).abs() <= 1e-9 * sd.abs(), "{sd} {found}");
            }
            let (known, told) = (ensemble.history(name), tiled.history(scenario, name));
            let (known, told) = (known.expect("it is kept"), told.expect("it is kept"));
            assert_eq!(known.len(), told.len(), "{why} {name}");
            for ((period, value), (other, told)) in known.iter().zip(&told) {
                assert!(period == other && same(*value, *told), "{why} {scenario} {name} {period}");
            }
        }
    }
}

/// The standard deviation by definition.
fn sd(values: Vec<f64>) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
    if n > 1.0 { (squares / (n - 1.0)).sqrt() } else { f64::NAN }
}

/// Tiles of one, two, three periods and of all.
fn compare(program: &Program, sampling: &Sampling) {
    let stored = program.simulate(sampling).expect("it runs");
    for (tile, threads) in [(Some(1), 2), (Some(2), 1), (Some(3), 2), (None, 1)] {
        let sampling = sampling.clone().with_threads(threads);
        let sampling = tile.map_or(sampling.clone(), |tile| sampling.with_tile(tile));
        let tiled = Tiled::new(program, &sampling, &LEVELS).expect("it runs");
        assert_eq!(tiled.tiles() == 1, tile.is_none(), "{}", tiled.tiles());
        assert_same(&tiled, &stored, &format!("tiles of {tile:?}"));
    }
}

#[test]
fn shipped_plans_say_the_same_tile_by_tile() {
    for name in ["yuecheng.toml", "macro.toml", "minimal.toml", "portugal.toml"] {
        compare(&shipped(name), &Sampling::new(1003, 7));
    }
    compare(&shipped("minimal.toml"), &Sampling::new(1, 7));
    // More paths than are sorted at once.
    compare(&shipped("minimal.toml"), &Sampling::new(9001, 7));
}

#[test]
fn so_do_all_designs_blocks_bases_and_parameters() {
    let program = shipped("yuecheng.toml");
    for design in Design::names() {
        let design: Design = design.parse().expect("a design");
        let sampling = Sampling::new(1002, 3).with_design(design).with_block(24);
        compare(&program, &sampling.with_scenarios(["baseline", "trade_friction"]));
    }
    let one = Sampling::new(700, 3).with_scenarios(["baseline"]);
    let each: Vec<f64> = (0..700).map(|k| 0.04 + 0.00004 * f64::from(k)).collect();
    compare(&program, &one.clone().with_parameter("trend_growth", each));
    compare(&program, &one.clone().with_parameter("trend_growth", 0.05));
    compare(&program, &one.clone().with_basis("new boundary"));
    compare(&program, &one.with_keep(["gdp"]));
}

/// What a made-up plan has.
#[derive(Debug, Clone)]
struct Made {
    lag: usize,
    long: usize,
    persistence: f64,
    duration: usize,
    overlap: bool,
    blocks: usize,
    span: (usize, usize),
    over: usize,
    base: usize,
    drawn: bool,
}

fn made() -> impl Strategy<Value = Made> {
    let first = (1..3usize, 3..7usize, 0.0..0.9f64, 0..4usize, any::<bool>());
    let second = (0..3usize, (0..6usize, 0..6usize), 0..6usize, 0..8usize, any::<bool>());
    (first, second).prop_map(
        |((lag, long, persistence, duration, overlap), (blocks, span, over, base, drawn))| Made {
            lag,
            long,
            persistence,
            duration,
            overlap,
            blocks,
            span,
            over,
            base,
            drawn,
        },
    )
}

/// Lags longer than a tile, a history that is drawn, one that ends early, simultaneous equations, events that
/// last, residuals in blocks, numbers that break, targets over spans and since a base year, scenarios.
fn text(made: &Made) -> String {
    let Made { lag, long, persistence, duration, overlap, blocks, span, over, base, drawn } = made;
    let (first, last) = (2021 + span.0.min(span.1), 2021 + span.0.max(span.1));
    let over =
        ["\"sum\"", "\"mean\"", "\"median\"", "\"every\"", "{ at_least = 1 }", "\"max\""][*over];
    let duration = [
        "1",
        "3",
        "{ empirical = { values = [1, 2, 5] } }",
        "{ uniform = { min = 0.6, max = 4.4 } }",
    ][*duration];
    let blocks = [
        "",
        "[streams.s]\nblocks = \"moving\"\nlength = 3\n",
        "[streams.s]\nblocks = \"stationary\"\nlength = 3\n",
    ][*blocks];
    let start = if *drawn { "{ normal = { mean = 1, sd = 0.5 } }" } else { "1.25" };
    format!(
        r#"
        schema = 1
        name = "made up"
        periods = "2021..2028"
        failed_paths = 0.9
        [indicators.x]
        history = {{ 2013 = 0.5, 2014 = 0.7, 2015 = 0.1, 2016 = 0.9, 2017 = 1.5, 2018 = 1.1, 2019 = 1.2, 2020 = {start} }}
        equation = "x ~ {persistence} * x[-{lag}] + 0.1 * x[-{long}] + drift"
        [indicators.early]
        history = {{ 2017 = 1, 2018 = 1.5 }}
        equation = "early ~ 0.5 * early[-1] + 0.2 * x[-1]"
        [indicators.a]
        equation = "a = 0.3 * b + sin(x) + 0.05 * a[-1]"
        history = {{ 2020 = 0.4 }}
        [indicators.b]
        history = {{ 2019 = 0.1, 2020 = 0.2 }}
        equation = "b ~ 0.4 * exp(-a^2) + 0.1 * b[-2] + movavg(x, 3)"
        [indicators.rooted]
        equation = "rooted = log(x + early + 2)"
        [indicators.level]
        history = {{ 2020 = 100 }}
        process = {{ kind = "growth", mean = "drift", persistence = 0.4, start = 0.02, shock = "g" }}
        [parameters.drift]
        normal = {{ mean = 0.03, sd = 0.02 }}
        [shocks.x]
        normal = {{ sd = 1 }}
        [shocks.early]
        empirical = {{ values = [-1, -0.5, 0.1, 0.3, 1.1] }}
        stream = "s"
        [shocks.b]
        empirical = {{ values = [0.1, -0.2, 0.4, -0.6, 0.2] }}
        stream = "s"
        [shocks.g]
        normal = {{ sd = 0.05 }}
        {blocks}
        [correlations]
        "x, g" = 0.5
        [events.crisis]
        probability = 0.25
        duration = {duration}
        overlap = {overlap}
        size = {{ g = {{ normal = {{ mean = -0.1, sd = 0.05 }} }}, x = -0.5 }}
        [[targets]]
        id = "span"
        indicator = "level"
        over = {over}
        period = "{first}..{last}"
        at_least = 104
        [[targets]]
        id = "growth"
        indicator = "level"
        of = "growth"
        base = {base}
        period = 2028
        at_least = 0.1
        [[targets]]
        id = "sign"
        indicator = "x"
        of = "growth"
        over = "max"
        period = "2023..2026"
        above = 0.5
        [[targets]]
        id = "formula"
        equation = "log(level / 100) + rooted"
        period = "2025"
        at_most = 1
        [target_sets]
        both = ["span", "sign"]
        [scenarios.other]
        changes = [{{ shock = "x", periods = "2024..2025", add = 0.5 }}, {{ parameter = "drift", scale = 1.5 }}]
        [scenarios.given]
        changes = [{{ indicator = "early", set = {{ 2023 = 2, 2024 = 1 }} }}]
        "#,
        base = 2020 + base,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn made_up_plans_say_the_same_tile_by_tile(
        made in made(),
        design in prop::sample::select(Design::names().collect::<Vec<_>>()),
        paths in prop::sample::select(vec![300usize, 1050]),
    ) {
        let program = of_text(&text(&made));
        let paths = paths.next_multiple_of(2);
        compare(&program, &Sampling::new(paths, 11).with_design(design.parse().expect("a design")));
    }
}

#[test]
fn failed_paths_are_counted_and_too_many_are_an_error() {
    let text = |failed: f64| {
        of_text(&format!(
            "schema = 1\nname = \"made up\"\nperiods = \"2021..2024\"\nfailed_paths = {failed}\n\
             [indicators.x]\nequation = \"x ~ 0.5 * x[-1]\"\nhistory = {{ 2020 = 0 }}\n\
             [shocks.x]\nnormal = {{ sd = 1 }}\n[indicators.y]\nequation = \"y = log(x + 2)\"\n\
             [events.war]\nprobability = 0.2\nduration = {{ uniform = {{ min = 0.3, max = 3 }} }}\n\
             size = {{ x = -1 }}\n\
             [[targets]]\nid = \"formula\"\nequation = \"log(x + 2)\"\nperiod = 2022\nat_least = 0\n"
        ))
    };
    compare(&text(0.9), &Sampling::new(5000, 7));
    let sampling = Sampling::new(5000, 7).with_tile(1);
    let stored = text(0.01).simulate(&sampling).expect_err("too many").to_string();
    let tiled = Tiled::new(&text(0.01), &sampling, &LEVELS).expect_err("too many").to_string();
    assert_eq!(tiled, stored);
}

#[test]
fn memory_decides_how_long_tiles_are_and_whether_paths_are_stored() {
    let program = shipped("yuecheng.toml");
    let sampling = Sampling::new(20_000, 7).with_threads(2).with_scenarios(["baseline"]);
    let with = |bytes: u64| sampling.clone().with_memory_limit(bytes);
    let stored = program.simulate(&sampling).expect("it runs");
    let mut before = usize::MAX;
    for megabytes in [40, 64, 112] {
        let tiled = Tiled::new(&program, &with(megabytes << 20), &LEVELS).expect("it runs");
        assert!(tiled.tiles() <= before);
        before = tiled.tiles();
        assert_same(&tiled, &stored, "by memory");
    }
    // 51 indicators in 15 periods: 122 MB.
    let chosen = |bytes| Chosen::new(&program, &with(bytes), &LEVELS);
    match chosen(60 << 20).expect("tiles fit") {
        Chosen::Tiled(tiled) => assert_same(&tiled, &stored, "chosen"),
        Chosen::Stored(_) => panic!("there is no room for it"),
    }
    assert!(matches!(chosen(200 << 20), Ok(Chosen::Stored(_))));
    let message = chosen(4 << 20).expect_err("nothing fits").to_string();
    assert!(message.starts_with("the paths, even tile by tile, need "), "{message}");
    assert!(message.contains(" MB, the limit is 4.1 MB; "), "{message}");
    assert!(message.contains("store=\"streamed\" (plan::Streamed in Rust)"), "{message}");
}

#[test]
fn what_is_asked_for_has_to_be_there() {
    let program = shipped("yuecheng.toml");
    let tiled = Tiled::new(&program, &Sampling::new(100, 1), &LEVELS).expect("it runs");
    let message = |outcome: Result<_, tinbergen::Error>| outcome.expect_err("refused").to_string();
    let other = message(tiled.fan("baseline", "gdp", &[0.3]));
    assert!(
        other.contains("no quantile was taken at 0.3") && other.contains("quantiles="),
        "{other}"
    );
    assert!(message(tiled.fan("mixture", "gdp", &LEVELS)).contains("store them"));
    assert!(message(tiled.fan("baseline", "gpd", &LEVELS)).contains("did you mean \"gdp\""));
    assert!(tiled.fan("baseline", "gdp", &[1.5]).is_err());
    assert!(Tiled::new(&program, &Sampling::new(100, 1), &[1.5]).is_err());
    assert!(tiled.ensemble("baseline").expect("it ran").paths("gdp").is_err());
}

#[test]
fn it_says_how_far_it_is_and_can_be_stopped() {
    let program = shipped("minimal.toml");
    let sampling = Sampling::new(100_000, 7).with_tile(2);
    let mut told = Vec::new();
    let outcome = Tiled::watched(&program, &sampling, &LEVELS, &mut |done, all| {
        told.push((done, all));
        done * 2 < all
    });
    assert!(outcome.expect_err("it was stopped").is_interrupted());
    assert!(told.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 == 100_000), "{told:?}");
    assert!(told.last().is_some_and(|(done, _)| (50_000..60_000).contains(done)), "{told:?}");
}
