//! A target compiled: which cells it looks at, how they are put together, what its bound says.
//!
//! Everything that has to do with a target reads this form: headroom on paths, findings on intervals,
//! progress, first periods, the rows a run keeps. It knows nothing of a program: a target is compiled
//! against the names of the indicators that there are, of a model or of paths from elsewhere.

use std::collections::{HashMap, HashSet};

use indexmap::IndexSet;

use super::graph::{Binary, Graph, Node, NodeId, binary, select, unary};
use super::lower::Lowering;
use super::names::{Meaning, Names};
use super::statistic::{About, Premise, Statistic, earlier};
use crate::error::Problem;
use crate::expr::{Expr, Text};
use crate::interrupt::look;
use crate::model::arithmetic::{Number, Numbers, Window, sort};
use crate::model::over::Put;
use crate::model::{self, Of, Over, Relative, Target};
use crate::period::{Period, Span};

/// A target, ready to be measured. Its nodes are those of its last period: an indicator `k` periods
/// earlier is a load with lag `k`.
#[derive(Debug, Clone)]
pub(crate) struct Measure {
    /// As it was written.
    pub(crate) target: Target,
    pub(crate) graph: Graph,
    /// What it is about, in the current period.
    pub(crate) subject: NodeId,
    /// One number that the bound is held against, or one for each period.
    pub(crate) parts: Vec<MeasuredPart>,
    /// How many of the parts have to meet it.
    pub(crate) needed: usize,
    /// The headroom: the distance to the bound, positive where it is met, minus infinity where growth
    /// that counts is not defined.
    pub(crate) room: NodeId,
    /// Can growth that counts be undefined?
    pub(crate) may_be_undefined: bool,
    /// Names of the indicators that its loads mean.
    names: HashMap<u32, String>,
}

/// A number that the bound is held against.
#[derive(Debug, Clone)]
pub(crate) struct MeasuredPart {
    /// The last period it looks at.
    pub(crate) period: Period,
    /// What counts.
    pub(crate) value: NodeId,
    /// The limit, where another indicator sets it.
    pub(crate) limit: Option<NodeId>,
    /// What has to hold for both to be defined.
    pub(crate) premises: Vec<Premise>,
    /// Its own headroom.
    pub(crate) room: NodeId,
}

impl Measure {
    /// Compiles a target against the indicators of a model or of an ensemble.
    ///
    /// # Errors
    /// Each with its address within the target: unknown indicators, a formula that cannot be read or
    /// looks at what is no indicator, more periods than the span has, a base that is not earlier.
    pub(super) fn new(target: &Target, names: &Names) -> Result<Self, Vec<Problem>> {
        let mut problems = windows(target);
        let mut build = Build { target, names, graph: Graph::default() };
        let subject = build.subject().map_err(|wrong| problems.extend(wrong)).ok();
        let sense = target.bound.sense();
        let other = sense.relative.map(|relative| {
            let address = format!("{}.indicator", sense.key);
            build.indicator(&relative.indicator, &address).map(|about| (relative, about))
        });
        let other = other.transpose().map_err(|problem| problems.push(problem)).ok().flatten();
        match subject {
            Some(subject) if problems.is_empty() => Ok(build.finish(&subject, other)),
            _ => Err(problems),
        }
    }

    /// Compiles a target against some indicators by name.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub(crate) fn on<'a>(
        target: &Target,
        indicators: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, Vec<Problem>> {
        Self::new(target, &Names::of_indicators(indicators))
    }

    /// The indicators that some nodes look at and how many periods ago, each once.
    fn loads(&self, roots: impl IntoIterator<Item = NodeId>) -> IndexSet<(u32, u32)> {
        let (mut found, mut seen) = (IndexSet::new(), HashSet::new());
        let mut stack: Vec<NodeId> = roots.into_iter().collect();
        while let Some(node) = stack.pop() {
            look();
            if !seen.insert(node) {
                continue;
            }
            if let Node::Load { series, lag } = self.graph.get(node) {
                found.insert((series, lag));
            }
            stack.extend(self.graph.operands(node));
        }
        found
    }

