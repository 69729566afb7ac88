//! Namespaces.

use super::backend::{Row, Value};
use super::{SqlTx, StoreError, api_tokens, grantees};
use async_trait::async_trait;
use spectacles_core::id::{NamespaceId, RegistryId, UserId};
use spectacles_core::listing::NamedNamespace;
use spectacles_core::model::{Assignment, Grant, Grantee, Namespace, NewNamespace, Terms};
use spectacles_core::name::NamespacePath;
use spectacles_core::right::Right;
use spectacles_core::store::{Change, NamespaceReads, NamespaceWrites, Unique};

/// Begins a query for what [`read`] reads.
macro_rules! select {
    ($rest:literal) => {
        select!("", $rest)
    };
    ($more:literal, $rest:literal) => {
        concat!(
            "SELECT id, registry_id, path, owner_id, description, is_public, members_right, groups_right, others_right, created, updated",
            $more,
            " FROM namespaces ",
            $rest
        )
    };
}

/// A query for all of them with the names of registry and owner, to go on with.
pub(super) const ALL_NAMED: &str = select!(
    ", (SELECT service FROM registries WHERE registries.id = namespaces.registry_id) AS registry_service, \
     (SELECT name FROM users WHERE users.id = namespaces.owner_id) AS owner_name",
    ""
);

pub(super) fn read_named(row: &mut Row) -> Result<NamedNamespace, StoreError> {
    Ok(NamedNamespace { namespace: read(row)?, registry: row.parsed()?, owner: row.optional_parsed()? })
}

fn read(row: &mut Row) -> Result<Namespace, StoreError> {
    Ok(Namespace {
        id: NamespaceId::new(row.integer()?),
        registry: RegistryId::new(row.integer()?),
        path: row.parsed()?,
        owner: row.optional_integer()?.map(UserId::new),
        description: row.text()?,
        public: row.boolean()?,
        members_right: row.parsed()?,
        groups_right: row.parsed()?,
        others_right: row.parsed()?,
        created: row.timestamp()?,
        updated: row.timestamp()?,
    })
}

#[async_trait]
impl NamespaceReads for SqlTx {
    async fn namespace(&mut self, id: NamespaceId) -> Result<Option<Namespace>, StoreError> {
        self.one(select!("WHERE id = ?"), &[id.get().into()], read).await
    }

    async fn namespace_at(&mut self, registry: RegistryId, path: &NamespacePath) -> Result<Option<Namespace>, StoreError> {
        self.one(select!("WHERE registry_id = ? AND path = ?"), &[registry.get().into(), path.as_str().into()], read).await
    }

    async fn namespaces(&mut self, registry: RegistryId, after: Option<&NamespacePath>, limit: u32) -> Result<Vec<Namespace>, StoreError> {
        let after = after.map_or("", NamespacePath::as_str);
        let sql = select!("WHERE registry_id = ? AND path > ? ORDER BY path LIMIT ?");
        self.all(sql, &[registry.get().into(), after.into(), limit.into()], read).await
    }

    async fn namespaces_owned_by(&mut self, owner: UserId) -> Result<Vec<Namespace>, StoreError> {
        self.all(select!("WHERE owner_id = ? ORDER BY id"), &[owner.get().into()], read).await
    }

    async fn namespaces_with(&mut self, grantee: Grantee) -> Result<Vec<NamespaceId>, StoreError> {
        grantees::namespaces_with(self, grantee).await
    }

    async fn assigned(&mut self, namespace: NamespaceId) -> Result<Vec<Assignment>, StoreError> {
        grantees::assigned(self, namespace).await
    }

    async fn grants(&mut self, namespace: NamespaceId) -> Result<Vec<Grant>, StoreError> {
        grantees::grants(self, namespace).await
    }
}

#[async_trait]
impl NamespaceWrites for SqlTx {
    async fn insert_namespace(&mut self, namespace: &NewNamespace) -> Result<NamespaceId, StoreError> {
        let sql = "SELECT COUNT(*) FROM namespaces WHERE registry_id = ? AND path = ?";
        if self.any(sql, &[namespace.registry.get().into(), namespace.path.as_str().into()]).await? {
            return Err(StoreError::Conflict(Unique::NamespacePath));
        }
        let sql = "INSERT INTO namespaces (registry_id, path, owner_id, description, is_public, members_right, groups_right, others_right, \
                   created, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let values: [Value<'_>; 10] = [
            namespace.registry.get().into(),
            namespace.path.as_str().into(),
            namespace.owner.map(UserId::get).into(),
            namespace.description.as_str().into(),
            namespace.public.into(),
            namespace.members_right.as_str().into(),
            namespace.groups_right.as_str().into(),
            namespace.others_right.as_str().into(),
            namespace.created.into(),
            namespace.created.into(),
        ];
        let id = NamespaceId::new(self.session.insert(sql, &values).await?);
        self.changed(true, Change::Namespace(id));
        Ok(id)
    }

    async fn update_namespace(&mut self, namespace: &Namespace) -> Result<bool, StoreError> {
        let id = namespace.id.get();
        // The registry is the stored one: a namespace does not move.
        let sql = "SELECT id FROM namespaces WHERE id = ? \
                   OR (path = ? AND registry_id = (SELECT registry_id FROM namespaces WHERE id = ?))";
        if !self.is_free(sql, &[id.into(), namespace.path.as_str().into(), id.into()], id, Unique::NamespacePath).await? {
            return Ok(false);
        }
        let sql = "UPDATE namespaces SET path = ?, owner_id = ?, description = ?, is_public = ?, members_right = ?, groups_right = ?, \
                   others_right = ?, updated = ? WHERE id = ?";
        let values: [Value<'_>; 9] = [
            namespace.path.as_str().into(),
            namespace.owner.map(UserId::get).into(),
            namespace.description.as_str().into(),
            namespace.public.into(),
            namespace.members_right.as_str().into(),
            namespace.groups_right.as_str().into(),
            namespace.others_right.as_str().into(),
            namespace.updated.into(),
            id.into(),
        ];
        let found = self.execute(sql, &values).await?;
        Ok(self.changed(found, Change::Namespace(namespace.id)))
    }

    async fn delete_namespace(&mut self, id: NamespaceId) -> Result<bool, StoreError> {
        api_tokens::report(self, "SELECT DISTINCT user_id FROM api_tokens WHERE namespace_id = ?", id.get()).await?;
        let found = self.execute("DELETE FROM namespaces WHERE id = ?", &[id.get().into()]).await?;
        Ok(self.changed(found, Change::Namespace(id)))
    }

    async fn assign(&mut self, namespace: NamespaceId, grantee: Grantee, terms: &Terms) -> Result<bool, StoreError> {
        let set = grantees::assign(self, namespace, grantee, terms).await?;
        Ok(self.changed(set, Change::Namespace(namespace)))
    }

    async fn unassign(&mut self, namespace: NamespaceId, grantee: Grantee) -> Result<bool, StoreError> {
        let found = grantees::unassign(self, namespace, grantee).await?;
        Ok(self.changed(found, Change::Namespace(namespace)))
    }

    async fn grant(&mut self, namespace: NamespaceId, grantee: Grantee, right: Right, terms: &Terms) -> Result<(), StoreError> {
        grantees::grant(self, namespace, grantee, right, terms).await?;
        self.changed(true, Change::Namespace(namespace));
        Ok(())
    }

    async fn revoke(&mut self, namespace: NamespaceId, grantee: Grantee) -> Result<bool, StoreError> {
        let found = grantees::revoke(self, namespace, grantee).await?;
        Ok(self.changed(found, Change::Namespace(namespace)))
    }
}
