//! demo, verify, bench, dist, bindings, codes.
fn main() {}
