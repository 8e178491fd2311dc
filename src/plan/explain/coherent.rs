//! Groups that cannot stand apart are merged, as few as possible.
//!
//! A coalition is *coherent* when its model compiles. The finest way of merging groups is looked
//! for with which every coalition is coherent: first without any merging, then with one pair
//! merged, then two, in the order of the groups; only pairs that break an incoherent coalition are
//! tried.

use std::collections::{HashMap, HashSet, VecDeque};

use super::coalition::{Coalitions, Mask, Player};
use crate::error::Error;
use crate::interrupt::look;
use crate::parallel::Workers;
use crate::sensitivity::MOST_PLAYERS;

/// Coalitions that are compiled between two looks at the caller's wish to go on.
const BATCH: usize = 64;
/// The most groups, also those that have nothing to do with the question: a bit of a word for each.
const MOST_NAMED: usize = 60;
/// Ways of merging that are looked at before pairs are merged one by one.
const MOST_TRIED: usize = 5_000;

/// The players of the game: groups, merged where a coalition would not compile.
pub(super) fn merged(
    coalitions: &Coalitions,
    workers: &Workers,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Vec<Player>, Error> {
    let count = coalitions.groups.values().filter(|places| !places.is_empty()).count();
    if count > MOST_PLAYERS || coalitions.groups.len() > MOST_NAMED {
        let names: Vec<&str> = coalitions.groups.keys().map(String::as_str).collect();
        let message = format!(
            "{count} groups of differences have {} coalitions; at most {MOST_PLAYERS} groups: put \
             some together, {} now",
            1u64 << count.min(63),
            names.join(", ")
        );
        return Err(Error::at("groups", message));
    }
    let groups = coalitions.groups.values().enumerate();
    let singles: Vec<Mask> =
        groups.filter(|(_, places)| !places.is_empty()).map(|(k, _)| 1 << k).collect();
    let masks: Vec<Mask> = (1..(1usize << count).saturating_sub(1))
        .map(|subset| (0..count).filter(|k| subset >> k & 1 == 1).map(|k| singles[k]).sum())
        .collect();
    let mut faults: HashMap<Mask, Option<String>> = HashMap::new();
    for batch in masks.chunks(BATCH) {
        if !watch(0, 1) {
            return Err(Error::interrupted());
        }
        faults.extend(workers.map(batch.len(), |k| (batch[k], coalitions.fault(batch[k]))));
    }
    search(singles, &|mask| faults.get(&mask).cloned().flatten())
}

/// Searches ways of merging, the finest first.
fn search(
    singles: Vec<Mask>,
    fault: &dyn Fn(Mask) -> Option<String>,
) -> Result<Vec<Player>, Error> {
    let start: Vec<Player> =
        singles.into_iter().map(|mask| Player { mask, reason: None }).collect();
    let mut queue = VecDeque::from([start]);
    let mut seen: HashSet<Vec<Mask>> = HashSet::new();
    while let Some(players) = queue.pop_front() {
        let Some((broken, reason)) = first_fault(&players, fault) else { return Ok(players) };
        let many = seen.len() > MOST_TRIED;
        if many {
            queue.clear();
        }
        let inside = |player: &Player| broken & player.mask != 0;
        'pairs: for a in players.iter().filter(|player| inside(player)) {
            for b in players.iter().filter(|player| !inside(player)) {
                look();
                let together = a.mask | b.mask;
                let mut next: Vec<Player> = Vec::new();
                for player in &players {
                    if player.mask & together == 0 {
                        next.push(player.clone());
                    } else if next.iter().all(|other| other.mask != together) {
                        let reason = Some(reason.clone());
                        next.push(Player { mask: together, reason });
                    }
                }
                if seen.insert(next.iter().map(|player| player.mask).collect()) {
                    queue.push_back(next);
                }
                if many {
                    break 'pairs;
                }
            }
        }
    }
    Err(Error::at("groups", "the differences cannot be told apart: no coalition compiles"))
}

/// The first coalition that does not compile, the smallest before the larger ones, and why.
fn first_fault(
    players: &[Player],
    fault: &dyn Fn(Mask) -> Option<String>,
) -> Option<(Mask, String)> {
    let count = players.len();
    let mut subsets: Vec<usize> = (1..(1usize << count).saturating_sub(1)).collect();
    subsets.sort_by_key(|subset| (subset.count_ones(), *subset));
    subsets.into_iter().find_map(|subset| {
        let chosen = players.iter().enumerate().filter(|(k, _)| subset >> k & 1 == 1);
        let mask = chosen.map(|(_, player)| player.mask).sum();
        Some((mask, fault(mask)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Merges `count` groups, where a coalition is coherent when `coherent` says so.
    fn masks(count: usize, coherent: impl Fn(Mask) -> bool) -> Vec<Mask> {
        let singles = (0..count).map(|k| 1 << k).collect();
        let fault = |mask| (!coherent(mask)).then(|| "no".to_owned());
        let players = search(singles, &fault).expect("a way");
        players.into_iter().map(|player| player.mask).collect()
    }

    #[test]
    fn what_stands_apart_is_left_apart() {
        assert_eq!(masks(4, |_| true), [1, 2, 4, 8]);
    }

    #[test]
    fn an_equation_and_the_parameter_it_needs_are_merged_and_no_other() {
        // Group 2 needs group 0.
        assert_eq!(masks(4, |mask| mask & 4 == 0 || mask & 1 == 1), [5, 2, 8]);
    }

    #[test]
    fn chains_merge_into_one() {
        let coherent = |mask: Mask| (mask & 1 == mask >> 1 & 1) && (mask >> 1 & 1 == mask >> 2 & 1);
        assert_eq!(masks(4, coherent), [7, 8]);
    }

    #[test]
    fn nothing_but_the_whole_is_one_player() {
        assert_eq!(masks(5, |_| false), [31]);
    }

    #[test]
    fn merging_is_minimal_on_every_small_game() {
        // All 4-group games in which each group needs a set of others: as fine as the finest
        // partition found by trying all of them.
        for needs in 0..1u64 << 12 {
            let need = |k: usize| {
                let bits = needs >> (3 * k) & 7;
                (bits & ((1 << k) - 1)) | (bits >> k) << (k + 1)
            };
            let coherent =
                |mask: Mask| (0..4).all(|k| mask >> k & 1 == 0 || mask & need(k) == need(k));
            let found = masks(4, coherent);
            let whole = |parts: &[Mask]| {
                (0..1usize << parts.len()).all(|subset| {
                    let chosen = parts.iter().enumerate().filter(|(k, _)| subset >> k & 1 == 1);
                    coherent(chosen.map(|(_, mask)| mask).sum())
                })
            };
            assert!(whole(&found));
            let finest = partitions(4).into_iter().filter(|p| whole(p)).map(|p| p.len()).max();
            assert_eq!(Some(found.len()), finest, "needs {needs:012b}");
        }
    }

    fn partitions(count: usize) -> Vec<Vec<Mask>> {
        let mut all: Vec<Vec<Mask>> = vec![Vec::new()];
        for k in 0..count {
            let mut next = Vec::new();
            for partition in all {
                for index in 0..=partition.len() {
                    let mut more: Vec<Mask> = partition.clone();
                    if index == more.len() {
                        more.push(0);
                    }
                    more[index] |= 1 << k;
                    next.push(more);
                }
            }
            all = next;
        }
        all
    }
}
