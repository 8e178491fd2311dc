//! Which differences belong together: by kind, or as the user says.

use indexmap::IndexMap;

use crate::error::{Error, Problem, near};
use crate::model::{Difference, DifferenceKind as Kind};

/// A group that a user names, with the addresses of its differences; `*` stands for any text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Patterns of addresses.
    pub patterns: Vec<String>,
}

/// The groups with the places of their differences. Every group that the user names is there, the
/// groups by kind where they have a difference that matters.
pub(super) type Groups = IndexMap<String, Vec<usize>>;

/// Puts the differences that matter into groups. Patterns are held against `all` differences, also
/// those that have no bearing on what is asked for.
pub(super) fn groups(
    all: &[Difference],
    differences: &[Difference],
    named: &[Group],
) -> Result<Groups, Error> {
    let owners = owners(all, named)?;
    let mut groups: Groups = named.iter().map(|group| (group.name.clone(), Vec::new())).collect();
    let mut by_kind: Vec<(Kind, usize)> = Vec::new();
    for (index, difference) in differences.iter().enumerate().filter(|(_, d)| d.kind.matters()) {
        if let Some(owner) = owners.get(difference.address.as_str()) {
            groups[*owner].push(index);
        } else {
            match follows(difference, differences, &owners) {
                Follows::Owner(owner) => groups[owner].push(index),
                Follows::Kind(kind) => by_kind.push((kind, index)),
            }
        }
    }
    by_kind.sort();
    for (kind, index) in by_kind {
        groups.entry(kind.name().to_owned()).or_default().push(index);
    }
    Ok(groups)
}

/// The group, by its place, of each address that a pattern matches.
fn owners<'a>(all: &'a [Difference], named: &[Group]) -> Result<IndexMap<&'a str, usize>, Error> {
    let mut problems = Vec::new();
    let mut owners: IndexMap<&str, usize> = IndexMap::new();
    for (k, group) in named.iter().enumerate() {
        if named[..k].iter().any(|other| other.name == group.name) {
            problems.push(Problem::new("groups", format!("\"{}\" is given twice", group.name)));
        }
        for pattern in &group.patterns {
            let inside =
                |d: &&Difference| matches(pattern, &d.address) || under(pattern, &d.address);
            let mut found = all.iter().filter(inside).peekable();
            if found.peek().is_none() {
                let known = all.iter().map(|d| d.address.as_str());
                let hint = near(pattern, known);
                let message =
                    format!("no difference between the models matches \"{pattern}\"{hint}");
                problems.push(Problem::new(format!("groups.{}", group.name), message));
            }
            for difference in found {
                let owner = *owners.entry(&difference.address).or_insert(k);
                if owner != k {
                    let (a, b) = (&named[owner].name, &group.name);
                    let message = format!("both \"{a}\" and \"{b}\" have {}", difference.address);
                    problems.push(Problem::new("groups", message));
                }
            }
        }
    }
    if problems.is_empty() { Ok(owners) } else { Err(Error::model(problems)) }
}

enum Follows {
    Owner(usize),
    Kind(Kind),
}

/// A parameter, shock or correlation that comes or goes belongs to the equation, process or event
/// that comes or goes with it: one that names it before or after.
fn follows(
    difference: &Difference,
    differences: &[Difference],
    owners: &IndexMap<&str, usize>,
) -> Follows {
    let own = Follows::Kind(difference.kind);
    let comes_or_goes = difference.before.is_none() != difference.after.is_none();
    let Some((section, name)) = difference.address.split_once('.') else { return own };
    if !comes_or_goes || !matches!(section, "parameters" | "shocks") {
        return own;
    }
    let side = |d: &Difference| {
        if difference.before.is_none() { d.after.clone() } else { d.before.clone() }
    };
    let names_it = |d: &&Difference| {
        let is_user = matches!(d.kind, Kind::Equations | Kind::Events);
        is_user
            && side(d).is_some_and(|text| mentions(&text, name) || is_own_shock(d, section, name))
    };
    match differences.iter().find(names_it) {
        Some(user) => match owners.get(user.address.as_str()) {
            Some(owner) => Follows::Owner(*owner),
            None => Follows::Kind(user.kind),
        },
        None => own,
    }
}

/// A behavioural equation has the shock of its indicator's name.
fn is_own_shock(difference: &Difference, section: &str, name: &str) -> bool {
    let mut steps = difference.address.split('.');
    section == "shocks" && steps.next() == Some("indicators") && steps.next() == Some(name)
}

/// Does a text name it, as a whole word?
fn mentions(text: &str, name: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
}

/// Does a pattern match a whole address? `*` stands for any text.
pub(super) fn matches(pattern: &str, address: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == address };
    let Some(mut tail) = address.strip_prefix(head) else { return false };
    loop {
        if matches(rest, tail) {
            return true;
        }
        let mut characters = tail.chars();
        if characters.next().is_none() {
            return false;
        }
        tail = characters.as_str();
    }
}

/// `parameters` has all of `parameters.trend`, and `indicators.gdp` all that is inside it.
fn under(pattern: &str, address: &str) -> bool {
    address.strip_prefix(pattern).is_some_and(|rest| rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(matches("indicators.*.history.2021", "indicators.gdp.history.2021"));
        assert!(matches("*", "x") && matches("a*", "a") && matches("a*b*c", "a-b-b-c"));
        assert!(!matches("a*b", "a-c") && !matches("parameters", "parameters.x"));
        assert!(under("parameters", "parameters.x") && !under("param", "parameters.x"));
    }

    #[test]
    fn a_name_is_a_whole_word() {
        assert!(mentions("dlog(y) ~ trend + slope * 增长", "slope"));
        assert!(mentions("dlog(y) ~ 增长", "增长"));
        assert!(!mentions("trend_growth", "trend"));
    }
}
