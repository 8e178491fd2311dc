//! Models and files that are meant to break things: each is an error with its address and a way out,
//! soon and without much memory.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use tinbergen::import::{Data, read_eviews, read_frbus, read_modelflow, read_text};
use tinbergen::period::Span;
use tinbergen::{Model, Sampling};

fn span(text: &str) -> Span {
    text.parse().expect("a span")
}

fn text(text: &str) -> Result<Model, tinbergen::Error> {
    read_text(text.as_bytes(), &Data::default(), None, "model.txt")
}

/// What is said of a model in plain text when it is read, compiled and simulated.
fn said(model: &str) -> String {
    let ran = text(model).and_then(|m| m.compile()).and_then(|p| p.simulate(&Sampling::new(8, 1)));
    ran.map_or_else(|error| error.to_string(), |_| "nothing is wrong".to_owned())
}

#[test]
fn a_cycle_without_a_solution_names_its_equations_and_the_cycle() {
    let said = said("periods 2021..2022\na = b + 1\nb = a^2 + 1");
    assert!(said.contains("broke first in path 0, period 2021"), "{said}");
    assert!(
        said.contains("one of 2 simultaneous equations for which no solution was found"),
        "{said}"
    );
    assert!(said.contains("a -> b -> a"), "{said}");
}

#[test]
fn two_equations_for_one_variable_are_told_with_both_lines() {
    let twice = said("periods 2021..2022\ny = 1\nx = 2\ny = x + 1");
    assert!(twice.contains("model.txt:4: y: y has an equation already, in line 2"), "{twice}");
    let file = "y = 1\nx = 2\nm.append y = x + 1";
    let error = read_eviews(file.as_bytes(), &Data::default(), span("2021..2022"), "m.prg");
    assert!(error.expect_err("two").to_string().contains("m.prg:3: y: y has an equation already"));
    let toml = "schema = 1\nname = \"m\"\nperiods = \"2021..2022\"\n[indicators.y]\nequation = \"y = 1\"\n\
                [indicators.y]\nequation = \"y = 2\"\n";
    let error = Model::from_toml(toml).expect_err("two").to_string();
    assert!(error.contains("line 6") && error.contains('y'), "{error}");
}

#[test]
fn a_variable_without_an_equation_is_told_with_a_way_out() {
    let said = said("periods 2021..2022\ndata g 2020 = 1\ny = g + 1");
    assert!(said.contains("indicators.g: has no value in 2021"), "{said}");
    assert!(said.contains("give it one, or a history up to 2022"), "{said}");
    let unknown = Model::from_toml(
        "schema = 1\nname = \"m\"\nperiods = \"2021..2022\"\n[indicators.spending]\n\
         history = { 2021 = 1, 2022 = 1 }\n[indicators.y]\nequation = \"y = spendng + 1\"\n",
    );
    let error = unknown.and_then(|m| m.compile()).expect_err("unknown").to_string();
    assert!(error.contains("line 7") && error.contains("did you mean \"spending\"?"), "{error}");
}

