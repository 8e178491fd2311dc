//! Figures that were interpolated or modelled, by tests of their second differences.

use super::column::{Column, known};
use super::kind::Kind;
use super::remark::Remark;
use crate::fit::{Phrase, Sentence};
use crate::math::{ln, logit_between, pow};

/// How often each of the three tests may be wrong: together less than one measured series in a hundred.
const ALARM: f64 = 0.0025;
/// The normal quantile that is exceeded as often.
const QUANTILE: f64 = 2.807;
/// A second difference is next to nothing below this part of the second largest one.
const NOTHING: f64 = 0.02;
/// How much of the probability up to the second largest of second differences lies below a part of it, over that
/// part: 1 for a uniform, 1.5 for a normal, 1.9 for a Student-t with 3 degrees of freedom.
const DENSEST: f64 = 2.5;
/// The fewest second differences that say anything.
const FEWEST: usize = 6;

/// What is said of columns that look interpolated or modelled.
pub(super) fn remarks(columns: &[Column]) -> Vec<Remark> {
    let remark = |column: &Column| {
        let phrase = found(column)?;
        Some((column.name.clone(), Sentence::from(phrase).text("name", &column.name)))
    };
    columns.iter().filter_map(remark).collect()
}

fn found(column: &Column) -> Option<Phrase> {
    let limits = column.limits();
    // Each figure in its space, and how much a small step of it is there.
    let space = |figure: f64| match column.kind {
        Kind::Growth => (ln(figure), 1.0 / figure.abs()),
        Kind::Share => {
            let room = (figure - limits.0) * (limits.1 - figure);
            (logit_between(figure, limits), (limits.1 - limits.0) / room)
        }
        Kind::Change | Kind::Level | Kind::Count => (figure, 1.0),
    };
    if column.kind == Kind::Count {
        return None;
    }
    let (there, slopes): (Vec<f64>, Vec<f64>) =
        column.figures.iter().map(|figure| space(*figure)).unzip();
    let known_slopes = sorted(&known(&slopes));
    let slope = known_slopes.get(known_slopes.len() / 2).copied()?;
    let step = slope * resolution(&column.known());
    // Lines in the figures themselves are measured as in their space, where errors are of one size.
    let bends = second_differences(&column.figures, Some(&slopes));
    if is_straight(&bends, step) || is_straight(&second_differences(&there, None), step) {
        Some(Phrase::Straight)
    } else if is_smooth(&second_differences(&there, None)) {
        Some(Phrase::Smooth)
    } else {
        None
    }
}

/// Second differences of neighbouring periods, each times the slope in its middle; what is left of a straight line by
/// the rounding of numbers is 0.
fn second_differences(figures: &[f64], slopes: Option<&[f64]>) -> Vec<f64> {
    let bend = |(t, three): (usize, &[f64])| {
        let bend = three[2] - 2.0 * three[1] + three[0];
        let size = three.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        let slope = slopes.map_or(1.0, |slopes| slopes[t + 1]);
        if bend.abs() <= 1e-12 * size { 0.0 } else { slope * bend }
    };
    known(&figures.windows(3).enumerate().map(bend).collect::<Vec<f64>>())
}

fn sorted(numbers: &[f64]) -> Vec<f64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// Are too many second differences next to nothing?
///
/// Those of measured figures have a density with one peak at 0, whatever the persistence: of those up to the second
/// largest, a part of about [`NOTHING`] times [`DENSEST`] lies that near to 0. Lines between known points have
/// second differences in the points alone. Rounding makes some differences 0, and is allowed for.
fn is_straight(bends: &[f64], step: f64) -> bool {
    let sizes: Vec<f64> = bends.iter().map(|d| d.abs()).collect();
    let sizes = sorted(&sizes);
    let count = sizes.len();
    if count < FEWEST {
        return false;
    }
    let size = sizes[count - 2];
    if size <= 0.0 {
        // Nothing but one line, or two: rounding alone makes bends of two steps at most.
        let bend = sizes[count - 1];
        return bend <= 0.0 || bend > 2.5 * step;
    }
    let near = NOTHING * size + 0.5 * step;
    let few = sizes.iter().filter(|d| **d <= near).count();
    let part = (DENSEST * near / size).min(1.0);
    upper_tail(count - 2, part, few) < ALARM
}

