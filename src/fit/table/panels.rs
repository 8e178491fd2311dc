//! Which series are fitted together: those of peers of an indicator, or columns of one kind.

use super::column::{Column, heading, known, on_axis};
use super::kind::Kind;
use super::remark::Remark;
use super::space::there;
use crate::fit::{Gap, Phrase, Sentence};
use crate::import::Data;
use crate::interrupt::look;
use crate::math::logit_between;
use crate::period::Span;

/// From how many series on columns of one kind are pooled: fewer say little of how alike they are.
pub(super) const POOLED_FROM: usize = 5;

/// Series that are fitted together.
#[derive(Debug, Clone)]
pub(super) struct Panel {
    pub(super) kind: Kind,
    /// The columns in it, which are its first series.
    pub(super) columns: Vec<usize>,
    /// The names of all series.
    pub(super) names: Vec<String>,
    /// All series in their space; a number for each period of the axis.
    pub(super) series: Vec<Vec<f64>>,
    /// What may explain the mean of each series; empty where nothing may.
    pub(super) covariates: Vec<Vec<f64>>,
}

impl Panel {
    fn of(kind: Kind, columns: Vec<usize>, members: Vec<(String, Vec<f64>)>) -> Self {
        let (names, series) = members.into_iter().unzip();
        Self { kind, columns, names, series, covariates: Vec::new() }
    }

    /// How many series of others it has.
    pub(super) fn peers(&self) -> usize {
        self.series.len() - self.columns.len()
    }

    /// Is what series have in common learnt from them?
    pub(super) fn is_pooled(&self) -> bool {
        self.series.len() >= POOLED_FROM
    }
}

/// The panels of the columns that are fitted, with what is said of peers.
pub(super) fn panels(
    columns: &[Column],
    fitted: &[usize],
    peers: &[(String, Data)],
    axis: Span,
    pooled: bool,
) -> (Vec<Panel>, Vec<Remark>) {
    let (mut panels, mut notes) = (Vec::new(), Vec::new());
    let mut alone: Vec<usize> = Vec::new();
    for &k in fitted {
        look();
        let column = &columns[k];
        let others = if pooled { of_peers(column, peers, axis, &mut notes) } else { Vec::new() };
        if others.is_empty() {
            alone.push(k);
            continue;
        }
        let own = (column.name.clone(), column.series());
        let members = std::iter::once(own).chain(others).collect();
        panels.push(Panel::of(column.kind, vec![k], members));
    }
    let mut together: Vec<Vec<usize>> = Vec::new();
    for k in alone {
        let same = |other: &usize| pooled && are_alike(&columns[*other], &columns[k]);
        match together.iter_mut().find(|group| group.iter().all(same)) {
            Some(group) => group.push(k),
            None => together.push(vec![k]),
        }
    }
    for group in together {
        let one = |k: usize| (columns[k].name.clone(), columns[k].series());
        let kind = columns[group[0]].kind;
        if group.len() >= POOLED_FROM {
            let members = group.iter().map(|k| one(*k)).collect();
            panels.push(Panel::of(kind, group, members));
        } else {
            panels.extend(group.into_iter().map(|k| Panel::of(kind, vec![k], vec![one(k)])));
        }
    }
    (panels, notes)
}

/// Are two columns fitted together where there are enough of them? Of one kind, and levels and changes in one
/// unit.
fn are_alike(a: &Column, b: &Column) -> bool {
    let unit = match a.kind {
        Kind::Growth | Kind::Share => true,
        Kind::Level | Kind::Change => a.unit == b.unit,
        Kind::Count => false,
    };
    a.kind == b.kind && unit
}

/// The series that peers have of an indicator, in its space.
fn of_peers(
    column: &Column,
    peers: &[(String, Data)],
    axis: Span,
    notes: &mut Vec<Remark>,
) -> Vec<(String, Vec<f64>)> {
    let mut found = Vec::new();
    let mut outside: Vec<&str> = Vec::new();
    for (entity, data) in peers {
        look();
        let Some(name) = data.names().find(|name| heading(name).0 == column.name) else { continue };
        let Some(series) = data.series(name) else { continue };
        let mut figures = on_axis(axis, series);
        if known(&figures).is_empty() {
            continue;
        }
        let limits = column.logits.unwrap_or_else(|| column.limits());
        let has_no_space = |figure: &&mut f64| match column.process() {
            Kind::Growth => **figure <= 0.0,
            Kind::Share => **figure <= limits.0 || **figure >= limits.1,
            Kind::Change | Kind::Level | Kind::Count => false,
        };
        let mut is_outside = false;
        for figure in figures.iter_mut().filter(has_no_space) {
            (*figure, is_outside) = (f64::NAN, true);
        }
        if is_outside {
            outside.push(entity);
        }
        if column.logits.is_some() {
            figures.iter_mut().for_each(|figure| *figure = logit_between(*figure, limits));
        }
        found.push((entity.clone(), there(column.kind, &figures, limits)));
    }
    if !outside.is_empty() {
        let (named, rest) = outside.split_at(outside.len().min(3));
        let named = Gap::List(named.iter().map(|name| Sentence::said(*name)).collect());
        let said = Sentence::from(Phrase::PeersOutside).text("name", &column.name);
        let said = said.phrase_in("kind", column.process().phrase());
        let places = match rest.len() {
            0 => named,
            n => {
                Gap::Phrase(Sentence::from(Phrase::PeersMore).with("places", named).number("n", n))
            }
        };
        notes.push((column.name.clone(), said.with("places", places)));
    }
    found
}
