//! The configuration of a registry that trusts this server.

use crate::ask;
use crate::config::{Global, settings};
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::public_keys::{bundle_pem, jwks};
use serde_json::json;
use spectacles_core::auth::{ExposeSecret as _, SecretString};
use spectacles_core::model::{Algorithm, KidStyle, Registry};
use spectacles_core::name::{RegistryUrl, ServiceName};
use spectacles_http::TOKEN_PATH;
pub(crate) use spectacles_http::registry_config::CONFIG;
use spectacles_http::registry_config::{BUNDLE, Events, Generation, JWKS, Settings, json as as_json, yaml};
use spectacles_http::resources::PublicKey;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// What to write, and where.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The registry, by its service name
    service: ServiceName,
    /// The version of the registry. The configuration for 2.8 suits both, the one for 3 knows the keys by a JWK set as well
    #[arg(long, value_enum, default_value_t)]
    version: Version,
    /// Where clients reach this server: `https://auth.example.com`. [env: SPECTACLES_EXTERNAL_URL]
    #[arg(long, value_name = "URL", value_parser = server_url)]
    server_url: Option<RegistryUrl>,
    /// What this server calls itself in tokens, when it is started with another name [default: Auth service]
    /// [env: SPECTACLES_ISSUER_NAME]
    #[arg(long, value_name = "NAME")]
    issuer: Option<String>,
    /// The path for token requests, when it is another one [default: /token_auth] [env: SPECTACLES_TOKEN_PATH]
    #[arg(long, value_name = "PATH")]
    token_path: Option<String>,
    /// Write config.yml and the certificates it names into this directory, instead of printing config.yml
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Where the registry listens [default: the port of its URL, on all interfaces]
    #[arg(long, value_name = "ADDR", value_parser = listen_address)]
    listen: Option<String>,
    /// Where the registry keeps its images [default: `storage` beside config.yml, else /var/lib/registry]
    #[arg(long, value_name = "DIR")]
    storage: Option<PathBuf>,
    /// Have the registry tell this server what is pushed, pulled and deleted. That makes a new secret, which is in the configuration
    #[arg(long)]
    events: bool,
    /// Do not ask before a config.yml that differs is replaced
    #[arg(long, short)]
    yes: bool,
    /// The server that commands go to: clients reach it there, where nothing else is said.
    #[arg(skip)]
    calls: Option<String>,
    /// By which its notifications are known.
    #[arg(skip)]
    event_secret: Option<SecretString>,
}

/// A version of CNCF Distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Version {
    /// 2.8, as Debian has it
    #[default]
    #[value(name = "2.8", alias = "2")]
    V2,
    /// From 3.0 on
    #[value(name = "3", aliases = ["3.0", "3.1"])]
    V3,
}

impl Args {
    /// Which registry is meant.
    pub(crate) fn service(&self) -> &ServiceName {
        &self.service
    }

    /// What `quickstart` needs for the registry it starts: everything in `out`.
    pub(crate) fn for_directory(service: ServiceName, version: Version, server_url: RegistryUrl, out: PathBuf, listen: String) -> Self {
        Self {
            service,
            version,
            server_url: Some(server_url),
            issuer: None,
            token_path: None,
            out: Some(out),
            listen: Some(listen),
            storage: None,
            events: true,
            yes: true,
            calls: None,
            event_secret: None,
        }
    }

    /// Whether the registry is to tell what happens.
    pub(crate) const fn wants_events(&self) -> bool {
        self.events
    }

    /// Whether somebody has said yes in advance.
    pub(crate) const fn yes(&self) -> bool {
        self.yes
    }

    /// With the secret that notifications are known by.
    pub(crate) fn with_event_secret(self, secret: SecretString) -> Self {
        Self { event_secret: Some(secret), ..self }
    }

    /// For a registry of the server that commands go to, where there is one.
    pub(crate) fn at(self, server: Option<&str>) -> Self {
        Self { calls: server.map(str::to_owned), ..self }
    }
}

