//! Terms of bimets in the words of this library.

use super::assemble::Names;
use super::foreign::{Argument, Dialect, Order, called, common, lagged, made};
use crate::expr::Expr;

/// What is needed to read the terms of an equation.
#[derive(Debug)]
pub(super) struct Terms<'a> {
    pub(super) names: &'a mut Names,
}

impl Dialect for Terms<'_> {
    const ORDER: Order = Order::Mathematics;
    const IN_NAMES: &'static [char] = &['.'];

    fn word(&mut self, name: &str) -> Result<Expr, String> {
        Ok(Expr::name(&self.names.here(name), 0))
    }

    fn call(&mut self, name: &str, arguments: Vec<Argument<'_>>) -> Result<Expr, String> {
        let upper = name.to_ascii_uppercase();
        if let Some(found) = common(&name.to_ascii_lowercase(), &arguments) {
            return found;
        }
        let [x, rest @ ..] = arguments.as_slice() else {
            return Err(format!("{name}() needs a series"));
        };
        let x = x.expr.clone()?;
        let number = |k: usize, otherwise: u32| match rest.get(k) {
            None => Ok(otherwise),
            Some(argument) => argument.whole().ok_or_else(|| {
                format!("{name}() takes whole numbers, found \"{}\"", argument.text)
            }),
        };
        let by = number(0, 1)?;
        if rest.len() > 2
            || rest.len() > 1 && upper != "TSDELTA" && upper != "DELTA" && upper != "DEL"
        {
            return Err(format!("{name}() does not take {} arguments here", arguments.len()));
        }
        let before = || lagged(x.clone(), by);
        match upper.as_str() {
            "TSLAG" | "LAG" => Ok(before()),
            "TSLEAD" | "LEAD" if by == 0 => Ok(x),
            "TSLEAD" | "LEAD" => {
                Err(format!("{name}({x}, {by}) is a lead; leads are not solved for"))
            }
            // A difference over some periods, and that of it again.
            "TSDELTA" | "DELTA" | "DEL" => {
                let order = number(1, 1)?;
                if order > 10 {
                    return Err(format!("{name}() of more than the tenth order"));
                }
                let mut difference = x;
                for _ in 0..order {
                    let before = lagged(difference.clone(), by);
                    difference = made("a - b", [&difference, &before]);
                }
                Ok(difference)
            }
            "TSDELTAP" | "DELTAP" | "DELP" => Ok(made("100 * (a / b - 1)", [&x, &before()])),
            "TSDELTALOG" | "DELTALOG" => Ok(made("log(a) - log(b)", [&x, &before()])),
            "MOVAVG" | "MAVE" => window("movavg", x, number(0, 0)?),
            "MOVTOT" | "MTOT" => window("movsum", x, number(0, 0)?),
            _ => Err(format!("{name}() has no counterpart here")),
        }
    }
}

fn window(ours: &str, x: Expr, periods: u32) -> Result<Expr, String> {
    if periods == 0 {
        return Err(format!("{ours}() needs a number of periods"));
    }
    called(ours, vec![x, Expr::number(f64::from(periods))])
}
