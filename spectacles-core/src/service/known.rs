//! What users may know of that is administered: themselves, the groups they are in, and what has to do with those.
//!
//! Of everything else they are told that it is not there.

use super::actor::{Actor, Person, Standing};
use super::{Error, find};
use crate::id::AppId;
use crate::model::{App, Group, Published, Relation, ServiceAccount, User};
use crate::name::{AppName, GroupName, ServiceAccountName, UserName};
use crate::store::ReadTx;

/// What somebody has to do with an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Concern {
    Nothing,
    /// It is published to a group of his.
    Published,
    /// A group of his answers for it.
    Responsible,
}

impl Actor<'_> {
    /// Refuses whoever may not read everything: administrators and auditors may.
    pub(super) async fn check_reader(self, tx: &mut dyn ReadTx) -> Result<(), Error> {
        match self.standing(tx).await? {
            Standing::Everything => Ok(()),
            Standing::Own(_) => Err(Error::Denied("only an administrator or an auditor may see this".to_owned())),
        }
    }

    /// What somebody has to do with an app, now.
    pub(super) async fn concern(self, tx: &mut dyn ReadTx, person: &Person, app: AppId) -> Result<Concern, Error> {
        for (relation, concern) in [(Relation::Responsible, Concern::Responsible), (Relation::Publication, Concern::Published)] {
            let related = tx.related(Published::App(app), relation).await?;
            if related.iter().any(|group| group.is_current(self.now()) && person.is_in(group.group)) {
                return Ok(concern);
            }
        }
        Ok(Concern::Nothing)
    }

    pub(super) async fn known_app(self, tx: &mut dyn ReadTx, standing: &Standing, name: &AppName) -> Result<App, Error> {
        let app = find::app(tx, name).await?;
        match standing {
            Standing::Own(person) if self.concern(tx, person, app.id).await? == Concern::Nothing => Err(Error::not_found("app", name)),
            Standing::Own(_) | Standing::Everything => Ok(app),
        }
    }
}

pub(super) async fn user(tx: &mut dyn ReadTx, standing: &Standing, name: &UserName) -> Result<User, Error> {
    match standing {
        Standing::Own(person) if person.user.name == *name => Ok(person.user.clone()),
        Standing::Own(_) => Err(Error::not_found("user", name)),
        Standing::Everything => find::user(tx, name).await,
    }
}

pub(super) async fn group(tx: &mut dyn ReadTx, standing: &Standing, name: &GroupName) -> Result<Group, Error> {
    let group = find::group(tx, name).await?;
    match standing {
        Standing::Own(person) if !person.is_in(group.id) => Err(Error::not_found("group", name)),
        Standing::Own(_) | Standing::Everything => Ok(group),
    }
}

pub(super) async fn service(tx: &mut dyn ReadTx, standing: &Standing, name: &ServiceAccountName) -> Result<ServiceAccount, Error> {
    let service = find::service(tx, name).await?;
    match standing {
        Standing::Own(person) if service.owner != Some(person.user.id) => Err(Error::not_found("service account", name)),
        Standing::Own(_) | Standing::Everything => Ok(service),
    }
}
