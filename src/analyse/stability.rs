//! Is a model stable? Eigenvalues of its linearisation.

use indexmap::{IndexMap, IndexSet};
use ndarray::Array2;

use super::eigen::eigenvalues;
use super::means::counts_at_means;
use super::{at_means, run};
use crate::error::{Error, Problem};
use crate::expr::{Equation, Expr, Node, SyntaxError};
use crate::interrupt::look;
use crate::model::process::START;
use crate::model::{
    Change, Class, Formula, Indicator, Model, Parameter, Quantity, Scenario, Value,
};
use crate::period::{Period, Span};

/// Lagged values nudged in one compilation.
const TOGETHER: usize = 40;
/// Step of a difference, relative to the value.
const STEP: f64 = 1e-4;
/// Values below this size are nudged as if they were of this size.
const SMALLEST: f64 = 0.1;
/// Roots this close to one are unit roots.
const UNIT: f64 = 1e-6;
/// More lagged values than this are no matrix that is worth its time.
const MOST: usize = 3_000;

/// An eigenvalue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Root {
    /// Real part.
    pub real: f64,
    /// Imaginary part.
    pub imaginary: f64,
    /// Its modulus: by how much what it carries grows from period to period.
    pub modulus: f64,
    /// Periods of a cycle; infinite for positive real roots.
    pub cycle: f64,
}

/// The dynamics of a model close to its baseline in a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Stability {
    /// The period.
    pub period: Period,
    /// The lagged values it starts from: indicator and lag, in the order of the matrix.
    pub states: Vec<(String, u32)>,
    /// The companion matrix: how much each of them, a period later, moves with each of them now.
    pub matrix: Array2<f64>,
    /// All eigenvalues, the largest first.
    pub roots: Vec<Root>,
    /// The largest modulus.
    pub spectral_radius: f64,
    /// `"stable"`, `"unit root"` or `"explosive"`.
    pub verdict: &'static str,
}

/// Linearises a model around its baseline in a period, with nothing random, and gives the eigenvalues
/// of its companion form: of `y = A1 y[-1] + ... + Ap y[-p]`, whose matrices are central differences
/// of the compiled equations with respect to each lagged value, simultaneous equations solved.
///
/// Near a path that grows, levels grow with it: roots near 1 are then no sign of trouble. Random counts
/// are at their means, also between whole numbers. In the first period after a history that is too
/// short for the lag of its growth or change, a process starts from its start value and not from a lag.
///
/// Roots, their moduli and their cycles may differ in the last digits between platforms: they use the
/// platform's mathematical library, which no number of a run does.
///
/// # Errors
/// A period outside the span; a model that does not compile or run there; no lagged value at all.
///
/// ```
/// use tinbergen::{Model, analyse, model::Indicator};
/// let y = Indicator::from_equation("y ~ 1.2 * y[-1] - 0.5 * y[-2] + 1")
///     .with_history("2019".parse()?, 1.0)
///     .with_history("2020".parse()?, 1.0);
/// let mut model = Model::new("m", "2021..2025".parse()?).with_indicator("y", y);
/// model.imported = true;
/// let found = analyse::stability(&model, "2023".parse()?)?;
/// assert!((found.spectral_radius - 0.5f64.sqrt()).abs() < 1e-6);
/// assert_eq!(found.verdict, "stable");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn stability(model: &Model, period: Period) -> Result<Stability, Error> {
    let local = local(model, period)?;
    let equations = equations(&local)?;
    let pairs = lagged(&equations);
    let deepest = |name: &str| pairs.iter().filter(|p| p.0 == name).map(|p| p.1).max();
    let names: IndexSet<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
    let states: Vec<(String, u32)> = names
        .iter()
        .flat_map(|name| (1..=deepest(name).unwrap_or(0)).map(|lag| ((*name).to_owned(), lag)))
        .collect();
    if states.is_empty() || states.len() > MOST {
        let message = match states.len() {
            0 => "no equation has a lag of an indicator with an equation: there are no dynamics"
                .into(),
            n => format!("the model starts from {n} lagged values; at most {MOST}"),
        };
        return Err(Error::at("stability", message));
    }
    let index: IndexMap<(String, u32), usize> =
        states.iter().cloned().enumerate().map(|(k, state)| (state, k)).collect();
    let mut matrix = Array2::zeros((states.len(), states.len()));
    for (name, lag) in &states {
        if let Some(&older) = index.get(&(name.clone(), lag + 1)) {
            matrix[(older, index[&(name.clone(), *lag)])] = 1.0;
        }
    }
    for some in pairs.iter().collect::<Vec<_>>().chunks(TOGETHER) {
        look();
        for (pair, slopes) in slopes(&local, &equations, some, &names)? {
            for (name, slope) in slopes {
                matrix[(index[&(name, 1)], index[&pair])] = slope;
            }
        }
    }
    roots(period, states, matrix)
}

