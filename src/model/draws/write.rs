//! Writing joint draws: tables beside a plan.

use std::fmt::Write;

use super::sha256::sha256;
use super::{Draws, MOST_ROWS_INSIDE};
use crate::error::{Error, Problem};
use crate::model::{Model, write};

/// A plan file, and the tables of draws that stand beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanFiles {
    /// The text of the plan file.
    pub plan: String,
    /// Name and content of each table.
    pub tables: Vec<(String, String)>,
}

impl Draws {
    /// The table as text.
    fn to_csv(&self) -> String {
        let mut text = self.parameters.join(",");
        text.push('\n');
        for row in self.rows() {
            for (k, number) in row.iter().enumerate() {
                let comma = if k == 0 { "" } else { "," };
                // The shortest text that reads back as the same bits.
                let _ = write!(text, "{comma}{number:?}");
            }
            text.push('\n');
        }
        text
    }
}

impl Model {
    /// The model as a plan file, with the tables that are to stand beside it: joint draws of more than
    /// [`MOST_ROWS_INSIDE`] rows. They are named after the plan, `plan.fit.csv` where that is `plan.toml`.
    ///
    /// # Errors
    /// When a number in it is not finite.
    ///
    /// ```
    /// use tinbergen::{Model, model::Draws};
    /// let many: Vec<[f64; 1]> = (0..2_000).map(|k| [f64::from(k)]).collect();
    /// let model = Model::new("m", "2021..2022".parse()?).with_draws("fit", Draws::from_rows(["a"], &many)?);
    /// let files = model.to_plan_files("m")?;
    /// assert_eq!(files.tables[0].0, "m.fit.csv");
    /// let table = (files.tables[0].0.as_str(), files.tables[0].1.as_bytes());
    /// assert_eq!(Model::from_plan_files(files.plan.as_bytes(), &[table], None)?, model);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_plan_files(&self, stem: &str) -> Result<PlanFiles, Error> {
        let mut tables = Vec::new();
        let mut value =
            serde_json::to_value(self).map_err(|error| Error::at("", error.to_string()))?;
        for (name, draws) in &self.draws {
            if draws.len() <= MOST_ROWS_INSIDE {
                continue;
            }
            let (file, text) = (format!("{stem}.{name}.csv"), draws.to_csv());
            if let Some(written) = value["draws"][name.as_str()].as_object_mut() {
                written.shift_remove("rows");
                written.shift_remove("parameters");
                written.insert("file".to_owned(), file.clone().into());
                written.insert("sha256".to_owned(), sha256(text.as_bytes()).into());
            }
            tables.push((file, text));
        }
        Ok(PlanFiles { plan: write::toml(&value), tables })
    }

    /// Draws that a plan file has no room for.
    pub(in crate::model) fn too_many_rows_inside(&self) -> Vec<Problem> {
        let many = self.draws.iter().filter(|(_, draws)| draws.len() > MOST_ROWS_INSIDE);
        many.map(|(name, draws)| {
            let message = format!(
                "a plan file has at most {MOST_ROWS_INSIDE} rows inside it, and these are {}; save the \
                 model, which puts them in a table beside the plan",
                draws.len()
            );
            Problem::new(format!("draws.{name}"), message)
        })
        .collect()
    }
}
