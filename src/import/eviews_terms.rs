//! Terms of EViews in the words of this library.

use indexmap::{IndexMap, IndexSet};

use super::Data;
use super::assemble::Names;
use super::eviews_calendar::{Calendar, CalendarSeries, against, date, during, trend};
use super::foreign::{Argument, Dialect, Order, called, common, lagged, made, made_of};
use crate::expr::Expr;
use crate::period::Period;

/// The coefficients by name, with the values that statements give; a vector without any is there
/// by its own name.
#[derive(Debug, Default)]
pub(super) struct Coefficients {
    pub(super) values: IndexMap<String, Option<f64>>,
    /// Those that are given different values: the lines and the values.
    pub(super) several: IndexMap<String, Vec<(usize, f64)>>,
}

impl Coefficients {
    /// A vector of them is there.
    pub(super) fn declare(&mut self, vector: String) {
        self.values.entry(vector).or_insert(None);
    }

    /// A statement gives a coefficient its value.
    pub(super) fn give(&mut self, name: String, line: usize, value: f64) {
        self.several.entry(name.clone()).or_default().push((line, value));
        self.values.insert(name, Some(value));
    }

    /// What is wrong with a coefficient that has more than one value.
    fn contradiction(&self, name: &str) -> Option<String> {
        let given = self.several.get(name)?;
        let (line, value) = *given.first()?;
        let (other_line, other) = *given.iter().find(|(_, other)| *other != value)?;
        Some(format!(
            "the coefficient {name} is {value} by line {line} and {other} by line {other_line}, and \
             which of them an equation has depends on when it was estimated; give each equation \
             a vector of its own"
        ))
    }
}

/// What is needed to read the terms of an equation, and what was noticed.
#[derive(Debug)]
pub(super) struct Terms<'a> {
    pub(super) coefficients: &'a Coefficients,
    pub(super) data: &'a Data,
    /// Names that stand by themselves or with a lag somewhere: variables.
    pub(super) variables: &'a IndexSet<String>,
    pub(super) first: Period,
    pub(super) calendar: &'a mut Calendar,
    pub(super) names: &'a mut Names,
    /// Series that are sums of another from its first value on.
    pub(super) sums: &'a mut IndexSet<String>,
    /// The coefficients that were met.
    pub(super) used: Vec<String>,
    /// Things that stand otherwise in the model.
    pub(super) changed: Vec<String>,
}

/// Functions of one number or several that are an expression here; `n` are the periods in a year.
const MADE: [(&str, usize, &str); 21] = [
    ("@inv", 1, "1 / a"),
    ("@log10", 1, "log(a) / log(10)"),
    ("@log2", 1, "log(a) / log(2)"),
    ("@logx", 2, "log(a) / log(b)"),
    ("@logit", 1, "expit(a)"),
    ("@cloglog", 1, "log(-log(1 - a))"),
    ("@cnorm", 1, "normcdf(a)"),
    ("@dnorm", 1, "normpdf(a)"),
    ("@qnorm", 1, "norminv(a)"),
    ("@clogistic", 1, "expit(a)"),
    ("@dlogistic", 1, "expit(a) * (1 - expit(a))"),
    ("@qlogistic", 1, "logit(a)"),
    ("@ceiling", 1, "ceil(a)"),
    ("@ceil", 1, "ceil(a)"),
    ("@mod", 2, "sign(a) * mod(abs(a), abs(b))"),
    ("@between", 3, "a >= b and a <= c"),
    ("@pch", 1, "growth(a)"),
    ("@pc", 1, "100 * growth(a)"),
    ("@pow", 2, "a ^ b"),
    ("@recode", 3, "if(a, b, c)"),
    ("@iif", 3, "if(a, b, c)"),
];

