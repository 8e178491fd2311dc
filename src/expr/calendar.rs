//! Periods in quotes at the frequency of a model: a year among quarters.
//!
//! `period` and `"2022-Q1"` are places on the time line of one frequency. A coarser period has no
//! place there, it is a stretch of it: `"2022"` is four quarters. It can be compared, as a whole: a
//! quarter is before it, within it, or after it. A finer one lies within a period of the model, and
//! nothing can be said of it.

use super::SyntaxError;
use super::ast::{BinaryOp, Expr, Node};
use crate::period::{Frequency, Period};

/// A comparison with a coarser period, as comparisons with its first and its last period of a
/// frequency: exactly one of `<`, `==` and `>` holds, `<=` is `<` or `==`, `>=` is `>` or `==`. None
/// where nothing has to be done.
pub(super) fn comparison(
    op: BinaryOp,
    a: &Expr,
    b: &Expr,
    frequency: Frequency,
) -> Result<Option<Expr>, SyntaxError> {
    let Some(flipped) = op.flipped() else { return Ok(None) };
    numbered(a, b, frequency)?;
    numbered(b, a, frequency)?;
    let (op, other, coarse) = match (coarser(a, frequency), coarser(b, frequency)) {
        (None, None) => return Ok(None),
        (None, Some(coarse)) => (op, a, coarse),
        (Some(coarse), None) => (flipped, b, coarse),
        (Some(first), Some(_)) => {
            let message = format!(
                "compares two periods that are not {frequency}, as all periods of this model are; \
                 compare `period` with each of them"
            );
            return Err(SyntaxError {
                span: a.span.start..b.span.end.max(first.span.end),
                message,
            });
        }
    };
    let with = |op, period| {
        let period = Expr { node: Node::Period(period), span: coarse.span.clone() };
        Expr::binary(op, other.clone(), period)
    };
    let (first, last) = (coarse.first, coarse.last);
    Ok(Some(match op {
        BinaryOp::Lt | BinaryOp::Ge => with(op, first),
        BinaryOp::Le | BinaryOp::Gt => with(op, last),
        BinaryOp::Eq => {
            Expr::binary(BinaryOp::And, with(BinaryOp::Ge, first), with(BinaryOp::Le, last))
        }
        _ => Expr::binary(BinaryOp::Or, with(BinaryOp::Lt, first), with(BinaryOp::Gt, last)),
    }))
}

/// A period where it stands by itself: it must be of the frequency.
pub(super) fn place(
    period: Period,
    span: &std::ops::Range<usize>,
    frequency: Frequency,
) -> Result<(), SyntaxError> {
    if period.frequency() == frequency {
        return Ok(());
    }
    let message = match period.within(frequency) {
        Some((first, last)) => format!(
            "\"{period}\" is {}, and all periods of this model are {frequency}; compared with \
             `period` it stands for \"{first}\" to \"{last}\", elsewhere name one of them",
            period.frequency()
        ),
        None => finer(period, frequency),
    };
    Err(SyntaxError { span: span.clone(), message })
}

fn finer(period: Period, frequency: Frequency) -> String {
    format!(
        "\"{period}\" is {}, and the periods of this model are {frequency}, none of which begins or \
         ends with it alone; name one such as \"{}\"",
        period.frequency(),
        period.enclosing(frequency)
    )
}

/// A period of a coarser frequency.
struct Coarse {
    first: Period,
    last: Period,
    span: std::ops::Range<usize>,
}

fn coarser(expr: &Expr, frequency: Frequency) -> Option<Coarse> {
    let Node::Period(period) = expr.node else { return None };
    let (first, last) = period.within(frequency).filter(|_| period.frequency() != frequency)?;
    Some(Coarse { first, last, span: expr.span.clone() })
}

/// Numbers that look like years and stand beside `period` where its place on the time line is meant:
/// `period - 2021`, `max(period, 2022)`.
pub(super) fn years_beside<'a>(
    parts: impl Iterator<Item = &'a Expr> + Clone,
    frequency: Frequency,
) -> Result<(), SyntaxError> {
    let is_year = |number: f64| number.fract() == 0.0 && (1000.0..=3000.0).contains(&number);
    for (k, a) in parts.clone().enumerate() {
        for (_, b) in parts.clone().enumerate().filter(|(other, _)| *other != k) {
            if b.constant().is_some_and(is_year) {
                numbered(a, b, frequency)?;
            }
        }
    }
    Ok(())
}

