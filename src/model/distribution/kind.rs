//! What a kind of distribution says of itself.

use crate::math::{Cdf, InverseCdf};
use crate::model::reader::{Fields, Item, Reader};

/// A kind of distribution. Its parameters have been checked wherever a number is asked for.
pub(crate) trait Kind {
    /// Says what is wrong with its parameters.
    fn check(&self, found: &mut Found);
    fn mean(&self) -> f64;
    /// The standard deviation of what is drawn.
    fn sd(&self) -> f64;
    /// The smallest and the largest value that it can draw; infinite where there is none.
    fn support(&self) -> (f64, f64);
    /// Has every value that it can draw a density?
    fn has_density(&self) -> bool {
        true
    }
    /// Does it draw single values only?
    fn is_discrete(&self) -> bool {
        !self.has_density()
    }
    /// Inside its support: where its distribution function has a corner or a step.
    fn knots(&self) -> Vec<f64> {
        Vec::new()
    }
    /// The same with the ends of its support, in order.
    fn all_knots(&self) -> Vec<f64> {
        let (low, high) = self.support();
        let mut knots = self.knots();
        knots.extend([low, high].into_iter().filter(|x| x.is_finite()));
        knots.sort_unstable_by(f64::total_cmp);
        knots.dedup();
        knots
    }
    /// Mean and sd of the normal distribution whose density it has within its support, up to a factor, where there is
    /// one; an infinite sd is that of a flat density.
    fn normal_within(&self) -> Option<(f64, f64)> {
        None
    }
    /// The probability on either side of a value and its density, right in both tails.
    fn cdf(&self) -> Cdf;
    /// How it is drawn.
    fn inverse(&self) -> InverseCdf;
}

/// What is wrong with parameters: where, and what was found and expected.
#[derive(Debug, Default)]
pub(crate) struct Found(pub(super) Vec<(String, String)>);

impl Found {
    pub(super) fn say(&mut self, key: &str, message: impl Into<String>) {
        self.0.push((key.to_owned(), message.into()));
    }

    pub(super) fn need(&mut self, key: &str, value: f64, holds: bool, expected: &str) {
        if !holds {
            self.say(key, format!("expected {expected}, found {value}"));
        }
    }

    pub(super) fn finite(&mut self, key: &str, value: f64) {
        self.need(key, value, value.is_finite(), "a finite number");
    }

    pub(super) fn at_least_0(&mut self, key: &str, value: f64) {
        self.need(key, value, value >= 0.0, "a number of at least 0");
    }

    pub(super) fn above_0(&mut self, key: &str, value: f64) {
        self.need(key, value, value > 0.0, "a number above 0");
    }

    /// A shape for which special functions are right.
    pub(super) fn shape(&mut self, key: &str, value: f64) {
        self.need(key, value, (0.05..=1e5).contains(&value), "a number from 0.05 to 1e5");
    }

    pub(super) fn limits(&mut self, min: f64, mode: f64, max: f64) {
        self.need("max", max, max >= min, &format!("at least the min of {min}"));
        let inside = (min..=max).contains(&mode) || max < min;
        self.need("mode", mode, inside, &format!("a number from {min} to {max}"));
    }

    /// A list that is not empty, of finite numbers.
    pub(super) fn list(&mut self, key: &str, values: &[f64]) {
        if values.is_empty() || values.len() > 10_000_000 {
            self.say(key, format!("expected 1 to 10 million, found {}", values.len()));
        } else if let Some(value) = values.iter().find(|value| !value.is_finite()) {
            self.say(key, format!("expected finite numbers, found {value}"));
        }
    }
}

/// A parameter of a distribution, as it is read.
pub(crate) trait Parameter: Sized {
    fn of(item: Item, reader: &mut Reader) -> Option<Self>;

    /// From its key, which must be there unless there is a default.
    fn take(
        fields: &mut Fields,
        reader: &mut Reader,
        key: &'static str,
        default: Option<Self>,
    ) -> Option<Self> {
        match default {
            None => Self::of(fields.need(reader, key)?, reader),
            Some(default) => match fields.take(reader, key) {
                // Read on with the default, so that all that is wrong is said at once.
                Some(item) => Some(Self::of(item, reader).unwrap_or(default)),
                None => Some(default),
            },
        }
    }
}

impl Parameter for f64 {
    fn of(item: Item, reader: &mut Reader) -> Option<Self> {
        reader.number(&item)
    }
}

impl Parameter for Option<f64> {
    fn of(item: Item, reader: &mut Reader) -> Option<Self> {
        reader.number(&item).map(Some)
    }
}

impl Parameter for bool {
    fn of(item: Item, reader: &mut Reader) -> Option<Self> {
        reader.boolean(&item)
    }
}

impl Parameter for Vec<f64> {
    fn of(item: Item, reader: &mut Reader) -> Option<Self> {
        let items = reader.array(item)?;
        Some(items.iter().filter_map(|item| reader.number(item)).collect())
    }
}

/// The parameters of a kind, each said once: the type, its description in the schema, how it is
/// read, and what it is unless given.
macro_rules! parameters {
    (
        $(#[$about:meta])*
        pub struct $name:ident {
            $( $(#[$note:meta])* pub $field:ident: $type:ty $(= $default:expr)?, )*
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
        pub struct $name {
            $(
                $(#[$note])*
                $( #[serde(default)] #[schemars(extend("default" = $default))] )?
                pub $field: $type,
            )*
        }

        impl $name {
            pub(in crate::model) fn read(
                item: crate::model::reader::Item,
                reader: &mut crate::model::reader::Reader,
            ) -> Option<Self> {
                let mut fields = reader.fields(item)?;
                $(
                    let default: Option<$type> = [$($default)?].into_iter().next();
                    let $field = crate::model::distribution::kind::Parameter::take(
                        &mut fields, reader, stringify!($field), default,
                    );
                )*
                fields.finish(reader);
                Some(Self { $( $field: $field? ),* })
            }
        }
    };
}
pub(super) use parameters;
