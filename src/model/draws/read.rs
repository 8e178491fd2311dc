//! Reading joint draws from a plan.

use super::table::MOST_TOLD;
use super::{Draws, MOST_ROWS_INSIDE, ragged};
use crate::interrupt::look;
use crate::model::node::Tree;
use crate::model::read_values::Parts;
use crate::model::reader::{Fields, Item};

impl Parts<'_> {
    /// A block of draws: rows inside the plan, or the name of a table beside it.
    pub(in crate::model) fn draws(&mut self, _: &str, mut fields: Fields) -> Option<Draws> {
        let label = self.label(&mut fields);
        let names = fields.take(self.reader, "parameters");
        let names = names.map(|item| self.columns_of_draws(item));
        let found = fields.one_of(self.reader, &["rows", "file"], "draws");
        let is_table = matches!(found, Some(("file", _)));
        let hash = if is_table { fields.take(self.reader, "sha256") } else { None };
        let hash = hash.and_then(|item| self.reader.text(&item));
        let (source, assumption) = self.sources(&mut fields);
        let (address, line) = (fields.item.address.clone(), self.reader.line_of(&fields.item));
        if !is_table && names.is_none() {
            self.reader.problem(&fields.item, "\"parameters\" is missing");
        }
        fields.finish(self.reader);
        let names = match names {
            Some(names) => Some(names?),
            None => None,
        };
        let (parameters, numbers) = match found? {
            ("file", item) => {
                let file = self.reader.text(&item)?;
                let table = match self.reader.tables.table(&file, hash.as_deref()) {
                    Ok(table) => table,
                    Err(problems) => {
                        for (key, message) in problems {
                            self.reader.problem_inside(&address, key, line, message);
                        }
                        return None;
                    }
                };
                let names = names.unwrap_or_else(|| table.names.clone());
                match table.take(&names) {
                    Ok(numbers) => (names, numbers),
                    Err((k, message)) => {
                        let key = format!("parameters[{k}]");
                        self.reader.problem_inside(&address, &key, line, message);
                        return None;
                    }
                }
            }
            (_, item) => {
                let names = names?;
                let numbers = self.rows_of_draws(item, names.len())?;
                (names, numbers)
            }
        };
        let draws = Draws { label, source, assumption, parameters, numbers: numbers.into() };
        let problems = draws.problems();
        let is_right = problems.is_empty();
        for (key, message) in problems {
            self.reader.problem_inside(&address, &key, line, message);
        }
        is_right.then_some(draws)
    }

    fn columns_of_draws(&mut self, item: Item) -> Option<Vec<String>> {
        let items = self.reader.array(item)?;
        let count = items.len();
        let names: Vec<String> = items.iter().filter_map(|item| self.reader.text(item)).collect();
        (names.len() == count).then_some(names)
    }

    /// The numbers of rows, one after the other. Rows may be many: only what is wrong is looked at one
    /// by one.
    fn rows_of_draws(&mut self, item: Item, size: usize) -> Option<Vec<f64>> {
        let in_a_file = self.reader.is_text();
        let Tree::Array(rows) = &item.node.value else {
            self.reader.array(item);
            return None;
        };
        if in_a_file && rows.len() > MOST_ROWS_INSIDE {
            let message = format!(
                "a plan file has at most {MOST_ROWS_INSIDE} rows inside it, found {}; put them in a table \
                 beside the plan (file, sha256)",
                rows.len()
            );
            self.reader.problem(&item, message);
            return None;
        }
        let mut numbers = Vec::with_capacity(rows.len() * size);
        let mut wrong = 0;
        for (k, row) in rows.iter().enumerate() {
            look();
            let before = numbers.len();
            if let Tree::Array(values) = &row.value {
                numbers.extend(values.iter().map_while(|value| match value.value {
                    Tree::Float(value) if value.is_finite() => Some(value),
                    Tree::Integer(value) if value.unsigned_abs() <= 1 << 53 => Some(value as f64),
                    _ => None,
                }));
                if numbers.len() - before == size && values.len() == size {
                    continue;
                }
            }
            wrong += 1;
            if wrong > MOST_TOLD {
                break;
            }
            let row = self.reader.item(row.clone(), format!("{}[{k}]", item.address), None);
            let found = match &row.node.value {
                Tree::Array(values) => Some(values.len()),
                _ => None,
            };
            if let Some(found) = found.filter(|found| *found != size) {
                self.reader.problem(&row, ragged(size, found));
            } else if let Some(values) = self.reader.array(row) {
                for value in &values {
                    self.reader.number(value); // says what is wrong with it
                }
            }
        }
        (wrong == 0).then_some(numbers)
    }
}
