//! Broken plan files, each with the message that a person gets: `tests/golden/invalid`.

use std::path::PathBuf;

use tinbergen::Model;

fn folder() -> PathBuf {
    crate::root().join("tests/golden/invalid")
}

/// All that is said of a plan file.
fn said(bytes: &[u8], name: &str) -> String {
    let checked = Model::from_toml_bytes(bytes, Some(name)).and_then(|model| model.compile());
    match checked {
        Ok(_) => "nothing is wrong".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// `TINBERGEN_BLESS=1 cargo test -p tinbergen-tests invalid::` writes what is said now, for a person to read.
#[test]
fn every_broken_plan_says_what_is_wrong_and_where() {
    let bless = std::env::var_os("TINBERGEN_BLESS").is_some();
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder())
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    assert!(files.len() >= 80, "{} files", files.len());
    let mut wrong = Vec::new();
    for path in files {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let found = said(&std::fs::read(&path).expect("it reads"), &name) + "\n";
        let expected_path = path.with_extension("expected");
        if bless {
            std::fs::write(&expected_path, &found).expect("it writes");
        }
        let expected = std::fs::read_to_string(&expected_path).unwrap_or_default();
        if found != expected {
            wrong.push(format!("{name}\n found    {found} expected {expected}"));
        }
        assert_ne!(found, "nothing is wrong\n", "{name} passes");
        assert!(found.lines().all(|line| line.starts_with(&name)), "{name}: {found}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const HEADER: &str = "schema = 1\nname = \"hostile\"\nperiods = \"2021..2025\"\n";

#[test]
fn a_file_of_fifty_megabytes_is_refused_before_it_is_parsed() {
    let text = format!("{HEADER}{}", "# filler\n".repeat(50 * 1024 * 1024 / 9));
    assert!(said(text.as_bytes(), "big.toml").contains("bytes large; a plan file has at most"));
}

#[test]
fn ten_thousand_brackets_are_an_error_and_no_overflow() {
    let text = format!("{HEADER}x = {}1{}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(
        said(text.as_bytes(), "deep.toml"),
        "deep.toml:4: brackets are nested more than 60 deep"
    );
    let equation = format!("x = {}1{}", "(".repeat(10_000), ")".repeat(10_000));
    let text = format!("{HEADER}[indicators.x]\nequation = \"{equation}\"");
    assert!(said(text.as_bytes(), "deep.toml").contains("nested more than"));
}

#[test]
fn more_problems_than_anyone_reads_are_counted() {
    let keys: Vec<_> = (0..5_000).map(|k| format!("key{k} = 1")).collect();
    let text = format!("{HEADER}{}", keys.join("\n"));
    let said = said(text.as_bytes(), "many.toml");
    assert_eq!(said.lines().count(), 101);
    assert!(said.ends_with("and 4900 more problems"), "{}", said.lines().last().unwrap_or(""));
}

#[test]
fn byte_order_mark_and_windows_line_ends_are_read() {
    let text =
        format!("\u{feff}{HEADER}[indicators.x]\nequation = \"x = 1\"\n").replace('\n', "\r\n");
    assert_eq!(said(text.as_bytes(), "windows.toml"), "nothing is wrong");
}

#[test]
fn a_missing_file_says_so() {
    let error = Model::read("no/such/plan.toml").expect_err("there is none");
    assert!(error.to_string().starts_with("no/such/plan.toml: cannot be read"), "{error}");
}

#[test]
fn numbers_that_break_are_counted_and_too_many_are_an_error() {
    let plan = |share: &str| {
        format!(
            "{HEADER}failed_paths = {share}\n[indicators.x]\nhistory = {{ 2020 = 1 }}\n\
             process = {{ kind = \"change\", mean = 0 }}\n[shocks.x]\nnormal = {{ sd = 1 }}\n\
             [indicators.y]\nequation = \"y = log(x)\"\n\
             [[targets]]\nid = \"t\"\nindicator = \"y\"\nperiod = 2025\nbelow = 1e9\n"
        )
    };
    let simulate = |share| {
        let model = Model::from_toml(&plan(share)).expect("valid");
        let runs =
            model.compile().expect("it compiles").simulate(&tinbergen::Sampling::new(1000, 1));
        runs.map(|runs| (tinbergen::plan::attainment(&runs).expect("rows"), runs))
    };
    let error = simulate("0.001").expect_err("too many logarithms of negative numbers");
    assert!(error.is_numerical());
    assert!(error.to_string().contains("indicators.y: not a finite number in"), "{error}");
    let (attainment, runs) = simulate("1").expect("any share is let through");
    let ensemble = runs.get("baseline").expect("it ran");
    let broken = ensemble.failures().iter().find(|f| f.period.to_string() == "2025").expect("some");
    // A failed path counts as not met and stays in the denominator.
    let expected = 1.0 - broken.paths as f64 / 1000.0;
    assert!((attainment[0].probability.value - expected).abs() < 1e-12);
}
