//! Groups and their members.

use super::actor::Actor;
use super::change::{Change, differences};
use super::limits::{LimitedMember, check_end};
use super::pages::by_owner;
use super::users::free_text;
use super::{Error, find, form, holdings, known};
use crate::model::{Grantee, Group, NewGroup, User, is_current};
use crate::name::{GroupName, Slug, UserName};
use crate::store::{ReadTx, StoreError, Unique};
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Use cases of groups.
#[derive(Clone, Copy)]
pub struct Groups<'a>(pub(super) Actor<'a>);

/// A group to be created. Only the name is needed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CreateGroup {
    /// See [`Group::name`].
    pub name: GroupName,
    /// See [`Group::slug`]: the name, where nothing is said and it can be one; `null` for none.
    #[serde(default, deserialize_with = "form::removable", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("removable" = true))]
    pub slug: Option<Option<Slug>>,
    /// See [`Group::description`].
    #[serde(default)]
    #[schemars(length(max = 1000), regex(pattern = crate::name::LINE))]
    pub description: String,
}

impl CreateGroup {
    /// A group whose slug is its name, where it can be.
    pub fn named(name: GroupName) -> Self {
        Self { name, slug: None, description: String::new() }
    }
}

/// What to change of a group; what is left out stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct GroupChanges {
    /// A new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<GroupName>,
    /// A new slug; `null` removes it.
    #[serde(default, deserialize_with = "form::removable", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("removable" = true))]
    pub slug: Option<Option<Slug>>,
    /// A new description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1000), regex(pattern = crate::name::LINE))]
    pub description: Option<String>,
}

/// A group and its members.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct GroupView {
    /// The group.
    #[serde(flatten)]
    pub group: Group,
    /// Who is in it now, by name.
    pub members: Vec<UserName>,
    /// Whose membership has an end, also when that is over.
    pub limited: Vec<LimitedMember>,
}

impl Groups<'_> {
    /// A group with its members.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for users who are not in it.
    pub async fn show(self, name: &GroupName) -> Result<GroupView, Error> {
        let mut tx = self.0.read().await?;
        let standing = self.0.standing(tx.as_mut()).await?;
        let group = known::group(tx.as_mut(), &standing, name).await?;
        view(tx.as_mut(), group, self.0.now()).await
    }

    /// Creates a group.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the name or the slug is taken.
    pub async fn create(self, group: CreateGroup) -> Result<Group, Error> {
        let description = free_text("description", group.description)?;
        let slug = group.slug.unwrap_or_else(|| group.name.as_str().parse().ok());
        let mut change = self.0.change().await?;
        let new = NewGroup { name: group.name, slug, description, created: change.at };
        check_name(change.tx.as_mut(), &new.name).await?;
        let id = change.tx.insert_group(&new).await.map_err(|error| taken(error, &new.name, new.slug.as_ref()))?;
        let NewGroup { name, slug, description, created } = new;
        let group = Group { id, name, slug, description, created, updated: created };
        change.commit("group.create", object(&group.name), json!({ "group": group })).await?;
        Ok(group)
    }

    /// Changes a group.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when the new name or slug is taken.
    pub async fn set(self, name: &GroupName, changes: GroupChanges) -> Result<Group, Error> {
        let (mut change, before) = self.begin(name).await?;
        let mut group = before.clone();
        group.name = changes.name.unwrap_or(group.name);
        group.slug = changes.slug.unwrap_or(group.slug);
        if let Some(text) = changes.description {
            group.description = free_text("description", text)?;
        }
        if group == before {
            change.leave();
            return Ok(group);
        }
        group.updated = change.at;
        change.tx.update_group(&group).await.map_err(|error| taken(error, &group.name, group.slug.as_ref()))?;
        change.commit("group.set", object(name), differences(&before, &group)).await?;
        Ok(group)
    }

    /// Deletes a group, with its rights and what it had to do with registries and apps. Its members stay.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn delete(self, name: &GroupName) -> Result<(), Error> {
        let (mut change, group) = self.begin(name).await?;
        let id = group.id;
        let at = change.at;
        let view = view(change.tx.as_mut(), group, at).await?;
        let at_home: Vec<UserName> = (change.tx.members_of_group(id).await?.into_iter())
            .filter_map(|(user, _)| (user.default_group == Some(id)).then_some(user.name))
            .collect();
        let rights = holdings::rights(change.tx.as_mut(), Grantee::Group(id)).await?;
        let relations = holdings::relations(change.tx.as_mut(), id).await?;
        change.tx.delete_group(id).await?;
        let details = json!({ "group": view, "rights": rights, "relations": relations, "default_group_of": at_home });
        change.commit("group.delete", object(name), details).await
    }

    /// Puts users into a group until then, or for ever: all of them, or none. Of those who are in it already, the end is changed.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the group or any of the users; [`Error::Invalid`] for an end in the past.
    pub async fn add(self, name: &GroupName, users: &[UserName], until: Option<Timestamp>) -> Result<GroupView, Error> {
        let (mut change, group) = self.begin(name).await?;
        check_end(until, change.at)?;
        let members = change.tx.members_of_group(group.id).await?;
        let mut changed = Vec::new();
        for user in users {
            let id = find::user(change.tx.as_mut(), user).await?.id;
            if change.tx.add_to_group(group.id, id, until).await? {
                changed.push(json!({ "user": user, "before": before(&members, user), "after": { "until": until } }));
            }
        }
        self.finish(change, "group.add", group, changed).await
    }

    /// Takes users out of a group: all of them, or none. It is not their default group any more.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the group or any of the users, or when one of them is not in the group.
    pub async fn remove(self, name: &GroupName, users: &[UserName]) -> Result<GroupView, Error> {
        let (mut change, group) = self.begin(name).await?;
        let members = change.tx.members_of_group(group.id).await?;
        let mut changed = Vec::new();
        for name in users {
            let user = find::user(change.tx.as_mut(), name).await?;
            let mut details = json!({ "user": name, "before": before(&members, name), "after": null });
            if !take_out(&mut change, &group, user, &mut details).await? {
                return Err(Error::NotFound { what: "member", name: format!("{name}` of group `{}", group.name) });
            }
            changed.push(details);
        }
        self.finish(change, "group.remove", group, changed).await
    }

    /// Begins a change of a group. Whoever may not make it is told so of groups he knows, and that there are no others.
    async fn begin(self, name: &GroupName) -> Result<(Change, Group), Error> {
        let (mut change, standing) = self.0.change_own().await?;
        let group = known::group(change.tx.as_mut(), &standing, name).await?;
        standing.check_everything()?;
        Ok((change, group))
    }

    async fn finish(self, mut change: Change, action: &str, group: Group, changed: Vec<Value>) -> Result<GroupView, Error> {
        let at = change.at;
        let view = view(change.tx.as_mut(), group, at).await?;
        if changed.is_empty() {
            change.leave();
        } else {
            change.commit(action, object(&view.group.name), json!({ "users": changed })).await?;
        }
        Ok(view)
    }
}

