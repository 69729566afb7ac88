//! Namespaces, and the rights on them.

use super::effective::Effective;
use super::first;
use super::repository::Command;
use super::retention::{self, Said};
use crate::answer::Answer;
use crate::client::Wanted;
use crate::problem::{Kind, Problem};
use crate::web::form::{FieldView, Form, Input};
use crate::web::html;
use crate::web::list::{self, Table};
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::undo::Undo;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::model::{Retention, Terms};
use spectacles_core::name::{NamespacePath, ServiceName};
use spectacles_core::service::{GranteeName, NamespaceView, RepositoryView};

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::new("namespaces.list", "/namespaces", show!(list)),
        Page::new("namespaces.new", "/namespaces/new", show!(new)),
        Page::new("namespaces.show", "/registries/{registry}/namespaces/{namespace}", show!(one)),
    ]
}

#[derive(Template)]
#[template(path = "web/namespaces.html")]
struct List<'a> {
    shell: Shell<'a>,
    table: Table,
    namespaces: Vec<NamespaceView>,
    /// Of which registry only.
    registry: Option<ServiceName>,
}

async fn list(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let registry: Option<ServiceName> = visit.parameter("registry").and_then(|text| text.parse().ok());
    let things = visit.client()?.namespaces(registry.as_ref());
    if list::is_file(visit) {
        let names =
            ["registry", "path", "owner", "description", "public", "members_right", "groups_right", "others_right", "created", "updated"];
        return list::file(visit, things, ("path", "path"), "namespaces", &names, |view| {
            [
                view.registry.to_string(),
                view.path.to_string(),
                list::maybe(view.owner.as_ref()),
                view.description.clone(),
                view.public.to_string(),
                view.members_right.to_string(),
                view.groups_right.to_string(),
                view.others_right.to_string(),
                view.created.to_string(),
                view.updated.to_string(),
            ]
        })
        .await;
    }
    let (table, page) = Table::read(visit, things, "path", "path", &["registry"]).await?;
    Ok(html::page(StatusCode::OK, &List { shell: Shell::new(visit, "Namespaces"), table, namespaces: page.items, registry })?)
}

#[derive(Template)]
#[template(path = "web/form_page.html")]
struct New<'a> {
    shell: Shell<'a>,
    introduction: &'static str,
    form: Form,
}

async fn new(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let shell = Shell::new(visit, "New namespace");
    if !shell.makes_namespaces {
        return Err(Problem::new(Kind::Denied, "you may not create namespaces here: ask an administrator for one").into());
    }
    let registries = visit.client()?.registries().page(&Wanted { limit: Some(1_000), ..Wanted::default() }).await?.items;
    let choices = registries.into_iter().map(|view| (view.registry.service.to_string(), view.registry.service.to_string()));
    let chosen = visit.parameter("registry").unwrap_or_default();
    let registry = FieldView::besides(visit.language, ":registry", "Registry", "Where it is.", Input::One).choosing(choices).with(chosen);
    let names = ["path", "description", "owner", "public", "members_right", "groups_right", "others_right"];
    let form = Form::new(visit, "namespaces.create", "Create namespace", &names).asks(registry);
    let form = form.then("/registries/{registry}/namespaces/{path}").done(visit);
    let introduction = "A namespace governs the repositories whose names begin with its path, and says who may do what with them.";
    Ok(html::page(StatusCode::OK, &New { shell, introduction, form })?)
}

/// Somebody who has something of his own on a namespace.
struct Holder {
    kind: &'static str,
    name: String,
    right: &'static str,
    terms: Terms,
    is_over: bool,
    remove: Option<Form>,
}

#[derive(Template)]
#[template(path = "web/namespace.html")]
struct One<'a> {
    shell: Shell<'a>,
    view: NamespaceView,
    effective: Effective,
    /// How something is pushed to it.
    commands: Vec<Command>,
    /// A repository below it, for examples.
    example: String,
    /// Some of those that may be governed by it.
    repositories: Vec<RepositoryView>,
    assigned: Vec<Holder>,
    grants: Vec<Holder>,
    /// Which tags stay, and the rules in words.
    retention: Option<Retention>,
    rules: Vec<Said>,
    assign: Option<Form>,
    grant: Option<Form>,
    edit: Option<Form>,
    delete: Option<Form>,
}

