//! Policies of retention.

use super::call::Call;
use super::namespaces::place;
use super::operation::{Operation, Outcome, run};
use super::reply::Reply;
use super::repositories::TOPIC;
use crate::resources::RunRetention;
use serde_json::json;
use spectacles_core::model::{Retention, RetentionPolicy, RetentionRun};

pub(crate) fn operations() -> Vec<Operation> {
    const POLICY: &str = "/registries/{registry}/namespaces/{namespace}/retention";
    vec![
        Operation::get("retention.show", POLICY, TOPIC, "Show which tags of a namespace stay", run!(show))
            .text("Whoever may do something in the namespace sees it.")
            .answers::<Retention>(),
        Operation::put("retention.set", POLICY, TOPIC, "Say which tags of a namespace stay", run!(set))
            .text(
                "For the owner and administrators. A tag stays that any rule keeps; a policy without rules deletes nothing. Where it is enabled, it is \
                 carried out once a day. Tags that are immutable are not deleted through this server by anybody.",
            )
            .takes::<RetentionPolicy>(json!({
                "enabled": true,
                "keep": [{ "last": 10 }, { "pulled_within_days": 30 }, { "matching": ["v*"] }],
                "immutable": ["v*"],
                "repositories": ["team/*"],
            }))
            .answers::<Retention>(),
        Operation::delete("retention.delete", POLICY, TOPIC, "Let all tags of a namespace stay", run!(delete)),
        Operation::post(
            "retention.run",
            "/registries/{registry}/namespaces/{namespace}/retention/runs",
            TOPIC,
            "Delete what no rule keeps, or say what that would be",
            run!(carry_out),
        )
        .text("For the owner and administrators. It does not matter whether the policy is enabled.")
        .takes::<RunRetention>(json!({ "dry_run": true }))
        .answers::<RetentionRun>()
        .can_be_repeated(),
    ]
}

async fn show(call: Call<'_>) -> Outcome {
    let (service, path) = place(&call)?;
    Reply::one(&call.member.retention().show(&service, &path).await?)
}

async fn set(call: Call<'_>) -> Outcome {
    let (service, path) = place(&call)?;
    let policy: RetentionPolicy = call.body()?;
    Reply::one(&call.member.retention().set(&service, &path, policy).await?)
}

async fn delete(call: Call<'_>) -> Outcome {
    let (service, path) = place(&call)?;
    call.member.retention().delete(&service, &path).await?;
    Ok(Reply::Nothing)
}

async fn carry_out(call: Call<'_>) -> Outcome {
    let (service, path) = place(&call)?;
    let RunRetention { dry_run } = call.body()?;
    Reply::one(&call.member.retention().run(&service, &path, dry_run).await?)
}
