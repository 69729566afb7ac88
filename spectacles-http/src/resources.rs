//! What the API shows and takes beside the views and forms of the use cases.

pub use crate::status::{QueueState, ServerState, Status};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use spectacles_core::audit::{Checkpoint, Verification};
use spectacles_core::declarative::{BrokenAssertion, Consequence, Document, Plan};
use spectacles_core::id::SecretId;
use spectacles_core::key::{KeyRing, TokenKey};
use spectacles_core::model::{Privileges, Relation, Terms, TokenLimits};
use spectacles_core::name::{ApiTokenName, AppName, GroupName, NamespacePath, RepositoryName, ServiceAccountName, ServiceName, UserName};
use spectacles_core::right::Right;
use spectacles_core::service::{
    ApiTokenView, AreaAnswer, CreateNamespace, FoundRepository, FoundTag, GroupView, KeyView, MatrixRow, Related, Replayed, WhatChanges,
};
use spectacles_core::time::Timestamp;
use std::borrow::Cow;

/// Whoever calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Me {
    /// His name, as the audit trail has it.
    pub name: String,
    /// Whether he is a user; `operator` is none.
    pub is_user: bool,
    /// Whether he may do everything.
    pub admin: bool,
    /// Whether he may read everything.
    pub auditor: bool,
    /// What he may do under the path policy.
    pub privileges: Privileges,
    /// The groups he is in now.
    pub groups: Vec<GroupName>,
    /// What the API token that he calls with is limited to; nothing, where he calls with his password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<TokenLimits>,
}

/// Somebody in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Membership {
    /// Who.
    pub user: UserName,
    /// Until when; for ever where there is no end.
    pub until: Option<Timestamp>,
    /// Whether that is over: he counts as absent.
    pub expired: bool,
}

/// A group that has to do with a registry or an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RelatedGroup {
    /// Which.
    pub group: GroupName,
    /// Until when; for ever where there is no end.
    pub until: Option<Timestamp>,
    /// Whether that is over: it counts as absent.
    pub expired: bool,
}

/// For how long something is to be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct End {
    /// Until when; for ever where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// Users who are to be put into a group: all of them, or none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AddMembers {
    /// Who.
    pub users: Vec<UserName>,
    /// Until when; for ever where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// Groups that are to be put into a relation: all of them, or none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AddGroups {
    /// Which.
    pub groups: Vec<GroupName>,
    /// Until when; for ever where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// A custom right that is to be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GiveRight {
    /// What.
    pub right: Right,
    /// How long and from where.
    #[serde(flatten)]
    pub terms: Terms,
}

/// A secret of a service account that is to be made, or one from elsewhere that is to be taken over.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct MakeSecret {
    /// The secret, where it was made elsewhere: at least 20 characters that nobody can guess. Leave it out to have one made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 20, max = 256), regex(pattern = r"^[^\x00-\x1f\x7f-\x9f]*$"))]
    pub secret: Option<Secret>,
    /// How long and from where it is accepted.
    #[serde(flatten)]
    pub terms: Terms,
}

/// A secret that was made. It is shown this once.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MadeSecret {
    /// By which it can be taken away.
    pub id: SecretId,
    /// The secret. It cannot be had again.
    pub secret: Secret,
    /// How long and from where it is accepted.
    #[serde(flatten)]
    pub terms: Terms,
}

/// A body that says nothing: what is to be done is said by the path.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Nothing {}

/// A secret by which notifications of a registry are known. It is shown this once.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MadeEventSecret {
    /// The secret. The registry sends it as `Authorization: Bearer <secret>`. It cannot be had again.
    pub secret: Secret,
}

/// A new password, and the one there is.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ChangePassword {
    /// The password that there is.
    pub current: Secret,
    /// The new one.
    #[schemars(length(min = 1, max = 256), regex(pattern = spectacles_core::name::LINE))]
    pub new: Secret,
}

/// A code by which somebody sets a new password.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MadePasswordReset {
    /// Whose password.
    pub user: UserName,
    /// The code. It is good once, and cannot be had again.
    pub code: Secret,
    /// Where it is used. What is behind the `#` is sent to no server. Nothing, where it is not known by which address people reach the server.
    pub link: Option<Secret>,
    /// From when on it is good no longer.
    pub until: Timestamp,
}

