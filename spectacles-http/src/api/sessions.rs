//! Sessions of the web interface: where somebody is signed in.

use super::call::Call;
use super::operation::{Operation, Outcome, Parameter, run};
use super::reply::Reply;
use super::topic::Topic;
use crate::problem::{Kind, Problem};
use serde_json::json;
use spectacles_core::id::ApiTokenId;
use spectacles_core::name::UserName;
use spectacles_core::service::SessionView;

pub(crate) fn operations() -> Vec<Operation> {
    // They are credentials: an API token does not end them.
    const TOPIC: Topic = Topic::Tokens;
    let spare = Parameter::new("spare", "The number of one that is to stay.").schema(json!({ "type": "integer", "minimum": 1 }));
    vec![
        Operation::get("sessions.list", "/users/{user}/sessions", TOPIC, "List the sessions of a user", run!(list))
            .text("Where somebody is signed in to the web interface. Users see their own, administrators and auditors those of everybody.")
            .answers_all::<SessionView>(),
        Operation::delete("sessions.clear", "/users/{user}/sessions", TOPIC, "End all sessions of a user", run!(clear))
            .text("Users end their own, administrators those of everybody. Not with an API token.")
            .parameter(spare),
        Operation::delete("sessions.delete", "/users/{user}/sessions/{session}", TOPIC, "End a session", run!(end))
            .text("Users end their own, administrators those of everybody. Not with an API token."),
    ]
}

async fn list(call: Call<'_>) -> Outcome {
    let owner: UserName = call.part("user")?;
    Reply::all(call.member.tokens().sessions(&owner).await?)
}

async fn clear(call: Call<'_>) -> Outcome {
    let owner: UserName = call.part("user")?;
    let spared: Option<i64> = call.parameter("spare")?;
    call.member.tokens().end_sessions(&owner, None, spared.map(ApiTokenId::new)).await?;
    Ok(Reply::Nothing)
}

async fn end(call: Call<'_>) -> Outcome {
    let owner: UserName = call.part("user")?;
    let number: i64 = call.part("session")?;
    // Ids that were never given are those of nothing.
    if number < 1 {
        return Err(Problem::new(Kind::NotFound, format!("there is no session `{number}`")));
    }
    call.member.tokens().end_sessions(&owner, Some(ApiTokenId::new(number)), None).await?;
    Ok(Reply::Nothing)
}
