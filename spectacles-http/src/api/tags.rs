//! Tags and manifests.

use super::call::Call;
use super::operation::{Operation, Outcome, run};
use super::pages;
use super::reply::Reply;
use super::repositories::{TOPIC, place};
use spectacles_core::listing::TagField;
use spectacles_core::model::Consumer;
use spectacles_core::name::{Digest, TagName};
use spectacles_core::service::{ImageConsumer, ManifestView, TagView};

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("tags.list", "/registries/{registry}/repositories/{repository}/tags", TOPIC, "List the tags of a repository", run!(list))
            .text("Ordered by `version` they come as people count: `1.9` before `1.10`, and `1.10-rc1` before that.")
            .lists::<TagView, TagField>(),
        Operation::get("tags.show", "/registries/{registry}/repositories/{repository}/tags/{tag}", TOPIC, "Show a tag", run!(show))
            .answers::<TagView>(),
        Operation::get(
            "manifests.show",
            "/registries/{registry}/repositories/{repository}/manifests/{digest}",
            TOPIC,
            "Show what is in a manifest",
            run!(manifest),
        )
        .text("One that a tag of the repository names, or a part of such a one. What refers to it is asked of the registry.")
        .answers::<ManifestView>(),
        Operation::get(
            "manifests.consumers",
            "/registries/{registry}/repositories/{repository}/manifests/{digest}/consumers",
            TOPIC,
            "List who pulled a manifest",
            run!(consumers),
        )
        .text("Those first who did so last. Who may delete from the repository sees all of them, others themselves.")
        .answers_all::<Consumer>(),
        Operation::get("images.consumers", "/images/{digest}/consumers", TOPIC, "List who pulled an image", run!(consumers_of_image))
            .text(
                "The digest is that of a manifest, or the id of an image, as `docker images --no-trunc` and `docker inspect` say it. Of each repository \
                 it was pulled from: who may delete from it sees all who did, others themselves.",
            )
            .answers_all::<ImageConsumer>(),
    ]
}

async fn list(call: Call<'_>) -> Outcome {
    let (service, name) = place(&call)?;
    let listing = pages::listing::<TagField>(&call)?;
    let repositories = call.member.repositories();
    let page = repositories.tags(&service, &name, &listing).await?;
    pages::reply(&call, page, repositories.count_tags(&service, &name, &listing)).await
}

async fn show(call: Call<'_>) -> Outcome {
    let (service, name) = place(&call)?;
    let tag: TagName = call.part("tag")?;
    Reply::one(&call.member.repositories().tag(&service, &name, &tag).await?)
}

async fn manifest(call: Call<'_>) -> Outcome {
    let (service, name) = place(&call)?;
    let digest: Digest = call.part("digest")?;
    Reply::one(&call.member.repositories().manifest(&service, &name, &digest).await?)
}

async fn consumers(call: Call<'_>) -> Outcome {
    let (service, name) = place(&call)?;
    let digest: Digest = call.part("digest")?;
    Reply::all(call.member.repositories().consumers(&service, &name, &digest).await?)
}

async fn consumers_of_image(call: Call<'_>) -> Outcome {
    let digest: Digest = call.part("digest")?;
    Reply::all(call.member.repositories().consumers_of_image(&digest).await?)
}