async fn one(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let registry: ServiceName = visit.part("registry")?;
    let path: NamespacePath = visit.part("namespace")?;
    let client = visit.client()?;
    let seen = client.namespaces(Some(&registry)).show(path.as_str()).await?;
    let view = seen.thing;
    let known = client.registries().show(registry.as_str()).await?.thing.registry;
    let shell = Shell::titled(visit, path.to_string());
    let is_own = shell.is_admin || view.owner.as_ref().map(|owner| owner.as_str()) == shell.user;
    let at = |form: Form| form.at("registry", &registry).at("namespace", &path);
    let holder = |operation: &'static str, grantee: &GranteeName, right: &'static str, terms: &Terms, is_over: bool| {
        let (kind, name) = match grantee {
            GranteeName::User(name) => ("user", name.to_string()),
            GranteeName::Group(name) => ("group", name.to_string()),
            GranteeName::Service(name) => ("service", name.to_string()),
        };
        let remove = is_own.then(|| {
            let form = Form::new(visit, operation, "Remove", &[]).at("grantee_kind", kind).at("grantee", &name);
            let back = if operation == "namespaces.grants.delete" { "namespaces.grants.set" } else { "namespaces.assignments.set" };
            let undo = Undo::by(back).at("registry", &registry).at("namespace", &path).at("grantee_kind", kind).at("grantee", &name);
            let networks: Vec<String> = terms.networks.iter().map(ToString::to_string).collect();
            let undo = undo.maybe("right", (operation == "namespaces.grants.delete").then_some(right)).maybe("until", terms.until);
            at(form).undone_by(&undo.with("networks", networks.join("\n"))).dangerous().done(visit)
        });
        Holder { kind, name, right, terms: terms.clone(), is_over, remove }
    };
    let assigned = view.assigned.iter().map(|assignment| {
        let right = match assignment.grantee {
            GranteeName::Group(_) => view.groups_right,
            GranteeName::User(_) | GranteeName::Service(_) => view.members_right,
        };
        holder("namespaces.assignments.delete", &assignment.grantee, right.as_str(), &assignment.terms, assignment.expired)
    });
    let assigned = assigned.collect();
    let grants = view
        .grants
        .iter()
        .map(|grant| holder("namespaces.grants.delete", &grant.grantee, grant.right.as_str(), &grant.terms, grant.expired));
    let grants = grants.collect();
    let to = |form: Form| {
        let name = FieldView::besides(visit.language, ":grantee", "Name", "Of a user, a group or a service account.", Input::Line);
        let kinds = [("user", "User"), ("group", "Group"), ("service", "Service account")];
        let kinds = kinds.map(|(value, label)| (value.to_owned(), visit.language.say(label).to_owned()));
        let kind = FieldView::besides(visit.language, ":grantee_kind", "Who", "", Input::One).choosing(kinds);
        at(form.asks(name).asks(kind))
    };
    let assign = is_own.then(|| to(Form::new(visit, "namespaces.assignments.set", "Assign", &["until", "networks"])).done(visit));
    let grant = is_own.then(|| to(Form::new(visit, "namespaces.grants.set", "Give right", &["right", "until", "networks"])).done(visit));
    let thing = serde_json::to_value(&view).unwrap_or_default();
    let names = ["path", "description", "owner", "public", "members_right", "groups_right", "others_right"];
    let edit = is_own.then(|| {
        let form = at(Form::new(visit, "namespaces.change", "Save", &names)).seen(&seen.tag);
        form.then("/registries/{registry}/namespaces/{path}").filled(&thing).done(visit)
    });
    let delete = is_own.then(|| {
        let form = at(Form::new(visit, "namespaces.delete", "Delete namespace", &[]));
        form.then("/namespaces").confirmed_by(&path).done(visit)
    });
    let url = known.external_url.as_ref().unwrap_or(&known.url);
    let example = if path.as_str() == "/" { "hello".to_owned() } else { format!("{}/hello", path.as_str().replace('*', "any")) };
    let effective = Effective::read(client, &shell, &registry, &example).await?;
    let commands = first::commands(url, &example);
    let repositories = client.repositories(Some(&registry)).page(&below(&path, 20)).await?.items;
    let retention = retention::policy(client, &registry, &path).await?;
    let rules = retention.as_ref().map(|retention| retention::said(&retention.policy)).unwrap_or_default();
    let page =
        One { shell, view, effective, commands, example, repositories, assigned, grants, retention, rules, assign, grant, edit, delete };
    Ok(html::page(StatusCode::OK, &page)?)
}

/// Some repositories whose names begin with a path; of one that stands for many, with what is before the first part that does.
pub(super) fn below(path: &NamespacePath, limit: u32) -> Wanted {
    let fixed: Vec<&str> = path.as_str().split('/').take_while(|part| !part.contains('*')).filter(|part| !part.is_empty()).collect();
    let filters = if fixed.is_empty() { Vec::new() } else { vec![format!("name \"{}/\"%", fixed.join("/"))] };
    Wanted { filters, order: Some("-updated".to_owned()), limit: Some(limit), ..Wanted::default() }
}
