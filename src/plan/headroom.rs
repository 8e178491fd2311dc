//! How far each path is from a target.

use std::ops::Range;

use super::tape::{Registers, Tape};
use crate::compile::{Measure, NodeId};
use crate::ensemble::{Ensemble, Stored};
use crate::error::{Error, Problem};
use crate::model::{About, Model, Target};
use crate::period::Period;
use crate::simulate::lanes::Value;
use crate::summary::quantiles_in;

/// The headroom of a target in every path: its distance to the bound in the unit of what counts,
/// positive when it is met with room to spare; not-a-number in a path that failed, and minus infinity
/// where growth that it counts is not defined, its base not being positive.
///
/// With `s` what counts (level, change or growth put together over the periods) and `b` the limit:
/// `s - b` for a floor, `b - s` for a ceiling, the smaller of the two for a range; for `every` the
/// smallest over the periods, for `at_least = k` the k-th largest. The target is compiled against the
/// indicators of the ensemble, so it may be one that no model has.
///
/// # Errors
/// When the target is wrong, or the ensemble has not the rows that it needs.
///
/// ```
/// use tinbergen::ensemble::Ensemble;
/// use tinbergen::model::{Bound, Limit, Target};
/// let rows = vec![
///     ("rd".to_owned(), None, vec![vec![2.0, 3.0]]),
///     ("gdp".to_owned(), None, vec![vec![100.0, 100.0]]),
/// ];
/// let paths = Ensemble::from_rows("mine", "2025".parse()?, rows)?;
/// let bound = Bound::AtLeast(Limit::Number(0.025));
/// let target = Target::of_formula("intensity", "rd / gdp", "2025".parse()?, bound);
/// let room = tinbergen::plan::headroom(&target, &paths)?;
/// assert!(room[0] < 0.0 && room[1] > 0.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn headroom(target: &Target, ensemble: &Ensemble) -> Result<Vec<f64>, Error> {
    rooms(&measure(target, ensemble)?, ensemble)
}

/// Is the target met? Where the headroom is 0, only if its bound is not strict; never where it is
/// not a number.
pub fn is_met(target: &Target, headroom: f64) -> bool {
    target.bound.sense().is_met(headroom)
}

/// A target compiled against the indicators of an ensemble.
pub(super) fn measure(target: &Target, ensemble: &Ensemble) -> Result<Measure, Error> {
    Measure::on(target, ensemble.stored_names()).map_err(|problems| {
        let problems = problems.into_iter().map(|problem| {
            let address = format!("targets.{}.{}", target.id, problem.address);
            let message = format!("{} among what the run keeps", problem.message);
            Problem::new(address, message)
        });
        Error::model(problems.collect())
    })
}

/// The targets of a model compiled against the indicators of an ensemble.
pub(super) fn measures(model: &Model, ensemble: &Ensemble) -> Result<Vec<Measure>, Error> {
    model.targets.iter().map(|target| measure(target, ensemble)).collect()
}

/// The same of targets that are looked at in other periods than their own.
///
/// # Errors
/// As [`measures`]; an indicator that is not stored in every period.
pub(super) fn measures_in_every_period(
    model: &Model,
    ensemble: &Ensemble,
) -> Result<Vec<Measure>, Error> {
    let measures = measures(model, ensemble)?;
    for name in measures.iter().flat_map(Measure::indicators) {
        ensemble.in_every_period(name)?;
    }
    Ok(measures)
}

/// The headroom of a compiled target in every path.
pub(super) fn rooms(measure: &Measure, ensemble: &Ensemble) -> Result<Vec<f64>, Error> {
    let mut rooms = vec![0.0; ensemble.len()];
    rooms_into(&mut rooms, measure, ensemble)?;
    Ok(rooms)
}

/// The same, where there is room for them.
pub(super) fn rooms_into(
    rooms: &mut [f64],
    measure: &Measure,
    ensemble: &Ensemble,
) -> Result<(), Error> {
    values_into(rooms, measure, measure.room, measure.target.period.last(), ensemble)?;
    measure.settle(rooms);
    Ok(())
}

/// Is the headroom that of a path in which growth that counts is not defined?
pub(super) fn is_undefined(room: f64) -> bool {
    room == f64::NEG_INFINITY
}

/// Quantiles of headroom over the paths that have one, minus infinity being less than every number: what
/// any part of it goes into is minus infinity too.
pub(super) fn room_quantiles(ensemble: &Ensemble, rooms: &[f64], levels: &[f64]) -> Vec<f64> {
    room_quantiles_by(&|rooms| quantiles_in(ensemble, rooms, levels), rooms)
}

