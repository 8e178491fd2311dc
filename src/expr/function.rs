//! The functions of the language. The elementary ones, of one number, have their list in
//! `math/function.rs`.

use crate::math::Elementary;

/// The list: how each is written, how many arguments it takes at least and at most, and what it is in
/// words. Random counts may name their stream behind their arguments.
macro_rules! functions {
    (
        plain: $($Name:ident $name:literal $least:literal..=$most:literal: $words:literal,)*;
        counts: $($Count:ident $count:literal $arguments:literal: $count_words:literal,)*;
    ) => {
        /// A function of the language.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Function {
            /// An elementary function of one number.
            Of(Elementary),
            $(#[doc = $words] $Name,)*
            $(
                #[doc = $count_words]
                $Count {
                    /// The stream it names.
                    stream: Option<String>,
                },
            )*
        }

        /// How a function is written.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) struct Signature {
            pub(crate) name: &'static str,
            /// How many arguments it takes, at least and at most.
            pub(crate) least: usize,
            pub(crate) most: usize,
            pub(crate) words: &'static str,
        }

        impl Function {
            /// Other names that are understood, and what they stand for.
            pub(crate) const ALIASES: [(&'static str, &'static str); 1] = [("ln", "log")];

            /// How they are written, all of them.
            pub(crate) fn signatures() -> impl Iterator<Item = Signature> {
                let elementary = Elementary::ALL.iter().map(|function| Signature {
                    name: function.name(),
                    least: 1,
                    most: 1,
                    words: function.words(),
                });
                let others = [
                    $(Signature { name: $name, least: $least, most: $most, words: $words },)*
                    $(Signature {
                        name: $count,
                        least: $arguments,
                        most: $arguments,
                        words: $count_words,
                    },)*
                ];
                elementary.chain(others)
            }

            /// The function of a name; random counts may name their stream.
            pub(crate) fn named(name: &str, stream: Option<String>) -> Option<Self> {
                let name = Self::plain_name(name);
                if let Some(function) = Elementary::ALL.iter().find(|f| f.name() == name) {
                    return Some(Self::Of(*function));
                }
                match name {
                    $($name => Some(Self::$Name),)*
                    $($count => Some(Self::$Count { stream }),)*
                    _ => None,
                }
            }

            /// The name that stands for another.
            pub(crate) fn plain_name(name: &str) -> &str {
                Self::ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, of)| of)
            }

            /// Its name.
            pub fn name(&self) -> &'static str {
                match self {
                    Self::Of(function) => function.name(),
                    $(Self::$Name => $name,)*
                    $(Self::$Count { .. } => $count,)*
                }
            }

            /// The stream a random count names; none for other functions.
            pub fn stream(&self) -> Option<&str> {
                match self {
                    Self::Of(_) $(| Self::$Name)* => None,
                    $(Self::$Count { stream })|* => stream.as_deref(),
                }
            }

            /// Is it a random count?
            pub(crate) fn is_count(&self) -> bool {
                match self {
                    Self::Of(_) $(| Self::$Name)* => false,
                    $(Self::$Count { .. })|* => true,
                }
            }
        }
    };
}

functions! {
    plain:
        Min "min" 2..=64: "the least of several",
        Max "max" 2..=64: "the largest of several",
        If "if" 3..=3: "the second where the first is not 0, else the third",
        Diff "diff" 1..=1: "`e - e[-1]`",
        Dlog "dlog" 1..=1: "`log(e) - log(e[-1])`",
        Growth "growth" 1..=1: "`e / e[-1] - 1`",
        Movavg "movavg" 2..=2: "mean over some periods, this one included",
        Movsum "movsum" 2..=2: "sum over some periods, this one included",
        Lag "lag" 2..=2: "some periods ago",
        Mod "mod" 2..=2: "the rest of a division, `a - b * floor(a / b)`",
        Tan "tan" 1..=1: "tangent, `sin(x) / cos(x)`",
        Normpdf "normpdf" 1..=1: "density of a standard normal, `exp(-x ^ 2 / 2) / sqrt(2 pi)`",
    ;
    counts:
        Poisson "poisson" 1: "a random count of a mean",
        NegativeBinomial "negative_binomial" 2: "a random count of a mean, with a dispersion",
        Binomial "binomial" 2: "a random count out of so many, each with a probability",
    ;
}
