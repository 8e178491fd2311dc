//! World Bank country models as modelflow saves them (`.pcim`): compressed JSON with equations,
//! data and descriptions.
//!
//! Equations stand in modelflow's language: `FRML <flags> LEFT = RIGHT $`. They carry their own add
//! factors and switches (`Y_A`, `Y_D`, `Y_X`) as exogenous variables, so they are taken as they are,
//! as identities. What computes add factors from data (`CALC_ADD_FACTOR`) is no part of the model.

use std::borrow::Cow;
use std::fmt;
use std::io::Read;

use flate2::read::GzDecoder;
use indexmap::{IndexMap, IndexSet};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::assemble::determined;
use super::data::period;
use crate::error::{Error, Problem};
use crate::expr::{self, Equation, Text};
use crate::model::{Indicator, Label, Model, Note, Quantity};
use crate::period::{Period, Span};

/// More than this, unpacked, is no model.
const LARGEST: u64 = 64 << 20;
/// Values of a column at most.
const MOST_ROWS: usize = 100_000;
/// Problems that are told at most.
const MOST: usize = 100;

/// What of a file is read; all else in it is passed over.
#[derive(Deserialize)]
struct Saved<'a> {
    frml: Option<String>,
    modelname: Option<String>,
    #[serde(borrow)]
    lastdf: Option<&'a RawValue>,
    #[serde(borrow)]
    var_description: Option<&'a RawValue>,
}

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
    let saved: Saved<'_> = serde_json::from_slice(&text)
        .map_err(|error| wrong(format!("is not readable as JSON: {error}")))?;
    let Some(frml) = saved.frml else {
        return Err(wrong("has no equations (frml)".to_owned()));
    };
    let (equations, notes, problems) = equations(&frml);
    if !problems.is_empty() {
        return Err(Error::model(problems));
    }
    let mut used: IndexSet<String> = equations.keys().cloned().collect();
    for equation in equations.values() {
        for side in [&equation.lhs, &equation.rhs] {
            side.visit_names(&mut |name, _| {
                if !used.contains(name) {
                    used.insert(name.to_owned());
                }
            });
        }
    }
    let (mut known, gone) = data(saved.lastdf, &used).map_err(wrong)?;
    let mut labels = labels(saved.var_description, &used).map_err(wrong)?;
    let mut model = Model::new(saved.modelname.as_deref().unwrap_or("modelflow"), span);
    model.imported = true;
    model.notes.0 = notes;
    let names: IndexSet<String> = equations.keys().chain(known.keys()).cloned().collect();
    for name in names {
        let equation = equations.get(&name).cloned().map(Text::from);
        let history = known.swap_remove(&name).unwrap_or_default();
        let label = labels.swap_remove(&name);
        let indicator = Indicator { label, equation, history, ..Indicator::default() };
        model.indicators.insert(name, indicator);
    }
    if gone > 0 {
        let message = format!("{gone} series of the data are used by no equation");
        model.notes.0.push(Note::new("unmapped", message));
    }
    Ok(model)
}

/// The entries of a JSON object whose key, in lower case, is wanted, and how many others it has.
struct Wanted<'a>(&'a IndexSet<String>);

type Entries<'a> = (Vec<(String, &'a RawValue)>, usize);

impl<'de> Visitor<'de> for Wanted<'_> {
    type Value = Entries<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut found, mut others) = (Vec::new(), 0);
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            let key = key.to_lowercase();
            if self.0.contains(&key) {
                found.push((key, map.next_value()?));
            } else {
                others += 1;
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok((found, others))
    }
}

fn entries<'a>(json: &'a str, wanted: &IndexSet<String>) -> serde_json::Result<Entries<'a>> {
    serde_json::Deserializer::from_str(json).deserialize_map(Wanted(wanted))
}

fn labels(
    json: Option<&RawValue>,
    wanted: &IndexSet<String>,
) -> Result<IndexMap<String, Label>, String> {
    let Some(json) = json else { return Ok(IndexMap::new()) };
    let (found, _) =
        entries(json.get(), wanted).map_err(|error| format!("var_description: {error}"))?;
    let text = |raw: &RawValue| serde_json::from_str::<String>(raw.get()).ok();
    Ok(found
        .into_iter()
        .filter_map(|(key, raw)| Some((key, Label::from(text(raw)?.as_str()))))
        .collect())
}

type Known = IndexMap<String, IndexMap<Period, Quantity>>;

/// `{ column: { period: value } }`, as an object or as its text: the columns that are wanted, and how
/// many others there are.
fn data(json: Option<&RawValue>, wanted: &IndexSet<String>) -> Result<(Known, usize), String> {
    let Some(json) = json else { return Err("has no data (lastdf)".to_owned()) };
    let wrong = |error: serde_json::Error| format!("lastdf: {error}");
    let text: Cow<'_, str> = if json.get().starts_with('"') {
        serde_json::from_str::<String>(json.get()).map_err(wrong)?.into()
    } else {
        json.get().into()
    };
    let (columns, others) = entries(&text, wanted).map_err(wrong)?;
    let (mut known, mut periods) = (Known::with_capacity(columns.len()), Vec::new());
    for (name, column) in columns {
        let mut deserializer = serde_json::Deserializer::from_str(column.get());
        let values = Column(&mut periods).deserialize(&mut deserializer);
        let values = values.map_err(|error| format!("lastdf: {name}: {error}"))?;
        known.insert(name, values);
    }
    Ok((known, others))
}

/// A column of values by period. All columns mostly have the same periods, which are kept as they
/// were read.
struct Column<'a>(&'a mut Vec<(String, Period)>);

impl<'de> DeserializeSeed<'de> for Column<'_> {
    type Value = IndexMap<Period, Quantity>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Column<'_> {
    type Value = IndexMap<Period, Quantity>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a column of values by period")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut values = IndexMap::with_capacity(self.0.len());
        let mut row = 0;
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            let period = match self.0.get(row) {
                Some((known, period)) if *known == key => *period,
                _ => {
                    let period = period(&key).map_err(A::Error::custom)?;
                    if self.0.len() == row {
                        self.0.push((key.into_owned(), period));
                    }
                    period
                }
            };
            row += 1;
            if row > MOST_ROWS {
                let message = format!("a column has more than {MOST_ROWS} values");
                return Err(A::Error::custom(message));
            }
            // Missing values are null.
            if let Some(value) = map.next_value::<Option<f64>>()? {
                values.insert(period, value.into());
            }
        }
        Ok(values)
    }
}

/// The equations by variable, what of the text is no part of the model, and what is wrong.
fn equations(frml: &str) -> (IndexMap<String, Equation>, Vec<Note>, Vec<Problem>) {
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
        if problems.len() >= MOST {
            problems.push(Problem::new("", "and perhaps more; the rest was not read"));
            break;
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
fn equation(statement: &str) -> Result<Option<(String, Equation)>, Vec<String>> {
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
    let Some(name) = determined(&lhs, |_| false) else {
        return Err(vec![format!("the left side has no variable: \"{}\"", left.trim())]);
    };
    let source = body.as_str().into();
    let equation = Equation { lhs, rhs, behavioural: false, levels: false, source };
    Ok(Some((name, equation)))
}

/// Functions of modelflow under the names they have here.
fn renamed(text: &str) -> String {
    const NAMES: [(&str, &str); 4] =
        [("logit_inverse(", "expit("), ("recode(", "if("), ("float(", "("), ("@", "")];
    NAMES.iter().fold(text.to_owned(), |text, (theirs, ours)| text.replace(theirs, ours))
}
