//! The compiled model: indices and tapes, ready to run, immutable.

use std::collections::HashSet;
use std::sync::Arc;

use super::graph::NodeId;
use super::measure::Measure;
use super::relations::Relations;
use super::rows::{Row, Timeline};
use super::tape::{Block, Instruction, Instructions, Layout, Section, Slot, Tape};
use crate::error::Problem;
use crate::expr::Equation;
use crate::model::{Class, Model};
use crate::period::{Period, Span};
use crate::sample::{Correlation, Marginal, Positions, StreamId, TCopula};

/// A checked model, ready to run. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Program {
    pub(crate) inner: Arc<Inner>,
}

/// What a [`Program`] holds.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) model: Model,
    pub(crate) warnings: Vec<Problem>,
    pub(crate) equations: Vec<(String, String)>,
    /// The indicators that have add factors, in the order of their columns in the scenarios' tables.
    pub(crate) adjusted: Vec<u32>,
    /// What computes each indicator.
    pub(crate) compiled: Vec<Compiled>,
    pub(crate) relations: Relations,
    pub(crate) timeline: Timeline,
    pub(crate) layout: Layout,
    pub(crate) random: RandomNumbers,
    /// Computes everything that depends on nothing but what is fixed within a path.
    pub(crate) prelude: Instructions,
    pub(crate) tapes: Vec<Tape>,
    pub(crate) constants: Vec<f64>,
    /// Known values that are the same in every path: series, row, value.
    pub(crate) known: Vec<(u32, Row, f64)>,
    /// Known values drawn once per path: series, row, which path value.
    pub(crate) known_drawn: Vec<(u32, Row, u32)>,
    /// For each indicator what its identity gives before the span, the same in every path.
    pub(crate) pasts: Vec<IdentityPast>,
    pub(crate) scenarios: Vec<ScenarioProgram>,
    /// Series breaks.
    pub(crate) links: Vec<LinkProgram>,
    /// The targets of the model, in its order.
    pub(crate) targets: Vec<Measure>,
    /// The indicators that early warnings look at.
    pub(crate) warned: HashSet<String>,
    pub(crate) span: Span,
    /// Periods before the span that targets need.
    pub(crate) lead: usize,
}

/// The values of an identity before the span that are the same in every path.
#[derive(Debug, Clone, Default)]
pub(crate) struct IdentityPast {
    pub(crate) values: Vec<(Period, f64)>,
    /// Does it depend on a parameter, which a run may change?
    pub(crate) of_parameters: bool,
}

/// What computes an indicator.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) class: Class,
    /// Could its equation not be solved for it?
    pub(crate) implicit: bool,
    /// Its equation, or the one its process stands for.
    pub(crate) equation: Option<Equation>,
    /// The row in which the equation of the first period computes it, where the history is short.
    pub(crate) first: Option<Row>,
}

impl Inner {
    /// How many indicators; they are the first series.
    pub(crate) fn indicators(&self) -> usize {
        self.model.indicators.len()
    }

    /// The equation of an indicator, as a person would write it.
    pub(crate) fn equation(&self, indicator: &str) -> Option<&str> {
        let found = self.equations.iter().find(|(name, _)| name == indicator);
        found.map(|(_, text)| text.as_str())
    }

    /// The longest lag of any instruction.
    pub(crate) fn longest_lag(&self) -> usize {
        let lag = |instruction: &Instruction| {
            let slots = instruction.operation.slots().map(|slot| slot.lag);
            slots.max().unwrap_or(0)
        };
        let instructions = self.tapes.iter().flatten().flat_map(|section| match section {
            Section::Straight(instructions) => instructions,
            Section::Block(block) => &block.pass,
        });
        instructions.map(lag).max().unwrap_or(0) as usize
    }

    /// The simultaneous blocks of all tapes, by their number.
    pub(crate) fn blocks(&self) -> Vec<&Block> {
        let sections = self.tapes.iter().flatten();
        let mut blocks: Vec<&Block> = sections
            .filter_map(|section| match section {
                Section::Block(block) => Some(block),
                Section::Straight(_) => None,
            })
            .collect();
        blocks.sort_by_key(|block| block.number);
        blocks
    }
}

/// One scenario, resolved to rows and columns.
#[derive(Debug, Clone)]
pub(crate) struct ScenarioProgram {
    pub(crate) name: String,
    /// Its probability in the mixture.
    pub(crate) probability: Option<f64>,
    /// For each row, which tape runs; none where there is nothing to compute.
    pub(crate) tape_of_row: Vec<Option<usize>>,
    /// Values that change over periods only: `[row][column]`.
    pub(crate) table: Vec<Vec<f64>>,
    /// Indicators that are solved for, each with its row.
    pub(crate) solved: HashSet<(u32, Row)>,
    /// Exogenised values, by row: series, row, value.
    pub(crate) exogenised: Vec<(u32, Row, f64)>,
    /// What is fixed within a path.
    pub(crate) path_values: Vec<Setting>,
    /// Changes to shocks: shock, row, and the change.
    pub(crate) shock_changes: Vec<ShockChange>,
}

