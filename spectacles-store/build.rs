//! `sqlx::migrate!` reads a directory, which the compiler does not watch: a new migration must build the crate again.

#![allow(clippy::print_stdout, reason = "this is how a build script talks to cargo")]

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
