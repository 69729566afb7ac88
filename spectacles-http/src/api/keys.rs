//! Signing keys.

use super::call::Call;
use super::operation::{Operation, Outcome, run};
use super::reply::Reply;
use super::topic::Topic;
use crate::problem::Problem;
use crate::resources::PublicKey;

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("keys.list", "/keys", Topic::Keys, "List the signing keys", run!(list))
            .text("The one that signs first; never the keys themselves. For administrators and auditors.")
            .answers_all::<PublicKey>(),
    ]
}

async fn list(call: Call<'_>) -> Outcome {
    let keys = PublicKey::all(call.ring().await?.as_ref());
    Reply::all(keys.map_err(|error| Problem::broken(error.to_string()))?)
}
