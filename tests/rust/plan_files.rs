//! Plan files: the one that ships, the schema, and writing without loss.

use proptest::prelude::*;
use tinbergen::model::process::{self, Count, Growth, Share, TrendTo};
use tinbergen::model::{
    About, Action, Amount, Bound, Change, Distribution, Empirical, Event, Indicator, Label, Limit,
    Nature, Of, Over, Pair, Parameter, Pert, Process, Quantity, Relative, Scenario, Shock, Subject,
    Target, Term, Value,
};
use tinbergen::period::Period;
use tinbergen::{Model, Sampling};

fn yuecheng() -> Model {
    Model::read(crate::root().join("plans/yuecheng.toml")).expect("the plan that ships is valid")
}

#[test]
fn the_shipped_schema_is_that_of_the_types() {
    let shipped =
        std::fs::read_to_string(crate::root().join("schema/plan.schema.json")).expect("it ships");
    assert_eq!(
        shipped.trim(),
        tinbergen::schema().trim(),
        "run `cargo run --example write_schema` to bring it up to date"
    );
}

#[test]
fn the_yuecheng_plan_survives_writing_and_reading() {
    let plan = yuecheng();
    assert_eq!(Model::from_toml(&plan.to_toml().expect("text")).expect("it reads"), plan);
    assert_eq!(Model::from_json(&plan.to_json().expect("text")).expect("it reads"), plan);
}

#[test]
fn the_text_of_the_plan_contradicts_itself_as_the_facts_say() {
    let plan = yuecheng();
    let program = plan.compile().expect("it compiles");
    assert!(plan.targets.len() >= 30 && plan.scenarios.len() >= 5);
    let sampling = Sampling::new(500, 1).with_scenarios(["seventy_firms"]);
    let runs = program.simulate(&sampling).expect("it runs");
    let ensemble = runs.get("seventy_firms").expect("it ran");
    // 344 firms and 70 a year make 694 by 2025, not 800.
    let firms = ensemble.row("high_tech_firms", Period::year(2025)).expect("kept");
    assert!(firms.iter().all(|count| (count - 694.0).abs() < 1e-9), "{:?}", &firms[..3]);
    // Histories end in 2020: later outturns are in a file of their own.
    for (name, indicator) in &plan.indicators {
        assert!(indicator.history.keys().all(|p| *p <= Period::year(2020)), "{name}");
    }
    // The identity of product per head holds in every path.
    let row = |name: &str| ensemble.row(name, Period::year(2025)).expect("kept");
    for ((gdp, people), per_head) in
        row("gdp").iter().zip(row("population")).zip(row("gdp_per_capita"))
    {
        assert!((gdp * 1e8 / (people * 1000.0) / per_head - 1.0).abs() < 1e-12);
    }
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![-1e6..1e6f64, Just(0.0), Just(1.0), Just(1e-300), Just(1e300), Just(0.1)]
}

fn positive() -> impl Strategy<Value = f64> {
    prop_oneof![1e-3..1e3f64, Just(1.0)]
}

fn text() -> impl Strategy<Value = Option<String>> {
    prop::option::of("[ -~地区\"\\\\\n\t']{0,20}")
}

fn distribution() -> BoxedStrategy<Distribution> {
    prop_oneof![
        (number(), positive()).prop_map(|(mean, sd)| Distribution::normal(mean, sd)),
        (number(), positive(), 2.5..50.0f64)
            .prop_map(|(mean, sd, df)| Distribution::student_t(mean, sd, df)),
        (number(), positive()).prop_map(|(mode, uncertainty)| Distribution::two_piece_normal(
            mode,
            uncertainty,
            -uncertainty / 3.0
        )),
        (number(), positive()).prop_map(|(min, w)| Distribution::uniform(min, min + w)),
        (positive(), positive(), any::<bool>()).prop_map(|(a, b, pert)| {
            let (min, mode, max) = (-a, 0.0, b);
            if pert {
                Distribution::Pert(Pert { min, mode, max, weight: a })
            } else {
                Distribution::triangular(min, mode, max)
            }
        }),
        (prop::collection::vec(number(), 1..5), any::<bool>())
            .prop_map(|(values, smooth)| Distribution::Empirical(Empirical { values, smooth })),
        positive().prop_map(Distribution::poisson),
    ]
    .boxed()
}

