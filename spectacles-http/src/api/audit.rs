//! The audit trails: what was changed, and what was decided.

use super::call::Call;
use super::operation::{Operation, Outcome, run};
use super::pages;
use super::reply::Reply;
use super::topic::Topic;
use crate::problem::{Place, Problem};
use crate::resources::{Kept, SignedCheckpoint, Verified};
use serde_json::json;
use spectacles_core::audit::{BadCheckpoint, Checkpoint};
use spectacles_core::key::KeyRing;
use spectacles_core::listing::{AuditField, DecisionField};
use spectacles_core::model::{AuditEntry, DecisionEntry};

pub(crate) fn operations() -> Vec<Operation> {
    const TOPIC: Topic = Topic::Audit;
    vec![
        Operation::get("audit.list", "/audit", TOPIC, "List what was changed", run!(changes))
            .text("The newest first. For administrators and auditors.")
            .lists::<AuditEntry, AuditField>(),
        Operation::get("audit.decisions", "/audit/decisions", TOPIC, "List what was decided about token requests", run!(decisions))
            .text("The newest first. For administrators and auditors.")
            .lists::<DecisionEntry, DecisionField>(),
        Operation::get("audit.checkpoint", "/audit/checkpoint", TOPIC, "Sign where the audit trails end now", run!(checkpoint))
            .text("Kept elsewhere, it proves later that nothing before it was changed or taken away.")
            .answers::<SignedCheckpoint>(),
        Operation::post(
            "audit.verify",
            "/audit/verify",
            TOPIC,
            "Check that nothing in the audit trails was changed or taken away",
            run!(verify),
        )
        .takes::<Kept>(json!({ "checkpoints": [] }))
        .answers::<Verified>()
        .only_asks(),
    ]
}

async fn changes(call: Call<'_>) -> Outcome {
    let listing = pages::listing::<AuditField>(&call)?;
    let audit = call.member.audit();
    pages::reply(&call, audit.page(&listing).await?, audit.count(&listing)).await
}

async fn decisions(call: Call<'_>) -> Outcome {
    let listing = pages::listing::<DecisionField>(&call)?;
    let audit = call.member.audit();
    pages::reply(&call, audit.decisions_page(&listing).await?, audit.decisions_count(&listing)).await
}

async fn checkpoint(call: Call<'_>) -> Outcome {
    let says = call.member.audit().checkpoint().await?;
    let checkpoint = says.sign(call.ring().await?.as_ref()).map_err(|error| Problem::broken(error.to_string()))?;
    Reply::one(&SignedCheckpoint { checkpoint, says })
}

async fn verify(call: Call<'_>) -> Outcome {
    let Kept { checkpoints } = call.body()?;
    let checkpoints = if checkpoints.is_empty() { Vec::new() } else { read(&checkpoints, call.ring().await?.as_ref())? };
    Reply::one(&Verified { chains: call.member.audit().verify(&checkpoints).await? })
}

/// Reads what was signed here. It is told of each line whether it was.
fn read(lines: &[String], keys: &KeyRing) -> Result<Vec<Checkpoint>, Problem> {
    let read = |(place, line): (usize, &String)| {
        let wrong = |error: BadCheckpoint| Problem::at(Place::Pointer(format!("#/checkpoints/{place}")), error.to_string());
        Checkpoint::read(line.trim(), keys).map_err(wrong)
    };
    lines.iter().enumerate().map(read).collect()
}