impl ScenarioProgram {
    /// The tape that runs in a row.
    pub(crate) fn tape(&self, row: Row) -> Option<usize> {
        self.tape_of_row[row.0]
    }

    /// The exogenised values of a row.
    pub(crate) fn exogenised_in(&self, row: Row) -> &[(u32, Row, f64)] {
        let begin = self.exogenised.partition_point(|&(_, at, _)| at < row);
        let end = self.exogenised.partition_point(|&(_, at, _)| at <= row);
        &self.exogenised[begin..end]
    }
}

/// A series break, resolved.
#[derive(Debug, Clone)]
pub(crate) struct LinkProgram {
    pub(crate) name: String,
    /// What outturns call the new basis.
    pub(crate) basis: String,
    pub(crate) since: Period,
    /// For each indicator that has one the row of its factor.
    pub(crate) factors: Vec<(u32, Slot)>,
}

impl LinkProgram {
    /// The factor of an indicator.
    pub(crate) fn factor(&self, indicator: u32) -> Option<Slot> {
        self.factors.iter().find(|(index, _)| *index == indicator).map(|(_, slot)| *slot)
    }
}

/// A value fixed within a path: a base, then `x scale + add`.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    pub(crate) base: Base,
    pub(crate) scale: f64,
    pub(crate) add: f64,
    /// Did a scenario set it? Else the base is that of the model.
    pub(crate) is_set: bool,
}

impl Setting {
    /// Does it give the same numbers in every path as another setting of the same value?
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let bits = |setting: &Self| (setting.scale.to_bits(), setting.add.to_bits());
        let same_base = match (&self.base, &other.base) {
            (Base::Number(a), Base::Number(b)) => a.to_bits() == b.to_bits(),
            (Base::Drawn(_), Base::Drawn(_)) => !self.is_set && !other.is_set,
            (Base::Each(a), Base::Each(b)) => Arc::ptr_eq(&a.paths, &b.paths),
            _ => false,
        };
        same_base && bits(self) == bits(other)
    }

    /// Does it differ between paths?
    pub(crate) fn differs(&self) -> bool {
        matches!(self.base, Base::Drawn(_) | Base::Each(_)) && self.scale != 0.0
    }

    /// Is there anything to do after drawing?
    #[allow(clippy::float_cmp, reason = "exactly the values that change nothing")]
    pub(crate) fn is_moved(&self) -> bool {
        self.scale != 1.0 || self.add != 0.0
    }
}

/// A number, something drawn, or a number that a run gives each path.
#[derive(Debug, Clone)]
pub(crate) enum Base {
    Number(f64),
    Drawn(Marginal),
    Each(Each),
}

/// A number for each path.
#[derive(Debug, Clone)]
pub(crate) struct Each {
    pub(crate) paths: Arc<[f64]>,
    /// What the central path has: that of the model, so that no path depends on what others are given.
    pub(crate) central: f64,
}

impl Each {
    /// Of some paths from one on; beyond the last the last once more.
    #[inline(always)]
    pub(crate) fn fill(&self, first_path: u64, row: &mut [f64]) {
        let there = self.paths.get(first_path as usize..).unwrap_or_default();
        let count = there.len().min(row.len());
        row[..count].copy_from_slice(&there[..count]);
        row[count..].fill(self.paths.last().copied().unwrap_or(self.central));
    }
}

/// A change to the draws of a shock in one row: deviation from the mean x scale, + add.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ShockChange {
    pub(crate) shock: u32,
    pub(crate) row: Row,
    pub(crate) scale: f64,
    pub(crate) add: f64,
}

/// Which part of the uncertainty a random number belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Uncertainty {
    Parameters,
    Start,
    Shocks,
    Events,
}

/// All random numbers of a program. Those drawn once per path come first, then those of each
/// period in turn.
#[derive(Debug)]
pub(crate) struct RandomNumbers {
    /// Once per path.
    pub(crate) path: Vec<PathDraw>,
    pub(crate) path_correlation: Correlation,
    pub(crate) path_copulas: Vec<CopulaDraw>,
    /// Once per path and period: the streams of shocks, in the order in which shocks name them.
    pub(crate) streams: Vec<StreamDraw>,
    pub(crate) shocks: Vec<ShockDraw>,
    pub(crate) shock_correlation: Correlation,
    pub(crate) shock_copulas: Vec<CopulaDraw>,
    pub(crate) events: Vec<EventDraw>,
    /// Uniforms of random counts.
    pub(crate) counts: Vec<StreamId>,
}

