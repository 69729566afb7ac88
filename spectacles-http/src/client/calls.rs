//! Everything there is to call.

use super::resource::{
    AppPublications, AppResponsibles, Apps, Assignments, Changes, Decisions, Grants, Groups, Keys, Members, Namespaces, Registries,
    RegistryPublications, RegistryResponsibles, Secrets, Services, Sessions, Tokens, Users,
};
use super::{Ask, Client, ClientError, Collection};
use crate::resources::{
    Apply, ChangePassword, Found, Kept, MadeEventSecret, MadePasswordReset, MatrixPage, Me, Nothing, Planned, SignedCheckpoint, Simulated,
    Simulation, Status, Verified, WhatCan,
};
use bytes::Bytes;
use http::Method;
use serde_json::Value;
use spectacles_core::id::ApiTokenId;
use spectacles_core::model::{AvatarSize, SyncState};
use spectacles_core::name::{AppName, GroupName, NamespacePath, RepositoryName, ServiceAccountName, ServiceName, UserName};
use spectacles_core::right::Actions;
use spectacles_core::service::{CopiedImage, CopyImage, Explanation, RegistryCheck, Who, WhoCan};
use spectacles_core::time::Timestamp;
use std::net::IpAddr;
use std::time::Duration;

/// Longer than the server waits for a copy.
const COPYING: Duration = Duration::from_secs(61 * 60);

/// When and from where a request would come that is asked about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct When {
    /// Its address; from nobody knows where, where there is none.
    pub from: Option<IpAddr>,
    /// Its moment; now, where there is none.
    pub at: Option<Timestamp>,
}

