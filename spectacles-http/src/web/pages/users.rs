//! Users.

use crate::answer::Answer;
use crate::client::Wanted;
use crate::web::form::{FieldView, Form, Input};
use crate::web::html;
use crate::web::list::{self, Table};
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::model::AuditEntry;
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
    let users = visit.client()?.users();
    if list::is_file(visit) {
        let names = ["name", "display_name", "email", "admin", "auditor", "enabled", "privileges", "groups", "created", "updated"];
        return list::file(visit, users, ("name", "name"), "users", &names, |UserView { user, groups, .. }| {
            [
                user.name.to_string(),
                user.display_name.clone(),
                list::maybe(user.email.as_ref()),
                user.admin.to_string(),
                user.auditor.to_string(),
                user.enabled.to_string(),
                user.privileges.to_string(),
                list::several(groups),
                user.created.to_string(),
                user.updated.to_string(),
            ]
        })
        .await;
    }
    let (table, page) = Table::read(visit, users, "name", "name", &[]).await?;
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
    let shell = Shell::new(visit, "New user");
    shell.admins_only()?;
    let names = ["name", "display_name", "email", "password", "privileges", "admin", "auditor", "enabled"];
    let form = Form::new(visit, "users.create", "Create user", &names).then("/users/{name}").done(visit);
    let introduction = "People sign in here, and with docker login, by this name.";
    Ok(html::page(StatusCode::OK, &New { shell, introduction, form })?)
}

#[derive(Template)]
#[template(path = "web/user.html")]
struct One<'a> {
    shell: Shell<'a>,
    view: UserView,
    is_own: bool,
    /// What he has done last, for those who read everything.
    done: Vec<AuditEntry>,
    /// For those who may change him.
    edit: Option<Form>,
    /// For administrators: what lets somebody set a new password.
    reset: Option<Form>,
    /// The link by which he does so, which was just made.
    link: Option<&'a str>,
    delete: Option<Form>,
}

async fn one(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let name: UserName = visit.part("user")?;
    let seen = visit.client()?.users().show(name.as_str()).await?;
    let view = seen.thing;
    let shell = Shell::titled(visit, view.user.name.to_string());
    let is_own = shell.user == Some(view.user.name.as_str());
    let thing = serde_json::to_value(&view).unwrap_or_default();
    // People change their own password with the one there is, on a page of its own.
    let names: &[&str] = match (shell.is_admin, is_own) {
        (true, false) => &["display_name", "email", "password", "privileges", "default_group", "admin", "auditor", "enabled"],
        (true, true) => &["display_name", "email", "privileges", "default_group", "admin", "auditor", "enabled"],
        (false, _) => &["display_name", "email", "default_group"],
    };
    let edit = (shell.is_admin || is_own).then(|| {
        let form = Form::new(visit, "users.change", "Save", names).at("user", &name).seen(&seen.tag).filled(&thing);
        let groups = view.groups.iter().map(|group| (group.to_string(), group.to_string()));
        form.choices("default_group", groups).explain(visit, "password", "Where nothing is typed, it stays as it is.").done(visit)
    });
    let reset = (shell.is_admin && !is_own && view.user.enabled)
        .then(|| Form::new(visit, "users.password_reset", "Password link", &[]).at("user", &name).with("_show", "link").done(visit));
    let link = visit.made.and_then(|made| made.get("link")?.as_str());
    let delete = (shell.is_admin && !is_own).then(|| {
        let mut heir =
            FieldView::besides(visit.language, "?heir", "Heir", "Who gets the namespaces he owns, where he owns any.", Input::Line);
        heir.is_required = false;
        let form = Form::new(visit, "users.delete", "Delete user", &[]).at("user", &name).asks(heir);
        form.then("/users").confirmed_by(&name).done(visit)
    });
    let mut done = Vec::new();
    if shell.reads_everything() {
        let wanted = Wanted { limit: Some(10), order: Some("-id".to_owned()), ..Wanted::filter(format!("actor \"{name}\"")) };
        done = visit.client()?.changes().page(&wanted).await?.items;
    }
    Ok(html::page(StatusCode::OK, &One { shell, view, is_own, done, edit, reset, link, delete })?)
}
