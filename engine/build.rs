//! Tells the engine the digest of the core it is built with.

include!("../python/source_digest.rs");

fn main() {
    tell_digest();
}
