//! Reading labels, quantities, distributions and processes.

use indexmap::IndexMap;

use super::node::Tree;
use super::reader::{Fields, Item, Reader};
use super::{Distribution, Label, Quantity, Term, Value};
use crate::period::{Frequency, Period};

/// Reads the parts of a model whose periods all have one frequency.
#[derive(Debug)]
pub(super) struct Parts<'r> {
    pub(super) reader: &'r mut Reader,
    pub(super) frequency: Option<Frequency>,
}

impl Parts<'_> {
    pub(super) fn label(&mut self, fields: &mut Fields) -> Option<Label> {
        let item = fields.take(self.reader, "label")?;
        if matches!(item.node.value, Tree::Text(_)) {
            return self.reader.text(&item).map(Label::Plain);
        }
        let entries = self.reader.entries(item)?;
        let texts = entries
            .into_iter()
            .filter_map(|(language, item)| Some((language, self.reader.text(&item)?)));
        Some(Label::Languages(texts.collect()))
    }

    /// A period of the model's frequency.
    pub(super) fn period(&mut self, item: &Item) -> Option<Period> {
        let period: Period = self.reader.parsed(item, "a period")?;
        self.same_frequency(item, period).then_some(period)
    }

    pub(super) fn same_frequency(&mut self, item: &Item, period: Period) -> bool {
        let Some(frequency) = self.frequency else { return true };
        if period.frequency() == frequency {
            return true;
        }
        let message = format!(
            "{period} is {}, but the model is {frequency}; frequencies cannot be mixed",
            period.frequency()
        );
        self.reader.problem(item, message);
        false
    }

    /// Entries by period.
    pub(super) fn by_period<T>(
        &mut self,
        item: Item,
        mut read: impl FnMut(&mut Self, Item) -> Option<T>,
    ) -> Option<IndexMap<Period, T>> {
        let mut values = IndexMap::new();
        for (key, item) in self.reader.entries(item)? {
            let period = match key.parse::<Period>() {
                Ok(period) if self.same_frequency(&item, period) => period,
                Ok(_) => continue,
                Err(error) => {
                    self.reader.problem(&item, error.to_string());
                    continue;
                }
            };
            if values.contains_key(&period) {
                self.reader.problem(&item, format!("{period} is given twice"));
            } else if let Some(value) = read(self, item) {
                values.insert(period, value);
            }
        }
        Some(values)
    }

    pub(super) fn quantity(&mut self, item: Item) -> Option<Quantity> {
        if !matches!(item.node.value, Tree::Table(_)) {
            return self.reader.number(&item).map(Quantity::from);
        }
        let mut fields = self.reader.fields(item)?;
        let quantity = self.quantity_in(&mut fields);
        fields.finish(self.reader);
        quantity
    }

    /// A quantity whose keys stand in a table among others.
    pub(super) fn quantity_in(&mut self, fields: &mut Fields) -> Option<Quantity> {
        let mut keys = vec!["value"];
        keys.extend(Distribution::kinds());
        let found = fields.one_of(self.reader, &keys, "value");
        let source = fields.text(self.reader, "source");
        let assumption = fields.text(self.reader, "assumption");
        let value = match found? {
            ("value", item) => Value::Number(self.reader.number(&item)?),
            (kind, item) => Value::Drawn(self.distribution(kind, item)?),
        };
        Some(Quantity { value, source, assumption })
    }

    /// A distribution, checked with all its parts.
    pub(super) fn distribution(&mut self, kind: &str, item: Item) -> Option<Distribution> {
        let (address, line) = (item.address.clone(), self.reader.line_of(&item));
        let distribution = Distribution::read(kind, item, self.reader)?;
        let wrong = distribution.check();
        let is_right = wrong.is_empty();
        for (key, message) in wrong {
            self.reader.problem_inside(&address, &key, line, message);
        }
        is_right.then_some(distribution)
    }

    /// A number or an expression.
    pub(super) fn term(&mut self, item: &Item) -> Option<Term> {
        match &item.node.value {
            Tree::Text(text) => Some(Term::Expression(text.as_str().into())),
            Tree::Integer(_) | Tree::Float(_) => self.reader.number(item).map(Term::Number),
            _ => {
                let found = item.node.value.describe();
                let message = format!("expected a number or an expression, found {found}");
                self.reader.problem(item, message);
                None
            }
        }
    }

    pub(super) fn term_or_zero(&mut self, fields: &mut Fields, key: &'static str) -> Term {
        let item = fields.take(self.reader, key);
        item.and_then(|item| self.term(&item)).unwrap_or(Term::Number(0.0))
    }

    pub(super) fn term_needed(&mut self, fields: &mut Fields, key: &'static str) -> Option<Term> {
        let item = fields.need(self.reader, key)?;
        self.term(&item)
    }

    pub(super) fn spread(&mut self, fields: &mut Fields) -> Option<Term> {
        let item = fields.take(self.reader, "spread")?;
        self.term(&item)
    }

    /// The loading and the name of a factor.
    pub(super) fn factor(&mut self, fields: &mut Fields) -> (Option<Term>, Option<String>) {
        let loading = fields.take(self.reader, "loading").and_then(|item| self.term(&item));
        let factor = fields.text(self.reader, "factor");
        if loading.is_some() && factor.is_none() {
            let message = "a loading needs the shock that it is of: name it as `factor`";
            self.reader.problem(&fields.item, message.to_owned());
        }
        (loading, factor)
    }

    pub(super) fn start(&mut self, fields: &mut Fields) -> Option<Quantity> {
        let item = fields.take(self.reader, "start")?;
        self.quantity(item)
    }
}