/// Do second differences follow each other too smoothly?
///
/// Where figures are measured, each brings an error of its own, and the first autocorrelation of second differences
/// is below 0 for the processes that are fitted (but for a momentum near its upper bound), and 0 at the limit
/// where changes wander. Of independent normal numbers around 0 its variance is `(n - 1) / (n (n + 2))`.
fn is_smooth(d: &[f64]) -> bool {
    let n = d.len() as f64;
    let squares: f64 = d.iter().map(|d| d * d).sum();
    if d.len() < FEWEST || squares <= 0.0 {
        return false;
    }
    let next: f64 = d.windows(2).map(|pair| pair[0] * pair[1]).sum();
    next / squares > QUANTILE * ((n - 1.0) / (n * (n + 2.0))).sqrt()
}

/// The probability that at least so many of `count` happen that each has this probability.
fn upper_tail(count: usize, probability: f64, at_least: usize) -> f64 {
    if probability >= 1.0 {
        return 1.0;
    }
    let odds = probability / (1.0 - probability);
    let mut term = pow(1.0 - probability, count as f64);
    let mut below = 0.0;
    for k in 0..at_least.min(count + 1) {
        below += term;
        term *= odds * (count - k) as f64 / (k + 1) as f64;
    }
    1.0 - below
}

/// The step in which figures are written: ten to the power of their last digit.
fn resolution(figures: &[f64]) -> f64 {
    let last_digit = |figure: &f64| -> Option<i32> {
        if *figure == 0.0 {
            return None;
        }
        let written = format!("{figure:e}");
        let (digits, power) = written.split_once('e')?;
        let decimals = digits.split_once('.').map_or(0, |(_, after)| after.len() as i32);
        Some(power.parse::<i32>().ok()? - decimals)
    };
    figures.iter().filter_map(last_digit).min().map_or(0.0, |power| pow(10.0, f64::from(power)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::draws::Draws;
    use crate::math::exp;

    /// An error of a kind: normal, Student-t with 4 degrees of freedom, or skewed.
    fn error(draws: &mut Draws, kind: usize) -> f64 {
        match kind {
            0 => draws.normal(),
            1 => draws.normal() / draws.gamma(2.0).sqrt(),
            _ => draws.gamma(1.5) - 1.5,
        }
    }

    /// A measured series: log growth, a level or a share, of some persistence and momentum, rounded or not.
    fn measured(draws: &mut Draws, case: usize, kind: Kind) -> Vec<f64> {
        let length = [10, 14, 20, 30, 50][case % 5];
        let persistence = [0.0, 0.5, 0.9, 1.0][case / 5 % 4];
        let momentum = if kind == Kind::Growth { 0.0 } else { [0.0, 0.3, 0.6][case / 20 % 3] };
        let errors = case / 60 % 3;
        let decimals = [1.0, 10.0, 1000.0, 1e9][case / 180 % 4];
        let (mut x, mut before) = (0.0, 0.0);
        let mut level = 0.0;
        (0..length)
            .map(|_| {
                let next = persistence * x + momentum * (x - before) + error(draws, errors);
                (before, x) = (x, next);
                level += 0.05 + 0.02 * x;
                let figure = match kind {
                    Kind::Growth => 500.0 * exp(level),
                    Kind::Share => 100.0 / (1.0 + exp(-0.05 * x)),
                    Kind::Change | Kind::Level | Kind::Count => 3.0 * x,
                };
                (figure * decimals).round() / decimals
            })
            .collect()
    }

    fn column(kind: Kind, figures: Vec<f64>) -> Column {
        let why = Phrase::SaidSo.into();
        let unit = (kind == Kind::Share).then(|| "%".to_owned());
        Column { name: "x".into(), label: None, unit, kind, why, logits: None, figures }
    }

    /// 2,880 measured series of each kind, in 720 forms. With one false alarm in a hundred 29 are expected, and 47 or more have
    /// one chance in a thousand.
    #[test]
    fn of_measured_series_at_most_one_in_a_hundred_is_taken_for_modelled() {
        let mut draws = Draws::new(1, "test");
        for kind in [Kind::Growth, Kind::Level, Kind::Share] {
            let mut of_kind = 0;
            for case in 0..720 {
                for _ in 0..4 {
                    let figures = measured(&mut draws, case, kind);
                    of_kind += usize::from(found(&column(kind, figures)).is_some());
                }
            }
            assert!(of_kind < 47, "{kind}: {of_kind} of 2,880");
        }
    }

    /// A line from point to point, every `gap` periods.
    fn lines(draws: &mut Draws, length: usize, gap: usize) -> Vec<f64> {
        let points: Vec<f64> = (0..length / gap + 2)
            .scan(40.0, |level, _| {
                *level += 2.0 + draws.normal();
                Some(*level)
            })
            .collect();
        let at = |t: usize| {
            let part = (t % gap) as f64 / gap as f64;
            points[t / gap] * (1.0 - part) + points[t / gap + 1] * part
        };
        (0..length).map(at).collect()
    }

    #[test]
    fn lines_between_counts_and_smooth_curves_are_seen() {
        let mut draws = Draws::new(2, "test");
        for (length, gap) in [(12, 5), (20, 4), (20, 5), (30, 10)] {
            let seen = (0..200).filter(|_| {
                let figures = lines(&mut draws, length, gap);
                found(&column(Kind::Level, figures)) == Some(Phrase::Straight)
            });
            let seen = seen.count();
            assert!(seen >= 190, "{length} periods, a count every {gap}: {seen} of 200");
        }
        // A moving mean of moving means, as models of labour and population make.
        let smooth = |draws: &mut Draws| -> Vec<f64> {
            let noise: Vec<f64> = (0..60).map(|_| draws.normal()).collect();
            let mean = |x: &[f64]| -> Vec<f64> {
                x.windows(5).map(|five| five.iter().sum::<f64>() / 5.0).collect()
            };
            let mut curve = mean(&mean(&mean(&noise)));
            curve.truncate(30);
            curve.iter().map(|x| 50.0 + x).collect()
        };
        let seen = (0..200)
            .filter(|_| found(&column(Kind::Level, smooth(&mut draws))) == Some(Phrase::Smooth))
            .count();
        assert!(seen >= 135, "{seen} of 200");
    }

    #[test]
    fn one_bend_is_seen_through_the_rounding_of_numbers() {
        let line =
            |t: i32| if t < 6 { 30.0 + f64::from(t) / 3.0 } else { 32.0 + f64::from(t - 6) / 7.0 };
        let found = found(&column(Kind::Share, (0..12).map(line).collect()));
        assert_eq!(found, Some(Phrase::Straight));
    }

    #[test]
    fn one_line_is_straight_and_a_rounded_plateau_is_not() {
        let line: Vec<f64> = (0..12).map(|t| 3.0 + 0.25 * f64::from(t)).collect();
        assert_eq!(found(&column(Kind::Level, line)), Some(Phrase::Straight));
        // A registered rate in steps of a tenth, which often stays where it is.
        let rate = [4.3, 4.2, 4.2, 4.1, 4.1, 4.1, 4.0, 4.1, 4.1, 4.0, 3.9, 3.9, 3.8, 3.6];
        assert_eq!(found(&column(Kind::Level, rate.to_vec())), None);
        assert_eq!(resolution(&[4.3, 4.25, 4.0]), 0.01);
        assert_eq!(resolution(&[152_000.0, 148_500.0]), 100.0);
    }

    #[test]
    fn tails_of_the_binomial_are_those_of_statrs() {
        use statrs::distribution::{Binomial, DiscreteCDF};
        for (count, probability, at_least) in [(8, 0.05, 4), (18, 0.2, 3), (5, 0.9, 5), (5, 0.3, 0)]
        {
            let known = Binomial::new(probability, count as u64).expect("a distribution");
            let expected = if at_least == 0 { 1.0 } else { known.sf(at_least as u64 - 1) };
            assert!((upper_tail(count, probability, at_least) - expected).abs() < 1e-12);
        }
    }
}
