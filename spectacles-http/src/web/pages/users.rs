//! Users.

use crate::answer::Answer;
use crate::web::form::Form;
use crate::web::html;
use crate::web::list::Table;
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::name::UserName;
use spectacles_core::service::UserView;

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::new("users.list", "/users", show!(list)),
        Page::new("users.new", "/users/new", show!(new)),
        Page::new("users.show", "/users/{user}", show!(one)),
    ]
}

#[derive(Template)]
#[template(path = "web/users.html")]
struct List<'a> {
    shell: Shell<'a>,
    table: Table,
    users: Vec<UserView>,
}

async fn list(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let (table, page) = Table::read(visit, visit.client()?.users(), "name", "name", &[]).await?;
    Ok(html::page(StatusCode::OK, &List { shell: Shell::new(visit, "Users"), table, users: page.items })?)
}

#[derive(Template)]
#[template(path = "web/form_page.html")]
struct New<'a> {
    shell: Shell<'a>,
    introduction: &'static str,
    form: Form,
}

async fn new(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let names = ["name", "display_name", "email", "password", "privileges", "admin", "auditor", "enabled"];
    let form = Form::new(visit, "users.create", "Create user", &names).then("/users/{name}").done(visit);
    let introduction = "People sign in here, and with docker login, by this name.";
    Ok(html::page(StatusCode::OK, &New { shell: Shell::new(visit, "New user"), introduction, form })?)
}

#[derive(Template)]
#[template(path = "web/user.html")]
struct One<'a> {
    shell: Shell<'a>,
    view: UserView,
    /// Who may change him.
    edit: Option<Form>,
    delete: Option<Form>,
}

async fn one(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let name: UserName = visit.part("user")?;
    let seen = visit.client()?.users().show(name.as_str()).await?;
    let view = seen.thing;
    let shell = Shell::titled(visit, view.user.name.to_string());
    let is_own = shell.user == Some(view.user.name.as_str());
    let thing = serde_json::to_value(&view).unwrap_or_default();
    let names: &[&str] = if shell.is_admin {
        &["display_name", "email", "password", "privileges", "default_group", "admin", "auditor", "enabled"]
    } else {
        &["display_name", "email"]
    };
    let edit = (shell.is_admin || is_own).then(|| {
        let form = Form::new(visit, "users.change", "Save", names).at("user", &name).seen(&seen.tag).filled(&thing);
        let groups = view.groups.iter().map(|group| (group.to_string(), group.to_string()));
        form.choices("default_group", groups).done(visit)
    });
    let delete = (shell.is_admin && !is_own)
        .then(|| Form::new(visit, "users.delete", "Delete user", &[]).at("user", &name).then("/users").confirmed_by(&name).done(visit));
    Ok(html::page(StatusCode::OK, &One { shell, view, edit, delete })?)
}
