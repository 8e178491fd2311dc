//! Who drives whom around one indicator.

use std::fmt::Write;

use indexmap::{IndexMap, IndexSet};

use super::known;
use crate::error::Error;
use crate::interrupt::look;
use crate::model::Model;

/// Which side of an indicator is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What drives it.
    Causes,
    /// What it drives.
    Effects,
    /// Both.
    Both,
}

/// One indicator stands in the equation of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// What stands in the equation.
    pub from: String,
    /// Whose equation it is.
    pub to: String,
    /// With which lags.
    pub lags: Vec<u32>,
}

/// A part of the graph of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drivers {
    /// The indicator in the middle.
    pub centre: String,
    /// Indicators by their distance: below 0 what drives the centre, above what it drives.
    pub distance: IndexMap<String, i32>,
    /// Between them.
    pub edges: Vec<Edge>,
    /// Which of them have no equation.
    pub exogenous: IndexSet<String>,
}

/// The indicators within some steps of one, and the equations that link them.
///
/// # Errors
/// An unknown indicator.
///
/// ```
/// use tinbergen::{Model, analyse, model::Indicator};
/// let model = Model::new("m", "2021..2025".parse()?)
///     .with_indicator("a", Indicator::default())
///     .with_indicator("b", Indicator::from_equation("b = 2 * a[-1]"))
///     .with_indicator("c", Indicator::from_equation("c = b + a"));
/// let found = analyse::drivers(&model, "b", 1, analyse::Side::Both)?;
/// assert_eq!(found.to_text(), "b\n  driven by\n    a[-1]  (exogenous)\n  drives\n    c\n");
/// assert!(found.to_dot().contains("\"a\" -> \"b\""));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn drivers(model: &Model, centre: &str, radius: u32, side: Side) -> Result<Drivers, Error> {
    known(model, &[centre])?;
    let all = edges(model);
    let mut distance = IndexMap::from([(centre.to_owned(), 0)]);
    let mut walk = |causes: bool| {
        let mut front = vec![centre.to_owned()];
        for step in 1..=radius.min(1_000) as i32 {
            let mut next = Vec::new();
            for edge in &all {
                look();
                let (here, there) =
                    if causes { (&edge.to, &edge.from) } else { (&edge.from, &edge.to) };
                if front.contains(here) && !distance.contains_key(there) {
                    distance.insert(there.clone(), if causes { -step } else { step });
                    next.push(there.clone());
                }
            }
            front = next;
        }
    };
    if side != Side::Effects {
        walk(true);
    }
    if side != Side::Causes {
        walk(false);
    }
    let inside =
        |edge: &&Edge| distance.contains_key(&edge.from) && distance.contains_key(&edge.to);
    let edges = all.iter().filter(inside).cloned().collect();
    let exogenous = distance.keys().filter(|name| !has_equation(model, name));
    let exogenous = exogenous.cloned().collect();
    Ok(Drivers { centre: centre.to_owned(), distance, edges, exogenous })
}

/// Is it computed by an equation, its own or that of its process?
fn has_equation(model: &Model, name: &str) -> bool {
    model.formula(name).is_ok_and(|formula| formula.equation.is_some())
}

/// All edges of a model.
fn edges(model: &Model) -> Vec<Edge> {
    let mut found: IndexMap<(String, String), Vec<u32>> = IndexMap::new();
    for to in model.indicators.keys() {
        let Ok(formula) = model.formula(to) else { continue };
        let Some(equation) = &formula.equation else { continue };
        for side in equation.sides() {
            let side = side.expand(model.periods.frequency()).unwrap_or_else(|_| side.clone());
            side.visit_names(&mut |name, lag| {
                let itself = name == to && lag == 0;
                if !itself && model.indicators.contains_key(name) {
                    let lags = found.entry((name.to_owned(), to.clone())).or_default();
                    if !lags.contains(&lag) {
                        lags.push(lag);
                    }
                }
            });
        }
    }
    let edge = |((from, to), mut lags): ((String, String), Vec<u32>)| {
        lags.sort_unstable();
        Edge { from, to, lags }
    };
    found.into_iter().map(edge).collect()
}

impl Edge {
    /// `x`, `x[-1]`, `x[-1..-4]`.
    fn written(&self) -> String {
        match self.lags.as_slice() {
            [] | [0] => self.from.clone(),
            [lag] => format!("{}[-{lag}]", self.from),
            [first, .., last] => format!("{}[-{first}..-{last}]", self.from).replace("[-0", "[0"),
        }
    }
}

impl Drivers {
    /// As an indented text: each indicator once, under the one that led to it.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}\n", self.centre);
        for (sign, title) in [(-1, "driven by"), (1, "drives")] {
            if self.distance.values().any(|d| d.signum() == sign) {
                let _ = writeln!(text, "  {title}");
                let mut seen = IndexSet::from([self.centre.clone()]);
                self.branch(&mut text, &self.centre, sign, 2, &mut seen);
            }
        }
        text
    }

    fn branch(
        &self,
        text: &mut String,
        name: &str,
        sign: i32,
        depth: usize,
        seen: &mut IndexSet<String>,
    ) {
        let here = self.distance.get(name).copied().unwrap_or(0);
        for edge in &self.edges {
            look();
            let (near, far) =
                if sign < 0 { (&edge.to, &edge.from) } else { (&edge.from, &edge.to) };
            if near != name || self.distance.get(far) != Some(&(here + sign)) {
                continue;
            }
            let shown = if sign < 0 { edge.written() } else { far.clone() };
            let note = if self.exogenous.contains(far) { "  (exogenous)" } else { "" };
            let _ = writeln!(text, "{}{shown}{note}", "  ".repeat(depth));
            if seen.insert(far.clone()) {
                self.branch(text, far, sign, depth + 1, seen);
            }
        }
    }

    /// As a graph in DOT, the language of Graphviz: lagged links are dashed.
    pub fn to_dot(&self) -> String {
        let mut text = String::from("digraph drivers {\n  rankdir=LR;\n");
        for name in self.distance.keys() {
            let shape = if self.exogenous.contains(name) { "box" } else { "ellipse" };
            let bold = if *name == self.centre { ", style=bold" } else { "" };
            let _ = writeln!(text, "  \"{name}\" [shape={shape}{bold}];");
        }
        for edge in &self.edges {
            let dashed = if edge.lags.contains(&0) { "" } else { " [style=dashed]" };
            let _ = writeln!(text, "  \"{}\" -> \"{}\"{dashed};", edge.from, edge.to);
        }
        text.push_str("}\n");
        text
    }

    /// As a flowchart in Mermaid, which many notebooks and forges show: lagged links are dotted.
    pub fn to_mermaid(&self) -> String {
        let mut text = String::from("flowchart LR\n");
        for (k, name) in self.distance.keys().enumerate() {
            let (open, close) = if self.exogenous.contains(name) { ("[", "]") } else { ("(", ")") };
            let _ = writeln!(text, "  n{k}{open}\"{name}\"{close}");
        }
        let place = |name: &str| self.distance.get_index_of(name).unwrap_or_default();
        for edge in &self.edges {
            let arrow = if edge.lags.contains(&0) { "-->" } else { "-.->" };
            let _ = writeln!(text, "  n{} {arrow} n{}", place(&edge.from), place(&edge.to));
        }
        text
    }
}
