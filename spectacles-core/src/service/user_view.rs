//! Users as they are shown.

use super::Error;
use super::limits::LimitedGroup;
use super::pages::by_owner;
use crate::model::{TimedGroup, User, is_current};
use crate::name::GroupName;
use crate::store::ReadTx;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A user and what belongs to him.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct UserView {
    /// The user.
    #[serde(flatten)]
    pub user: User,
    /// Whether he can log in with a password.
    pub has_password: bool,
    /// The group that answers for the registries he registers, and to which they are published.
    pub default_group: Option<GroupName>,
    /// The groups he is in now, by name.
    pub groups: Vec<GroupName>,
    /// The groups in which he is until some moment, also when that is over.
    pub limited: Vec<LimitedGroup>,
}

pub(super) async fn view(tx: &mut dyn ReadTx, user: User, now: Timestamp) -> Result<UserView, Error> {
    let id = user.id;
    views(tx, vec![user], now).await?.pop().ok_or_else(|| Error::not_found("user", id))
}

/// Users as they are shown, in the order in which they come.
pub(super) async fn views(tx: &mut dyn ReadTx, users: Vec<User>, now: Timestamp) -> Result<Vec<UserView>, Error> {
    let ids: Vec<_> = users.iter().map(|user| user.id).collect();
    let groups = tx.groups_of_users(&ids).await?;
    let mut groups = by_owner(groups.into_iter().map(|(user, group, name)| (user, (group, name))));
    Ok(users.into_iter().map(|user| assemble(groups.remove(&user.id).unwrap_or_default(), user, now)).collect())
}

fn assemble(all: Vec<(TimedGroup, GroupName)>, user: User, now: Timestamp) -> UserView {
    let (mut groups, mut limited, mut default_group) = (Vec::new(), Vec::new(), None);
    for (TimedGroup { group, until }, name) in all {
        let expired = !is_current(until, now);
        if user.default_group == Some(group) {
            default_group = Some(name.clone());
        }
        if let Some(until) = until {
            limited.push(LimitedGroup { group: name.clone(), until, expired });
        }
        if !expired {
            groups.push(name);
        }
    }
    UserView { has_password: user.password.is_some(), user, default_group, groups, limited }
}
