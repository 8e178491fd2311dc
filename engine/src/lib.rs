//! tinbergen where there is no system: a WebAssembly module that imports nothing, for a browser or
//! any other host.
//!
//! A host writes a [`Request`] as JSON into memory it asked for, and gets a block of numbers and a
//! text that says what they are ([`Answer`]). The numbers are those of the library elsewhere, to the
//! bit. `engine.mjs` is that conversation in JavaScript:
//!
//! | export | |
//! |---|---|
//! | `tinbergen_alloc(length) -> start` | memory for so many bytes, on a multiple of 8; 0 where there is none |
//! | `tinbergen_free(start, length)` | gives it back |
//! | `tinbergen_run(start, length) -> start` | answers a request; 0 where there is no memory for the answer |
//!
//! The block of an answer begins with two 32-bit numbers, how many numbers and how many bytes of text
//! it has; then the numbers (64-bit floating point) and the text (JSON, UTF-8) follow, everything
//! little-endian. Whoever asked gives it back.
//!
//! The module keeps nothing from one request to the next. A panic, or memory that runs out within a
//! run, is a trap: the host throws the instance away and makes a new one.
//!
//! Rust programs ask [`answer`] directly:
//!
//! ```
//! let request = r#"{
//!     "plan": "schema = 1\nname = \"p\"\nperiods = \"2021\"\n[indicators.x]\nequation = \"x = 2\"",
//!     "paths": 100, "seed": 1
//! }"#;
//! let found = tinbergen_engine::answer(request.as_bytes());
//! assert_eq!(found.numbers[..2], [100.0, 2.0]); // effective paths, then the fan of x: its mean
//! assert!(found.text.contains(r#""indicators":["x"]"#), "{}", found.text);
//! ```

mod about;
mod answer;
mod bounds;
pub mod memory;
mod request;

pub use answer::{Answer, SOURCES, answer};
pub use bounds::NewBound;
pub use request::Request;
