//! How far each path is from a target.

use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::math;
use crate::model::{Bound, Limit, Of, Over, Relative, Target};
use crate::period::{Period, Span};

/// The headroom of a target in every path: its distance to the bound in the unit of what counts,
/// positive when it is met with room to spare; not-a-number in a path that failed.
///
/// With `s` what counts (level, change or growth put together over the periods) and `b` the limit:
/// `s - b` for a floor, `b - s` for a ceiling, the smaller of the two for a range; for `every` the
/// smallest over the periods.
///
/// # Errors
/// When the ensemble has not the rows the target needs.
pub fn headroom(target: &Target, ensemble: &Ensemble) -> Result<Vec<f64>, Error> {
    let subject = Subject { indicator: &target.indicator, of: target.of, over: target.over };
    if target.over == Over::Every {
        let mut least = vec![f64::INFINITY; ensemble.len()];
        for period in target.period.periods() {
            let room = room(
                target,
                &Subject { over: Over::Last, ..subject },
                Span::single(period),
                ensemble,
            )?;
            for (least, room) in least.iter_mut().zip(room) {
                *least = if room < *least || room.is_nan() { room } else { *least };
            }
        }
        return Ok(least);
    }
    room(target, &subject, target.period, ensemble)
}

/// Is the target met? Where the headroom is 0, only if its bound is not strict; never where it is
/// not a number.
pub fn is_met(target: &Target, headroom: f64) -> bool {
    match target.bound {
        Bound::Above(_) | Bound::Below(_) => headroom > 0.0,
        _ => headroom >= 0.0,
    }
}

/// What of which indicator, put together how.
#[derive(Debug, Clone, Copy)]
struct Subject<'a> {
    indicator: &'a str,
    of: Of,
    over: Over,
}

fn room(
    target: &Target,
    subject: &Subject<'_>,
    span: Span,
    ensemble: &Ensemble,
) -> Result<Vec<f64>, Error> {
    let mut value = statistic(subject, span, ensemble)?;
    match &target.bound {
        Bound::AtLeast(floor) | Bound::Above(floor) => match floor {
            Limit::Number(floor) => value.iter_mut().for_each(|value| *value -= floor),
            Limit::Relative(floor) => {
                let floor = relative(floor, subject, span, ensemble)?;
                value.iter_mut().zip(floor).for_each(|(value, floor)| *value -= floor);
            }
        },
        Bound::AtMost(ceiling) | Bound::Below(ceiling) => match ceiling {
            Limit::Number(ceiling) => value.iter_mut().for_each(|value| *value = ceiling - *value),
            Limit::Relative(ceiling) => {
                let ceiling = relative(ceiling, subject, span, ensemble)?;
                value.iter_mut().zip(ceiling).for_each(|(value, top)| *value = top - *value);
            }
        },
        Bound::Between([low, high]) => {
            for value in &mut value {
                let (above, below) = (*value - low, high - *value);
                *value = if above < below { above } else { below };
            }
        }
    }
    Ok(value)
}

/// The limit that another indicator sets in each path.
fn relative(
    relative: &Relative,
    subject: &Subject<'_>,
    span: Span,
    ensemble: &Ensemble,
) -> Result<Vec<f64>, Error> {
    let over = relative.over.filter(|over| *over != Over::Every);
    let other = Subject {
        indicator: &relative.indicator,
        of: relative.of.unwrap_or(subject.of),
        over: over.unwrap_or(subject.over),
    };
    let mut values = statistic(&other, span, ensemble)?;
    for value in &mut values {
        *value = *value * relative.times + relative.plus;
    }
    Ok(values)
}

/// What counts, put together over the periods.
fn statistic(subject: &Subject<'_>, span: Span, ensemble: &Ensemble) -> Result<Vec<f64>, Error> {
    let row = |period: Period| {
        ensemble.row(subject.indicator, period).ok_or_else(|| {
            let message = format!("the run has no values of it in {period}");
            Error::at(format!("indicators.{}", subject.indicator), message)
        })
    };
    if subject.over == Over::Mean && subject.of == Of::Growth {
        let (before, last) = (row(span.first() - 1)?, row(span.last())?);
        let power = 1.0 / span.len() as f64;
        let rate = |(before, last): (&f64, &f64)| math::pow(last / before, power) - 1.0;
        return Ok(before.iter().zip(last).map(rate).collect());
    }
    let of = |period: Period| -> Result<Vec<f64>, Error> {
        let now = row(period)?;
        if subject.of == Of::Level {
            return Ok(now.to_vec());
        }
        let pairs = now.iter().zip(row(period - 1)?);
        Ok(match subject.of {
            Of::Growth => pairs.map(|(now, before)| now / before - 1.0).collect(),
            _ => pairs.map(|(now, before)| now - before).collect(),
        })
    };
    let mut periods = match subject.over {
        Over::Last | Over::Every => Span::single(span.last()),
        _ => span,
    }
    .periods();
    let Some(first) = periods.next() else { return Ok(Vec::new()) };
    let mut total = of(first)?;
    for period in periods {
        let next = of(period)?;
        for (total, next) in total.iter_mut().zip(next) {
            *total = match subject.over {
                Over::Min if next < *total || next.is_nan() => next,
                Over::Max if next > *total || next.is_nan() => next,
                Over::Min | Over::Max => *total,
                _ => *total + next,
            };
        }
    }
    if subject.over == Over::Mean {
        total.iter_mut().for_each(|total| *total /= span.len() as f64);
    }
    Ok(total)
}