/// Functions that are called otherwise here.
const CALLED: [(&str, &str); 12] = [
    ("@abs", "abs"),
    ("@exp", "exp"),
    ("@floor", "floor"),
    ("@log", "log"),
    ("@round", "round"),
    ("@sign", "sign"),
    ("@sin", "sin"),
    ("@cos", "cos"),
    ("@tan", "tan"),
    ("@tanh", "tanh"),
    ("@sqr", "sqrt"),
    ("@sqrt", "sqrt"),
];

impl Dialect for Terms<'_> {
    const ORDER: Order = Order::SignsFirst;
    const IN_NAMES: &'static [char] = &['@'];

    fn told(&mut self, message: String) {
        self.changed.push(message);
    }

    /// A name that no bracket follows.
    fn word(&mut self, name: &str) -> Result<Expr, String> {
        Ok(match name {
            "@trend" => trend(self.first),
            "@pi" => Expr::number(std::f64::consts::PI),
            "@year" => self.of_calendar("calendar_year", CalendarSeries::Year),
            "@quarter" if self.first.frequency().per_year() != 4 => {
                return Err("@quarter needs quarterly periods".to_owned());
            }
            "@month" if self.first.frequency().per_year() != 12 => {
                return Err("@month needs monthly periods".to_owned());
            }
            "@quarter" | "@month" => {
                let name = format!("calendar_{}", &name[1..]);
                self.of_calendar(&name, CalendarSeries::Part)
            }
            "na" => return Err("na is no number".to_owned()),
            _ if name.starts_with('@') => return Err(format!("{name} has no counterpart here")),
            _ => self.variable(name, 0),
        })
    }

    /// A name with a bracket: a function, a lag or a coefficient.
    fn call(&mut self, name: &str, arguments: Vec<Argument<'_>>) -> Result<Expr, String> {
        let count = arguments.len();
        if let Some(found) = self.periods(name, &arguments) {
            return found;
        }
        if let Some((_, wanted, template)) = MADE.iter().find(|(known, ..)| *known == name) {
            if count != *wanted {
                return Err(format!("{name}() does not take {count} arguments here"));
            }
            return made_of(template, &arguments);
        }
        if let Some((_, ours)) = CALLED.iter().find(|(known, _)| *known == name) {
            return match <[Argument<'_>; 1]>::try_from(arguments) {
                Ok([argument]) => called(ours, vec![argument.expr?]),
                Err(_) => Err(format!("{name}() does not take {count} arguments here")),
            };
        }
        let least = ["@rmax", "@rmin", "@max", "@min", "@pmax", "@pmin"];
        if least.contains(&name) {
            if count < 2 {
                return Err(format!("{name}() of a whole sample has no counterpart here"));
            }
            let ours = if name.ends_with("max") { "max" } else { "min" };
            return common(ours, &arguments).unwrap_or_else(|| Err(String::new()));
        }
        let plain = if name == "sqr" { "sqrt" } else { name };
        if let Some(found) = common(plain, &arguments).filter(|_| name != "sign" && name != "floor")
        {
            return found;
        }
        match (name, arguments.as_slice()) {
            _ if name.starts_with('@') => Err(format!("{name}() has no counterpart here")),
            (_, [argument]) => self.indexed(name, argument),
            _ => Err(format!("{name}() does not take {count} arguments here")),
        }
    }
}

