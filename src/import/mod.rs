//! Published models and their data, read into a [`Model`](crate::Model).
//!
//! What an importer cannot map is said, with the line, and never dropped in silence.

mod assemble;
mod data;
mod eviews_terms;
mod plain_words;
mod plain_write;

pub use data::Data;

/// An importer is a file and a line here (docs/adding.md).
macro_rules! importers {
    ($($file:ident: $read:ident,)*) => {
        $(
            mod $file;
            pub use $file::$read;
        )*

        /// The names of the functions that read a model from elsewhere.
        ///
        /// ```
        /// assert!(tinbergen::import::READERS.contains(&"read_frbus"));
        /// ```
        pub const READERS: &[&str] = &[$( stringify!($read) ),*];
    };
}

importers! {
    eviews: read_eviews,
    frbus: read_frbus,
    modelflow: read_modelflow,
    plain: read_text,
}
