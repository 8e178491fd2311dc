//! Runs that keep no path, held against runs that store them.

use std::fmt::Write as _;
use std::ops::Range;

use proptest::prelude::*;
use tinbergen::plan::{Ranges, Streamed};
use tinbergen::simulate::Gathering;
use tinbergen::{Design, Ensembles, Model, Program, Sampling};

const LEVELS: [f64; 9] = [0.0, 0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.9995, 1.0];

fn shipped(name: &str) -> Program {
    let file = crate::root().join("plans").join(name);
    Model::read(file).and_then(|model| model.compile()).expect("a shipped plan")
}

fn of_text(indicators: &str) -> Program {
    let text = format!("schema = 1\nname = \"made up\"\nperiods = \"2021..2023\"\n{indicators}");
    Model::from_toml(&text).and_then(|model| model.compile()).expect("a model")
}

/// Heavy tails, a pole that paths come near, values that many paths share, an indicator that is hardly
/// uncertain, one that is the same in all paths, and growth that is not defined in some.
fn odd() -> Program {
    of_text(
        r#"
        [indicators.heavy]
        equation = "heavy ~ 0"
        [shocks.heavy]
        student_t = { sd = 1, df = 2.1 }
        [indicators.z]
        equation = "z ~ 0"
        [shocks.z]
        normal = { sd = 1 }
        [indicators.pole]
        equation = "pole = 1 / z"
        [indicators.floored]
        equation = "floored = max(z - 1, 0)"
        [indicators.huge]
        equation = "huge = exp(60 * heavy)"
        [indicators.tight]
        equation = "tight = 1e6 + 1e-3 * z"
        [indicators.fixed]
        equation = "fixed = 7"
        [[targets]]
        id = "growth"
        indicator = "z"
        of = "growth"
        period = 2022
        at_least = 0.1
        [[targets]]
        id = "small"
        indicator = "pole"
        over = "max"
        period = "2021..2023"
        at_most = 2
        [target_sets]
        both = ["growth", "small"]
        "#,
    )
}

fn sampling(paths: usize) -> Sampling {
    Sampling::new(paths, 7).with_threads(2)
}

/// Probabilities and intervals are the same bits.
fn assert_same_probabilities(streamed: &Streamed, stored: &Ensembles) {
    let rows = stored.attainment().expect("numbers");
    let rows: Vec<_> = rows.into_iter().filter(|row| row.scenario != "mixture").collect();
    let found = streamed.attainment().expect("numbers");
    assert_eq!(found.len(), rows.len());
    for (found, row) in found.iter().zip(&rows) {
        assert_eq!((&found.scenario, &found.target), (&row.scenario, &row.target));
        let bits = |row: &tinbergen::plan::Attainment| {
            let p = row.probability;
            [p.value, p.low, p.high, row.undefined].map(f64::to_bits)
        };
        assert_eq!(bits(found), bits(row), "{found:?} {row:?}");
        let error = streamed.headroom_error(&row.scenario, &row.target).expect("a scenario");
        assert_eq!(found.headroom.is_some(), error.is_some());
        for (near, exact) in found.headroom.iter().flatten().zip(row.headroom.iter().flatten()) {
            let within = (near - exact).abs() <= error.expect("of a target");
            assert!(near == exact || within, "{found:?} {row:?} {error:?}");
        }
    }
}

