//! What others have changed, where somebody wanted to change the same.

use super::visit::{Trouble, Visit};
use crate::api::Operation;
use crate::client::Wanted;
use spectacles_core::time::Timestamp;

/// How many changes are told.
const MOST: u32 = 3;

/// A change that somebody else has made.
pub(crate) struct Stale {
    pub(crate) actor: String,
    pub(crate) at: Timestamp,
    pub(crate) action: String,
}

/// The last changes of what an operation is about, as far as whoever asks may know them.
pub(crate) async fn read(visit: &Visit<'_>, operation: &Operation, field: impl Fn(&str) -> Option<String>) -> Result<Vec<Stale>, Trouble> {
    let Some(object) = object(operation, field) else { return Ok(Vec::new()) };
    let filters = vec![format!("object \"{}\"", object.replace('\\', "\\\\").replace('"', "\\\""))];
    let wanted = Wanted { filters, order: Some("-id".to_owned()), limit: Some(MOST), ..Wanted::default() };
    let knows_all = visit.visitor.as_ref().is_some_and(|visitor| visitor.is_admin || visitor.is_auditor);
    let client = visit.client()?;
    // What cannot be told now is left out: the form is shown anyway.
    Ok(if knows_all {
        let entries = client.changes().page(&wanted).await.map(|page| page.items).unwrap_or_default();
        let stale = |record: spectacles_core::model::AuditRecord| Stale { actor: record.actor, at: record.at, action: record.action };
        entries.into_iter().map(|entry| stale(entry.record)).collect()
    } else {
        let changes = client.own_changes().page(&wanted).await.map(|page| page.items).unwrap_or_default();
        changes.into_iter().map(|change| Stale { actor: change.actor, at: change.at, action: change.action }).collect()
    })
}

/// What the audit trail calls what an operation is about: `namespace registry.example.com team`.
fn object(operation: &Operation, field: impl Fn(&str) -> Option<String>) -> Option<String> {
    let things = operation.id.split('.').next()?;
    let thing = match things.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => things.strip_suffix('s')?.to_owned(),
    };
    let names = operation.path_parameters().map(|name| field(&format!(":{name}"))).collect::<Option<Vec<_>>>()?;
    Some(std::iter::once(thing).chain(names).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::object;
    use crate::web::form::find;

    #[test]
    fn things_are_called_as_the_audit_trail_calls_them() {
        for (operation, expected) in [
            ("groups.change", "group x"),
            ("namespaces.change", "namespace x x"),
            ("registries.change", "registry x"),
            ("repositories.change", "repository x x"),
        ] {
            assert_eq!(object(find(operation).unwrap(), |_| Some("x".to_owned())).as_deref(), Some(expected));
        }
    }
}
