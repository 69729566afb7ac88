//! Service accounts and their secrets.

use super::call::Call;
use super::operation::{Operation, Outcome, run};
use super::pages;
use super::path::segment;
use super::reply::Reply;
use super::topic::Topic;
use crate::problem::{Kind, Problem};
use crate::resources::{MadeSecret, MakeSecret, Secret};
use serde_json::json;
use spectacles_core::id::SecretId;
use spectacles_core::listing::ServiceField;
use spectacles_core::name::ServiceAccountName;
use spectacles_core::service::{CreateService, NewSecret, SecretView, ServiceChanges, ServiceView};

pub(crate) fn operations() -> Vec<Operation> {
    const TOPIC: Topic = Topic::Services;
    vec![
        Operation::get("services.list", "/services", TOPIC, "List service accounts", run!(list))
            .text("Administrators and auditors see all of them, others those they own.")
            .lists::<ServiceView, ServiceField>(),
        Operation::post("services.create", "/services", TOPIC, "Create a service account", run!(create))
            .text("It logs in as `<name>@<node>` or as `robot$<name>`, once it has a secret.")
            .takes::<CreateService>(json!({ "name": "ci", "owner": "alice", "description": "Builds and pushes" }))
            .creates::<ServiceView>(),
        Operation::get("services.show", "/services/{service}", TOPIC, "Show a service account", run!(show)).answers::<ServiceView>(),
        Operation::patch("services.change", "/services/{service}", TOPIC, "Change a service account", run!(change))
            .text("What is left out stays; `null` removes.")
            .takes::<ServiceChanges>(json!({ "enabled": false }))
            .answers::<ServiceView>(),
        Operation::delete("services.delete", "/services/{service}", TOPIC, "Delete a service account", run!(delete)),
        Operation::get(
            "services.secrets.list",
            "/services/{service}/secrets",
            TOPIC,
            "List the secrets of a service account",
            run!(secrets),
        )
        .text("Never the secrets themselves.")
        .answers_all::<SecretView>(),
        Operation::post("services.secrets.create", "/services/{service}/secrets", TOPIC, "Make a secret", run!(make_secret))
            .text("Those it has stay, so that one can be exchanged for another without a gap. The secret is shown this once.")
            .takes::<MakeSecret>(json!({ "until": "2030-01-01T00:00:00Z", "networks": ["192.0.2.0/24"] }))
            .creates::<MadeSecret>(),
        Operation::delete(
            "services.secrets.delete",
            "/services/{service}/secrets/{secret}",
            TOPIC,
            "Take a secret away",
            run!(revoke_secret),
        ),
    ]
}

async fn list(call: Call<'_>) -> Outcome {
    let listing = pages::listing::<ServiceField>(&call)?;
    let services = call.member.services();
    pages::reply(&call, services.page(&listing).await?, services.count(&listing)).await
}

async fn create(call: Call<'_>) -> Outcome {
    let service: CreateService = call.body()?;
    let location = format!("services/{}", segment(service.name.as_str()));
    let once = call.once(&location);
    let view = call.member_once(once.as_ref()).services().create(service).await?;
    Reply::created(location, &view)
}

async fn show(call: Call<'_>) -> Outcome {
    let name: ServiceAccountName = call.part("service")?;
    Reply::one(&call.member.services().show(&name).await?)
}

async fn change(call: Call<'_>) -> Outcome {
    let name: ServiceAccountName = call.part("service")?;
    let changes: ServiceChanges = call.body()?;
    Reply::one(&call.member.services().set(&name, changes).await?)
}

async fn delete(call: Call<'_>) -> Outcome {
    let name: ServiceAccountName = call.part("service")?;
    call.member.services().delete(&name).await?;
    Ok(Reply::Nothing)
}

async fn secrets(call: Call<'_>) -> Outcome {
    let name: ServiceAccountName = call.part("service")?;
    Reply::all(call.member.services().secrets(&name).await?)
}

async fn make_secret(call: Call<'_>) -> Outcome {
    let name: ServiceAccountName = call.part("service")?;
    let MakeSecret { secret, terms } = call.body()?;
    let once = call.once("secrets");
    let made = call.member_once(once.as_ref()).services().add_secret(&name, secret.map(|Secret(secret)| secret), terms).await?;
    let NewSecret { id, secret, terms } = made;
    Reply::created_secret(format!("secrets/{id}"), &MadeSecret { id, secret: Secret(secret), terms })
}

async fn revoke_secret(call: Call<'_>) -> Outcome {
    let name: ServiceAccountName = call.part("service")?;
    let number: i64 = call.part("secret")?;
    if number < 1 {
        return Err(Problem::new(Kind::NotFound, format!("there is no secret `{number}`")));
    }
    call.member.services().revoke_secret(&name, SecretId::new(number)).await?;
    Ok(Reply::Nothing)
}
