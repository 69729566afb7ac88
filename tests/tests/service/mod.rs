//! The use cases, in process, over a store in memory.

mod administration;
mod authentication;
mod desk;
mod issuing;
mod recording;
