//! What differs between two documents.

use super::document::{DeclaredApp, DeclaredGroup, DeclaredNamespace, DeclaredRegistry, DeclaredService, DeclaredUser, Document};
use super::plan::{FieldChange, Object, ObjectChange, Verb};
use crate::time::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

/// What a field has.
enum Field {
    /// One value.
    Plain(Value),
    /// A list, by item.
    Items(BTreeMap<String, Value>),
}

/// Something with fields.
pub(crate) trait Declared: Default {
    /// Each with its name, always the same ones in the same order.
    #[expect(private_interfaces, reason = "whoever asks which fields differ need not know how they are told apart")]
    fn fields(&self) -> Vec<(&'static str, Field)>;

    /// What of it differs from another.
    fn differences(&self, before: &Self) -> Vec<FieldChange> {
        let mut changes = Vec::new();
        for ((name, before), (_, after)) in before.fields().into_iter().zip(self.fields()) {
            match (before, after) {
                (Field::Plain(before), Field::Plain(after)) if before != after => {
                    changes.push(FieldChange { field: name.to_owned(), item: None, before, after });
                }
                (Field::Items(before), Field::Items(after)) => changes.extend(items(name, &before, &after)),
                (Field::Plain(_) | Field::Items(_), _) => {}
            }
        }
        changes
    }
}

fn items(field: &str, before: &BTreeMap<String, Value>, after: &BTreeMap<String, Value>) -> Vec<FieldChange> {
    let all: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change = |item: &String| {
        let [before, after] = [before, after].map(|items| items.get(item).cloned().unwrap_or(Value::Null));
        (before != after).then(|| FieldChange { field: field.to_owned(), item: Some(item.clone()), before, after })
    };
    all.into_iter().filter_map(change).collect()
}

fn plain(value: impl Serialize) -> Field {
    Field::Plain(json!(value))
}

fn text(text: &str) -> Field {
    Field::Plain(if text.is_empty() { Value::Null } else { text.into() })
}

fn limited<K: Display>(items: &BTreeMap<K, Option<Timestamp>>) -> Field {
    let value = |until: &Option<Timestamp>| until.map_or_else(|| json!({}), |until| json!({ "until": until }));
    Field::Items(items.iter().map(|(name, until)| (name.to_string(), value(until))).collect())
}

fn by_name<K: Display, V: Serialize>(items: &BTreeMap<K, V>) -> Field {
    Field::Items(items.iter().map(|(name, value)| (name.to_string(), json!(value))).collect())
}

/// A slug is said, refused, or left to the name.
fn slug(slug: &Option<Option<crate::name::Slug>>) -> Field {
    match slug {
        None => plain("(the name)"),
        Some(slug) => plain(slug),
    }
}

#[expect(private_interfaces, reason = "see the trait")]
impl Declared for DeclaredUser {
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![
            ("display_name", plain(&self.display_name)),
            ("email", plain(&self.email)),
            ("admin", plain(self.admin)),
            ("auditor", plain(self.auditor)),
            ("enabled", plain(self.enabled)),
            ("privileges", plain(self.privileges)),
            ("default_group", plain(&self.default_group)),
        ]
    }
}

#[expect(private_interfaces, reason = "see the trait")]
impl Declared for DeclaredGroup {
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![("slug", slug(&self.slug)), ("description", text(&self.description)), ("members", limited(&self.members))]
    }
}

#[expect(private_interfaces, reason = "see the trait")]
impl Declared for DeclaredApp {
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![
            ("slug", slug(&self.slug)),
            ("description", text(&self.description)),
            ("responsible", limited(&self.responsible)),
            ("publication", limited(&self.publication)),
        ]
    }
}

#[expect(private_interfaces, reason = "see the trait")]
impl Declared for DeclaredService {
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![
            ("app", plain(&self.app)),
            ("owner", plain(&self.owner)),
            ("description", text(&self.description)),
            ("enabled", plain(self.enabled)),
        ]
    }
}

