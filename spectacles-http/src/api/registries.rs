//! Registries, and the groups that have to do with them.

use super::call::Call;
use super::operation::{Operation, Outcome, run};
use super::pages;
use super::path::segment;
use super::related;
use super::reply::Reply;
use super::topic::Topic;
use crate::resources::{MadeEventSecret, Nothing, Secret};

use serde_json::json;
use spectacles_core::listing::RegistryField;
use spectacles_core::model::SyncState;
use spectacles_core::name::ServiceName;
use spectacles_core::service::{CreateRegistry, RegistryChanges, RegistryCheck, RegistryView};

pub(crate) fn operations() -> Vec<Operation> {
    const TOPIC: Topic = Topic::Registries;
    let own = vec![
        Operation::get("registries.list", "/registries", TOPIC, "List registries", run!(list))
            .text("Users see those that are enabled, and those that one of their groups answers for.")
            .lists::<RegistryView, RegistryField>(),
        Operation::post("registries.create", "/registries", TOPIC, "Register a registry", run!(create))
            .text(
                "Administrators do it, and users with the privilege `manager`. The default group of whoever does it answers for the registry, and \
                 it is published to that group.",
            )
            .takes::<CreateRegistry>(json!({ "service": "registry.example.com", "url": "https://registry.example.com" }))
            .creates::<RegistryView>(),
        Operation::get("registries.show", "/registries/{registry}", TOPIC, "Show a registry", run!(show)).answers::<RegistryView>(),
        Operation::patch("registries.change", "/registries/{registry}", TOPIC, "Change a registry", run!(change))
            .text(
                "What is left out stays; `null` removes. Managers of groups that answer for it change how clients reach it, how its tokens are \
                 made and how often it is looked at. What decides about the rights of others is for administrators, and so is where the registry \
                 is, its certificates and how this server logs in: what this server sends goes there.",
            )
            .takes::<RegistryChanges>(json!({ "read_only": true }))
            .answers::<RegistryView>(),
        Operation::delete("registries.delete", "/registries/{registry}", TOPIC, "Forget a registry", run!(delete))
            .text("With it go its namespaces and all rights on them. What is in the registry stays untouched."),
        Operation::get("registries.state", "/registries/{registry}/state", TOPIC, "Show when a registry was looked at", run!(state))
            .text(
                "This server looks at its registries from time to time, and takes notifications of them. For those who answer for the registry, \
                 auditors and administrators. `progress` is there while it is looked at.",
            )
            .answers::<SyncState>(),
        Operation::post("registries.sync", "/registries/{registry}/sync", TOPIC, "Look at a registry now", run!(sync))
            .text(
                "It is looked at before its time, within a second or two, by the process that does the background work. The answer does not wait \
                 for that: ask for the state until `succeeded` or `failed` is later than `wanted` was.",
            )
            .takes::<Nothing>(json!({}))
            .answers::<SyncState>(),
        Operation::post("registries.test", "/registries/{registry}/test", TOPIC, "Try a registry", run!(test))
            .text("Whether this server and the registry understand each other, step by step, with what to do where they do not. Nothing is changed.")
            .takes::<Nothing>(json!({}))
            .answers::<RegistryCheck>(),
        Operation::post(
            "registries.event_secret",
            "/registries/{registry}/event-secret",
            TOPIC,
            "Make a secret for notifications",
            run!(make_event_secret),
        )
        .text(
            "Notifications go to `POST /api/v1/events/{registry}` with this secret as a bearer token. The secret before is good no longer.",
        )
        .takes::<Nothing>(json!({}))
        .creates::<MadeEventSecret>(),
    ];
    own.into_iter().chain(related::of_registries()).collect()
}

async fn list(call: Call<'_>) -> Outcome {
    let listing = pages::listing::<RegistryField>(&call)?;
    let registries = call.member.registries();
    pages::reply(&call, registries.page(&listing).await?, registries.count(&listing)).await
}

async fn create(call: Call<'_>) -> Outcome {
    let registry: CreateRegistry = call.body()?;
    let location = format!("registries/{}", segment(registry.service.as_str()));
    let once = call.once(&location);
    let view = call.member_once(once.as_ref()).registries().create(registry).await?;
    Reply::created(location, &view)
}

async fn show(call: Call<'_>) -> Outcome {
    let service: ServiceName = call.part("registry")?;
    Reply::one(&call.member.registries().show(&service).await?)
}

async fn change(call: Call<'_>) -> Outcome {
    let service: ServiceName = call.part("registry")?;
    let changes: RegistryChanges = call.body()?;
    Reply::one(&call.member.registries().set(&service, changes).await?)
}

async fn state(call: Call<'_>) -> Outcome {
    let service: ServiceName = call.part("registry")?;
    Reply::one(&call.member.registries().sync_state(&service).await?)
}

async fn sync(call: Call<'_>) -> Outcome {
    let service: ServiceName = call.part("registry")?;
    let Nothing {} = call.body()?;
    Reply::one(&call.member.registries().want_sync(&service).await?)
}

async fn test(call: Call<'_>) -> Outcome {
    let service: ServiceName = call.part("registry")?;
    let Nothing {} = call.body()?;
    Reply::one(&call.member.registries().test(&service).await?)
}

async fn make_event_secret(call: Call<'_>) -> Outcome {
    let service: ServiceName = call.part("registry")?;
    let Nothing {} = call.body()?;
    let once = call.once("event-secret");
    let secret = call.member_once(once.as_ref()).registries().new_event_secret(&service).await?;
    Reply::created_secret("state".to_owned(), &MadeEventSecret { secret: Secret(secret) })
}

async fn delete(call: Call<'_>) -> Outcome {
    let service: ServiceName = call.part("registry")?;
    call.member.registries().delete(&service).await?;
    Ok(Reply::Nothing)
}
