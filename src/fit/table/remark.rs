//! What there is to note of a column.

use crate::fit::Sentence;
use crate::model::Note;

/// Something to note of a column, by its name.
pub(super) type Remark = (String, Sentence);

/// The notes of a model that remarks make.
pub(super) fn notes(remarks: &[Remark]) -> impl Iterator<Item = Note> {
    remarks.iter().map(|(name, said)| Note::new("assumed", said.to_string()).about(name))
}
