//! Errors with an address.
//!
//! Every mistake in a model is a [`Problem`]: where it is (an address such as
//! `scenarios.slump.changes[1].parameter` and, when the model came from a file, the file and the
//! line), what was found and what was expected. An [`Error`] carries all problems of a model at
//! once, so a person mends them in one pass.

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
    pub fn new(address: impl Into<String>, message: impl Into<String>) -> Self {
        Self { file: None, line: None, address: address.into(), message: message.into() }
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
            write!(f, "{}: {}", self.address, self.message)
        }
    }
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

/// `; did you mean "gdp"?` when a known name is near the unknown one, else nothing.
pub(crate) fn near<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let best = known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(unknown, name), name))
        .min_by_key(|(distance, _)| *distance);
    match best {
        Some((distance, name)) if distance <= 1 + unknown.chars().count() / 4 => {
            format!("; did you mean \"{name}\"?")
        }
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
    fn a_near_name_is_offered_and_a_far_one_is_not() {
        assert_eq!(
            near("trend_grwth", ["gdp", "trend_growth"]),
            "; did you mean \"trend_growth\"?"
        );
        assert_eq!(near("employment", ["gdp", "rd_share"]), "");
    }
}