/// The model over one period, with the baseline up to it as its history.
fn local(model: &Model, period: Period) -> Result<Model, Error> {
    if !model.periods.contains(period) {
        let message = format!("{period} is not within the periods {}", model.periods);
        return Err(Error::at("stability: period", message));
    }
    let mut bare = counts_at_means(&at_means(model))?;
    bare.scenarios.clear();
    bare.targets.clear();
    bare.target_sets.clear();
    let names: Vec<String> = bare.indicators.keys().cloned().collect();
    let runs = run(&bare, &names.iter().map(String::as_str).collect::<Vec<_>>())?;
    let baseline = runs.get("baseline")?;
    let mut local = bare.over(Span::single(period));
    let given: Vec<String> = names
        .into_iter()
        .filter(|name| matches!(bare.class(name), Ok(Class::Given { .. })))
        .collect();
    for (name, indicator) in &mut local.indicators {
        for before in model.periods.periods().take_while(|p| *p < period) {
            if let Some(row) = baseline.row(name, before) {
                indicator.history.insert(before, row[0].into());
            }
        }
        if given.contains(name) {
            let value = baseline.row(name, period).map_or(f64::NAN, |row| row[0]);
            let known = std::mem::take(&mut indicator.history);
            *indicator = Indicator { history: known, ..Indicator::default() };
            indicator.history.insert(period, value.into());
        }
    }
    Ok(local)
}

type Equations = IndexMap<String, Equation>;

