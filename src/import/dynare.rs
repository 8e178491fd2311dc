//! Backward-looking models in the language of Dynare (`.mod`).

use super::Data;
use super::assemble::{longest_lag, put_together};
use super::decoded::decoded_in_part;
use super::dynare_blocks::blocks;
use super::dynare_declarations::Declarations;
use super::dynare_equations::{equations, looked_back_to};
use super::dynare_shocks::{Shocks, add_shocks};
use super::dynare_values::Values;
use super::undated;
use crate::error::{Error, Problem};
use crate::model::{Model, Note, Parameter};
use crate::period::Span;

/// Reads a model in the language of Dynare whose equations look back: `var`, `varexo`, `parameters` with
/// their values, `model`, `initval`, `endval`, `histval` and `shocks`.
///
/// Equations are identities; an exogenous variable with a standard error is `e ~ 0` with a normal shock, one
/// without is known: 0, or what `initval`, `endval` and `shocks` say. Initial values are those of
/// `histval`, which are 0 for what the block does not name, unless the data have it; without the block those of `initval`, else of the data, else, in a
/// model that says it is linear, 0. Periods
/// are those given, or 1, 2, ... as many as the text says, which become the years 1001, 1002, ...
///
/// # Errors
/// Text that is none, that declares no variable, holds no equation that can be read, or says no number of
/// periods where none are given. An equation with a lead, and what else cannot be mapped, is a note, and
/// left out.
///
/// ```
/// use tinbergen::import::{Data, read_dynare};
/// let text = "var y; varexo e; parameters rho; rho = 0.5;\nmodel(linear); y = rho*y(-1) + e; end;\n\
///             shocks; var e; stderr 0.1; end;";
/// let span = "2021..2025".parse()?;
/// let model = read_dynare(text.as_bytes(), &Data::default(), Some(span), "ar1.mod")?;
/// let equation = |name: &str| model.indicators[name].equation.as_ref().map(ToString::to_string);
/// assert_eq!(equation("y").as_deref(), Some("y = rho * y[-1] + e"));
/// assert_eq!(equation("e").as_deref(), Some("e ~ 0"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_dynare(
    text: &[u8],
    data: &Data,
    span: Option<Span>,
    file: &str,
) -> Result<Model, Error> {
    let (text, said) = decoded_in_part(text, file)?;
    let parts = blocks(&text);
    let mut declared = Declarations::default();
    declared.notes.extend(said);
    for statement in &parts.statements {
        declared.read(statement);
    }
    for (line, text, why) in parts.unmapped {
        declared.notes.push(Note::new("unmapped", why).at(line, &text));
    }
    let problem = |message: String| Error::model(vec![Problem::new("", message)]).in_file(file);
    if declared.endogenous.is_empty() {
        return Err(problem("declares no variable (var)".to_owned()));
    }
    let undated_span = declared.periods.map(|count| {
        let first = undated::period(1);
        Span::new(first, first + (count as i32 - 1)).unwrap_or_else(|_| Span::single(first))
    });
    let Some(periods) = span.or(undated_span) else {
        return Err(problem("says no number of periods, such as simul(periods=20); give them".into()));
    };
    if span.is_none() {
        declared.notes.push(undated::note(periods));
    }
    let name = file.rsplit_once('.').map_or(file, |(name, _)| name);
    let mut model = Model::new(name, periods);
    model.imported = true;
    let mut equations = equations(&mut declared, &parts.model, periods.frequency());
    if equations.read.is_empty() {
        return Err(equations.nothing(&declared.notes, file));
    }
    let values = Values::read(&mut declared, &parts.values, parts.model.has_option("linear"));
    let shocks = Shocks::read(&parts.shocks, &declared.parameters);
    declared.notes.extend(shocks.notes.iter().cloned());
    let longest = longest_lag(&equations.read, periods.frequency()).max(1);
    let looked_back = looked_back_to(&equations.read, periods.frequency());
    let together =
        values.data(&mut declared, data, periods, longest, &looked_back, &shocks);
    for (name, value) in &declared.parameters {
        model.parameters.insert(declared.names.here(name), Parameter::from(*value));
    }
    add_shocks(&mut declared, &mut model, &mut equations, &shocks);
    model.notes.0 = std::mem::take(&mut declared.notes);
    put_together(&mut model, equations, &together, file)?;
    for (name, label) in &declared.labels {
        if let Some(indicator) = model.indicators.get_mut(&declared.names.here(name)) {
            indicator.label = Some(label.as_str().into());
        }
    }
    Ok(model)
}
