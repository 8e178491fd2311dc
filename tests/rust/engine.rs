//! The engine as a module of WebAssembly gives what the library gives here, to the bit.

#![allow(clippy::print_stdout, reason = "says how much was compared")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tinbergen::model::{Bound, Limit};
use tinbergen::{Design, Model, Sampling, plan, summary};
use tinbergen_engine::{Answer, answer};

const PATHS: usize = 2_000;

fn plan_text(file: &str) -> String {
    std::fs::read_to_string(crate::root().join("plans").join(file)).expect("a shipped file")
}

/// The shipped plan in a design, held to the shipped outturns or not.
fn request(design: &str, tracked: bool) -> Value {
    let plan = plan_text("yuecheng.toml");
    let mut request = json!({ "plan": plan, "paths": PATHS, "seed": 1, "design": design });
    if tracked {
        request["outturns"] = plan_text("yuecheng_outturns.csv").into();
        request["as_of"] = "2024-12-31".into();
    }
    request
}

fn run(command: &mut Command) {
    let done = command.output().expect("it can be run");
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// Builds the module.
fn module() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(crate::root());
    cargo.args(["rustc", "-q", "-p", "tinbergen-engine", "--lib", "--crate-type", "cdylib"]);
    cargo.args(["--profile", "engine", "--target", "wasm32-unknown-unknown"]);
    run(cargo.arg("--target-dir").arg(target));
    target.join("wasm32-unknown-unknown/engine/tinbergen_engine.wasm")
}

/// What the module answers.
fn in_webassembly(requests: &[Value]) -> Vec<(Vec<u64>, Value)> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("engine");
    std::fs::create_dir_all(&folder).expect("a folder");
    let asked = folder.join("requests.json");
    std::fs::write(&asked, json!(requests).to_string()).expect("it is written");
    let mut node = Command::new("node");
    node.arg(crate::root().join("tests/rust/engine.mjs")).arg(module()).arg(asked);
    run(node.arg(&folder));
    let read = |k: usize| {
        let file = |kind: &str| std::fs::read(folder.join(format!("{k}.{kind}"))).expect(kind);
        let numbers = file("numbers");
        let (numbers, rest) = numbers.as_chunks::<8>();
        assert!(rest.is_empty());
        let bits = numbers.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect();
        (bits, serde_json::from_slice(&file("json")).expect("JSON"))
    };
    (0..requests.len()).map(read).collect()
}

fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

#[test]
#[cfg_attr(not(feature = "slow"), ignore = "slow: make test-full")]
#[cfg_attr(not(engine), ignore = "needs node and the target wasm32-unknown-unknown")]
fn the_module_gives_the_bits_of_the_library() {
    let of_design = |design| [request(design, false), request(design, true)];
    let mut requests: Vec<Value> = Design::names().flat_map(of_design).collect();
    let good = requests.len();
    // What a system would have said has to be said: the seed, and the day.
    for missing in ["seed", "as_of"] {
        let mut request = request("random", true);
        request.as_object_mut().expect("an object").remove(missing);
        requests.push(request);
    }
    let found = in_webassembly(&requests);
    let mut count = 0;
    for (request, (numbers, said)) in requests.iter().zip(&found[..good]) {
        let Answer { numbers: here, text } = answer(request.to_string().as_bytes());
        let text: Value = serde_json::from_str(&text).expect("JSON");
        assert!(said["problems"].is_null(), "{said}");
        assert_eq!(said, &text);
        let here = bits(&here);
        assert_eq!(numbers.len(), here.len());
        let differ = numbers.iter().zip(&here).filter(|(a, b)| a != b).count();
        assert_eq!(differ, 0, "of {} numbers by {}", here.len(), request["design"]);
        count += here.len();
    }
    println!("{count} numbers of {good} runs");
    for ((numbers, said), word) in found[good..].iter().zip(["give one", "say as of which day"]) {
        let message = said["problems"][0]["message"].as_str().expect("a message");
        assert!(numbers.is_empty() && message.contains(word), "{message}");
    }
}

