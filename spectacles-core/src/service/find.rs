//! Finding things by name, or saying that there are none.

use super::Error;
use crate::model::{App, Group, Namespace, Registry, ServiceAccount, User};
use crate::name::{AppName, GroupName, NamespacePath, ServiceAccountName, ServiceName, UserName};
use crate::store::ReadTx;

pub(super) async fn user(tx: &mut dyn ReadTx, name: &UserName) -> Result<User, Error> {
    tx.user_named(name).await?.ok_or_else(|| Error::not_found("user", name))
}

pub(super) async fn group(tx: &mut dyn ReadTx, name: &GroupName) -> Result<Group, Error> {
    tx.group_named(name).await?.ok_or_else(|| Error::not_found("group", name))
}

pub(super) async fn app(tx: &mut dyn ReadTx, name: &AppName) -> Result<App, Error> {
    tx.app_named(name).await?.ok_or_else(|| Error::not_found("app", name))
}

pub(super) async fn service(tx: &mut dyn ReadTx, name: &ServiceAccountName) -> Result<ServiceAccount, Error> {
    tx.service_account_named(name).await?.ok_or_else(|| Error::not_found("service account", name))
}

pub(super) async fn registry(tx: &mut dyn ReadTx, service: &ServiceName) -> Result<Registry, Error> {
    tx.registry_named(service).await?.ok_or_else(|| Error::not_found("registry", service))
}

/// A namespace, and the registry it is on.
pub(super) async fn namespace(tx: &mut dyn ReadTx, service: &ServiceName, path: &NamespacePath) -> Result<(Registry, Namespace), Error> {
    let registry = registry(tx, service).await?;
    let namespace = tx.namespace_at(registry.id, path).await?;
    let namespace = namespace.ok_or_else(|| Error::NotFound { what: "namespace", name: format!("{path}` on registry `{service}") })?;
    Ok((registry, namespace))
}
