//! How a registry and this server find each other: what is said here, and what the registry is told.

use crate::events_path;
use crate::registry_config::{Events, Generation, Settings, auth, notifications as block, yaml};
use crate::web::form::Form;
use crate::web::visit::Visit;
use spectacles_core::model::Registry;
use spectacles_core::name::ServiceName;

/// The configuration of registries of one generation.
pub(super) struct Configuration {
    /// The id of its element.
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    /// What makes a registry ask this server.
    pub(super) auth: String,
    /// The whole file, for a registry that has none yet.
    pub(super) whole: String,
    /// Whether it takes the keys as a JWK set as well.
    pub(super) takes_jwks: bool,
}

/// The configuration of a registry, for each generation.
pub(super) fn configurations(visit: &Visit<'_>, registry: &Registry) -> Vec<Configuration> {
    let of = |generation: Generation, id, title| {
        let realm = visit.surface.token_url(visit.request);
        let settings = Settings::usual(generation, registry, realm, visit.surface.app().settings().issuer.clone());
        Configuration { id, title, auth: auth(&settings), whole: yaml(&settings), takes_jwks: settings.jwks.is_some() }
    };
    vec![of(Generation::V2, "config-2", "Registry 2.8"), of(Generation::V3, "config-3", "Registry 3")]
}

/// What a registry is told about notifications, where a secret was just made for them. It is shown this once.
pub(super) fn notifications(visit: &Visit<'_>, registry: &Registry) -> Option<String> {
    let secret = visit.made?.get("secret")?.as_str()?;
    let url = format!("{}{}", visit.surface.base_url(visit.request), events_path(registry.service.as_str()));
    Some(block(&Events { url, authorization: format!("Bearer {secret}") }))
}

/// The form that makes that secret.
pub(super) fn event_secret(visit: &Visit<'_>, name: &ServiceName) -> Form {
    Form::new(visit, "registries.event_secret", "Make a secret for notifications", &[]).at("registry", name).dangerous().done(visit)
}

/// How this server reaches a registry. All but how often is for administrators.
pub(super) fn form(visit: &Visit<'_>, name: &ServiceName, seen: &str, is_admin: bool) -> Form {
    let names: &[&str] = if is_admin { &["login", "username", "password", "ca", "insecure", "sync_seconds"] } else { &["sync_seconds"] };
    let say = |text| visit.language.say(text).to_owned();
    let logins = [("token", "By a token of this server"), ("basic", "By name and password"), ("none", "Not at all")];
    Form::new(visit, "registries.change", "Save connection", names)
        .at("registry", name)
        .seen(seen)
        .choices("login", logins.map(|(value, label)| (value.to_owned(), say(label))))
        .field("login", |field| field.label = say("This server logs in"))
        .field("ca", |field| field.label = say("Certificates of authorities"))
        .field("insecure", |field| field.label = say("Accept any certificate"))
        .explain(visit, "insecure", "Whoever is on the way can read and change everything. For trying only.")
        .explain(visit, "password", "It is never shown. Left empty, it stays as it is.")
        .field("sync_seconds", |field| field.label = say("Seconds from one look to the next"))
        // Who logs in without a name says none.
        .left("username")
}
