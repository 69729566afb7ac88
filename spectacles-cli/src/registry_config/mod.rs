//! The configuration of a registry that trusts this server.
