//! Apps, and the groups that have to do with them.

use super::actor::{Actor, Standing};
use super::change::{Change, differences};
use super::limits::Related;
use super::pages::by_owner;
use super::relations::By;
use super::users::free_text;
use super::{Error, find, form, relations};
use crate::model::{App, NewApp, Published, Relation};
use crate::name::{AppName, GroupName, ServiceAccountName, Slug};
use crate::store::{ReadTx, StoreError, Unique};
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Use cases of apps.
#[derive(Clone, Copy)]
pub struct Apps<'a>(pub(super) Actor<'a>);

/// An app to be created. Only the name is needed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CreateApp {
    /// See [`App::name`].
    pub name: AppName,
    /// See [`App::slug`]: the name, where nothing is said and it can be one; `null` for none.
    #[serde(default, deserialize_with = "form::removable", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("removable" = true))]
    pub slug: Option<Option<Slug>>,
    /// See [`App::description`].
    #[serde(default)]
    #[schemars(length(max = 1000), regex(pattern = crate::name::LINE))]
    pub description: String,
    /// The groups that answer for it.
    #[serde(default)]
    pub responsible: Vec<GroupName>,
    /// The groups it is published to.
    #[serde(default)]
    pub publication: Vec<GroupName>,
}

impl CreateApp {
    /// An app whose slug is its name, where it can be, and that no group has to do with.
    pub fn named(name: AppName) -> Self {
        Self { name, slug: None, description: String::new(), responsible: Vec::new(), publication: Vec::new() }
    }
}

/// What to change of an app; what is left out stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct AppChanges {
    /// A new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<AppName>,
    /// A new slug; `null` removes it.
    #[serde(default, deserialize_with = "form::removable", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("removable" = true))]
    pub slug: Option<Option<Slug>>,
    /// A new description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1000), regex(pattern = crate::name::LINE))]
    pub description: Option<String>,
}

/// An app and what belongs to it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct AppView {
    /// The app.
    #[serde(flatten)]
    pub app: App,
    /// The groups that have to do with it.
    #[serde(flatten)]
    pub related: Related,
    /// The service accounts that run it, by name.
    pub services: Vec<ServiceAccountName>,
}

impl Apps<'_> {
    /// An app with its groups and services. Users who do not answer for it see of those the groups they are in and the services they own.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for users of whose groups none has to do with it.
    pub async fn show(self, name: &AppName) -> Result<AppView, Error> {
        let mut tx = self.0.read().await?;
        let standing = self.0.standing(tx.as_mut()).await?;
        let app = self.0.known_app(tx.as_mut(), &standing, name).await?;
        let id = app.id;
        let mut views = views(tx.as_mut(), vec![app], &standing, self.0.now()).await?;
        views.pop().ok_or_else(|| Error::not_found("app", id))
    }

    /// Creates an app.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the name or the slug is taken; [`Error::NotFound`] for a group.
    pub async fn create(self, app: CreateApp) -> Result<AppView, Error> {
        let description = free_text("description", app.description)?;
        let slug = app.slug.unwrap_or_else(|| app.name.as_str().parse().ok());
        let mut change = self.0.change().await?;
        let at = change.at;
        let new = NewApp { name: app.name, slug, description, created: at };
        check_name(change.tx.as_mut(), &new.name).await?;
        let id = change.tx.insert_app(&new).await.map_err(|error| taken(error, &new.name, new.slug.as_ref()))?;
        for (relation, groups) in [(Relation::Responsible, &app.responsible), (Relation::Publication, &app.publication)] {
            relations::add(&mut change, By::EVERYTHING, Published::App(id), relation, groups, None).await?;
        }
        let NewApp { name, slug, description, created } = new;
        let view = view(change.tx.as_mut(), App { id, name, slug, description, created, updated: created }, at).await?;
        change.commit("app.create", object(&view.app.name), json!({ "app": view })).await?;
        Ok(view)
    }

    /// Changes an app.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when the new name or slug is taken.
    pub async fn set(self, name: &AppName, changes: AppChanges) -> Result<App, Error> {
        let (mut change, before) = self.begin(name).await?;
        let mut app = before.clone();
        app.name = changes.name.unwrap_or(app.name);
        app.slug = changes.slug.unwrap_or(app.slug);
        if let Some(text) = changes.description {
            app.description = free_text("description", text)?;
        }
        if app == before {
            change.leave();
            return Ok(app);
        }
        app.updated = change.at;
        change.tx.update_app(&app).await.map_err(|error| taken(error, &app.name, app.slug.as_ref()))?;
        change.commit("app.set", object(name), differences(&before, &app)).await?;
        Ok(app)
    }

    /// Deletes an app. Service accounts that ran it stay, and run none.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn delete(self, name: &AppName) -> Result<(), Error> {
        let (mut change, app) = self.begin(name).await?;
        let (id, at) = (app.id, change.at);
        let view = view(change.tx.as_mut(), app, at).await?;
        change.tx.delete_app(id).await?;
        change.commit("app.delete", object(name), json!({ "app": view })).await
    }

    /// Puts groups into a relation to an app until then, or for ever: all of them, or none. Of those that are in it, the end is changed.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the app or a group; [`Error::Invalid`] for an end in the past.
    pub async fn relate(
        self,
        name: &AppName,
        relation: Relation,
        groups: &[GroupName],
        until: Option<Timestamp>,
    ) -> Result<AppView, Error> {
        let (mut change, app) = self.begin(name).await?;
        let changed = relations::add(&mut change, By::EVERYTHING, Published::App(app.id), relation, groups, until).await?;
        let at = change.at;
        let view = view(change.tx.as_mut(), app, at).await?;
        if changed.is_empty() {
            change.leave();
        } else {
            change.commit(&relations::action("app", relation, true), object(name), json!({ "groups": changed })).await?;
        }
        Ok(view)
    }

    /// Takes groups out of a relation to an app: all of them, or none.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the app or a group, or when a group has no such relation.
    pub async fn unrelate(self, name: &AppName, relation: Relation, groups: &[GroupName]) -> Result<AppView, Error> {
        let (mut change, app) = self.begin(name).await?;
        let whose = ("app", name.as_str());
        let changed = relations::remove(&mut change, By::EVERYTHING, Published::App(app.id), relation, groups, whose).await?;
        let at = change.at;
        let view = view(change.tx.as_mut(), app, at).await?;
        change.commit(&relations::action("app", relation, false), object(name), json!({ "groups": changed })).await?;
        Ok(view)
    }

    /// Begins a change of an app. Whoever may not make it is told so of apps he knows, and that there are no others.
    async fn begin(self, name: &AppName) -> Result<(Change, App), Error> {
        let (mut change, standing) = self.0.change_own().await?;
        let app = self.0.known_app(change.tx.as_mut(), &standing, name).await?;
        standing.check_everything()?;
        Ok((change, app))
    }
}

