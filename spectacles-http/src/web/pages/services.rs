//! Service accounts and their secrets.

use super::choices;
use super::logins::{self, Logins};
use crate::answer::Answer;
use crate::client::Wanted;
use crate::web::form::Form;
use crate::web::html;
use crate::web::list::{self, Table};
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::name::ServiceAccountName;
use spectacles_core::service::{SecretView, ServiceView};

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::new("services.list", "/services", show!(list)),
        Page::new("services.new", "/services/new", show!(new)),
        Page::new("services.show", "/services/{service}", show!(one)),
    ]
}

#[derive(Template)]
#[template(path = "web/services.html")]
struct List<'a> {
    shell: Shell<'a>,
    table: Table,
    services: Vec<ServiceView>,
}

async fn list(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let services = visit.client()?.services();
    if list::is_file(visit) {
        let names = ["name", "app", "owner", "description", "enabled", "created", "updated"];
        return list::file(visit, services, ("name", "name"), "services", &names, |view| {
            [
                view.name.to_string(),
                list::maybe(view.app.as_ref()),
                list::maybe(view.owner.as_ref()),
                view.description.clone(),
                view.enabled.to_string(),
                view.created.to_string(),
                view.updated.to_string(),
            ]
        })
        .await;
    }
    let (table, page) = Table::read(visit, services, "name", "name", &[]).await?;
    Ok(html::page(StatusCode::OK, &List { shell: Shell::new(visit, "Service accounts"), table, services: page.items })?)
}

#[derive(Template)]
#[template(path = "web/form_page.html")]
struct New<'a> {
    shell: Shell<'a>,
    introduction: &'static str,
    form: Form,
}

async fn new(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let shell = Shell::new(visit, "New service account");
    shell.admins_only()?;
    let names = ["name", "app", "owner", "description", "enabled"];
    let form = Form::new(visit, "services.create", "Create service account", &names).then("/services/{name}");
    let form = with_choices(visit, form).await?.done(visit);
    let introduction = "A program logs in with it, at registries only. It can do so once it has a secret, which is made on the next page.";
    Ok(html::page(StatusCode::OK, &New { shell, introduction, form })?)
}

/// With apps and owners to choose from, where those are not too many.
async fn with_choices(visit: &Visit<'_>, mut form: Form) -> Result<Form, Trouble> {
    let client = visit.client()?;
    if let Some(apps) = choices::names(client.apps(), choices::ONE, |view| view.app.name.to_string()).await? {
        form = form.choices("app", choices::plain(apps));
    }
    if let Some(users) = choices::names(client.users(), choices::ONE, |view| view.user.name.to_string()).await? {
        form = form.choices("owner", choices::plain(users));
    }
    Ok(form)
}

/// A secret, and the form that takes it away.
struct Secret {
    view: SecretView,
    delete: Option<Form>,
}

#[derive(Template)]
#[template(path = "web/service.html")]
struct One<'a> {
    shell: Shell<'a>,
    view: ServiceView,
    secrets: Vec<Secret>,
    /// How to log in with the secret that was just made.
    made: Option<Logins>,
    make: Option<Form>,
    edit: Option<Form>,
    delete: Option<Form>,
}

async fn one(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let name: ServiceAccountName = visit.part("service")?;
    let client = visit.client()?;
    let seen = client.services().show(name.as_str()).await?;
    let view = seen.thing;
    let shell = Shell::titled(visit, view.name.to_string());
    let is_owner = view.owner.as_ref().is_some_and(|owner| shell.user == Some(owner.as_str()));
    let may = shell.is_admin || is_owner;
    let secrets = client.secrets(&name).all(&Wanted::default()).await?.into_iter().map(|view| {
        let form = || Form::new(visit, "services.secrets.delete", "Take away", &[]).at("service", &name).at("secret", view.id);
        Secret { delete: may.then(|| form().dangerous().done(visit)), view }
    });
    let secrets: Vec<Secret> = secrets.collect();
    let made = match visit.made.and_then(|made| made.get("secret")?.as_str()) {
        Some(secret) => Some(Logins::new(&name, secret, &logins::hosts(client).await?)),
        None => None,
    };
    let make = may.then(|| {
        let form = Form::new(visit, "services.secrets.create", "Make a secret", &["until", "networks"]).at("service", &name);
        form.explain(visit, "networks", NETWORKS).done(visit)
    });
    let mut edit = None;
    if may {
        let thing = serde_json::to_value(&view).unwrap_or_default();
        // What decides about rights is for administrators.
        let names: &[&str] = if shell.is_admin { &["app", "owner", "description", "enabled"] } else { &["description", "enabled"] };
        let form = Form::new(visit, "services.change", "Save", names).at("service", &name).seen(&seen.tag).filled(&thing);
        edit = Some(if shell.is_admin { with_choices(visit, form).await? } else { form }.done(visit));
    }
    let delete = || Form::new(visit, "services.delete", "Delete service account", &[]).at("service", &name).then("/services");
    let delete = shell.is_admin.then(|| delete().confirmed_by(&name).done(visit));
    Ok(html::page(StatusCode::OK, &One { shell, view, secrets, made, make, edit, delete })?)
}

const NETWORKS: &str =
    "It is accepted from these networks only, such as 192.0.2.0/24, each on a line; from everywhere, where there are none.";