impl Client {
    /// Whoever calls.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn me(&self) -> Result<Me, ClientError> {
        self.read(Ask::get(["me"])).await
    }

    /// Changes the password of whoever calls.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn change_password(&self, passwords: &ChangePassword) -> Result<(), ClientError> {
        self.send(Ask::new(Method::PUT, ["me", "password"]).body(passwords)?).await.map(|_| ())
    }

    /// Finds things of every kind by a part of their name: up to `limit` of each.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn search(&self, text: &str, limit: u32) -> Result<Found, ClientError> {
        self.read(Ask::get(["search"]).query("q", text).query("limit", limit)).await
    }

    /// Revokes the API token by which calls are made.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn revoke_own_token(&self) -> Result<(), ClientError> {
        self.send(Ask::new(Method::DELETE, ["me", "token"])).await.map(|_| ())
    }

    /// Users.
    pub fn users(&self) -> Collection<'_, Users> {
        Collection::new(self, ["users"])
    }

    /// The API tokens of a user.
    pub fn tokens(&self, user: &UserName) -> Collection<'_, Tokens> {
        Collection::new(self, ["users", user.as_str(), "tokens"])
    }

    /// Where a user is signed in to the web interface.
    pub fn sessions(&self, user: &UserName) -> Collection<'_, Sessions> {
        Collection::new(self, ["users", user.as_str(), "sessions"])
    }

    /// Ends all sessions of a user but the one that is to be spared.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn end_sessions(&self, user: &UserName, spared: Option<ApiTokenId>) -> Result<(), ClientError> {
        let ask = Ask::new(Method::DELETE, ["users", user.as_str(), "sessions"]).maybe("spare", spared);
        self.send(ask).await.map(|_| ())
    }

    /// The picture of a user: a PNG, or an SVG where he has none.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn avatar(&self, user: &UserName, size: AvatarSize) -> Result<Bytes, ClientError> {
        Ok(self.send(Ask::get(["users", user.as_str(), "avatar"]).query("size", size)).await?.into_body())
    }

    /// Gives a user another picture: a PNG or a JPEG, of which the square is kept that begins there and is so wide.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn set_avatar(
        &self,
        user: &UserName,
        picture: impl Into<Bytes>,
        (x, y): (Option<u32>, Option<u32>),
        size: Option<u32>,
    ) -> Result<(), ClientError> {
        let ask = Ask::new(Method::PUT, ["users", user.as_str(), "avatar"]).picture(picture);
        self.send(ask.maybe("x", x).maybe("y", y).maybe("size", size)).await.map(|_| ())
    }

    /// Takes the picture of a user away.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn remove_avatar(&self, user: &UserName) -> Result<(), ClientError> {
        self.send(Ask::new(Method::DELETE, ["users", user.as_str(), "avatar"])).await.map(|_| ())
    }

    /// Makes a code by which a user sets a new password.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn password_reset(&self, user: &UserName) -> Result<MadePasswordReset, ClientError> {
        self.read(Ask::new(Method::POST, ["users", user.as_str(), "password-reset"]).body(&Nothing {})?).await
    }

    /// Groups.
    pub fn groups(&self) -> Collection<'_, Groups> {
        Collection::new(self, ["groups"])
    }

    /// The members of a group.
    pub fn members(&self, group: &GroupName) -> Collection<'_, Members> {
        Collection::new(self, ["groups", group.as_str(), "members"])
    }

    /// Apps.
    pub fn apps(&self) -> Collection<'_, Apps> {
        Collection::new(self, ["apps"])
    }

    /// The groups that answer for an app.
    pub fn app_responsibles(&self, app: &AppName) -> Collection<'_, AppResponsibles> {
        Collection::new(self, ["apps", app.as_str(), "responsibles"])
    }

    /// The groups that an app is published to.
    pub fn app_publications(&self, app: &AppName) -> Collection<'_, AppPublications> {
        Collection::new(self, ["apps", app.as_str(), "publications"])
    }

    /// Service accounts.
    pub fn services(&self) -> Collection<'_, Services> {
        Collection::new(self, ["services"])
    }

    /// The secrets of a service account.
    pub fn secrets(&self, service: &ServiceAccountName) -> Collection<'_, Secrets> {
        Collection::new(self, ["services", service.as_str(), "secrets"])
    }

    /// Registries.
    pub fn registries(&self) -> Collection<'_, Registries> {
        Collection::new(self, ["registries"])
    }

    /// How it goes with looking at a registry.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn registry_state(&self, registry: &ServiceName) -> Result<SyncState, ClientError> {
        self.read(Ask::get(["registries", registry.as_str(), "state"])).await
    }

    /// Has a registry looked at before its time.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn sync_registry(&self, registry: &ServiceName) -> Result<SyncState, ClientError> {
        self.read(Ask::new(Method::POST, ["registries", registry.as_str(), "sync"]).body(&Nothing {})?).await
    }

    /// Tries whether a registry and the server understand each other.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn test_registry(&self, registry: &ServiceName) -> Result<RegistryCheck, ClientError> {
        self.read(Ask::new(Method::POST, ["registries", registry.as_str(), "test"]).body(&Nothing {})?).await
    }

    /// Makes a secret by which notifications of a registry are known, in place of the one before.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn make_event_secret(&self, registry: &ServiceName) -> Result<MadeEventSecret, ClientError> {
        self.read(Ask::new(Method::POST, ["registries", registry.as_str(), "event-secret"]).body(&Nothing {})?).await
    }

    /// The groups that answer for a registry.
    pub fn registry_responsibles(&self, registry: &ServiceName) -> Collection<'_, RegistryResponsibles> {
        Collection::new(self, ["registries", registry.as_str(), "responsibles"])
    }

    /// The groups that a registry is published to.
    pub fn registry_publications(&self, registry: &ServiceName) -> Collection<'_, RegistryPublications> {
        Collection::new(self, ["registries", registry.as_str(), "publications"])
    }

    /// The namespaces of a registry, or of all of them.
    pub fn namespaces(&self, registry: Option<&ServiceName>) -> Collection<'_, Namespaces> {
        match registry {
            Some(registry) => Collection::new(self, ["registries", registry.as_str(), "namespaces"]),
            None => Collection::new(self, ["namespaces"]),
        }
    }

    /// The custom rights on a namespace.
    pub fn grants(&self, registry: &ServiceName, namespace: &NamespacePath) -> Collection<'_, Grants> {
        Collection::new(self, ["registries", registry.as_str(), "namespaces", namespace.as_str(), "grants"])
    }

    /// Who is assigned to a namespace.
    pub fn assignments(&self, registry: &ServiceName, namespace: &NamespacePath) -> Collection<'_, Assignments> {
        Collection::new(self, ["registries", registry.as_str(), "namespaces", namespace.as_str(), "assignments"])
    }

    /// What was changed.
    pub fn changes(&self) -> Collection<'_, Changes> {
        Collection::new(self, ["audit"])
    }

    /// What was decided about token requests.
    pub fn decisions(&self) -> Collection<'_, Decisions> {
        Collection::new(self, ["audit", "decisions"])
    }

    /// Signing keys.
    pub fn keys(&self) -> Collection<'_, Keys> {
        Collection::new(self, ["keys"])
    }

    /// Signs where the audit trails end now.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn checkpoint(&self) -> Result<SignedCheckpoint, ClientError> {
        self.read(Ask::get(["audit", "checkpoint"])).await
    }

    /// Checks the audit trails.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn verify(&self, kept: &Kept) -> Result<Verified, ClientError> {
        self.read(Ask::new(Method::POST, ["audit", "verify"]).body(kept)?).await
    }

    /// Why somebody may do something, or may not.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn explain(
        &self,
        registry: &ServiceName,
        repository: &RepositoryName,
        who: &Who,
        requested: Actions,
        when: When,
    ) -> Result<Explanation, ClientError> {
        let ask = Ask::get(["access", "explain"]).query("registry", registry).query("repository", repository);
        self.read(at(about(ask, who).query("actions", spelled(requested)), when)).await
    }

    /// Who may do something with a repository.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn who_can(
        &self,
        registry: &ServiceName,
        repository: &RepositoryName,
        requested: Actions,
        when: When,
    ) -> Result<WhoCan, ClientError> {
        let ask = Ask::get(["access", "who-can"]).query("registry", registry).query("repository", repository);
        self.read(at(ask.query("actions", spelled(requested)), when)).await
    }

    /// Where somebody may do something.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn what_can(&self, registry: Option<&ServiceName>, who: &Who, when: When) -> Result<WhatCan, ClientError> {
        self.read(at(about(Ask::get(["access", "what-can"]).maybe("registry", registry), who), when)).await
    }

    /// What everybody may do everywhere: the part behind `after`, which is [`MatrixPage::next`] of the part before.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn matrix(&self, registry: Option<&ServiceName>, after: Option<&str>, when: When) -> Result<MatrixPage, ClientError> {
        self.read(at(Ask::get(["access", "matrix"]).maybe("registry", registry).maybe("after", after), when)).await
    }

    /// What changes would mean.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn simulate(&self, simulation: &Simulation, when: When) -> Result<Simulated, ClientError> {
        self.read(at(Ask::new(Method::POST, ["access", "simulate"]), when).body(simulation)?).await
    }

    /// Copies an image. That may take long: as long as its bytes take to go from one registry to the other.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn copy_image(&self, image: &CopyImage) -> Result<CopiedImage, ClientError> {
        self.read(Ask::new(Method::POST, ["copies"]).body(image)?.within(COPYING)).await
    }

    /// How the server is doing.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn status(&self) -> Result<Status, ClientError> {
        self.read(Ask::get(["status"])).await
    }

    /// The whole configuration, as a document is written.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn state(&self) -> Result<Value, ClientError> {
        self.read(Ask::get(["state"])).await
    }

    /// What applying a document would do.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn plan(&self, document: &Apply) -> Result<Planned, ClientError> {
        self.read(Ask::new(Method::POST, ["state", "plan"]).body(document)?).await
    }

    /// Applies a document.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn apply(&self, document: &Apply) -> Result<Planned, ClientError> {
        self.read(Ask::new(Method::POST, ["state", "apply"]).body(document)?).await
    }
}

fn about(ask: Ask, who: &Who) -> Ask {
    match who {
        Who::User(name) => ask.query("user", name),
        Who::Service(name) => ask.query("service", name),
        Who::Anonymous => ask.query("anonymous", true),
    }
}

fn at(ask: Ask, when: When) -> Ask {
    ask.maybe("from", when.from).maybe("at", when.at)
}

fn spelled(actions: Actions) -> String {
    let words: Vec<_> = actions.iter().map(|action| action.as_str()).collect();
    words.join(",")
}
