//! Apps, and the groups that have to do with them.

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
use spectacles_core::listing::AppField;
use spectacles_core::model::Relation;
use spectacles_core::name::{AppName, GroupName};
use spectacles_core::service::{AppChanges, AppView, CreateApp};

pub(crate) fn operations() -> Vec<Operation> {
    const TOPIC: Topic = Topic::Apps;
    let example = || json!({ "until": "2030-01-01T00:00:00Z" });
    vec![
        Operation::get("apps.list", "/apps", TOPIC, "List apps", run!(list))
            .text("Administrators and auditors see all of them, others those that one of their groups has to do with.")
            .lists::<AppView, AppField>(),
        Operation::post("apps.create", "/apps", TOPIC, "Create an app", run!(create))
            .takes::<CreateApp>(json!({ "name": "shop", "responsible": ["devs"], "publication": ["devs", "ops"] }))
            .creates::<AppView>(),
        Operation::get("apps.show", "/apps/{app}", TOPIC, "Show an app", run!(show)).answers::<AppView>(),
        Operation::patch("apps.change", "/apps/{app}", TOPIC, "Change an app", run!(change))
            .text("What is left out stays; `null` removes.")
            .takes::<AppChanges>(json!({ "description": "The shop" }))
            .answers::<AppView>(),
        Operation::delete("apps.delete", "/apps/{app}", TOPIC, "Delete an app", run!(delete))
            .text("Service accounts that run it stay, and run none."),
        Operation::get(
            "apps.responsibles.list",
            "/apps/{app}/responsibles",
            TOPIC,
            "List the groups that answer for an app",
            run!(responsibles),
        )
        .answers_all::<RelatedGroup>(),
        Operation::post(
            "apps.responsibles.add",
            "/apps/{app}/responsibles",
            TOPIC,
            "Let several groups answer for an app",
            run!(add_responsibles),
        )
        .text("All of them, or none. Of those that are there already, the end is changed. Answers with all of them.")
        .takes::<AddGroups>(json!({ "groups": ["devs", "ops"] }))
        .answers_all::<RelatedGroup>(),
        Operation::delete(
            "apps.responsibles.remove",
            "/apps/{app}/responsibles",
            TOPIC,
            "Let several groups not answer for an app any more",
            run!(remove_responsibles),
        )
        .text("All of them, or none.")
        .parameter(related::groups()),
        Operation::get(
            "apps.responsibles.show",
            "/apps/{app}/responsibles/{group}",
            TOPIC,
            "Show a group that answers for an app",
            run!(responsible),
        )
        .answers::<RelatedGroup>(),
        Operation::put(
            "apps.responsibles.set",
            "/apps/{app}/responsibles/{group}",
            TOPIC,
            "Let a group answer for an app",
            run!(add_responsible),
        )
        .takes::<End>(example())
        .answers::<RelatedGroup>(),
        Operation::delete(
            "apps.responsibles.delete",
            "/apps/{app}/responsibles/{group}",
            TOPIC,
            "Let a group not answer for an app any more",
            run!(remove_responsible),
        ),
        Operation::get(
            "apps.publications.list",
            "/apps/{app}/publications",
            TOPIC,
            "List the groups an app is published to",
            run!(publications),
        )
        .answers_all::<RelatedGroup>(),
        Operation::post(
            "apps.publications.add",
            "/apps/{app}/publications",
            TOPIC,
            "Publish an app to several groups",
            run!(add_publications),
        )
        .text("All of them, or none. Of those that are there already, the end is changed. Answers with all of them.")
        .takes::<AddGroups>(json!({ "groups": ["devs", "ops"] }))
        .answers_all::<RelatedGroup>(),
        Operation::delete(
            "apps.publications.remove",
            "/apps/{app}/publications",
            TOPIC,
            "Publish an app to several groups no more",
            run!(remove_publications),
        )
        .text("All of them, or none.")
        .parameter(related::groups()),
        Operation::get(
            "apps.publications.show",
            "/apps/{app}/publications/{group}",
            TOPIC,
            "Show a group an app is published to",
            run!(publication),
        )
        .answers::<RelatedGroup>(),
        Operation::put("apps.publications.set", "/apps/{app}/publications/{group}", TOPIC, "Publish an app to a group", run!(publish))
            .takes::<End>(example())
            .answers::<RelatedGroup>(),
        Operation::delete(
            "apps.publications.delete",
            "/apps/{app}/publications/{group}",
            TOPIC,
            "Publish an app to a group no more",
            run!(unpublish),
        ),
    ]
}

