//! The sandbox EHR.
