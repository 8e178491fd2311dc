//! A model as far as it could be read.
//!
//! What is wrong in one place should not hide what is wrong in another: the parts of a plan file
//! that could be read are checked like those of a whole one, and what would only follow from the
//! parts that could not be read is left unsaid.

use std::collections::{BTreeSet, HashSet};

use super::Model;
use crate::error::{Error, Problem};
use crate::period::{Period, Span};

/// What was read, and what is wrong with it. Without problems it is the model.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(super) model: Option<Model>,
    pub(super) problems: Vec<Problem>,
}

/// The places of a draft that could not be read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unread {
    /// The address of every problem.
    addresses: BTreeSet<String>,
    /// Parts of which nothing could be read. Something stands in for them, so that their names are
    /// known.
    left_out: HashSet<String>,
    hidden: Hidden,
}

/// What of a whole draft may not be known.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hidden {
    /// May a section be written under another key?
    pub(super) section: bool,
    /// Is the span another than the one that stands in for it?
    pub(super) span: bool,
}

impl Unread {
    pub(super) fn new(problems: &[Problem], left_out: HashSet<String>, hidden: Hidden) -> Self {
        let addresses = problems.iter().map(|problem| problem.address.clone()).collect();
        Self { addresses, left_out, hidden }
    }

    /// Is everything read?
    pub(crate) fn is_empty(&self) -> bool {
        self.addresses.is_empty()
    }

    /// Could something at an address, or below it, not be read?
    pub(crate) fn concerns(&self, address: &str) -> bool {
        let after = self.addresses.range(address.to_owned()..);
        after.take_while(|found| found.starts_with(address)).any(|found| lies_in(found, address))
    }

    /// May a problem follow from what could not be read?
    pub(crate) fn explains(&self, problem: &Problem) -> bool {
        let address = problem.address.as_str();
        let above = |known: &dyn Fn(&str) -> bool| around(address).any(known);
        self.concerns(address)
            || above(&|outer| self.addresses.contains(outer))
            || above(&|outer| self.left_out.contains(outer))
    }

    /// Is the span not known, so that nothing can be said of periods?
    pub(crate) fn hides_the_span(&self) -> bool {
        !self.is_empty() && self.hidden.span
    }

    /// Is there a target whose id is not known?
    pub(crate) fn hides_a_target(&self, model: &Model) -> bool {
        let mut targets = model.targets.iter().enumerate();
        targets.any(|(k, target)| {
            target.id.is_empty() && self.left_out.contains(&format!("targets[{k}]"))
        })
    }
}

/// Does an address lie in a part, or is it the part?
fn lies_in(address: &str, part: &str) -> bool {
    address.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// An address, and those of the parts around it.
fn around(address: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(address), |inner| Some(&inner[..inner.rfind(['.', '['])?]))
}

impl Draft {
    /// The model, or what could be read of it with what is wrong.
    pub(crate) fn finish(self) -> Result<Model, (Option<Box<Model>>, Vec<Problem>)> {
        match self.model {
            Some(model) if self.problems.is_empty() => Ok(model),
            model => {
                let model = model.filter(|model| knows_its_names(model, &self.problems));
                Err((model.map(Box::new), self.problems))
            }
        }
    }

    /// The model, or what is wrong with what was read.
    pub(super) fn into_model(self) -> Result<Model, Error> {
        self.finish().map_err(|(_, problems)| Error::first_by_line(problems))
    }
}

/// Does a draft have every name that the file gives to something? Where it does not, a name may be
/// known that looks unknown.
fn knows_its_names(model: &Model, problems: &[Problem]) -> bool {
    !model.origin.unread.hidden.section
        && problems.iter().all(|problem| {
            let address = problem.address.as_str();
            let (section, rest) =
                address.split_at(address.find(['.', '[']).unwrap_or(address.len()));
            let rest = rest.strip_prefix('.').unwrap_or(rest);
            let name = rest.split(['.', '[']).next().unwrap_or(rest);
            match section {
                "indicators" => model.indicators.contains_key(name),
                "parameters" => model.parameters.contains_key(name),
                "draws" => model.draws.contains_key(name),
                "shocks" => model.shocks.contains_key(name),
                "scenarios" => model.scenarios.contains_key(name),
                "target_sets" => model.target_sets.contains_key(name),
                "targets" => !rest.is_empty(),
                // What is newer may mean anything.
                "schema" => false,
                // Of the others nothing else knows the names.
                _ => true,
            }
        })
}

/// The span that was probably meant: two periods with something else than two dots between them.
pub(super) fn span_meant(text: &str) -> Option<Span> {
    let begins = |c: &char| c.is_ascii_digit();
    let text: Vec<char> = text.chars().take(60).collect();
    (1..text.len()).find_map(|middle| {
        let first: String = text[..middle].iter().collect();
        let last: String = text[middle..].iter().skip_while(|c| !begins(c)).collect();
        let first = first.trim_end_matches(|c: char| !c.is_alphanumeric());
        let (first, last): (Period, Period) = (first.parse().ok()?, last.trim().parse().ok()?);
        Span::new(first, last).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_explained_by_what_is_unread_around_it_or_below() {
        let problem = |address: &str| Problem::new(address, "");
        let unread = Unread::new(
            &[problem("indicators.gdp.process.mean"), problem("indicators.gdp_2")],
            HashSet::from(["targets[1]".to_owned()]),
            Hidden::default(),
        );
        for explained in [
            "indicators.gdp",
            "indicators.gdp.process",
            "indicators.gdp.process.mean.x",
            "indicators.gdp_2.unit",
            "targets[1].indicator",
        ] {
            assert!(unread.explains(&problem(explained)), "{explained}");
        }
        for told in ["indicators.gdp.process.start", "indicators.gd", "targets[11]", "targets[0]"] {
            assert!(!unread.explains(&problem(told)), "{told}");
        }
    }

    #[test]
    fn a_span_with_another_sign_between_its_periods_is_guessed() {
        for text in ["2021.2025", "2021-2025", "2021 to 2025", "2021:2025", "2021\u{2013}2025"] {
            assert_eq!(span_meant(text), "2021..2025".parse().ok(), "{text}");
        }
        assert_eq!(span_meant("2021-Q1:2025-Q4"), "2021-Q1..2025-Q4".parse().ok());
        assert_eq!(span_meant("soon"), None);
    }
}
