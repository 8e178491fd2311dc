//! How large a model may be: what has to be laid out before anything is computed.

use crate::error::Problem;
use crate::model::Model;

/// So many numbers at most are laid out, one for each indicator, period and scenario.
const MOST: u128 = 10_000_000;

/// A model that would take too long to be laid out.
pub(super) fn too_large(model: &Model) -> Option<Problem> {
    let [indicators, periods] = [model.indicators.len(), model.periods.len()];
    let scenarios = model.scenarios.len() + 1;
    let numbers = indicators as u128 * periods as u128 * scenarios as u128;
    (numbers > MOST).then(|| {
        let message = format!(
            "{indicators} indicators over {periods} periods in {scenarios} scenarios, the baseline among \
             them, are {} million numbers; at most {}: shorten the span, or run the scenarios in several models",
            millions(numbers),
            millions(MOST)
        );
        Problem::new("periods", message)
    })
}

fn millions(numbers: u128) -> f64 {
    (numbers as f64 / 1e5).round() / 10.0
}

#[cfg(test)]
mod tests {
    use crate::model::Model;

    #[test]
    fn what_cannot_be_laid_out_is_refused_by_its_size() {
        let model = |last: u32, indicators: u32| {
            let head = format!("schema = 1\nname = \"m\"\nperiods = \"2001..{last}\"\n");
            let one = |k| format!("[indicators.x{k}]\nequation = \"x{k} = {k}\"\n");
            let text = head + &(0..indicators).map(one).collect::<String>();
            Model::from_toml(&text).expect("a model").compile().map(|_| ())
        };
        assert_eq!(model(3000, 10), Ok(()));
        let error = model(9000, 1500).expect_err("too large").to_string();
        let said = "line 3: periods: 1500 indicators over 7000 periods in 1 scenarios, the baseline among \
                    them, are 10.5 million numbers; at most 10: shorten the span, or run the \
                    scenarios in several models";
        assert_eq!(error, said);
    }
}
