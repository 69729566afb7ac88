//! Groups that have to do with something.

use crate::client::{Collection, Resource, Wanted};
use crate::resources::RelatedGroup;
use crate::web::form::{FieldView, Form, Input};
use crate::web::undo::Undo;
use crate::web::visit::{Trouble, Visit};

/// The groups that have one relation to something.
pub(super) struct Relation {
    pub(super) title: &'static str,
    pub(super) text: &'static str,
    pub(super) groups: Vec<Related>,
    /// For those who may change it.
    pub(super) add: Option<Form>,
}

/// One of them.
pub(super) struct Related {
    pub(super) group: RelatedGroup,
    pub(super) remove: Option<Form>,
}

/// Reads a relation: `operations` is what their operations begin with, `of` the part of the path that says to what.
pub(super) async fn relation<R: Resource<View = RelatedGroup>>(
    visit: &Visit<'_>,
    operations: &'static str,
    of: (&str, &str),
    things: Collection<'_, R>,
    may_change: bool,
) -> Result<Relation, Trouble> {
    let (title, text, set, delete) = match operations {
        "registries.responsibles" => (
            "Responsible groups",
            "Their members answer for it: they change its settings, and push to it by the path policy.",
            "registries.responsibles.set",
            "registries.responsibles.delete",
        ),
        "registries.publications" => (
            "Published to",
            "Members of these groups get something by the path policy; nobody else does.",
            "registries.publications.set",
            "registries.publications.delete",
        ),
        "apps.responsibles" => {
            ("Responsible groups", "Their members push to its repositories.", "apps.responsibles.set", "apps.responsibles.delete")
        }
        _ => ("Published to", "Members of these groups pull its repositories.", "apps.publications.set", "apps.publications.delete"),
    };
    let known = things.page(&Wanted::default()).await?.items;
    let groups = known.into_iter().map(|group| {
        let undo = Undo::by(set).at(of.0, of.1).at("group", &group.group).maybe("until", group.until);
        let remove = || Form::new(visit, delete, "Remove", &[]).at(of.0, of.1).at("group", &group.group).undone_by(&undo);
        let remove = may_change.then(|| remove().dangerous().done(visit));
        Related { group, remove }
    });
    let groups: Vec<Related> = groups.collect();
    let add = if may_change {
        let all = visit.client()?.groups().page(&Wanted { limit: Some(1_000), ..Wanted::default() }).await?.items;
        let others = all.into_iter().map(|view| view.group.name.to_string());
        let choices = others.filter(|name| !groups.iter().any(|known| known.group.group.as_str() == name)).map(|name| (name.clone(), name));
        let group = FieldView::besides(visit.language, ":group", "Group", "", Input::One).choosing(choices);
        Some(Form::new(visit, set, "Add", &["until"]).at(of.0, of.1).asks(group).done(visit))
    } else {
        None
    };
    Ok(Relation { title, text, groups, add })
}
