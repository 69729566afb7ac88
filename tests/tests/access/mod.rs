//! The access model over real databases: made by commands, asked over HTTP.

mod audit;
mod paths;
