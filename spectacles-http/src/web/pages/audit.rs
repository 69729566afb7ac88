//! The audit trails.

use crate::answer::Answer;
use crate::resources::{Kept, Verified};
use crate::web::html;
use crate::web::list::{self, Table};
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::model::{AuditEntry, DecisionEntry, RecordedScope};

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::new("audit.changes", "/audit", show!(changes)),
        Page::new("audit.decisions", "/audit/decisions", show!(decisions)),
        Page::new("audit.verify", "/audit/verify", show!(verify)),
    ]
}

#[derive(Template)]
#[template(path = "web/audit.html")]
struct Changes<'a> {
    shell: Shell<'a>,
    table: Table,
    entries: Vec<AuditEntry>,
}

async fn changes(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    if list::is_file(visit) {
        let names = ["id", "at", "actor", "action", "object", "details"];
        return list::file(visit, visit.client()?.changes(), ("object", "-id"), "changes", &names, |entry| {
            let record = &entry.record;
            let (at, details) = (record.at.to_string(), record.details.to_string());
            [entry.id.to_string(), at, record.actor.clone(), record.action.clone(), record.object.clone(), details]
        })
        .await;
    }
    let (table, page) = Table::read(visit, visit.client()?.changes(), "object", "-id", &[]).await?;
    Ok(html::page(StatusCode::OK, &Changes { shell: Shell::new(visit, "Audit: changes"), table, entries: page.items })?)
}

impl Changes<'_> {
    /// Details, as people can read them.
    fn details(&self, entry: &AuditEntry) -> String {
        serde_json::to_string_pretty(&entry.record.details).unwrap_or_default()
    }
}

#[derive(Template)]
#[template(path = "web/decisions.html")]
struct Decisions<'a> {
    shell: Shell<'a>,
    table: Table,
    entries: Vec<DecisionEntry>,
}

async fn decisions(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    if list::is_file(visit) {
        let names = ["id", "at", "principal", "credential", "address", "agent", "service", "outcome"];
        return list::file(visit, visit.client()?.decisions(), ("principal", "-id"), "decisions", &names, |entry| {
            let record = &entry.record;
            [
                entry.id.to_string(),
                record.at.to_string(),
                record.principal.clone(),
                record.credential.to_string(),
                list::maybe(record.address.as_ref()),
                record.agent.clone(),
                record.service.clone(),
                serde_json::to_string(&record.outcome).unwrap_or_default(),
            ]
        })
        .await;
    }
    let (table, page) = Table::read(visit, visit.client()?.decisions(), "principal", "-id", &[]).await?;
    Ok(html::page(StatusCode::OK, &Decisions { shell: Shell::new(visit, "Audit: decisions"), table, entries: page.items })?)
}

impl Decisions<'_> {
    /// Whether everything was given that was asked for: what is given is a part of that, in the same order.
    const fn is_all(&self, scope: &RecordedScope) -> bool {
        scope.asked.len() == scope.given.len()
    }
}

#[derive(Template)]
#[template(path = "web/audit_verify.html")]
struct Verify<'a> {
    shell: Shell<'a>,
    answer: Option<Verified>,
}

async fn verify(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let shell = Shell::new(visit, "Audit: verify");
    shell.readers_only()?;
    let answer = match visit.parameter("now") {
        Some(_) => Some(visit.client()?.verify(&Kept { checkpoints: Vec::new() }).await?),
        None => None,
    };
    Ok(html::page(StatusCode::OK, &Verify { shell, answer })?)
}