async fn view(tx: &mut dyn ReadTx, app: App, now: Timestamp) -> Result<AppView, Error> {
    let id = app.id;
    views(tx, vec![app], &Standing::Everything, now).await?.pop().ok_or_else(|| Error::not_found("app", id))
}

/// Apps with what belongs to them, in the order in which they come. Users who do not answer for one see of its groups those they are in, and of
/// its services those they own.
pub(super) async fn views(tx: &mut dyn ReadTx, apps: Vec<App>, standing: &Standing, now: Timestamp) -> Result<Vec<AppView>, Error> {
    let ids: Vec<_> = apps.iter().map(|app| app.id).collect();
    let of: Vec<_> = ids.iter().map(|id| Published::App(*id)).collect();
    let related = tx.related_to(&of).await?;
    let mut related = by_owner(related.into_iter().map(|(of, relation, group, name)| (of, (relation, group, name))));
    let mut services = by_owner(tx.services_of_apps(&ids).await?);
    let own: Vec<_> = match standing.only() {
        Some(user) => find::services(tx, |service| service.owner == Some(user)).await?,
        None => Vec::new(),
    };
    let view = |app: App| {
        let mut groups = related.remove(&Published::App(app.id)).unwrap_or_default();
        let mut services = services.remove(&app.id).unwrap_or_default();
        if let Standing::Own(person) = standing {
            let answers = groups
                .iter()
                .any(|(relation, there, _)| *relation == Relation::Responsible && there.is_current(now) && person.is_in(there.group));
            groups.retain(|(_, there, _)| answers || person.is_in(there.group));
            services.retain(|name| answers || own.iter().any(|service| service.name == *name));
        }
        AppView { related: Related::new(groups, now), services, app }
    };
    Ok(apps.into_iter().map(view).collect())
}

fn object(name: &AppName) -> String {
    format!("app {name}")
}

/// A name that is taken is more to the point than a slug that is, which may not even have been said.
async fn check_name(tx: &mut dyn ReadTx, name: &AppName) -> Result<(), Error> {
    match tx.app_named(name).await? {
        Some(_) => Err(Error::Conflict(format!("an app `{name}` exists already"))),
        None => Ok(()),
    }
}

fn taken(error: StoreError, name: &AppName, slug: Option<&Slug>) -> Error {
    match error {
        StoreError::Conflict(Unique::AppSlug) => Error::Conflict(format!(
            "another app has the slug `{}` already; give this one another slug, or none",
            slug.map_or_else(String::new, ToString::to_string)
        )),
        StoreError::Conflict(_) => Error::Conflict(format!("an app `{name}` exists already")),
        StoreError::InUse(_) | StoreError::Unavailable(_) | StoreError::Broken(_) => error.into(),
    }
}
