//! Rights on namespaces.

use super::actor::Standing;
use super::change::Change;
use super::limits::{check_none, checked, right_of};
use super::namespace_view::{GranteeName, NamespaceView, Viewer};
use super::namespaces::{Namespaces, object};
use super::{Error, find};
use crate::id::NamespaceId;
use crate::model::{Grant, Grantee, Namespace, Terms};
use crate::name::{NamespacePath, ServiceName};
use crate::right::Right;
use crate::store::ReadTx;
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
        check_none(right, &terms)?;
        let (mut change, Namespace { id, .. }, who) = self.begin(service, path, grantee).await?;
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
        let (mut change, Namespace { id, .. }, who) = self.begin(service, path, grantee).await?;
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
    /// [`Error::NotFound`] for the namespace or the grantee; [`Error::Invalid`] for an end in the past, and for certain networks where those who
    /// are assigned have NONE; [`Error::Denied`] for users who do not own the namespace.
    pub async fn assign(
        self,
        service: &ServiceName,
        path: &NamespacePath,
        grantee: &GranteeName,
        terms: Terms,
    ) -> Result<NamespaceView, Error> {
        let (mut change, namespace, who) = self.begin(service, path, grantee).await?;
        let id = namespace.id;
        let terms = checked(terms, change.at)?;
        check_none(right_of(&namespace, who), &terms)?;
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
        let (mut change, Namespace { id, .. }, who) = self.begin(service, path, grantee).await?;
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
    ) -> Result<(Change, Namespace, Grantee), Error> {
        let (mut change, standing) = self.0.change_own().await?;
        let (_, namespace) = self.0.own_namespace(change.tx.as_mut(), &standing, service, path).await?;
        let tx = change.tx.as_mut();
        // Users may know of each other, of the groups they are in and of the service accounts they own; and of whoever has rights on what is
        // theirs.
        let (who, known) = match grantee {
            GranteeName::User(name) => (Grantee::User(find::user(tx, name).await?.id), true),
            GranteeName::Group(name) => {
                let group = find::group(tx, name).await?.id;
                (Grantee::Group(group), matches!(&standing, Standing::Own(person) if person.is_in(group)))
            }
            GranteeName::Service(name) => {
                let service = find::service(tx, name).await?;
                (Grantee::Service(service.id), matches!(&standing, Standing::Own(person) if service.owner == Some(person.user.id)))
            }
        };
        let known = known || matches!(standing, Standing::Everything) || holds(tx, namespace.id, who).await?;
        if !known {
            return Err(match grantee {
                GranteeName::User(name) => Error::not_found("user", name),
                GranteeName::Group(name) => Error::not_found("group", name),
                GranteeName::Service(name) => Error::not_found("service account", name),
            });
        }
        Ok((change, namespace, who))
    }
}

async fn holds(tx: &mut dyn ReadTx, namespace: NamespaceId, who: Grantee) -> Result<bool, Error> {
    Ok(tx.assigned(namespace).await?.iter().any(|there| there.grantee == who)
        || tx.grants(namespace).await?.iter().any(|there| there.grantee == who))
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
