//! Data of an imported model that its own equations replace.

use std::borrow::Cow;

use indexmap::IndexMap;

use super::{Indicator, Model, Note};
use crate::period::{Period, Span};

/// How many indicators a note names.
const NAMED: usize = 3;

impl Model {
    /// The model as it is simulated. Other programs solve the equations of a model over the whole span,
    /// whatever the data of its endogenous variables say there; so an imported model is without them.
    pub(crate) fn as_solved(&self) -> Cow<'_, Self> {
        if self.not_used().next().is_none() {
            return Cow::Borrowed(self);
        }
        let mut model = self.clone();
        model.end_histories_before(self.periods.first());
        Cow::Owned(model)
    }

    /// Ends the histories of indicators with an equation before a period.
    pub(crate) fn end_histories_before(&mut self, first: Period) {
        let computed = self.indicators.values_mut().filter(|indicator| !indicator.is_exogenous());
        computed.for_each(|indicator| indicator.history.retain(|period, _| *period < first));
    }

    /// The indicators of an imported model whose data reach into the span, with the data there.
    fn not_used(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = Period>)> {
        let first = self.periods.first();
        let computed = |(_, indicator): &(&String, &Indicator)| !indicator.is_exogenous();
        let indicators = self.indicators.iter().filter(computed).take_while(|_| self.imported);
        let reaching = indicators.map(move |(name, indicator)| {
            let within = indicator.history.keys().copied().filter(move |period| *period >= first);
            (name.as_str(), within.peekable())
        });
        reaching.filter_map(|(name, mut periods)| {
            periods.peek()?;
            Some((name, periods))
        })
    }

    /// Says which data are not used.
    pub(super) fn tell_not_used(&self) -> Option<Note> {
        let found: IndexMap<&str, Vec<Period>> =
            self.not_used().map(|(name, periods)| (name, periods.collect())).collect();
        let all = Span::around(found.values().flatten().copied())?;
        let names: Vec<&str> = found.keys().copied().take(NAMED).collect();
        let more = found.len() - names.len();
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let when = match all.len() {
            1 => all.to_string(),
            _ => format!("{} to {}", all.first(), all.last()),
        };
        let message = format!(
            "equations are solved from {} on, so the data of {}{more} in {when} are not used; `track` \
             makes equations reproduce their data, a later start of `periods` keeps them known",
            self.periods.first(),
            names.join(", "),
        );
        let mut note = Note::new("not_used", message);
        note.indicators = found.keys().map(|name| (*name).to_owned()).collect();
        Some(note)
    }
}