/// The same by what gives quantiles of numbers.
pub(super) fn room_quantiles_by(of: &dyn Fn(&[f64]) -> Vec<f64>, rooms: &[f64]) -> Vec<f64> {
    if !rooms.iter().any(|room| is_undefined(*room)) {
        return of(rooms);
    }
    let least = rooms.iter().copied().filter(|room| room.is_finite()).fold(0.0, f64::min);
    // Two numbers less than all others in its place: where it plays no part they lead to the same.
    let with = |place: f64| {
        let put = |room: &f64| if is_undefined(*room) { place } else { *room };
        of(&rooms.iter().map(put).collect::<Vec<f64>>())
    };
    let (one, other) = (with(2.0 * least - 1.0), with(4.0 * least - 2.0));
    let settled = |(one, other): (f64, f64)| if one == other { one } else { f64::NEG_INFINITY };
    one.into_iter().zip(other).map(settled).collect()
}

/// What a target is about, in every path and a period.
pub(super) fn subject(
    measure: &Measure,
    period: Period,
    ensemble: &Ensemble,
) -> Result<Vec<f64>, Error> {
    let mut values = vec![0.0; ensemble.len()];
    values_into(&mut values, measure, measure.subject, period, ensemble)?;
    Ok(values)
}

/// What a target is about, an indicator or a formula, as an ensemble of that alone, under the target's
/// id: its paths in every period of the span, for fans and quantiles of a formula.
///
/// # Errors
/// When the ensemble has not the rows that it needs.
///
/// ```
/// use tinbergen::ensemble::Ensemble;
/// use tinbergen::model::{Bound, Limit, Target};
/// let rows = vec![
///     ("rd".to_owned(), None, vec![vec![2.0, 3.0]]),
///     ("gdp".to_owned(), None, vec![vec![100.0, 150.0]]),
/// ];
/// let paths = Ensemble::from_rows("mine", "2025".parse()?, rows)?;
/// let bound = Bound::AtLeast(Limit::Number(0.025));
/// let target = Target::of_formula("intensity", "rd / gdp", "2025".parse()?, bound);
/// let shares = tinbergen::plan::subject_paths(&target, &paths)?;
/// assert_eq!(shares.paths("intensity")?[[0, 1]], 0.02);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn subject_paths(target: &Target, ensemble: &Ensemble) -> Result<Ensemble, Error> {
    let measure = measure(target, ensemble)?;
    let periods = ensemble.span().periods();
    let rows = periods.map(|period| subject(&measure, period, ensemble));
    let unit = match &target.about {
        About::Indicator { indicator } => ensemble.known(indicator).and_then(|s| s.unit.clone()),
        About::Formula { unit, .. } => unit.clone(),
    };
    let before = ensemble.span().first() - 1;
    let known = subject(&measure, before, ensemble).ok().filter(|row| {
        row.first().is_some_and(|first| first.is_finite() && row.iter().all(|x| x == first))
    });
    let history = known.map(|row| (before, row[0])).into_iter().collect();
    ensemble.with_series(&target.id, unit, history, &rows.collect::<Result<Vec<_>, _>>()?)
}

/// How many paths are worked out at once.
const LANES: usize = 512;

/// A node of a target in every path, as of a period.
fn values_into(
    out: &mut [f64],
    measure: &Measure,
    root: NodeId,
    now: Period,
    ensemble: &Ensemble,
) -> Result<(), Error> {
    let tape = Tape::new(measure, root, now);
    let cell = |(indicator, period): &(String, Period)| {
        ensemble.stored(indicator, *period).ok_or_else(|| missing(indicator, *period))
    };
    let cells = tape.cells.iter().map(cell).collect::<Result<Vec<_>, Error>>()?;
    let mut registers = Registers::new(&tape, LANES);
    for (k, out) in out.chunks_mut(LANES).enumerate() {
        let here = k * LANES..k * LANES + out.len();
        let cells: Vec<Value<'_>> = cells.iter().map(|cell| cell.of(here.clone())).collect();
        tape.run(&cells, &mut registers, out);
    }
    Ok(())
}

/// An indicator in a period that the paths do not have.
pub(super) fn missing(indicator: &str, period: Period) -> Error {
    let message = format!(
        "the run has no values of it in {period}; what `keep` names is kept in every period"
    );
    Error::at(format!("indicators.{indicator}"), message)
}

impl<'a> Stored<'a> {
    /// The numbers of some paths.
    fn of(self, paths: Range<usize>) -> Value<'a> {
        match self {
            Self::Row(row) => Value::Row(&row[paths]),
            Self::Same(number) => Value::Same(number),
        }
    }
}
