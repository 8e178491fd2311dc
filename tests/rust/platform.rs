//! No number of a run, of tracking, of an explanation or of an attainment depends on the mathematical
//! library of the platform: with one whose last digit is wrong (platform.c) all of them stay.

#![allow(clippy::print_stdout, reason = "says how much was compared")]

use std::fmt::{Debug, Write};
use std::hash::{DefaultHasher, Hasher};
use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use tinbergen::model::Distribution;
use tinbergen::plan::{self, Explained, Goal, Question, attainment_contrast, explain};
use tinbergen::summary::{LEVELS, contrast};
use tinbergen::{Design, Ensembles, Model, Outturns, Sampling};

/// Where the child writes its numbers.
const FILE: &str = "TINBERGEN_TEST_NUMBERS";
const PATHS: usize = if cfg!(feature = "slow") { 2_000 } else { 250 };

/// A function of the library, by the name of what calls it.
type Direct = (&'static str, fn(f64) -> f64);

/// What the standard library takes from the platform; each shows that the wrong one is in use.
const DIRECT: [Direct; 20] = [
    ("exp", f64::exp),
    ("exp2", f64::exp2),
    ("exp_m1", f64::exp_m1),
    ("ln", f64::ln),
    ("log2", f64::log2),
    ("log10", f64::log10),
    ("ln_1p", f64::ln_1p),
    ("powf", |x| x.powf(black_box(0.3))),
    ("hypot", |x| x.hypot(black_box(0.7))),
    ("atan2", |x| x.atan2(black_box(0.7))),
    ("sin", f64::sin),
    ("cos", f64::cos),
    ("sin_cos", |x| x.sin_cos().1),
    ("tan", f64::tan),
    ("asin", f64::asin),
    ("acos", f64::acos),
    ("atan", f64::atan),
    ("sinh", f64::sinh),
    ("cosh", f64::cosh),
    ("tanh", f64::tanh),
];

/// Lines of numbers, each under its name, and how many numbers they stand for. `Debug` writes as many
/// digits as tell a number from its neighbours.
#[derive(Default)]
struct Numbers {
    text: String,
    count: usize,
}

impl Numbers {
    fn line(&mut self, name: &str, value: &impl Debug) {
        let value = format!("{value:?}");
        let parts = value.split(|c: char| !(c.is_alphanumeric() || ".+-".contains(c)));
        self.count += parts.filter(|part| part.parse::<f64>().is_ok()).count();
        writeln!(self.text, "{name}: {value}").expect("a text grows");
    }

    /// All paths, by a hash of the bits of each row.
    fn paths(&mut self, name: &str, runs: &Ensembles) {
        for ensemble in runs.scenarios() {
            let scenario = ensemble.scenario();
            for series in ensemble.indicators() {
                let mut hash = DefaultHasher::new();
                let paths = ensemble.paths(&series.name).expect("it was kept");
                paths.iter().for_each(|value| hash.write_u64(value.to_bits()));
                self.count += paths.len();
                let hash = hash.finish();
                writeln!(self.text, "{name}, {scenario}, {}: {hash:x}", series.name)
                    .expect("a text grows");
            }
            self.line(&format!("{name}, {scenario}, weights"), &ensemble.weights());
            self.line(&format!("{name}, {scenario}, evidence"), &ensemble.evidence());
        }
    }

    /// Attainment with intervals and headroom, and fans.
    fn summaries(&mut self, name: &str, runs: &Ensembles) {
        self.line(&format!("{name}, attainment"), &plan::attainment(runs).expect("attainment"));
        let goals: [Goal; 1] =
            ["gdp-2025 and not unemployment-every-year".parse().expect("a goal")];
        let given = Goal::of("rd-share-2025");
        let model = runs.program().model();
        let found = plan::probabilities(model, runs, &goals, Some(&given)).expect("probabilities");
        self.line(&format!("{name}, probabilities"), &found);
        for ensemble in runs.scenarios() {
            for series in ensemble.indicators() {
                let fan = ensemble.fan(&series.name, &LEVELS).expect("it was kept");
                self.line(&format!("{name}, fan in {}", ensemble.scenario()), &fan);
            }
        }
    }
}

/// Every number that is promised, of the shipped plan.
fn numbers() -> Numbers {
    let mut all = Numbers::default();
    let read = |file: &str| crate::root().join("plans").join(file);
    let model = Model::read(read("yuecheng.toml")).expect("the shipped plan");
    let outturns = Outturns::read(read("yuecheng_outturns.csv")).expect("the shipped outturns");
    let program = model.compile().expect("it compiles");
    let day = "2024-12-31".parse().expect("a day");
    let tracked = program.observe(&outturns, Some(day)).expect("they fit");
    let mut slower = model.clone();
    slower.parameters["trend_growth"] = Distribution::normal(0.06, 0.012).into();
    for name in Design::names() {
        let sampling = Sampling::new(PATHS, 1).with_design(name.parse().expect("a design"));
        let runs = program.simulate(&sampling).expect("it runs");
        all.paths(name, &runs);
        all.summaries(name, &runs);
        let (a, b) = (runs.get("baseline").expect("a run"), runs.get("trade_friction"));
        let b = b.expect("a run");
        all.line(&format!("{name}, contrast"), &contrast(a, b, "gdp").expect("one run"));
        let moved = attainment_contrast(&model, a, b).expect("one run");
        all.line(&format!("{name}, contrast of targets"), &moved);

        let runs = tracked.simulate(&sampling).expect("it runs");
        all.paths(&format!("{name}, tracked"), &runs);
        all.summaries(&format!("{name}, tracked"), &runs);
        let rounds = plan::rounds(&program, &outturns, Some(&[day]), &sampling, None);
        all.line(&format!("{name}, rounds"), &rounds.expect("rounds"));

        let quantile = Explained::Quantile {
            indicator: "gdp".to_owned(),
            period: "2025".parse().expect("a period"),
            level: 0.5,
        };
        for of in [Explained::Probability(Goal::of("economy")), quantile] {
            let mut whole = |_, _| true;
            let why = explain(&model, &slower, &Question::new(of), &sampling, &mut whole);
            all.line(&format!("{name}, explained"), &why.expect("it is explained"));
        }
        let question = Question::new(Explained::Probability(Goal::of("economy")));
        let why = explain(&model, &tracked, &question, &sampling, &mut |_, _| true);
        all.line(&format!("{name}, outturns explained"), &why.expect("it is explained"));
    }
    all
}

/// Builds the wrong library.
fn library(folder: &Path) -> std::path::PathBuf {
    let (source, library) = (crate::root().join("tests/rust/platform.c"), folder.join("wrong.so"));
    let mut compile = Command::new("cc");
    compile.args(["-shared", "-fPIC", "-O1", "-fno-builtin", "-o"]).arg(&library).arg(source);
    let built = compile.arg("-ldl").status().expect("a C compiler");
    assert!(built.success());
    library
}

/// The lines that this very test writes in a process of its own, which is told so by a variable.
fn child(folder: &Path, name: &str, preload: Option<&Path>) -> Vec<String> {
    let file = folder.join(name);
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "platform::no_number_depends_on_the_library_of_the_platform"]);
    command.env(FILE, &file);
    preload.map(|library| command.env("LD_PRELOAD", library));
    let done = command.output().expect("it runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    let text = std::fs::read_to_string(&file).expect("it has written");
    text.lines().map(str::to_owned).collect()
}