#[expect(private_interfaces, reason = "see the trait")]
impl Declared for DeclaredRegistry {
    /// Its namespaces are things of their own.
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![
            ("url", plain(&self.url)),
            ("external_url", plain(&self.external_url)),
            ("enabled", plain(self.enabled)),
            ("read_only", plain(self.read_only)),
            ("delete_enabled", plain(self.delete_enabled)),
            ("anonymous", plain(self.anonymous)),
            ("policy", plain(self.policy)),
            ("restricted", plain(self.restricted)),
            ("token_seconds", plain(self.token_seconds)),
            ("kid_style", plain(self.kid_style)),
            ("responsible", limited(&self.responsible)),
            ("publication", limited(&self.publication)),
        ]
    }
}

#[expect(private_interfaces, reason = "see the trait")]
impl Declared for DeclaredNamespace {
    fn fields(&self) -> Vec<(&'static str, Field)> {
        vec![
            ("owner", plain(&self.owner)),
            ("description", text(&self.description)),
            ("public", plain(self.public)),
            ("members_right", plain(self.members_right)),
            ("groups_right", plain(self.groups_right)),
            ("others_right", plain(self.others_right)),
            ("assigned", by_name(&self.assigned)),
            ("grants", by_name(&self.grants)),
        ]
    }
}

/// A name with what is there under it in the one and in the other, where one of them has it.
pub(crate) fn pairs<'a, K: Ord, V>(
    before: &'a BTreeMap<K, V>,
    after: &'a BTreeMap<K, V>,
) -> impl Iterator<Item = (&'a K, Option<&'a V>, Option<&'a V>)> {
    let (mut before, mut after) = (before.iter().peekable(), after.iter().peekable());
    std::iter::from_fn(move || {
        let order = match (before.peek(), after.peek()) {
            (Some((one, _)), Some((other, _))) => one.cmp(other),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => return None,
        };
        match order {
            std::cmp::Ordering::Less => before.next().map(|(name, value)| (name, Some(value), None)),
            std::cmp::Ordering::Greater => after.next().map(|(name, value)| (name, None, Some(value))),
            std::cmp::Ordering::Equal => {
                let (name, one) = before.next()?;
                Some((name, Some(one), Some(after.next()?.1)))
            }
        }
    })
}

/// What leads from one document to another.
pub(super) fn between(before: &Document, after: &Document) -> Vec<ObjectChange> {
    let mut changes = Vec::new();
    collect(&mut changes, &before.users, &after.users, Object::user);
    collect(&mut changes, &before.groups, &after.groups, Object::group);
    collect(&mut changes, &before.apps, &after.apps, Object::app);
    collect(&mut changes, &before.services, &after.services, Object::service);
    let nothing = BTreeMap::new();
    for (service, before, after) in pairs(&before.registries, &after.registries) {
        changes.extend(change(Object::registry_named(service), before, after));
        let [before, after] = [before, after].map(|registry| registry.map_or(&nothing, |registry| &registry.namespaces));
        collect(&mut changes, before, after, |path| Object::namespace(service, path));
    }
    changes
}

fn collect<K: Ord, V: Declared + PartialEq>(
    changes: &mut Vec<ObjectChange>,
    before: &BTreeMap<K, V>,
    after: &BTreeMap<K, V>,
    object: impl Fn(&K) -> Object,
) {
    for (name, before, after) in pairs(before, after).filter(|(_, before, after)| before != after) {
        changes.extend(change(object(name), before, after));
    }
}

fn change<V: Declared>(object: Object, before: Option<&V>, after: Option<&V>) -> Option<ObjectChange> {
    let (action, fields) = match (before, after) {
        (None, None) => return None,
        (None, Some(after)) => (Verb::Create, after.differences(&V::default())),
        (Some(_), None) => (Verb::Delete, Vec::new()),
        (Some(before), Some(after)) => (Verb::Change, after.differences(before)),
    };
    (action != Verb::Change || !fields.is_empty()).then_some(ObjectChange { action, object, fields })
}