/// Means and standard deviations are those of the paths, extremes are exact, quantiles within their bounds.
fn assert_same_summaries(streamed: &Streamed, stored: &Ensembles) {
    for ensemble in stored.scenarios() {
        let scenario = ensemble.scenario();
        assert_eq!(
            streamed.ensemble(scenario).expect("it ran").failures(),
            ensemble.failures(),
            "{scenario}"
        );
        for series in ensemble.indicators() {
            let name = &series.name;
            let exact = ensemble.fan(name, &LEVELS).expect("it is kept");
            let near = streamed.fan(scenario, name, &LEVELS).expect("it is kept");
            let of = |level: &f64| streamed.fan(scenario, name, &[*level]).expect("it is kept");
            let alone: Vec<_> = LEVELS.iter().map(of).collect();
            let moments = streamed.moments(scenario, name).expect("it is kept");
            let history = streamed.history(scenario, name).expect("it is kept");
            let known = ensemble.history(name).expect("it is kept");
            assert_eq!(history.len(), known.len());
            for ((a, x), (b, y)) in history.iter().zip(&known) {
                assert!(a == b && (x - y).abs() <= 1e-12 * y.abs());
            }
            let rows = ensemble.paths(name).expect("it is kept");
            for (k, row) in rows.rows().into_iter().enumerate() {
                let mut values: Vec<f64> = row.iter().copied().filter(|x| x.is_finite()).collect();
                values.sort_by(f64::total_cmp);
                let found = moments[k];
                assert_eq!(found.paths, values.len() as u64);
                assert_eq!(found.period, exact.periods[k].period);
                let extremes = (values[0], values[values.len() - 1]);
                assert_eq!((found.least, found.greatest), extremes, "{name}");
                let near_to = |a: f64, b: f64, size: f64| (a - b).abs() <= 1e-11 * size.abs();
                let largest = extremes.0.abs().max(extremes.1.abs());
                assert!(near_to(found.mean, exact.periods[k].mean, largest), "{name} {found:?}");
                let parts = values.iter().map(|x| (x - found.mean) / largest.max(1e-300));
                let squares: f64 = parts.map(|part| part * part).sum();
                let sd = (squares / (values.len() - 1) as f64).sqrt() * largest;
                let is_one = values.len() == 1 && found.sd.is_nan();
                assert!(is_one || near_to(found.sd, sd, largest), "{name} {} {sd}", found.sd);
                let quantiles =
                    near.fan.periods[k].quantiles.iter().zip(&exact.periods[k].quantiles);
                for ((near, exact), level) in quantiles.zip(LEVELS) {
                    assert!(near == exact || level % 1.0 != 0.0);
                }
                let iqr = exact.periods[k].quantiles[5] - exact.periods[k].quantiles[3];
                let levels = LEVELS.iter().zip(&alone).zip(&exact.periods[k].quantiles);
                for ((level, alone), exact) in levels {
                    let (found, error) = (alone.fan.periods[k].quantiles[0], alone.errors[k]);
                    assert!(
                        (found - exact).abs() <= error,
                        "{name} {level} {found} {exact} {error}"
                    );
                    // What the documents promise; the first paths and all of them differ in their quartiles by
                    // noise, which has to be small.
                    if values.len() < 1000 || name == "huge" || !(0.001..0.9995).contains(level) {
                        continue;
                    }
                    let median = near.fan.periods[k].quantiles[4];
                    let promised = 1.5 * iqr + 1.1 * (exact - median).abs();
                    // Where most numbers are the same, bins have a least width.
                    let rounding = 1e-12 * (exact.abs() + median.abs()) + 1e-100;
                    assert!(
                        error <= promised / 512.0 + rounding,
                        "{name} {level} {error} {promised}"
                    );
                }
            }
        }
    }
}

fn compare(program: &Program, sampling: &Sampling) {
    let streamed = Streamed::new(program, sampling).expect("it runs");
    let stored = program.simulate(sampling).expect("it runs");
    assert_same_probabilities(&streamed, &stored);
    assert_same_summaries(&streamed, &stored);
}

#[test]
fn shipped_plans_say_the_same_whether_paths_are_kept_or_not() {
    for name in ["yuecheng.toml", "macro.toml", "minimal.toml", "portugal.toml"] {
        compare(&shipped(name), &sampling(3003));
    }
    // Fewer paths than edges come from.
    compare(&shipped("minimal.toml"), &sampling(9));
    compare(&shipped("minimal.toml"), &sampling(1));
}

#[test]
fn so_do_odd_distributions() {
    compare(&odd(), &sampling(20_011));
}

