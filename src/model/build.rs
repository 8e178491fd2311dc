//! Building a model in code: each method takes the model or the part, adds one thing and gives it
//! back.

use super::{
    About, Action, Amount, Bound, Change, Copula, Event, Indicator, Label, Lever, Limit, Link,
    Model, Nature, Of, Over, Pair, Parameter, Process, Quantity, Scenario, Shock, Stream, Subject,
    Target,
};
use crate::expr::{Equation, Expr, Text};
use crate::period::{Period, Span};

impl Model {
    /// With one more indicator.
    ///
    /// ```
    /// use tinbergen::model::{Distribution, Indicator, Process, Scenario, Change, Target};
    /// use tinbergen::{Model, Sampling};
    /// let model = Model::new("a first model", "2021..2025".parse()?)
    ///     .with_indicator(
    ///         "gdp",
    ///         Indicator::from_process(Process::growth("trend").with_persistence(0.5))
    ///             .with_unit("CNY 100 million")
    ///             .with_history("2020".parse()?, 1008.5),
    ///     )
    ///     .with_parameter("trend", Distribution::normal(0.06, 0.01))
    ///     .with_shock("gdp", Distribution::normal(0.0, 0.02))
    ///     .with_target(Target::at_least("gdp-2025", "gdp", "2025".parse()?, 1400.0))
    ///     .with_scenario("slump", Scenario::of([Change::of_shock("gdp").adding(-0.03)]));
    /// let runs = model.compile()?.simulate(&Sampling::new(1_000, 1))?;
    /// assert_eq!(runs.names(), ["baseline", "slump"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_indicator(mut self, name: impl Into<String>, indicator: Indicator) -> Self {
        self.indicators.insert(name.into(), indicator);
        self
    }

    /// With one more parameter: a number, or a distribution it is drawn from once per path.
    #[must_use]
    pub fn with_parameter(mut self, name: impl Into<String>, value: impl Into<Parameter>) -> Self {
        self.parameters.insert(name.into(), value.into());
        self
    }

    /// With one more shock.
    #[must_use]
    pub fn with_shock(mut self, name: impl Into<String>, shock: impl Into<Shock>) -> Self {
        self.shocks.insert(name.into(), shock.into());
        self
    }

    /// With blocks in which the shocks of a stream draw their values.
    #[must_use]
    pub fn with_stream(mut self, name: impl Into<String>, stream: Stream) -> Self {
        self.streams.insert(name.into(), stream);
        self
    }

    /// With a correlation of the normal scores of two shocks, or of two parameters.
    #[must_use]
    pub fn with_correlation(mut self, a: &str, b: &str, value: f64) -> Self {
        self.correlations.insert(Pair::new(a, b), value);
        self
    }

    /// With dependence in the tails of several shocks, or of several parameters.
    #[must_use]
    pub fn with_copula(mut self, name: impl Into<String>, copula: Copula) -> Self {
        self.copulas.insert(name.into(), copula);
        self
    }

    /// With one more event risk.
    #[must_use]
    pub fn with_event(mut self, name: impl Into<String>, event: Event) -> Self {
        self.events.insert(name.into(), event);
        self
    }

    /// With one more lever.
    #[must_use]
    pub fn with_lever(mut self, name: impl Into<String>, lever: Lever) -> Self {
        self.levers.insert(name.into(), lever);
        self
    }

    /// With one more series break.
    #[must_use]
    pub fn with_link(mut self, name: impl Into<String>, link: Link) -> Self {
        self.links.insert(name.into(), link);
        self
    }

    /// With one more target.
    #[must_use]
    pub fn with_target(mut self, target: Target) -> Self {
        self.targets.push(target);
        self
    }

    /// With a named set of targets, whose joint probability is wanted.
    #[must_use]
    pub fn with_target_set<T: Into<String>>(
        mut self,
        name: impl Into<String>,
        targets: impl IntoIterator<Item = T>,
    ) -> Self {
        self.target_sets.insert(name.into(), targets.into_iter().collect());
        self
    }

    /// With one more scenario.
    #[must_use]
    pub fn with_scenario(mut self, name: impl Into<String>, scenario: Scenario) -> Self {
        self.scenarios.insert(name.into(), scenario);
        self
    }
}

impl Indicator {
    /// Computed by an equation: `"y = ..."` holds exactly, `"y ~ ..."` has a shock.
    pub fn from_equation(equation: impl Into<Text<Equation>>) -> Self {
        Self { equation: Some(equation.into()), ..Self::default() }
    }

    /// Computed by a process.
    pub fn from_process(process: Process) -> Self {
        Self { process: Some(process), ..Self::default() }
    }

