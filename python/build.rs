//! Tells the bindings the digest of the core they are built with.

include!("source_digest.rs");

fn main() {
    tell_digest();
}
