//! Apps: what images are made for, and who answers for it.

use crate::id::{AppId, RegistryId};
use crate::name::{AppName, Slug};
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An application code. Groups answer for it and have it published to them; services run it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct App {
    /// Never reused; `apps/<id>/...` names it.
    pub id: AppId,
    /// Unique.
    pub name: AppName,
    /// Unique; `apps/<slug>/...` names it.
    pub slug: Option<Slug>,
    /// What it is.
    pub description: String,
    /// When it was created.
    pub created: Timestamp,
    /// When its name, slug or description was last changed.
    pub updated: Timestamp,
}

/// An app to be created.
#[derive(Debug, Clone)]
pub struct NewApp {
    /// See [`App::name`].
    pub name: AppName,
    /// See [`App::slug`].
    pub slug: Option<Slug>,
    /// See [`App::description`].
    pub description: String,
    /// See [`App::created`].
    pub created: Timestamp,
}

/// What has groups that answer for it, and groups it is published to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Published {
    /// A registry.
    Registry(RegistryId),
    /// An app.
    App(AppId),
}

/// What a group has to do with a registry or an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// It is published to the group.
    Publication,
    /// The group answers for it.
    Responsible,
}
