//! Reads documents.

use super::document::{
    Assertion, DeclaredApp, DeclaredGroup, DeclaredNamespace, DeclaredRegistry, DeclaredService, DeclaredUser, Document, USUAL_LIFETIME,
    VERSION, Whom,
};
use super::items::{Assigned, Granted, Grants, Members, RelatedGroups};
use super::reader::{Fields, Mention, Path, Problem, Reader};
use super::tree::{Key, Node, Place, Tree};
use super::{Object, Scope};
use crate::model::{Privileges, Terms, TokenLifetime, parse_network};
use crate::name::{AppName, GroupName, NamespacePath, ServiceAccountName, ServiceName, UserName};
use crate::right::{Action, Right};
use crate::service::GranteeName;
use std::collections::BTreeSet;

/// A document that was read, and what it refers to.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// The document.
    pub document: Document,
    pub(super) references: Vec<Mention>,
}

impl Declaration {
    /// Reads a document.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the file.
    pub fn read(tree: &Tree) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader::default();
        let document = document(&mut reader, tree);
        if reader.problems.is_empty() {
            return Ok(Self { document, references: reader.references });
        }
        reader.problems.sort_by_key(|problem| problem.at);
        Err(reader.problems)
    }

    /// Where in the file that is of which a problem speaks by its path, as far as that is known: of what names something else.
    pub fn place(&self, path: &str) -> Option<Place> {
        self.references.iter().find(|mention| mention.path == path).and_then(|mention| mention.at)
    }
}

fn document(reader: &mut Reader, tree: &Tree) -> Document {
    let mut document = Document::default();
    let mut fields = Fields::of(reader, tree, Path::Root);
    match fields.needed::<u32>("version") {
        Some(VERSION) | None => {}
        Some(other) => {
            fields.reader.problem(fields.at, &fields.path, format!("version {other} is not known here; this is version {VERSION}"))
        }
    }
    let has_scope = fields.has("scope");
    let mut scope = Vec::new();
    fields.list("scope", |reader, item, path| scope.extend(reader.parsed::<Scope>(item, path)));
    if has_scope {
        scope.sort_unstable();
        scope.dedup();
        document.scope = Some(scope.clone());
        fields.reader.scope = Some(scope);
    }
    fields.map("users", |reader, name: UserName, key, tree, path| {
        owned(reader, Object::user(&name), key, path);
        document.users.insert(name, user(reader, tree, path));
    });
    fields.map("groups", |reader, name: GroupName, key, tree, path| {
        owned(reader, Object::group(&name), key, path);
        document.groups.insert(name, group(reader, tree, path));
    });
    fields.map("apps", |reader, name: AppName, key, tree, path| {
        owned(reader, Object::app(&name), key, path);
        document.apps.insert(name, app(reader, tree, path));
    });
    fields.map("services", |reader, name: ServiceAccountName, key, tree, path| {
        owned(reader, Object::service(&name), key, path);
        document.services.insert(name, service(reader, tree, path));
    });
    fields.map("registries", |reader, name: ServiceName, key, tree, path| {
        owned(reader, Object::registry_named(&name), key, path);
        let declared = registry(reader, &name, key, tree, path);
        document.registries.insert(name, declared);
    });
    fields.list("assert", |reader, item, path| document.assertions.extend(assertion(reader, item, path)));
    fields.end();
    document
}

/// Refuses what the file does not own.
fn owned(reader: &mut Reader, object: Object, key: &Key, path: &Path<'_>) {
    if let Some(scope) = &reader.scope
        && !scope.iter().any(|scope| scope.has(&object))
    {
        let scope: Vec<_> = scope.iter().map(ToString::to_string).collect();
        reader.problem(key.at, path, format!("it is outside of the scope of this file, which is {}", scope.join(", ")));
    }
}

fn user(reader: &mut Reader, tree: &Tree, path: &Path<'_>) -> DeclaredUser {
    let mut fields = Fields::of(reader, tree, *path);
    let mut privileges = Privileges::NONE;
    fields.list("privileges", |reader, item, path| {
        if let Some(more) = reader.parsed::<Privileges>(item, path) {
            privileges.puller |= more.puller;
            privileges.pusher |= more.pusher;
            privileges.manager |= more.manager;
        }
    });
    let user = DeclaredUser {
        display_name: fields.text("display_name"),
        email: fields.parsed("email"),
        admin: fields.boolean("admin", false),
        auditor: fields.boolean("auditor", false),
        enabled: fields.boolean("enabled", true),
        privileges,
        default_group: fields.reference("default_group", Object::group),
    };
    fields.end();
    user
}

fn group(reader: &mut Reader, tree: &Tree, path: &Path<'_>) -> DeclaredGroup {
    let mut fields = Fields::of(reader, tree, *path);
    let slug = slug(&mut fields);
    let description = fields.text("description").unwrap_or_default();
    let mut members = Members::new();
    fields.list("members", |reader, item, path| {
        let Some((user, until)) = limited(reader, item, path, "user", Object::user) else { return };
        let message = format!("user `{user}` is there twice");
        if members.insert(user, until).is_some() {
            reader.problem(item.at, path, message);
        }
    });
    fields.end();
    DeclaredGroup { slug, description, members }
}