    /// The indicators and periods that it looks at, earlier ones first.
    pub(crate) fn cells(&self) -> Vec<(&str, Period)> {
        let last = self.target.period.last();
        let mut loads: Vec<_> = self.loads([self.room]).into_iter().collect();
        loads.sort_by_key(|&(series, lag)| (std::cmp::Reverse(lag), series));
        loads.into_iter().map(|(series, lag)| (self.name(series), last - lag as i32)).collect()
    }

    /// The indicators that it looks at, each once.
    pub(crate) fn indicators(&self) -> IndexSet<&str> {
        self.cells().into_iter().map(|(name, _)| name).collect()
    }

    /// Is the indicator part of it, as its subject or in its limit?
    pub(crate) fn concerns(&self, indicator: &str) -> bool {
        self.indicators().contains(indicator)
    }

    /// The name of a series.
    pub(crate) fn name(&self, series: u32) -> &str {
        self.names.get(&series).map_or("", String::as_str)
    }

    /// What it is about in a period, where the levels of indicators are known.
    pub(crate) fn subject_at(&self, period: Period, level: &dyn Fn(&str, Period) -> f64) -> f64 {
        self.evaluate(self.subject, period, level)
    }

    fn evaluate(&self, node: NodeId, now: Period, level: &dyn Fn(&str, Period) -> f64) -> f64 {
        let of = |node| self.evaluate(node, now, level);
        match self.graph.get(node) {
            Node::Constant(bits) => f64::from_bits(bits),
            Node::Clock(shift) => f64::from(now.ordinal() - shift),
            Node::Load { series, lag } => level(self.name(series), now - lag as i32),
            Node::Unary(op, a) => unary(op, of(a)),
            Node::Binary(op, a, b) => binary(op, of(a), of(b)),
            Node::Select(c, a, b) => select(of(c), of(a), of(b)),
            Node::Given(_) | Node::Parameter(_) | Node::Shock(_) | Node::Count { .. } => f64::NAN,
        }
    }

    /// What is left of headrooms as they were computed: a number, minus infinity where growth is not
    /// defined, else not-a-number.
    pub(crate) fn settle(&self, rooms: &mut [f64]) {
        let stays =
            |room: f64| room.is_finite() || (self.may_be_undefined && room == f64::NEG_INFINITY);
        rooms.iter_mut().filter(|room| !stays(**room)).for_each(|room| *room = f64::NAN);
    }

    /// Is a distance to the bound enough?
    pub(crate) fn is_met(&self, room: f64) -> bool {
        self.meets()(room)
    }

    /// [`is_met`](Self::is_met) for many paths: what is looked up of the bound is looked up once.
    pub(crate) fn meets(&self) -> impl Fn(f64) -> bool {
        let sense = self.target.bound.sense();
        move |room| sense.is_met(room)
    }

    /// Does every part have to meet the bound?
    pub(crate) fn needs_all(&self) -> bool {
        self.needed == self.parts.len()
    }
}

/// What is wrong with its periods, and with how they are put together.
fn windows(target: &Target) -> Vec<Problem> {
    let mut problems = Vec::new();
    let looked_at = target.over.way().looks_at(target.period);
    if let Put::Each { needed } = target.over.way().put(looked_at.len())
        && !(1..=looked_at.len()).contains(&needed)
    {
        let message = format!("{needed} periods are wanted; {looked_at} has {}", looked_at.len());
        problems.push(Problem::new("over", message));
    }
    let sense = target.bound.sense();
    if let Some(over) = sense.relative.and_then(|relative| relative.over) {
        let message = match (target.over.counts_periods(), over.counts_periods()) {
            (true, _) => Some(format!(
                "\"{}\" holds the bound against each period by itself, and so is its limit worked out; \
                 leave it out",
                target.over.name()
            )),
            (false, true) => Some(format!(
                "a limit is one number, and \"{}\" leaves one for each period; leave it out, or say it \
                 of the target",
                over.name()
            )),
            (false, false) => None,
        };
        let address = format!("{}.over", sense.key);
        problems.extend(message.map(|message| Problem::new(address, message)));
    }
    if let Some(base) = target.base
        && looked_at.first().since(base).is_ok_and(|periods| periods <= 0)
    {
        let message = format!("{base} does not lie before {}", looked_at.first());
        problems.push(Problem::new("base", message));
    }
    problems
}

/// A target on its way to be compiled.
struct Build<'a> {
    target: &'a Target,
    names: &'a Names,
    graph: Graph,
}

