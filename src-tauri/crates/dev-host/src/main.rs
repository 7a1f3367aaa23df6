//! The same commands over loopback HTTP, for browser tests and outside checks. Debug builds only.
fn main() {}
