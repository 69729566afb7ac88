//! Finding things by name, or saying that there are none.

use super::Error;
use crate::id::UserId;
use crate::model::{App, Group, Registry, ServiceAccount, User};
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

/// The id of somebody who is to own something.
pub(super) async fn owner(tx: &mut dyn ReadTx, name: Option<&UserName>) -> Result<Option<UserId>, Error> {
    match name {
        Some(name) => Ok(Some(user(tx, name).await?.id)),
        None => Ok(None),
    }
}

/// There is none, or whoever asks must not know that there is.
pub(super) fn no_namespace(service: &ServiceName, path: &NamespacePath) -> Error {
    Error::NotFound { what: "namespace", name: format!("{path}` on registry `{service}") }
}

/// The service accounts that are of interest. Reads all of them: for changes that are rare.
pub(super) async fn services(tx: &mut dyn ReadTx, wanted: impl Fn(&ServiceAccount) -> bool) -> Result<Vec<ServiceAccount>, Error> {
    const PAGE: u32 = 1000;
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = tx.service_accounts(after.as_ref(), PAGE).await?;
        let full = page.len() >= PAGE as usize;
        after = page.last().map(|service| service.name.clone());
        found.extend(page.into_iter().filter(&wanted));
        if !full {
            return Ok(found);
        }
    }
}
