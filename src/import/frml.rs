//! Equations in the language of modelflow: `FRML <flags> LEFT = RIGHT $`.

use super::Data;
use super::assemble::{
    Equations, Names, Read, Statement, determined, equation, guessed, put_together,
    shortened, sides,
};
use super::decoded::decoded_in_part;
use super::foreign::{Argument, Dialect, Order, called, common, lagged, made_of};
use crate::error::Error;
use crate::expr::{Expr, Node};
use crate::model::{Model, Note};
use crate::period::{Frequency, Span};

/// Reads equations as modelflow writes them: `FRML <flags> LEFT = RIGHT $`, where both `FRML <flags>`
/// and, with one equation a line, the dollar sign may be missing. Lines that begin with `£`, `!` or `#`
/// are comments. Names become lower case.
///
/// Equations marked `STOC`, and those with a transformed left side, are behavioural, unless they carry
/// their add factor `y_a` themselves; others are identities. What computes add factors from data
/// (`CALC_ADD_FACTOR`) is no part of the model.
///
/// # Errors
/// Text that is none or holds no equation that can be read, two equations for one variable. What
/// cannot be mapped is a note, and its equation is left out.
///
/// ```
/// use tinbergen::import::{Data, read_frml};
/// let text = "FRML <STOC> DLOG(C) = 0.5 * DLOG(Y) $\nFRML <IDENT> Y = C + G $";
/// let model = read_frml(text.as_bytes(), &Data::default(), "2021..2025".parse()?, "m.frml")?;
/// let equation = model.indicators["c"].equation.as_ref().map(ToString::to_string);
/// assert_eq!(equation.as_deref(), Some("dlog(c) ~ 0.5 * dlog(y)"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_frml(text: &[u8], data: &Data, span: Span, file: &str) -> Result<Model, Error> {
    let (text, said) = decoded_in_part(text, file)?;
    let name = file.rsplit_once('.').map_or(file, |(name, _)| name);
    let mut model = Model::new(name, span);
    model.imported = true;
    let (equations, notes) = formulas(&text, span.frequency(), true);
    model.notes.0 = said.into_iter().chain(notes).collect();
    if equations.read.is_empty() {
        return Err(equations.nothing(&model.notes.0, file));
    }
    put_together(&mut model, equations, data, file)?;
    Ok(model)
}

/// Statements at most.
const MOST_STATEMENTS: usize = 100_000;

/// The equations of a text, and what of it is no part of a model. Where `marked`, those with a mark are
/// behavioural.
pub(super) fn formulas(text: &str, frequency: Frequency, marked: bool) -> (Equations, Vec<Note>) {
    let (mut found, mut notes) = (Equations::default(), Vec::new());
    let mut terms = Terms::default();
    let mut factors: Vec<Statement> = Vec::new();
    let all = statements(text);
    if all.len() >= MOST_STATEMENTS {
        let message = format!("has more than {MOST_STATEMENTS} statements; the rest was not read");
        notes.push(Note::new("unmapped", message));
    }
    for statement in all {
        let body = match Formula::of(&statement.text) {
            Ok(formula) if formula.has("calc_add_factor") => {
                factors.push(statement);
                continue;
            }
            other => other,
        };
        let read = body.and_then(|formula| formula.read(&statement, frequency, marked, &mut terms));
        if let Ok(read) = &read {
            for message in terms.names.changed.drain(..) {
                let note = Note::new("changed", message).about(&read.indicator);
                notes.push(note.at(statement.line, &statement.text));
            }
        }
        found.take(&statement, read, || {
            Formula::of(&statement.text).ok().and_then(|formula| guessed(&formula.body))
        });
    }
    if let Some(first) = factors.first() {
        let message = match factors.len() {
            1 => "CALC_ADD_FACTOR: computes an add factor from data, which is no part of the model"
                .to_owned(),
            count => format!(
                "CALC_ADD_FACTOR: {count} statements compute add factors from data, which is no part \
                 of the model; the first"
            ),
        };
        notes.push(Note::new("unmapped", message).at(first.line, &first.text));
    }
    (found, notes)
}

/// What stands between dollar signs, or in each line where there are none.
fn statements(text: &str) -> Vec<Statement> {
    let by_line = !text.contains('$');
    let mut found = Vec::new();
    let (mut pending, mut begin) = (String::new(), 1);
    let mut flush = |pending: &mut String, line: usize| {
        let text = std::mem::take(pending).trim().to_owned();
        if !text.is_empty() {
            found.push(Statement { line, text });
        }
        found.len()
    };
    'lines: for (line, raw) in (1..).zip(text.lines()) {
        if raw.trim_start().starts_with(['£', '!', '#']) {
            continue;
        }
        for (k, part) in raw.split('$').enumerate() {
            if k > 0 && flush(&mut pending, begin) >= MOST_STATEMENTS {
                break 'lines;
            }
            if pending.trim().is_empty() {
                pending.clear();
                begin = line;
            }
            pending.push_str(part);
            pending.push(' ');
        }
        if by_line {
            flush(&mut pending, begin);
        }
    }
    flush(&mut pending, begin);
    found
}

/// An equation with its flags, in lower case.
struct Formula {
    flags: String,
    body: String,
}

