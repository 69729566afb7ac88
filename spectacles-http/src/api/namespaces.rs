//! Namespaces.

use super::call::Call;
use super::operation::{Operation, Outcome, run};
use super::pages;
use super::path::segment;
use super::reply::Reply;
use super::topic::Topic;
use crate::problem::{Kind, Problem};
use crate::resources::MakeNamespace;
use serde_json::json;
use spectacles_core::listing::NamespaceField;
use spectacles_core::name::{NamespacePath, ServiceName};
use spectacles_core::service::{NamespaceChanges, NamespaceView};

const TOPIC: Topic = Topic::Namespaces;

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("namespaces.everywhere", "/namespaces", TOPIC, "List the namespaces of all registries", run!(list_all))
            .text("Users see those in which they may do something, and their own.")
            .lists::<NamespaceView, NamespaceField>(),
        Operation::get("namespaces.list", "/registries/{registry}/namespaces", TOPIC, "List the namespaces of a registry", run!(list))
            .text("Users see those in which they may do something, and their own.")
            .lists::<NamespaceView, NamespaceField>(),
        Operation::post("namespaces.create", "/registries/{registry}/namespaces", TOPIC, "Create a namespace", run!(create))
            .text("Users become owners of what they create. Who may create which namespaces is a setting of the installation.")
            .takes::<MakeNamespace>(json!({ "path": "team/app", "owner": "alice", "others_right": "READ" }))
            .creates::<NamespaceView>(),
        Operation::get("namespaces.show", "/registries/{registry}/namespaces/{namespace}", TOPIC, "Show a namespace", run!(show))
            .text("A slash in the path of a namespace is written `%2F`: `team%2Fapp`. The namespace for names without a slash is `%2F`.")
            .answers::<NamespaceView>(),
        Operation::patch("namespaces.change", "/registries/{registry}/namespaces/{namespace}", TOPIC, "Change a namespace", run!(change))
            .text("What is left out stays; `null` removes. Its owner and administrators change it.")
            .takes::<NamespaceChanges>(json!({ "public": true, "owner": "bob" }))
            .answers::<NamespaceView>(),
        Operation::delete("namespaces.delete", "/registries/{registry}/namespaces/{namespace}", TOPIC, "Delete a namespace", run!(delete))
            .text("With it go the rights on it. What is in the registry stays untouched, and is governed by the namespace above, if there is one."),
    ]
}

async fn list_all(call: Call<'_>) -> Outcome {
    let listing = pages::listing::<NamespaceField>(&call)?;
    let namespaces = call.member.namespaces();
    pages::reply(&call, namespaces.page(None, &listing).await?, namespaces.count(None, &listing)).await
}

async fn list(call: Call<'_>) -> Outcome {
    let service: ServiceName = call.part("registry")?;
    let listing = pages::listing::<NamespaceField>(&call)?;
    let namespaces = call.member.namespaces();
    pages::reply(&call, namespaces.page(Some(&service), &listing).await?, namespaces.count(Some(&service), &listing)).await
}

async fn create(call: Call<'_>) -> Outcome {
    let service: ServiceName = call.part("registry")?;
    let namespace: MakeNamespace = call.body()?;
    let location = format!("namespaces/{}", segment(namespace.path.as_str()));
    let once = call.once(&location);
    let view = call.member_once(once.as_ref()).namespaces().create(namespace.on(service)).await?;
    Reply::created(location, &view)
}

async fn show(call: Call<'_>) -> Outcome {
    let (service, path) = place(&call)?;
    Reply::one(&call.member.namespaces().show(&service, &path).await?)
}

async fn change(call: Call<'_>) -> Outcome {
    let (service, path) = place(&call)?;
    let changes: NamespaceChanges = call.body()?;
    Reply::one(&call.member.namespaces().set(&service, &path, changes).await?)
}

async fn delete(call: Call<'_>) -> Outcome {
    let (service, path) = place(&call)?;
    call.member.namespaces().delete(&service, &path).await?;
    Ok(Reply::Nothing)
}

/// The namespace that the path of a call names.
pub(super) fn place(call: &Call<'_>) -> Result<(ServiceName, NamespacePath), Problem> {
    Ok((call.part("registry")?, call.part("namespace")?))
}

/// The namespace that the path of a call names, as whoever calls may see it.
pub(super) async fn namespace(call: &Call<'_>) -> Result<NamespaceView, Problem> {
    let (service, path) = place(call)?;
    Ok(call.member.namespaces().show(&service, &path).await?)
}

pub(super) fn missing(what: &str, namespace: &NamespaceView) -> Problem {
    Problem::new(Kind::NotFound, format!("there is no {what} on namespace `{}`", namespace.path))
}
