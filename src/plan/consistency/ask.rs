//! All questions to a plan, one after the other.

use super::base;
use super::conflicts;
use super::domains::Narrowing;
use super::events;
use super::finding::{Finding, Kind, Rules, warning};
use super::growth;
use super::network::Network;
use super::overlaps;
use super::question::Question;
use super::range::Ranges;
use super::tension;
use super::wanted::{Wanted, jump_off, wanted};
use crate::compile::Program;
use crate::error::Problem;

/// Puts all questions to a program.
pub(super) fn ask(program: &Program, rules: &Rules) -> Vec<Finding> {
    let model = program.model();
    let mut network = Network::new(program);
    let wanted = wanted(&mut network);
    let bases = wanted.iter().map(|wanted| {
        let indicator = wanted.indicator?;
        let row = jump_off(&network, indicator)?;
        Some((network.level(indicator, row), row))
    });
    let bases = bases.collect();
    let chances = events::chances(&mut network);
    let spoken = growth::spoken(&mut network);
    let network = network;
    // Paths in which one of these has no value have failed; what a target counts need not have one.
    let levels = network.levels().into_iter().map(|(.., cell)| cell);
    let roots = levels.chain(chances.iter().map(|(_, cell)| *cell)).collect();
    let narrowing = Narrowing::new(&network, roots);
    let Ok(start) = narrowing.start() else { return vec![broken(&wanted)] };
    let ranges = Ranges::new(&network, rules.central);
    let question = Question {
        model,
        rules: *rules,
        network: &network,
        narrowing,
        ranges,
        wanted,
        bases,
        start,
    };
    let (mut findings, clashes) = conflicts::infeasible(&question);
    findings.extend(tension::tensions(&question, &clashes));
    findings.extend(overlaps::overlaps(&question, &clashes));
    findings.extend(base::bases(&question));
    findings.extend(events::odd(&question, &chances));
    findings.extend(growth::odd(&question, &spoken));
    if question.narrowing.is_spent() {
        findings.push(too_large(question.wanted.len(), network.len()));
    }
    findings
}

/// Not everything was asked: there is too much of it.
fn too_large(targets: usize, numbers: usize) -> Finding {
    let message = format!(
        "{targets} targets over {numbers} numbers are too many to be held against each other: not all that \
         does not fit was found"
    );
    let resolve = "check a part of the targets, or a shorter span";
    Finding { resolve: resolve.to_owned(), ..warning(&Problem::new("targets", message)) }
}

/// Nothing satisfies the equations themselves.
fn broken(wanted: &[Wanted<'_>]) -> Finding {
    let message = "no values satisfy the equations that the targets rest on: every path fails";
    Finding {
        kind: Kind::Infeasible,
        targets: wanted.iter().map(|wanted| wanted.target.id.clone()).collect(),
        indicators: Vec::new(),
        message: message.to_owned(),
        sources: Vec::new(),
        resolve: "look for a logarithm or a root of what cannot be positive".to_owned(),
        values: indexmap::IndexMap::new(),
    }
}
