//! The columns of a table as series on one axis of periods.

use unicode_normalization::UnicodeNormalization;

use super::kind::Kind;
use crate::expr::is_reserved;
use crate::fit::Sentence;
use crate::period::{Period, Span};

/// A column of figures.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    /// The name of its indicator.
    pub(super) name: String,
    /// What a reader sees, where that is more than the name.
    pub(super) label: Option<String>,
    pub(super) unit: Option<String>,
    pub(super) kind: Kind,
    /// Why it is of that kind.
    pub(super) why: Sentence,
    /// The limits of a share whose figures stand here as logits.
    pub(super) logits: Option<(f64, f64)>,
    /// A figure for each period of the axis; NaN where none is known.
    pub(super) figures: Vec<f64>,
}

impl Column {
    /// The figures that are known, in order.
    pub(super) fn known(&self) -> Vec<f64> {
        known(&self.figures)
    }

    /// The last place with a figure.
    pub(super) fn last(&self) -> Option<usize> {
        self.figures.iter().rposition(|figure| figure.is_finite())
    }

    /// The kind that a reader knows it as.
    pub(super) fn process(&self) -> Kind {
        if self.logits.is_some() { Kind::Share } else { self.kind }
    }

    /// The limits that it stays between.
    pub(super) fn limits(&self) -> (f64, f64) {
        let percent = self.figures.iter().any(|figure| *figure > 1.0);
        let said =
            self.unit.as_deref().is_some_and(|unit| unit.contains('%') || unit.contains("percent"));
        (0.0, if percent || said { 100.0 } else { 1.0 })
    }
}

/// The figures that are known.
pub(super) fn known(figures: &[f64]) -> Vec<f64> {
    figures.iter().copied().filter(|figure| figure.is_finite()).collect()
}

/// The name of an indicator, its label and its unit, as a column is headed: `GDP (CNY 100 million)`,
/// `R&D share, %`, `地区生产总值[亿元]`.
pub(super) fn heading(written: &str) -> (String, Option<String>, Option<String>) {
    let written: String = written.trim().nfc().collect();
    let (words, unit) = apart(&written);
    let mut name = String::new();
    for c in words.chars() {
        if c.is_alphanumeric() || c == '_' {
            name.extend(c.to_lowercase());
        } else if !name.ends_with('_') && !name.is_empty() && c != '&' && c != '\'' {
            name.push('_');
        }
    }
    let name = name.trim_end_matches('_').to_owned();
    let begins = name.chars().next().is_some_and(char::is_alphabetic);
    let name = if begins && !is_reserved(&name) { name } else { format!("x_{name}") };
    let label = (name != written).then(|| words.trim().to_owned());
    (name, label, unit)
}

/// The unit that stands behind a name: in brackets, or after a comma where it is a sign.
fn apart(written: &str) -> (&str, Option<String>) {
    for (open, close) in [('(', ')'), ('[', ']'), ('（', '）'), ('【', '】')] {
        if let Some(inner) = written.strip_suffix(close)
            && let Some(at) = inner.rfind(open)
            && at > 0
        {
            let unit = inner[at + open.len_utf8()..].trim();
            return (inner[..at].trim(), (!unit.is_empty()).then(|| unit.to_owned()));
        }
    }
    if let Some((words, unit)) = written.rsplit_once(',')
        && !words.trim().is_empty()
        && matches!(unit.trim(), "%" | "percent" | "per cent")
    {
        return (words.trim(), Some(unit.trim().to_owned()));
    }
    (written, None)
}

/// The figures of a series on an axis.
pub(super) fn on_axis<'a>(
    axis: Span,
    found: impl IntoIterator<Item = (&'a Period, &'a f64)>,
) -> Vec<f64> {
    let mut figures = vec![f64::NAN; axis.len()];
    for (period, value) in found {
        if let Some(place) = axis.index(*period).and_then(|place| figures.get_mut(place)) {
            *place = *value;
        }
    }
    figures
}

#[cfg(test)]
mod tests {
    use super::heading;

    #[test]
    fn a_heading_has_a_name_a_label_and_a_unit() {
        let of = |text| heading(text);
        assert_eq!(of("gdp"), ("gdp".into(), None, None));
        let label = |text: &str| Some(text.to_owned());
        assert_eq!(of("R&D share (%)"), ("rd_share".into(), label("R&D share"), label("%")));
        assert_eq!(
            of("unemployment rate, %"),
            ("unemployment_rate".into(), label("unemployment rate"), label("%"))
        );
        assert_eq!(
            of("地区生产总值（亿元）"),
            ("地区生产总值".into(), label("地区生产总值"), label("亿元"))
        );
        assert_eq!(of("2020 prices").0, "x_2020_prices");
        assert_eq!(of("log").0, "x_log");
    }
}
