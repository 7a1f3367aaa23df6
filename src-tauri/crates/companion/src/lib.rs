//! The use cases, one file each, over traits for the outside world.
