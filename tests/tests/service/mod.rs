//! The use cases, in process, over a store in memory.

mod access_model;
mod administration;
mod api_tokens;
mod authentication;
mod connections;
mod desk;
mod faces;
mod forgotten;
mod happened;
mod hidden;
mod import;
mod issuing;
mod limits;
mod managers;
mod members;
mod once;
mod passwords;
mod places;
mod recording;
mod refused;
mod registration;
mod rehearsal;
mod resets;
mod state;
mod upgrades;
