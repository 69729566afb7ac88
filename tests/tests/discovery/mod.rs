//! What registries hold: found by looking, and told by them.
//!
//! * `passes`, `notices`: in this process, with registries in memory that fail as they are told to
//! * `asked`: what is done there because somebody wants it
//! * `real`: the program, and a registry

mod asked;
mod fake;
mod notices;
mod passes;
mod place;
mod real;
