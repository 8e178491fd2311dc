//! Tells the engine the digest of the core it is built with.

include!("../python/source_digest.rs");

fn main() {
    tell_digest(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../src"));
}
