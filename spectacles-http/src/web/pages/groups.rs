//! Groups and their members.

use super::choices;
use crate::answer::Answer;
use crate::client::Wanted;
use crate::resources::Membership;
use crate::web::form::Form;
use crate::web::html;
use crate::web::list::{self, Table};
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::undo::Undo;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::name::GroupName;
use spectacles_core::service::GroupView;

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::new("groups.list", "/groups", show!(list)),
        Page::new("groups.new", "/groups/new", show!(new)),
        Page::new("groups.show", "/groups/{group}", show!(one)),
    ]
}

#[derive(Template)]
#[template(path = "web/groups.html")]
struct List<'a> {
    shell: Shell<'a>,
    table: Table,
    groups: Vec<GroupView>,
}

async fn list(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let groups = visit.client()?.groups();
    if list::is_file(visit) {
        let names = ["name", "slug", "description", "members", "created", "updated"];
        return list::file(visit, groups, ("name", "name"), "groups", &names, |GroupView { group, members, .. }| {
            [
                group.name.to_string(),
                list::maybe(group.slug.as_ref()),
                group.description.clone(),
                list::several(members),
                group.created.to_string(),
                group.updated.to_string(),
            ]
        })
        .await;
    }
    let (table, page) = Table::read(visit, groups, "name", "name", &[]).await?;
    Ok(html::page(StatusCode::OK, &List { shell: Shell::new(visit, "Groups"), table, groups: page.items })?)
}

const SLUG: &str = "How repository names call the group: groups/slug/… Without one they call it by its number.";

#[derive(Template)]
#[template(path = "web/form_page.html")]
struct New<'a> {
    shell: Shell<'a>,
    introduction: &'static str,
    form: Form,
}

async fn new(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let shell = Shell::new(visit, "New group");
    shell.admins_only()?;
    let form = Form::new(visit, "groups.create", "Create group", &["name", "slug", "description"]).then("/groups/{name}");
    let form = form.explain(visit, "slug", SLUG).done(visit);
    let introduction = "Rights can be given to a group once, for all who are in it.";
    Ok(html::page(StatusCode::OK, &New { shell, introduction, form })?)
}

/// A member, and the form that takes him out.
struct Member {
    member: Membership,
    remove: Option<Form>,
}

#[derive(Template)]
#[template(path = "web/group.html")]
struct One<'a> {
    shell: Shell<'a>,
    view: GroupView,
    members: Vec<Member>,
    add: Option<Form>,
    edit: Option<Form>,
    delete: Option<Form>,
}

async fn one(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let name: GroupName = visit.part("group")?;
    let client = visit.client()?;
    let seen = client.groups().show(name.as_str()).await?;
    let view = seen.thing;
    let shell = Shell::titled(visit, view.group.name.to_string());
    let members = client.members(&name).all(&Wanted::default()).await?.into_iter().map(|member| {
        let undo = Undo::by("groups.members.set").at("group", &name).at("user", &member.user).maybe("until", member.until);
        let remove =
            || Form::new(visit, "groups.members.delete", "Remove", &[]).at("group", &name).at("user", &member.user).undone_by(&undo);
        let remove = shell.is_admin.then(|| remove().dangerous().done(visit));
        Member { member, remove }
    });
    let members: Vec<Member> = members.collect();
    let (mut add, mut edit, mut delete) = (None, None, None);
    if shell.is_admin {
        add = Some(adding(visit, &name).await?);
        let thing = serde_json::to_value(&view).unwrap_or_default();
        let form = Form::new(visit, "groups.change", "Save", &["name", "slug", "description"]).at("group", &name).seen(&seen.tag);
        edit = Some(form.then("/groups/{name}").filled(&thing).explain(visit, "slug", SLUG).done(visit));
        let form = Form::new(visit, "groups.delete", "Delete group", &[]).at("group", &name);
        delete = Some(form.then("/groups").confirmed_by(&name).done(visit));
    }
    Ok(html::page(StatusCode::OK, &One { shell, view, members, add, edit, delete })?)
}

async fn adding(visit: &Visit<'_>, name: &GroupName) -> Result<Form, Trouble> {
    let form = Form::new(visit, "groups.members.add", "Add members", &["users", "until"]).at("group", name);
    let users = choices::names(visit.client()?.users(), choices::MANY, |view| view.user.name.to_string()).await?;
    let form = match users {
        Some(names) => form.choices("users", choices::plain(names)).explain(visit, "users", ""),
        None => form.explain(visit, "users", "Names, each on a line."),
    };
    Ok(form.done(visit))
}
