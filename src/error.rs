//! Errors with an address.
//!
//! Every mistake in a model is a [`Problem`]: where it is (an address such as
//! `scenarios.slump.changes[1].parameter` and, when the model came from a file, the file and the
//! line), what was found and what was expected. An [`Error`] carries all problems of a model at
//! once, so a person mends them in one pass.

use std::cell::Cell;
use std::fmt;

/// One mistake, with its address.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The file it was read from, when there is one.
    pub file: Option<String>,
    /// The line in that file, counted from 1.
    pub line: Option<usize>,
    /// Where in the model: `indicators.gdp.process.mean`. Empty for the model as a whole.
    pub address: String,
    /// What was found and what was expected, in plain words.
    pub message: String,
}

impl Problem {
    /// A problem at an address of the model.
    ///
    /// ```
    /// use tinbergen::error::Problem;
    /// let p = Problem::new("indicators.gdp", "has neither an equation nor a process");
    /// assert_eq!(p.to_string(), "indicators.gdp: has neither an equation nor a process");
    /// ```
    ///
    /// What is longer than anyone reads is shown in part.
    pub fn new(address: impl Into<String>, message: impl Into<String>) -> Self {
        let message = readable(message.into());
        Self { file: None, line: None, address: address.into(), message }
    }

    /// The same problem, with the line it stands on.
    #[must_use]
    pub fn at_line(mut self, line: Option<usize>) -> Self {
        self.line = line.or(self.line);
        self
    }

    /// The same problem, with the name of the file.
    #[must_use]
    pub fn in_file(mut self, file: &str) -> Self {
        self.file = Some(file.to_owned());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, "{file}:{line}: ")?,
            (Some(file), None) => write!(f, "{file}: ")?,
            (None, Some(line)) => write!(f, "line {line}: ")?,
            (None, None) => {}
        }
        if self.address.is_empty() {
            write!(f, "{}", self.message)
        } else {
            write!(f, "{}: {}", readable(self.address.clone()), self.message)
        }
    }
}

/// The text without what nobody reads: of a word of more than 200 characters the first 60, and no
/// more than 4,000 characters in all.
fn readable(text: String) -> String {
    const WORD: usize = 200;
    const SHOWN: usize = 60;
    const ALL: usize = 4_000;
    if text.len() <= WORD {
        return text;
    }
    let shorten = |part: &str, shown: usize| -> String {
        let start: String = part.chars().take(shown).collect();
        let end = if part.ends_with(char::is_whitespace) { "... " } else { "..." };
        format!("{start}{end}")
    };
    let words = text.split_inclusive(char::is_whitespace);
    let short: String = words
        .map(
            |word| if word.chars().count() > WORD { shorten(word, SHOWN) } else { word.to_owned() },
        )
        .collect();
    if short.chars().count() > ALL { shorten(&short, ALL) } else { short }
}

/// What kind of failure an [`Error`] is; decides the exit code of the shell and the Python class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Model,
    Numerical,
    Memory,
    Interrupted,
}

/// The one error type of the crate: a list of problems and the kind of failure they are.
///
/// It is opaque so that kinds can be added without breaking callers; ask it with
/// [`is_model`](Self::is_model), [`is_numerical`](Self::is_numerical),
/// [`is_memory`](Self::is_memory) and [`is_interrupted`](Self::is_interrupted).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.lines())]
pub struct Error {
    kind: Kind,
    problems: Vec<Problem>,
}

impl Error {
    /// The model or the question put to it is wrong.
    pub fn model(problems: Vec<Problem>) -> Self {
        Self { kind: Kind::Model, problems }
    }

    /// One problem with the model or the question put to it.
    pub fn at(address: impl Into<String>, message: impl Into<String>) -> Self {
        Self::model(vec![Problem::new(address, message)])
    }

    /// Too many paths broke (a logarithm of a negative number, an overflow).
    pub fn numerical(problems: Vec<Problem>) -> Self {
        Self { kind: Kind::Numerical, problems }
    }

