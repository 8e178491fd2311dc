//! A small set of unknowns that breaks every cycle of a simultaneous block.
//!
//! Once the values of a feedback set are guessed, all other equations of the block can be computed
//! one after the other; only the guesses have to be solved for. To find the smallest set is hard;
//! the reductions of H. Levy and D. W. Low (1988), A contraction algorithm for finding small cycle
//! cutsets, find it for most blocks of macro models, and where they get stuck the vertex with the
//! most cycles through it is taken.

use crate::interrupt::look;
use std::collections::BTreeSet;

/// Members of a block that break its cycles, and the order in which the others can be computed
/// once these are known. `needs[i]` lists what `i` needs; the rest of the graph is left out.
pub(super) fn feedback(block: &[usize], needs: &[Vec<usize>]) -> (Vec<usize>, Vec<usize>) {
    let mut cut = cutset(block, needs);
    cut.sort_unstable();
    let rest: Vec<usize> =
        block.iter().copied().filter(|k| cut.binary_search(k).is_err()).collect();
    let order = in_order(&rest, needs);
    (cut, order)
}

/// The graph while it shrinks: who needs whom, both ways.
struct Graph {
    needs: Vec<BTreeSet<usize>>,
    needed_by: Vec<BTreeSet<usize>>,
    alive: BTreeSet<usize>,
}

fn cutset(block: &[usize], needs: &[Vec<usize>]) -> Vec<usize> {
    let index = |node: &usize| block.binary_search(node).ok();
    let mut graph = Graph {
        needs: vec![BTreeSet::new(); block.len()],
        needed_by: vec![BTreeSet::new(); block.len()],
        alive: (0..block.len()).collect(),
    };
    for (k, node) in block.iter().enumerate() {
        for needed in needs[*node].iter().filter_map(index) {
            graph.needs[k].insert(needed);
            graph.needed_by[needed].insert(k);
        }
    }
    let mut cut = Vec::new();
    let mut waiting: BTreeSet<usize> = graph.alive.clone();
    loop {
        look();
        while let Some(node) = waiting.pop_first() {
            if graph.alive.contains(&node) && graph.reduce(node, &mut cut, &mut waiting) {
                waiting.remove(&node);
            }
        }
        let busiest = graph.alive.iter().max_by_key(|&&node| {
            let through = graph.needs[node].len() * graph.needed_by[node].len();
            (through, std::cmp::Reverse(node))
        });
        let Some(&busiest) = busiest else { break };
        cut.push(busiest);
        waiting.extend(graph.remove(busiest));
    }
    cut.into_iter().map(|k| block[k]).collect()
}

impl Graph {
    /// Takes a vertex away that is on no cycle, must be cut, or can be contracted into its only
    /// neighbour.
    fn reduce(&mut self, node: usize, cut: &mut Vec<usize>, waiting: &mut BTreeSet<usize>) -> bool {
        if self.needs[node].contains(&node) {
            cut.push(node);
        } else if self.needs[node].len() > 1 && self.needed_by[node].len() > 1 {
            return false;
        }
        let (before, after) = if cut.last() == Some(&node) {
            (Vec::new(), Vec::new())
        } else {
            let list = |set: &BTreeSet<usize>| set.iter().copied().collect::<Vec<_>>();
            (list(&self.needs[node]), list(&self.needed_by[node]))
        };
        waiting.extend(self.remove(node));
        for &needed in &before {
            for &user in &after {
                self.needs[user].insert(needed);
                self.needed_by[needed].insert(user);
                waiting.extend([needed, user]);
            }
        }
        true
    }

    /// Takes a vertex away; gives its neighbours.
    fn remove(&mut self, node: usize) -> Vec<usize> {
        self.alive.remove(&node);
        let before = std::mem::take(&mut self.needs[node]);
        let after = std::mem::take(&mut self.needed_by[node]);
        for &needed in &before {
            self.needed_by[needed].remove(&node);
        }
        for &user in &after {
            self.needs[user].remove(&node);
        }
        before.into_iter().chain(after).filter(|&other| other != node).collect()
    }
}

/// The order of members without a cycle: what is needed first.
fn in_order(members: &[usize], needs: &[Vec<usize>]) -> Vec<usize> {
    let index = |node: &usize| members.binary_search(node).ok();
    let own: Vec<Vec<usize>> =
        members.iter().map(|&k| needs[k].iter().filter_map(index).collect()).collect();
    super::order::blocks(&own).into_iter().flatten().map(|k| members[k]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn two_circles_through_one_vertex_are_cut_there() {
        let needs = [vec![1, 3], vec![2], vec![0], vec![0]];
        assert_eq!(feedback(&[0, 1, 2, 3], &needs), (vec![0], vec![2, 1, 3]));
    }

    #[test]
    fn who_needs_itself_is_cut() {
        assert_eq!(feedback(&[0], &[vec![0]]), (vec![0], vec![]));
    }

    proptest! {
        #[test]
        fn what_is_left_has_an_order(edges in prop::collection::vec((0..30usize, 0..30usize), 0..90)) {
            let mut needs = vec![Vec::new(); 30];
            edges.iter().for_each(|&(a, b)| needs[a].push(b));
            let block: Vec<usize> = (0..30).collect();
            let (cut, order) = feedback(&block, &needs);
            prop_assert_eq!(cut.len() + order.len(), 30);
            let mut known: BTreeSet<usize> = cut.into_iter().collect();
            for node in order {
                prop_assert!(needs[node].iter().all(|needed| known.contains(needed)));
                known.insert(node);
            }
        }
    }
}