impl Terms<'_> {
    /// Is it the name of a parameter?
    pub(super) fn is_coefficient(&self, name: &str) -> bool {
        self.coefficients.values.get(name).is_some_and(Option::is_some)
    }

    /// A variable, renamed where its name is a word of the language.
    fn variable(&mut self, name: &str, lag: u32) -> Expr {
        let ours = self.names.here(name);
        self.changed.append(&mut self.names.changed);
        Expr::name(&ours, lag)
    }

    fn of_calendar(&mut self, name: &str, series: CalendarSeries) -> Expr {
        self.calendar.series.insert(name.to_owned(), series);
        Expr::name(name, 0)
    }

    /// Functions that look at other periods, or at the calendar.
    fn periods(&mut self, name: &str, arguments: &[Argument<'_>]) -> Option<Result<Expr, String>> {
        let per_year = self.first.frequency().per_year() as u32;
        let first = arguments.first()?;
        let count = arguments.len();
        Some(match (name, count) {
            ("d" | "dlog", 1..=3) => difference(name, arguments),
            ("@pchy", 1) => first.expr.clone().map(|x| over(x, per_year, "a / b - 1")),
            ("@pcy", 1) => first.expr.clone().map(|x| over(x, per_year, "100 * (a / b - 1)")),
            ("@pcha" | "@pca", 1) => first.expr.clone().map(|x| {
                let before = lagged(x.clone(), 1);
                let power = Expr::number(f64::from(per_year));
                let percent =
                    if name == "@pca" { "100 * ((a / b) ^ c - 1)" } else { "(a / b) ^ c - 1" };
                made(percent, [&x, &before, &power])
            }),
            ("@movav" | "@mav" | "@movsum" | "@msum", 2) => {
                let ours = if name.ends_with("av") { "movavg" } else { "movsum" };
                window(name, ours, arguments)
            }
            ("@movavc" | "@movsumc" | "@mavc" | "@msumc", 2) => match arguments[1].whole() {
                Some(1) => first.expr.clone(),
                _ => Err(format!(
                    "{name}() is centred on its period, so half of it are leads; leads are not \
                     solved for"
                )),
            },
            ("@lag", 2) => match arguments[1].whole() {
                Some(by) => first.expr.clone().map(|x| lagged(x, by)),
                None => Err(not_whole(name, &arguments[1])),
            },
            ("@round" | "@floor" | "@ceiling" | "@ceil", 2) => match arguments[1].whole() {
                Some(digits) if digits <= 15 => first.expr.clone().map(|x| {
                    let scale = Expr::number((0..digits).fold(1.0, |power, _| power * 10.0));
                    let ours = if name.starts_with("@ceil") { "ceil" } else { &name[1..] };
                    made(&format!("{ours}(a * b) / b"), [&x, &scale])
                }),
                _ => Err(not_whole(name, &arguments[1])),
            },
            ("@nan", 2) => first.expr.clone().inspect(|x| {
                self.changed.push(format!(
                    "no value is missing where equations are computed, so @nan({x}, {}) is {x}",
                    arguments[1].text
                ));
            }),
            ("@cumsum", 1) => self.sum(first),
            ("@trend", 1) => date(first.plain()).map(trend),
            ("@isperiod", 1) => date(first.plain()).map(|at| against("a == b", at)),
            ("@before", 1) => date(first.plain()).map(|at| against("a < b", at)),
            ("@after", 1) => date(first.plain()).map(|at| against("a >= b", at)),
            ("@during", 1) => during(first.plain()),
            ("@seas" | "@quarter" | "@month", 1) => match first.whole() {
                Some(part) => {
                    let part = part as i32;
                    Ok(self.of_calendar(&format!("calendar_is_{part}"), CalendarSeries::Is(part)))
                }
                None => Err(not_whole(name, first)),
            },
            ("@elem", 2) => self.element(arguments),
            _ => return None,
        })
    }

    /// A sum of a series from its first value on: a series of its own.
    fn sum(&mut self, argument: &Argument<'_>) -> Result<Expr, String> {
        let expr = argument.expr.clone()?;
        let Some(name) = expr.plain_name() else {
            return Err(
                "@cumsum() of an expression; give the expression a variable of its own, and \
                        take the sum of that"
                    .to_owned(),
            );
        };
        self.sums.insert(name.to_owned());
        self.changed.push(format!(
            "@cumsum({name}) is the indicator cumsum_{name}, which adds {name} to its value of the \
             period before"
        ));
        Ok(Expr::name(&format!("cumsum_{name}"), 0))
    }

    /// A value of a series in one period: a number from the data.
    fn element(&mut self, arguments: &[Argument<'_>]) -> Result<Expr, String> {
        let (name, at) = (arguments[0].plain(), date(arguments[1].plain())?);
        match self.data.value(name, at) {
            Some(value) => {
                self.changed
                    .push(format!("@elem({name}, {at}) is the number of the data, {value}"));
                Ok(Expr::literal(value))
            }
            None => Err(format!("the data have no value of {name} in {at}")),
        }
    }

    /// `x(-1)`, or `c(1)`.
    fn indexed(&mut self, name: &str, argument: &Argument<'_>) -> Result<Expr, String> {
        let index = argument.text.trim();
        if index.split_whitespace().any(|word| word == "to") {
            return Err(format!(
                "{name}({index}) is a list of lags, as only a list of regressors has; write each lag \
                 with its coefficient"
            ));
        }
        let whole = argument.number().filter(|n| n.fract() == 0.0 && n.abs() <= 1e6);
        let Some(index) = whole.map(|n| n as i64) else {
            return Err(format!("{name}() is no function known here, nor \"{index}\" a lag"));
        };
        if matches!(name, "ar" | "ma" | "sar" | "sma") && index > 0 {
            return Err(format!(
                "{name}({index}) is an error process of an estimation, and its coefficient is not \
                 given; write [ar(1)=0.5], or the lagged terms with their coefficients"
            ));
        }
        if index <= 0 {
            let lag = u32::try_from(-index).unwrap_or(u32::MAX);
            if lag > crate::expr::LONGEST_LAG {
                return Err(format!("{name}({index}) is a longer lag than can be read"));
            }
            return Ok(self.variable(name, lag));
        }
        let coefficient = format!("{name}_{index}");
        if self.is_coefficient(&coefficient) {
            if let Some(contradiction) = self.coefficients.contradiction(&coefficient) {
                return Err(contradiction);
            }
            self.used.push(coefficient.clone());
            return Ok(Expr::name(&coefficient, 0));
        }
        let vector = self.coefficients.values.contains_key(name);
        if name == "c" || vector || !self.variables.contains(name) {
            return Err(format!(
                "the coefficient {name}({index}) has no value; give it, \
                                as in {name}({index}) = 0.5"
            ));
        }
        Err(format!("{name}({index}) is a lead; leads are not solved for"))
    }
}

fn not_whole(name: &str, argument: &Argument<'_>) -> String {
    format!("{name}() takes whole numbers, found \"{}\"", argument.text.trim())
}

/// A value against that of some periods ago.
fn over(x: Expr, periods: u32, template: &str) -> Expr {
    let before = lagged(x.clone(), periods);
    made(template, [&x, &before])
}

fn window(name: &str, ours: &str, arguments: &[Argument<'_>]) -> Result<Expr, String> {
    let Some(n) = arguments[1].whole().filter(|n| *n >= 1) else {
        return Err(not_whole(name, &arguments[1]));
    };
    called(ours, vec![arguments[0].expr.clone()?, Expr::number(f64::from(n))])
}

/// `d(x, n, s)`: the n-th difference, and once over s periods; of logarithms for `dlog`.
fn difference(name: &str, arguments: &[Argument<'_>]) -> Result<Expr, String> {
    let whole = |k: usize, otherwise: u32| match arguments.get(k) {
        None => Ok(otherwise),
        Some(argument) => {
            argument.whole().filter(|n| *n <= 100).ok_or_else(|| not_whole(name, argument))
        }
    };
    let (order, over) = (whole(1, 1)?, whole(2, 0)?);
    let mut x = arguments[0].expr.clone()?;
    if name == "dlog" {
        if order == 1 && over == 0 {
            return called("dlog", vec![x]);
        }
        x = called("log", vec![x])?;
    }
    for _ in 0..order {
        x = called("diff", vec![x])?;
    }
    if over > 0 {
        let before = lagged(x.clone(), over);
        x = made("a - b", [&x, &before]);
    }
    Ok(x)
}