impl Formula {
    fn of(statement: &str) -> Result<Self, String> {
        let lower = statement.to_lowercase();
        let frml = lower.strip_prefix("frml").filter(|rest| rest.starts_with([' ', '\t', '<']));
        let rest = frml.unwrap_or(&lower).trim_start();
        if let Some(rest) = rest.strip_prefix('<') {
            let Some((flags, body)) = rest.split_once('>') else {
                return Err("has flags that do not end with \">\"".to_owned());
            };
            return Ok(Self { flags: flags.to_owned(), body: body.trim().to_owned() });
        }
        let word = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        if frml.is_none() && matches!(word, "list" | "do" | "enddo") && !rest.contains(" = ") {
            return Err("is a loop of the language of modelflow; write its equations out".to_owned());
        }
        if sides(rest).is_none() {
            return Err(format!(
                "expected \"FRML <...> left = right\", found \"{}\"",
                shortened(statement)
            ));
        }
        Ok(Self { flags: String::new(), body: rest.to_owned() })
    }

    fn has(&self, flag: &str) -> bool {
        self.flags.split(',').any(|known| known.trim() == flag)
    }

    fn read(
        &self,
        statement: &Statement,
        frequency: Frequency,
        marked: bool,
        terms: &mut Terms,
    ) -> Result<Read, String> {
        let both = sides(&self.body).ok_or("has no equals sign")?;
        let mut equation = equation(both, false, frequency, terms)?;
        let indicator = determined(&equation.lhs, |_| false)
            .ok_or_else(|| format!("the left side has no variable: \"{}\"", both.0.trim()))?;
        let mut carried = false;
        let factor = format!("{indicator}_a");
        equation.rhs.visit_names(&mut |name, _| carried |= name == factor);
        let transformed = !matches!(equation.lhs.node, Node::Name { .. });
        equation.behavioural = marked && !carried && (self.has("stoc") || transformed);
        equation.source = self.body.as_str().into();
        Ok(Read { indicator, equation, line: statement.line, source: self.body.clone() })
    }
}

/// Terms of modelflow in the words of this library.
#[derive(Debug, Default)]
struct Terms {
    names: Names,
}

/// Functions that are an expression here: name, number of arguments, expression.
const MADE: [(&str, usize, &str); 16] = [
    ("recode", 3, "if(a, b, c)"),
    ("iif", 3, "if(a, b, c)"),
    ("if", 3, "if(a, b, c)"),
    ("float", 1, "a"),
    ("logit", 1, "logit(a)"),
    ("logit_inverse", 1, "expit(a)"),
    ("normcdf", 1, "normcdf(a)"),
    ("norm_cdf", 1, "normcdf(a)"),
    ("norm.cdf", 1, "normcdf(a)"),
    ("norm.ppf", 1, "norminv(a)"),
    ("norm.pdf", 1, "normpdf(a)"),
    ("diff", 1, "diff(a)"),
    ("dlog", 1, "dlog(a)"),
    ("pct_growth", 1, "100 * growth(a)"),
    ("pct", 1, "100 * growth(a)"),
    ("round", 1, "round(a)"),
];

impl Dialect for Terms {
    const ORDER: Order = Order::Mathematics;
    const IN_NAMES: &'static [char] = &['@', '.'];

    fn word(&mut self, name: &str) -> Result<Expr, String> {
        if name.contains(['@', '.']) {
            return Err(format!("{name} has no counterpart here"));
        }
        Ok(Expr::name(&self.names.here(name), 0))
    }

    fn call(&mut self, name: &str, arguments: Vec<Argument<'_>>) -> Result<Expr, String> {
        let plain = name.trim_start_matches('@');
        if let Some(found) = common(plain, &arguments) {
            return found;
        }
        if let Some((_, _, template)) =
            MADE.iter().find(|(known, count, _)| *known == plain && *count == arguments.len())
        {
            return made_of(template, &arguments);
        }
        match (plain, arguments.as_slice()) {
            ("movavg" | "movsum" | "lag", [x, n]) => {
                let n = n.whole().ok_or_else(|| format!("{name}() takes a number of periods"))?;
                let x = x.expr.clone()?;
                match plain {
                    "lag" => Ok(lagged(x, n)),
                    _ => called(plain, vec![x, Expr::number(f64::from(n))]),
                }
            }
            (_, [index]) if !name.contains(['@', '.']) => {
                lag(&self.names.here(name), index)
                    .unwrap_or_else(|| Err(format!("{name}() has no counterpart here")))
            }
            _ => Err(format!("{name}() has no counterpart here")),
        }
    }
}

/// A name some periods ago; none where the argument is no whole number.
pub(super) fn lag(name: &str, index: &Argument<'_>) -> Option<Result<Expr, String>> {
    let periods = index.number().filter(|periods| periods.fract() == 0.0)?;
    Some(if periods > 0.0 {
        Err(format!("{name}({}) is a lead; leads are not solved for", index.text.trim()))
    } else if -periods > f64::from(crate::expr::LONGEST_LAG) {
        Err(format!("{name}({}) is a longer lag than can be read", index.text.trim()))
    } else {
        Ok(Expr::name(name, -periods as u32))
    })
}
