//! What a fit says of itself: in the report, and in the notes of the model.

use super::assemble;
use super::column::Column;
use super::fitting::Fitting;
use super::identities::Identity;
use super::report::Report;
use crate::fit::{Gap, Phrase, Sentence};
use crate::model::Model;
use crate::period::Period;

impl Fitting {
    /// What the prior says of a parameter of a series alone, in few words.
    pub(super) fn prior_of(&self, parameter: &str) -> String {
        let (mean, sd) = self.prior.persistence;
        match parameter {
            "mean" => self
                .prior
                .centre
                .map_or_else(|| "next to flat".to_owned(), |at| format!("around {at}")),
            "persistence" => format!("normal, {mean} with sd {sd}"),
            _ => "about a usual change".to_owned(),
        }
    }

    /// What the priors say, in sentences.
    pub(super) fn tell_priors(&self, report: &mut Report) {
        let all = self.prior.words().into_iter().map(|(_, said)| said).collect();
        report.sentences.push(Sentence::from(Phrase::Priors).with("all", Gap::LongList(all)));
    }

    /// Words on what was done, in the model and in the report.
    pub(super) fn describe(
        &self,
        model: &mut Model,
        report: &mut Report,
        columns: &[Column],
        identities: &[Identity],
        written: &[(usize, String)],
    ) {
        let follow: Vec<usize> = identities
            .iter()
            .flat_map(Identity::given)
            .chain(written.iter().map(|(k, _)| *k))
            .collect();
        for k in &follow {
            let name = &columns[*k].name;
            let Some(equation) = model.indicators.get(name).and_then(|one| one.equation.as_ref())
            else {
                continue;
            };
            let phrase = if self.is_without_identities() {
                Phrase::IdentityFound
            } else {
                Phrase::IdentityGiven
            };
            let said = Sentence::from(phrase).text("name", name);
            report.sentences.push(said.text("equation", equation.as_str()));
        }
        let events = self.events();
        if !events.is_empty() {
            let phrase = if events.len() == 1 { Phrase::OneEvent } else { Phrase::SeveralEvents };
            let said = |event: &Period| Sentence::said(event.to_string());
            let periods = Gap::List(events.iter().map(said).collect());
            report.sentences.push(Sentence::from(phrase).with("periods", periods));
        }
        model.description = Some(format!(
            "Fitted to {} series by tinbergen {}: draws \"{}\" are rows of the joint posterior of its parameters.",
            columns.len(),
            env!("CARGO_PKG_VERSION"),
            assemble::BLOCK
        ));
    }
}
