//! The uncertain parameters of a plan that exists, from figures.

use super::assemble::{BLOCK, Joint};
use super::beside::Beside;
use super::checks;
use super::column::Column;
use super::draw::{Drawn, draw, quantile};
use super::equations::{behaviours, refused};
use super::fitting::{Fitted, Fitting, stop};
use super::panels::panels;
use super::remark::{self, Remark};
use super::wanted::{Figures, Wanted, unknown, wanted};
use super::work::Work;
use crate::error::{Error, Problem};
use crate::fit::{Phrase, Sentence};
use crate::import::Data;
use crate::interrupt::look;
use crate::model::Model;
use crate::period::{Period, Span};

impl Fitting {
    /// Fits the uncertain parameters of a plan to a table, or to its own histories, with the help of peers.
    ///
    /// Fitted are parameters as which the mean, drift or persistence of a process stands (growth, change, level,
    /// share) whose indicator is in the table, or that peers have, and that are drawn from a distribution; with
    /// `of` those that are named there, also numbers. A mean may be an expression: then the one parameter in it that is
    /// drawn, or the one that `of` names, is what makes the mean of the first period that of the posterior; it has to
    /// move the mean along a straight line.
    ///
    /// Fitted, too, are coefficients of a behavioural equation of an indicator in the table, with the plan's own
    /// distributions as priors (of a number that `of` names nothing is known before): a regression with Student-t errors
    /// on the periods in which all of the equation is known. The equation has to be linear in them, and they stand in no
    /// other.
    ///
    /// Everything else stays: equations, identities, numbers, histories,
    /// targets, scenarios, events. The shock of a process is fitted when its parameters are, and it moves nothing
    /// else or `of` names it: its standard deviation and its tails. Correlations and copulas of parameters that are
    /// drawn in rows from then on are left out, and it is said.
    ///
    /// Figures of an indicator that the table does not have are those of its history; an empty table stands for all
    /// histories. [`Report::beside`](crate::fit::Report::beside) has the plan's own numbers beside the fitted ones.
    ///
    /// # Errors
    /// As [`fit`](Self::fit); names in `of` that are no such parameters; nothing that can be fitted.
    pub fn fit_model(
        &self,
        model: &Model,
        data: &Data,
        of: Option<&[String]>,
    ) -> Result<Fitted, Error> {
        let figures = Figures { table: data, peers: self.peers() };
        let wanted = wanted(model, &figures, of);
        let by_process = |name: &str| wanted.iter().any(|one| one.is_named(name));
        let is_event = |period: Period| self.events().contains(&period);
        let equations = behaviours(model, &figures, of, by_process, is_event)?;
        let mut problems = refused(&equations, of);
        problems.extend(unknown(model, of, |name| {
            by_process(name) || equations.is_named(name) || equations.why_kept(name).is_some()
        }));
        stop(problems)?;
        if wanted.is_empty() && equations.fitted.is_empty() {
            let message = "no process of the plan has a mean or persistence, and no behavioural equation a coefficient, that \
                           can be fitted: one that is drawn from a distribution, of an indicator that is in the \
                           table; name what to fit (of=[..]), or give other figures";
            let reasons = equations.told().map(|said| Problem::new("fit", said.to_string()));
            return Err(Error::model(reasons.chain([Problem::new("fit", message)]).collect()));
        }
        let mut work = Work::new(model);
        let remarks = self.fit_processes(model, &figures, &wanted, data, &mut work)?;
        for equation in &equations.fitted {
            look();
            equation.fit(model, &self.settings, &mut work);
        }
        let Work { mut fitted, joint, mut report, spreads } = work;
        for (indicator, spread) in spreads {
            if let Some(process) =
                fitted.indicators.get_mut(&indicator).and_then(|one| one.process.as_mut())
            {
                process.set_spread(spread);
            }
        }
        report.sentences.extend(let_go(&mut fitted, model, &joint));
        report.sentences.extend(equations.told());
        if let Some(draws) = joint.draws()? {
            let mut block = BLOCK.to_owned();
            while fitted.draws.contains_key(&block) {
                block.push_str("_again");
            }
            fitted = fitted.with_draws(block, draws);
        }
        report.sentences.extend(report.beside.iter().map(Beside::sentence));
        if !wanted.is_empty() {
            self.tell_priors(&mut report);
        }
        report.sentences.extend(remarks.iter().map(|(_, said)| said.clone()));
        let mut notes_of_both = model.notes();
        notes_of_both.extend(remark::notes(&remarks));
        Ok(Fitted::new(fitted.with_notes(notes_of_both), report))
    }

