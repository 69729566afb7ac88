//! The REST API of a running server.

mod conventions;
mod desk;
mod races;
mod rights;
mod rights_dead;
mod rights_lists;
mod rights_table;
mod rights_world;
