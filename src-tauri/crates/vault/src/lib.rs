//! The encrypted store: everything about a visit that must survive. No network.