#[test]
fn a_division_by_zero_in_one_path_of_a_thousand_is_told_and_the_others_are_fine() {
    let toml = |zero: f64, tolerated: &str| {
        format!(
            "schema = 1\nname = \"m\"\nperiods = \"2021..2023\"\nfailed_paths = {tolerated}\n\
             [parameters]\nzero = {zero:?}\n\
             [indicators.x]\nequation = \"x ~ 0\"\n[shocks.x]\nnormal = {{ sd = 1 }}\n\
             [indicators.y]\nequation = 'y = 100 / if(period == \"2022\", x - zero, 1)'\n\
             [indicators.z]\nequation = \"z = y + w\"\n\
             [indicators.w]\nequation = \"w = 0.5 * z\"\n"
        )
    };
    let run = |zero, tolerated| {
        let program = Model::from_toml(&toml(zero, tolerated)).and_then(|m| m.compile());
        program.expect("it compiles").simulate(&Sampling::new(1_000, 1))
    };
    // What path 137 draws in 2022 makes the division there one by zero, and in no other path.
    let drawn = run(99.0, "0").expect("it runs");
    let zero = drawn.get("baseline").expect("it ran").paths("x").expect("kept")[(1, 137)];
    let runs = run(zero, "0.01").expect("it runs");
    let base = runs.get("baseline").expect("it ran");
    assert_eq!(base.failed_paths(), 1);
    let broken = &base.broken()[0];
    assert_eq!((broken.path, broken.indicator.as_str()), (137, "y"));
    assert_eq!(broken.period.to_string(), "2022");
    assert!(broken.equation.contains("100 / if("), "{}", broken.equation);
    assert_eq!(broken.values, [("x".to_owned(), zero), ("zero".to_owned(), zero)]);
    let all = |name| base.paths(name).expect("kept");
    let (x, z, w) = (all("x"), all("z"), all("w"));
    for path in (0..1_000).filter(|path| *path != 137) {
        let expected = 200.0 / (x[(1, path)] - zero);
        assert!((z[(1, path)] / expected - 1.0).abs() < 1e-11, "{path}");
        assert!((0..3).all(|period| w[(period, path)].is_finite()), "{path}");
    }
    assert!(!z[(1, 137)].is_finite() && z[(0, 137)].is_finite());
    let error = run(zero, "0").expect_err("one path").to_string();
    let named = "indicators.y: broke first in path 137, period 2022";
    assert!(error.contains(named) && error.contains("zero = "), "{error}");
}

/// Runs something that must not take long, and gives how long it took.
fn timed<T>(what: &str, most: Duration, work: impl FnOnce() -> T) -> T {
    let begin = Instant::now();
    let result = work();
    let took = begin.elapsed();
    assert!(took < most, "{what} took {took:?}");
    result
}

const LARGE: usize = 20_000;
/// Generous, since other work may go on beside: alone each takes a second or two.
const LONG: Duration = Duration::from_secs(60);

#[test]
fn twenty_thousand_recursive_equations_compile_in_seconds() {
    let mut lines = String::from("periods 2021..2022\ndata v0 2021 = 1, 2022 = 2\n");
    // In the wrong order, and each with a lag.
    for k in (1..LARGE).rev() {
        let _ = writeln!(lines, "data v{k} 2020 = 1\nv{k} = 0.5 * v{} + 0.5 * v{k}[-1]", k - 1);
    }
    let model = timed("20,000 recursive equations, read", LONG, || text(&lines)).expect("read");
    let program = timed("compiled", LONG, || model.compile()).expect("it compiles");
    let runs =
        timed("simulated", LONG, || program.simulate(&Sampling::new(2, 1))).expect("it runs");
    let run = runs.get("baseline").expect("it ran");
    let mut expected = [1.0, 2.0];
    for k in 1..LARGE {
        expected = [0.5 * expected[0] + 0.5, 0.0 + 0.5 * expected[1] + 0.25 * expected[0] + 0.25];
        // Of the second period: half of the one before now, half of its own before.
        let own = run.paths(&format!("v{k}")).expect("kept")[(0, 0)];
        assert!((own - expected[0]).abs() < 1e-12, "{k}");
        expected[1] = run.paths(&format!("v{k}")).expect("kept")[(1, 0)];
    }
}

