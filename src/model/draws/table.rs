//! Tables of draws beside a plan: CSV with the names of the parameters in its first line, known by
//! their SHA-256.

use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use super::sha256::sha256;
use crate::error::near;
use crate::interrupt::look;
use crate::model::node::shortened;
use crate::system;

/// The most rows.
const MOST_ROWS: usize = 1_000_000;
/// The most numbers.
const MOST_NUMBERS: usize = 20_000_000;
/// So many rows that are wrong are told.
pub(super) const MOST_TOLD: usize = 10;
/// The largest table, in bytes.
const LARGEST: u64 = 400 << 20;

/// Where the tables of a plan are: handed over with its text, or in its folder.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tables {
    given: Vec<(String, Vec<u8>)>,
    folder: Option<PathBuf>,
}

/// A table that stands beside the plan: its columns by name.
pub(super) struct Columns {
    pub(super) names: Vec<String>,
    /// Row by row.
    pub(super) numbers: Vec<f64>,
}

impl Tables {
    /// Those in the folder of a file.
    pub(crate) fn beside(file: &str) -> Self {
        let folder = Path::new(file).parent().map(Path::to_owned);
        Self { given: Vec::new(), folder }
    }

    /// And those that are handed over by name.
    #[must_use]
    pub(crate) fn with(mut self, given: &[(&str, &[u8])]) -> Self {
        let own = |(name, bytes): &(&str, &[u8])| ((*name).to_owned(), bytes.to_vec());
        self.given.extend(given.iter().map(own));
        self
    }

    /// The bytes of a table; or what is wrong with it, each with the key it concerns.
    pub(super) fn table(
        &self,
        name: &str,
        hash: Option<&str>,
    ) -> Result<Columns, Vec<(&'static str, String)>> {
        let bytes = self.bytes(name).map_err(|message| vec![("file", message)])?;
        let found = sha256(&bytes);
        match hash {
            None => {
                let message = format!(
                    "\"sha256\" is missing, by which the plan knows its table; that of \"{name}\" is \
                     {found}"
                );
                return Err(vec![("", message)]);
            }
            Some(hash) if !hash.eq_ignore_ascii_case(&found) => {
                let message = format!(
                    "\"{name}\" is not the table of this plan: its SHA-256 is {found}; put back the \
                     table that was meant, or write this hash where the new one is right"
                );
                return Err(vec![("sha256", message)]);
            }
            Some(_) => {}
        }
        let told = |message: String| ("file", format!("\"{name}\": {message}"));
        columns(&bytes).map_err(|messages| messages.into_iter().map(told).collect())
    }

    fn bytes(&self, name: &str) -> Result<Vec<u8>, String> {
        let plain = !name.is_empty()
            && !name.starts_with('.')
            && !name.contains(['/', '\\', ':', '\0'])
            && name.len() <= 200;
        if !plain {
            return Err(format!(
                "\"{name}\" is no name of a file; the table stands in the folder of the plan, without a path"
            ));
        }
        if let Some((_, bytes)) = self.given.iter().find(|(known, _)| known == name) {
            return Ok(bytes.clone());
        }
        let Some(folder) = &self.folder else {
            return Err(format!(
                "\"{name}\" stands beside a plan file, and this plan is a text alone; read it from its \
                 file, or hand the table over with it"
            ));
        };
        match system::read_file(&folder.join(name), LARGEST) {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(size)) => {
                Err(format!("\"{name}\" is {size} bytes large; a table has at most {LARGEST}"))
            }
            Err(error) => {
                Err(format!("\"{name}\" in the folder of the plan cannot be read: {error}"))
            }
        }
    }
}

/// What to say of more than can be meant.
pub(super) fn too_many(rows: usize, parameters: usize) -> Option<String> {
    let too_many = rows > MOST_ROWS || rows.saturating_mul(parameters) > MOST_NUMBERS;
    too_many.then(|| {
        format!(
            "{rows} rows for {parameters} parameters are too many: at most {MOST_ROWS} rows and \
             {MOST_NUMBERS} numbers; take every tenth, say"
        )
    })
}