#[test]
fn an_answer_has_what_the_library_gives() {
    let request = request("sobol", false);
    let found = answer(request.to_string().as_bytes());
    let said: Value = serde_json::from_str(&found.text).expect("JSON");
    let array = |name: &str| array(&found, name);
    let model = Model::from_toml(&plan_text("yuecheng.toml")).expect("the shipped plan");
    let sampling = Sampling::new(PATHS, 1).with_design(Design::Sobol);
    let runs = model.compile().and_then(|program| program.simulate(&sampling)).expect("it runs");
    let rows = plan::attainment(&runs).expect("attainment");
    let of_row =
        |row: &plan::Attainment| [row.probability.value, row.probability.low, row.probability.high];
    assert_eq!(array("attainment"), rows.iter().flat_map(of_row).collect::<Vec<_>>());
    let headroom: Vec<f64> =
        rows.iter().flat_map(|row| row.headroom.unwrap_or([f64::NAN; 5])).collect();
    assert_eq!(bits(&array("headroom")), bits(&headroom));
    let mut fans = Vec::new();
    for name in runs.names() {
        let ensemble = runs.get(name).expect("a scenario");
        for indicator in model.indicators.keys() {
            let fan = ensemble.fan(indicator, &summary::LEVELS).expect("it was kept");
            for period in fan.periods {
                fans.push(period.mean);
                fans.extend(period.quantiles);
            }
        }
    }
    assert_eq!(bits(&array("fans")), bits(&fans));
    assert_eq!(said["scenarios"], json!(runs.names()));
    assert_eq!(array("effective_paths")[0], PATHS as f64);
}

/// The numbers of an array of an answer.
fn array(answer: &Answer, name: &str) -> Vec<f64> {
    let said: Value = serde_json::from_str(&answer.text).expect("JSON");
    let place = &said["arrays"][name];
    let shape = place["shape"].as_array().unwrap_or_else(|| panic!("{name}: {said}")).iter();
    let size: u64 = shape.map(|size| size.as_u64().expect("a size")).product();
    let at = place["at"].as_u64().expect("a place") as usize;
    answer.numbers[at..at + size as usize].to_vec()
}

#[test]
fn a_setting_is_answered_as_the_plan_that_says_it() {
    let mut moved = request("random", false);
    moved["scenarios"] = json!(["baseline", "trade_friction"]);
    moved["bounds"] = json!({ "gdp-2025": 1600, "urbanisation-2025-about": [82, 84] });
    moved["goals"] = json!(["gdp-2025 and not rd-share-2025", "all"]);
    moved["given"] = "urbanisation-2025-about".into();
    moved["met"] = true.into();
    moved["limiting"] = "innovation".into();
    let found = answer(moved.to_string().as_bytes());

    // The library, with the plan changed by hand.
    let mut model = Model::from_toml(&plan_text("yuecheng.toml")).expect("the shipped plan");
    for target in &mut model.targets {
        match target.id.as_str() {
            "gdp-2025" => target.bound = Bound::AtLeast(Limit::Number(1600.0)),
            "urbanisation-2025-about" => target.bound = Bound::Between([82.0, 84.0]),
            _ => {}
        }
    }
    let sampling = Sampling::new(PATHS, 1).with_scenarios(["baseline", "trade_friction"]);
    let runs = model.compile().and_then(|program| program.simulate(&sampling)).expect("it runs");
    let rows = plan::attainment(&runs).expect("attainment");
    let values: Vec<f64> = rows.iter().map(|row| row.probability.value).collect();
    let told: Vec<f64> = array(&found, "attainment").chunks(3).map(|row| row[0]).collect();
    assert_eq!(told, values);
    let goals = ["gdp-2025 and not rd-share-2025", "all"].map(|goal| goal.parse().expect("a goal"));
    let given = "urbanisation-2025-about".parse().expect("a goal");
    let rows = plan::probabilities(&model, &runs, &goals, Some(&given)).expect("probabilities");
    let of_goal = |row: &plan::GoalProbability| {
        let found = row.share.probability;
        [found.value, found.low, found.high, row.share.paths]
    };
    assert_eq!(array(&found, "goals"), rows.iter().flat_map(of_goal).collect::<Vec<_>>());
    let mut limiting = Vec::new();
    for name in ["baseline", "trade_friction"] {
        let goal = "innovation".parse().expect("a goal");
        let of = runs.get(name).expect("a scenario");
        for row in plan::limiting(&model, of, &goal).expect("a set") {
            let own = row.own.probability;
            limiting.extend([row.gain, row.gain_error, row.without.probability.value]);
            limiting.extend([own.value, own.low, own.high, row.missed.probability.value]);
        }
    }
    assert_eq!(bits(&array(&found, "limiting")), bits(&limiting));
    // Bits, counted, are the probabilities of the targets.
    let words = PATHS.div_ceil(32);
    let count = |bits: &[f64]| bits.iter().map(|word| (*word as u32).count_ones()).sum::<u32>();
    let met = array(&found, "met");
    let targets = model.targets.len();
    assert_eq!(met.len(), 2 * targets * words);
    let sets = values.len() / 2 - targets;
    for (k, bits) in met.chunks(words).enumerate() {
        let value = values[k + sets * (k / targets)];
        assert_eq!(f64::from(count(bits)) / PATHS as f64, value, "target {k}");
    }
}