/// A number that is compared with `period` is a year, which only years are counted by.
fn numbered(a: &Expr, b: &Expr, frequency: Frequency) -> Result<(), SyntaxError> {
    let (Node::Now { .. }, Some(number)) = (&a.node, b.constant()) else { return Ok(()) };
    if frequency == Frequency::Annual {
        return Ok(());
    }
    let year = if number.fract() == 0.0 && (1.0..=9999.0).contains(&number) {
        Period::year(number as i32)
    } else {
        Period::year(2022)
    };
    let (first, _) = year.within(frequency).unwrap_or((year, year));
    let message = format!(
        "has `period`, which is {frequency}, beside the number {number}; write \"{first}\", or \
         \"{year}\" for the whole year, in quotes"
    );
    Err(SyntaxError { span: b.span.clone(), message })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::expr::parse_expression;

    /// The value of a comparison in a period, by its plainest reading: the tree has nothing but
    /// `period`, periods, comparisons and logic.
    fn holds(expr: &Expr, now: Period) -> bool {
        let place = |expr: &Expr| match &expr.node {
            Node::Now { shift } => (now - *shift as i32).ordinal(),
            Node::Period(period) => {
                assert_eq!(period.frequency(), now.frequency());
                period.ordinal()
            }
            other => panic!("{other:?}"),
        };
        let Node::Binary(op, a, b) = &expr.node else { panic!("{expr}") };
        match op {
            BinaryOp::And => holds(a, now) && holds(b, now),
            BinaryOp::Or => holds(a, now) || holds(b, now),
            BinaryOp::Lt => place(a) < place(b),
            BinaryOp::Le => place(a) <= place(b),
            BinaryOp::Gt => place(a) > place(b),
            BinaryOp::Ge => place(a) >= place(b),
            BinaryOp::Eq => place(a) == place(b),
            BinaryOp::Ne => place(a) != place(b),
            _ => panic!("{expr}"),
        }
    }

    /// The months of a period, counted from the year 0: the oracle knows months only.
    fn months(period: Period) -> (i32, i32) {
        let length = 12 / period.frequency().per_year();
        (period.ordinal() * length, period.ordinal() * length + length - 1)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        /// A stretch of months is before another when it ends before that begins, and at it when it
        /// lies within.
        #[test]
        fn a_comparison_with_a_coarser_period_is_one_of_months(
            (finer, coarser) in prop_oneof![
                Just((Frequency::Monthly, Frequency::Quarterly)),
                Just((Frequency::Monthly, Frequency::Annual)),
                Just((Frequency::Quarterly, Frequency::Annual)),
                Just((Frequency::Annual, Frequency::Annual)),
                Just((Frequency::Quarterly, Frequency::Quarterly)),
                Just((Frequency::Monthly, Frequency::Monthly)),
            ],
            year in 2000..2003i32, part in 0..12i32, other_year in 2000..2003i32,
            other_part in 0..12i32,
            flipped in any::<bool>(), shift in 0..3u32,
        ) {
            let at = |frequency: Frequency, year: i32, part: i32| {
                let per_year = frequency.per_year();
                Period::from_ordinal(frequency, year * per_year + part % per_year)
            };
            let (now, whole) = (at(finer, year, part), at(coarser, other_year, other_part));
            let left = if shift == 0 { "period".to_owned() } else { format!("lag(period, {shift})") };
            let ((begin, end), (first, last)) = (months(now - shift as i32), months(whole));
            let (before, after) = (end < first, begin > last);
            let same = begin >= first && end <= last;
            for (op, mirrored, expected) in [
                ("<", ">", before),
                ("<=", ">=", before || same),
                (">", "<", after),
                (">=", "<=", after || same),
                ("==", "==", same),
                ("!=", "!=", !same),
            ] {
                let text = if flipped {
                    format!("\"{whole}\" {mirrored} {left}")
                } else {
                    format!("{left} {op} \"{whole}\"")
                };
                let read = parse_expression(&text).expect("it is right");
                let written = read.expand(finer).expect("it can be compared");
                prop_assert_eq!(holds(&written, now), expected, "{} in {}: {}", text, now, written);
            }
        }
    }

    #[test]
    fn what_has_no_meaning_is_refused_with_a_way_out() {
        use Frequency::{Annual, Monthly, Quarterly};
        for (frequency, text, part) in [
            (Annual, "if(period >= \"2021-Q1\", 1, 0)", "name one such as \"2021\""),
            (Annual, "period == \"2021-03\"", "\"2021-03\" is monthly"),
            (Annual, "period - \"2021-Q1\"", "name one such as \"2021\""),
            (Quarterly, "\"2021-05\" < period", "name one such as \"2021-Q2\""),
            (Quarterly, "period - \"2021\"", "stands for \"2021-Q1\" to \"2021-Q4\""),
            (Monthly, "max(period, \"2021-Q2\")", "stands for \"2021-04\" to \"2021-06\""),
            (Quarterly, "\"2021\" < \"2022\"", "compares two periods that are not quarterly"),
            (Monthly, "\"2021-Q1\" == \"2021\"", "compares two periods that are not monthly"),
            (Quarterly, "period >= 2022", "write \"2022-Q1\", or \"2022\" for the whole year"),
            (Monthly, "2022.5 < period", "beside the number 2022.5"),
            (Quarterly, "period > 2022 - 1", "write \"2021-Q1\", or \"2021\" for the whole year"),
            (Quarterly, "period == 2000 + 22", "write \"2022-Q1\""),
            (Quarterly, "period - 2021", "write \"2021-Q1\""),
            (Monthly, "2021 - lag(period, 1)", "write \"2021-01\""),
            (Quarterly, "if(period - 2022 >= 0, 1, 0)", "write \"2022-Q1\""),
            (Quarterly, "max(period, 2022)", "write \"2022-Q1\""),
            (Quarterly, "lag(if(period >= 2022, 1, 0), 2)", "write \"2022-Q1\""),
        ] {
            let error = parse_expression(text).expect(text).expand(frequency).expect_err(text);
            assert!(error.message.contains(part), "{text}: {}", error.message);
            assert!(!error.span.is_empty(), "{text}");
        }
        for (frequency, text) in [
            (Annual, "period >= 2022"),
            (Quarterly, "period >= \"2022\" and period - \"2021-Q1\" > 3"),
            (Monthly, "\"2021-Q3\" <= period <= \"2022\""),
            (Quarterly, "\"2021\" < \"2022-Q1\""),
            (Quarterly, "period / 4 > 505"),
            (Quarterly, "period - 8084 > 0"),
            (Quarterly, "min(period - 8084, 4)"),
            (Annual, "period - 2021"),
        ] {
            parse_expression(text).expect(text).expand(frequency).expect(text);
        }
    }
}