#[test]
fn twenty_thousand_equations_in_one_simultaneous_block_compile_in_seconds() {
    // All hang on the total, and the total on all of them; and each on its neighbour.
    let mut lines = String::from("periods 2021..2021\n");
    for k in 0..LARGE {
        let next = (k + 1) % LARGE;
        let _ = writeln!(lines, "v{k} = 1 + 0.2 * v{next} + 0.3 * mean");
    }
    let mut sums: Vec<String> = (0..LARGE).map(|k| format!("v{k}")).collect();
    let mut level = 0;
    while sums.len() > 1 {
        let next: Vec<String> =
            (0..sums.len().div_ceil(100)).map(|k| format!("s{level}_{k}")).collect();
        for (name, parts) in next.iter().zip(sums.chunks(100)) {
            let _ = writeln!(lines, "{name} = {}", parts.join(" + "));
        }
        (sums, level) = (next, level + 1);
    }
    let _ = writeln!(lines, "mean = {} / {LARGE}", sums[0]);
    let model = timed("20,000 simultaneous equations, read", LONG, || text(&lines)).expect("read");
    let program = timed("compiled", LONG, || model.compile()).expect("it compiles");
    let explained = program.computation_order();
    let block = explained.blocks.iter().max_by_key(|block| block.indicators.len()).expect("one");
    assert!(block.indicators.len() > LARGE, "{}", block.indicators.len());
    assert!(block.feedback.len() <= 2, "solved for {}", block.feedback.len());
    let runs =
        timed("simulated", LONG, || program.simulate(&Sampling::new(2, 1))).expect("it runs");
    // All are the same: v = 1 + 0.5 v.
    let run = runs.get("baseline").expect("it ran");
    for name in ["v0", "v777", "v19999", "mean"] {
        assert!((run.paths(name).expect("kept")[(0, 0)] - 2.0).abs() < 1e-10, "{name}");
    }
}

#[test]
fn garbage_xml_and_bombs_in_it_are_refused() {
    let read = |xml: &[u8]| {
        let found = read_frbus(xml, &Data::default(), span("2020-Q1..2020-Q4"));
        found.expect_err("garbage").to_string()
    };
    let wrapped =
        |inner: &str| format!("<model><variable><name>Y</name>{inner}</variable></model>");
    for garbage in [
        b"".to_vec(),
        b"\x00\xff\xfe<model>".to_vec(),
        b"not xml at all".to_vec(),
        b"<model><variable><name>Y</name>".to_vec(),
        (0..=255u8).cycle().take(100_000).collect(),
        wrapped("<standard_equation></standard_equation>").into_bytes(),
        wrapped("<standard_equation><python_equation>y</python_equation></standard_equation>")
            .into_bytes(),
    ] {
        assert!(read(&garbage).contains("model.xml"), "{}", read(&garbage));
    }
    // Entities that multiply, and elements as deep as the file is long.
    let mut entities = String::from("<!DOCTYPE x [<!ENTITY e0 \"aaaaaaaaaa\">");
    for k in 1..12 {
        let inner = format!("&e{};", k - 1).repeat(10);
        let _ = write!(entities, "<!ENTITY e{k} \"{inner}\">");
    }
    entities.push_str("]><model>&e11;</model>");
    assert!(timed("entities", LONG, || read(entities.as_bytes())).contains("not readable as XML"));
    let deep = format!("<model>{}{}</model>", "<a>".repeat(300_000), "</a>".repeat(300_000));
    let found = timed("deep", LONG, || read(deep.as_bytes()));
    assert!(found.contains("model.xml"), "{found}");
    let wide = format!("<model>{}</model>", "<variable/>".repeat(200_000));
    let found = timed("wide", LONG, || read(wide.as_bytes()));
    assert!(found.lines().count() <= 101, "{} lines", found.lines().count());
}

fn packed(text: &[u8], times: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    (0..times).for_each(|_| encoder.write_all(text).expect("written"));
    encoder.finish().expect("finished")
}

/// The most memory the process has used, in bytes; 0 where that is not known.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    1024 * number.unwrap_or(0)
}

