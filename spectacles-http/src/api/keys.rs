//! Signing keys.

use super::call::Call;
use super::operation::{Operation, Outcome, run};
use super::reply::Reply;
use super::topic::Topic;
use spectacles_core::service::KeyView;

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("keys.list", "/keys", Topic::Keys, "List the signing keys of the database", run!(list))
            .text("The one that signs first; never the keys themselves. For administrators and auditors.")
            .answers_all::<KeyView>(),
    ]
}

async fn list(call: Call<'_>) -> Outcome {
    Reply::all(call.member.keys().list().await?)
}
