//! The options of the server, joined with the environment.

use super::mail::MailSettings;
use super::tls::Files;
use crate::config::{Environment, Global};
use crate::failure::Failure;
use crate::logging::{LogArgs, LogSettings};
use ipnet::IpNet;
use spectacles_http::TOKEN_PATH;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

/// Where the server listens, unless something else is said. Not reachable from elsewhere, and beside the registry's usual port 5000.
const LISTEN: &str = "127.0.0.1:5001";
/// As in the original.
const BACKGROUND_SECONDS: NonZeroU32 = NonZeroU32::new(30).unwrap();
const DATABASE_WAIT_SECONDS: u32 = 10;

/// Where the original looks for the files of HTTPS.
const TLS_KEY: (&str, &str) = ("SPECTACLES_WEB_TLS_KEY_PATH", "/app/certs/key.pem");
const TLS_CERT: (&str, &str) = ("SPECTACLES_WEB_TLS_CERT_PATH", "/app/certs/cert.pem");

/// How to serve.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The address and port to listen on [default: 127.0.0.1:5001] [env: SPECTACLES_LISTEN]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,

    /// Where clients reach this server, root included, as in `https://auth.example.org` [env: SPECTACLES_EXTERNAL_URL]
    #[arg(long, value_name = "URL")]
    external_url: Option<String>,

    /// The web framework that serves; both answer the same [default: axum] [env: SPECTACLES_FRAMEWORK]
    #[arg(long, value_name = "NAME", value_enum)]
    framework: Option<Framework>,

    /// Serve HTTPS with this private key (PEM) [env: SPECTACLES_WEB_TLS_KEY_PATH, default: /app/certs/key.pem where that exists]
    #[arg(long, value_name = "FILE")]
    tls_key: Option<PathBuf>,

    /// Serve HTTPS with this certificate and its chain (PEM) [env: SPECTACLES_WEB_TLS_CERT_PATH, default: /app/certs/cert.pem]
    ///
    /// Both files are read again on SIGHUP.
    #[arg(long, value_name = "FILE")]
    tls_cert: Option<PathBuf>,

    /// The path under which everything is served, as in /auth [env: WEB_ROOT]
    #[arg(long, value_name = "PATH")]
    root: Option<String>,

    /// The path for token requests, below the root [default: /token_auth] [env: SPECTACLES_TOKEN_PATH]
    #[arg(long, value_name = "PATH")]
    token_path: Option<String>,

    /// Believe X-Forwarded-For from proxies in this network; may be repeated [env: SPECTACLES_TRUSTED_PROXIES, with commas]
    #[arg(long = "trusted-proxy", value_name = "NETWORK", value_parser = network)]
    trusted_proxies: Vec<IpNet>,

    /// Serve /metrics for Prometheus at this address and port [env: SPECTACLES_METRICS_LISTEN]
    #[arg(long, value_name = "ADDRESS:PORT")]
    metrics_listen: Option<String>,

    /// The issuer of tokens, which registries compare letter by letter [default: Auth service] [env: SPECTACLES_ISSUER_NAME]
    #[arg(long, value_name = "NAME")]
    issuer: Option<String>,

    #[command(flatten)]
    process: ProcessArgs,
}

/// How to do background work.
#[derive(clap::Args)]
pub(crate) struct BackgroundArgs {
    #[command(flatten)]
    process: ProcessArgs,
}

/// What the server and its background work have in common.
#[derive(clap::Args, Default)]
struct ProcessArgs {
    /// How many seconds to wait at the start for a database that does not answer [default: 10] [env: SPECTACLES_DATABASE_WAIT]
    #[arg(long, value_name = "SECONDS")]
    database_wait: Option<u32>,

    #[command(flatten)]
    log: LogArgs,
}

/// What serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Framework {
    #[default]
    Axum,
    Poem,
}

/// How to serve.
#[derive(Debug, Default)]
pub(crate) struct WebSettings {
    pub(crate) listen: String,
    pub(crate) external_url: Option<String>,
    pub(crate) framework: Framework,
    pub(crate) tls: Option<Files>,
    pub(crate) surface: spectacles_http::Settings,
    pub(crate) metrics_listen: Option<String>,
}