/// Whether there can be a configuration.
pub(crate) fn check(args: &Args, registry: &Registry, keys: &[PublicKey], global: &Global) -> Result<(), Failure> {
    collect(args, registry, keys, args.out.as_deref(), global).map(|_| ())
}

/// Writes the configuration, or prints it.
pub(crate) fn run(args: &Args, registry: &Registry, keys: &[PublicKey], global: &Global) -> Result<(), Failure> {
    let Some(directory) = &args.out else {
        let settings = collect(args, registry, keys, None, global)?;
        return match global.output() {
            Format::Data(data) => data.print(&as_json(&settings)),
            Format::Table => output::text(&yaml(&settings)),
        };
    };
    let files = write(args, registry, keys, directory, global)?;
    match global.output() {
        Format::Data(data) => data.print(&json!({ "files": files })),
        Format::Table => files.iter().try_for_each(|file| output::line(&format!("wrote {}", file.display()))),
    }
}

/// Writes config.yml, spectacles.pem and, for 3.x, jwks.json into a directory; says which files.
pub(crate) fn write(
    args: &Args,
    registry: &Registry,
    keys: &[PublicKey],
    directory: &Path,
    global: &Global,
) -> Result<Vec<PathBuf>, Failure> {
    let unwritable = |path: &Path, error: std::io::Error| Failure::failed(format!("{} cannot be written: {error}", path.display()));
    // The registry is started in whatever directory.
    let directory = std::path::absolute(directory).map_err(|error| unwritable(directory, error))?;
    let settings = collect(args, registry, keys, Some(&directory), global)?;
    let mut files = vec![(CONFIG, yaml(&settings)), (BUNDLE, bundle_pem(keys))];
    if settings.jwks.is_some() {
        files.push((JWKS, format!("{}\n", jwks(keys)?)));
    }
    let changed =
        |(name, text): &&(&str, String)| *name == CONFIG && fs::read(directory.join(name)).is_ok_and(|there| there != text.as_bytes());
    // Somebody may have changed it by hand. Certificates and keys nobody changes.
    if let Some((name, _)) = files.iter().find(changed) {
        ask::confirm(&format!("{} exists and differs; it will be replaced.", directory.join(name).display()), args.yes)?;
    }
    fs::create_dir_all(&directory).map_err(|error| unwritable(&directory, error))?;
    files
        .into_iter()
        .map(|(name, text)| {
            let path = directory.join(name);
            // It may hold a secret.
            let private = name == CONFIG && args.event_secret.is_some();
            write_file(&path, &text, private).map_err(|error| unwritable(&path, error))?;
            Ok(path)
        })
        .collect()
}

/// Writes a file; a private one is for its owner alone, whatever it was before.
fn write_file(path: &Path, text: &str, private: bool) -> std::io::Result<()> {
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
    if !private {
        return fs::write(path, text);
    }
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    file.write_all(text.as_bytes())
}

