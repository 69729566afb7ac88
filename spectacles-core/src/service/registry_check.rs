//! Trying whether a registry and this server understand each other, step by step.

use super::registries::Registries;
use super::{Administration, Error};
use crate::model::{LoginKind, Registry, SyncState};
use crate::name::{ServiceName, excerpt};
use crate::registry::{Challenge, ClientError, Ping, Trouble};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What came of trying a registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RegistryCheck {
    /// Which registry.
    pub service: ServiceName,
    /// Whether nothing failed.
    pub ok: bool,
    /// What was tried, in order. What comes after something that failed may not have been tried.
    pub steps: Vec<CheckStep>,
}

/// One thing that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckStep {
    /// What.
    pub step: CheckedThing,
    /// What came of it.
    pub outcome: CheckOutcome,
    /// What was seen.
    pub text: String,
    /// What to do, where something is to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

/// What is tried of a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckedThing {
    /// Whether its address may be reached, and what is known of it makes sense.
    Address,
    /// Whether somebody answers there.
    Reachable,
    /// Whether his certificate is good.
    Certificate,
    /// Whether it is a registry.
    Registry,
    /// Whether it asks for tokens.
    Challenge,
    /// Where it sends clients for tokens.
    Realm,
    /// Whether it calls itself what it is called here.
    Service,
    /// Whether it accepts what this server shows, and tells what it holds.
    Catalog,
    /// Whether it deletes.
    Deletion,
    /// Whether its notifications come in.
    Notifications,
}

impl CheckedThing {
    /// A word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Reachable => "reachable",
            Self::Certificate => "certificate",
            Self::Registry => "registry",
            Self::Challenge => "challenge",
            Self::Realm => "realm",
            Self::Service => "service",
            Self::Catalog => "catalog",
            Self::Deletion => "deletion",
            Self::Notifications => "notifications",
        }
    }
}

/// What came of trying something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckOutcome {
    /// It is as it should be.
    Ok,
    /// It is not.
    Failed,
    /// Nobody can say without doing harm, or yet.
    Unknown,
}

impl CheckOutcome {
    /// A word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}

#[derive(Default)]
struct Steps(Vec<CheckStep>);

impl Steps {
    fn add(&mut self, step: CheckedThing, outcome: CheckOutcome, text: impl Into<String>, advice: Option<&str>) {
        self.0.push(CheckStep { step, outcome, text: text.into(), advice: advice.map(str::to_owned) });
    }

    fn ok(&mut self, step: CheckedThing, text: impl Into<String>) {
        self.add(step, CheckOutcome::Ok, text, None);
    }

    fn failed(&mut self, step: CheckedThing, text: impl Into<String>, advice: &str) {
        self.add(step, CheckOutcome::Failed, text, Some(advice));
    }
}

impl Registries<'_> {
    /// Tries whether a registry and this server understand each other. Nothing is changed, neither here nor there.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Denied`] for users who do not answer for the registry; [`Error::Refused`] where this process has no way to
    /// registries; [`Error::TooMany`] for users who have tried too often. Whatever goes wrong with the registry is what is told.
    pub async fn test(self, service: &ServiceName) -> Result<RegistryCheck, Error> {
        let registry = self.answered_for(service).await?;
        let administration = self.0.administration;
        let mut steps = Steps::default();
        try_all(administration, &registry, &mut steps).await?;
        let state = administration.sync_state(registry.id).await?;
        tell_of_notifications(&registry, &state, &mut steps);
        let ok = steps.0.iter().all(|step| step.outcome != CheckOutcome::Failed);
        Ok(RegistryCheck { service: registry.service, ok, steps: steps.0 })
    }
}

