//! The periods that data allow a model to be run over.

use crate::model::Model;
use crate::period::{Period, Span};

/// The periods that the histories of a model allow: from the first in which everything that equations look
/// back to is known, to the last in which every exogenous indicator is. None where there are no
/// such periods.
///
/// ```
/// use tinbergen::import::{Data, read_text, span_of_data};
/// let data = Data::from_csv(b"year,g,y\n2019,1,5\n2020,2,6\n2021,3,\n", "d.csv")?;
/// let text = b"periods 2000..2000\ny = 0.5 * y[-1] + g";
/// let model = read_text(text, &data, None, "m.txt")?;
/// assert_eq!(span_of_data(&model), Some("2020..2021".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn span_of_data(model: &Model) -> Option<Span> {
    let mut known = model.indicators.values().flat_map(|indicator| indicator.history.keys());
    let frequency = known.next()?.frequency();
    let ends = |name: &str| {
        let history = model.indicators.get(name)?.history.keys().copied();
        Span::around(history.filter(|period| period.frequency() == frequency))
    };
    let solved = |name: &str| {
        model.indicators.get(name).is_some_and(|indicator| indicator.equation.is_some())
    };
    let (mut first, mut last): (Option<Period>, Option<Period>) = (None, None);
    for indicator in model.indicators.values() {
        let Some(Ok(equation)) = indicator.equation.as_ref().map(|text| text.tree_or_messages())
        else {
            continue;
        };
        let Ok(expanded) = equation.expand(frequency) else { continue };
        for side in expanded.sides() {
            side.visit_names(&mut |name, lag| {
                let Some(known) = ends(name) else { return };
                if lag > 0 || !solved(name) {
                    let begin = known.first() + lag as i32;
                    if first.is_none_or(|first| first < begin) {
                        first = Some(begin);
                    }
                }
                let end = known.last() + lag as i32;
                if !solved(name) && last.is_none_or(|last| last > end) {
                    last = Some(end);
                }
            });
        }
    }
    let known = model.indicators.keys().filter_map(|name| ends(name));
    let all = Span::around(known.flat_map(|known| [known.first(), known.last()]))?;
    Span::new(first.unwrap_or(all.first()), last.unwrap_or(all.last())).ok()
}
