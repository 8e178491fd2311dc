//! What a run keeps: which indicators, what is known of them before, how its paths depend on each
//! other.

use std::collections::{HashMap, HashSet};

use super::conditioning::Conditioning;
use super::request::Request;
use crate::compile::Program;
use crate::ensemble::{Frame, Series};
use crate::error::{Error, Problem, near};
use crate::model::Value;
use crate::period::{Period, Span};

/// An indicator that is kept, by its place in the model, and whether the user asked for it.
pub(crate) type Kept = (u32, bool);

/// Those that the user asked for: they are kept in every period.
pub(crate) fn whole(kept: &[Kept]) -> Vec<u32> {
    kept.iter().filter(|(_, is_wanted)| *is_wanted).map(|(k, _)| *k).collect()
}

impl Program {
    /// All indicators.
    pub(crate) fn all(&self) -> Vec<Kept> {
        (0..self.inner.indicators() as u32).map(|k| (k, true)).collect()
    }

    /// The indicators of some names, in the order of the model, and those that targets and early
    /// warnings look at; all of them where none are named.
    ///
    /// # Errors
    /// Unknown names.
    pub(crate) fn kept(&self, wanted: Option<&[String]>) -> Result<Vec<Kept>, Error> {
        let model = &self.inner.model;
        let names = || model.indicators.keys().map(String::as_str);
        let Some(wanted) = wanted else { return Ok(self.all()) };
        let problems: Vec<Problem> = wanted
            .iter()
            .filter(|name| !model.indicators.contains_key(*name))
            .map(|name| {
                let hint = near(name, names());
                Problem::new("keep", format!("unknown indicator \"{name}\"{hint}"))
            })
            .collect();
        if !problems.is_empty() {
            return Err(Error::model(problems));
        }
        let warned = &self.inner.warned;
        let targets = self.inner.targets.iter();
        let looked_at: HashSet<&str> = targets.flat_map(|target| target.indicators()).collect();
        let needed = |name: &str| looked_at.contains(name) || warned.contains(name);
        Ok(names()
            .enumerate()
            .map(|(k, name)| (k as u32, wanted.iter().any(|w| w == name), needed(name)))
            .filter(|(_, wanted, needed)| *wanted || *needed)
            .map(|(k, wanted, _)| (k, wanted))
            .collect())
    }
}

impl Request<'_> {
    /// The frame of its ensembles.
    ///
    /// # Errors
    /// More random numbers than the design has dimensions.
    pub(crate) fn frame(&self, kept: &[Kept]) -> Result<Frame, Error> {
        let program = &*self.program.inner;
        let looked_at = self.looked_at();
        let series = kept.iter().filter_map(|&(index, kept)| {
            let (name, indicator) = program.model.indicators.get_index(index as usize)?;
            let known = indicator.history.iter().filter(|(p, _)| **p < program.span.first());
            let mut history: Vec<_> = known
                .map(|(period, quantity)| match &quantity.value {
                    Value::Number(number) => (*period, *number),
                    Value::Drawn(distribution) => (*period, distribution.mean()),
                })
                .collect();
            let own = |period: &Period| indicator.history.contains_key(period);
            let past = self.past(index).iter().filter(|(period, _)| !own(period));
            history.extend(past.copied());
            history.sort_by_key(|(period, _)| period.ordinal());
            let drawn = indicator.history.iter().filter(|(_, value)| value.number().is_none());
            let drawn = drawn.map(|(period, _)| *period).collect();
            let (name, unit) = (name.clone(), indicator.unit.clone());
            // Early warnings look at every period.
            let is_whole = kept || (self.focus().is_none() && program.warned.contains(&name));
            let of = || looked_at.get(name.as_str()).cloned().unwrap_or_default();
            let stored = (!is_whole).then(of);
            Some((name.clone(), Series { name, unit, history, drawn, kept, stored }))
        });
        let span = Span::new(program.span.first(), self.last).unwrap_or(program.span);
        let (lead, dependence) = (program.lead, self.dependence()?);
        let mut frame = Frame { span, lead, series: series.collect(), dependence };
        self.continue_histories(&mut frame);
        Ok(frame)
    }

    /// The periods in which targets look at indicators.
    fn looked_at(&self) -> HashMap<&str, Vec<Period>> {
        let mut found: HashMap<&str, Vec<Period>> = HashMap::new();
        for (k, target) in self.program.inner.targets.iter().enumerate() {
            if self.focus().is_none_or(|targets| targets.contains(&k)) {
                for (name, period) in target.cells() {
                    found.entry(name).or_default().push(period);
                }
            }
        }
        found
    }

    /// What the identity of an indicator gives before the span, the same in every path of the run.
    fn past(&self, index: u32) -> &[(Period, f64)] {
        let program = &*self.program.inner;
        let first = program.span.first();
        let is_revised = |way: &dyn Conditioning| {
            let names = program.model.indicators.keys();
            let mut known = names.flat_map(|name| way.known(name, None));
            known.any(|(period, _)| period < first)
        };
        let past = &program.pasts[index as usize];
        let is_moved = self.has_variants || !self.parameters.is_empty();
        let is_changed = past.of_parameters && is_moved;
        // What was revised since the plan was written is known in the rows of the paths alone.
        if past.values.is_empty() || is_changed || self.conditioning.is_some_and(is_revised) {
            return &[];
        }
        &past.values
    }

    /// Histories go on to the last exact value that is known; what is known on one basis only is no
    /// history on another.
    fn continue_histories(&self, frame: &mut Frame) {
        for (name, series) in &mut frame.series {
            let indicators = &self.program.inner.model.indicators;
            let index = indicators.get_index_of(name).unwrap_or_default() as u32;
            let linked = self.basis.filter(|link| link.factor(index).is_some());
            if linked.is_some() {
                series.history.clear();
            }
            let basis = linked.map(|link| link.name.as_str());
            let known = self.conditioning.map(|way: &dyn Conditioning| way.known(name, basis));
            for (period, value) in known.into_iter().flatten() {
                series.history.retain(|(other, _)| *other != period);
                series.history.push((period, value));
            }
            series.history.sort_by_key(|(period, _)| period.ordinal());
        }
    }
}
