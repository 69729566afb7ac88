//! What the tests stand on: programs that end when the test does, a server of ours, a real registry, and real clients.
//!
//! * [`process`]: starting, waiting for, reading and ending programs
//! * [`http`]: requests made by hand
//! * [`stub`]: a server that answers whatever a test wants it to
//! * [`mail`]: a mail server that keeps what it is given
//! * [`token`]: reading tokens the way registries do
//! * [`server`]: the binary `spectacles` on a data directory or database of its own
//! * [`keys`]: keys and certificates made with openssl, as people have them
//! * [`database`]: PostgreSQL and MariaDB servers, private to a test
//! * [`registry`]: a CNCF registry that trusts our server
//! * [`image`]: images made out of nothing
//! * [`clients`]: skopeo, podman and buildah, each person with a home of their own
//! * [`containerd`]: containerd and its command line, private to a test
//! * [`docker`]: a Docker daemon and its command line, private to a test
//! * [`web`]: somebody who uses the web interface without scripts
//! * [`world`]: all of it set up with people in every role
//! * [`shared`]: one of something for all tests that run at the same time

pub(crate) mod browser;
pub(crate) mod clients;
pub(crate) mod containerd;
pub(crate) mod database;
pub(crate) mod docker;
pub(crate) mod http;
pub(crate) mod image;
pub(crate) mod keys;
pub(crate) mod mail;
pub(crate) mod process;
pub(crate) mod registry;
pub(crate) mod server;
pub(crate) mod shared;
pub(crate) mod stub;
pub(crate) mod token;
pub(crate) mod web;
pub(crate) mod world;
