//! The order in which equations are computed within a period.

/// Blocks of equations in the order of their dependencies (Tarjan 1972, Depth-first search and
/// linear graph algorithms): each block needs only itself and those before it. A block of one that
/// does not need itself is recursive; any other is simultaneous. `needs[i]` lists what `i` needs.
/// The order is stable: it depends on nothing but the order of the input.
pub(crate) fn blocks(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut search = Search {
        needs,
        index: vec![None; needs.len()],
        low: vec![0; needs.len()],
        on_stack: vec![false; needs.len()],
        stack: Vec::new(),
        next: 0,
        blocks: Vec::new(),
    };
    for node in 0..needs.len() {
        if search.index[node].is_none() {
            search.visit(node);
        }
    }
    search.blocks
}

struct Search<'a> {
    needs: &'a [Vec<usize>],
    index: Vec<Option<usize>>,
    low: Vec<usize>,
    on_stack: Vec<bool>,
    stack: Vec<usize>,
    next: usize,
    blocks: Vec<Vec<usize>>,
}

impl Search<'_> {
    fn open(&mut self, node: usize) {
        self.index[node] = Some(self.next);
        self.low[node] = self.next;
        self.next += 1;
        self.stack.push(node);
        self.on_stack[node] = true;
    }

    /// Depth first with a stack of its own: a chain of 20,000 equations is no deep recursion.
    fn visit(&mut self, root: usize) {
        let mut work = vec![(root, 0)];
        self.open(root);
        while let Some((node, edge)) = work.last_mut() {
            let node = *node;
            if let Some(&next) = self.needs[node].get(*edge) {
                *edge += 1;
                match self.index[next] {
                    None => {
                        self.open(next);
                        work.push((next, 0));
                    }
                    Some(index) if self.on_stack[next] => {
                        self.low[node] = self.low[node].min(index);
                    }
                    Some(_) => {}
                }
                continue;
            }
            work.pop();
            if let Some(&(parent, _)) = work.last() {
                self.low[parent] = self.low[parent].min(self.low[node]);
            }
            if Some(self.low[node]) == self.index[node] {
                self.close(node);
            }
        }
    }

    fn close(&mut self, root: usize) {
        let mut block = Vec::new();
        while let Some(node) = self.stack.pop() {
            self.on_stack[node] = false;
            block.push(node);
            if node == root {
                break;
            }
        }
        block.sort_unstable();
        self.blocks.push(block);
    }
}

/// A cycle within a simultaneous block, starting and ending at its first member.
pub(super) fn cycle(block: &[usize], needs: &[Vec<usize>]) -> Vec<usize> {
    let start = block[0];
    let mut came_from = vec![None; needs.len()];
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for &next in needs[node].iter().filter(|next| block.contains(next)) {
            if next == start {
                let mut path = vec![start, node];
                let mut at = node;
                while let Some(previous) = came_from[at] {
                    path.push(previous);
                    at = previous;
                }
                path.reverse();
                return path;
            }
            if came_from[next].is_none() {
                came_from[next] = Some(node);
                queue.push_back(next);
            }
        }
    }
    vec![start]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_comes_first() {
        let needs = [vec![1, 2], vec![2], vec![], vec![0]];
        assert_eq!(blocks(&needs), [vec![2], vec![1], vec![0], vec![3]]);
    }

    #[test]
    fn a_cycle_is_one_block_and_can_be_printed() {
        let needs = [vec![1], vec![2], vec![0, 3], vec![]];
        assert_eq!(blocks(&needs), [vec![3], vec![0, 1, 2]]);
        assert_eq!(cycle(&[0, 1, 2], &needs), [0, 1, 2, 0]);
        assert_eq!(cycle(&[0], &[vec![0]]), [0, 0]);
    }

    #[test]
    fn a_long_chain_needs_no_deep_stack() {
        let needs: Vec<Vec<usize>> =
            (0..200_000).map(|k| if k == 0 { vec![] } else { vec![k - 1] }).collect();
        assert_eq!(blocks(&needs).len(), 200_000);
    }
}
