//! Where the growth that an expression speaks of is defined.

use super::ast::{Expr, Node};
use super::expand::whole;
use super::{Function, SyntaxError};
use crate::period::Frequency;

impl Expr {
    /// What has to be positive for every `growth()` and `dlog()` in it to be defined, transforms written
    /// out: the level that growth is counted from, and of `dlog` the level itself too. What stands in a branch of
    /// `if` counts where it is taken.
    ///
    /// # Errors
    /// As [`Self::expand`].
    pub(crate) fn bases(&self, frequency: Frequency) -> Result<Vec<Self>, SyntaxError> {
        let Node::Call(function, arguments) = &self.node else {
            return all(&self.parts(), frequency);
        };
        let of = |k: usize| arguments[k].bases(frequency);
        Ok(match function {
            Function::Growth | Function::Dlog => {
                let level = arguments[0].expand(frequency)?;
                let mut found = over(&of(0)?, 0..2)?;
                found.push(level.shift(1)?);
                if matches!(function, Function::Dlog) {
                    found.push(level);
                }
                found
            }
            Function::Diff => over(&of(0)?, 0..2)?,
            Function::Lag => {
                let by = whole(&arguments[1], 0)?;
                over(&of(0)?, by..by + 1)?
            }
            Function::Movsum | Function::Movavg => over(&of(0)?, 0..whole(&arguments[1], 1)?)?,
            Function::If => {
                let condition = arguments[0].expand(frequency)?;
                let where_taken = |base: Self, holds: bool| {
                    let (other, condition) = (Self::number(1.0), condition.clone());
                    let branches = if holds { [base, other] } else { [other, base] };
                    let [yes, no] = branches;
                    let node = Node::Call(Function::If, vec![condition, yes, no]);
                    Self { node, span: self.span.clone() }
                };
                let mut found = of(0)?;
                found.extend(of(1)?.into_iter().map(|base| where_taken(base, true)));
                found.extend(of(2)?.into_iter().map(|base| where_taken(base, false)));
                found
            }
            Function::Of(_)
            | Function::Min
            | Function::Max
            | Function::Mod
            | Function::Tan
            | Function::Normpdf
            | Function::Poisson { .. }
            | Function::NegativeBinomial { .. }
            | Function::Binomial { .. } => all(&self.parts(), frequency)?,
        })
    }
}

fn all(parts: &[&Expr], frequency: Frequency) -> Result<Vec<Expr>, SyntaxError> {
    let mut found = Vec::new();
    for part in parts {
        found.extend(part.bases(frequency)?);
    }
    Ok(found)
}

/// The same in several periods, by how many ago they were.
fn over(bases: &[Expr], ago: std::ops::Range<u32>) -> Result<Vec<Expr>, SyntaxError> {
    let mut found = Vec::new();
    for by in ago {
        for base in bases {
            found.push(base.shift(by)?);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use crate::expr::parse_expression;
    use crate::period::Frequency;

    fn bases(text: &str) -> Vec<String> {
        let found = parse_expression(text)
            .expect("it reads")
            .bases(Frequency::Annual)
            .expect("they are known");
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn growth_stands_on_the_levels_it_is_counted_from() {
        assert_eq!(bases("100 * growth(x) + y"), ["x[-1]"]);
        assert_eq!(bases("dlog(x / y)"), ["x[-1] / y[-1]", "x / y"]);
        assert_eq!(bases("movavg(growth(x), 2)"), ["x[-1]", "x[-2]"]);
        assert_eq!(bases("lag(growth(x), 3)"), ["x[-4]"]);
        assert_eq!(bases("diff(growth(x))"), ["x[-1]", "x[-2]"]);
        assert_eq!(bases("growth(growth(x))"), ["x[-1]", "x[-2]", "x[-1] / x[-2] - 1"]);
        assert_eq!(bases("if(y > 0, growth(x), 0)"), ["if(y > 0, x[-1], 1)"]);
        assert!(bases("log(x) - log(x[-1])").is_empty());
    }
}
