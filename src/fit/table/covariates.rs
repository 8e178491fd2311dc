//! What may explain the means of a panel: a number for each of its series, such as income.

use indexmap::IndexMap;

use super::panels::Panel;
use crate::error::{Problem, near};

/// The name of the place whose figures are fitted, unless it is said.
pub(super) const OWN: &str = "self";

/// Numbers that may explain means, and under which name the own place has its.
#[derive(Debug, Clone, Default)]
pub(super) struct Covariates {
    named: IndexMap<String, IndexMap<String, f64>>,
    pub(super) own: Option<String>,
}

impl Covariates {
    /// Adds the numbers of one.
    pub(super) fn add(&mut self, name: String, numbers: IndexMap<String, f64>) {
        self.named.insert(name, numbers);
    }

    /// The names of what may explain means.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.named.keys().map(String::as_str)
    }

    /// Gives the series of panels their numbers: those of peers where there are any, else of columns.
    ///
    /// A panel without peers beside one with peers has none, nor has a series that is fitted alone.
    pub(super) fn give(&self, panels: &mut [Panel]) -> Vec<Problem> {
        if self.named.is_empty() {
            return Vec::new();
        }
        let of_places = panels.iter().any(|panel| panel.peers() > 0);
        let mut problems: Vec<Problem> = Vec::new();
        let mut asked: Vec<String> = Vec::new();
        let pooled = panels.iter_mut().filter(|panel| panel.is_pooled());
        let mut is_given = false;
        for panel in pooled.filter(|panel| !of_places || panel.peers() > 0) {
            is_given = true;
            let mut names = panel.names.clone();
            if of_places && let Some(first) = names.first_mut() {
                *first = self.own.clone().unwrap_or_else(|| OWN.to_owned());
            }
            for (covariate, numbers) in &self.named {
                problems.extend(wrong(covariate, numbers, &names));
            }
            let row = |name: &String| -> Vec<f64> {
                self.named.values().map(|of| of.get(name).copied().unwrap_or(f64::NAN)).collect()
            };
            panel.covariates = names.iter().map(row).collect();
            asked.extend(names);
        }
        if !is_given {
            let message = "covariates explain differences between series that are fitted together, and here there are \
                           none: give peers={..}, or five columns of one kind";
            return vec![Problem::new("covariates", message)];
        }
        for (covariate, numbers) in &self.named {
            for name in numbers.keys().filter(|name| !asked.contains(name)) {
                let hint = near(name, asked.iter().map(String::as_str));
                let message = format!("no series that is fitted together is of \"{name}\"{hint}");
                problems.push(Problem::new(format!("covariates.{covariate}"), message));
            }
        }
        problems.dedup();
        problems
    }
}

/// What is wrong with the numbers of a covariate for some series.
fn wrong(covariate: &str, numbers: &IndexMap<String, f64>, names: &[String]) -> Vec<Problem> {
    let missing: Vec<&String> = names.iter().filter(|name| !numbers.contains_key(*name)).collect();
    let mut problems = Vec::new();
    if let Some(first) = missing.first() {
        let others = match missing.len() {
            1 => String::new(),
            several => format!(" (nor for {} more)", several - 1),
        };
        let what = if *first == OWN { "the place that is fitted, under" } else { "" };
        let message = format!(
            "has no number for {what}{}\"{first}\"{others}: every series that is fitted together needs one; give it, \
             or leave the peer out",
            if what.is_empty() { "" } else { " " }
        );
        problems.push(Problem::new(format!("covariates.{covariate}"), message));
    }
    for (name, number) in numbers.iter().filter(|(_, number)| !number.is_finite()) {
        let message = format!("{number} is no finite number: give one, or leave the place out");
        problems.push(Problem::new(format!("covariates.{covariate}.{name}"), message));
    }
    let known: Vec<f64> = names.iter().filter_map(|name| numbers.get(name)).copied().collect();
    if let [first, rest @ ..] = &known[..]
        && missing.is_empty()
        && rest.iter().all(|number| number == first)
    {
        let message =
            format!("is {first} for every series, and explains no difference; leave it out");
        problems.push(Problem::new(format!("covariates.{covariate}"), message));
    }
    problems
}
