//! What a simulated path does is no contradiction, wherever bounds are put on it.

use proptest::prelude::*;
use tinbergen::model::{Bound, Limit, Of, Over, Target};
use tinbergen::plan::{Finding, FindingKind as Kind, consistency};
use tinbergen::{Model, Sampling};

/// Everything that narrows: bounded shocks, counts, shares, events, conditions, limits, lags.
const BUSY: &str = r#"
    schema = 1
    name = "busy"
    periods = "2021..2024"
    [indicators.gdp]
    history = { 2019 = 95, 2020 = 100 }
    process = { kind = "growth", mean = "trend", persistence = 0.4 }
    [indicators.share]
    history = { 2020 = { uniform = { min = 20, max = 30 } } }
    process = { kind = "share", drift = 0.05, lower = 10, upper = 60 }
    [indicators.part]
    equation = "part = share / 100 * gdp"
    [indicators.rest]
    equation = "rest = gdp - part"
    [indicators.firms]
    history = { 2020 = 50 }
    process = { kind = "count", arrivals = "10 + 0.01 * part", departures = 0.1 }
    [indicators.stock]
    history = { 2020 = 200 }
    process = { kind = "stock", depreciation = 0.08, inflow = "0.2 * gdp" }
    [indicators.gap]
    history = { 2020 = 0 }
    process = { kind = "level", mean = 0, persistence = 0.5 }
    [indicators.capped]
    equation = "capped = min(130, max(gdp, part * 4)) + if(gap > 0, 1, -1) * abs(gap)"
    [indicators.mixed]
    equation = "mixed = (gdp / stock) ^ 1.5 + gap ^ 2 - movavg(gdp, 2) / 100"
    [parameters.trend]
    uniform = { min = 0.01, max = 0.05 }
    [shocks]
    gdp = { uniform = { min = -0.02, max = 0.02 } }
    share = { triangular = { min = -0.1, mode = 0, max = 0.1 } }
    gap = { uniform = { min = -1, max = 1 } }
    [events.slump]
    probability = 0.2
    size = { gdp = { uniform = { min = -0.1, max = -0.05 } } }
"#;

fn shape() -> impl Strategy<Value = Shape> {
    let of = prop_oneof![Just(Of::Level), Just(Of::Change), Just(Of::Growth)];
    let over = prop::sample::select([Over::plain(), Over::counted(2)].concat());
    (0..9_usize, of, over, any::<bool>(), any::<bool>())
}

/// A target: of which indicator, what of it, a floor, also a bound on the other side?
type Shape = (usize, Of, Over, bool, bool);

/// What is found where bounds are put exactly where one simulated path is, on either side or on both.
fn found_where_a_path_is(shapes: &[Shape], path: usize, seed: u64) -> Vec<Finding> {
    let mut model = Model::from_toml(BUSY).expect("it reads");
    for (k, (indicator, of, over, floor, _)) in shapes.iter().enumerate() {
        let (indicator, _) = model.indicators.get_index(*indicator).expect("one of nine");
        let zero = Limit::Number(0.0);
        let bound = if *floor { Bound::AtLeast(zero) } else { Bound::AtMost(zero) };
        let span = if *of == Of::Level { "2021..2024" } else { "2022..2024" };
        let span = span.parse().expect("a span");
        let target = Target::new(format!("t{k}"), indicator, span, bound);
        model.targets.push(target.with_measure(*of, *over));
    }
    let program = model.compile().expect("it compiles");
    let runs = program.simulate(&Sampling::new(32, seed)).expect("it runs");
    let ensemble = runs.get("baseline").expect("it ran");
    let mut kept = Vec::new();
    for (target, (.., twice)) in model.targets.iter_mut().zip(shapes) {
        let room = tinbergen::plan::headroom(target, ensemble).expect("it is kept")[path];
        // A statistic of a series around 0 has no growth worth the name.
        if !room.is_finite() {
            continue;
        }
        let (at, floor) = match target.bound {
            Bound::AtLeast(_) => (room, true),
            _ => (-room, false),
        };
        let limit = Limit::Number(at);
        target.bound = if floor { Bound::AtLeast(limit) } else { Bound::AtMost(limit) };
        kept.push(target.clone());
        if *twice && !matches!(target.over, Over::Every | Over::AtLeast(_)) {
            let limit = Limit::Number(at);
            let bound = if floor { Bound::AtMost(limit) } else { Bound::AtLeast(limit) };
            kept.push(Target { id: format!("{}-too", target.id), bound, ..target.clone() });
        }
    }
    model.targets = kept;
    let program = model.compile().expect("it compiles");
    consistency(&program)
}

fn never_met(finding: &Finding) -> bool {
    matches!(finding.kind, Kind::Infeasible | Kind::OutOfReach)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn targets_that_one_path_meets_are_never_called_infeasible(
        shapes in prop::collection::vec(shape(), 1..12), path in 0..32_usize, seed in 0..50_u64,
    ) {
        for finding in found_where_a_path_is(&shapes, path, seed) {
            prop_assert!(!never_met(&finding), "{finding:#?}");
        }
    }
}

/// A stock and the growth that feeds it, each held to the path.
#[test]
fn rounding_makes_no_contradiction() {
    let shapes = [
        (5, Of::Level, Over::Last, false, true),
        (5, Of::Change, Over::Sum, false, false),
        (0, Of::Level, Over::AtLeast(2), false, false),
        (0, Of::Change, Over::Every, true, false),
    ];
    for (path, seed) in (0..32).flat_map(|path| [(path, 34), (path, 7)]) {
        let found = found_where_a_path_is(&shapes, path, seed);
        assert!(!found.iter().any(never_met), "{path} {seed}: {found:#?}");
    }
}
