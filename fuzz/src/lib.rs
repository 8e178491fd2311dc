//! What must hold of any input from a stranger. Each function takes whatever bytes there are and
//! panics where a promise is broken: no panic of the library itself, every refusal with a place and
//! words, and whatever is accepted written and read back without loss.
//!
//! libFuzzer makes inputs up (`fuzz_targets/`); the tests of the library replay those that are kept
//! (`corpus/`, `tests/rust/fuzzed.rs`).

mod trees;

use arbitrary::Unstructured;
use tinbergen::expr::{parse_equation, parse_expression};
use tinbergen::import::{Data, read_bimets, read_dynare, read_eviews, read_frml, read_text};
use tinbergen::period::{Frequency, Span};
use tinbergen::plan::{self, Goal};
use tinbergen::{Error, Model, Outturns, Sampling};

/// A function here, and the folder of its inputs under `corpus/`.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 11] = [
    ("equation_text", equation_text),
    ("equation_tree", equation_tree),
    ("plan", plan),
    ("text_model", text_model),
    ("eviews_model", eviews_model),
    ("frml_model", frml_model),
    ("bimets_model", bimets_model),
    ("dynare_model", dynare_model),
    ("outturns", outturns),
    ("goal_text", goal_text),
    ("goal_tree", goal_tree),
];

/// As many problems as a person reads, and a line that says how many more there are.
const MOST_PROBLEMS: usize = 101;
/// Larger models are not run: their time is not promised.
const MOST_CELLS: usize = 3_000;

/// Any text as an equation: read, and printed as one that says the same.
pub fn equation_text(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match parse_equation(text) {
        Ok(equation) => {
            let printed = equation.to_string();
            let again = parse_equation(&printed)
                .unwrap_or_else(|errors| panic!("{text:?} is printed as {printed:?}: {errors:?}"));
            let same = again.lhs == equation.lhs && again.rhs == equation.rhs;
            let signs = |e: &tinbergen::expr::Equation| (e.behavioural, e.levels);
            assert!(same && signs(&again) == signs(&equation), "{text:?} became {printed:?}");
            if let Ok(expanded) = equation.expand(Frequency::Quarterly) {
                let _ = expanded.to_string();
            }
        }
        Err(errors) => {
            assert!(!errors.is_empty(), "{text:?} is refused without a word");
            for error in errors {
                assert!(!error.message.is_empty() && error.span.end <= text.len(), "{error:?}");
                let _ = error.annotated(text);
            }
        }
    }
}

/// A made-up tree: printed, and read as the same tree.
pub fn equation_tree(input: &[u8]) {
    let Ok(tree) = trees::expression(&mut Unstructured::new(input), trees::DEEPEST) else { return };
    let printed = tree.to_string();
    let again = parse_expression(&printed)
        .unwrap_or_else(|errors| panic!("{tree:?} is printed as {printed:?}: {errors:?}"));
    assert_eq!(again, tree, "printed as {printed:?}");
}

/// A plan file, or the same structure as JSON.
pub fn plan(input: &[u8]) {
    let json = std::str::from_utf8(input).ok().filter(|text| text.starts_with('{'));
    let read = match json {
        Some(text) => Model::from_json(text),
        None => Model::from_toml_bytes(input, Some("plan.toml")),
    };
    let ran = read.and_then(|model| {
        written(&model);
        run(&model)
    });
    match ran {
        // JSON has no file that could be named.
        Err(error) if json.is_some() => told(&error.in_file("model.json")),
        Err(error) => told(&error),
        Ok(()) => {}
    }
}

/// A model in plain text.
pub fn text_model(input: &[u8]) {
    match read_text(input, &Data::default(), None, "model.txt") {
        Ok(model) => {
            written(&model);
            if let Ok(text) = model.to_text() {
                let again = read_text(text.as_bytes(), &Data::default(), None, "again.txt");
                let again = again.unwrap_or_else(|error| panic!("{text}\n{error}"));
                assert!(again == model, "not the same when read back:\n{text}");
            }
            run(&model).unwrap_or_else(|error| told(&error));
        }
        Err(error) => told(&error),
    }
}

/// A program of EViews.
pub fn eviews_model(input: &[u8]) {
    foreign(read_eviews(input, &some_data(), years(), "model.prg"));
}

/// Equations of modelflow.
pub fn frml_model(input: &[u8]) {
    foreign(read_frml(input, &some_data(), years(), "model.frml"));
}

