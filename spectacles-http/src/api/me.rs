//! Whoever calls.

use super::call::Call;
use super::operation::{Operation, Outcome, run};
use super::reply::Reply;
use super::topic::Topic;
use crate::problem::{Kind, Problem};
use crate::resources::{ChangePassword, Me, Secret};
use serde_json::json;
use spectacles_core::model::Privileges;
use spectacles_core::name::UserName;

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("me.show", "/me", Topic::Users, "Say who calls", run!(show))
            .text("Also which limits the API token has that is used.")
            .for_any_token()
            .answers::<Me>(),
        Operation::put("me.password", "/me/password", Topic::Tokens, "Change one's own password", run!(password))
            .text("The current one is checked as it is for logging in, with the same limits. Not with an API token.")
            .takes::<ChangePassword>(json!({ "current": "the old one", "new": "Another-1-that-is-longer" })),
        Operation::delete("me.token", "/me/token", Topic::Tokens, "Revoke the API token that is used", run!(give_up))
            .text("What a token is limited to does not matter: whoever has it may always be rid of it.")
            .for_any_token(),
    ]
}

async fn show(call: Call<'_>) -> Outcome {
    let name = call.member.actor();
    let Ok(user) = name.parse::<UserName>() else {
        let privileges = Privileges::NONE;
        let me = Me { name: name.to_owned(), is_user: false, admin: true, auditor: false, privileges, groups: Vec::new(), limits: None };
        return Reply::one(&me);
    };
    let view = call.member.users().show(&user).await?;
    let (admin, auditor, privileges) = (view.user.admin, view.user.auditor, view.user.privileges);
    Reply::one(&Me { name: name.to_owned(), is_user: true, admin, auditor, privileges, groups: view.groups, limits: call.limits.cloned() })
}

async fn give_up(call: Call<'_>) -> Outcome {
    let no_token = || Problem::new(Kind::Refused, "this request came with a password, not with an API token");
    let token = call.token.ok_or_else(no_token)?;
    let owner: UserName = call.member.actor().parse().map_err(|_| no_token())?;
    call.member.tokens().revoke(&owner, token).await?;
    Ok(Reply::Nothing)
}

async fn password(call: Call<'_>) -> Outcome {
    let ChangePassword { current: Secret(current), new: Secret(new) } = call.body()?;
    call.member.users().change_password(current, new).await?;
    Ok(Reply::Nothing)
}
