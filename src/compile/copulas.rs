//! Copulas: whose scores are divided by a common number.

use indexmap::IndexMap;

use super::program::CopulaDraw;
use crate::error::{Problem, near};
use crate::interrupt::look;
use crate::model::{Copula, Model};
use crate::sample::{StreamId, TCopula};

/// The copulas of parameters and those of shocks.
#[derive(Debug, Default)]
pub(super) struct Copulas {
    pub(super) of_parameters: Vec<CopulaDraw>,
    pub(super) of_shocks: Vec<CopulaDraw>,
}

/// The copulas of a model.
pub(super) fn copulas(model: &Model, problems: &mut Vec<Problem>) -> Copulas {
    let mut found = Copulas::default();
    let mut known: IndexMap<&str, &str> = IndexMap::new();
    for (name, copula) in &model.copulas {
        look();
        let before = problems.len();
        for (k, member) in copula.members.iter().enumerate() {
            let other = known.insert(member, name).filter(|other| other != name);
            let wrong = match other {
                Some(other) => Some(format!("\"{member}\" is in the copula \"{other}\" too")),
                None => unfit(model, copula, member),
            };
            let address = format!("copulas.{name}.members[{k}]");
            problems.extend(wrong.map(|message| Problem::new(address, message)));
        }
        problems.extend(left_out(model, name, copula));
        if problems.len() > before {
            continue;
        }
        let shocks = copula.members.iter().filter_map(|member| model.shocks.get_index_of(member));
        let parameters =
            copula.members.iter().filter_map(|member| model.parameters.get_index_of(member));
        let is_of_shocks = copula.members.iter().all(|member| model.shocks.contains_key(member));
        let draw = CopulaDraw {
            stream: StreamId::of(&format!("copula/{name}")),
            members: if is_of_shocks { shocks.collect() } else { parameters.collect() },
            scores: TCopula::new(copula.df),
        };
        if is_of_shocks {
            found.of_shocks.push(draw);
        } else {
            found.of_parameters.push(draw);
        }
    }
    found
}

/// Why something cannot be a member.
fn unfit(model: &Model, copula: &Copula, member: &str) -> Option<String> {
    let is_shock = |name: &str| model.shocks.contains_key(name);
    let first = copula.members.first().map_or(member, String::as_str);
    if let Some(shock) = model.shocks.get(member) {
        let shares = shock.stream.is_some()
            || model.streams.contains_key(member)
            || model.shocks.values().any(|other| other.stream.as_deref() == Some(member));
        return shares.then(|| {
            format!(
                "shock \"{member}\" shares its stream of random numbers, by which it hangs together with \
                 others already; it cannot be in a copula as well"
            )
        });
    }
    if let Some((block, ..)) = model.draws_of(member) {
        return Some(format!(
            "parameter \"{member}\" is drawn in rows with others (draws \"{block}\"), which say how they hang \
             together; it cannot be in a copula as well"
        ));
    }
    if !model.parameters.contains_key(member) {
        let known = model.shocks.keys().chain(model.parameters.keys()).map(String::as_str);
        return Some(format!(
            "\"{member}\" is neither a shock nor a parameter{}",
            near(member, known)
        ));
    }
    is_shock(first).then(|| {
        format!(
            "\"{first}\" and \"{member}\" are a shock and a parameter; a copula is between shocks or between \
             parameters"
        )
    })
}

/// What is correlated with a member and is none.
fn left_out(model: &Model, name: &str, copula: &Copula) -> Option<Problem> {
    let is_member = |name: &&str| copula.members.iter().any(|member| member == name);
    model.correlations.keys().find_map(|pair| {
        let [a, b] = pair.names();
        let (inside, outside) = match (is_member(&a), is_member(&b)) {
            (true, false) => (a, b),
            (false, true) => (b, a),
            _ => return None,
        };
        let message = format!(
            "\"{outside}\" is correlated with \"{inside}\" and not a member; add it, or leave the correlation out"
        );
        Some(Problem::new(format!("copulas.{name}.members"), message))
    })
}
