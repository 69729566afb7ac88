//! `spectacles quickstart`: everything on one machine, and the commands it prints.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::clients::{Client as _, Skopeo};
use crate::support::http::{self, Credentials};
use crate::support::image::Image;
use crate::support::process::Process;
use crate::support::server::{Person, spectacles};

const PASSWORD: &str = "Corr3ct-horse";

/// Runs it with the password on its standard input, until it has printed what to type.
fn start(place: &Path) -> Process {
    let password = place.join("password");
    fs::write(&password, format!("{PASSWORD}\n")).expect("a file");
    let spectacles = spectacles();
    let mut command = Command::new("sh");
    command.args(["-c", r#"input=$1; shift; exec "$@" <"$input""#, "sh"]).arg(&password).arg(spectacles.get_program());
    command.args(["quickstart", "--password-stdin", "--yes", "--dir"]).arg(place.join("all"));
    command.envs(spectacles.get_envs().filter_map(|(name, value)| value.map(|value| (name, value)))).env("HOME", place);
    let mut process = Process::start("quickstart", place, &command);
    let log = place.join("quickstart.log");
    process.wait_until_ready(|| fs::read_to_string(&log).is_ok_and(|log| log.contains("docker push ")));
    process
}

/// The arguments of the first line that begins with these words.
fn printed(log: &str, words: &str) -> Vec<String> {
    let line = log.lines().map(str::trim).find_map(|line| line.strip_prefix(words));
    line.unwrap_or_else(|| panic!("`{words}` is not printed:\n{log}")).split_whitespace().map(str::to_owned).collect()
}

/// The host and the repository of an image's name.
fn parts(name: &str) -> (String, String) {
    let (host, repository) = name.split_once('/').unwrap_or_else(|| panic!("no registry in {name}"));
    (host.to_owned(), repository.to_owned())
}

/// What to type after reading the log: who logs in where, and the name to push to.
fn instructions(log: &str) -> (String, Person, String) {
    let login = printed(log, "docker login ");
    let host = login.iter().find(|word| word.contains(':')).expect("a registry").clone();
    let user = login.iter().skip_while(|word| *word != "-u" && *word != "--username").nth(1).expect("a user").clone();
    let (tagged, repository) = parts(printed(log, "docker tag ").last().expect("a name"));
    let (pushed, again) = parts(&printed(log, "docker push ")[0]);
    assert_eq!((&tagged, &pushed, &again), (&host, &host, &repository), "{log}");
    assert!(repository.starts_with("test/"), "the namespace is `test`: {repository}");
    (host, Person { name: user, password: PASSWORD.to_owned() }, repository)
}

#[test]
fn what_it_prints_works_and_running_it_twice_is_harmless() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let place = directory.path();
    let image = Image::new("quick");

    let mut first = start(place);
    let (host, admin, repository) = instructions(&first.log());
    assert!(!first.log().contains(PASSWORD), "a password that was given is shown: {}", first.log());
    let tag = if repository.contains(':') { repository.clone() } else { format!("{repository}:latest") };
    let skopeo = Skopeo::at(&host);
    let login = skopeo.login(&admin);
    assert!(login.succeeded(), "the printed login fails: {}\n{}", login.text(), first.log());
    let push = skopeo.push(&image, &tag);
    assert!(push.succeeded(), "the printed push fails: {}\n{}", push.text(), first.log());
    let mistyped = Person { password: "mistyped".to_owned(), ..admin.clone() };
    assert!(!Skopeo::at(&host).login(&mistyped).succeeded(), "any password is accepted");
    assert!(Skopeo::at(&host).pull(&tag).is_err(), "it can be pulled without a login");

    // Ctrl-C ends all of it.
    first.signal("INT");
    assert_eq!(first.wait(), 0, "{}", first.log());
    let gone = http::try_send(&reqwest::Method::GET, &format!("http://{host}/v2/"), Credentials::None, &[], "");
    assert!(gone.is_err(), "the registry is still there");

    let second = start(place);
    assert_eq!(instructions(&second.log()), (host.clone(), admin.clone(), repository), "the second run says something else");
    let skopeo = Skopeo::at(&host);
    assert!(skopeo.login(&admin).succeeded());
    assert_eq!(skopeo.pull(&tag).expect("what was pushed is still there"), image.config);
    assert!(skopeo.delete(&tag).succeeded(), "the administrator deletes");
}