/// The equations with short forms written out, also those of processes.
fn equations(model: &Model) -> Result<Equations, Error> {
    let (mut found, mut problems) = (Equations::new(), Vec::new());
    for name in model.indicators.keys() {
        let formula = match model.formula(name) {
            Ok(formula) => formula,
            Err(wrong) => {
                problems.extend(wrong);
                continue;
            }
        };
        match expanded(model, name, &formula) {
            None => {}
            Some(Ok(equation)) => drop(found.insert(name.clone(), equation)),
            Some(Err(messages)) => {
                let address = format!("indicators.{name}.{}", formula.key);
                problems.extend(messages.into_iter().map(|m| Problem::new(&address, m)));
            }
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(Error::model(problems)) }
}

/// The equation that computes an indicator in the first period of the model: of a process whose history
/// is too short for its lags the one that begins with its start value.
fn expanded(
    model: &Model,
    name: &str,
    formula: &Formula<'_>,
) -> Option<Result<Equation, Vec<String>>> {
    let expand = |equation: &Equation| {
        let messages = |errors: Vec<SyntaxError>| {
            errors.into_iter().map(|error| error.annotated(&equation.source)).collect()
        };
        equation.expand(model.periods.frequency()).map_err(messages)
    };
    let regular = match (expand(formula.equation.as_deref()?), &formula.first) {
        (Ok(regular), Some(_)) if !reaches_back(model, name, &regular) => regular,
        (regular, _) => return Some(regular),
    };
    let start = formula.start.and_then(Quantity::number).unwrap_or_default();
    let mut settled = |part: &Expr| (part.plain_name()? == START).then(|| Expr::number(start));
    Some(expand(&formula.first.as_ref().unwrap_or(&regular).rewritten(&mut settled)))
}

/// Does the history of an indicator have all its own lags that its equation uses?
fn reaches_back(model: &Model, name: &str, equation: &Equation) -> bool {
    let (history, first) = (&model.indicators[name].history, model.periods.first());
    let mut reaches = true;
    for side in equation.sides() {
        side.visit_names(&mut |other, lag| {
            let known = || history.contains_key(&(first + -(lag as i32)));
            reaches &= lag == 0 || other != name || known();
        });
    }
    reaches
}

/// The lags of indicators with an equation.
fn lagged(equations: &Equations) -> IndexSet<(String, u32)> {
    let mut pairs = IndexSet::new();
    for equation in equations.values() {
        let mut visit = |name: &str, lag: u32| {
            if lag > 0 && equations.contains_key(name) {
                pairs.insert((name.to_owned(), lag));
            }
        };
        equation.lhs.visit_names(&mut visit);
        equation.rhs.visit_names(&mut visit);
    }
    pairs
}

type Slopes = Vec<((String, u32), Vec<(String, f64)>)>;

/// Derivatives of the indicators of the states with respect to some lagged values.
fn slopes(
    model: &Model,
    equations: &Equations,
    pairs: &[&(String, u32)],
    names: &IndexSet<&str>,
) -> Result<Slopes, Error> {
    let mut nudged = model.clone();
    let nudge = |k: usize| format!("tinbergen_nudge_{k}");
    for (name, equation) in equations {
        let moved = equation.rewritten(&mut |part| with_nudge(part, pairs, &nudge));
        let Some(indicator) = nudged.indicators.get_mut(name) else { continue };
        let history = std::mem::take(&mut indicator.history);
        let add_factors = std::mem::take(&mut indicator.add_factors);
        let shock = model.formula(name).ok().and_then(|f| f.class.shock().map(str::to_owned));
        *indicator = Indicator {
            equation: Some(moved.into()),
            history,
            add_factors,
            ..Indicator::default()
        };
        // An equation has the shock of its own name; that of a process may have another.
        if let Some(shock) = shock.filter(|shock| shock != name) {
            let shock = model.shocks.get(&shock).cloned();
            nudged.shocks.extend(shock.map(|shock| (name.clone(), shock)));
        }
    }
    nudged.imported = true;
    nudged.failed_paths = 1.0; // a derivative that is no number is told of as such
    let mut steps = Vec::new();
    for (k, (name, lag)) in pairs.iter().enumerate() {
        let at = model.periods.first() + -(*lag as i32);
        let known = model.indicators[name].history.get(&at).map(|q| &q.value);
        let size = match known {
            Some(Value::Number(value)) => value.abs().max(SMALLEST),
            _ => 1.0,
        };
        let step = STEP * size;
        nudged.parameters.insert(nudge(k), Parameter::from(0.0));
        for (sign, step) in [("up", step), ("down", -step)] {
            let change = Change::of_parameter(nudge(k)).adding(step);
            nudged = nudged.with_scenario(format!("{sign}{k}"), Scenario::of([change]));
        }
        steps.push(step);
    }
    let wanted: Vec<&str> = names.iter().copied().collect();
    let runs = run(&nudged, &wanted)?;
    let mut found = Slopes::new();
    for (k, pair) in pairs.iter().enumerate() {
        let (up, down) = (runs.get(&format!("up{k}"))?, runs.get(&format!("down{k}"))?);
        let mut slopes = Vec::new();
        for name in &wanted {
            let (up, down) = (up.paths(name)?[(0, 0)], down.paths(name)?[(0, 0)]);
            slopes.push(((*name).to_owned(), (up - down) / (2.0 * steps[k])));
        }
        found.push(((*pair).clone(), slopes));
    }
    Ok(found)
}

/// One of some lagged values, moved by a parameter.
fn with_nudge(
    part: &Expr,
    pairs: &[&(String, u32)],
    nudge: &impl Fn(usize) -> String,
) -> Option<Expr> {
    let Node::Name { name, lag } = &part.node else { return None };
    let index = pairs.iter().position(|(other, l)| other == name && l == lag)?;
    Some(part.clone() + Expr::name(&nudge(index), 0))
}

fn roots(
    period: Period,
    states: Vec<(String, u32)>,
    matrix: Array2<f64>,
) -> Result<Stability, Error> {
    let broken = matrix.indexed_iter().find(|(_, value)| !value.is_finite());
    if let Some(((_, column), _)) = broken {
        let (name, lag) = &states[column];
        let message = format!("no derivative with respect to {name}[-{lag}] in {period}");
        return Err(Error::at("stability", message));
    }
    let found = eigenvalues(&matrix).ok_or_else(|| {
        let message =
            format!("the eigenvalues of {} lagged values could not be found", states.len());
        Error::at("stability", message)
    })?;
    #[allow(clippy::disallowed_methods, reason = "roots are exempt from the promise of equal bits")]
    let root = |(real, imaginary): (f64, f64)| {
        let angle = imaginary.atan2(real).abs();
        let cycle = if angle < 1e-9 { f64::INFINITY } else { std::f64::consts::TAU / angle };
        Root { real, imaginary, modulus: real.hypot(imaginary), cycle }
    };
    let mut roots: Vec<Root> = found.into_iter().map(root).collect();
    roots.sort_by(|a, b| b.modulus.total_cmp(&a.modulus).then(b.imaginary.total_cmp(&a.imaginary)));
    let spectral_radius = roots.first().map_or(0.0, |root| root.modulus);
    let verdict = if spectral_radius > 1.0 + UNIT {
        "explosive"
    } else if spectral_radius > 1.0 - UNIT {
        "unit root"
    } else {
        "stable"
    };
    Ok(Stability { period, states, matrix, roots, spectral_radius, verdict })
}