fn collect(args: &Args, registry: &Registry, keys: &[PublicKey], directory: Option<&Path>, global: &Global) -> Result<Settings, Failure> {
    check_keys(args.version, registry, keys)?;
    let server_url = match &args.server_url {
        Some(url) => url.clone(),
        None => written_url(args.calls.as_deref(), global)?.ok_or_else(|| {
            Failure::usage("say where clients reach this server: --server-url https://auth.example.com (or SPECTACLES_EXTERNAL_URL)")
        })?,
    };
    let storage = match (&args.storage, directory) {
        (Some(storage), _) => Some(std::path::absolute(storage).map_err(|error| Failure::usage(format!("--storage: {error}")))?),
        (None, Some(directory)) => Some(directory.join("storage")),
        (None, None) => None,
    };
    let token_path = args.token_path.as_deref().or(global.environment().text("SPECTACLES_TOKEN_PATH")?).unwrap_or(TOKEN_PATH);
    let token_path = format!("/{}", token_path.trim_matches('/'));
    let issuer = match &args.issuer {
        Some(issuer) => issuer.clone(),
        None => settings(global)?.issuer,
    };
    let usual = Settings::usual(args.version.generation(), registry, server_url.join(&token_path), issuer);
    let beside = |name: &str| directory.map(|directory| text(&directory.join(name))).transpose();
    let jwks = match (&usual.jwks, beside(JWKS)?) {
        (Some(_), Some(own)) => Some(own),
        (usual, _) => usual.clone(),
    };
    Ok(Settings {
        listen: args.listen.clone().unwrap_or_else(|| usual.listen.clone()),
        storage: storage.as_deref().map(text).transpose()?.unwrap_or_else(|| usual.storage.clone()),
        rootcertbundle: beside(BUNDLE)?.unwrap_or_else(|| usual.rootcertbundle.clone()),
        jwks,
        events: args.event_secret.as_ref().map(|secret| Events {
            url: server_url.join(&spectacles_http::events_path(registry.service.as_str())),
            authorization: format!("Bearer {}", secret.expose_secret()),
        }),
        ..usual
    })
}

/// Where clients reach the server, where no option says so.
fn written_url(calls: Option<&str>, global: &Global) -> Result<Option<RegistryUrl>, Failure> {
    let written = global.environment().text("SPECTACLES_EXTERNAL_URL")?.map(external_url).transpose()?;
    let chosen = || calls.map(|server| server_url(server).map_err(Failure::usage)).transpose();
    Ok(match written {
        Some(url) => Some(url),
        None => chosen()?,
    })
}

/// Registries of this version must be able to use the keys.
fn check_keys(version: Version, registry: &Registry, keys: &[PublicKey]) -> Result<(), Failure> {
    let mut algorithms = keys.iter().map(|public| public.key.algorithm);
    if version == Version::V2 && algorithms.any(|algorithm| algorithm == Algorithm::EdDsa) {
        return Err(Failure::failed(
            "registry 2.8 cannot use the Ed25519 key of this server, and would not even start with its certificate: sign with an RSA or \
             EC key, or use a registry from 3.0 on (--version 3)",
        ));
    }
    let wanted = match version {
        Version::V2 => KidStyle::Libtrust,
        Version::V3 => KidStyle::Rfc7638,
    };
    let has_certificate = keys.iter().any(|public| public.key.active && public.key.expires.is_some());
    if !has_certificate && registry.token.kid_style != wanted {
        let advice = format!("spectacles registry set {} --kid-style {wanted}", registry.service);
        tracing::warn!("the signing key has no certificate, so this registry finds it by its id only, and needs: {advice}");
    }
    Ok(())
}

impl Version {
    const fn generation(self) -> Generation {
        match self {
            Self::V2 => Generation::V2,
            Self::V3 => Generation::V3,
        }
    }
}

fn text(path: &Path) -> Result<String, Failure> {
    let refused = || Failure::usage(format!("{} is not valid text (UTF-8), and cannot stand in a configuration", path.display()));
    path.to_str().map(str::to_owned).ok_or_else(refused)
}

fn server_url(text: &str) -> Result<RegistryUrl, String> {
    text.parse().map_err(|error: spectacles_core::name::NameError| format!("it must be {}", error.rule()))
}

fn external_url(text: &str) -> Result<RegistryUrl, Failure> {
    let invalid = |rule| Failure::failed(format!("the environment variable SPECTACLES_EXTERNAL_URL cannot be used: {rule}"));
    server_url(text).map_err(invalid)
}

fn listen_address(text: &str) -> Result<String, String> {
    match text.rsplit_once(':') {
        Some((_, port)) if port.parse::<u16>().is_ok() => Ok(text.to_owned()),
        _ => Err("it must be an address and a port, as in 127.0.0.1:5000, or :5000 for all addresses".to_owned()),
    }
}

#[cfg(test)]
mod tests;
