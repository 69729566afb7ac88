//! A repository with its tags.

use super::deletions;
use crate::answer::Answer;
use crate::web::form::Form;
use crate::web::html;
use crate::web::list::{self, Table};
use crate::web::markdown;
use crate::web::page::{Page, show};
use crate::web::shell::{self, Shell};
use crate::web::undo::Undo;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::name::{Digest, RepositoryName, ServiceName};
use spectacles_core::right::Action;
use spectacles_core::service::{RepositoryView, TagView};

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("repositories.show", "/registries/{registry}/repositories/{repository}", show!(one))]
}

/// A command that somebody may copy, and the id of its element.
pub(super) type Command = (&'static str, String);

/// How each program pulls something.
pub(super) fn pulls(address: &str) -> Vec<Command> {
    ["docker", "podman", "nerdctl"].into_iter().map(|program| (program, format!("{program} pull {address}"))).collect()
}

/// As much of a digest as people compare.
pub(super) fn short(digest: &Digest) -> String {
    digest.as_str().split(':').next_back().unwrap_or_default().chars().take(12).collect()
}

#[derive(Template)]
#[template(path = "web/repository.html")]
struct One<'a> {
    shell: Shell<'a>,
    view: RepositoryView,
    /// What people say of it, as HTML that is safe to show.
    description: String,
    pulls: Vec<Command>,
    table: Table,
    tags: Vec<TagView>,
    star: Form,
    /// Deletes the tags that are chosen.
    choose: Option<Form>,
    edit: Option<Form>,
    delete: Option<Form>,
}

impl One<'_> {
    fn short(&self, digest: &Digest) -> String {
        short(digest)
    }

    fn size(&self, bytes: &u64) -> String {
        shell::size(*bytes)
    }
}

async fn one(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let registry: ServiceName = visit.part("registry")?;
    let name: RepositoryName = visit.part("repository")?;
    if let Some(answer) = deletions::page(visit, &registry, &name).await? {
        return Ok(answer);
    }
    let client = visit.client()?;
    let tags = client.tags(&registry, &name);
    if list::is_file(visit) {
        let names = ["name", "digest", "size", "pushed_by", "pushed", "pulled", "pulls", "created", "updated"];
        return list::file(visit, tags, ("name", "version"), "tags", &names, |view| {
            [
                view.name.to_string(),
                view.digest.to_string(),
                list::maybe(view.size.as_ref()),
                list::maybe(view.pushed_by.as_ref()),
                list::maybe(view.pushed.as_ref()),
                list::maybe(view.pulled.as_ref()),
                view.pulls.to_string(),
                view.created.to_string(),
                view.updated.to_string(),
            ]
        })
        .await;
    }
    let view = client.repositories(Some(&registry)).show(name.as_str()).await?.thing;
    let (table, page) = Table::read(visit, tags, "name", "version", &[]).await?;
    let shell = Shell::titled(visit, name.to_string());
    let at = |form: Form| form.at("registry", &registry).at("repository", &name);
    let (operation, button) = if view.starred { ("repositories.unstar", "Take star back") } else { ("repositories.star", "Give star") };
    let undo = Undo::by("repositories.star").at("registry", &registry).at("repository", &name);
    let star = at(Form::new(visit, operation, button, &[]));
    let star = if view.starred { star.undone_by(&undo) } else { star }.done(visit);
    let choose = view.actions.contains(Action::Delete).then(|| deletions::choosing(visit, &registry, &name));
    let can_describe = shell.is_admin || view.actions.contains(Action::Push);
    let can_vouch = shell.is_admin || answers(visit, &registry).await?;
    let names: &[&str] = match (can_describe, can_vouch) {
        (true, true) => &["description", "automated", "official"],
        (true, false) => &["description", "automated"],
        (false, true) => &["official"],
        (false, false) => &[],
    };
    let thing = serde_json::to_value(&view).unwrap_or_default();
    // What the form was filled with is not compared: each pull of an image changes the state of its repository.
    let edit = (!names.is_empty()).then(|| at(Form::new(visit, "repositories.change", "Save", names)).filled(&thing).done(visit));
    let delete = view.actions.contains(Action::Delete).then(|| {
        let form = at(Form::new(visit, "repositories.delete", "Delete repository", &[]));
        form.with("_show", "deletions").confirmed_by(&name).done(visit)
    });
    let description = markdown::html(view.description.as_deref().unwrap_or_default());
    let page = One { shell, description, pulls: pulls(&view.address), table, tags: page.items, star, choose, edit, delete, view };
    Ok(html::page(StatusCode::OK, &page)?)
}

/// Whether somebody answers for a registry.
pub(super) async fn answers(visit: &Visit<'_>, registry: &ServiceName) -> Result<bool, Trouble> {
    let client = visit.client()?;
    let groups = client.me().await?.groups;
    let view = client.registries().show(registry.as_str()).await?.thing;
    Ok(groups.iter().any(|group| view.related.responsible.contains(group)))
}
