//! How an indicator got its value in one path: its equation with its numbers, and what it reads.

use std::fmt;

use crate::period::Period;

/// What is traced: the value of an indicator in a period, in a path of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracing {
    /// The scenario.
    pub scenario: String,
    /// The indicator.
    pub indicator: String,
    /// The period.
    pub period: Period,
    /// The path, counted from 0.
    pub path: u64,
    /// How deep: 1 is the equation with what it reads, 2 those of what it reads too, and so on.
    pub depth: usize,
}

impl Tracing {
    /// The equation of an indicator in a period of a path of the baseline, with what it reads.
    pub fn new(indicator: impl Into<String>, period: Period, path: u64) -> Self {
        let scenario = "baseline".to_owned();
        Self { scenario, indicator: indicator.into(), period, path, depth: 1 }
    }

    /// In another scenario.
    #[must_use]
    pub fn in_scenario(mut self, name: impl Into<String>) -> Self {
        self.scenario = name.into();
        self
    }

    /// So many steps deep.
    #[must_use]
    pub fn with_depth(mut self, depth: usize) -> Self {
        self.depth = depth;
        self
    }
}

/// How an indicator got its value in one path and period, and what it reads, step by step.
///
/// ```
/// use tinbergen::model::{Distribution, Indicator};
/// use tinbergen::{Model, Sampling, simulate::Tracing};
/// let model = Model::new("m", "2021..2025".parse()?)
///     .with_indicator("a", Indicator::from_equation("a ~ 0.5 * a[-1] + 1").with_history("2020".parse()?, 2.0))
///     .with_indicator("b", Indicator::from_equation("b = 2 * a"))
///     .with_shock("a", Distribution::normal(0.0, 1.0));
/// let runs = model.compile()?.simulate(&Sampling::new(100, 1))?;
/// let trace = runs.trace(&Tracing::new("b", "2021".parse()?, 17).with_depth(2))?;
/// let (b, a) = (&trace.steps[0], &trace.steps[1]);
/// assert_eq!(b.value, 2.0 * a.value);
/// assert_eq!(a.right, 0.5 * 2.0 + 1.0);
/// assert!((a.left - a.right - a.shock.as_ref().map_or(0.0, |shock| shock.1)).abs() < 1e-15);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// The scenario.
    pub scenario: String,
    /// The path, counted from 0.
    pub path: u64,
    /// The step that was asked for, and behind it those it rests on, each once.
    pub steps: Vec<TraceStep>,
}

/// How an indicator got its value in a period.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceStep {
    /// 1 for what was asked for, 2 for what that reads, and so on.
    pub depth: usize,
    /// The indicator.
    pub indicator: String,
    /// The period.
    pub period: Period,
    /// Its value.
    pub value: f64,
    /// What gave it its value.
    pub kind: TraceKind,
    /// Its equation as it is written, or its process writes it; empty where there is none.
    pub equation: String,
    /// The same with numbers in the place of names.
    pub numbers: String,
    /// The value of the left side.
    pub left: f64,
    /// The value of the right side, without residual.
    pub right: f64,
    /// The shock that its residual is, and its value: with what the scenario and events make of it.
    pub shock: Option<(String, f64)>,
    /// Its add factor.
    pub add_factor: f64,
    /// What is left: left side minus right side, shock and add factor. Rounding, what a solution leaves
    /// open; and where the equation rests, the add factor with which it would hold.
    pub gap: f64,
    /// What the equation reads, each once.
    pub reads: Vec<TraceRead>,
}

/// What gave an indicator its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TraceKind {
    /// Its equation.
    Equation,
    /// Its process, which gives its values.
    Given,
    /// Its history.
    Known,
    /// The scenario, or an actual value in its place.
    Set,
    /// The equation of another indicator, for which it was solved.
    Solved,
}

impl TraceKind {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Equation => "equation",
            Self::Given => "given",
            Self::Known => "known",
            Self::Set => "set",
            Self::Solved => "solved",
        }
    }
}

/// What an equation reads.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceRead {
    /// As it is written: `gdp[-1]`, `shock(demand)`.
    pub term: String,
    /// The name alone.
    pub name: String,
    /// The period; none of a parameter.
    pub period: Option<Period>,
    /// The value.
    pub value: f64,
}

/// As a person reads it: each step with its equation, its numbers and what it reads.
impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "path {} of {}", self.path, self.scenario)?;
        for step in &self.steps {
            let indent = "  ".repeat(step.depth - 1);
            let (name, period) = (&step.indicator, step.period);
            write!(f, "\n{indent}{name} in {period} is {}", step.value)?;
            match step.kind {
                TraceKind::Known => write!(f, ", known")?,
                TraceKind::Set => write!(f, ", set; its equation rests")?,
                TraceKind::Solved => write!(f, ", solved for; its equation rests")?,
                TraceKind::Equation | TraceKind::Given => {}
            }
            if step.equation.is_empty() {
                continue;
            }
            write!(f, "\n{indent}  {}", step.equation)?;
            if !step.numbers.is_empty() {
                write!(f, "\n{indent}  {}", step.numbers)?;
            }
            write!(f, "\n{indent}  left {}, right {}", step.left, step.right)?;
            if let Some((shock, value)) = &step.shock {
                write!(f, ", shock({shock}) {value}")?;
            }
            if step.add_factor != 0.0 {
                write!(f, ", add factor {}", step.add_factor)?;
            }
            if step.gap != 0.0 {
                write!(f, ", gap {:.3e}", step.gap)?;
            }
            for read in &step.reads {
                write!(f, "\n{indent}    {} = {}", read.term, read.value)?;
            }
        }
        Ok(())
    }
}