    /// The first hundred problems in the order of their lines, before them those of no line.
    pub(crate) fn first_by_line(mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| problem.line.unwrap_or(0));
        Self::first_of(problems)
    }

    /// The first hundred problems, and how many more there are: a file of a stranger may have
    /// millions, and nobody reads them.
    pub(crate) fn first_of(mut problems: Vec<Problem>) -> Self {
        if problems.len() > MOST_PROBLEMS {
            let more = problems.len() - MOST_PROBLEMS;
            problems.truncate(MOST_PROBLEMS);
            problems.push(Problem::new("", format!("and {more} more problems")));
        }
        Self::model(problems)
    }

    /// The result would need more memory than the limit allows.
    pub fn memory(message: impl Into<String>) -> Self {
        Self { kind: Kind::Memory, problems: vec![Problem::new("", message)] }
    }

    /// The caller asked to stop.
    pub fn interrupted() -> Self {
        Self { kind: Kind::Interrupted, problems: vec![Problem::new("", "interrupted")] }
    }

    /// All problems, in the order of the file.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The model, or the question put to it, is wrong.
    pub fn is_model(&self) -> bool {
        self.kind == Kind::Model
    }

    /// More paths failed than the model tolerates.
    pub fn is_numerical(&self) -> bool {
        self.kind == Kind::Numerical
    }

    /// The memory limit stood in the way.
    pub fn is_memory(&self) -> bool {
        self.kind == Kind::Memory
    }

    /// The run was stopped by the caller.
    pub fn is_interrupted(&self) -> bool {
        self.kind == Kind::Interrupted
    }

    /// The same error with the file's name on every problem.
    #[must_use]
    pub fn in_file(mut self, file: &str) -> Self {
        self.problems = self.problems.into_iter().map(|p| p.in_file(file)).collect();
        self
    }

    /// The same error with the name of its model on every problem that has no file.
    #[must_use]
    pub(crate) fn in_model(mut self, name: &str) -> Self {
        for problem in self.problems.iter_mut().filter(|problem| problem.file.is_none()) {
            problem.file = Some(name.to_owned());
        }
        self
    }

    fn lines(&self) -> String {
        self.problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }
}

/// More problems of one file are not shown.
pub(crate) const MOST_PROBLEMS: usize = 100;
/// Longer names are near to none: comparing two takes the product of their lengths.
const LONGEST: usize = 200;

thread_local! {
    /// How many more names are compared on this thread.
    static COMPARISONS: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// While it lives, two million names are compared on this thread, and no more: a hundred thousand
/// unknown names among a hundred thousand known ones would take an hour.
#[derive(Debug)]
pub(crate) struct Sparing;

impl Sparing {
    pub(crate) fn begin() -> Self {
        COMPARISONS.set(2_000_000);
        Self
    }
}

impl Drop for Sparing {
    fn drop(&mut self) {
        COMPARISONS.set(usize::MAX);
    }
}

/// A number of things, in words: `1 equation`, `2 equations`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// `; did you mean "gdp"?` when a known name is near the unknown one, else nothing.
pub(crate) fn near<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let length = unknown.chars().count();
    let most = 1 + length / 4;
    let left = COMPARISONS.get();
    let mut compared = 0;
    let best = known
        .into_iter()
        .take(if length <= LONGEST { left } else { 0 })
        .inspect(|_| compared += 1)
        // Names of so different lengths cannot be near.
        .filter(|name| name.chars().count().abs_diff(length) <= most)
        .map(|name| (strsim::damerau_levenshtein(unknown, name), name))
        .min_by_key(|(distance, _)| *distance);
    if left < usize::MAX {
        COMPARISONS.set(left - compared);
    }
    match best {
        Some((distance, name)) if distance <= most => format!("; did you mean \"{name}\"?"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_prints_file_line_address_and_message() {
        let p = Problem::new("a.b", "no").at_line(Some(3)).in_file("x.toml");
        assert_eq!(p.to_string(), "x.toml:3: a.b: no");
    }

    #[test]
    fn junk_is_not_echoed_whole() {
        let junk = "x".repeat(100_000);
        let told =
            Problem::new(format!("a.{junk}"), format!("unknown name \"{junk}\"")).to_string();
        assert!(told.len() < 300 && told.contains("unknown name \"xxx") && told.ends_with("..."));
        let told = Problem::new("a", "no end ".repeat(20_000)).to_string();
        assert!(told.len() < 4_100, "{}", told.len());
        let usual = "every word of it is read, ".repeat(20);
        assert_eq!(Problem::new("a", usual.clone()).message, usual);
    }

    #[test]
    fn a_near_name_is_offered_and_a_far_one_is_not() {
        assert_eq!(
            near("trend_grwth", ["gdp", "trend_growth"]),
            "; did you mean \"trend_growth\"?"
        );
        assert_eq!(near("employment", ["gdp", "rd_share"]), "");
    }
}
