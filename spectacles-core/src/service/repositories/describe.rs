//! What people say of repositories, and stars.

use super::{Repositories, RepositoryView, Seen, object};
use crate::model::RepositoryDescription;
use crate::name::{RepositoryName, ServiceName};
use crate::right::Action;
use crate::service::Error;
use crate::service::actor::Standing;
use crate::service::change::differences;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What to change of a repository; what is left out stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct RepositoryChanges {
    /// What people say of it, in Markdown: at most 25,000 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 25_000), regex(pattern = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"))]
    pub description: Option<String>,
    /// Whether a machine builds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub automated: Option<bool>,
    /// Whether those who answer for the registry vouch for it. Theirs to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub official: Option<bool>,
}

impl Repositories<'_> {
    /// Changes what is said of a repository.
    ///
    /// # Errors
    /// [`Error::NotFound`], also where whoever asks may not pull from it; [`Error::Denied`] for those who may not push to it, and for what those
    /// say who answer for the registry; [`Error::Invalid`] for a description that is too long.
    pub async fn set(self, service: &ServiceName, name: &RepositoryName, changes: RepositoryChanges) -> Result<RepositoryView, Error> {
        let description = changes.description.map(checked).transpose()?;
        let (mut change, standing) = self.0.change_own().await?;
        let eye = self.eye(change.tx.as_mut(), &standing).await?;
        eye.refresh().await?;
        let Seen { registry, mut repository, actions } = self.seen(change.tx.as_mut(), &standing, &eye, service, name).await?;
        let before = repository.said.clone();
        let said = RepositoryDescription {
            description: description.unwrap_or_else(|| before.description.clone()),
            official: changes.official.unwrap_or(before.official),
            automated: changes.automated.unwrap_or(before.automated),
        };
        if let Standing::Own(_) = &standing {
            if (&said.description, said.automated) != (&before.description, before.automated) && !actions.contains(Action::Push) {
                return Err(Error::Denied(format!("only those who may push to repository `{name}` on registry `{service}` describe it")));
            }
            if said.official != before.official {
                self.0.own_registry(change.tx.as_mut(), &standing, service).await?;
            }
        }
        let starred = self.starred(change.tx.as_mut(), &[repository.id]).await?.contains(&repository.id);
        let look = (actions, eye.governing(registry.id, name));
        if said == before {
            change.leave();
            return Ok(RepositoryView::new(&registry, repository, look, starred));
        }
        let at = change.at;
        change.tx.describe_repository(repository.id, &said, at).await?;
        let details = differences(&before, &said);
        (repository.said, repository.updated) = (said, at);
        change.commit("repository.set", object(service, name), details).await?;
        Ok(RepositoryView::new(&registry, repository, look, starred))
    }

    /// Gives a repository a star, or takes it back.
    ///
    /// # Errors
    /// [`Error::NotFound`], also where whoever asks may not pull from it; [`Error::Refused`] for whoever is no user.
    pub async fn star(self, service: &ServiceName, name: &RepositoryName, given: bool) -> Result<RepositoryView, Error> {
        let (mut change, standing) = self.0.change_oneself().await?;
        let eye = self.eye(change.tx.as_mut(), &standing).await?;
        eye.refresh().await?;
        let Seen { registry, mut repository, actions } = self.seen(change.tx.as_mut(), &standing, &eye, service, name).await?;
        let nobody = || Error::Refused("stars are given by users: log in as one".to_owned());
        let user = self.asking(change.tx.as_mut()).await?.ok_or_else(nobody)?;
        let at = change.at;
        let changed = change.tx.star(repository.id, user, given, at).await?;
        let look = (actions, eye.governing(registry.id, name));
        if changed {
            repository.stars = if given { repository.stars.saturating_add(1) } else { repository.stars.saturating_sub(1) };
            let action = if given { "repository.star" } else { "repository.unstar" };
            change.commit(action, object(service, name), json!({})).await?;
        } else {
            change.leave();
        }
        Ok(RepositoryView::new(&registry, repository, look, given))
    }
}

/// A description that can be stored and shown.
fn checked(text: String) -> Result<String, Error> {
    const LONGEST: usize = RepositoryDescription::LONGEST;
    if text.len() > LONGEST {
        return Err(Error::Invalid(format!("the description has {} bytes; at most {LONGEST} are kept", text.len())));
    }
    if text.chars().any(|sign| sign.is_control() && !matches!(sign, '\n' | '\r' | '\t')) {
        return Err(Error::Invalid("the description contains control characters other than ends of lines and tabs".to_owned()));
    }
    Ok(text)
}