#[test]
fn and_designs_whose_paths_depend_on_each_other() {
    let program = shipped("yuecheng.toml");
    for design in ["sobol", "lhs"] {
        let design: Design = design.parse().expect("a design");
        let sampling = sampling(1003).with_design(design).with_scenarios(["baseline"]);
        compare(&program, &sampling);
    }
    let error = Streamed::new(&program, &sampling(10).with_design(Design::Antithetic));
    let message = error.expect_err("it needs pairs").to_string();
    assert!(message.starts_with("design: ") && message.contains("store the paths"), "{message}");
}

#[test]
fn and_parameters_of_each_path_and_a_new_basis() {
    let program = shipped("yuecheng.toml");
    let each: Vec<f64> = (0..1501).map(|k| 0.04 + 0.00004 * f64::from(k)).collect();
    let sampling = sampling(1501).with_scenarios(["baseline"]);
    compare(&program, &sampling.clone().with_parameter("trend_growth", each));
    compare(&program, &sampling.clone().with_basis("new boundary"));
    compare(&program, &sampling.with_keep(["gdp"]));
}

#[test]
fn failed_paths_are_counted_and_too_many_are_an_error() {
    let text = |failed: f64| {
        of_text(&format!(
            "failed_paths = {failed}\n[indicators.x]\nequation = \"x ~ 0\"\n\
             [shocks.x]\nnormal = {{ sd = 1 }}\n[indicators.y]\nequation = \"y = log(x + 2)\"\n\
             [[targets]]\nid = \"formula\"\nequation = \"log(x + 2)\"\nperiod = 2022\nat_least = 0\n"
        ))
    };
    compare(&text(0.2), &sampling(5000));
    let stored = text(0.01).simulate(&sampling(5000)).expect_err("too many").to_string();
    let streamed = Streamed::new(&text(0.01), &sampling(5000)).expect_err("too many");
    assert_eq!(streamed.to_string(), stored);
}

/// Everything that a streamed run says, to the bit.
fn said(streamed: &Streamed) -> String {
    let mut said = format!("{:?}", streamed.attainment().expect("numbers"));
    for scenario in streamed.names() {
        for series in streamed.indicators() {
            let fan = streamed.fan(scenario, &series.name, &LEVELS);
            let moments = streamed.moments(scenario, &series.name);
            let _ = write!(said, "{fan:?} {moments:?}");
        }
    }
    said
}

#[test]
fn threads_and_blocks_change_no_bit() {
    let program = odd();
    let paths = 5000;
    let alone = Streamed::new(&program, &Sampling::new(paths, 3).with_threads(1));
    let alone = said(&alone.expect("it runs"));
    for block in [8, 24, 136, 1024] {
        for threads in [1, 2, 5] {
            let sampling = Sampling::new(paths, 3).with_block(block).with_threads(threads);
            let other = said(&Streamed::new(&program, &sampling).expect("it runs"));
            assert!(alone == other, "{block} {threads}");
        }
    }
}

#[test]
fn memory_does_not_grow_with_paths() {
    let program = shipped("minimal.toml");
    let bytes = |paths| Streamed::new(&program, &sampling(paths)).expect("it runs").bytes();
    assert_eq!(bytes(1000), bytes(200_000));
    let limited = sampling(200_000).with_memory_limit(1 << 20);
    let message = program.simulate(&limited).expect_err("too much").to_string();
    assert!(message.contains("store=\"streamed\" (plan::Streamed in Rust)"), "{message}");
    let none = sampling(200_000).with_memory_limit(1 << 10);
    let message = Streamed::new(&program, &none).expect_err("too much").to_string();
    assert!(
        message.starts_with("the summaries need") && !message.contains("streamed"),
        "{message}"
    );
}

#[test]
fn what_needs_paths_says_so() {
    let program = shipped("yuecheng.toml");
    let streamed = Streamed::new(&program, &sampling(100)).expect("it runs");
    let message = streamed.fan("mixture", "gdp", &LEVELS).expect_err("a mixture").to_string();
    assert!(message.contains("no scenario") || message.contains("store them"), "{message}");
    let message = streamed.fan("baseline", "gpd", &LEVELS).expect_err("unknown").to_string();
    assert!(message.contains("did you mean \"gdp\"?"), "{message}");
    assert!(streamed.fan("baseline", "gdp", &[1.5]).is_err());
    assert!(streamed.ensemble("baseline").expect("it ran").paths("gdp").is_err());
}

