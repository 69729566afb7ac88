//! Apps, and the groups that have to do with them.

use super::choices;
use crate::answer::Answer;
use crate::client::{Collection, Resource, Wanted};
use crate::resources::RelatedGroup;
use crate::web::form::Form;
use crate::web::html;
use crate::web::list::{self, Table};
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::undo::Undo;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::name::AppName;
use spectacles_core::service::AppView;

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::new("apps.list", "/apps", show!(list)),
        Page::new("apps.new", "/apps/new", show!(new)),
        Page::new("apps.show", "/apps/{app}", show!(one)),
    ]
}

#[derive(Template)]
#[template(path = "web/apps.html")]
struct List<'a> {
    shell: Shell<'a>,
    table: Table,
    apps: Vec<AppView>,
}

async fn list(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let apps = visit.client()?.apps();
    if list::is_file(visit) {
        let names = ["name", "slug", "description", "responsible", "publication", "services", "created", "updated"];
        return list::file(visit, apps, ("name", "name"), "apps", &names, |AppView { app, related, services }| {
            [
                app.name.to_string(),
                list::maybe(app.slug.as_ref()),
                app.description.clone(),
                list::several(&related.responsible),
                list::several(&related.publication),
                list::several(services),
                app.created.to_string(),
                app.updated.to_string(),
            ]
        })
        .await;
    }
    let (table, page) = Table::read(visit, apps, "name", "name", &[]).await?;
    Ok(html::page(StatusCode::OK, &List { shell: Shell::new(visit, "Apps"), table, apps: page.items })?)
}

const SLUG: &str = "How repository names call the app: apps/slug/… Without one they call it by its number.";

#[derive(Template)]
#[template(path = "web/form_page.html")]
struct New<'a> {
    shell: Shell<'a>,
    introduction: &'static str,
    form: Form,
}

async fn new(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let shell = Shell::new(visit, "New app");
    shell.admins_only()?;
    let names = ["name", "slug", "description", "responsible", "publication"];
    let form = Form::new(visit, "apps.create", "Create app", &names).then("/apps/{name}").explain(visit, "slug", SLUG);
    let form = with_groups(visit, with_groups(visit, form, "responsible").await?, "publication").await?.done(visit);
    let introduction = "An app stands for what is built and run together: groups answer for it, and service accounts run it.";
    Ok(html::page(StatusCode::OK, &New { shell, introduction, form })?)
}

/// With groups to choose from in a field, where those are not too many.
async fn with_groups(visit: &Visit<'_>, form: Form, field: &str) -> Result<Form, Trouble> {
    let groups = choices::names(visit.client()?.groups(), choices::MANY, |view| view.group.name.to_string()).await?;
    Ok(match groups {
        Some(names) if field == "groups" => form.choices(field, choices::plain(names)).explain(visit, field, ""),
        Some(names) => form.choices(field, choices::plain(names)),
        None => form.explain(visit, field, "Names, each on a line."),
    })
}

/// The groups in one relation to an app.
struct Relation {
    title: &'static str,
    text: &'static str,
    groups: Vec<Group>,
    add: Option<Form>,
}

/// One of them, and the form that takes it out.
struct Group {
    group: RelatedGroup,
    remove: Option<Form>,
}

#[derive(Template)]
#[template(path = "web/app.html")]
struct One<'a> {
    shell: Shell<'a>,
    view: AppView,
    relations: [Relation; 2],
    edit: Option<Form>,
    delete: Option<Form>,
}

async fn one(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let name: AppName = visit.part("app")?;
    let client = visit.client()?;
    let seen = client.apps().show(name.as_str()).await?;
    let view = seen.thing;
    let shell = Shell::titled(visit, view.app.name.to_string());
    let (may, app) = (shell.is_admin, &name);
    let responsible = ("Responsible groups", "Their members push to the repositories of the app.");
    let publication = ("Published to", "Members of these groups pull from the repositories of the app.");
    let ids = [
        ("apps.responsibles.add", "apps.responsibles.delete", "Add responsible groups"),
        ("apps.publications.add", "apps.publications.delete", "Publish to groups"),
    ];
    let [responsible_ids, publication_ids] = ids;
    let relations = [
        relation(visit, app, client.app_responsibles(app), may, responsible, responsible_ids).await?,
        relation(visit, app, client.app_publications(app), may, publication, publication_ids).await?,
    ];
    let (mut edit, mut delete) = (None, None);
    if may {
        let thing = serde_json::to_value(&view).unwrap_or_default();
        let form = Form::new(visit, "apps.change", "Save", &["name", "slug", "description"]).at("app", app).seen(&seen.tag);
        edit = Some(form.then("/apps/{name}").filled(&thing).explain(visit, "slug", SLUG).done(visit));
        let form = Form::new(visit, "apps.delete", "Delete app", &[]).at("app", app);
        delete = Some(form.then("/apps").confirmed_by(app).done(visit));
    }
    Ok(html::page(StatusCode::OK, &One { shell, view, relations, edit, delete })?)
}

/// The groups in a relation; `operations` are those that add to them and take one away, and what the button says.
async fn relation<R: Resource<View = RelatedGroup>>(
    visit: &Visit<'_>,
    app: &AppName,
    things: Collection<'_, R>,
    may_change: bool,
    (title, text): (&'static str, &'static str),
    (add, delete, button): (&'static str, &'static str, &'static str),
) -> Result<Relation, Trouble> {
    let groups = things.all(&Wanted::default()).await?.into_iter().map(|group| {
        let back = if delete == "apps.responsibles.delete" { "apps.responsibles.set" } else { "apps.publications.set" };
        let undo = Undo::by(back).at("app", app).at("group", &group.group).maybe("until", group.until);
        let remove = || Form::new(visit, delete, "Remove", &[]).at("app", app).at("group", &group.group).undone_by(&undo);
        let remove = || remove().dangerous().done(visit);
        Group { remove: may_change.then(remove), group }
    });
    let groups = groups.collect();
    let add = if may_change {
        let form = Form::new(visit, add, button, &["groups", "until"]).at("app", app);
        Some(with_groups(visit, form, "groups").await?.done(visit))
    } else {
        None
    };
    Ok(Relation { title, text, groups, add })
}
