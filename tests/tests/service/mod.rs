//! The use cases, in process, over a store in memory.

mod access_model;
mod administration;
mod authentication;
mod desk;
mod issuing;
mod members;
mod recording;
mod refused;
mod registration;
mod rehearsal;