/// A model of bimets.
pub fn bimets_model(input: &[u8]) {
    let given = [("a1".to_owned(), 0.5)];
    foreign(read_bimets(input, &some_data(), years(), &given, "model.mdl"));
}

/// A model of Dynare.
pub fn dynare_model(input: &[u8]) {
    foreign(read_dynare(input, &some_data(), None, "model.mod"));
    foreign(read_dynare(input, &some_data(), Some(years()), "model.mod"));
}

fn years() -> Span {
    "2021..2023".parse().expect("a span")
}

fn some_data() -> Data {
    let csv = b"year,x,y,c\n2019,1,2,3\n2020,1.5,2.5,3\n2021,1.2,,4\n2022,1.3,,\n2023,2,,\n";
    Data::from_csv(csv, "data.csv").expect("a table")
}

/// A model of another program, with what is said of it.
fn foreign(read: Result<Model, Error>) {
    match read {
        Ok(model) => {
            for note in model.notes() {
                assert!(!note.to_string().is_empty());
            }
            written(&model);
            run(&model).unwrap_or_else(|error| told(&error));
        }
        Err(error) => told(&error),
    }
}

/// A table of outturns, and one of data.
pub fn outturns(input: &[u8]) {
    match Outturns::from_csv(input, "outturns.csv") {
        Ok(outturns) => {
            for day in outturns.vintages() {
                let known = outturns.as_of(day);
                assert!(known.len() <= outturns.len() && known.last_vintage() <= Some(day));
                for row in known.rows() {
                    assert!(row.value.is_finite() && row.sd() >= 0.0, "{row:?}");
                }
            }
            assert_eq!(
                Outturns::new(outturns.rows().to_vec()).as_ref().map(Outturns::rows),
                Ok(outturns.rows())
            );
        }
        Err(error) => told(&error),
    }
    if let Err(error) = Data::from_csv(input, "data.csv") {
        told(&error);
    }
}

/// Any text as a combination of targets.
pub fn goal_text(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match text.parse::<Goal>() {
        Ok(goal) => {
            let printed = goal.to_string();
            assert_eq!(printed.parse::<Goal>().as_ref(), Ok(&goal), "{text:?} became {printed:?}");
        }
        Err(error) => told(&error),
    }
}

/// A made-up combination: printed, and read as the same.
pub fn goal_tree(input: &[u8]) {
    let Ok(goal) = trees::goal(&mut Unstructured::new(input), trees::DEEPEST) else { return };
    let printed = goal.to_string();
    assert_eq!(printed.parse::<Goal>().as_ref(), Ok(&goal), "printed as {printed:?}");
}

/// What is refused is told with words and a place, and not without end.
fn told(error: &Error) {
    let problems = error.problems();
    assert!(!problems.is_empty(), "refused without a word");
    assert!(problems.len() <= MOST_PROBLEMS, "{} problems", problems.len());
    for problem in problems {
        let place = problem.file.is_some() || problem.line.is_some() || !problem.address.is_empty();
        let rest =
            problem.message.starts_with("and ") && problem.message.ends_with("more problems");
        let memory = error.is_memory(); // of the run as a whole
        assert!(!problem.message.is_empty() && (place || rest || memory), "no place: {problem:?}");
    }
}

/// What was read is written as a plan file and as JSON, and read back as equal.
fn written(model: &Model) {
    let toml = model.to_toml().unwrap_or_else(|error| panic!("cannot be written: {error}"));
    let again = Model::from_toml(&toml).unwrap_or_else(|error| panic!("{toml}\n{error}"));
    assert!(again == *model, "not the same when read back:\n{toml}");
    let json = model.to_json().unwrap_or_else(|error| panic!("cannot be written: {error}"));
    let again = Model::from_json(&json).unwrap_or_else(|error| panic!("{json}\n{error}"));
    assert!(again == *model, "not the same when read back:\n{json}");
}

/// What was read compiles and runs, or says why not.
fn run(model: &Model) -> Result<(), Error> {
    let parts = model.indicators.len() + model.targets.len() + model.parameters.len();
    let cells = model.periods.len() * parts.max(1) * (1 + model.scenarios.len());
    if cells > MOST_CELLS {
        return Ok(());
    }
    let sampling = Sampling::new(3, 1).with_memory_limit(64 << 20);
    let runs = model.compile()?.simulate(&sampling)?;
    for row in plan::attainment(&runs)? {
        let probability = row.probability.value;
        assert!((0.0..=1.0).contains(&probability), "{}: {probability}", row.target);
    }
    Ok(())
}
