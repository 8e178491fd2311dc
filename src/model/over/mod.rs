//! Ways of putting the periods of a target together.
//!
//! A way is one file of this folder and one line in the list below: its name, what it makes of the
//! numbers of the periods, what it asks of a level, and its words stand together. Everything else
//! (headroom, findings, progress, charts, the schema) is made from them; see docs/adding.md.

use schemars::JsonSchema;
use serde::Serialize;

pub(crate) use way::{Asked, Put, Way};

use crate::model::arithmetic::Window;
use crate::period::Span;

mod way;

macro_rules! ways {
    (
        plain { $( $(#[$doc:meta])* $kind:ident = $file:ident, )+ }
        counted { $( $(#[$counted_doc:meta])* $counted:ident = $counted_file:ident, )+ }
    ) => {
        $( mod $file; )+
        $( mod $counted_file; )+

        /// How the periods of a span are put together.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Over {
            $( $(#[$doc])* $kind, )+
            $( $(#[$counted_doc])* $counted(u32), )+
        }

        impl Over {
            /// Those that are written as a word.
            pub fn plain() -> Vec<Self> {
                vec![ $( Self::$kind, )+ ]
            }

            /// Those that are written as a table with a number, with that number.
            pub fn counted(number: u32) -> Vec<Self> {
                vec![ $( Self::$counted(number), )+ ]
            }

            /// What it means.
            pub(crate) fn way(self) -> Box<dyn Way> {
                match self {
                    $( Self::$kind => Box::new($file::$kind), )+
                    $( Self::$counted(number) => Box::new($counted_file::$counted(number)), )+
                }
            }
        }
    };
}

ways! {
    plain {
        /// The last period counts.
        Last = last,
        /// The sum over the span.
        Sum = sum,
        /// The mean; for growth the compound rate per period over the span.
        Mean = mean,
        /// The median over the span.
        Median = median,
        /// The smallest.
        Min = min,
        /// The largest.
        Max = max,
        /// The bound holds in every period.
        Every = every,
    }
    counted {
        /// The bound holds in at least so many periods of the span.
        AtLeast = at_least,
    }
}

#[allow(clippy::derivable_impls, reason = "the list has no place for an attribute of one kind")]
impl Default for Over {
    fn default() -> Self {
        Self::Last
    }
}

impl Over {
    /// As written in a plan file: `last`, `at_least`.
    pub fn name(self) -> &'static str {
        self.way().name()
    }

    /// What it asks of a level; over one period all ways are the same.
    pub(crate) fn asked(self, window: Window) -> Option<Asked> {
        let over = if window.span.len() == 1 { Self::Last } else { self };
        over.way().asked(window)
    }

    /// Is the bound held against each period?
    pub(crate) fn counts_periods(self) -> bool {
        matches!(self.way().put(1), Put::Each { .. })
    }

    /// Is the bound held against one period, or each of several, rather than what they make together?
    pub(crate) fn is_by_period(self, span: Span) -> bool {
        let way = self.way();
        let periods = way.looks_at(span).len();
        periods == 1 || matches!(way.put(periods), Put::Each { needed } if needed == periods)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Of;
    use crate::model::arithmetic::{Numbers, Scalars, Window};
    use crate::period::Period;

    /// What a way makes of the levels 4, 1, 9, 2 of 2021 to 2024; of the count how many are needed.
    fn made(over: Over, of: Of) -> f64 {
        let levels = [3.0, 4.0, 1.0, 9.0, 2.0];
        let window = Window { of, span: "2021..2024".parse().expect("a span"), base: None };
        let level = |period: Period| {
            levels[period.since("2020".parse().expect("a year")).expect("years") as usize]
        };
        let mut scalars = Scalars::new(&level);
        match over.way().put(4) {
            Put::Number(put) => {
                let number = put(&mut Numbers { window, machine: &mut scalars });
                scalars.value(number)
            }
            Put::Each { needed } => needed as f64,
        }
    }

    #[test]
    fn ways_make_what_they_say() {
        let of_levels = [
            (Over::Last, 2.0),
            (Over::Sum, 16.0),
            (Over::Mean, 4.0),
            (Over::Median, 3.0),
            (Over::Min, 1.0),
            (Over::Max, 9.0),
            (Over::Every, 4.0),
            (Over::AtLeast(3), 3.0),
        ];
        for (over, expected) in of_levels {
            assert_eq!(made(over, Of::Level), expected, "{}", over.name());
        }
        assert_eq!(made(Over::Sum, Of::Change), -1.0);
        assert_eq!(made(Over::Median, Of::Change), -1.0); // of 1, -3, 8, -7
        assert!((made(Over::Mean, Of::Growth) - ((2.0_f64 / 3.0).powf(0.25) - 1.0)).abs() < 1e-15);
    }

    #[test]
    fn names_are_unique_and_every_way_has_words() {
        let span = "2021..2025".parse().expect("a span");
        let all: Vec<Over> = Over::plain().into_iter().chain(Over::counted(3)).collect();
        let names: std::collections::HashSet<_> = all.iter().map(|over| over.name()).collect();
        assert_eq!(names.len(), all.len());
        for over in all {
            assert!(over.way().words("gdp", span).contains("gdp"));
            let written = serde_json::to_value(over).expect("JSON");
            let key = written.as_str().map(str::to_owned);
            let key = key.or_else(|| Some(written.as_object()?.keys().next()?.clone()));
            assert_eq!(key.as_deref(), Some(over.name()), "the plan file calls it otherwise");
        }
    }
}
