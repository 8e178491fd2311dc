//! What a report says: phrases with gaps, so that each language has its own words for them.

use std::fmt;

/// Phrases by their names: in English, with the gaps in braces.
macro_rules! phrases {
    ($($name:ident $key:literal $text:literal)*) => {
        /// A phrase of a report.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Phrase {
            $(#[doc = concat!("`", $key, "`: ", $text)] $name,)*
        }

        impl Phrase {
            /// All phrases.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its name, the same in all languages.
            pub fn key(self) -> &'static str {
                match self {
                    $(Self::$name => $key,)*
                }
            }

            /// Its words in English, with the gaps in braces.
            pub fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

phrases! {
    Series "series" "{name}: {figures}{ends}; process {kind}, because {why}{pooled}."
    NoFigure "no figure" "no figure"
    OneFigure "one figure" "1 figure"
    Figures "figures" "{n} figures"
    NoEnds "no ends" ""
    In "in" " of {period}"
    FromTo "from to" " from {first} to {last}"
    OfPeers "of peers" "; with so few figures its parameters are those of its {n} peers"
    Pooled "pooled" "; pooled with {n} other series"
    PooledOwn "pooled own" "; pooled with {n} other series, {own} of its mean is its own"
    Alone "alone" "; fitted alone, with the priors that the table states"
    KindGrowth "kind growth" "growth"
    KindChange "kind change" "change"
    KindLevel "kind level" "level"
    KindShare "kind share" "share"
    KindCount "kind count" "count"
    SaidSo "said so" "it was said so"
    InPlan "in plan" "its process in the plan is one"
    BeforeIs100 "before is 100" "an index with the period before at 100 returns to a level"
    RateOfGrowth "rate of growth" "\"{word}\": a rate of growth returns to a level"
    Price "price" "\"{word}\": a price grows by shares of itself"
    Interest "interest" "\"{word}\": a rate of interest returns to a level"
    ShareWord "share word" "it has \"{word}\" in its name or unit, and its figures are between 0 and 100"
    CountWord "count word" "it has \"{word}\" in its name or unit, and its figures are whole and never fall"
    Positive "positive" "its figures are above 0: it grows by shares of itself"
    Fades "fades" "it is not always above 0, and what moves it fades (autocorrelation {number})"
    Stays "stays" "it is not always above 0, and what moves it stays (autocorrelation {number})"
    AddUp "add up" "{a} and {b} are shares that add up to {whole}"
    Wanders "wanders" "{name}: in {part} of the draws it wanders without a mean to return to (persistence 1); the mean of the table is that of the others."
    OneLight "one light" "{name}: {periods} was unusual and counts less than other periods."
    SeveralLight "several light" "{name}: {periods} were unusual and count less than other periods."
    Light "light" "{period} (weight {weight})"
    Count "count" "{name}: process count, because {why}; arrivals per period are gamma with shape {shape} and scale {scale}."
    IdentityFound "identity found" "{name}: {equation} (found in the figures); it holds in every path."
    IdentityGiven "identity given" "{name}: {equation} (given); it holds in every path."
    OneEvent "one event" "{periods} is left out as a declared event: give the model an event risk for what such periods bring."
    SeveralEvents "several events" "{periods} are left out as declared events: give the model an event risk for what such periods bring."
    Beside "beside" "{parameter} ({what} of {name}): {before} by hand, {after} fitted{own}."
    LetGo "let go" "The plan's dependence of {names} is left out: what is drawn in rows has that of the rows."
    Range "range" "{middle} ({low} to {high})"
    Own "own" ", {part} its own"
    NotOwn "not own" ""
    Mean "mean" "mean"
    Persistence "persistence" "persistence"
    Sd "sd" "sd"
    Coefficient "coefficient" "coefficient"
    Regressed "regressed" "{name}: {coefficients} of its equation fitted to {n} periods; their distributions in the plan are the priors, and of plain numbers nothing is believed before."
    Kept "kept" "{name} stays as it is written: {why}."
    InSeveral "in several" "it stands in several equations"
    NotStraight "not straight" "its equation is no straight line in what is fitted"
    InDraws "in draws" "it is one of joint draws already; fit the plan as it was before, or give it a normal or uniform distribution"
    NotNormal "not normal" "its distribution is neither normal nor uniform, within limits or without"
    Tied "tied" "the plan ties it to another coefficient of its equation"
    OtherShocks "other shocks" "its equation has further random terms"
    OtherUncertain "other uncertain" "its equation has another uncertain parameter that is not fitted with it"
    NoPeriod "no period" "in no period all figures of its equation are known"
    Explains "explains" "{names}: with one standard deviation more of {covariate} the mean is {middle} higher ({low} to {high}), in the space of the process."
    PeersOutside "peers outside" "{name}: figures of peers that a {kind} cannot have are left out: {places}."
    PeersMore "peers more" "{places} and {n} more"
    Straight "straight" "{name} moves along straight lines, as a measured series would less than once in a hundred cases: it looks interpolated or modelled, and its fan is narrower than what may happen; use the figures that were measured."
    Smooth "smooth" "{name} moves more smoothly than a measured series would in all but one of a hundred cases: it looks interpolated or modelled, and its fan is narrower than what may happen; use the figures that were measured."
    Priors "priors" "Priors: {all}."
    PriorMean "prior mean" "mean: the panel's around {centre}, nearly flat; that of a series around the panel's, with a spread that is learnt (median {spread} usual changes)"
    MeanOfFigures "mean of figures" "the mean of the figures"
    PriorPersistence "prior persistence" "persistence: the panel's normal, mean {mean}, sd {sd}; that of a series around it, between -0.90 and 0.985, spread about {spread}; a unit root as often as the panel has them"
    PriorMomentum "prior momentum" "momentum: the panel's normal, mean {mean}, sd {sd}; that of a series around it, between -0.5 and 0.9, spread about {spread}"
    PriorSd "prior sd" "sd: inverse gamma over the panel; its centre about one usual change, its degrees of freedom from 2 to 120, both learnt"
    PriorLoading "prior loading" "loading: the panel's half-normal, sd {sd} of the own errors' sd; that of a series around it, spread about {spread}"
    PriorDf "prior df" "df: from 3 to 60, every factor of it equally likely"
    Said "said" "{text}"
}

/// What stands in a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Gap {
    /// A name, as it is in all languages.
    Text(String),
    /// A number, as it is written in English.
    Number(String),
    /// A number in percent.
    Percent(String),
    /// Another phrase.
    Phrase(Sentence),
    /// A list of phrases.
    List(Vec<Sentence>),
    /// A list of phrases that have commas themselves.
    LongList(Vec<Sentence>),
}

/// A phrase with what stands in its gaps; [`Display`](fmt::Display) has it in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    phrase: Phrase,
    gaps: Vec<(&'static str, Gap)>,
}

impl Sentence {
    /// Which phrase it is.
    pub fn phrase(&self) -> Phrase {
        self.phrase
    }

    /// What stands in its gaps, by their names.
    pub fn gaps(&self) -> &[(&'static str, Gap)] {
        &self.gaps
    }

    /// A sentence that is only known in English.
    pub(super) fn said(text: impl Into<String>) -> Self {
        Self::from(Phrase::Said).text("text", text)
    }

    pub(super) fn text(self, name: &'static str, text: impl Into<String>) -> Self {
        self.with(name, Gap::Text(text.into()))
    }

    pub(super) fn number(self, name: &'static str, number: impl ToString) -> Self {
        self.with(name, Gap::Number(number.to_string()))
    }

    /// A share in whole percent.
    pub(super) fn percent(self, name: &'static str, share: f64) -> Self {
        self.with(name, Gap::Percent(format!("{:.0}", 100.0 * share)))
    }

    pub(super) fn phrase_in(self, name: &'static str, phrase: impl Into<Self>) -> Self {
        self.with(name, Gap::Phrase(phrase.into()))
    }

    pub(super) fn with(mut self, name: &'static str, gap: Gap) -> Self {
        self.gaps.push((name, gap));
        self
    }
}

impl From<Phrase> for Sentence {
    fn from(phrase: Phrase) -> Self {
        Self { phrase, gaps: Vec::new() }
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.phrase.text();
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else { break };
            f.write_str(before)?;
            if let Some((_, gap)) = self.gaps.iter().find(|(known, _)| *known == name) {
                gap.fmt(f)?;
            }
            rest = after;
        }
        f.write_str(rest)
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |all: &[Sentence], between: &str| {
            all.iter().map(Sentence::to_string).collect::<Vec<_>>().join(between)
        };
        match self {
            Self::Text(text) | Self::Number(text) => f.write_str(text),
            Self::Percent(number) => write!(f, "{number} %"),
            Self::Phrase(sentence) => sentence.fmt(f),
            Self::List(all) => f.write_str(&joined(all, ", ")),
            Self::LongList(all) => f.write_str(&joined(all, "; ")),
        }
    }
}