#[test]
#[cfg_attr(not(preload), ignore = "needs Linux with glibc and a C compiler")]
fn no_number_depends_on_the_library_of_the_platform() {
    if let Some(file) = std::env::var_os(FILE) {
        let mut text = String::new();
        for (name, function) in DIRECT {
            writeln!(text, "direct {name}: {:?}", function(black_box(0.37))).expect("a text grows");
        }
        let Numbers { text: numbers, count } = numbers();
        std::fs::write(file, format!("{text}{count} numbers\n{numbers}")).expect("it is written");
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("platform");
    std::fs::create_dir_all(&folder).expect("a folder");
    let library = library(&folder);
    let (right, wrong) = (child(&folder, "right", None), child(&folder, "wrong", Some(&library)));
    assert_eq!(right.len(), wrong.len());
    let (direct, numbers) = (0..DIRECT.len(), DIRECT.len()..right.len());
    for k in direct {
        assert_ne!(right[k], wrong[k], "the wrong library is not in use");
    }
    for k in numbers {
        assert!(right[k] == wrong[k], "{}\nis not\n{}", right[k], wrong[k]);
    }
    let count = right[DIRECT.len()].split(' ').next().and_then(|count| count.parse::<usize>().ok());
    assert!(count > Some(40_000 * PATHS), "{count:?} numbers");
    println!("{} lines, {}", right.len(), right[DIRECT.len()]);
}