/// Text that is for one reader only. Debug output hides it.
#[derive(Debug, Clone)]
pub struct Secret(pub SecretString);

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose_secret())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(String::deserialize(deserializer)?.into()))
    }
}

impl JsonSchema for Secret {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "password" })
    }
}

impl Membership {
    /// Everybody in a group, by name.
    pub fn all(group: &GroupView) -> Vec<Self> {
        let for_ever = |user: &&UserName| !group.limited.iter().any(|limited| limited.user == **user);
        let for_ever = group.members.iter().filter(for_ever).map(|user| Self { user: user.clone(), until: None, expired: false });
        let limited = group.limited.iter().map(|one| Self { user: one.user.clone(), until: Some(one.until), expired: one.expired });
        let mut all: Vec<_> = for_ever.chain(limited).collect();
        all.sort_unstable_by(|one, other| one.user.cmp(&other.user));
        all
    }
}

impl RelatedGroup {
    /// Every group in a relation, by name.
    pub fn all(related: &Related, relation: Relation) -> Vec<Self> {
        let current = match relation {
            Relation::Responsible => &related.responsible,
            Relation::Publication => &related.publication,
        };
        let limited = || related.limited.iter().filter(move |one| one.relation == relation);
        let for_ever = current.iter().filter(|group| !limited().any(|one| one.group == **group));
        let for_ever = for_ever.map(|group| Self { group: group.clone(), until: None, expired: false });
        let limited = limited().map(|one| Self { group: one.group.clone(), until: Some(one.until), expired: one.expired });
        let mut all: Vec<_> = for_ever.chain(limited).collect();
        all.sort_unstable_by(|one, other| one.group.cmp(&other.group));
        all
    }
}

/// A namespace that is to be created on the registry that the path names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MakeNamespace {
    /// The path: unique on its registry.
    pub path: NamespacePath,
    /// Who owns it. Users become owners of what they create, and need not say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserName>,
    /// What it is for.
    #[serde(default)]
    #[schemars(length(max = 1000), regex(pattern = spectacles_core::name::LINE))]
    pub description: String,
    /// Whether everybody may pull, where the registry admits that.
    #[serde(default)]
    pub public: bool,
    /// What assigned members may.
    #[serde(default = "full")]
    pub members_right: Right,
    /// What the members of assigned groups may.
    #[serde(default)]
    pub groups_right: Right,
    /// What every other authenticated user may.
    #[serde(default)]
    pub others_right: Right,
}

const fn full() -> Right {
    Right::Full
}

impl MakeNamespace {
    /// The same as use cases take it.
    pub fn on(self, service: ServiceName) -> CreateNamespace {
        let Self { path, owner, description, public, members_right, groups_right, others_right } = self;
        CreateNamespace { service, path, owner, description, public, members_right, groups_right, others_right }
    }
}

/// Where somebody may do something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WhatCan {
    /// Each part of a registry, by registry.
    pub areas: Vec<AreaAnswer>,
    /// Whether rights were left out because nobody said where the request comes from.
    #[serde(default, skip_serializing_if = "is_false")]
    pub address_missing: bool,
}

/// What everybody may do everywhere, or a part of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MatrixPage {
    /// By principal, registry and area.
    pub items: Vec<MatrixRow>,
    /// What to say as `after` for what follows; null where nothing does.
    pub next: Option<String>,
    /// Whether rights were left out because nobody said where requests come from.
    #[serde(default, skip_serializing_if = "is_false")]
    pub address_missing: bool,
}

/// For what is said only where it is so.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// Changes that are to be tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Simulation {
    /// What to try, one after the other.
    #[schemars(length(max = 100))]
    pub changes: Vec<SimulatedChange>,
    /// Repositories to ask about as well; without them every part of a registry is asked about by one name of its own.
    #[serde(default)]
    pub repositories: Vec<RepositoryName>,
    /// Tries the recorded requests since then as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay_since: Option<Timestamp>,
    /// How many differences to tell at most; 1000, where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A change that is to be tried, as the request that would make it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SimulatedChange {
    /// The method.
    #[schemars(extend("enum" = ["POST", "PUT", "PATCH", "DELETE"]))]
    pub method: String,
    /// The path with its query: `/api/v1/groups/devs/members/bob`.
    #[schemars(regex(pattern = "^/api/v1/"))]
    pub path: String,
    /// The body, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
}

