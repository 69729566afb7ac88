//! Names of ids, each asked for once in a call.

use super::{Error, GranteeName};
use crate::id::{AppId, GroupId, NamespaceId, RegistryId, ServiceAccountId, UserId};
use crate::model::Grantee;
use crate::name::{AppName, GroupName, ServiceAccountName, ServiceName, UserName};
use crate::store::ReadTx;
use serde_json::{Value, json};
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

/// What was asked for so far.
#[derive(Default)]
pub(super) struct Names {
    users: HashMap<UserId, UserName>,
    groups: HashMap<GroupId, GroupName>,
    apps: HashMap<AppId, AppName>,
    services: HashMap<ServiceAccountId, ServiceAccountName>,
    registries: HashMap<RegistryId, ServiceName>,
}

/// Looks into a map, and into the store for what is not there.
macro_rules! name {
    ($map:expr, $id:expr, $tx:ident . $find:ident) => {
        match $map.entry($id) {
            Entry::Occupied(known) => Ok(known.get().clone()),
            Entry::Vacant(place) => match $tx.$find($id).await? {
                Some(found) => Ok(place.insert(found.name).clone()),
                None => Err(Error::Broken(format!("something refers to {:?}, which is not there", $id))),
            },
        }
    };
}

impl Names {
    /// Asks for many at once.
    pub(super) async fn learn(&mut self, tx: &mut dyn ReadTx, grantees: impl Iterator<Item = Grantee>) -> Result<(), Error> {
        let (mut users, mut groups, mut services) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for grantee in grantees {
            match grantee {
                Grantee::User(id) if !self.users.contains_key(&id) => drop(users.insert(id)),
                Grantee::Group(id) if !self.groups.contains_key(&id) => drop(groups.insert(id)),
                Grantee::Service(id) if !self.services.contains_key(&id) => drop(services.insert(id)),
                Grantee::User(_) | Grantee::Group(_) | Grantee::Service(_) => {}
            }
        }
        self.users.extend(tx.user_names(&Vec::from_iter(users)).await?);
        self.groups.extend(tx.group_names(&Vec::from_iter(groups)).await?);
        self.services.extend(tx.service_names(&Vec::from_iter(services)).await?);
        Ok(())
    }

    pub(super) async fn user(&mut self, tx: &mut dyn ReadTx, id: UserId) -> Result<UserName, Error> {
        name!(self.users, id, tx.user)
    }

    pub(super) async fn owner(&mut self, tx: &mut dyn ReadTx, id: Option<UserId>) -> Result<Option<UserName>, Error> {
        match id {
            Some(id) => self.user(tx, id).await.map(Some),
            None => Ok(None),
        }
    }

    pub(super) async fn group(&mut self, tx: &mut dyn ReadTx, id: GroupId) -> Result<GroupName, Error> {
        name!(self.groups, id, tx.group)
    }

    pub(super) async fn app(&mut self, tx: &mut dyn ReadTx, id: AppId) -> Result<AppName, Error> {
        name!(self.apps, id, tx.app)
    }

    pub(super) async fn service(&mut self, tx: &mut dyn ReadTx, id: ServiceAccountId) -> Result<ServiceAccountName, Error> {
        name!(self.services, id, tx.service_account)
    }

    pub(super) async fn registry(&mut self, tx: &mut dyn ReadTx, id: RegistryId) -> Result<ServiceName, Error> {
        if let Some(known) = self.registries.get(&id) {
            return Ok(known.clone());
        }
        let gone = || Error::Broken(format!("something refers to {id:?}, which is not there"));
        let service = tx.registry(id).await?.ok_or_else(gone)?.service;
        self.registries.insert(id, service.clone());
        Ok(service)
    }

    /// A namespace, for the audit trail.
    pub(super) async fn namespace(&mut self, tx: &mut dyn ReadTx, id: NamespaceId) -> Result<Value, Error> {
        let gone = || Error::Broken(format!("something refers to {id:?}, which is not there"));
        let namespace = tx.namespace(id).await?.ok_or_else(gone)?;
        Ok(json!({ "registry": self.registry(tx, namespace.registry).await?, "namespace": namespace.path }))
    }

    pub(super) async fn grantee(&mut self, tx: &mut dyn ReadTx, grantee: Grantee) -> Result<GranteeName, Error> {
        Ok(match grantee {
            Grantee::User(id) => GranteeName::User(self.user(tx, id).await?),
            Grantee::Group(id) => GranteeName::Group(self.group(tx, id).await?),
            Grantee::Service(id) => GranteeName::Service(self.service(tx, id).await?),
        })
    }
}
