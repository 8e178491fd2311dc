//! Terms of Dynare in the words of this library.

use indexmap::{IndexMap, IndexSet};

use super::assemble::Names;
use super::foreign::{self, Argument, Dialect, Order, common, made_of};
use super::frml::lag;
use super::values::value;
use crate::expr::Expr;
use crate::period::Period;

/// What is needed to read the terms of an equation.
#[derive(Debug)]
pub(super) struct Terms<'a> {
    pub(super) names: &'a mut Names,
    pub(super) endogenous: &'a IndexSet<String>,
    pub(super) exogenous: &'a IndexSet<String>,
    pub(super) predetermined: &'a IndexSet<String>,
    pub(super) declared_parameters: &'a IndexSet<String>,
    pub(super) parameters: &'a IndexMap<String, f64>,
    /// What stands after `#` in the model.
    pub(super) locals: &'a IndexMap<String, Result<Expr, String>>,
}

impl Terms<'_> {
    fn dated(&mut self, name: &str, index: Option<&Argument<'_>>) -> Result<Expr, String> {
        if let Some(local) = self.locals.get(name) {
            let local = local.clone()?;
            return match index.and_then(Argument::number) {
                None | Some(0.0) => Ok(local),
                Some(at) if at < 0.0 && at.fract() == 0.0 && at >= -1000.0 => {
                    Ok(foreign::lagged(local, -at as u32))
                }
                Some(_) => Err(format!("{name} is taken at a lead; leads are not solved for")),
            };
        }
        if self.declared_parameters.contains(name) {
            if index.is_some() {
                return Err(format!("{name} is a parameter, which has no lag"));
            }
            if !self.parameters.contains_key(name) {
                return Err(format!("the parameter {name} has no value"));
            }
            return Ok(Expr::name(&self.names.here(name), 0));
        }
        if !self.endogenous.contains(name) && !self.exogenous.contains(name) {
            return Err(match index {
                Some(_) => format!("{name}() has no counterpart here"),
                None => format!("{name} is not declared"),
            });
        }
        let ours = self.names.here(name);
        let found = match index {
            None => Expr::name(&ours, 0),
            Some(index) => match index.number() {
                // A stock is dated by the period at whose end it was decided.
                Some(1.0) if self.predetermined.contains(name) => {
                    return Ok(Expr::name(&ours, 0));
                }
                _ => lag(&ours, index).unwrap_or_else(|| {
                    Err(format!("{name}({}) has no whole number of periods", index.text))
                })?,
            },
        };
        Ok(if self.predetermined.contains(name) { foreign::lagged(found, 1) } else { found })
    }
}

impl Dialect for Terms<'_> {
    const ORDER: Order = Order::NoRows;
    const IN_NAMES: &'static [char] = &[];

    fn word(&mut self, name: &str) -> Result<Expr, String> {
        self.dated(name, None)
    }

    fn call(&mut self, name: &str, arguments: Vec<Argument<'_>>) -> Result<Expr, String> {
        if let Some(found) = function(name, &arguments) {
            return found;
        }
        match arguments.as_slice() {
            [index] => self.dated(name, Some(index)),
            _ => Err(format!("{name}() has no counterpart here")),
        }
    }
}

/// The functions of Dynare; none where it is another name.
fn function(name: &str, arguments: &[Argument<'_>]) -> Option<Result<Expr, String>> {
    if let Some(found) = common(name, arguments) {
        return Some(found);
    }
    let template = match (name, arguments.len()) {
        ("log10", 1) => "log(a) / log(10)",
        ("log2", 1) => "log(a) / log(2)",
        ("cbrt", 1) => "sign(a) * abs(a) ^ (1 / 3)",
        ("ceil" | "ceiling", 1) => "ceil(a)",
        ("round", 1) => "round(a)",
        ("normcdf", 1) => "normcdf(a)",
        ("normpdf", 1) => "normpdf(a)",
        ("normcdf", 3) => "normcdf((a - b) / c)",
        ("normpdf", 3) => "normpdf((a - b) / c) / c",
        ("sinh", 1) => "(exp(a) - exp(-a)) / 2",
        ("cosh", 1) => "(exp(a) + exp(-a)) / 2",
        ("STEADY_STATE" | "steady_state" | "EXPECTATION" | "expectation", _) => {
            return Some(Err(format!("{name}() looks at what is not solved for here")));
        }
        _ => return None,
    };
    Some(made_of(template, arguments))
}

/// Expressions of numbers that are known.
struct Constants<'a>(&'a IndexMap<String, f64>);

impl Dialect for Constants<'_> {
    const ORDER: Order = Order::NoRows;
    const IN_NAMES: &'static [char] = &[];

    fn word(&mut self, name: &str) -> Result<Expr, String> {
        let known = self.0.get(name).copied().or((name == "pi").then_some(std::f64::consts::PI));
        known.map(Expr::literal).ok_or_else(|| format!("{name} has no value"))
    }

    fn call(&mut self, name: &str, arguments: Vec<Argument<'_>>) -> Result<Expr, String> {
        function(name, &arguments).unwrap_or_else(|| Err(format!("{name}() has no value")))
    }
}

/// The number that a text is.
pub(super) fn constant(text: &str, known: &IndexMap<String, f64>) -> Result<f64, String> {
    let expr = foreign::expression(text, &mut Constants(known))?;
    let expr = expr.expand(crate::period::Frequency::Annual).map_err(|error| error.message)?;
    let found = value(&expr, Period::year(1), &|_, _| None).filter(|value| value.is_finite());
    found.ok_or_else(|| format!("\"{}\" is no number", text.trim()))
}