async fn try_all(administration: &Administration, registry: &Registry, steps: &mut Steps) -> Result<(), Error> {
    let url = &registry.url;
    let client = match administration.client_of(registry).await {
        Ok(client) => client,
        Err(Error::Registry(error)) => {
            tell_of_trouble(&error, registry, steps);
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let ping = match client.ping().await {
        Ok(ping) => ping,
        Err(error) => {
            tell_of_trouble(&error, registry, steps);
            return Ok(());
        }
    };
    steps.ok(CheckedThing::Address, format!("{url} may be reached"));
    steps.ok(CheckedThing::Reachable, "somebody answers");
    if url.as_str().starts_with("https:") {
        match registry.connection.insecure {
            true => steps.ok(CheckedThing::Certificate, "not checked: the registry is set to be insecure"),
            false => steps.ok(CheckedThing::Certificate, "the certificate is good"),
        }
    }
    tell_of_ping(registry, &ping, steps);
    match client.catalog(None).await {
        Ok(page) => {
            let more = if page.next.is_some() { ", and more" } else { "" };
            let text = format!("what this server shows is accepted; the catalog begins with {} repositories{more}", page.items.len());
            steps.ok(CheckedThing::Catalog, text);
        }
        Err(error) => {
            let advice = catalog_advice(registry.connection.login, error.trouble);
            steps.failed(CheckedThing::Catalog, error.to_string(), advice);
        }
    }
    let deletion = match registry.delete_enabled {
        true => "nobody can say without deleting something; here it is known as enabled, in the registry it is `storage.delete.enabled`",
        false => "nobody can say without deleting something; here it is known as not enabled",
    };
    steps.add(CheckedThing::Deletion, CheckOutcome::Unknown, deletion, None);
    Ok(())
}

fn tell_of_ping(registry: &Registry, ping: &Ping, steps: &mut Steps) {
    let uses_tokens = registry.connection.login == LoginKind::Token;
    match &ping.api_version {
        Some(version) => steps.ok(CheckedThing::Registry, format!("it is a registry ({})", excerpt(version))),
        None if ping.challenge.is_some() || ping.admitted => steps.add(
            CheckedThing::Registry,
            CheckOutcome::Unknown,
            "it answers like a registry, and does not say that it is one (Docker-Distribution-Api-Version)",
            None,
        ),
        None => steps.failed(
            CheckedThing::Registry,
            "something else than a registry answers",
            "check the port and the host of the URL: GET /v2/ must be answered by the registry",
        ),
    }
    match &ping.challenge {
        Some(Challenge { scheme, realm, service }) if scheme == "bearer" => {
            steps.ok(CheckedThing::Challenge, "it asks for tokens");
            if let Some(realm) = realm {
                steps.ok(CheckedThing::Realm, format!("it sends clients to {} for tokens", excerpt(realm)));
            }
            match service.as_deref() {
                Some(service) if service == registry.service.as_str() => {
                    steps.ok(CheckedThing::Service, format!("it calls itself `{service}`, as here"));
                }
                service => steps.failed(
                    CheckedThing::Service,
                    format!("it calls itself `{}`, and here it is `{}`", excerpt(service.unwrap_or_default()), registry.service),
                    "make `auth.token.service` of the registry and the service name here the same, letter by letter",
                ),
            }
        }
        Some(Challenge { scheme, .. }) if uses_tokens => steps.failed(
            CheckedThing::Challenge,
            format!("it asks for {} credentials, not for tokens", excerpt(scheme)),
            "configure `auth.token` in the registry: `spectacles registry config` writes it",
        ),
        None if uses_tokens => steps.failed(
            CheckedThing::Challenge,
            "it lets everybody in and asks for nothing",
            "configure `auth.token` in the registry: `spectacles registry config` writes it",
        ),
        Some(Challenge { scheme, .. }) => steps.ok(CheckedThing::Challenge, format!("it asks for {} credentials", excerpt(scheme))),
        None => steps.ok(CheckedThing::Challenge, "it asks for nothing"),
    }
    if let Some(refusal) = &ping.refusal
        && !ping.admitted
    {
        tracing::debug!(service = %registry.service, refusal, "a registry does not admit this server");
    }
}

fn tell_of_trouble(error: &ClientError, registry: &Registry, steps: &mut Steps) {
    let ClientError { trouble, .. } = error;
    let (step, advice) = match trouble {
        Trouble::Misconfigured => (CheckedThing::Address, "change what is said here of the registry: `spectacles registry set`"),
        Trouble::Forbidden => (
            CheckedThing::Address,
            "addresses of the network of this machine are not reached through names; write the address itself, or use one that clients can reach",
        ),
        Trouble::Unreachable | Trouble::Slow => {
            (CheckedThing::Reachable, "check that the registry runs, and that this machine reaches the host and port of the URL")
        }
        Trouble::Certificate => (
            CheckedThing::Certificate,
            "give the certificate of the authority with `spectacles registry set --ca FILE`, or let the registry have one that fits its name",
        ),
        Trouble::Unauthorized | Trouble::Denied => (CheckedThing::Catalog, catalog_advice(registry.connection.login, *trouble)),
        Trouble::Redirected
        | Trouble::Busy
        | Trouble::Failed
        | Trouble::Refused
        | Trouble::TooLarge
        | Trouble::Garbage
        | Trouble::WrongDigest => {
            (CheckedThing::Registry, "check the URL: GET /v2/ must be answered by the registry; its log may say more")
        }
    };
    steps.failed(step, error.to_string(), advice);
}

const fn catalog_advice(login: LoginKind, trouble: Trouble) -> &'static str {
    match (login, trouble) {
        (LoginKind::Token, Trouble::Unauthorized | Trouble::Denied) => {
            "the registry does not accept tokens of this server: `auth.token.issuer` must be the issuer of this server, letter by letter; \
             `rootcertbundle` must hold its certificate (`spectacles key show --bundle`); both clocks must be right within a minute. Its log says which"
        }
        (LoginKind::Basic, Trouble::Unauthorized | Trouble::Denied) => {
            "check the name and the password: `spectacles registry set --username`"
        }
        (LoginKind::None, Trouble::Unauthorized | Trouble::Denied) => {
            "the registry wants credentials: `spectacles registry set --login token`"
        }
        (LoginKind::Token | LoginKind::Basic | LoginKind::None, _) => "the log of the registry may say more",
    }
}

fn tell_of_notifications(registry: &Registry, state: &SyncState, steps: &mut Steps) {
    match (&registry.event_secret, state.heard) {
        (Some(_), Some(heard)) => {
            steps.ok(CheckedThing::Notifications, format!("the last notification came in at {}", heard.to_rfc3339_seconds()));
        }
        (Some(_), None) => steps.add(
            CheckedThing::Notifications,
            CheckOutcome::Unknown,
            "none has come in yet",
            Some("they come with the first push or pull, if the registry is configured for them"),
        ),
        (None, _) => steps.add(
            CheckedThing::Notifications,
            CheckOutcome::Unknown,
            "the registry has no secret for them: it is looked at from time to time only",
            Some("`spectacles registry config SERVICE --events` makes one and writes the configuration"),
        ),
    }
}
