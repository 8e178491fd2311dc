//! A plan while it is fitted.

use super::assemble::{Joint, six_digits};
use super::report::Report;
use crate::model::{Distribution, Model, Term};

/// What is put into a plan, and what is said of it.
pub(super) struct Work {
    pub(super) fitted: Model,
    pub(super) joint: Joint,
    pub(super) report: Report,
    /// By indicator, what the size of its shocks is drawn around.
    pub(super) spreads: Vec<(String, Term)>,
}

impl Work {
    pub(super) fn new(model: &Model) -> Self {
        Self {
            fitted: model.clone(),
            joint: Joint::default(),
            report: Report::default(),
            spreads: Vec::new(),
        }
    }

    /// A parameter that is drawn in the block from now on.
    pub(super) fn put(&mut self, name: &str, numbers: &[f64]) {
        match self.joint.term(name.to_owned(), numbers) {
            Term::Number(number) => {
                self.fitted.parameters.insert(name.to_owned(), number.into());
            }
            Term::Expression(_) => {
                self.fitted.take_out_of_draws(name);
                self.fitted.parameters.shift_remove(name);
            }
        }
    }

    /// A shock with Student-t errors around a mean; the standard deviation is given back as it is written.
    pub(super) fn set_shock(&mut self, shock: &str, mean: f64, sd: f64, df: f64) -> f64 {
        let sd = six_digits(sd);
        if let Some(known) = self.fitted.shocks.get_mut(shock) {
            known.distribution = Distribution::student_t(mean, sd, df);
            known.assumption = Some("fitted: the standard deviation and the tails".to_owned());
        }
        sd
    }
}
