use super::*;
use crate::cli::Cli;
use crate::config::Environment;
use clap::Parser as _;
use spectacles_core::key::{KeyRing, TokenKey, generate};
use spectacles_core::model::{Anonymous, Connection, Policy, TokenSettings};
use spectacles_core::time::{Clock as _, SystemClock, Timestamp};

fn registry(url: &str) -> Registry {
    let at = Timestamp::from_unix_millis(0);
    Registry {
        id: spectacles_core::id::RegistryId::new(1),
        service: "the registry: yes".parse().unwrap(),
        url: url.parse().unwrap(),
        external_url: None,
        enabled: true,
        read_only: false,
        delete_enabled: true,
        anonymous: Anonymous::Off,
        policy: Policy::Both,
        restricted: true,
        token: TokenSettings::default(),
        connection: Connection::default(),
        event_secret: None,
        created: at,
        updated: at,
    }
}

fn ring(algorithm: Algorithm) -> Vec<PublicKey> {
    let now = SystemClock::new().now();
    let pair = generate(algorithm, now).unwrap();
    let key = TokenKey::from_pem(&pair.private_pem, Some(&pair.certificate_pem), now).unwrap();
    PublicKey::all(&KeyRing::new(vec![key]).unwrap()).unwrap()
}

fn args(version: Version) -> Args {
    Args {
        service: "the registry: yes".parse().unwrap(),
        version,
        server_url: Some("https://auth.example.com/root/".parse().unwrap()),
        issuer: None,
        token_path: None,
        out: None,
        listen: None,
        storage: None,
        events: false,
        yes: true,
        calls: None,
        event_secret: None,
    }
}

fn global(variables: &[(&str, &str)]) -> Global {
    let cli = Cli::try_parse_from(["spectacles", "key", "list", "--data-dir", "/nonexistent"]).unwrap();
    Global::new(cli.global, variables.iter().copied().collect::<Environment>()).unwrap()
}

#[test]
fn the_files_name_each_other_and_everything_the_registry_must_know() {
    let directory = tempfile::tempdir().unwrap();
    let keys = ring(Algorithm::Es256);
    let place = directory.path().to_str().unwrap();
    for (version, names) in
        [(Version::V2, &["config.yml", "spectacles.pem"][..]), (Version::V3, &["config.yml", "spectacles.pem", "jwks.json"])]
    {
        let files = write(&args(version), &registry("http://r:5001"), &keys, directory.path(), &global(&[])).unwrap();
        assert_eq!(files, names.iter().map(|name| directory.path().join(name)).collect::<Vec<_>>());
        let config = fs::read_to_string(directory.path().join("config.yml")).unwrap();
        for line in [
            "version: 0.1".to_owned(),
            "  addr: \":5001\"".to_owned(),
            "    realm: \"https://auth.example.com/root/token_auth\"".to_owned(),
            "    service: \"the registry: yes\"".to_owned(),
            "    issuer: \"Auth service\"".to_owned(),
            format!("    rootcertbundle: \"{place}/spectacles.pem\""),
            format!("    rootdirectory: \"{place}/storage\""),
            "    enabled: true".to_owned(),
        ] {
            assert!(config.lines().any(|there| there == line), "{line} is missing in\n{config}");
        }
        assert_eq!(config.contains(&format!("    jwks: \"{place}/jwks.json\"")), version == Version::V3);
        assert_eq!(fs::read_to_string(directory.path().join("spectacles.pem")).unwrap(), bundle_pem(&keys));
    }
}

#[test]
fn the_issuer_is_the_one_the_server_uses() {
    let settings =
        |variables| collect(&args(Version::V2), &registry("http://r"), &ring(Algorithm::Es256), None, &global(variables)).unwrap();
    assert_eq!(settings(&[("SPECTACLES_ISSUER_NAME", "My: issuer")]).issuer, "My: issuer");
    assert_eq!(settings(&[("SPECTACLES_TOKEN_PATH", "token")]).realm, "https://auth.example.com/root/token");
}

#[test]
fn an_ed25519_key_is_for_registries_from_3_on() {
    let keys = ring(Algorithm::EdDsa);
    let outcome = |version| collect(&args(version), &registry("http://r"), &keys, None, &global(&[]));
    assert!(outcome(Version::V2).unwrap_err().message().contains("Ed25519"));
    assert!(outcome(Version::V3).is_ok());
}

#[test]
fn without_a_server_url_the_environment_is_asked_and_then_the_user() {
    let nowhere = Args { server_url: None, ..args(Version::V2) };
    let outcome = |variables| collect(&nowhere, &registry("http://r"), &ring(Algorithm::Es256), None, &global(variables));
    assert_eq!(outcome(&[("SPECTACLES_EXTERNAL_URL", "http://auth")]).unwrap().realm, "http://auth/token_auth");
    assert!(outcome(&[("SPECTACLES_EXTERNAL_URL", "auth")]).unwrap_err().message().contains("SPECTACLES_EXTERNAL_URL"));
    assert!(outcome(&[]).unwrap_err().message().contains("--server-url"));
}

#[test]
fn a_registry_tells_what_happens_with_a_secret_that_nobody_else_reads() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let keys = ring(Algorithm::Es256);
    let args = || args(Version::V2);
    let config = directory.path().join("config.yml");
    write(&args(), &registry("http://r:5001"), &keys, directory.path(), &global(&[])).unwrap();
    assert!(!fs::read_to_string(&config).unwrap().contains("notifications"));
    let telling = args().with_event_secret("a \"secret\"".into());
    write(&telling, &registry("http://r:5001"), &keys, directory.path(), &global(&[])).unwrap();
    let text = fs::read_to_string(&config).unwrap();
    for line in [
        "notifications:",
        "      url: \"https://auth.example.com/root/api/v1/events/the%20registry%3A%20yes\"",
        "        Authorization: [\"Bearer a \\\"secret\\\"\"]",
        "        mediatypes: [application/octet-stream]",
    ] {
        assert!(text.lines().any(|there| there == line), "{line} is missing in\n{text}");
    }
    assert_eq!(fs::metadata(&config).unwrap().permissions().mode() & 0o777, 0o600, "also where it was there before");
    let settings = collect(&telling, &registry("http://r"), &keys, None, &global(&[])).unwrap();
    let endpoint = &as_json(&settings)["notifications"]["endpoints"][0];
    assert_eq!(endpoint["headers"]["Authorization"][0], "Bearer a \"secret\"");
}
