//! Registries, and the groups that have to do with them.

use super::call::Call;
use super::operation::{Operation, Outcome, run};
use super::pages;
use super::path::segment;
use super::related;
use super::reply::Reply;
use super::topic::Topic;
use serde_json::json;
use spectacles_core::listing::RegistryField;
use spectacles_core::name::ServiceName;
use spectacles_core::service::{CreateRegistry, RegistryChanges, RegistryView};

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
                "What is left out stays; `null` removes. Managers of groups that answer for it change how it is reached and how its tokens are \
                 made; what decides about the rights of others is for administrators.",
            )
            .takes::<RegistryChanges>(json!({ "read_only": true }))
            .answers::<RegistryView>(),
        Operation::delete("registries.delete", "/registries/{registry}", TOPIC, "Forget a registry", run!(delete))
            .text("With it go its namespaces and all rights on them. What is in the registry stays untouched."),
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

async fn delete(call: Call<'_>) -> Outcome {
    let service: ServiceName = call.part("registry")?;
    call.member.registries().delete(&service).await?;
    Ok(Reply::Nothing)
}