fn quantity() -> BoxedStrategy<Quantity> {
    let value =
        prop_oneof![number().prop_map(Value::Number), distribution().prop_map(Value::Drawn)];
    (value, text(), text())
        .prop_map(|(value, source, assumption)| Quantity { value, source, assumption })
        .boxed()
}

fn term() -> impl Strategy<Value = Term> {
    prop_oneof![number().prop_map(Term::Number), Just(Term::from("trend - 0.01"))]
}

fn process() -> BoxedStrategy<Process> {
    let start = || prop::option::of(quantity());
    let shock = || prop::option::of(Just("demand".to_owned()));
    prop_oneof![
        (term(), term(), start(), prop::option::of(term()), shock()).prop_map(
            |(mean, persistence, start, spread, shock)| {
                let (loading, factor) = (None, None);
                Growth { mean, persistence, start, spread, loading, factor, shock }.into()
            }
        ),
        (term(), term(), start(), shock()).prop_map(|(drift, persistence, start, shock)| {
            let (lower, upper, pull) = (-1.5, 100.0, Term::Number(0.0));
            let (mean, spread, loading, factor) = (None, None, None, None);
            Share {
                drift,
                persistence,
                mean,
                pull,
                lower,
                upper,
                start,
                spread,
                loading,
                factor,
                shock,
            }
            .into()
        }),
        (term(), term()).prop_map(|(arrivals, departures)| {
            Count { arrivals, departures, dispersion: None }.into()
        }),
        (term(), shock())
            .prop_map(|(value, shock)| { TrendTo { value, by: Period::year(2025), shock }.into() }),
        (quantity(), shock()).prop_map(|(quantity, shock)| {
            let values = [(Period::year(2021), quantity)].into_iter().collect();
            process::Path { values, shock }.into()
        }),
    ]
    .boxed()
}

fn bound() -> BoxedStrategy<Bound> {
    let relative = (number(), number()).prop_map(|(times, plus)| {
        let (of, over) = (Some(Of::Growth), Some(Over::Mean));
        Limit::Relative(Relative { indicator: "产值".to_owned(), of, over, times, plus })
    });
    let limit = prop_oneof![number().prop_map(Limit::Number), relative];
    prop_oneof![
        limit.clone().prop_map(Bound::AtLeast),
        limit.prop_map(Bound::Below),
        (number(), positive())
            .prop_map(|(low, width)| Bound::Between([low, low + width.max(1e295)]))
    ]
    .boxed()
}

