//! What goes with somebody or something that is deleted, for the audit trail.

use super::Error;
use super::names::Names;
use crate::id::GroupId;
use crate::model::{Grantee, TimedGroup};
use crate::store::{ReadTx, Which};
use serde_json::{Value, json};

/// How much is read at once.
const PAGE: u32 = 1_000;

/// Rights on namespaces and assignments to them.
pub(super) async fn rights(tx: &mut dyn ReadTx, grantee: Grantee) -> Result<Vec<Value>, Error> {
    let (mut names, mut rights) = (Names::default(), Vec::new());
    for namespace in tx.namespaces_with(grantee).await? {
        let mut told = names.namespace(tx, namespace).await?;
        let assigned = tx.assigned(namespace).await?.into_iter().find(|there| there.grantee == grantee);
        let granted = tx.grants(namespace).await?.into_iter().find(|there| there.grantee == grantee);
        if let Some(told) = told.as_object_mut() {
            if let Some(assigned) = assigned {
                told.insert("assigned".to_owned(), json!(assigned.terms));
            }
            if let Some(granted) = granted {
                told.insert("granted".to_owned(), json!({ "right": granted.right, "terms": granted.terms }));
            }
        }
        rights.push(told);
    }
    Ok(rights)
}

/// What a group has to do with registries and apps. Looks at all of them: there are few, and groups are deleted seldom.
pub(super) async fn relations(tx: &mut dyn ReadTx, group: GroupId) -> Result<Vec<Value>, Error> {
    let mut relations = Vec::new();
    let mut tell = |of: Value, responsibles: &[TimedGroup], publications: &[TimedGroup]| {
        for (relation, groups) in [("responsible", responsibles), ("publication", publications)] {
            let found = groups.iter().find(|there| there.group == group);
            relations.extend(found.map(|there| json!({ "relation": relation, "of": of, "until": there.until })));
        }
    };
    let mut after = 0;
    loop {
        let page = tx.registry_facts(Which::Page { after, limit: PAGE }).await?;
        for facts in &page {
            tell(json!({ "registry": facts.service }), &facts.responsibles, &facts.publications);
        }
        match page.last() {
            Some(last) if page.len() >= PAGE as usize => after = last.id.get(),
            Some(_) | None => break,
        }
    }
    after = 0;
    loop {
        let page = tx.app_facts(Which::Page { after, limit: PAGE }).await?;
        for facts in &page {
            tell(json!({ "app": facts.name }), &facts.responsibles, &facts.publications);
        }
        match page.last() {
            Some(last) if page.len() >= PAGE as usize => after = last.id.get(),
            Some(_) | None => break,
        }
    }
    Ok(relations)
}
