//! What Spectacles promises, tried from outside.
//!
//! Everything runs on this machine and against the real thing: the built binary, Debian's registry, its clients, and database servers
//! that a test starts and ends. A tool that is missing is a failure, never a skipped test.
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "tests look at real clocks, and at the environment they were started with")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "tests tell what they did, and show the end of a log when they fail")]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test names what it expects, and fails on all else")]

#[path = "../support/mod.rs"]
mod support;

mod access;
mod api;
mod browser;
mod cli;
mod clients;
mod conformance;
mod content;
mod discovery;
mod parity;
mod processes;
mod registries;
mod service;
mod tokens;
mod web;