fn app(reader: &mut Reader, tree: &Tree, path: &Path<'_>) -> DeclaredApp {
    let mut fields = Fields::of(reader, tree, *path);
    let slug = slug(&mut fields);
    let description = fields.text("description").unwrap_or_default();
    let (responsible, publication) = (related(&mut fields, "responsible"), related(&mut fields, "publication"));
    fields.end();
    DeclaredApp { slug, description, responsible, publication }
}

/// Nothing said is not the same as nothing.
fn slug(fields: &mut Fields<'_, '_, '_>) -> Option<Option<crate::name::Slug>> {
    let tree = fields.raw("slug")?;
    if tree.node == Node::Null {
        return Some(None);
    }
    fields.reader.parsed(tree, &Path::Name(&fields.path, "slug")).map(Some)
}

fn service(reader: &mut Reader, tree: &Tree, path: &Path<'_>) -> DeclaredService {
    let mut fields = Fields::of(reader, tree, *path);
    let service = DeclaredService {
        app: fields.reference("app", Object::app),
        owner: fields.reference("owner", Object::user),
        description: fields.text("description").unwrap_or_default(),
        enabled: fields.boolean("enabled", true),
    };
    fields.end();
    service
}

fn registry(reader: &mut Reader, name: &ServiceName, key: &Key, tree: &Tree, path: &Path<'_>) -> DeclaredRegistry {
    let mut fields = Fields::of(reader, tree, *path);
    let mut registry = DeclaredRegistry {
        url: fields.parsed("url"),
        external_url: fields.parsed("external_url"),
        enabled: fields.boolean("enabled", true),
        read_only: fields.boolean("read_only", false),
        delete_enabled: fields.boolean("delete_enabled", true),
        anonymous: fields.parsed("anonymous").unwrap_or_default(),
        policy: fields.parsed("policy").unwrap_or_default(),
        restricted: fields.boolean("restricted", true),
        token_seconds: USUAL_LIFETIME,
        kid_style: fields.parsed("kid_style").unwrap_or_default(),
        responsible: related(&mut fields, "responsible"),
        publication: related(&mut fields, "publication"),
        namespaces: Default::default(),
    };
    if let Some(seconds) = fields.take("token_seconds") {
        let path = Path::Name(&fields.path, "token_seconds");
        match fields.reader.parsed::<u32>(seconds, &path).map(TokenLifetime::from_seconds) {
            Some(Ok(lifetime)) => registry.token_seconds = lifetime.seconds(),
            Some(Err(error)) => fields.reader.problem(seconds.at, &path, error.to_string()),
            None => {}
        }
    }
    if registry.url.is_none() {
        if registry == DeclaredRegistry::default() {
            fields.reader.refer(Object::registry_named(name), key.at, path);
        } else if fields.reader.problems.iter().all(|problem| problem.path != format!("{path}.url")) {
            fields.reader.problem(key.at, path, "`url` is missing; only a registry without any settings is left as it is");
        }
    }
    fields.map("namespaces", |reader, path: NamespacePath, _, tree, place| {
        registry.namespaces.insert(path, namespace(reader, tree, place));
    });
    fields.end();
    registry
}

fn namespace(reader: &mut Reader, tree: &Tree, path: &Path<'_>) -> DeclaredNamespace {
    let mut fields = Fields::of(reader, tree, *path);
    let owner = fields.reference("owner", Object::user);
    let description = fields.text("description").unwrap_or_default();
    let public = fields.boolean("public", false);
    let members_right = fields.parsed("members_right").unwrap_or(Right::Full);
    let groups_right = fields.parsed("groups_right").unwrap_or(Right::None);
    let others_right = fields.parsed("others_right").unwrap_or(Right::None);
    let (mut assigned, mut grants) = (Assigned::new(), Grants::new());
    fields.list("assigned", |reader, item, path| {
        let mut fields = Fields::of(reader, item, *path);
        let (grantee, terms) = (grantee(&mut fields), terms(&mut fields, None));
        fields.end();
        let Some(grantee) = grantee else { return };
        let message = format!("{grantee} is there twice");
        if assigned.insert(grantee, terms).is_some() {
            reader.problem(item.at, path, message);
        }
    });
    fields.list("grants", |reader, item, path| {
        let mut fields = Fields::of(reader, item, *path);
        let (grantee, right) = (grantee(&mut fields), fields.needed("right"));
        let terms = terms(&mut fields, right);
        fields.end();
        let (Some(grantee), Some(right)) = (grantee, right) else { return };
        let message = format!("{grantee} is there twice");
        if grants.insert(grantee, Granted { right, terms }).is_some() {
            reader.problem(item.at, path, message);
        }
    });
    fields.end();
    DeclaredNamespace { owner, description, public, members_right, groups_right, others_right, assigned, grants }
}

