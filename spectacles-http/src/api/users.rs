//! Users.

use super::call::Call;
use super::operation::{Operation, Outcome, Parameter, run};
use super::pages;
use super::reply::Reply;
use super::topic::Topic;
use crate::api::path::segment;
use crate::reset::reset_link;
use crate::resources::{MadePasswordReset, Nothing, Secret};
use serde_json::json;
use spectacles_core::listing::UserField;
use spectacles_core::name::UserName;
use spectacles_core::service::{CreateUser, NewPasswordReset, UserChanges, UserView};

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("users.list", "/users", Topic::Users, "List users", run!(list))
            .text("Administrators and auditors see all of them, others themselves.")
            .lists::<UserView, UserField>(),
        Operation::post("users.create", "/users", Topic::Users, "Create a user", run!(create))
            .text("Only administrators create users. Without a password the user cannot log in yet.")
            .takes::<CreateUser>(json!({ "name": "alice", "display_name": "Alice Example", "email": "alice@example.com" }))
            .creates::<UserView>(),
        Operation::get("users.show", "/users/{user}", Topic::Users, "Show a user", run!(show)).answers::<UserView>(),
        Operation::patch("users.change", "/users/{user}", Topic::Users, "Change a user", run!(change))
            .text("What is left out stays; `null` removes. Users change what they are called, their mail address and their default group. A password is not changed by an API token.")
            .takes::<UserChanges>(json!({ "display_name": "Alice", "email": null }))
            .answers::<UserView>(),
        Operation::post(
            "users.password_reset",
            "/users/{user}/password-reset",
            Topic::Tokens,
            "Let a user set a new password",
            run!(password_reset),
        )
        .text("Makes a code by which he does so without the password he has, once, within a day. Those made before are good no longer. Only administrators do this, and not with an API token.")
        .takes::<Nothing>(json!({}))
        .creates::<MadePasswordReset>(),
        Operation::delete("users.delete", "/users/{user}", Topic::Users, "Delete a user", run!(delete))
            .text("Whoever owns namespaces is deleted only together with an heir who gets them.")
            .parameter(Parameter::new("heir", "The user who gets the namespaces.").of::<UserName>()),
    ]
}

async fn list(call: Call<'_>) -> Outcome {
    let listing = pages::listing::<UserField>(&call)?;
    let users = call.member.users();
    pages::reply(&call, users.page(&listing).await?, users.count(&listing)).await
}

async fn create(call: Call<'_>) -> Outcome {
    let user: CreateUser = call.body()?;
    let location = format!("users/{}", segment(user.name.as_str()));
    let once = call.once(&location);
    let view = call.member_once(once.as_ref()).users().create(user).await?;
    Reply::created(location, &view)
}

async fn show(call: Call<'_>) -> Outcome {
    let name: UserName = call.part("user")?;
    Reply::one(&call.member.users().show(&name).await?)
}

async fn change(call: Call<'_>) -> Outcome {
    let name: UserName = call.part("user")?;
    let changes: UserChanges = call.body()?;
    if changes.password.is_some() {
        call.check_limits(Topic::Tokens)?;
    }
    Reply::one(&call.member.users().set(&name, changes).await?)
}

async fn password_reset(call: Call<'_>) -> Outcome {
    let name: UserName = call.part("user")?;
    let Nothing {} = call.body()?;
    let location = format!("../{}", segment(name.as_str()));
    let once = call.once(&location);
    let NewPasswordReset { user, code, until } = call.member_once(once.as_ref()).users().password_reset(&name).await?;
    let link = call.address.map(|address| Secret(reset_link(address, &code)));
    Reply::created_secret(location, &MadePasswordReset { user, code: Secret(code), link, until })
}

async fn delete(call: Call<'_>) -> Outcome {
    let name: UserName = call.part("user")?;
    let heir: Option<UserName> = call.parameter("heir")?;
    call.member.users().delete(&name, heir.as_ref()).await?;
    Ok(Reply::Nothing)
}
