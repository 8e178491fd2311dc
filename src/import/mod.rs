//! Published models and their data, read into a [`Model`](crate::Model).
//!
//! What an importer cannot map is said, with the line, and never dropped in silence.

mod assemble;
mod bimets_coefficients;
mod bimets_terms;
mod data;
mod decoded;
mod dynare_blocks;
mod dynare_declarations;
mod dynare_equations;
mod dynare_macros;
mod dynare_shocks;
mod dynare_terms;
mod dynare_values;
mod eviews_calendar;
mod eviews_program;
mod eviews_statements;
mod eviews_terms;
mod foreign;
mod foreign_tokens;
mod format;
mod least_squares;
mod matching;
mod plain_said;
mod plain_values;
mod plain_words;
mod plain_write;
mod span_of_data;
mod undated;
mod values;

pub use data::Data;
pub use decoded::LARGEST;
pub use format::format_of;
pub use span_of_data::span_of_data;

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
    bimets: read_bimets,
    dynare: read_dynare,
    eviews: read_eviews,
    frbus: read_frbus,
    frml: read_frml,
    modelflow: read_modelflow,
    plain: read_text,
}
