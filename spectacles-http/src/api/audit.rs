//! The audit trails: what was changed, and what was decided.

use super::call::Call;
use super::operation::{Operation, Outcome, run};
use super::pages;
use super::reply::Reply;
use super::topic::Topic;
use crate::resources::{Kept, Verified};
use serde_json::json;
use spectacles_core::audit::Checkpoint;
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
            .answers::<Checkpoint>(),
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
    Reply::one(&call.member.audit().checkpoint().await?)
}

async fn verify(call: Call<'_>) -> Outcome {
    let Kept { checkpoints } = call.body()?;
    Reply::one(&Verified { chains: call.member.audit().verify(&checkpoints).await? })
}
