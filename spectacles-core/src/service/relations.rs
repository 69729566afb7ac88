//! Changing which groups have to do with registries and apps.

use super::actor::{Answers, Standing};
use super::change::Change;
use super::limits::check_end;
use super::{Error, find};
use crate::model::{Group, Published, Relation, TimedGroup};
use crate::name::GroupName;
use crate::time::Timestamp;
use serde_json::{Value, json};

/// Who changes relations, and for how long he may.
#[derive(Clone, Copy)]
pub(super) struct By<'a>(pub(super) &'a Standing, pub(super) Answers);

impl By<'_> {
    /// An administrator.
    pub(super) const EVERYTHING: Self = Self(&Standing::Everything, Answers::Always);

    /// Refuses a group that he is not in. He sees those that are `known` to have the relation; of others he does not learn whether they exist.
    fn check_group(self, group: &Group, known: &[TimedGroup]) -> Result<(), Error> {
        match self.0 {
            Standing::Own(person) if !person.is_in(group.id) => {
                if known.iter().any(|known| known.group == group.id) {
                    let name = &group.name;
                    return Err(Error::Denied(format!("only a member of group `{name}` or an administrator may do this")));
                }
                Err(Error::not_found("group", &group.name))
            }
            Standing::Own(_) | Standing::Everything => Ok(()),
        }
    }
}

/// Puts groups into a relation until then: all of them, or none. What was before and after, for each that was changed.
pub(super) async fn add(
    change: &mut Change,
    by: By<'_>,
    of: Published,
    relation: Relation,
    groups: &[GroupName],
    until: Option<Timestamp>,
) -> Result<Vec<Value>, Error> {
    check_end(until, change.at)?;
    by.1.check_end(until)?;
    let known = change.tx.related(of, relation).await?;
    let mut changed = Vec::new();
    for name in groups {
        let group = find::group(change.tx.as_mut(), name).await?;
        by.check_group(&group, &known)?;
        if change.tx.relate(of, relation, TimedGroup { group: group.id, until }).await? {
            let before = known.iter().find(|known| known.group == group.id);
            changed.push(json!({ "group": name, "before": before.map(there), "after": there(&TimedGroup { group: group.id, until }) }));
        }
    }
    Ok(changed)
}

/// Takes groups out of a relation: all of them, or none. `whose` is what people call it: ``registry `registry.example.com` ``.
pub(super) async fn remove(
    change: &mut Change,
    by: By<'_>,
    of: Published,
    relation: Relation,
    groups: &[GroupName],
    whose: (&str, &str),
) -> Result<Vec<Value>, Error> {
    let known = change.tx.related(of, relation).await?;
    let mut changed = Vec::new();
    for name in groups {
        let group = find::group(change.tx.as_mut(), name).await?;
        by.check_group(&group, &known)?;
        if !change.tx.unrelate(of, relation, group.id).await? {
            let what = match relation {
                Relation::Publication => "publication group",
                Relation::Responsible => "responsible group",
            };
            return Err(Error::NotFound { what, name: format!("{name}` of {} `{}", whose.0, whose.1) });
        }
        let before = known.iter().find(|known| known.group == group.id);
        changed.push(json!({ "group": name, "before": before.map(there), "after": null }));
    }
    Ok(changed)
}

/// The action of a change, as the audit trail calls it: `registry.publish`.
pub(super) fn action(kind: &str, relation: Relation, add: bool) -> String {
    let what = match (relation, add) {
        (Relation::Publication, true) => "publish",
        (Relation::Publication, false) => "unpublish",
        (Relation::Responsible, true) => "responsible.add",
        (Relation::Responsible, false) => "responsible.remove",
    };
    format!("{kind}.{what}")
}

/// That it is there, and until when.
fn there(group: &TimedGroup) -> Value {
    json!({ "until": group.until })
}
