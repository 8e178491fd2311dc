//! What the equation of an indicator is: decided here, from its tree, and asked for by everything
//! that wants to know.

use std::borrow::Cow;

use indexmap::IndexMap;

use super::process::Meaning;
use super::{Indicator, Model, Process, Quantity, Term};
use crate::error::{Problem, near};
use crate::expr::{Equation, Expr};
use crate::period::{Frequency, Period};

/// What the equation of an indicator is.
///
/// ```
/// use tinbergen::model::{Class, Distribution, Indicator};
/// let model = tinbergen::Model::new("m", "2021..2025".parse()?)
///     .with_indicator("a", Indicator::from_equation("a = 2 * g # ~ twice g"))
///     .with_indicator("b", Indicator::from_equation("b ~ b[-1] + poisson (3)"))
///     .with_indicator("c", Indicator::from_equation("c ~ 0.5 * c[-1]"))
///     .with_indicator("g", Indicator::default())
///     .with_shock("c", Distribution::normal(0.0, 1.0));
/// assert_eq!(model.class("a")?, Class::Identity);
/// assert_eq!(model.class("b")?, Class::Behavioural { shock: None, counts: 1 });
/// assert_eq!(model.class("c")?, Class::Behavioural { shock: Some("c".to_owned()), counts: 0 });
/// assert_eq!(model.class("g")?, Class::Exogenous);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Class {
    /// There is none: the indicator is known, or set by scenarios.
    #[default]
    Exogenous,
    /// A process that gives its values period by period.
    Given {
        /// The shock that is added to them.
        shock: Option<String>,
    },
    /// `=`: it holds exactly, with no residual.
    Identity,
    /// `~`: it has a residual.
    Behavioural {
        /// The shock that its residual is: the one its process names, else the one declared under
        /// the indicator's name. None in an imported model that declares none, and where random
        /// counts are all that is random.
        shock: Option<String>,
        /// How many random counts it draws.
        counts: usize,
    },
}

impl Class {
    /// The shock that its residual is.
    pub fn shock(&self) -> Option<&str> {
        match self {
            Self::Exogenous | Self::Identity => None,
            Self::Given { shock } | Self::Behavioural { shock, .. } => shock.as_deref(),
        }
    }
}

/// What an indicator is computed by.
#[derive(Debug, Clone)]
pub(crate) struct Formula<'a> {
    pub(crate) class: Class,
    /// Its key in a plan file, at which problems with it stand.
    pub(crate) key: &'static str,
    /// Its equation, or the one its process stands for where its history is long enough.
    pub(crate) equation: Option<Cow<'a, Equation>>,
    /// The equation of a process in the first period after a short history.
    pub(crate) first: Option<Equation>,
    /// The start value of its process.
    pub(crate) start: Option<&'a Quantity>,
    /// The values that its process gives.
    pub(crate) given: Option<&'a IndexMap<Period, Quantity>>,
}

impl Formula<'_> {
    /// Does it hold exactly in every path, whatever scenarios say? A process without a shock holds
    /// too, but takes add factors.
    pub(crate) fn is_exact(&self) -> bool {
        self.class == Class::Identity && self.key == EQUATION
    }

    /// Is something random missing: a residual without a shock, and nothing that is counted?
    pub(crate) fn lacks_shock(&self) -> bool {
        let random = || self.equation.iter().flat_map(|it| it.sides()).any(Expr::has_shock);
        matches!(self.class, Class::Behavioural { shock: None, counts: 0 }) && !random()
    }
}

const EQUATION: &str = "equation";
const PROCESS: &str = "process";

impl Model {
    /// What the equation of an indicator is, also of one that its process stands for.
    ///
    /// # Errors
    /// An unknown indicator; an equation that cannot be read.
    pub fn class(&self, indicator: &str) -> Result<Class, crate::error::Error> {
        let formula = self.formula(indicator).map_err(crate::error::Error::model)?;
        Ok(formula.class)
    }

    /// What an indicator is computed by.
    pub(crate) fn formula(&self, name: &str) -> Result<Formula<'_>, Vec<Problem>> {
        let Some(indicator) = self.indicators.get(name) else {
            let hint = near(name, self.indicators.keys().map(String::as_str));
            let message = format!("unknown indicator \"{name}\"{hint}");
            return Err(vec![Problem::new("indicators", message)]);
        };
        let Indicator { equation, process, .. } = indicator;
        let none = Formula {
            class: Class::Exogenous,
            key: EQUATION,
            equation: None,
            first: None,
            start: None,
            given: None,
        };
        match (equation, process) {
            (None, None) => Ok(none),
            (Some(_), Some(_)) => {
                let message = "has an equation and a process; leave one of them out";
                Err(vec![Problem::new(format!("indicators.{name}.equation"), message)])
            }
            (Some(text), None) => {
                let equation = text.tree_or_messages().map_err(|messages| {
                    let address = format!("indicators.{name}.equation");
                    messages.into_iter().map(|m| Problem::new(&address, m)).collect::<Vec<_>>()
                })?;
                let class = class_of(equation, self.declared(name));
                Ok(Formula { class, equation: Some(Cow::Borrowed(equation)), ..none })
            }
            (None, Some(process)) => {
                let shock = process.shock().map(str::to_owned).or_else(|| self.declared(name));
                let (meaning, none) =
                    (stands_for(name, process, shock.is_some(), self.periods.frequency())?, none);
                Ok(match meaning {
                    Meaning::Given(values) => {
                        let class = Class::Given { shock };
                        Formula { class, key: PROCESS, given: Some(values), ..none }
                    }
                    Meaning::Equation { regular, first } => Formula {
                        // With a spread the shock stands in the equation, multiplied.
                        class: class_of(&regular, shock.filter(|_| process.spread().is_none())),
                        key: PROCESS,
                        equation: Some(Cow::Owned(regular)),
                        first,
                        start: process.start(),
                        given: None,
                    },
                })
            }
        }
    }

    /// The shock that is declared under the name of an indicator.
    fn declared(&self, name: &str) -> Option<String> {
        self.shocks.contains_key(name).then(|| name.to_owned())
    }
}

/// The class of what is written, given the shock that its residual would be.
fn class_of(equation: &Equation, shock: Option<String>) -> Class {
    if equation.behavioural {
        let counts = equation.sides().into_iter().map(Expr::counts).sum();
        Class::Behavioural { shock, counts }
    } else {
        Class::Identity
    }
}

/// What a process stands for, or what is wrong with its terms.
fn stands_for<'a>(
    name: &str,
    process: &'a Process,
    random: bool,
    frequency: Frequency,
) -> Result<Meaning<'a>, Vec<Problem>> {
    let address = format!("indicators.{name}.process");
    let wrong = |(key, term): (&str, &Term)| -> Vec<Problem> {
        let messages = match term {
            Term::Number(number) if number.is_finite() => Vec::new(),
            Term::Number(number) => vec![format!("expected a finite number, found {number}")],
            Term::Expression(text) => {
                match text.tree_or_messages().map(|tree| tree.expand(frequency)) {
                    Ok(Ok(_)) => Vec::new(),
                    Ok(Err(error)) => vec![error.annotated(text.as_str())],
                    Err(messages) => messages,
                }
            }
        };
        let problem = |message| Problem::new(format!("{address}.{key}"), message);
        messages.into_iter().map(problem).collect()
    };
    let problems: Vec<Problem> = process.terms().into_iter().flat_map(wrong).collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    process.meaning(name, random).map_err(|errors| {
        errors.into_iter().map(|error| Problem::new(&address, error.message)).collect()
    })
}
