//! Namespaces and the rights on them.

use super::{Known, NamespaceRow, Pair, Rows};
use crate::declarative::{DeclaredNamespace, Granted, Grants};
use crate::import::{Finding, Import, Outcome};
use crate::model::Terms;
use crate::name::{GroupName, NamespacePath, UserName, excerpt};
use crate::right::Right;
use crate::service::GranteeName;
use std::collections::BTreeMap;

pub(super) fn import(rows: &Rows, known: &Known, import: &mut Import) {
    for row in &rows.namespaces {
        let what = format!("namespaces {}: {}", row.id, excerpt(&row.name));
        let Some(service) = known.registries.get(&row.registry) else {
            import.report.add(Outcome::Unmapped, None, what, "its registry was not taken over");
            continue;
        };
        let path = match path(row, rows) {
            Ok(path) => path,
            Err(message) => {
                import.report.add(Outcome::Unmapped, None, what, message);
                continue;
            }
        };
        let namespace = declared(row, rows, known, &what, import);
        import.report.add(Outcome::Mapped, None, what, format!("as {service} {path}"));
        if let Some(registry) = import.document.registries.get_mut(service) {
            registry.namespaces.insert(path, namespace);
        }
    }
}

/// There, a namespace is what comes before the first slash, and `/` has what has no slash.
fn path(row: &NamespaceRow, rows: &Rows) -> Result<NamespacePath, String> {
    if row.name != NamespacePath::TOP && row.name.contains('/') {
        return Err("it had no repositories: a namespace was what comes before the first slash of a name".to_owned());
    }
    if row.name == NamespacePath::ANY {
        return Err("its name was no component of a repository name".to_owned());
    }
    // A repository of just this name belonged to `/`, and must not be given to others.
    let clashes = rows.repository_paths.contains(&row.name);
    let path = if clashes && row.name != NamespacePath::TOP { format!("{}/*", row.name) } else { row.name.clone() };
    path.parse().map_err(|error| format!("{error}; no repository could be in it"))
}

fn right(text: &str) -> Right {
    // What was not known gave nothing.
    Right::ALL.into_iter().find(|right| right.as_str() == text.trim()).unwrap_or(Right::None)
}

fn declared(row: &NamespaceRow, rows: &Rows, known: &Known, what: &str, import: &mut Import) -> DeclaredNamespace {
    let mine = |pairs: &[Pair]| pairs.iter().filter(|pair| pair.of == row.id).map(|pair| pair.who).collect::<Vec<_>>();
    let members = mine(&rows.namespace_members);
    let mut namespace = DeclaredNamespace {
        owner: known.users.get(&row.owner).filter(|_| members.contains(&row.owner)).cloned(),
        description: row.description.clone(),
        members_right: right(&row.members_claim),
        groups_right: right(&row.groups_claim),
        others_right: right(&row.others_claim),
        ..DeclaredNamespace::default()
    };
    let mut tell = |message: String, principals: Vec<String>| {
        let repositories = vec![format!("{}/**", row.name)];
        let outcome = Outcome::Approximated;
        import.report.findings.push(Finding { outcome, line: None, what: what.to_owned(), message, principals, repositories });
    };
    if namespace.owner.is_none() {
        let owner = known.users.get(&row.owner).map(ToString::to_string);
        let message =
            "it has no owner: its owner was not among its users, and so had no rights by that; `spectacles namespace set` gives it one";
        tell(message.to_owned(), owner.into_iter().collect());
    }
    let users = members.iter().filter_map(|id| known.users.get(id)).cloned().map(GranteeName::User);
    let groups = mine(&rows.namespace_groups);
    let groups = groups.iter().filter_map(|id| known.groups.get(id)).cloned().map(GranteeName::Group);
    namespace.assigned = users.chain(groups).map(|grantee| (grantee, Terms::none())).collect();
    let (users, twice) = custom(row.id, rows, &rows.claim_members, &known.users);
    if !twice.is_empty() {
        let message = "several custom rights of one user: the first row counts, as it did";
        tell(message.to_owned(), twice.iter().map(ToString::to_string).collect());
    }
    let (groups, twice) = custom(row.id, rows, &rows.claim_groups, &known.groups);
    if !twice.is_empty() {
        tell(format!("several custom rights of the groups {}: the first row counts", listed(&twice)), Vec::new());
    }
    let granted = |right: Right| Granted { right, terms: Terms::none() };
    namespace.grants.extend(users.into_iter().map(|(_, name, right)| (GranteeName::User(name), granted(right))));
    let torn = torn(&namespace.grants, &namespace, &groups, import_members(import));
    if !torn.is_empty() {
        let repositories = vec![format!("{}/**", row.name)];
        let message = "in several groups with different custom rights: the first row counts, as a right of his own".to_owned();
        let principals = torn.iter().map(|(name, _)| name.to_string()).collect();
        let outcome = Outcome::Approximated;
        import.report.findings.push(Finding { outcome, line: None, what: what.to_owned(), message, principals, repositories });
    }
    namespace.grants.extend(torn.into_iter().map(|(name, right)| (GranteeName::User(name), granted(right))));
    namespace.grants.extend(groups.into_iter().map(|(_, name, right)| (GranteeName::Group(name), granted(right))));
    namespace
}

fn listed<T: ToString>(names: &[T]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Custom rights on a namespace, the first row of each, with the place of the row; and who had several.
fn custom<N: Clone + PartialEq>(namespace: i64, rows: &Rows, pairs: &[Pair], names: &BTreeMap<i64, N>) -> (Vec<(usize, N, Right)>, Vec<N>) {
    let (mut rights, mut twice): (Vec<(usize, N, Right)>, Vec<N>) = (Vec::new(), Vec::new());
    for (place, pair) in pairs.iter().enumerate() {
        let claim = rows.claims.iter().find(|claim| claim.id == pair.of && claim.namespace == namespace);
        let (Some(claim), Some(name)) = (claim, names.get(&pair.who)) else { continue };
        match rights.iter().find(|(_, there, _)| there == name) {
            Some((_, _, first)) if *first != right(&claim.claim) && !twice.contains(name) => twice.push(name.clone()),
            Some(_) => {}
            None => rights.push((place, name.clone(), right(&claim.claim))),
        }
    }
    (rights, twice)
}

fn import_members(import: &Import) -> BTreeMap<UserName, Vec<GroupName>> {
    let mut groups: BTreeMap<UserName, Vec<GroupName>> = BTreeMap::new();
    for (name, group) in &import.document.groups {
        for user in group.members.keys() {
            groups.entry(user.clone()).or_default().push(name.clone());
        }
    }
    groups
}

/// Users whose groups have different custom rights. Here they would have all of them together.
fn torn(
    grants: &Grants,
    namespace: &DeclaredNamespace,
    groups: &[(usize, GroupName, Right)],
    members: BTreeMap<UserName, Vec<GroupName>>,
) -> Vec<(UserName, Right)> {
    let mut torn = Vec::new();
    for (user, of) in members {
        let own = GranteeName::User(user.clone());
        // Whoever has something of his own is not asked for his groups.
        if grants.contains_key(&own) || namespace.assigned.contains_key(&own) || namespace.owner.as_ref() == Some(&user) {
            continue;
        }
        // They are in the order of their rows.
        let mut rights = groups.iter().filter(|(_, group, _)| of.contains(group)).map(|(_, _, right)| *right);
        if let Some(first) = rights.next()
            && rights.any(|right| right != first)
        {
            torn.push((user, first));
        }
    }
    torn
}