/// Takes a user out of a group, which is not his default group any more; `false` when he is not in it.
pub(super) async fn take_out(change: &mut Change, group: &Group, mut user: User, details: &mut Value) -> Result<bool, Error> {
    if !change.tx.remove_from_group(group.id, user.id).await? {
        return Ok(false);
    }
    if user.default_group == Some(group.id) {
        (user.default_group, user.updated) = (None, change.at);
        change.tx.update_user(&user).await?;
        if let Some(details) = details.as_object_mut() {
            details.insert("default_group".to_owned(), json!({ "before": group.name, "after": null }));
        }
    }
    Ok(true)
}

/// Whether somebody is a member, and until when.
fn before(members: &[(User, Option<Timestamp>)], name: &UserName) -> Option<Value> {
    members.iter().find(|(user, _)| user.name == *name).map(|(_, until)| json!({ "until": until }))
}

async fn view(tx: &mut dyn ReadTx, group: Group, now: Timestamp) -> Result<GroupView, Error> {
    let id = group.id;
    views(tx, vec![group], now).await?.pop().ok_or_else(|| Error::not_found("group", id))
}

/// Groups with their members, in the order in which they come.
pub(super) async fn views(tx: &mut dyn ReadTx, groups: Vec<Group>, now: Timestamp) -> Result<Vec<GroupView>, Error> {
    let ids: Vec<_> = groups.iter().map(|group| group.id).collect();
    let members = tx.members_of_groups(&ids).await?;
    let mut members = by_owner(members.into_iter().map(|(group, user, until)| (group, (user, until))));
    let view = |group: Group| {
        let all = members.remove(&group.id).unwrap_or_default();
        let limited = |(user, until): &(UserName, Option<Timestamp>)| {
            until.map(|until| LimitedMember { user: user.clone(), until, expired: !is_current(Some(until), now) })
        };
        let limited = all.iter().filter_map(limited).collect();
        let members = all.into_iter().filter(|(_, until)| is_current(*until, now)).map(|(user, _)| user).collect();
        GroupView { group, members, limited }
    };
    Ok(groups.into_iter().map(view).collect())
}

fn object(name: &GroupName) -> String {
    format!("group {name}")
}

/// A name that is taken is more to the point than a slug that is, which may not even have been said.
async fn check_name(tx: &mut dyn ReadTx, name: &GroupName) -> Result<(), Error> {
    match tx.group_named(name).await? {
        Some(_) => Err(Error::Conflict(format!("a group `{name}` exists already"))),
        None => Ok(()),
    }
}

fn taken(error: StoreError, name: &GroupName, slug: Option<&Slug>) -> Error {
    match error {
        StoreError::Conflict(Unique::GroupSlug) => Error::Conflict(format!(
            "another group has the slug `{}` already; give this one another slug, or none",
            slug.map_or_else(String::new, ToString::to_string)
        )),
        StoreError::Conflict(_) => Error::Conflict(format!("a group `{name}` exists already")),
        StoreError::InUse(_) | StoreError::Unavailable(_) | StoreError::Broken(_) => error.into(),
    }
}