/// The columns of a text, or what is wrong with it.
fn columns(bytes: &[u8]) -> Result<Columns, Vec<String>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(bytes);
    let (mut names, mut numbers, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for record in reader.records() {
        look();
        let record = match record {
            Ok(record) => record,
            Err(error) => return Err(vec![format!("is no CSV in UTF-8: {error}")]),
        };
        let line = record.position().map_or(0, csv::Position::line);
        if names.is_empty() {
            names = record.iter().map(|name| name.nfc().collect::<String>()).collect();
            continue;
        }
        if record.len() != names.len() {
            let (found, expected) = (record.len(), names.len());
            problems.push(format!("line {line} has {found} values for {expected} columns"));
        }
        for (text, name) in record.iter().zip(&names) {
            match text.parse::<f64>() {
                Ok(number) if number.is_finite() => numbers.push(number),
                _ => problems.push(format!(
                    "line {line}, column \"{name}\": expected a finite number, found \"{}\"",
                    shortened(text)
                )),
            }
        }
        if problems.len() >= MOST_TOLD {
            break;
        }
        if let Some(message) = too_many(numbers.len() / names.len(), names.len()) {
            return Err(vec![message]);
        }
    }
    if names.is_empty() {
        problems
            .push("is empty; expected the names of the parameters in its first line".to_owned());
    }
    if problems.is_empty() { Ok(Columns { names, numbers }) } else { Err(problems) }
}

impl Columns {
    /// The numbers of some columns, row by row; or which is not there.
    pub(super) fn take(self, wanted: &[String]) -> Result<Vec<f64>, (usize, String)> {
        if wanted == self.names {
            return Ok(self.numbers);
        }
        let mut places = Vec::new();
        for (k, name) in wanted.iter().enumerate() {
            let Some(place) = self.names.iter().position(|known| known == name) else {
                let hint = near(name, self.names.iter().map(String::as_str));
                return Err((k, format!("the table has no column \"{name}\"{hint}")));
            };
            places.push(place);
        }
        let rows = self.numbers.chunks_exact(self.names.len());
        Ok(rows.flat_map(|row| places.iter().map(|place| row[*place])).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        columns(text.as_bytes()).err().expect("it is wrong").join("; ")
    }

    #[test]
    fn what_is_wrong_with_a_table_is_told_by_line_and_column() {
        assert!(wrong("").contains("is empty"));
        assert_eq!(
            wrong("a,b\n1,2\n3\n4,x\n5,nan\n"),
            "line 3 has 1 values for 2 columns; line 4, column \"b\": expected a finite number, found \
             \"x\"; line 5, column \"b\": expected a finite number, found \"nan\""
        );
        let many: String = (0..500).map(|_| "x\n").collect();
        assert_eq!(wrong(&format!("a\n{many}")).matches("line").count(), MOST_TOLD);
        assert!(columns(b"a\n\xff\xfe\n").is_err());
    }

    #[test]
    fn a_table_has_only_a_name() {
        let tables = Tables::beside("/plans/plan.toml");
        for name in ["", "../secret", "/etc/passwd", "a/b.csv", "C:x.csv", ".hidden", "a\\b"] {
            let Err(problems) = tables.table(name, None) else { panic!("{name} is read") };
            assert!(problems[0].1.contains("no name of a file"), "{name}: {problems:?}");
        }
    }

    #[test]
    fn columns_are_found_by_name_in_any_order() {
        let table = || {
            let read = columns(b"\xef\xbb\xbfchain, b ,a\n0,1.5,2\n1,3,-4e-3\n");
            read.unwrap_or_else(|_| panic!("it is sound"))
        };
        assert_eq!(table().names, ["chain", "b", "a"]);
        let wanted = ["a", "b"].map(str::to_owned);
        assert_eq!(table().take(&wanted), Ok(vec![2.0, 1.5, -4e-3, 3.0]));
        let (place, message) = table().take(&["a".to_owned(), "bb".to_owned()]).expect_err("no bb");
        assert_eq!((place, message.contains("did you mean \"b\"")), (1, true), "{message}");
    }
}