#[test]
fn bombs_in_a_country_model_are_not_unpacked() {
    let read =
        |bytes: &[u8]| read_modelflow(bytes, span("2020..2021")).expect_err("a bomb").to_string();
    let before = peak();
    // Ten gigabytes of spaces, and within what is unpacked: arrays, tables and statements without end.
    let spaces = packed(&vec![b' '; 1 << 20], 1 << 10);
    assert!(spaces.len() < 2 << 20);
    assert!(timed("spaces", LONG, || read(&spaces)).contains("is larger than 64 MB unpacked"));
    let inside = |head: &str, body: &str, tail: &str| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(head.as_bytes()).expect("written");
        let many = body.repeat(1 << 16);
        let times = (60 << 20) / many.len();
        (0..times).for_each(|_| encoder.write_all(many.as_bytes()).expect("written"));
        encoder.write_all(tail.as_bytes()).expect("written");
        encoder.finish().expect("finished")
    };
    for (what, head, body, tail) in [
        ("an array beside", "{\"x\":[", "0,", "0]}"),
        ("an array as data", "{\"frml\":\"FRML <> Y = C $\",\"lastdf\":[", "0,", "0]}"),
        ("columns", "{\"frml\":\"FRML <> Y = C $\",\"lastdf\":{", "\"a\":{},", "\"c\":0}}"),
        (
            "a column",
            "{\"frml\":\"FRML <> Y = C $\",\"lastdf\":{\"C\":{",
            "\"2020\":1,",
            "\"x\":0}}}",
        ),
        ("statements", "{\"frml\":\"", "FRML $", "\"}"),
    ] {
        let bomb = inside(head, body, tail);
        let said = timed(what, LONG, || read(&bomb));
        assert!(said.contains("model.pcim") && said.lines().count() <= 102, "{what}: {said:.300}");
    }
    assert!(peak() - before < 700 << 20, "{} MB", (peak() - before) >> 20);
}

#[test]
fn garbage_for_eviews_and_plain_text_is_told_with_its_line() {
    let eviews = |bytes: &[u8]| {
        let found = read_eviews(bytes, &Data::default(), span("2021..2022"), "m.prg");
        found.map_or_else(|error| error.to_string(), |_| "nothing is wrong".to_owned())
    };
    let said = eviews(b"y = 1\nx = \xff\xfe2\0\n");
    assert!(said.contains("m.prg:2: is not UTF-8") && said.contains("save it as UTF-8"), "{said}");
    for garbage in [
        String::new(),
        "\u{0}\u{1}\u{2}".to_owned(),
        "for !i = 1 to 10\n y{!i} = x\nnext".to_owned(),
        "y = ((((((".to_owned(),
        format!("y = {}1", "(".repeat(100_000)),
        "= = = =\n".repeat(10_000),
        "é\u{301}=\u{202e}\n".repeat(1_000),
    ] {
        let said = eviews(garbage.as_bytes());
        assert!(said.contains("m.prg") && said.lines().count() < 102, "{garbage:.30}: {said:.200}");
        let plain = read_text(garbage.as_bytes(), &Data::default(), None, "m.txt");
        let said = plain.expect_err("garbage").to_string();
        assert!(
            said.contains("m.txt") && said.lines().count() <= 101,
            "{garbage:.30}: {said:.200}"
        );
    }
    let large = vec![b'#'; (64 << 20) + 1];
    assert!(eviews(&large).contains("at most 67108864 are read"));
}

#[test]
fn anticipated_paths_are_refused_with_what_can_be_done() {
    for equation in ["c = 0.5 * y[+1]", "c = 0.5 * y[1]", "c = 0.5 * y(1)", "c = 0.5 * y(+2)"] {
        let said =
            said(&format!("periods 2021..2022\ndata y 2020 = 1, 2021 = 1, 2022 = 1\n{equation}"));
        assert!(said.contains("is a lead"), "{equation}: {said}");
        assert!(said.contains("model.txt:3"), "{equation}: {said}");
        assert!(said.contains("only lags such as y[-1]"), "{equation}: {said}");
    }
    let file = "y = 0.5 * x(+1)\nz = x(-1)";
    let model = read_eviews(file.as_bytes(), &Data::default(), span("2021..2022"), "m.prg");
    let model = model.expect("the rest is read");
    let notes: Vec<String> = model.notes().iter().map(ToString::to_string).collect();
    assert!(notes.iter().any(|note| note.contains("line 1") && note.contains("lead")), "{notes:?}");
}

