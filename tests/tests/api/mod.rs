//! The REST API of a running server.

mod attack_conditions;
mod attack_questions;
mod attack_requests;
mod attack_secrets;
mod attack_tokens;
mod client;
mod conventions;
mod desk;
mod docs;
mod document;
mod openapi;
mod races;
mod rights;
mod rights_dead;
mod rights_lists;
mod rights_pages;
mod rights_table;
mod rights_world;
mod upgrades;
