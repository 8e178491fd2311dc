//! How many periods a tile has: as many as memory allows.

use std::ops::Range;

/// What a scenario needs of memory, row by row of its table.
#[derive(Debug)]
pub(super) struct Needs {
    /// How many rows of paths each row of the table asks for.
    pub(super) rows: Vec<usize>,
    /// How many numbers of a path are carried over the beginning of each row; none over that of the first.
    pub(super) carried: Vec<usize>,
    /// The first row that is kept: those before make no period of a tile.
    pub(super) first: usize,
}

/// How the rows of a table are cut up.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tiles {
    /// The rows of each tile, in order.
    pub(super) ranges: Vec<Range<usize>>,
    /// Rows of paths in a tile at most.
    pub(super) rows: usize,
    /// Numbers of a path that are carried from a tile to the next at most.
    pub(super) carried: usize,
}

impl Needs {
    /// Tiles of at most so many rows of paths together with what is carried; of one row where even
    /// that is more. No longer than so many periods where that is said.
    pub(super) fn tiles(&self, most: usize, longest: Option<usize>) -> Tiles {
        let whole = self.cut(usize::MAX, longest);
        if whole.rows + whole.carried <= most {
            return whole;
        }
        let carried = self.carried.iter().copied().max().unwrap_or(0);
        let mut found = self.cut(most.saturating_sub(carried), longest);
        // As many tiles of about equal size take less memory.
        while found.rows > 1 {
            let less = self.cut(found.rows - 1, longest);
            if less.ranges.len() > found.ranges.len() || less.rows >= found.rows {
                break;
            }
            found = less;
        }
        found
    }

    /// Tiles of at most so many rows of paths, as long as possible.
    fn cut(&self, most: usize, longest: Option<usize>) -> Tiles {
        let (mut tiles, mut begin, mut rows, mut largest) = (Vec::new(), 0, 0, 0);
        for (row, &more) in self.rows.iter().enumerate() {
            let periods = row - begin.max(self.first).min(row);
            let is_full = rows + more > most || longest.is_some_and(|longest| periods >= longest);
            if is_full && row > self.first && begin < row {
                tiles.push(begin..row);
                (begin, rows) = (row, 0);
            }
            rows += more;
            largest = largest.max(rows);
        }
        tiles.push(begin..self.rows.len());
        let carried = tiles[1..].iter().map(|tile| self.carried[tile.start]).max().unwrap_or(0);
        Tiles { ranges: tiles, rows: largest, carried }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn tiles_cover_all_rows_and_keep_to_what_is_allowed(
            rows in prop::collection::vec(0..5usize, 1..40),
            carried in 0..4usize,
            first in 0..6usize,
            most in 0..60usize,
            longest in prop::option::of(1..7usize),
        ) {
            let first = first.min(rows.len() - 1);
            let rows: Vec<usize> =
                rows.iter().enumerate().map(|(k, n)| if k < first { 0 } else { *n }).collect();
            let needs = Needs { carried: vec![carried; rows.len()], rows, first };
            let Tiles { ranges: tiles, rows, carried } = needs.tiles(most, longest);
            let ends: Vec<usize> = tiles.iter().map(|tile| tile.end).collect();
            let begins: Vec<usize> = tiles.iter().map(|tile| tile.start).collect();
            prop_assert_eq!(&begins[1..], &ends[..ends.len() - 1]);
            prop_assert_eq!((begins[0], ends[ends.len() - 1]), (0, needs.rows.len()));
            let of = |tile: &Range<usize>| needs.rows[tile.clone()].iter().sum::<usize>();
            prop_assert_eq!(tiles.iter().map(of).max(), Some(rows));
            let least = needs.rows.iter().copied().max().unwrap_or(0);
            prop_assert!(rows + carried <= most.max(least + carried));
            for tile in &tiles {
                prop_assert!(!tile.is_empty());
                let periods = tile.end - tile.start.max(first);
                prop_assert!(longest.is_none_or(|longest| periods <= longest));
            }
        }
    }
}
