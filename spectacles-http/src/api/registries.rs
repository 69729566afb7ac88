//! Registries, and the groups that have to do with them.

use super::call::Call;
use super::operation::{Operation, Outcome, run};
use super::pages;
use super::path::segment;
use super::related;
use super::reply::Reply;
use super::topic::Topic;
use crate::problem::Problem;
use crate::resources::{AddGroups, End, RelatedGroup};
use serde_json::json;
use spectacles_core::listing::RegistryField;
use spectacles_core::model::Relation;
use spectacles_core::name::{GroupName, ServiceName};
use spectacles_core::service::{CreateRegistry, RegistryChanges, RegistryView};

pub(crate) fn operations() -> Vec<Operation> {
    const TOPIC: Topic = Topic::Registries;
    let example = || json!({ "until": "2030-01-01T00:00:00Z" });
    vec![
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
        Operation::get(
            "registries.responsibles.list",
            "/registries/{registry}/responsibles",
            TOPIC,
            "List the groups that answer for a registry",
            run!(responsibles),
        )
        .answers_all::<RelatedGroup>(),
        Operation::post("registries.responsibles.add", "/registries/{registry}/responsibles", TOPIC, "Let several groups answer for a registry", run!(add_responsibles))
            .text("All of them, or none. Of those that are there already, the end is changed. Answers with all of them.")
            .takes::<AddGroups>(json!({ "groups": ["devs", "ops"] }))
            .answers_all::<RelatedGroup>(),
        Operation::delete("registries.responsibles.remove", "/registries/{registry}/responsibles", TOPIC, "Let several groups not answer for a registry any more", run!(remove_responsibles))
            .text("All of them, or none.")
            .parameter(related::groups()),
        Operation::get(
            "registries.responsibles.show",
            "/registries/{registry}/responsibles/{group}",
            TOPIC,
            "Show a group that answers for a registry",
            run!(responsible),
        )
        .answers::<RelatedGroup>(),
        Operation::put(
            "registries.responsibles.set",
            "/registries/{registry}/responsibles/{group}",
            TOPIC,
            "Let a group answer for a registry",
            run!(add_responsible),
        )
        .takes::<End>(example())
        .answers::<RelatedGroup>(),
        Operation::delete(
            "registries.responsibles.delete",
            "/registries/{registry}/responsibles/{group}",
            TOPIC,
            "Let a group not answer for a registry any more",
            run!(remove_responsible),
        ),
        Operation::get(
            "registries.publications.list",
            "/registries/{registry}/publications",
            TOPIC,
            "List the groups a registry is published to",
            run!(publications),
        )
        .answers_all::<RelatedGroup>(),
        Operation::post("registries.publications.add", "/registries/{registry}/publications", TOPIC, "Publish a registry to several groups", run!(add_publications))
            .text("All of them, or none. Of those that are there already, the end is changed. Answers with all of them.")
            .takes::<AddGroups>(json!({ "groups": ["devs", "ops"] }))
            .answers_all::<RelatedGroup>(),
        Operation::delete("registries.publications.remove", "/registries/{registry}/publications", TOPIC, "Publish a registry to several groups no more", run!(remove_publications))
            .text("All of them, or none.")
            .parameter(related::groups()),
        Operation::get(
            "registries.publications.show",
            "/registries/{registry}/publications/{group}",
            TOPIC,
            "Show a group a registry is published to",
            run!(publication),
        )
        .answers::<RelatedGroup>(),
        Operation::put(
            "registries.publications.set",
            "/registries/{registry}/publications/{group}",
            TOPIC,
            "Publish a registry to a group",
            run!(publish),
        )
        .takes::<End>(example())
        .answers::<RelatedGroup>(),
        Operation::delete(
            "registries.publications.delete",
            "/registries/{registry}/publications/{group}",
            TOPIC,
            "Publish a registry to a group no more",
            run!(unpublish),
        ),
    ]
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
    Reply::one(&registry(&call).await?)
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

async fn responsibles(call: Call<'_>) -> Outcome {
    Reply::all(RelatedGroup::all(&registry(&call).await?.related, Relation::Responsible))
}

async fn responsible(call: Call<'_>) -> Outcome {
    related::one(&call, &registry(&call).await?.related, Relation::Responsible)
}

async fn add_responsible(call: Call<'_>) -> Outcome {
    relate(call, Relation::Responsible).await
}

async fn remove_responsible(call: Call<'_>) -> Outcome {
    unrelate(call, Relation::Responsible).await
}

async fn publications(call: Call<'_>) -> Outcome {
    Reply::all(RelatedGroup::all(&registry(&call).await?.related, Relation::Publication))
}

async fn publication(call: Call<'_>) -> Outcome {
    related::one(&call, &registry(&call).await?.related, Relation::Publication)
}

async fn publish(call: Call<'_>) -> Outcome {
    relate(call, Relation::Publication).await
}

async fn unpublish(call: Call<'_>) -> Outcome {
    unrelate(call, Relation::Publication).await
}

async fn add_responsibles(call: Call<'_>) -> Outcome {
    relate_all(call, Relation::Responsible).await
}

async fn remove_responsibles(call: Call<'_>) -> Outcome {
    unrelate_all(call, Relation::Responsible).await
}

async fn add_publications(call: Call<'_>) -> Outcome {
    relate_all(call, Relation::Publication).await
}

async fn remove_publications(call: Call<'_>) -> Outcome {
    unrelate_all(call, Relation::Publication).await
}

async fn relate_all(call: Call<'_>, relation: Relation) -> Outcome {
    let service: ServiceName = call.part("registry")?;
    let AddGroups { groups, until } = call.body()?;
    let once = call.once("groups");
    let view = call.member_once(once.as_ref()).registries().relate(&service, relation, &groups, until).await?;
    Reply::all(RelatedGroup::all(&view.related, relation))
}

async fn unrelate_all(call: Call<'_>, relation: Relation) -> Outcome {
    let service: ServiceName = call.part("registry")?;
    let groups: Vec<GroupName> = call.several("group")?;
    call.member.registries().unrelate(&service, relation, &groups).await?;
    Ok(Reply::Nothing)
}

async fn relate(call: Call<'_>, relation: Relation) -> Outcome {
    let (service, group): (ServiceName, GroupName) = (call.part("registry")?, call.part("group")?);
    let End { until } = call.body()?;
    let view = call.member.registries().relate(&service, relation, &[group], until).await?;
    related::one(&call, &view.related, relation)
}

async fn unrelate(call: Call<'_>, relation: Relation) -> Outcome {
    let (service, group): (ServiceName, GroupName) = (call.part("registry")?, call.part("group")?);
    call.member.registries().unrelate(&service, relation, &[group]).await?;
    Ok(Reply::Nothing)
}

async fn registry(call: &Call<'_>) -> Result<RegistryView, Problem> {
    let service: ServiceName = call.part("registry")?;
    Ok(call.member.registries().show(&service).await?)
}
