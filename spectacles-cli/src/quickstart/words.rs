//! What is printed.

use super::place::Place;
use super::program::Program;
use super::setup::{NAMESPACE, Password, SERVICE};
use spectacles_core::name::UserName;
use std::net::SocketAddr;

/// Host and port, as people on this machine type them. Clients allow plain HTTP for `localhost`.
pub(super) fn host(address: SocketAddr) -> String {
    if address.ip().is_loopback() || address.ip().is_unspecified() { format!("localhost:{}", address.port()) } else { address.to_string() }
}

/// Everything somebody needs who has just started this.
pub(super) fn all(
    place: &Place,
    user: &UserName,
    password: &Password,
    program: Option<&Program>,
    server: SocketAddr,
    registry: SocketAddr,
    ourselves: &str,
) -> String {
    let (directory, log) = (place.directory().display(), place.logs().join("spectacles.log"));
    let (server, registry) = (host(server), host(registry));
    let password = match password {
        Password::Before => "as before".to_owned(),
        Password::Given => "the one you gave".to_owned(),
        Password::Made(password) => format!("{password}   (shown only now)"),
    };
    let running = match program {
        Some(program) => format!("http://{registry}   ({}, its log is {})", program.title(), place.registry_log().display()),
        None => format!("not running: see below; it will be http://{registry}"),
    };
    let missing = if program.is_some() { String::new() } else { missing(place) };
    let repository = format!("{registry}/{NAMESPACE}/hello");
    format!(
        "
Spectacles is running. Everything is kept in {directory}

  authorization server   http://{server}   (its log is {})
  registry               {running}
  administrator          {user}
  password               {password}
{missing}
Push an image, in another terminal:

  docker login {registry} -u {user}
  docker pull hello-world
  docker tag hello-world {repository}
  docker push {repository}

The same without a Docker daemon:

  skopeo login --tls-verify=false {registry} -u {user}
  skopeo copy --dest-tls-verify=false docker://docker.io/library/hello-world:latest docker://{repository}

Let somebody else pull it, and ask why he may:

  {ourselves} user create alice --data-dir {directory}
  {ourselves} namespace grant {SERVICE} {NAMESPACE} --user alice READ --data-dir {directory}
  {ourselves} access explain {SERVICE} {NAMESPACE}/hello --user alice --data-dir {directory}

Ctrl-C stops everything. The same command starts it again.
",
        log.display()
    )
}

fn missing(place: &Place) -> String {
    let registry = place.registry();
    let registry = registry.display();
    format!(
        "
There is no registry on this machine. Do one of these:

  * install one and run this again: `apt-get install docker-registry` on Debian and Ubuntu, or put the program `registry` from
    https://github.com/distribution/distribution/releases on your PATH
  * run one in a container, with the configuration that was written for it:

      docker run --rm --network host -v {registry}:{registry} registry:2 {registry}/config.yml
"
    )
}
