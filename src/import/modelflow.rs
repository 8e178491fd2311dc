//! World Bank country models as modelflow saves them (`.pcim`): compressed JSON with equations,
//! data and descriptions.
//!
//! Equations stand in modelflow's language: `FRML <flags> LEFT = RIGHT $`. They carry their own add
//! factors and switches (`Y_A`, `Y_D`, `Y_X`) as exogenous variables, so they are taken as they are,
//! as identities. What computes add factors from data (`CALC_ADD_FACTOR`) is no part of the model.

use std::io::Read;

use flate2::read::GzDecoder;
use indexmap::IndexMap;
use serde_json::Value;

use super::data::{Data, period};
use crate::error::{Error, Problem};
use crate::expr::{self, Equation, Node};
use crate::model::{Indicator, Label, Model, Note};
use crate::period::{Period, Span};

/// More than this, unpacked, is no model.
const LARGEST: u64 = 256 << 20;

/// Reads a model saved by modelflow with its data. Names become lower case. Histories reach as far
/// as the data; [`Model::over`] says where the model takes over.
///
/// # Errors
/// All that cannot be read: a file that is no compressed JSON or too large, equations that cannot
/// be parsed (with the line among the equations), data that are none.
pub fn read_modelflow(pcim: &[u8], span: Span) -> Result<Model, Error> {
    let wrong = |message: String| Error::at("model.pcim", message);
    let mut text = Vec::new();
    let read = GzDecoder::new(pcim).take(LARGEST + 1).read_to_end(&mut text);
    read.map_err(|error| wrong(format!("cannot be unpacked: {error}")))?;
    if text.len() as u64 > LARGEST {
        return Err(wrong(format!("is larger than {} MB unpacked", LARGEST >> 20)));
    }
    let json: Value = serde_json::from_slice(&text)
        .map_err(|error| wrong(format!("is not readable as JSON: {error}")))?;
    let Some(frml) = json.get("frml").and_then(Value::as_str) else {
        return Err(wrong("has no equations (frml)".to_owned()));
    };
    let data = data(json.get("lastdf")).map_err(wrong)?;
    let name = json.get("modelname").and_then(Value::as_str).unwrap_or("modelflow");
    let mut model = Model::new(name, span);
    model.imported = true;
    let (equations, notes, problems) = equations(frml);
    model.notes.0 = notes;
    if !problems.is_empty() {
        return Err(Error::model(problems));
    }
    let labels = labels(json.get("var_description"));
    for name in equations.keys().map(String::as_str).chain(data.names()) {
        let equation = equations.get(name).cloned();
        if model.indicators.contains_key(name) {
            continue;
        }
        let known = data.series(name).into_iter().flatten();
        let history = known.map(|(period, value)| (*period, (*value).into())).collect();
        let label = labels.get(name).cloned();
        let indicator = Indicator { label, equation, history, ..Indicator::default() };
        model.indicators.insert(name.to_owned(), indicator);
    }
    drop_unused(&mut model);
    Ok(model)
}

/// Leaves out what no equation uses: data files hold far more. Says how many.
fn drop_unused(model: &mut Model) {
    let mut used = std::collections::HashSet::new();
    for equation in model.indicators.values().filter_map(|indicator| indicator.equation.as_ref()) {
        if let Ok(equation) = expr::parse_equation(equation) {
            equation.rhs.visit_names(&mut |name, _| {
                used.insert(name.to_owned());
            });
        }
    }
    let before = model.indicators.len();
    model.indicators.retain(|name, indicator| indicator.equation.is_some() || used.contains(name));
    let gone = before - model.indicators.len();
    if gone > 0 {
        let message = format!("{gone} series of the data are used by no equation");
        model.notes.0.push(Note::new("unmapped", message));
    }
}

fn labels(json: Option<&Value>) -> IndexMap<String, Label> {
    let entries = json.and_then(Value::as_object).into_iter().flatten();
    entries
        .filter_map(|(key, value)| Some((key.to_lowercase(), Label::from(value.as_str()?))))
        .collect()
}