impl Build<'_> {
    /// What it is about, in the current period.
    fn subject(&mut self) -> Result<About, Vec<Problem>> {
        match &self.target.about {
            model::About::Indicator { indicator } => {
                self.indicator(indicator, "indicator").map_err(|problem| vec![problem])
            }
            model::About::Formula { equation, .. } => self.formula(equation).map_err(|messages| {
                messages.into_iter().map(|message| Problem::new("equation", message)).collect()
            }),
        }
    }

    fn indicator(&mut self, name: &str, address: &str) -> Result<About, Problem> {
        if let Some(Meaning::Indicator(series)) = self.names.get(name) {
            let node = self.graph.node(Node::Load { series, lag: 0 });
            return Ok(About { node, bases: Vec::new() });
        }
        let hint = self.names.near_indicator(name);
        Err(Problem::new(address, format!("unknown indicator \"{name}\"{hint}")))
    }

    fn formula(&mut self, text: &Text<Expr>) -> Result<About, Vec<String>> {
        let written = text.tree_or_messages()?;
        let annotated = |error: crate::expr::SyntaxError| vec![error.annotated(text.as_str())];
        let frequency = self.target.period.frequency();
        let node = self.expression(&written.expand(frequency).map_err(annotated)?)?;
        let bases = written.bases(frequency).map_err(annotated)?;
        let bases = bases.iter().map(|base| self.expression(base)).collect::<Result<_, _>>()?;
        Ok(About { node, bases })
    }

    fn expression(&mut self, expanded: &Expr) -> Result<NodeId, Vec<String>> {
        let (mut counts, mut caches) = (IndexSet::new(), IndexSet::new());
        let indicators = self.names.indicators().count() as u32;
        let mut lowering = Lowering {
            graph: &mut self.graph,
            names: self.names,
            locals: HashMap::new(),
            counts: &mut counts,
            caches: &mut caches,
            indicators,
            owner: "",
            own_counts: 0,
            unknown: IndexSet::new(),
        };
        let root = lowering.known(expanded)?;
        let root = earlier(&mut self.graph, root, 0, &|series| {
            series.checked_sub(indicators).map(|cache| caches[cache as usize])
        });
        match self.stray(root) {
            Some(what) => Err(vec![format!(
                "a formula here looks at indicators only, and not at {what}; give it an indicator of \
                 its own and name that"
            )]),
            None => Ok(root),
        }
    }

    /// Something in a formula that no path keeps.
    fn stray(&self, root: NodeId) -> Option<String> {
        let mut stack = vec![root];
        while let Some(node) = stack.pop() {
            look();
            match self.graph.get(node) {
                Node::Parameter(index) => {
                    let name = self.names.parameter(index).unwrap_or("?");
                    return Some(format!("the parameter \"{name}\""));
                }
                Node::Shock(_) => return Some("shocks".to_owned()),
                Node::Count { .. } => return Some("random counts".to_owned()),
                Node::Given(_)
                | Node::Constant(_)
                | Node::Clock(_)
                | Node::Load { .. }
                | Node::Unary(..)
                | Node::Binary(..)
                | Node::Select(..) => stack.extend(self.graph.operands(node)),
            }
        }
        None
    }

    /// What counts of something over some periods, which becomes one number; notes what has to hold for
    /// that to be defined.
    fn statistic(
        &mut self,
        about: &About,
        of: Of,
        over: Over,
        span: Span,
        premises: &mut Vec<Premise>,
    ) -> NodeId {
        let last = self.target.period.last();
        let window = Window { of, span, base: self.target.base };
        let put = match over.way().put(span.len()) {
            Put::Number(put) => put,
            Put::Each { .. } => |numbers: &mut Numbers<'_>| numbers.at(numbers.window.span.last()),
        };
        let mut machine = Statistic { graph: &mut self.graph, about, last, premises };
        put(&mut Numbers { window, machine: &mut machine })
    }

    fn finish(mut self, subject: &About, other: Option<(&Relative, About)>) -> Measure {
        let Target { of, over, period, .. } = *self.target;
        let looked_at = over.way().looks_at(period);
        let (spans, needed): (Vec<Span>, usize) = match over.way().put(looked_at.len()) {
            Put::Number(_) => (vec![period], 1),
            Put::Each { needed } => (looked_at.periods().map(Span::single).collect(), needed),
        };
        let parts: Vec<MeasuredPart> = spans
            .into_iter()
            .map(|span| {
                let mut premises = Vec::new();
                let value = self.statistic(subject, of, over, span, &mut premises);
                let limit = other
                    .as_ref()
                    .map(|(relative, about)| self.limit(relative, about, span, &mut premises));
                let room = self.room(value, limit);
                let room = self.where_defined(room, &premises);
                MeasuredPart { period: span.last(), value, limit, premises, room }
            })
            .collect();
        let rooms: Vec<NodeId> = parts.iter().map(|part| part.room).collect();
        let room = self.together(&rooms, needed);
        let all: Vec<Premise> = parts.iter().flat_map(|part| part.premises.clone()).collect();
        let room = if needed == parts.len() { room } else { self.where_defined(room, &all) };
        let may_be_undefined = !all.is_empty();
        let names = self.names.indicators();
        let names = names.map(|(series, name)| (series, name.to_owned())).collect();
        let Self { target, graph, .. } = self;
        let (target, subject) = (target.clone(), subject.node);
        let mut measure =
            Measure { target, graph, subject, parts, needed, room, may_be_undefined, names };
        let used = measure.loads([measure.room, measure.subject]);
        measure.names.retain(|series, _| used.iter().any(|(known, _)| known == series));
        measure
    }

    /// The limit that another indicator sets over some periods.
    fn limit(
        &mut self,
        relative: &Relative,
        about: &About,
        span: Span,
        premises: &mut Vec<Premise>,
    ) -> NodeId {
        let over = relative.over.unwrap_or(self.target.over);
        let of = relative.of.unwrap_or(self.target.of);
        let value = self.statistic(about, of, over, span, premises);
        let times = self.graph.constant(relative.times);
        let scaled = self.graph.binary(Binary::Multiply, value, times);
        let plus = self.graph.constant(relative.plus);
        self.graph.binary(Binary::Add, scaled, plus)
    }

    /// A headroom where the premises hold, else minus infinity.
    fn where_defined(&mut self, room: NodeId, premises: &[Premise]) -> NodeId {
        let graph = &mut self.graph;
        let (zero, never) = (graph.constant(0.0), graph.constant(f64::NEG_INFINITY));
        let mut premises = premises.to_vec();
        premises.sort_by_key(|premise| std::cmp::Reverse((premise.number, premise.positive)));
        premises.dedup();
        // What is not a number leads to what is none; but growth of growth that is not defined is not defined
        // either: what a premise is computed from is looked at before it.
        premises.into_iter().fold(room, |room, premise| {
            let below = if premise.positive { Binary::LessEqual } else { Binary::Less };
            let fails = graph.binary(below, premise.number, zero);
            graph.node(Node::Select(fails, never, room))
        })
    }

    /// The distance of what counts to the bound.
    fn room(&mut self, value: NodeId, limit: Option<NodeId>) -> NodeId {
        let sense = self.target.bound.sense();
        let graph = &mut self.graph;
        let mut end =
            |end: Option<f64>| end.map(|end| limit.unwrap_or_else(|| graph.constant(end)));
        let (low, high) = (end(sense.low), end(sense.high));
        let above = low.map(|low| self.graph.binary(Binary::Subtract, value, low));
        let below = high.map(|high| self.graph.binary(Binary::Subtract, high, value));
        match (above, below) {
            (Some(above), Some(below)) => self.graph.binary(Binary::Min, above, below),
            (Some(room), None) | (None, Some(room)) => room,
            (None, None) => self.graph.constant(f64::INFINITY),
        }
    }

    /// The headroom of the part that decides: the `needed`-th best.
    fn together(&mut self, rooms: &[NodeId], needed: usize) -> NodeId {
        if needed == rooms.len() {
            let least = |least, &room| self.graph.binary(Binary::Min, room, least);
            return rooms[1..].iter().fold(rooms[0], least);
        }
        let mut sorted: Vec<Number> = rooms.to_vec();
        let last = self.target.period.last();
        let about = About { node: rooms[0], bases: Vec::new() };
        let premises = &mut Vec::new();
        let mut machine = Statistic { graph: &mut self.graph, about: &about, last, premises };
        sort(&mut machine, &mut sorted);
        sorted[rooms.len() - needed]
    }
}