#[test]
fn it_stops_when_it_is_told_to() {
    let program = shipped("minimal.toml");
    let mut told = Vec::new();
    let outcome = Streamed::watched(&program, &sampling(200_000), 0, &mut |done, all| {
        told.push((done, all));
        done == 0
    });
    assert!(outcome.expect_err("stopped").is_interrupted());
    assert_eq!(told.len(), 2);
    assert!(told[1].0 > 0 && told[1].1 == 200_000);
}

/// Some of the paths of a seed.
fn part(program: &Program, seed: u64, first: u64, paths: usize) -> Streamed {
    let sampling = Sampling::new(paths, seed).with_threads(2);
    Streamed::watched(program, &sampling, first, &mut |_, _| true).expect("it runs")
}

#[test]
fn ranges_of_paths_are_merged_to_what_one_run_gives() {
    let program = odd();
    let whole = said(&part(&program, 3, 0, 5000));
    let parts = [(0, 1), (1, 1999), (2000, 2500), (4500, 500)];
    let [a, b, c, d] = parts.map(|(first, paths)| part(&program, 3, first, paths));
    let merged = d.merge(&b).and_then(|e| e.merge(&a)).and_then(|e| e.merge(&c)).expect("ranges");
    assert_eq!(merged.info().paths, 5000);
    assert!(said(&merged) == whole);
    let message = merged.merge(&b).expect_err("again").to_string();
    assert_eq!(message, "merge: path 1 is in both");
    let message = a.merge(&part(&program, 4, 1, 10)).expect_err("another seed").to_string();
    assert!(message.starts_with("merge: they differ in the seed"), "{message}");
    let other = part(&shipped("minimal.toml"), 3, 1, 10);
    assert!(a.merge(&other).expect_err("another model").to_string().contains("the model"));
    // What failed, too.
    let program = of_text(
        "failed_paths = 1\n[indicators.x]\nequation = \"x ~ 0\"\n[shocks.x]\n\
         normal = { sd = 1 }\n[indicators.y]\nequation = \"y = log(x)\"\n",
    );
    let whole = part(&program, 3, 0, 400);
    let merged = part(&program, 3, 150, 250).merge(&part(&program, 3, 0, 150)).expect("ranges");
    let (whole, merged) = (whole.ensemble("baseline"), merged.ensemble("baseline"));
    let (whole, merged) = (whole.expect("it ran"), merged.expect("it ran"));
    assert_eq!(whole.failures(), merged.failures());
    assert_eq!(whole.failed_paths(), merged.failed_paths());
    assert_eq!(format!("{:?}", whole.broken()), format!("{:?}", merged.broken()));
}

#[test]
fn a_range_that_is_none_is_refused() {
    let program = shipped("minimal.toml");
    let refused = |sampling: &Sampling, first: u64| {
        let run = Streamed::watched(&program, sampling, first, &mut |_, _| true);
        run.expect_err("no range").to_string()
    };
    let sobol = sampling(10).with_design("sobol".parse().expect("a design"));
    assert!(refused(&sobol, 10).starts_with("design: paths of the design sobol depend on"));
    assert!(refused(&sampling(10), u64::MAX).starts_with("paths: paths up to"));
    assert!(refused(&sampling(10), (1 << 40) - 9).starts_with("paths: paths up to"));
    let ranges = Ranges::new(&program, &sampling(10)).expect("a run");
    let back = Range { start: 3, end: 2 };
    for range in [0..11, 5..5, 10..10, back] {
        let message = ranges.run(range, &mut |_, _| true).expect_err("no range").to_string();
        assert!(message.starts_with("range: paths ") && message.ends_with("of 10"), "{message}");
    }
}

/// Ranges of a run, cut anywhere, as they come back from elsewhere.
fn sent(ranges: &Ranges, cuts: &[u64]) -> Vec<Vec<u8>> {
    let run =
        |cut: &[u64]| ranges.run(cut[0]..cut[1], &mut |_, _| true).expect("it runs").to_bytes();
    cuts.windows(2).map(run).collect()
}