/// A common number by which the scores of some are divided.
#[derive(Debug)]
pub(crate) struct CopulaDraw {
    pub(crate) stream: StreamId,
    /// Shocks, or values fixed within a path, by their places.
    pub(crate) members: Vec<usize>,
    pub(crate) scores: TCopula,
}

/// A value fixed within a path.
#[derive(Debug)]
pub(crate) struct PathDraw {
    pub(crate) name: String,
    pub(crate) stream: StreamId,
    pub(crate) part: Uncertainty,
    /// Is it drawn in any scenario?
    pub(crate) random: bool,
    /// Is it a column of joint draws, whose stream others share?
    pub(crate) is_joint: bool,
    /// Its centred uniform on the central path: the median, or the middle of a row.
    pub(crate) central: f64,
}

/// The random numbers of one shock, or of several that share them.
#[derive(Debug)]
pub(crate) struct StreamDraw {
    pub(crate) stream: StreamId,
    /// Its first shock.
    pub(crate) first: usize,
    /// How it picks a place for all its shocks, where they draw from lists of one length.
    pub(crate) places: Option<Positions>,
}

/// A shock.
#[derive(Debug)]
pub(crate) struct ShockDraw {
    /// Which of the streams.
    pub(crate) stream: usize,
    pub(crate) marginal: Marginal,
}

/// An event risk.
#[derive(Debug)]
pub(crate) struct EventDraw {
    pub(crate) begin: StreamId,
    pub(crate) duration: EventValue,
    pub(crate) sizes: Vec<(u32, EventValue)>,
    /// Its probability among the relations of the program.
    pub(crate) chance: NodeId,
    /// Row of its probability.
    pub(crate) probability: Slot,
    pub(crate) overlap: bool,
}

impl EventDraw {
    /// Is its probability the same in all paths?
    pub(crate) fn is_constant(&self) -> bool {
        self.probability.sort == super::tape::Sort::Constant
    }
}

/// A number of an event, fixed or drawn when it begins.
#[derive(Debug)]
pub(crate) enum EventValue {
    Number(f64),
    Drawn(StreamId, Marginal),
}

impl Program {
    /// The model it was compiled from; an imported one without the data that are not used.
    pub fn model(&self) -> &Model {
        &self.inner.model
    }

    /// The periods that are simulated.
    pub fn span(&self) -> Span {
        self.inner.span
    }

    /// The targets of the model, compiled, in its order.
    pub(crate) fn targets(&self) -> &[Measure] {
        &self.inner.targets
    }

    /// The scenarios in the order of the model, the baseline first.
    pub fn scenarios(&self) -> impl Iterator<Item = &str> {
        self.inner.scenarios.iter().map(|scenario| scenario.name.as_str())
    }

    /// What is odd in the model without being wrong.
    pub fn warnings(&self) -> &[Problem] {
        &self.inner.warnings
    }

    /// What the equation of an indicator is; none of what is no indicator.
    ///
    /// ```
    /// use tinbergen::model::{Class, Indicator};
    /// let model = tinbergen::Model::new("m", "2021..2021".parse()?)
    ///     .with_indicator("y", Indicator::from_equation("y + log(y) = 1"));
    /// let program = model.compile()?;
    /// assert_eq!(program.class("y"), Some(&Class::Identity));
    /// assert!(program.is_implicit("y"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn class(&self, indicator: &str) -> Option<&Class> {
        self.compiled(indicator).map(|compiled| &compiled.class)
    }

    /// Is the equation of an indicator one that could not be solved for it, so that it is found by
    /// iteration?
    pub fn is_implicit(&self, indicator: &str) -> bool {
        self.compiled(indicator).is_some_and(|compiled| compiled.implicit)
    }

    fn compiled(&self, indicator: &str) -> Option<&Compiled> {
        let index = self.model().indicators.get_index_of(indicator)?;
        self.inner.compiled.get(index)
    }

    /// The equation of an indicator.
    pub(crate) fn equation(&self, indicator: &str) -> Option<&str> {
        self.inner.equation(indicator)
    }

    /// Is anything random in this part of the uncertainty?
    pub(crate) fn has_part(&self, part: Uncertainty) -> bool {
        let draws = &self.inner.random;
        match part {
            Uncertainty::Shocks => !draws.shocks.is_empty() || !draws.counts.is_empty(),
            Uncertainty::Events => !draws.events.is_empty(),
            _ => draws.path.iter().any(|draw| draw.random && draw.part == part),
        }
    }

    /// The equation of each indicator that has one, also of those given as a process, with its
    /// random term and the space it lives in.
    pub fn equations(&self) -> &[(String, String)] {
        &self.inner.equations
    }
}