    /// With a label.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<Label>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// With a unit, in words.
    #[must_use]
    pub fn with_unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// With a known value: a number, or a distribution when it is known only roughly.
    #[must_use]
    pub fn with_history(mut self, period: Period, value: impl Into<Quantity>) -> Self {
        self.history.insert(period, value.into());
        self
    }
}

impl Scenario {
    /// Changes, in the order in which they apply.
    pub fn of(changes: impl IntoIterator<Item = Change>) -> Self {
        Self { changes: changes.into_iter().collect(), ..Self::default() }
    }

    /// With a probability, for the mixture over scenarios.
    #[must_use]
    pub fn with_probability(mut self, probability: f64) -> Self {
        self.probability = Some(probability);
        self
    }

    /// After the changes of another scenario.
    #[must_use]
    pub fn extending(mut self, other: impl Into<String>) -> Self {
        self.extends = Some(other.into());
        self
    }
}

impl Change {
    /// Of a parameter; adds nothing until it is told what to do.
    pub fn of_parameter(name: impl Into<String>) -> Self {
        Self::of(Subject::Parameter(name.into()))
    }

    /// Of a shock; adds nothing until it is told what to do.
    pub fn of_shock(name: impl Into<String>) -> Self {
        Self::of(Subject::Shock(name.into()))
    }

    /// Of an indicator; adds nothing until it is told what to do.
    pub fn of_indicator(name: impl Into<String>) -> Self {
        Self::of(Subject::Indicator(name.into()))
    }

    fn of(subject: Subject) -> Self {
        let action = Action::Add(Amount::Same(Quantity::from(0.0)));
        Self { subject, periods: None, action, by: None, source: None, assumption: None }
    }

    /// Over some periods only.
    #[must_use]
    pub fn over(mut self, periods: Span) -> Self {
        self.periods = Some(periods);
        self
    }

    /// Sets it.
    #[must_use]
    pub fn setting(mut self, value: impl Into<Quantity>) -> Self {
        self.action = Action::Set(Amount::Same(value.into()));
        self
    }

    /// Adds to it.
    #[must_use]
    pub fn adding(mut self, value: f64) -> Self {
        self.action = Action::Add(Amount::Same(value.into()));
        self
    }

    /// Multiplies it.
    #[must_use]
    pub fn scaling(mut self, factor: f64) -> Self {
        self.action = Action::Scale(Amount::Same(factor.into()));
        self
    }
}

impl Target {
    /// A bound on an indicator in a period; the last period of a span counts.
    pub fn new(
        id: impl Into<String>,
        indicator: impl Into<String>,
        period: Span,
        bound: Bound,
    ) -> Self {
        Self {
            id: id.into(),
            label: None,
            about: About::Indicator { indicator: indicator.into() },
            of: Of::default(),
            base: None,
            over: Over::default(),
            period,
            bound,
            nature: Nature::default(),
            source: None,
            assumption: None,
        }
    }

    /// A bound on a formula: an expression in indicators, such as `rd / gdp`.
    ///
    /// ```
    /// use tinbergen::model::{Bound, Limit, Target};
    /// let bound = Bound::AtLeast(Limit::Number(0.03));
    /// let target = Target::of_formula("intensity", "rd / gdp", "2025".parse()?, bound);
    /// assert_eq!(target.subject(), "rd / gdp");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_formula(
        id: impl Into<String>,
        equation: impl Into<Text<Expr>>,
        period: Span,
        bound: Bound,
    ) -> Self {
        let about = About::Formula { equation: equation.into(), unit: None };
        Self { about, ..Self::new(id, "", period, bound) }
    }

    /// At least a number.
    pub fn at_least(
        id: impl Into<String>,
        indicator: impl Into<String>,
        period: Span,
        limit: f64,
    ) -> Self {
        Self::new(id, indicator, period, Bound::AtLeast(Limit::Number(limit)))
    }

    /// At most a number.
    pub fn at_most(
        id: impl Into<String>,
        indicator: impl Into<String>,
        period: Span,
        limit: f64,
    ) -> Self {
        Self::new(id, indicator, period, Bound::AtMost(Limit::Number(limit)))
    }

    /// Of its level, change or growth, put together over the periods.
    #[must_use]
    pub fn with_measure(mut self, of: Of, over: Over) -> Self {
        (self.of, self.over) = (of, over);
        self
    }

    /// Change or growth counted from one period: with growth, a bound of 1 is twice its level.
    #[must_use]
    pub fn since(mut self, base: Period) -> Self {
        self.base = Some(base);
        self
    }

    /// Binding: the authority must reach it.
    #[must_use]
    pub fn binding(mut self) -> Self {
        self.nature = Nature::Binding;
        self
    }
}