/// Groups that have to do with something.
fn related(fields: &mut Fields<'_, '_, '_>, name: &'static str) -> RelatedGroups {
    let mut groups = RelatedGroups::new();
    fields.list(name, |reader, item, path| {
        let Some((group, until)) = limited(reader, item, path, "group", Object::group) else { return };
        let message = format!("group `{group}` is there twice");
        if groups.insert(group, until).is_some() {
            reader.problem(item.at, path, message);
        }
    });
    groups
}

/// A name alone, or with the end of what it stands for.
fn limited<T: std::str::FromStr<Err: std::fmt::Display> + AsRef<str>>(
    reader: &mut Reader,
    item: &Tree,
    path: &Path<'_>,
    name: &'static str,
    object: fn(&T) -> Object,
) -> Option<(T, Option<crate::time::Timestamp>)> {
    if let Node::Scalar(_) = item.node {
        let value: T = reader.parsed(item, path)?;
        reader.refer(object(&value), item.at, path);
        return Some((value, None));
    }
    let mut fields = Fields::of(reader, item, *path);
    let value = fields.reference(name, object);
    let until = fields.parsed("until");
    if value.is_none() && fields.reader.problems.iter().all(|problem| problem.at != item.at) {
        fields.reader.problem(item.at, path, format!("`{name}` is missing"));
    }
    fields.end();
    Some((value?, until))
}

/// One of user, group and service.
fn grantee(fields: &mut Fields<'_, '_, '_>) -> Option<GranteeName> {
    let before = fields.reader.problems.len();
    let found: Vec<GranteeName> = [
        fields.reference("user", Object::user).map(GranteeName::User),
        fields.reference("group", Object::group).map(GranteeName::Group),
        fields.reference("service", Object::service).map(GranteeName::Service),
    ]
    .into_iter()
    .flatten()
    .collect();
    if found.len() != 1 && fields.reader.problems.len() == before {
        fields.reader.problem(fields.at, &fields.path, "name one user, group or service");
    }
    found.into_iter().next()
}

fn terms(fields: &mut Fields<'_, '_, '_>, right: Option<Right>) -> Terms {
    let until = fields.parsed("until");
    let mut networks = Vec::new();
    fields.list("networks", |reader, item, path| {
        let Some(text) = reader.parsed::<String>(item, path) else { return };
        match parse_network(&text) {
            Ok(network) => networks.push(network),
            Err(error) => reader.problem(item.at, path, error.to_string()),
        }
    });
    match crate::service::stored_terms(Terms { until, networks: networks.into() }, right) {
        Ok(terms) => terms,
        Err(error) => {
            fields.reader.problem(fields.at, &fields.path, error.to_string());
            Terms::none()
        }
    }
}

fn assertion(reader: &mut Reader, tree: &Tree, path: &Path<'_>) -> Option<Assertion> {
    let mut fields = Fields::of(reader, tree, *path);
    let who = whom(&mut fields);
    let registry: Option<ServiceName> = fields.needed("registry");
    if let Some(registry) = &registry {
        fields.reader.refer(Object::registry_named(registry), tree.at, path);
    }
    let repository = fields.needed("repository");
    let (may, must_not) = (actions(&mut fields, "may"), actions(&mut fields, "must_not"));
    if may.is_empty() && must_not.is_empty() {
        fields.reader.problem(tree.at, path, "it says neither `may` nor `must_not`");
    }
    if let Some(both) = may.intersection(&must_not).next() {
        fields.reader.problem(tree.at, path, format!("`{}` is in `may` and in `must_not`", both.as_str()));
    }
    let from = fields.parsed("from");
    fields.end();
    Some(Assertion { who: who?, registry: registry?, repository: repository?, may, must_not, from })
}

fn whom(fields: &mut Fields<'_, '_, '_>) -> Option<Whom> {
    let Some(tree) = fields.take("who") else {
        fields.reader.problem(fields.at, &fields.path, "`who` is missing");
        return None;
    };
    if matches!(&tree.node, Node::Scalar(text) if text == "anonymous") {
        return Some(Whom::Anonymous);
    }
    let path = Path::Name(&fields.path, "who");
    if let Node::Scalar(_) = tree.node {
        fields.reader.problem(tree.at, &path, "write anonymous, or {user: NAME}, {service: NAME} or {group: NAME}");
        return None;
    }
    let mut fields = Fields::of(fields.reader, tree, path);
    let grantee = grantee(&mut fields);
    fields.end();
    Some(match grantee? {
        GranteeName::User(name) => Whom::User(name),
        GranteeName::Group(name) => Whom::Group(name),
        GranteeName::Service(name) => Whom::Service(name),
    })
}

fn actions(fields: &mut Fields<'_, '_, '_>, name: &'static str) -> BTreeSet<Action> {
    let mut actions = BTreeSet::new();
    fields.list(name, |reader, item, path| {
        let Some(text) = reader.parsed::<String>(item, path) else { return };
        match Action::parse(&text) {
            Some(action) => drop(actions.insert(action)),
            None => {
                let text = crate::name::excerpt(&text);
                reader.problem(item.at, path, format!("there is no action `{text}`; the actions are pull, push and delete"));
            }
        }
    });
    actions
}
