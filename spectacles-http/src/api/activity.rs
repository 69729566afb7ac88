//! What happened.

use super::call::Call;
use super::operation::{Operation, Outcome, run};
use super::pages;
use super::topic::Topic;
use spectacles_core::listing::{ActivityField, AuditField};
use spectacles_core::service::{ActivityView, ChangeView};

pub(crate) fn operations() -> Vec<Operation> {
    const TOPIC: Topic = Topic::Audit;
    vec![
        Operation::get("activity.list", "/activity", TOPIC, "List what happened to the content of registries", run!(list))
            .text(
                "The newest first. Users see what happened to repositories they may pull from; where it came from is for those who may delete there. A \
                 page may be shorter than `limit` although there is a `next`.",
            )
            .lists::<ActivityView, ActivityField>(),
        Operation::get("activity.changes", "/activity/changes", TOPIC, "List what was changed that concerns whoever asks", run!(changes))
            .text(
                "The newest first. Users see what they did themselves, and what was done to namespaces and repositories they may see; details are for those \
                 who own them or may delete there. Administrators and auditors see everything. A page may be shorter than `limit` although there is a \
                 `next`.",
            )
            .lists::<ChangeView, AuditField>(),
    ]
}

async fn list(call: Call<'_>) -> Outcome {
    let listing = pages::listing::<ActivityField>(&call)?;
    let activity = call.member.activity();
    pages::reply(&call, activity.page(&listing).await?, activity.count(&listing)).await
}

async fn changes(call: Call<'_>) -> Outcome {
    let listing = pages::listing::<AuditField>(&call)?;
    let activity = call.member.activity();
    pages::reply(&call, activity.changes(&listing).await?, activity.count_changes(&listing)).await
}
