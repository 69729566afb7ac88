//! A tag, and what is in the manifest it names.

use super::deletions;
use super::repository::{Command, pulls, short};
use crate::answer::Answer;
use crate::client::{ClientError, Wanted};
use crate::web::form::{FieldView, Form, Input};
use crate::web::html;
use crate::web::page::{Page, show};
use crate::web::shell::{self, Shell};
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::model::{Consumer, Platform};
use spectacles_core::name::{Digest, RepositoryName, ServiceName, TagName};
use spectacles_core::right::Action;
use spectacles_core::service::{ManifestView, TagView};

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("repositories.tag", "/registries/{registry}/repositories/{repository}/tags/{tag}", show!(one))]
}

/// How many of those who pulled are shown.
const CONSUMERS: usize = 50;

#[derive(Template)]
#[template(path = "web/tag.html")]
struct One<'a> {
    shell: Shell<'a>,
    view: TagView,
    /// Nothing, while nobody has looked into it.
    manifest: Option<ManifestView>,
    consumers: Vec<Consumer>,
    number_of_consumers: usize,
    pulls: Vec<Command>,
    by_digest: String,
    delete: Option<Form>,
}

impl One<'_> {
    fn short(&self, digest: &Digest) -> String {
        short(digest)
    }

    fn size(&self, bytes: &u64) -> String {
        shell::size(*bytes)
    }

    /// A platform as clients call it: `linux/arm64/v8`.
    fn platform(&self, platform: &Platform) -> String {
        let parts = [platform.os.as_str(), platform.architecture.as_str(), platform.variant.as_deref().unwrap_or_default()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
    }
}

async fn one(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let registry: ServiceName = visit.part("registry")?;
    let repository: RepositoryName = visit.part("repository")?;
    let tag: TagName = visit.part("tag")?;
    if let Some(answer) = deletions::page(visit, &registry, &repository).await? {
        return Ok(answer);
    }
    let client = visit.client()?;
    let view = client.tags(&registry, &repository).show(tag.as_str()).await?.thing;
    let known = client.repositories(Some(&registry)).show(repository.as_str()).await?.thing;
    let manifest = match client.manifest(&registry, &repository, &view.digest).await {
        Ok(manifest) => Some(manifest),
        Err(ClientError::Refused(refusal)) if refusal.status == StatusCode::NOT_FOUND => None,
        Err(error) => return Err(error.into()),
    };
    let mut consumers = match manifest {
        Some(_) => client.consumers(&registry, &repository, &view.digest).all(&Wanted::default()).await?,
        None => Vec::new(),
    };
    let number_of_consumers = consumers.len();
    consumers.truncate(CONSUMERS);
    let may_delete = known.actions.contains(Action::Delete) && !view.immutable;
    let delete = may_delete.then(|| {
        let mut form = Form::new(visit, "tags.delete", "Delete tag", &[])
            .at("registry", &registry)
            .at("repository", &repository)
            .at("tag", &tag)
            .asking("digest", &view.digest)
            .with("_show", "deletions");
        if !view.siblings.is_empty() {
            let help = "Registries that delete by digest only cannot delete one without the others.";
            form = form.asks(FieldView::besides(visit.language, "?with_siblings", "Delete its other names as well", help, Input::Check));
        }
        form.dangerous().done(visit)
    });
    let by_digest = format!("docker pull {}@{}", known.address, view.digest);
    let shell = Shell::titled(visit, format!("{repository}:{tag}"));
    let page = One { shell, pulls: pulls(&view.address), by_digest, manifest, consumers, number_of_consumers, delete, view };
    Ok(html::page(StatusCode::OK, &page)?)
}
