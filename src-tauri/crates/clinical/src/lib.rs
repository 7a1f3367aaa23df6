//! What a visit is: pure types and rules. No I/O, clock, JSON or async.
