//! The groups that have to do with a registry.

use super::actor::{Answers, Standing, answers, current_groups};
use super::change::Change;
use super::registries::{Registries, RegistryView, object, view};
use super::relations::By;
use super::{Error, relations};
use crate::model::{Group, Published, Relation};
use crate::name::{GroupName, ServiceName};
use crate::time::Timestamp;
use serde_json::json;

impl Registries<'_> {
    /// Puts groups into a relation to a registry until then, or for ever: all of them, or none. Of those that are in it, the end is changed.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the registry or a group, also one that a user is not in; [`Error::Invalid`] for an end in the past;
    /// [`Error::Denied`] for users who do not answer for the registry, or not for that long.
    pub async fn relate(
        self,
        service: &ServiceName,
        relation: Relation,
        groups: &[GroupName],
        until: Option<Timestamp>,
    ) -> Result<RegistryView, Error> {
        let (mut change, standing) = self.0.change_own().await?;
        let (registry, answers) = self.0.own_registry(change.tx.as_mut(), &standing, service).await?;
        let changed =
            relations::add(&mut change, By(&standing, answers), Published::Registry(registry.id), relation, groups, until).await?;
        let at = change.at;
        let view = view(change.tx.as_mut(), registry, at).await?;
        if changed.is_empty() {
            change.leave();
        } else {
            change.commit(&relations::action("registry", relation, true), object(service), json!({ "groups": changed })).await?;
        }
        Ok(view)
    }

    /// Takes groups out of a relation to a registry: all of them, or none.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the registry or a group, or when a group has no such relation; [`Error::Denied`] for users who do not answer for
    /// the registry, or are not in a group.
    pub async fn unrelate(self, service: &ServiceName, relation: Relation, groups: &[GroupName]) -> Result<RegistryView, Error> {
        let (mut change, standing) = self.0.change_own().await?;
        let (registry, answers) = self.0.own_registry(change.tx.as_mut(), &standing, service).await?;
        let whose = ("registry", service.as_str());
        let changed =
            relations::remove(&mut change, By(&standing, answers), Published::Registry(registry.id), relation, groups, whose).await?;
        let at = change.at;
        let view = view(change.tx.as_mut(), registry, at).await?;
        change.commit(&relations::action("registry", relation, false), object(service), json!({ "groups": changed })).await?;
        Ok(view)
    }

    /// Refuses a registry to a manager whose groups answer for as many already as the policies admit. Whoever registered them: he who gives one
    /// away has it no more.
    pub(super) async fn check_quota(self, change: &mut Change, standing: &Standing) -> Result<(), Error> {
        const PAGE: u32 = 1_000;
        let (Standing::Own(person), Some(quota)) = (standing, self.0.administration.policies().registry_quota) else { return Ok(()) };
        let (mut number, mut after) = (0_u32, None);
        loop {
            let page = change.tx.registries(after.as_ref(), PAGE).await?;
            let full = page.len() >= PAGE as usize;
            after = page.last().map(|registry| registry.service.clone());
            let at = change.at;
            for registry in &page {
                let his = answers(change.tx.as_mut(), person, registry, at).await? != Answers::Not;
                number = number.saturating_add(his.into());
            }
            if number >= quota {
                return Err(Error::Denied(format!(
                    "you answer for {number} registries, and may register no more than {quota}; an administrator can register one for you"
                )));
            }
            if !full {
                return Ok(());
            }
        }
    }

    /// The group that answers for what somebody registers.
    pub(super) async fn creators_group(self, change: &mut Change, standing: &Standing) -> Result<Option<Group>, Error> {
        let Some(user) = self.0.user(change.tx.as_mut()).await? else { return Ok(None) };
        let own = current_groups(change.tx.as_mut(), &user, change.at).await?;
        let group = own.into_iter().find(|group| user.default_group == Some(group.id));
        match standing {
            Standing::Own(person) if !person.user.privileges.manager => {
                Err(Error::Denied("only a user with the privilege `manager` or an administrator may register registries".to_owned()))
            }
            Standing::Own(_) if group.is_none() => Err(Error::Refused(
                "you have no default group, so that nobody would answer for the registry; an administrator can give you one".to_owned(),
            )),
            Standing::Own(_) | Standing::Everything => Ok(group),
        }
    }
}
