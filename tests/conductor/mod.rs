//! A small Conductor, for the workflows that come out: it runs definitions as the open-source server 3.32 does, on a clock that
//! only waits move, and refuses what it does not know. What it claims is held against the real server by
//! `conformance/conductor`, over the same scenarios.

pub mod condition;
pub mod engine;
pub mod expressions;
pub mod fakes;
pub mod jq;
pub mod registration;
pub mod scenario;
pub mod worker;
