#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| tinbergen_fuzz::goal_tree(input));