/// What would be otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Simulated {
    /// Who could do more or less, and where.
    pub changes: Vec<WhatChanges>,
    /// Whether there are more than that.
    pub more: bool,
    /// Of recorded requests, where they were asked for: those that would get something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replayed: Option<Vec<Replayed>>,
    /// Whether rights were left out because nobody said where requests come from.
    #[serde(default, skip_serializing_if = "is_false")]
    pub address_missing: bool,
}

/// Checkpoints that were kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Kept {
    /// The lines as they were signed. They must still fit.
    #[serde(default)]
    pub checkpoints: Vec<String>,
}

/// Where the audit trails end, signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignedCheckpoint {
    /// One line, to be kept where nobody can change it (JWS, RFC 7515).
    pub checkpoint: String,
    /// What it says.
    pub says: Checkpoint,
}

/// A signing key, with everything others need to trust it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PublicKey {
    /// What may be shown of it.
    #[serde(flatten)]
    pub key: KeyView,
    /// The public key (RFC 7517).
    pub jwk: Value,
    /// For the `rootcertbundle` of a registry.
    pub certificate_pem: String,
}

impl PublicKey {
    /// All keys of a ring, the active one first.
    ///
    /// # Errors
    /// A key that is no JSON; none is.
    pub fn all(ring: &KeyRing) -> Result<Vec<Self>, serde_json::Error> {
        let public = |(key, token_key): (KeyView, &TokenKey)| {
            let jwk = serde_json::to_value(token_key.signer().public_key().jwk())?;
            Ok(Self { key, jwk, certificate_pem: token_key.bundle_pem().to_owned() })
        };
        KeyView::of(ring).into_iter().zip(ring.iter()).map(public).collect()
    }
}

/// What was found out about the audit trails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verified {
    /// One for each chain.
    pub chains: Vec<Verification>,
}

/// A document that is to be planned or applied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Apply {
    /// The document.
    #[schemars(with = "Document")]
    pub document: Value,
    /// Whether what it owns by its `scope` and does not mention is deleted.
    #[serde(default)]
    pub prune: bool,
    /// What was shown, where exactly that is to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
    /// How far to look, when it is planned.
    #[serde(default)]
    pub look: Look,
}

/// How far to look at what a document would lead to. Each takes longer than the one before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Look {
    /// Only what would be changed.
    Changes,
    /// Which assertions would not hold, as well.
    Assertions,
    /// Who may do more or less afterwards, as well.
    #[default]
    Access,
}

/// What applying a document does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Planned {
    /// What is created, changed and deleted, and what stays although the document does not mention it.
    #[serde(flatten)]
    pub plan: Plan,
    /// Assertions that would not hold.
    pub broken_assertions: Vec<BrokenAssertion>,
    /// Who may do more or less afterwards; nothing, where it was not looked at.
    pub access: Option<Vec<Consequence>>,
    /// Whether there is more of it than is told.
    pub access_truncated: bool,
}

/// An API token that is to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MakeToken {
    /// What it is for, in the words of whose it is.
    pub name: ApiTokenName,
    /// Until when it is accepted; for ever where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// What of that which the user may it may not.
    #[serde(default)]
    pub limits: TokenLimits,
}

/// An API token that was made, with its secret. That is shown this once.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MadeToken {
    /// The token.
    #[serde(flatten)]
    pub token: ApiTokenView,
    /// The secret. It cannot be had again.
    pub secret: Secret,
}

/// A policy of retention that is to be carried out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunRetention {
    /// Whether only to say what would be deleted.
    #[serde(default)]
    pub dry_run: bool,
}

/// What was found, by kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Found {
    /// Users.
    pub users: Vec<UserName>,
    /// Groups.
    pub groups: Vec<GroupName>,
    /// Apps.
    pub apps: Vec<AppName>,
    /// Service accounts.
    pub services: Vec<ServiceAccountName>,
    /// Registries, by service.
    pub registries: Vec<ServiceName>,
    /// Namespaces.
    pub namespaces: Vec<FoundNamespace>,
    /// Repositories, the best first.
    #[serde(default)]
    pub repositories: Vec<FoundRepository>,
    /// Tags.
    #[serde(default)]
    pub tags: Vec<FoundTag>,
}

/// A namespace that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FoundNamespace {
    /// The service of its registry.
    pub registry: ServiceName,
    /// The path.
    pub path: NamespacePath,
}
