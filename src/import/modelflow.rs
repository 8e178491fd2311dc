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

use super::assemble::say_left_out;
use super::data::period;
use super::frml::formulas;
use crate::error::{Error, Problem};
use crate::expr::{Equation, Text};
use crate::interrupt::look;
use crate::model::{Indicator, Label, Model, Note, Quantity};
use crate::period::{Period, Span};

/// More than this, unpacked, is no model.
const LARGEST: u64 = 64 << 20;
/// Values of a column at most.
const MOST_ROWS: usize = 100_000;

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

/// Reads a model saved by modelflow with its data, compressed or not. Names become lower case. Histories
/// reach as far as the data; [`Model::over`] says where the model takes over.
///
/// # Errors
/// A file that is no JSON or too large, in which no equation can be read, or two are for one variable;
/// data that are none. An equation that cannot be read is a note, with the line among the equations: its
/// variable is exogenous then, with the values of the data.
pub fn read_modelflow(pcim: &[u8], span: Span) -> Result<Model, Error> {
    let wrong = |message: String| Error::at("model.pcim", message);
    let mut text = Vec::new();
    let plain = pcim.strip_prefix(b"\xef\xbb\xbf").unwrap_or(pcim).trim_ascii_start();
    if plain.starts_with(b"{") {
        text.extend_from_slice(&plain[..plain.len().min(LARGEST as usize + 1)]);
    } else {
        let read = GzDecoder::new(pcim).take(LARGEST + 1).read_to_end(&mut text);
        read.map_err(|error| wrong(format!("cannot be unpacked: {error}")))?;
    }
    if text.len() as u64 > LARGEST {
        return Err(wrong(format!("is larger than {} MB unpacked", LARGEST >> 20)));
    }
    let saved: Saved<'_> = serde_json::from_slice(&text)
        .map_err(|error| wrong(format!("is not readable as JSON: {error}")))?;
    let Some(frml) = saved.frml else {
        return Err(wrong("has no equations (frml)".to_owned()));
    };
    let (found, notes) = formulas(&frml, span.frequency(), false);
    if found.read.is_empty() {
        return Err(found.nothing(&notes, "model.pcim"));
    }
    let (mut equations, mut problems): (IndexMap<String, Equation>, _) =
        (IndexMap::new(), Vec::new());
    for read in found.read {
        look();
        let twice = format!("{} has two equations", read.indicator);
        if equations.insert(read.indicator, read.equation).is_some() {
            problems.push(Problem::new("model.pcim: frml", twice).at_line(Some(read.line)));
        }
    }
    if !problems.is_empty() {
        return Err(Error::first_by_line(problems));
    }
    let mut used: IndexSet<String> = equations.keys().cloned().collect();
    for equation in equations.values() {
        look();
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
        look();
        let equation = equations.get(&name).cloned().map(Text::from);
        let history = known.swap_remove(&name).unwrap_or_default();
        let label = labels.swap_remove(&name);
        let indicator = Indicator { label, equation, history, ..Indicator::default() };
        model.indicators.insert(name, indicator);
    }
    say_left_out(&mut model, found.left_out, |_| false);
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
