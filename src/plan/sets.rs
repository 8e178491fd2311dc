//! Sets of targets that are met together.

use crate::model::{Model, Nature};

/// The sets of a model's targets, by the places of their members: `all`, `binding` and `expected`
/// where the model has both sorts, then its own.
pub fn sets(model: &Model) -> Vec<(&str, Vec<usize>)> {
    if model.targets.is_empty() {
        return Vec::new();
    }
    let of = |nature| {
        let members = model.targets.iter().enumerate().filter(move |(_, t)| t.nature == nature);
        members.map(|(index, _)| index).collect::<Vec<_>>()
    };
    let mut sets = vec![("all", (0..model.targets.len()).collect::<Vec<_>>())];
    let (binding, expected) = (of(Nature::Binding), of(Nature::Expected));
    if !binding.is_empty() && !expected.is_empty() {
        sets.extend([("binding", binding), ("expected", expected)]);
    }
    for (name, set) in &model.target_sets {
        let index = |id: &String| model.targets.iter().position(|target| target.id == *id);
        sets.push((name, set.targets.iter().filter_map(index).collect()));
    }
    sets
}
