//! Repositories.

use super::call::Call;
use super::operation::{Operation, Outcome, Parameter, run};
use super::pages;
use super::reply::Reply;
use super::topic::Topic;
use crate::problem::Problem;
use serde_json::json;
use spectacles_core::listing::RepositoryField;
use spectacles_core::model::Deletions;
use spectacles_core::name::{RepositoryName, ServiceName};
use spectacles_core::service::{RepositoryChanges, RepositoryView};

pub(super) const TOPIC: Topic = Topic::Repositories;

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("repositories.everywhere", "/repositories", TOPIC, "List the repositories of all registries", run!(list_all))
            .text("Users see those they may pull from.")
            .lists::<RepositoryView, RepositoryField>(),
        Operation::get("repositories.list", "/registries/{registry}/repositories", TOPIC, "List the repositories of a registry", run!(list))
            .text("Users see those they may pull from.")
            .lists::<RepositoryView, RepositoryField>(),
        Operation::get("repositories.show", "/registries/{registry}/repositories/{repository}", TOPIC, "Show a repository", run!(show))
            .text("A slash in the name of a repository is written `%2F`: `team%2Fapp`.")
            .answers::<RepositoryView>(),
        Operation::patch(
            "repositories.change",
            "/registries/{registry}/repositories/{repository}",
            TOPIC,
            "Change what is said of a repository",
            run!(change),
        )
        .text("What is left out stays. Those who may push describe it; that it is official say those who answer for the registry, and administrators.")
        .takes::<RepositoryChanges>(json!({ "description": "# The shop\n\nWhat customers see.", "automated": true }))
        .answers::<RepositoryView>(),
        Operation::delete(
            "repositories.delete",
            "/registries/{registry}/repositories/{repository}",
            TOPIC,
            "Delete all tags of a repository",
            run!(delete),
        )
        .text(
            "What comes of each tag is told: those that a retention policy keeps stay. Space comes back when the garbage collection of the registry \
             runs.",
        )
        .parameter(dry_run())
        .answers::<Deletions>(),
        Operation::put(
            "repositories.star",
            "/registries/{registry}/repositories/{repository}/star",
            TOPIC,
            "Give a repository a star",
            run!(star),
        )
        .answers::<RepositoryView>(),
        Operation::delete(
            "repositories.unstar",
            "/registries/{registry}/repositories/{repository}/star",
            TOPIC,
            "Take a star back",
            run!(unstar),
        ),
    ]
}

async fn list_all(call: Call<'_>) -> Outcome {
    let listing = pages::listing::<RepositoryField>(&call)?;
    let repositories = call.member.repositories();
    pages::reply(&call, repositories.page(None, &listing).await?, repositories.count(None, &listing)).await
}

async fn list(call: Call<'_>) -> Outcome {
    let service: ServiceName = call.part("registry")?;
    let listing = pages::listing::<RepositoryField>(&call)?;
    let repositories = call.member.repositories();
    pages::reply(&call, repositories.page(Some(&service), &listing).await?, repositories.count(Some(&service), &listing)).await
}

async fn show(call: Call<'_>) -> Outcome {
    let (service, name) = place(&call)?;
    Reply::one(&call.member.repositories().show(&service, &name).await?)
}

async fn change(call: Call<'_>) -> Outcome {
    let (service, name) = place(&call)?;
    let changes: RepositoryChanges = call.body()?;
    Reply::one(&call.member.repositories().set(&service, &name, changes).await?)
}

async fn delete(call: Call<'_>) -> Outcome {
    let (service, name) = place(&call)?;
    let dry_run = call.parameter("dry_run")?.unwrap_or_default();
    Reply::one(&call.member.repositories().delete(&service, &name, dry_run).await?)
}

async fn star(call: Call<'_>) -> Outcome {
    let (service, name) = place(&call)?;
    Reply::one(&call.member.repositories().star(&service, &name, true).await?)
}

async fn unstar(call: Call<'_>) -> Outcome {
    let (service, name) = place(&call)?;
    call.member.repositories().star(&service, &name, false).await?;
    Ok(Reply::Nothing)
}

/// Whether only to say what would be deleted.
fn dry_run() -> Parameter {
    Parameter::new("dry_run", "Whether only to say what would be deleted.").schema(json!({ "type": "boolean", "default": false }))
}

/// The repository that the path of a call names.
pub(super) fn place(call: &Call<'_>) -> Result<(ServiceName, RepositoryName), Problem> {
    Ok((call.part("registry")?, call.part("repository")?))
}
