//! Tables of data, as people have them: read once, into cells, whatever file or frame they come from.
//!
//! [`Table`] holds the cells of a file or a data frame. [`Table::series`] finds out how they are laid
//! out and gives series by period; what had to be assumed is said in notes. What could be read in
//! two ways is refused, with what to do. `docs/tables.md` says it for users.

mod cell;
mod dates;
mod delimited;
mod encoding;
mod found;
mod grid;
mod layout;
mod left_out;
mod names;
mod numbers;
mod oddities;
mod periods;
mod read;
mod series;
#[cfg(feature = "spreadsheets")]
mod spreadsheet;

pub use cell::Cell;
pub use grid::{Column, Table};
pub use read::{LARGEST, Reading};
pub use series::{Observation, Series};

pub(crate) use cell::Row;
pub(crate) use encoding::utf_16;
pub(crate) use layout::When;
pub(crate) use numbers::{Marks, stands_for_missing};
pub(crate) use periods::{dates_of, periods_of};
