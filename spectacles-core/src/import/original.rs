//! The database of the original Spectacles, by its rows. Reading them is for those who know databases.
//!
//! What was a hole there is not taken over: rights of groups count on the namespace they were given on only, and an account that nobody
//! knows may nothing.

mod namespaces;
mod rows;

pub use rows::{ClaimRow, GroupRow, NamespaceRow, Pair, RegistryRow, Rows, UserRow};

use super::{Import, Outcome, refused_user};
use crate::auth::werkzeug_hash;
use crate::declarative::{DeclaredGroup, DeclaredRegistry, DeclaredUser};
use crate::model::Policy;
use crate::name::{GroupName, ServiceName, UserName, excerpt};
use std::collections::BTreeMap;

/// The group that stood for administrators. Being in it gave nothing: that is said of the user.
const ADMINISTRATORS: &str = "admin";

/// What was taken over so far, by the numbers of the other database.
#[derive(Default)]
struct Known {
    users: BTreeMap<i64, UserName>,
    groups: BTreeMap<i64, GroupName>,
    registries: BTreeMap<i64, ServiceName>,
}

/// Takes over a database.
pub fn import(rows: &Rows) -> Import {
    let (mut import, mut known) = (Import::default(), Known::default());
    users(rows, &mut known, &mut import);
    groups(rows, &mut known, &mut import);
    registries(rows, &mut known, &mut import);
    namespaces::import(rows, &known, &mut import);
    if rows.repositories > 0 || rows.tags > 0 {
        let message = format!("{} repositories with {} tags are found again by looking into the registries", rows.repositories, rows.tags);
        import.report.add(Outcome::Advice, None, "repository, tags", message);
    }
    if rows.activities > 0 {
        import.report.add(Outcome::Unmapped, None, "activity", format!("{} entries, which were kept for six hours", rows.activities));
    }
    let message = "FULL includes deleting, as the web pages of the original did; whoever is not known may nothing, where he could pull everything; \
                   rights of a group count on the namespace they were given on, and not on all";
    import.report.add(Outcome::Advice, None, "rights", message);
    import
}

fn users(rows: &Rows, known: &mut Known, import: &mut Import) {
    /// The status of whoever registered first.
    const FIRST: i64 = 99;
    for row in &rows.users {
        let what = format!("users {}: {}", row.id, excerpt(&row.name));
        let name: UserName = match row.name.parse() {
            Ok(name) => name,
            Err(error) => {
                import.report.add(Outcome::Unmapped, None, what, refused_user(&row.name, error.rule()));
                continue;
            }
        };
        let mut message = "as he is".to_owned();
        let email = match row.email.trim() {
            "" => None,
            text => text.parse().map_err(|error| message = format!("without his mail address: {error}")).ok(),
        };
        let mut outcome = Outcome::Mapped;
        match werkzeug_hash(&row.password) {
            Ok(hash) => import.credentials.put(name.clone(), hash),
            Err(error) => (outcome, message) = (Outcome::Approximated, format!("without his password: {error}")),
        }
        let admin = row.status == FIRST || row.role.eq_ignore_ascii_case("admin");
        import.document.users.insert(name.clone(), DeclaredUser { email, admin, ..DeclaredUser::default() });
        known.users.insert(row.id, name);
        import.report.add(outcome, None, what, message);
    }
}

fn groups(rows: &Rows, known: &mut Known, import: &mut Import) {
    for row in &rows.groups {
        let what = format!("groups {}: {}", row.id, excerpt(&row.name));
        if row.name == ADMINISTRATORS {
            import.report.add(Outcome::Mapped, None, what, "administrators are marked as such here; being in the group gave nothing");
            continue;
        }
        match row.name.parse::<GroupName>() {
            Ok(name) if !import.document.groups.contains_key(&name) => {
                let slug =
                    import.document.groups.values().all(|group| group.slug != Some(row.name.parse().ok())).then(|| row.name.parse().ok());
                let description = row.description.clone();
                let group = DeclaredGroup { slug: Some(slug.flatten()), description, ..DeclaredGroup::default() };
                import.document.groups.insert(name.clone(), group);
                known.groups.insert(row.id, name);
            }
            Ok(_) => import.report.add(Outcome::Unmapped, None, what, "there is another group of this name"),
            Err(error) => import.report.add(Outcome::Unmapped, None, what, format!("{error}; rename it there, and import again")),
        }
    }
    for (group, user) in rows.members.iter().filter_map(|pair| Some((known.groups.get(&pair.of)?, known.users.get(&pair.who)?))) {
        if let Some(group) = import.document.groups.get_mut(group) {
            // Whoever was in it twice is in it.
            group.members.insert(user.clone(), None);
        }
    }
}

fn registries(rows: &Rows, known: &mut Known, import: &mut Import) {
    for row in &rows.registries {
        let what = format!("registry {}: {}", row.id, excerpt(&row.uri));
        let service = row.service.parse::<ServiceName>();
        let url = format!("{}://{}", row.protocol.to_ascii_lowercase(), row.uri).parse();
        match (service, url) {
            (Ok(service), Ok(url)) if !import.document.registries.contains_key(&service) => {
                let registry = DeclaredRegistry { url: Some(url), policy: Policy::Namespaces, ..DeclaredRegistry::default() };
                import.document.registries.insert(service.clone(), registry);
                import.report.add(Outcome::Mapped, None, what, format!("as {service}; its certificate is checked from now on"));
                known.registries.insert(row.id, service);
            }
            (Ok(service), Ok(_)) => {
                let message = format!("another registry calls itself {service} too, and tokens of one would be good for both");
                import.report.add(Outcome::Unmapped, None, what, message);
            }
            (Err(error), _) | (_, Err(error)) => import.report.add(Outcome::Unmapped, None, what, error.to_string()),
        }
    }
}
