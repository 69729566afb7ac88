//! API tokens: by which programs act for a user.

use super::call::Call;
use super::operation::{Operation, Outcome, run};
use super::reply::Reply;
use super::topic::Topic;
use crate::problem::{Kind, Problem};
use crate::resources::{MadeToken, MakeToken, Secret};
use serde_json::json;
use spectacles_core::id::ApiTokenId;
use spectacles_core::name::UserName;
use spectacles_core::service::{ApiTokenView, CreateToken};

pub(crate) fn operations() -> Vec<Operation> {
    const TOPIC: Topic = Topic::Tokens;
    vec![
        Operation::get("tokens.list", "/users/{user}/tokens", TOPIC, "List the API tokens of a user", run!(list))
            .text("Never the secrets themselves. Users see their own, administrators and auditors those of everybody.")
            .answers_all::<ApiTokenView>(),
        Operation::post("tokens.create", "/users/{user}/tokens", TOPIC, "Make an API token", run!(create))
            .text("Users make their own, with their password. The secret is shown this once.")
            .takes::<MakeToken>(json!({
                "name": "ci", "until": "2030-01-01T00:00:00Z", "limits": { "read_only": true, "kinds": ["namespaces"] }
            }))
            .creates::<MadeToken>(),
        Operation::get("tokens.show", "/users/{user}/tokens/{token}", TOPIC, "Show an API token", run!(show)).answers::<ApiTokenView>(),
        Operation::delete("tokens.delete", "/users/{user}/tokens/{token}", TOPIC, "Revoke an API token", run!(revoke))
            .text("Users revoke their own, administrators those of everybody."),
    ]
}

async fn list(call: Call<'_>) -> Outcome {
    let owner: UserName = call.part("user")?;
    Reply::all(call.member.tokens().list(&owner).await?)
}

async fn show(call: Call<'_>) -> Outcome {
    let (owner, id) = (call.part("user")?, number(&call)?);
    let missing = || Problem::new(Kind::NotFound, format!("there is no API token `{id}` of user `{owner}`"));
    let token = call.member.tokens().list(&owner).await?.into_iter().find(|view| view.token.id == id);
    Reply::one(&token.ok_or_else(missing)?)
}

async fn create(call: Call<'_>) -> Outcome {
    let owner: UserName = call.part("user")?;
    let MakeToken { name, until, limits } = call.body()?;
    let once = call.once("tokens");
    let made = call.member_once(once.as_ref()).tokens().create(&owner, CreateToken { name, until, limits }).await?;
    Reply::created_secret(format!("tokens/{}", made.view.token.id), &MadeToken { token: made.view, secret: Secret(made.secret) })
}

async fn revoke(call: Call<'_>) -> Outcome {
    let (owner, id): (UserName, _) = (call.part("user")?, number(&call)?);
    call.member.tokens().revoke(&owner, id).await?;
    Ok(Reply::Nothing)
}

/// Ids that were never given are those of nothing.
fn number(call: &Call<'_>) -> Result<ApiTokenId, Problem> {
    let number: i64 = call.part("token")?;
    if number > 0 { Ok(ApiTokenId::new(number)) } else { Err(Problem::new(Kind::NotFound, format!("there is no API token `{number}`"))) }
}
