//! Rights on namespaces.

use super::change::Change;
use super::limits::checked;
use super::namespace_view::{GranteeName, NamespaceView, Viewer};
use super::namespaces::{Namespaces, object};
use super::{Error, find};
use crate::id::NamespaceId;
use crate::model::{Grant, Grantee, Terms};
use crate::name::{NamespacePath, ServiceName};
use crate::right::Right;
use serde_json::{Value, json};

impl Namespaces<'_> {
    /// Gives a custom right on these terms, in place of the one the grantee had.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the namespace or the grantee; [`Error::Invalid`] for an end in the past, and for NONE from certain networks;
    /// [`Error::Denied`] for users who do not own the namespace.
    pub async fn grant(
        self,
        service: &ServiceName,
        path: &NamespacePath,
        grantee: &GranteeName,
        right: Right,
        terms: Terms,
    ) -> Result<NamespaceView, Error> {
        if right == Right::None && !terms.networks.is_empty() {
            return Err(Error::Invalid(
                "NONE cannot be limited to networks: they say from where something is given. To refuse requests from elsewhere, limit the \
                 right that would admit them to the networks it is for"
                    .to_owned(),
            ));
        }
        let (mut change, id, who) = self.begin(service, path, grantee).await?;
        let terms = checked(terms, change.at)?;
        let before = granted(&mut change, id, who).await?;
        let after = Grant { grantee: who, right, terms };
        if before.as_ref() == Some(&after) {
            return unchanged(change, service, id).await;
        }
        change.tx.grant(id, who, right, &after.terms).await?;
        let details = json!({ "grantee": grantee.to_string(), "before": before.as_ref().map(told), "after": told(&after) });
        finish(change, "namespace.grant", service, path, id, details).await
    }

    /// Takes a custom right away.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the namespace or the grantee, or when there is no such right; [`Error::Denied`] as for granting.
    pub async fn revoke(self, service: &ServiceName, path: &NamespacePath, grantee: &GranteeName) -> Result<NamespaceView, Error> {
        let (mut change, id, who) = self.begin(service, path, grantee).await?;
        let before = granted(&mut change, id, who).await?;
        if !change.tx.revoke(id, who).await? {
            return Err(Error::NotFound { what: "custom right of", name: format!("{grantee}` on namespace `{path}") });
        }
        let details = json!({ "grantee": grantee.to_string(), "before": before.as_ref().map(told), "after": null });
        finish(change, "namespace.revoke", service, path, id, details).await
    }

    /// Assigns a user or a service account as member, or a group, on these terms. Of one that is assigned, the terms are changed.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the namespace or the grantee; [`Error::Invalid`] for an end in the past; [`Error::Denied`] for users who do not
    /// own the namespace.
    pub async fn assign(
        self,
        service: &ServiceName,
        path: &NamespacePath,
        grantee: &GranteeName,
        terms: Terms,
    ) -> Result<NamespaceView, Error> {
        let (mut change, id, who) = self.begin(service, path, grantee).await?;
        let terms = checked(terms, change.at)?;
        let before = assigned(&mut change, id, who).await?;
        if !change.tx.assign(id, who, &terms).await? {
            return unchanged(change, service, id).await;
        }
        let details = json!({ "grantee": grantee.to_string(), "before": before, "after": terms });
        finish(change, "namespace.assign", service, path, id, details).await
    }

    /// Ends an assignment.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the namespace or the grantee, or when it is not assigned; [`Error::Denied`] as for assigning.
    pub async fn unassign(self, service: &ServiceName, path: &NamespacePath, grantee: &GranteeName) -> Result<NamespaceView, Error> {
        let (mut change, id, who) = self.begin(service, path, grantee).await?;
        let before = assigned(&mut change, id, who).await?;
        if !change.tx.unassign(id, who).await? {
            return Err(Error::NotFound { what: "assignment of", name: format!("{grantee}` to namespace `{path}") });
        }
        let details = json!({ "grantee": grantee.to_string(), "before": before, "after": null });
        finish(change, "namespace.unassign", service, path, id, details).await
    }

    async fn begin(
        self,
        service: &ServiceName,
        path: &NamespacePath,
        grantee: &GranteeName,
    ) -> Result<(Change, NamespaceId, Grantee), Error> {
        let mut change = self.0.change().await?;
        let (_, namespace) = self.0.own_namespace(change.tx.as_mut(), service, path).await?;
        let who = match grantee {
            GranteeName::User(name) => Grantee::User(find::user(change.tx.as_mut(), name).await?.id),
            GranteeName::Group(name) => Grantee::Group(find::group(change.tx.as_mut(), name).await?.id),
            GranteeName::Service(name) => Grantee::Service(find::service(change.tx.as_mut(), name).await?.id),
        };
        Ok((change, namespace.id, who))
    }
}

async fn granted(change: &mut Change, namespace: NamespaceId, who: Grantee) -> Result<Option<Grant>, Error> {
    Ok(change.tx.grants(namespace).await?.into_iter().find(|grant| grant.grantee == who))
}

async fn assigned(change: &mut Change, namespace: NamespaceId, who: Grantee) -> Result<Option<Terms>, Error> {
    let assigned = change.tx.assigned(namespace).await?;
    Ok(assigned.into_iter().find(|assignment| assignment.grantee == who).map(|assignment| assignment.terms))
}

/// What a right is, beside whose.
fn told(grant: &Grant) -> Value {
    let mut told = json!(grant.terms);
    if let Some(fields) = told.as_object_mut() {
        fields.insert("right".to_owned(), json!(grant.right));
    }
    told
}

async fn unchanged(mut change: Change, service: &ServiceName, id: NamespaceId) -> Result<NamespaceView, Error> {
    let view = Viewer::of_everything(change.at).read(change.tx.as_mut(), service, id).await?;
    change.leave();
    Ok(view)
}

async fn finish(
    mut change: Change,
    action: &str,
    service: &ServiceName,
    path: &NamespacePath,
    id: NamespaceId,
    details: Value,
) -> Result<NamespaceView, Error> {
    let view = Viewer::of_everything(change.at).read(change.tx.as_mut(), service, id).await?;
    change.commit(action, object(service, path), details).await?;
    Ok(view)
}
