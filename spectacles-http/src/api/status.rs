//! How the server is doing.

use super::call::Call;
use super::operation::{Operation, Outcome, run};
use super::reply::Reply;
use super::topic::Topic;
use crate::resources::{ServerState, Status};
use spectacles_core::service::KeyView;

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("status.show", "/status", Topic::State, "Show how the server is doing", run!(show))
            .text(
                "What it was told, what waits to be written, what its database tells of itself, and how it goes with its registries and keys. No \
                 secrets. For administrators and auditors.",
            )
            .answers::<Status>(),
    ]
}

async fn show(call: Call<'_>) -> Outcome {
    let (database, registries) = call.member.status().await?;
    let keys = KeyView::of(call.ring().await?.as_ref());
    let version = env!("CARGO_PKG_VERSION").to_owned();
    Reply::one(&Status { version, database, server: call.server.map(ServerState::of), registries, keys })
}
