//! What may be asked of any distribution: quantiles, probabilities, densities of many values at once.

use super::Distribution;
use crate::error::Error;
use crate::interrupt::look;
use crate::math::{Cdf, Tail};
use crate::model::read_values::Parts;
use crate::model::reader::Reader;
use crate::model::{Tables, node::from_json};

/// Nothing nearer to 0 or 1 is drawn, and the forms that are drawn from end there: 2^-53.
const LEAST: f64 = 1.110_223_024_625_156_5e-16;

impl Distribution {
    /// Reads a distribution as a plan has it, as JSON: `{"normal": {"mean": 0.02, "sd": 0.05}}`.
    ///
    /// # Errors
    /// Text that is not JSON, an unknown kind, parameters that no such distribution has.
    ///
    /// ```
    /// use tinbergen::model::Distribution;
    /// let read = Distribution::from_json(r#"{"normal": {"mean": 0.02, "sd": 0.05}}"#)?;
    /// assert_eq!(read, Distribution::normal(0.02, 0.05));
    /// # Ok::<(), tinbergen::Error>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let value: serde_json::Value =
            serde_json::from_str(text).map_err(|error| Error::at("", error.to_string()))?;
        let mut reader = Reader::new(None, Tables::default());
        let item = reader.item(from_json(value), String::new(), None);
        let kinds: Vec<&'static str> = Self::kinds().collect();
        let read = reader.fields(item).and_then(|mut fields| {
            let found = fields.one_of(&mut reader, &kinds, "distribution");
            fields.finish(&mut reader);
            let (kind, item) = found?;
            Parts { reader: &mut reader, frequency: None }.distribution(kind, item)
        });
        match read {
            Some(distribution) if reader.problems.is_empty() => Ok(distribution),
            _ => Err(Error::model(reader.problems)),
        }
    }

    /// The quantile at each of some probabilities: the value that is not exceeded with that probability, of
    /// discrete distributions the smallest. At 0 and 1 the ends of what can be drawn; not-a-number where there is no
    /// probability.
    ///
    /// ```
    /// use tinbergen::model::Distribution;
    /// let found = Distribution::normal(0.0, 1.0).quantiles(&[0.025, 0.5, 1e-20]);
    /// assert!((found[0] + 1.959_963_984_540_054).abs() < 1e-14 && found[1] == 0.0);
    /// assert!((found[2] + 9.262_340_089_798_408).abs() < 1e-9);
    /// ```
    pub fn quantiles(&self, probabilities: &[f64]) -> Vec<f64> {
        let (inverse, cdf) = (self.inverse(), self.cdf());
        let (low, high) = self.support();
        // Where a value is reached exactly, rounding does not lead to the next one.
        let room = if self.is_discrete() { 1e-14 } else { 0.0 };
        let one = |&p: &f64| {
            look();
            let tail = if p < 0.5 {
                Tail { p: p * (1.0 - room), upper: false }
            } else {
                Tail { p: 1.0 - p + room, upper: true }
            };
            match p {
                0.0 => low,
                1.0 => high,
                _ if !(0.0..=1.0).contains(&p) => f64::NAN,
                _ if tail.p < LEAST => {
                    beyond(&cdf, tail.p, inverse.at_tail(Tail { p: LEAST, ..tail }), low)
                }
                _ => inverse.at_tail(tail),
            }
        };
        probabilities.iter().map(one).collect()
    }

    /// The probability of at most each of some values.
    ///
    /// ```
    /// use tinbergen::model::Distribution;
    /// assert_eq!(Distribution::uniform(0.0, 4.0).probabilities(&[-1.0, 1.0, 9.0]), [0.0, 0.25, 1.0]);
    /// ```
    pub fn probabilities(&self, values: &[f64]) -> Vec<f64> {
        self.at_each(values, |x, cdf| match x {
            f64::INFINITY => 1.0,
            f64::NEG_INFINITY => 0.0,
            _ => cdf(x).below,
        })
    }

    /// The density at each of some values; of single values with a probability each there is none, which is 0.
    ///
    /// ```
    /// use tinbergen::model::Distribution;
    /// assert_eq!(Distribution::uniform(0.0, 4.0).densities(&[-1.0, 1.0, 9.0]), [0.0, 0.25, 0.0]);
    /// ```
    pub fn densities(&self, values: &[f64]) -> Vec<f64> {
        self.at_each(values, |x, cdf| if x.is_finite() { cdf(x).density } else { 0.0 })
    }

    fn at_each(&self, values: &[f64], of: impl Fn(f64, &Cdf) -> f64) -> Vec<f64> {
        let cdf = self.cdf();
        let one = |&x: &f64| {
            look();
            if x.is_nan() { x } else { of(x, &cdf) }
        };
        values.iter().map(one).collect()
    }
}

/// A quantile below all that is drawn, by halving; `inner` is one that is drawn. Above, where a
/// probability is that of a number next to 1, all there is lies within what is drawn.
fn beyond(cdf: &Cdf, p: f64, inner: f64, low: f64) -> f64 {
    let mut width = inner.abs().max(1.0);
    let (mut below, mut above) = (inner - width, inner);
    while below > low && cdf(below).below >= p {
        look();
        (above, width) = (below, 2.0 * width);
        below = inner - width;
    }
    below = below.max(low);
    loop {
        let middle = f64::midpoint(below, above);
        if !(middle > below && middle < above) {
            return above;
        }
        if cdf(middle).below >= p {
            above = middle;
        } else {
            below = middle;
        }
    }
}
