//! A run cut down to what targets look at gives the probabilities of the whole run, to the bit: over made-up
//! plans with events, whose figures are known for some periods.

use proptest::prelude::*;
use tinbergen::model::{Distribution, Event, Indicator, Process, Quantity, Target, Term};
use tinbergen::outturns::{Outturn, Outturns, Precision};
use tinbergen::period::{Period, Span};
use tinbergen::plan::Bits;
use tinbergen::{Design, Model, Sampling};

const INDICATORS: [&str; 3] = ["x", "y", "z"];

/// An event in a few numbers.
#[derive(Debug, Clone)]
struct Crisis {
    probability: usize,
    duration: usize,
    overlap: bool,
    /// Which indicators it moves, and how its sizes are drawn.
    size: [usize; 3],
}

fn crisis() -> impl Strategy<Value = Crisis> {
    (0..3_usize, 0..4_usize, any::<bool>(), [0..4_usize, 0..4_usize, 0..4_usize]).prop_map(
        |(probability, duration, overlap, size)| Crisis { probability, duration, overlap, size },
    )
}

fn event(crisis: &Crisis) -> Event {
    let size = |(name, kind): (&&str, &usize)| {
        let size: Quantity = match kind {
            0 => return None,
            1 => Quantity::from(-2.0),
            2 => Distribution::normal(-2.0, 1.0).into(),
            _ => Distribution::empirical(vec![-1.0, -2.0, -4.0]).into(),
        };
        Some(((*name).to_owned(), size))
    };
    Event {
        label: None,
        probability: [Term::from(0.3), Term::from("risk"), Term::from("risk / 2")]
            [crisis.probability]
            .clone(),
        duration: match crisis.duration {
            0 => 1.0.into(),
            1 => 2.0.into(),
            2 => Distribution::empirical(vec![1.0, 3.0]).into(),
            _ => Distribution::uniform(0.6, 3.4).into(),
        },
        overlap: crisis.overlap,
        source: None,
        assumption: None,
        size: INDICATORS.iter().zip(&crisis.size).filter_map(size).collect(),
    }
}

fn span(year: i32) -> Span {
    Span::new(Period::year(year), Period::year(year)).expect("a span")
}

/// Three indicators, of which one is moved by another, with events and a target.
fn plan(crises: &[Crisis], persistence: f64, (target, period): (usize, i32)) -> Model {
    let mut model = Model::new("made up", "2021..2024".parse().expect("a span"))
        .with_indicator(
            "x",
            Indicator::from_process(Process::level(0.0).with_persistence(persistence))
                .with_history(Period::year(2020), 0.0),
        )
        .with_indicator("y", Indicator::from_equation("y ~ 0"))
        .with_indicator("z", Indicator::from_equation("z ~ 0.5 * y"))
        .with_parameter("risk", Distribution::uniform(0.1, 0.6))
        .with_target(Target::at_least("t", INDICATORS[target], span(period), -1.0));
    for name in INDICATORS {
        model = model.with_shock(name, Distribution::normal(0.0, 1.0));
    }
    for (k, crisis) in crises.iter().enumerate() {
        model = model.with_event(format!("crisis{k}"), event(crisis));
    }
    model
}

/// Figures by indicator and year; some with an error of measurement.
fn figures() -> impl Strategy<Value = Vec<(usize, i32, f64, bool)>> {
    prop::collection::vec((0..3_usize, 2021..2025, -4.0..2.0, any::<bool>()), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn probabilities_are_those_of_the_whole_run(
        crises in prop::collection::vec(crisis(), 1..3),
        persistence in prop::sample::select(vec![0.0, 0.6]),
        target in (0..3_usize, 2021..2025),
        figures in figures(),
        design in prop::sample::select(Design::names().collect::<Vec<_>>()),
    ) {
        let program = plan(&crises, persistence, target).compile().expect("a plan");
        let mut known = std::collections::BTreeMap::new();
        for (indicator, year, value, noisy) in figures {
            known.insert((indicator, year), (value, noisy));
        }
        let rows = known.into_iter().map(|((indicator, year), (value, noisy))| {
            let known = "2025-03-01".parse().expect("a date");
            let row = Outturn::new(INDICATORS[indicator], Period::year(year), value, known);
            if noisy { row.with_precision(Precision::Sd(0.5)) } else { row }
        });
        let outturns = Outturns::new(rows.collect()).expect("rows");
        let tracked = program.observe(&outturns, None).expect("they fit").with_least_effective(1.0);
        let sampling = Sampling::new(500, 3).with_design(design.parse().expect("a design"));
        let whole = tracked.simulate(&sampling).expect("it runs");
        let alone = Bits::given(&tracked, &sampling).expect("it runs");
        let (of_whole, of_alone) = (whole.get("baseline"), alone.runs().get("baseline"));
        let (of_whole, of_alone) = (of_whole.expect("it ran"), of_alone.expect("it ran"));
        prop_assert_eq!(of_whole.evidence(), of_alone.evidence());
        prop_assert_eq!(of_whole.weights(), of_alone.weights());
        let (whole, alone) = (whole.attainment().expect("rows"), alone.attainment().expect("rows"));
        prop_assert_eq!(whole[0].probability, alone[0].probability);
    }
}