async fn list(call: Call<'_>) -> Outcome {
    let listing = pages::listing::<AppField>(&call)?;
    let apps = call.member.apps();
    pages::reply(&call, apps.page(&listing).await?, apps.count(&listing)).await
}

async fn create(call: Call<'_>) -> Outcome {
    let app: CreateApp = call.body()?;
    let location = format!("apps/{}", segment(app.name.as_str()));
    let once = call.once(&location);
    let view = call.member_once(once.as_ref()).apps().create(app).await?;
    Reply::created(location, &view)
}

async fn show(call: Call<'_>) -> Outcome {
    Reply::one(&app(&call).await?)
}

async fn change(call: Call<'_>) -> Outcome {
    let name: AppName = call.part("app")?;
    let changes: AppChanges = call.body()?;
    let changed = call.member.apps().set(&name, changes).await?;
    Reply::one(&call.member.apps().show(&changed.name).await?)
}

async fn delete(call: Call<'_>) -> Outcome {
    let name: AppName = call.part("app")?;
    call.member.apps().delete(&name).await?;
    Ok(Reply::Nothing)
}

async fn responsibles(call: Call<'_>) -> Outcome {
    Reply::all(RelatedGroup::all(&app(&call).await?.related, Relation::Responsible))
}

async fn responsible(call: Call<'_>) -> Outcome {
    related::one(&call, &app(&call).await?.related, Relation::Responsible)
}

async fn add_responsible(call: Call<'_>) -> Outcome {
    relate(call, Relation::Responsible).await
}

async fn remove_responsible(call: Call<'_>) -> Outcome {
    unrelate(call, Relation::Responsible).await
}

async fn publications(call: Call<'_>) -> Outcome {
    Reply::all(RelatedGroup::all(&app(&call).await?.related, Relation::Publication))
}

async fn publication(call: Call<'_>) -> Outcome {
    related::one(&call, &app(&call).await?.related, Relation::Publication)
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
    let name: AppName = call.part("app")?;
    let AddGroups { groups, until } = call.body()?;
    let once = call.once("groups");
    let view = call.member_once(once.as_ref()).apps().relate(&name, relation, &groups, until).await?;
    Reply::all(RelatedGroup::all(&view.related, relation))
}

async fn unrelate_all(call: Call<'_>, relation: Relation) -> Outcome {
    let name: AppName = call.part("app")?;
    let groups: Vec<GroupName> = call.several("group")?;
    call.member.apps().unrelate(&name, relation, &groups).await?;
    Ok(Reply::Nothing)
}

async fn relate(call: Call<'_>, relation: Relation) -> Outcome {
    let (name, group): (AppName, GroupName) = (call.part("app")?, call.part("group")?);
    let End { until } = call.body()?;
    let view = call.member.apps().relate(&name, relation, &[group], until).await?;
    related::one(&call, &view.related, relation)
}

async fn unrelate(call: Call<'_>, relation: Relation) -> Outcome {
    let (name, group): (AppName, GroupName) = (call.part("app")?, call.part("group")?);
    call.member.apps().unrelate(&name, relation, &[group]).await?;
    Ok(Reply::Nothing)
}

async fn app(call: &Call<'_>) -> Result<AppView, Problem> {
    let name: AppName = call.part("app")?;
    Ok(call.member.apps().show(&name).await?)
}