    /// The parameters of processes, a panel after the other.
    fn fit_processes(
        &self,
        model: &Model,
        figures: &Figures<'_>,
        wanted: &[Wanted<'_>],
        data: &Data,
        work: &mut Work,
    ) -> Result<Vec<Remark>, Error> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let axis = self.axis_of_plan(model, figures, wanted.iter().map(|one| one.indicator))?;
        let columns: Vec<Column> =
            wanted.iter().map(|one| one.column(model, figures, axis)).collect();
        let events = self.events_on(axis);
        let begun: Vec<Column> =
            columns.iter().filter(|column| column.last().is_some()).cloned().collect();
        let mut problems = checks::of_columns(&begun, axis);
        problems.extend(checks::jumps(&columns, self.events(), data.notes()));
        stop(problems)?;
        let all: Vec<usize> = (0..columns.len()).collect();
        let (mut groups, remarks) = panels(&columns, &all, self.peers(), axis, self.is_pooled());
        stop(self.covariates.give(&mut groups))?;
        stop(checks::too_short(&columns, &groups, &events))?;
        for panel in groups {
            look();
            let found: Drawn = draw(&panel, &columns, &events, &self.prior, &self.settings)?;
            for (place, &k) in panel.columns.iter().enumerate() {
                let (wanted, draws) = (&wanted[k], &found.columns[place]);
                let rows = wanted.rows(draws);
                let own = |which: usize| {
                    found.posterior.own.get((place, which)).copied().unwrap_or(f64::NAN)
                };
                let row = Beside::of(wanted.indicator, columns[k].known().len());
                let mean = wanted.mean.as_ref().map(|lever| lever.parameter);
                for (name, what, numbers, own) in [
                    (mean, "mean", &rows.0, own(0)),
                    (wanted.persistence, "persistence", &rows.1, own(1)),
                ] {
                    let Some(name) = name else { continue };
                    work.report.beside.push(row.parameter(model, name, what, numbers, own));
                    work.put(name, numbers);
                }
                if let Some(shock) = &wanted.shock {
                    let sd = draws.total_sd();
                    work.report.beside.push(row.shock(model, shock, &sd, own(2)));
                    let usual = work.set_shock(shock, 0.0, quantile(&sd, 0.5), found.posterior.df);
                    let relative: Vec<f64> = sd.iter().map(|sd| sd / usual).collect();
                    let name = format!("{}_spread", wanted.indicator);
                    let spread = work.joint.term(name, &relative);
                    work.spreads.push((wanted.indicator.to_owned(), spread));
                }
            }
            let report = &mut work.report;
            report.add(&columns, &panel, &found, axis, &events, |what| self.prior_of(what));
            report.explain(&columns, &panel, &found, self.covariates.names());
        }
        Ok(remarks)
    }

    /// The periods of what is known: of the table or the histories, and of what peers lived through before.
    fn axis_of_plan<'a>(
        &self,
        model: &Model,
        figures: &Figures<'_>,
        names: impl Iterator<Item = &'a str>,
    ) -> Result<Span, Error> {
        let mut known: Vec<(Period, f64)> = Vec::new();
        for name in names {
            look();
            let Some(indicator) = model.indicators.get(name) else { continue };
            known.extend(figures.of(name, indicator));
        }
        if known.is_empty() {
            // A plan that knows nothing yet learns from what was known when it begins.
            known.push((model.periods.first() + -1, f64::NAN));
        }
        let axis = self.axis(&Data::default().with("known", known))?;
        if axis.frequency() == model.periods.frequency() {
            return Ok(axis);
        }
        Err(checks::other_periods(axis.first(), model.periods.first()))
    }
}

/// Takes out what the plan says of how parameters hang together that are drawn in rows from now on.
fn let_go(fitted: &mut Model, plan: &Model, joint: &Joint) -> Vec<Sentence> {
    let is_fitted =
        |name: &str| joint.names().any(|known| known == name) && plan.parameters.contains_key(name);
    let mut told = Vec::new();
    let mut tell = |names: &[&str]| {
        let is_left = names.iter().all(|name| plan.parameters.contains_key(*name))
            && names.iter().any(|name| is_fitted(name));
        if is_left {
            let said = Sentence::from(Phrase::LetGo).text("names", names.join(", "));
            told.push(said);
        }
        !is_left
    };
    fitted.correlations.retain(|pair, _| tell(&pair.names()));
    fitted
        .copulas
        .retain(|_, copula| tell(&copula.members.iter().map(String::as_str).collect::<Vec<_>>()));
    told
}