/// `{ column: { period: value } }`, as an object or as its text.
fn data(json: Option<&Value>) -> Result<Data, String> {
    let parsed = match json {
        Some(Value::String(text)) => {
            serde_json::from_str(text).map_err(|error| format!("lastdf: {error}"))?
        }
        Some(value) => value.clone(),
        None => return Err("has no data (lastdf)".to_owned()),
    };
    let columns = parsed.as_object().ok_or("lastdf is no table of columns")?;
    let mut data = Data::default();
    for (name, column) in columns {
        let rows = column.as_object().ok_or_else(|| format!("lastdf: {name} is no column"))?;
        let mut values: Vec<(Period, f64)> = Vec::new();
        for (key, value) in rows {
            let period = period(key).map_err(|error| format!("lastdf: {name}: {error}"))?;
            // Missing values are null.
            values.extend(value.as_f64().map(|value| (period, value)));
        }
        data = data.with(name, values);
    }
    Ok(data)
}

/// The equations by variable, what of the text is no part of the model, and what is wrong.
fn equations(frml: &str) -> (IndexMap<String, String>, Vec<Note>, Vec<Problem>) {
    let (mut found, mut notes, mut problems) = (IndexMap::new(), Vec::new(), Vec::new());
    let mut line = 1;
    for statement in frml.split('$') {
        let skipped = statement.len() - statement.trim_start().len();
        let here = line + statement[..skipped].matches('\n').count();
        line += statement.matches('\n').count();
        let text = statement.trim();
        if text.is_empty() {
            continue;
        }
        let address = "model.pcim: frml";
        let mut wrong = |message: String| {
            problems.push(Problem::new(address, message).at_line(Some(here)));
        };
        match equation(text) {
            Ok(Some((name, equation))) => {
                if found.insert(name.clone(), equation).is_some() {
                    wrong(format!("{name} has two equations"));
                }
            }
            Ok(None) => {
                let message = "computes an add factor from data, which is no part of the model";
                notes.push(Note::new("unmapped", message).at(here, text));
            }
            Err(messages) => messages.into_iter().for_each(&mut wrong),
        }
    }
    (found, notes, problems)
}

/// A statement as variable and equation; none for what is no part of the model.
fn equation(statement: &str) -> Result<Option<(String, String)>, Vec<String>> {
    let shown = || statement.chars().take(60).collect::<String>();
    let Some(rest) =
        statement.get(..4).filter(|s| s.eq_ignore_ascii_case("frml")).map(|_| &statement[4..])
    else {
        return Err(vec![format!("expected \"FRML <...> left = right\", found \"{}\"", shown())]);
    };
    let Some((flags, body)) = rest.trim_start().strip_prefix('<').and_then(|r| r.split_once('>'))
    else {
        return Err(vec![format!("expected \"<flags>\" after FRML, found \"{}\"", shown())]);
    };
    if flags.split(',').any(|flag| flag.trim() == "CALC_ADD_FACTOR") {
        return Ok(None);
    }
    let body = body.to_lowercase();
    let Some((left, right)) = body.split_once('=') else {
        return Err(vec![format!("has no equals sign: \"{}\"", shown())]);
    };
    let parse = |text: &str| {
        let errors = |errors: Vec<expr::SyntaxError>| -> Vec<String> {
            errors.iter().map(|error| error.annotated(text)).collect()
        };
        expr::parse_expression(&renamed(text)).map_err(errors)
    };
    let (lhs, rhs) = (parse(left)?, parse(right)?);
    let Node::Name { name, lag: 0 } = &lhs.node else {
        return Err(vec![format!("the left side is no variable: \"{}\"", left.trim())]);
    };
    let name = name.clone();
    let source = body.as_str().into();
    let equation = Equation { lhs, rhs, behavioural: false, source };
    Ok(Some((name, equation.to_string())))
}

/// Functions of modelflow under the names they have here.
fn renamed(text: &str) -> String {
    const NAMES: [(&str, &str); 4] =
        [("logit_inverse(", "expit("), ("recode(", "if("), ("float(", "("), ("@", "")];
    NAMES.iter().fold(text.to_owned(), |text, (theirs, ours)| text.replace(theirs, ours))
}