prop_compose! {
    fn model()(
        process in process(), history in quantity(), parameter in quantity(), unit in text(),
        shock in distribution(), bound in bound(), amount in quantity(), by_period in number(),
        size in quantity(), label in text(), source in text(), share in 0.0..1.0f64,
    ) -> Model {
        let mut model = Model::new("a \"name\"", "2021..2025".parse().expect("a span"));
        model.source.clone_from(&source);
        let label = label.map(|zh| Label::Languages(
            [("zh".to_owned(), zh), ("en".to_owned(), "GDP".to_owned())].into_iter().collect()));
        model.indicators.insert("产值".to_owned(), Indicator {
            process: Some(process),
            history: [(Period::year(2020), history)].into_iter().collect(),
            label: label.clone(),
            unit: unit.clone(),
            ..Indicator::default()
        });
        model.parameters.insert("trend".to_owned(), Parameter { quantity: parameter, label, unit, draws: None });
        model.shocks.insert("demand".to_owned(), Shock::from(shock));
        model.correlations.insert(Pair::new("a", "b"), share);
        model.events.insert("flood".to_owned(), Event {
            label: None, probability: Term::Number(share), duration: (1.0 + (9.0 * share).floor()).into(), overlap: true,
            source, assumption: None, size: [("demand".to_owned(), size)].into_iter().collect(),
        });
        let (of, over) = (Of::Change, Over::Every);
        model.targets.push(Target {
            id: "t".to_owned(), label: None,
            about: About::Indicator { indicator: "产值".to_owned() }, of, base: None, over,
            period: "2022..2024".parse().expect("a span"), bound, nature: Nature::Binding,
            source: None, assumption: None,
        });
        let change = |subject, action| Change {
            subject, periods: None, action, by: None,
            source: None, assumption: None,
        };
        let by_period = Amount::ByPeriod([(Period::year(2022), by_period)].into_iter().collect());
        model.scenarios.insert("s".to_owned(), Scenario {
            probability: Some(share),
            changes: vec![
                change(Subject::Parameter("trend".to_owned()), Action::Set(Amount::Same(amount))),
                change(Subject::Indicator("产值".to_owned()), Action::Set(by_period)),
            ],
            ..Scenario::default()
        });
        model
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn any_model_survives_writing_and_reading(model in model()) {
        let text = model.to_toml().expect("text");
        let read = Model::from_toml(&text);
        prop_assert_eq!(read.as_ref(), Ok(&model), "{}", text);
        prop_assert_eq!(Model::from_json(&model.to_json().expect("text")), Ok(model));
    }
}

#[test]
fn a_model_built_in_code_is_the_one_read_from_a_file() {
    use tinbergen::model::{Change, Distribution, Indicator, Of, Over, Process, Scenario, Target};
    let span = |text: &str| text.parse().expect("a span");
    let built = Model::new("built", span("2021..2025"))
        .with_indicator(
            "gdp",
            Indicator::from_process(
                Process::growth("trend").with_persistence(0.5).with_shock("demand"),
            )
            .with_unit("CNY")
            .with_history(Period::year(2020), 100.0),
        )
        .with_indicator("per_head", Indicator::from_equation("per_head = gdp / 2"))
        .with_parameter("trend", Distribution::normal(0.06, 0.01))
        .with_shock("demand", Distribution::normal(0.0, 0.02))
        .with_target(Target::at_least("level", "gdp", span("2025"), 130.0).binding())
        .with_target(
            Target::at_least("pace", "gdp", span("2021..2025"), 0.05)
                .with_measure(Of::Growth, Over::Mean),
        )
        .with_target_set("both", ["level", "pace"])
        .with_scenario(
            "slump",
            Scenario::of([Change::of_shock("demand").over(span("2022..2023")).adding(-0.03)])
                .with_probability(0.2),
        );
    let read = Model::from_toml(
        r#"
        schema = 1
        name = "built"
        periods = "2021..2025"
        [indicators.gdp]
        unit = "CNY"
        history = { 2020 = 100 }
        process = { kind = "growth", mean = "trend", persistence = 0.5, shock = "demand" }
        [indicators.per_head]
        equation = "per_head = gdp / 2"
        [parameters.trend]
        normal = { mean = 0.06, sd = 0.01 }
        [shocks.demand]
        normal = { sd = 0.02 }
        [[targets]]
        id = "level"
        indicator = "gdp"
        period = 2025
        at_least = 130
        nature = "binding"
        [[targets]]
        id = "pace"
        indicator = "gdp"
        of = "growth"
        over = "mean"
        period = "2021..2025"
        at_least = 0.05
        [target_sets]
        both = ["level", "pace"]
        [scenarios.slump]
        probability = 0.2
        changes = [{ shock = "demand", periods = "2022..2023", add = -0.03 }]
        "#,
    );
    assert_eq!(built, read.expect("a valid model"));
}