#[test]
fn bounds_that_cannot_be_moved_are_said_with_their_address() {
    for (id, bound, message) in [
        ("no-such-target", json!(1), "no target of that name"),
        ("gdp-2025", json!([1, 2]), "give one number"),
        ("urbanisation-2025-about", json!(83), "both ends"),
        ("income-growth-2021-2025", json!(1), "one number in the plan"),
    ] {
        let mut request = request("random", false);
        request["bounds"] = json!({ id: bound });
        let said = answer(request.to_string().as_bytes()).text;
        assert!(said.contains(&format!(r#""address":"bounds.{id}""#)), "{said}");
        assert!(said.contains(message), "{said}");
    }
}

#[test]
fn what_is_wrong_with_a_request_is_said_with_its_address() {
    let said = |request: &Value| answer(request.to_string().as_bytes()).text;
    let plan = "schema = 1\nname = \"p\"\nperiods = \"2021\"\n[indicators.x]\nequation = \"x = y\"";
    let wrong = said(&json!({ "plan": plan, "paths": 10, "seed": 1 }));
    assert!(wrong.contains(r#""address":"indicators.x.equation""#), "{wrong}");
    assert!(wrong.contains(r#""line":5"#), "{wrong}");
    for (key, value) in [("design", json!("dice")), ("luck", json!(7)), ("paths", json!(0))] {
        let mut request = request("random", false);
        request[key] = value;
        let wrong = said(&request);
        assert!(wrong.starts_with(r#"{"problems":["#) && wrong.contains(key), "{wrong}");
    }
}

#[test]
fn a_plan_that_is_only_checked_is_told_with_what_does_not_fit() {
    for file in ["yuecheng.toml", "minimal.toml", "macro.toml"] {
        let plan_text = plan_text(file);
        let request = json!({ "plan": plan_text, "paths": 1, "check": true });
        let found = answer(request.to_string().as_bytes());
        assert_eq!(found.numbers, [0.0; 0]);
        let said: Value = serde_json::from_str(&found.text).expect("JSON");
        let about = |name: &str| said["about"][name].as_array().cloned().expect("a list");
        let model = Model::from_toml(&plan_text).expect("a shipped plan");
        let findings = plan::consistency(&model.compile().expect("it compiles"));
        let messages = |of: &[plan::Finding]| of.iter().map(|one| one.message.clone()).collect();
        let expected: Vec<String> = messages(&findings);
        let told = about("findings");
        let told: Vec<&str> = told.iter().filter_map(|one| one["message"].as_str()).collect();
        assert_eq!(told, expected);
        assert_eq!(about("indicators").len(), model.indicators.len());
        assert_eq!(about("periods").len(), model.periods.len());
        let targets = about("targets");
        assert_eq!(targets.len(), model.targets.len());
        for (told, target) in targets.iter().zip(&model.targets) {
            assert_eq!(told["id"], json!(target.id));
            assert_eq!(told["wants"], json!(target.words()));
            let known = |period: tinbergen::period::Period| {
                let indicator = model.indicators.get(target.indicator()?)?;
                indicator.history.get(&period).and_then(tinbergen::model::Quantity::number)
            };
            let mark = plan::mark(target, &known).filter(|_| target.indicator().is_some());
            let place = mark.as_ref().map(|mark| json!(mark.place));
            let ends = told["mark"].as_object().map(|mark| json!([mark["low"], mark["high"]]));
            assert_eq!(ends, place, "{}", target.id);
        }
    }
    let wrong = json!({ "plan": "schema = 1", "paths": 1, "check": true });
    assert!(answer(wrong.to_string().as_bytes()).text.starts_with(r#"{"problems":["#));
}

#[test]
fn what_is_known_before_the_span_is_told_where_it_is_asked_for() {
    let asked = |history: bool| {
        let request = json!({
            "plan": plan_text("yuecheng.toml"), "paths": 50, "seed": 1, "scenarios": ["baseline"],
            "history": history,
        });
        serde_json::from_str::<Value>(&answer(request.to_string().as_bytes()).text).expect("JSON")
    };
    assert!(asked(false).get("history").is_none());
    let told = asked(true);
    let model = Model::from_toml(&plan_text("yuecheng.toml")).expect("the shipped plan");
    let sampling = Sampling::new(50, 1).with_scenarios(["baseline"]);
    let runs = model.compile().and_then(|program| program.simulate(&sampling)).expect("it runs");
    let ensemble = runs.get("baseline").expect("it was asked for");
    let names = told["indicators"].as_array().expect("a list");
    assert_eq!(names.len(), model.indicators.len());
    for (name, history) in names.iter().zip(told["history"].as_array().expect("a list")) {
        let known = ensemble.history(name.as_str().expect("a name")).expect("it was kept");
        let known: Vec<(String, f64)> =
            known.into_iter().map(|(period, value)| (period.to_string(), value)).collect();
        assert_eq!(*history, json!(known));
    }
}
