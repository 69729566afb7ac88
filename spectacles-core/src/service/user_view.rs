//! Users as they are shown.

use super::Error;
use super::limits::LimitedGroup;
use crate::model::{User, is_current};
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
    let (mut groups, mut limited, mut default_group) = (Vec::new(), Vec::new(), None);
    for (group, until) in tx.groups_of_user(user.id).await? {
        let expired = !is_current(until, now);
        if user.default_group == Some(group.id) {
            default_group = Some(group.name.clone());
        }
        if let Some(until) = until {
            limited.push(LimitedGroup { group: group.name.clone(), until, expired });
        }
        if !expired {
            groups.push(group.name);
        }
    }
    Ok(UserView { has_password: user.password.is_some(), user, default_group, groups, limited })
}