/// How a process of the server is to run, whatever its role.
#[derive(Debug)]
pub(crate) struct ProcessSettings {
    pub(crate) application: spectacles_core::service::Settings,
    pub(crate) background: Duration,
    pub(crate) database_wait: Duration,
    pub(crate) log: LogSettings,
    /// What sends mail, where people are served.
    pub(crate) mail: Option<MailSettings>,
}

impl Args {
    /// Joins options and environment.
    pub(super) fn settings(self, global: &Global) -> Result<(WebSettings, ProcessSettings), Failure> {
        let environment = global.environment();
        let text = |option: Option<String>, name| match option {
            Some(text) => Ok(Some(text)),
            None => environment.text(name).map(|text| text.map(str::to_owned)),
        };
        let framework = match self.framework {
            Some(framework) => framework,
            None => environment.choice("SPECTACLES_FRAMEWORK")?.unwrap_or_default(),
        };
        let typed = self.root.is_some() || self.token_path.is_some();
        let root = text(self.root, "WEB_ROOT")?.unwrap_or_default();
        let token_path = text(self.token_path, "SPECTACLES_TOKEN_PATH")?.unwrap_or_else(|| TOKEN_PATH.to_owned());
        let trusted_proxies = if self.trusted_proxies.is_empty() { networks(environment)? } else { self.trusted_proxies };
        let tls = tls_files(self.tls_key, self.tls_cert, environment)?;
        let external_url = text(self.external_url, "SPECTACLES_EXTERNAL_URL")?;
        // A proxy that encrypts is known by the address that people type.
        let https = tls.is_some() || external_url.as_deref().is_some_and(|url| url.starts_with("https://"));
        let mail = MailSettings::of(environment, external_url.as_deref())?;
        let surface = spectacles_http::Settings {
            root: rooted(&root),
            token_path: rooted(&token_path),
            trusted_proxies,
            https,
            external_url: external_url.clone(),
        };
        surface.check().map_err(|error| {
            let kind = if typed { Failure::usage } else { Failure::failed };
            kind(format!("{error} (--root and --token-path say where, or WEB_ROOT and SPECTACLES_TOKEN_PATH)"))
        })?;
        let web = WebSettings {
            listen: text(self.listen, "SPECTACLES_LISTEN")?.unwrap_or_else(|| LISTEN.to_owned()),
            external_url,
            framework,
            tls,
            surface,
            metrics_listen: text(self.metrics_listen, "SPECTACLES_METRICS_LISTEN")?,
        };
        Ok((web, ProcessSettings { mail, ..self.process.settings(self.issuer, global)? }))
    }
}

impl BackgroundArgs {
    /// Joins options and environment.
    pub(super) fn settings(self, global: &Global) -> Result<ProcessSettings, Failure> {
        self.process.settings(None, global)
    }
}

impl ProcessSettings {
    /// The settings of somebody who gives no options.
    pub(crate) fn usual(global: &Global) -> Result<Self, Failure> {
        ProcessArgs::default().settings(None, global)
    }
}

impl ProcessArgs {
    fn settings(self, issuer: Option<String>, global: &Global) -> Result<ProcessSettings, Failure> {
        let environment = global.environment();
        let mut application = crate::config::settings(global)?;
        application.issuer = issuer.unwrap_or(application.issuer);
        application.told = crate::config::told(global)?;
        application.password_threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let background =
            environment.parsed("SPECTACLES_BACKGROUND_UPDATE", "a number of seconds, at least 1")?.unwrap_or(BACKGROUND_SECONDS);
        let database_wait = match self.database_wait {
            Some(seconds) => seconds,
            None => environment.parsed("SPECTACLES_DATABASE_WAIT", "a number of seconds")?.unwrap_or(DATABASE_WAIT_SECONDS),
        };
        Ok(ProcessSettings {
            application,
            background: Duration::from_secs(background.get().into()),
            database_wait: Duration::from_secs(database_wait.into()),
            log: LogSettings::new(self.log, environment)?,
            mail: None,
        })
    }
}

