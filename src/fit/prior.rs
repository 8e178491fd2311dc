//! What is believed before the data.

use super::sentence::{Phrase, Sentence};
use crate::error::{Error, Problem};

/// The prior of a panel, in units of the panel's own scale, so that it is the same for per cent and for millions.
///
/// The scale is the usual size of a change from one period to the next: the median over the series of the root
/// of their mean squared change. Every series draws its parameters from a distribution over the panel, and what
/// stands here is the prior of those distributions.
///
/// ```
/// use tinbergen::fit::Prior;
/// let prior = Prior { persistence: (0.8, 0.1), ..Prior::default() };
/// assert!(prior.words().iter().any(|(parameter, said)| *parameter == "persistence" && said.to_string().contains("0.8")));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Prior {
    /// The scale; none: that of the figures.
    pub scale: Option<f64>,
    /// The mean of the normal prior of the panel's mean, in the unit of the figures; none: the mean of the
    /// figures.
    pub centre: Option<f64>,
    /// The sd of that prior, in the unit of the figures; none: ten times the spread of the series' means and
    /// the scale together, which says next to nothing.
    pub centre_sd: Option<f64>,
    /// How far the series' means lie from the panel's: the median of the half-Cauchy prior of their sd, in scales.
    pub spread: f64,
    /// Mean and sd of the normal prior of the panel's persistence.
    pub persistence: (f64, f64),
    /// The scale of the half-normal prior of the sd of persistence over the panel.
    pub persistence_spread: f64,
    /// Mean and sd of the normal prior of the panel's momentum, for levels and shares.
    pub momentum: (f64, f64),
    /// The scale of the half-normal prior of the sd of momentum over the panel.
    pub momentum_spread: f64,
    /// The beta prior of the part of the series that wander instead of returning to a mean (a unit root). For growth
    /// and changes of fewer than 20 series the second number is multiplied by 20 over their number.
    pub unit_root: (f64, f64),
    /// The sd of the half-normal prior of the panel's loading on the common shock, in sds of the own errors.
    pub loading: f64,
    /// The median of the half-Cauchy prior of the sd of the loadings over the panel, in sds of the own errors.
    pub loading_spread: f64,
    /// The sd of the normal prior of the skewness parameter of the errors; 0 for symmetric errors.
    pub skew: f64,
}

impl Default for Prior {
    fn default() -> Self {
        Self {
            scale: None,
            centre: None,
            centre_sd: None,
            spread: 1.0,
            persistence: (0.5, 0.4),
            persistence_spread: 0.2,
            momentum: (0.0, 0.3),
            momentum_spread: 0.15,
            unit_root: (1.0, 1.0),
            loading: 1.0,
            loading_spread: 0.3,
            skew: 0.3,
        }
    }
}

impl Prior {
    pub(super) fn check(&self) -> Result<(), Error> {
        let optional = |name, x: Option<f64>| x.map(|x| (name, x, x > 0.0));
        let positive = |name, x: f64| (name, x, x > 0.0);
        let checks = [
            optional("scale", self.scale),
            optional("centre_sd", self.centre_sd),
            self.centre.map(|x| ("centre", x, true)),
            Some(positive("spread", self.spread)),
            Some(("persistence", self.persistence.0, true)),
            Some(positive("persistence", self.persistence.1)),
            Some(positive("persistence_spread", self.persistence_spread)),
            Some(("momentum", self.momentum.0, true)),
            Some(positive("momentum", self.momentum.1)),
            Some(positive("momentum_spread", self.momentum_spread)),
            Some(positive("unit_root", self.unit_root.0)),
            Some(positive("unit_root", self.unit_root.1)),
            Some(positive("loading", self.loading)),
            Some(positive("loading_spread", self.loading_spread)),
            Some(("skew", self.skew, self.skew >= 0.0)),
        ];
        let wrong = |(name, x, fine): (&str, f64, bool)| {
            (!fine || !x.is_finite() || x.abs() > 1e100).then(|| {
                Problem::new(
                    format!("prior.{name}"),
                    format!("{x} does not do: a finite number, above 0 if it is a width"),
                )
            })
        };
        let problems: Vec<Problem> = checks.into_iter().flatten().filter_map(wrong).collect();
        if problems.is_empty() { Ok(()) } else { Err(Error::model(problems)) }
    }

    /// What it says of each parameter, in words.
    pub fn words(&self) -> Vec<(&'static str, Sentence)> {
        let of = |phrase: Phrase| Sentence::from(phrase);
        let mean = of(Phrase::PriorMean).number("spread", self.spread);
        let mean = match self.centre {
            Some(centre) => mean.number("centre", centre),
            None => mean.phrase_in("centre", Phrase::MeanOfFigures),
        };
        let returning = |phrase: Phrase, (mean, sd): (f64, f64), spread: f64| {
            of(phrase).number("mean", mean).number("sd", sd).number("spread", spread)
        };
        let persistence =
            returning(Phrase::PriorPersistence, self.persistence, self.persistence_spread);
        let loading = of(Phrase::PriorLoading).number("sd", self.loading);
        vec![
            ("mean", mean),
            ("persistence", persistence),
            ("momentum", returning(Phrase::PriorMomentum, self.momentum, self.momentum_spread)),
            ("sd", Phrase::PriorSd.into()),
            ("loading", loading.number("spread", self.loading_spread)),
            ("df", Phrase::PriorDf.into()),
        ]
    }
}