fn put_together(ranges: &Ranges, parts: &[Vec<u8>]) -> Streamed {
    let mut read = parts.iter().map(|bytes| ranges.read(bytes).expect("a range"));
    let first = read.next().expect("a range");
    read.fold(first, |all, part| all.merge(&part).expect("ranges of one run"))
}

#[test]
fn ranges_that_were_sent_are_one_run_in_every_design() {
    let cuts = [0, 1, 700, 1400, 2999, 3000];
    for (program, names) in [
        (shipped("yuecheng.toml"), ["random", "sobol", "lhs"]),
        (odd(), ["random", "sobol", "lhs"]),
    ] {
        for design in names {
            let design: Design = design.parse().expect("a design");
            let sampling = sampling(3000).with_design(design);
            let ranges = Ranges::new(&program, &sampling).expect("a run");
            let mut parts = sent(&ranges, &cuts);
            parts.reverse();
            let elsewhere = Ranges::new(&program, &sampling).expect("a run");
            let (found, whole) =
                (put_together(&elsewhere, &parts), Streamed::new(&program, &sampling));
            let whole = whole.expect("it runs");
            assert!(said(&found) == said(&whole), "{design}");
            assert_eq!(found.info(), whole.info());
            assert!(found.to_bytes() == whole.to_bytes());
            assert_same_summaries(&found, &program.simulate(&sampling).expect("it runs"));
        }
    }
    // A design that depends on the number of paths is one of that number.
    let program = shipped("minimal.toml");
    let of = |paths| {
        let sampling = sampling(paths).with_design("lhs".parse().expect("a design"));
        Ranges::new(&program, &sampling).expect("a run")
    };
    let run = |ranges: Ranges, range| ranges.run(range, &mut |_, _| true).expect("it runs");
    let message = run(of(100), 0..50).merge(&run(of(200), 50..100)).expect_err("two").to_string();
    assert!(message.contains("the paths of the whole run"), "{message}");
}

#[test]
fn scenarios_keep_once_what_they_share() {
    let program = shipped("yuecheng.toml");
    let bytes = |names: &[&str]| {
        let sampling = sampling(100).with_scenarios(names.iter().copied());
        Streamed::new(&program, &sampling).expect("it runs").bytes()
    };
    let (one, all) = (bytes(&["baseline"]), Streamed::new(&program, &sampling(100)));
    let all = all.expect("it runs");
    assert!(all.bytes() > one && all.bytes() < 4 * one, "{one} {}", all.bytes());
}

#[test]
fn how_many_paths_may_fail_is_judged_over_all_that_are_there() {
    let program = of_text(
        "failed_paths = 0.01\n[indicators.x]\nequation = \"x ~ 0\"\n[shocks.x]\nnormal = { sd = 1 }\n\
         [indicators.y]\nequation = \"y = log(x + 3)\"\n",
    );
    let whole = part(&program, 3, 0, 4000);
    let first = whole.ensemble("baseline").expect("it ran").broken()[0].path;
    let one = part(&program, 3, first, 1);
    assert!(
        one.judge().is_err() && one.attainment().is_err() && one.moments("baseline", "x").is_err()
    );
    let merged = one.merge(&part(&program, 3, 0, first as usize)).expect("ranges");
    let merged =
        merged.merge(&part(&program, 3, first + 1, 3999 - first as usize)).expect("ranges");
    assert!(said(&merged) == said(&whole));
}