/// HTTPS is served with the files that options name, and otherwise where both files of the original are there. One file alone is a mistake,
/// and must not end in plain HTTP.
fn tls_files(key: Option<PathBuf>, certificate: Option<PathBuf>, environment: &Environment) -> Result<Option<Files>, Failure> {
    let asked = key.is_some() || certificate.is_some();
    let path =
        |option: Option<PathBuf>, (name, default)| option.or_else(|| environment.path(name)).unwrap_or_else(|| PathBuf::from(default));
    let files = Files { key: path(key, TLS_KEY), certificate: path(certificate, TLS_CERT) };
    // What cannot be looked at is there, and fails when it is read.
    let there = |file: &PathBuf| file.try_exists().unwrap_or(true);
    let half = |there: &PathBuf, missing: &PathBuf, names: &str| {
        let (there, missing) = (there.display(), missing.display());
        Err(Failure::failed(format!("HTTPS needs a key and a certificate: there is {there}, but no {missing}; {names} that file")))
    };
    match (there(&files.key), there(&files.certificate)) {
        (true, true) => Ok(Some(files)),
        (true, false) => half(&files.key, &files.certificate, "--tls-cert or SPECTACLES_WEB_TLS_CERT_PATH names"),
        (false, true) => half(&files.certificate, &files.key, "--tls-key or SPECTACLES_WEB_TLS_KEY_PATH names"),
        (false, false) if asked => Err(Failure::failed(format!(
            "HTTPS needs a key and a certificate: there is neither {} nor {}",
            files.key.display(),
            files.certificate.display()
        ))),
        (false, false) => Ok(None),
    }
}

/// The original takes `auth/` as well as `/auth`.
fn rooted(path: &str) -> String {
    let path = path.trim_matches('/');
    if path.is_empty() { String::new() } else { format!("/{path}") }
}

fn networks(environment: &Environment) -> Result<Vec<IpNet>, Failure> {
    const NAME: &str = "SPECTACLES_TRUSTED_PROXIES";
    let parts = environment.text(NAME)?.unwrap_or_default().split([',', ' ']).filter(|part| !part.is_empty());
    parts.map(|part| network(part).map_err(|error| Failure::failed(format!("{error} in the environment variable {NAME}")))).collect()
}

/// A network, or one address.
fn network(text: &str) -> Result<IpNet, String> {
    let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.map_err(|_| format!("`{text}` is no network like 10.0.0.0/8 and no address"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_is_served_with_two_files_and_one_alone_stops_the_start() {
        let directory = tempfile::tempdir().unwrap();
        let (there, missing) = (directory.path().join("there"), directory.path().join("missing"));
        std::fs::write(&there, "").unwrap();
        let environment = |key: &PathBuf, certificate: &PathBuf| -> Environment {
            [(TLS_KEY.0, key.clone()), (TLS_CERT.0, certificate.clone())].into_iter().collect()
        };
        let found = |key, certificate| tls_files(None, None, &environment(key, certificate));
        assert_eq!(found(&there, &there).unwrap().unwrap().key, there);
        assert!(found(&missing, &missing).unwrap().is_none());
        assert!(found(&there, &missing).unwrap_err().message().contains("SPECTACLES_WEB_TLS_CERT_PATH"));
        assert!(found(&missing, &there).unwrap_err().message().contains("SPECTACLES_WEB_TLS_KEY_PATH"));
        let none = Environment::default();
        assert!(tls_files(Some(there.clone()), None, &none).is_err(), "the certificate is missing");
        assert!(tls_files(Some(missing.clone()), Some(missing), &none).is_err(), "files that were asked for");
    }

    #[test]
    fn paths_and_networks_are_read_as_people_write_them() {
        assert_eq!((rooted("auth/"), rooted("/"), rooted("/a/b")), ("/auth".to_owned(), String::new(), "/a/b".to_owned()));
        let environment = |text: &str| -> Environment { [("SPECTACLES_TRUSTED_PROXIES", text)].into_iter().collect() };
        assert_eq!(networks(&environment("10.0.0.0/8, ::1")).unwrap().len(), 2);
        assert!(networks(&environment("10.0.0.0/8;x")).unwrap_err().message().contains("SPECTACLES_TRUSTED_PROXIES"));
    }
}