/// The log of a lag is kept in place of the lag, and is not there to be shown.
#[test]
fn a_broken_equation_with_a_transform_of_a_lag_is_told() {
    let model = Model::from_toml(
        r#"
        schema = 1
        name = "broken"
        periods = "2021..2025"
        [indicators.z]
        history = { 2018 = 1, 2019 = 1, 2020 = 1 }
        process = { kind = "level", mean = 0 }
        [indicators.q]
        equation = "q = dlog(z + z[-1])"
        [shocks.z]
        normal = { sd = 1 }
        "#,
    )
    .expect("it reads");
    let error = model.compile().expect("it compiles").simulate(&Sampling::new(50, 1));
    let error = error.expect_err("logs of negative numbers");
    assert!(error.is_numerical() && error.to_string().contains("indicators.q"), "{error}");
}

#[test]
fn transforms_within_transforms_are_refused_before_they_fill_the_memory() {
    for (transform, times) in [("diff({})", 60), ("growth({})", 60), ("movsum({}, 400)", 3)] {
        let nested = (0..times).fold("x".to_owned(), |inner, _| transform.replace("{}", &inner));
        let model =
            format!("periods 2021..2022\nexogenous x\ndata x 2020 = 1, 2021 = 2\ny = {nested}");
        let said = timed(transform, LONG, || said(&model));
        assert!(said.contains("come to more than 100000 parts"), "{transform}: {said:.300}");
    }
}

/// What is wrong with a file, and what it is.
type Reading = (&'static str, Option<tinbergen::Error>);

/// Files in which everything is wrong, each in a way of its own.
#[test]
fn a_hundred_of_a_hundred_thousand_mistakes_are_told_and_soon() {
    let many = |head: &str, line: &dyn Fn(usize) -> String| {
        head.to_owned() + &(0..100_000).map(line).collect::<String>()
    };
    let plan = |text: String| Model::from_toml(&text).and_then(|model| model.compile()).err();
    let table = |text: String| tinbergen::Outturns::from_csv(text.as_bytes(), "o.csv").err();
    let header = "schema = 1\nname = \"x\"\nperiods = \"2021..2022\"\n";
    let rows = "indicator,period,value,vintage\n";
    let equation = |k: usize| format!("[indicators.v{k}]\nequation = \"v{k} = w{}_{k}\"\n", 7 * k);
    let readings: [&dyn Fn() -> Reading; 6] = [
        &|| ("no TOML", plan(many(header, &|_| "x = = 1\n".to_owned()))),
        &|| ("unknown keys", plan(many(header, &|k| format!("periodz{k} = 1\n")))),
        &|| ("unknown names", plan(many(header, &equation))),
        &|| ("unknown columns", table(many("indicator,period,", &|k| format!("vintag{k},")))),
        &|| ("no numbers", table(many(rows, &|_| "x,2021,a,2022-01-01\n".to_owned()))),
        &|| ("twice", table(many(rows, &|_| "x,2021,1,2022-01-01\n".to_owned()))),
    ];
    for read in readings {
        let begin = Instant::now();
        let (what, error) = read();
        let problems = error.expect(what).problems().len();
        assert!(begin.elapsed() < LONG && (2..=101).contains(&problems), "{what}: {problems}");
    }
}

/// Comparing two names takes the product of their lengths.
#[test]
fn very_long_names_are_not_compared() {
    let (key, word) = ("a".repeat(90_000), "b".repeat(90_000));
    let text = format!(
        "schema = 1\nname = \"x\"\nperiods = \"2021..2022\"\n[indicators.{key}]\nhistory = {{ 2021 = 1, \
         2022 = 1 }}\n[indicators.q]\nequation = \"q = {word}\"\n"
    );
    let error = timed("long names", LONG, || Model::from_toml(&text).and_then(|m| m.compile()));
    assert!(error.expect_err("unknown").to_string().contains("line 7"));
}