#[test]
fn paths_that_come_range_by_range_are_those_of_one_run() {
    let program = shipped("yuecheng.toml");
    for design in ["random", "antithetic", "sobol", "lhs"] {
        let sampling = sampling(1501).with_design(design.parse().expect("a design"));
        let sampling = sampling.with_keep(["gdp", "rd_share"]);
        let part = |range| program.simulate_range(&sampling, range, &mut |_, _| true);
        let mut gathering = Gathering::new(&program, &sampling).expect("room");
        for range in [1000..1501, 0..3, 3..1000] {
            let part = part(range).expect("it runs");
            gathering.take(&part.to_bytes()).expect("a range");
            gathering.take(&part.to_bytes()).expect("the same again");
        }
        let (found, whole) = (gathering.finish().expect("all"), program.simulate(&sampling));
        let whole = whole.expect("it runs");
        assert_eq!(found.attainment().expect("numbers"), whole.attainment().expect("numbers"));
        assert_eq!(found.info(), whole.info());
        for (found, whole) in found.scenarios().zip(whole.scenarios()) {
            assert_eq!(found.storage(), whole.storage());
            for name in ["gdp", "rd_share"] {
                assert_eq!(found.paths(name).expect("kept"), whole.paths(name).expect("kept"));
                let rows = part(200..300).expect("it runs");
                let rows = rows.rows(whole.scenario(), name).expect("kept").concat();
                let paths = whole.paths(name).expect("kept");
                let same = paths.rows().into_iter().flat_map(|row| row.to_vec()[200..300].to_vec());
                assert!(rows.into_iter().eq(same));
            }
        }
    }
    let sampling = sampling(100);
    let part = |range| program.simulate_range(&sampling, range, &mut |_, _| true).expect("it runs");
    let mut gathering = Gathering::new(&program, &sampling).expect("room");
    gathering.take(&part(10..60).to_bytes()).expect("a range");
    assert!(gathering.take(&part(50..70).to_bytes()).is_err());
    let other = Sampling::new(200, 7);
    let other = program.simulate_range(&other, 150..160, &mut |_, _| true).expect("it runs");
    assert!(gathering.take(&other.to_bytes()).is_err());
    let message = gathering.finish().expect_err("not all").to_string();
    assert_eq!(message, "range: paths 0..10 did not come");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn damaged_bytes_are_refused(
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        end in any::<prop::sample::Index>(),
    ) {
        static SENT: std::sync::OnceLock<(Ranges, Vec<u8>)> = std::sync::OnceLock::new();
        let (ranges, bytes) = SENT.get_or_init(|| {
            let ranges = Ranges::new(&odd(), &sampling(300)).expect("a run");
            let bytes = sent(&ranges, &[100, 200]).remove(0);
            (ranges, bytes)
        });
        let mut changed = bytes.clone();
        changed[place.index(bytes.len())] ^= byte.max(1);
        prop_assert!(ranges.read(&changed).is_err());
        prop_assert!(ranges.read(&bytes[..end.index(bytes.len())]).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn distributions_of_any_shape_are_known_to_within_their_bounds(
        centre in -1e4..1e4_f64,
        scale in -8..8_i32,
        df in 2.05..9.0_f64,
        bend in prop::sample::select(vec!["x", "exp(x / 4)", "abs(x)", "x ^ 3", "max(x, 0.5)", "if(x > 1, 5, x)"]),
        paths in 2..9000_usize,
    ) {
        let scale = 10_f64.powi(scale);
        let program = of_text(&format!(
            "[indicators.x]\nequation = \"x ~ 0\"\n[shocks.x]\nstudent_t = {{ sd = 1, df = {df} }}\n\
             [indicators.y]\nequation = \"y = {centre:?} + {scale:?} * ({bend})\"\n\
             [[targets]]\nid = \"y\"\nindicator = \"y\"\nperiod = 2022\nat_least = {centre:?}\n"
        ));
        let sampling = Sampling::new(paths, 11);
        let streamed = Streamed::new(&program, &sampling).expect("it runs");
        let stored = program.simulate(&sampling).expect("it runs");
        assert_same_probabilities(&streamed, &stored);
        for name in ["x", "y"] {
            for level in LEVELS {
                let near = streamed.fan("baseline", name, &[level]).expect("kept");
                let exact = stored.get("baseline").and_then(|e| e.fan(name, &[level])).expect("kept");
                for ((near, exact), error) in
                    near.fan.periods.iter().zip(&exact.periods).zip(&near.errors)
                {
                    let apart = (near.quantiles[0] - exact.quantiles[0]).abs();
                    prop_assert!(apart <= *error, "{name} {level} {near:?} {exact:?} {error}");
                }
            }
        }
    }
}
