//! What is printed.

use super::place::Place;
use super::program::Program;
use super::setup::{NAMESPACE, Password, SERVICE};
use crate::registry_config::CONFIG;
use spectacles_core::name::UserName;
use std::borrow::Cow;
use std::net::SocketAddr;

/// Host and port, as people on this machine type them. Clients allow plain HTTP for loopback addresses. Not `localhost`: that may be `::1` as
/// well, where somebody else on this machine could listen for passwords.
pub(super) fn host(address: SocketAddr) -> String {
    if address.ip().is_unspecified() { format!("127.0.0.1:{}", address.port()) } else { address.to_string() }
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
    let (ourselves, data_dir) = (quoted(ourselves), directory.to_string());
    let data_dir = quoted(&data_dir);
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

  {ourselves} user create alice --data-dir {data_dir}
  {ourselves} namespace grant {SERVICE} {NAMESPACE} --user alice READ --data-dir {data_dir}
  {ourselves} access explain {SERVICE} {NAMESPACE}/hello --user alice --data-dir {data_dir}

Ctrl-C stops everything. The same command starts it again.
",
        log.display()
    )
}

fn missing(place: &Place) -> String {
    let registry = place.registry();
    let registry = registry.display();
    let (volume, config) = (format!("{registry}:{registry}"), format!("{registry}/{CONFIG}"));
    let (volume, config) = (quoted(&volume), quoted(&config));
    format!(
        "
There is no registry on this machine. Do one of these:

  * install one and run this again: `apt-get install docker-registry` on Debian and Ubuntu, or put the program `registry` from
    https://github.com/distribution/distribution/releases on your PATH
  * run one in a container, with the configuration that was written for it:

      docker run --rm --network host -v {volume} registry:2 {config}
"
    )
}

/// One word for a POSIX shell, whatever is in it.
fn quoted(word: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+,:@%=".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) { word.into() } else { format!("'{}'", word.replace('\'', r"'\''")).into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_typed_is_quoted_where_a_shell_needs_it() {
        for (word, typed) in [
            ("/home/ann/spectacles-quickstart", "/home/ann/spectacles-quickstart"),
            ("/a b", "'/a b'"),
            ("it's", r"'it'\''s'"),
            ("$HOME", "'$HOME'"),
            ("~", "'~'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(word), typed);
        }
    }

    #[test]
    fn every_command_can_be_pasted_when_the_directory_has_a_space() {
        let parent = tempfile::tempdir().unwrap();
        let directory = parent.path().join("my images");
        std::fs::create_dir(&directory).unwrap();
        let place = Place::take(directory.clone()).unwrap();
        let address = ([127, 0, 0, 1], 5000).into();
        let text = all(&place, &"admin".parse().unwrap(), &Password::Given, None, address, address, "/opt/my programs/spectacles");
        let commands: Vec<_> = text.lines().filter(|line| line.contains("my images") && line.starts_with("  ")).collect();
        let (quoted, config) = (format!("'{}'", directory.display()), format!("'{}/registry/config.yml'", directory.display()));
        for line in commands.iter().filter(|line| line.contains("--data-dir")) {
            assert!(line.starts_with("  '/opt/my programs/spectacles' ") && line.ends_with(&quoted), "{line}");
        }
        assert!(commands.iter().any(|line| line.contains("docker run") && line.ends_with(&config)), "{commands:?}");
        assert_eq!(commands.iter().filter(|line| line.contains("--data-dir")).count(), 3, "{text}");
    }
}
