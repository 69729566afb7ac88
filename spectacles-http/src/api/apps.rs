//! Apps, and the groups that have to do with them.

use super::call::Call;
use super::operation::{Operation, Outcome, run};
use super::pages;
use super::path::segment;
use super::related;
use super::reply::Reply;
use super::topic::Topic;
use serde_json::json;
use spectacles_core::listing::AppField;
use spectacles_core::name::AppName;
use spectacles_core::service::{AppChanges, AppView, CreateApp};

pub(crate) fn operations() -> Vec<Operation> {
    const TOPIC: Topic = Topic::Apps;
    let own = vec![
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
    ];
    own.into_iter().chain(related::of_apps()).collect()
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
    let name: AppName = call.part("app")?;
    Reply::one(&call.member.apps().show(&name).await?)
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
