//! Tags and manifests.

use super::call::Call;
use super::operation::{Operation, Outcome, Parameter, run};
use super::pages;
use super::reply::Reply;
use super::repositories::{TOPIC, place};
use serde_json::json;
use spectacles_core::listing::TagField;
use spectacles_core::model::{Consumer, DeleteTags, Deletions};
use spectacles_core::name::{Digest, TagName};
use spectacles_core::service::{ImageConsumer, ManifestView, TagView};

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("tags.list", "/registries/{registry}/repositories/{repository}/tags", TOPIC, "List the tags of a repository", run!(list))
            .text("Ordered by `version` they come as people count: `1.9` before `1.10`, and `1.10-rc1` before that.")
            .lists::<TagView, TagField>(),
        Operation::get("tags.show", "/registries/{registry}/repositories/{repository}/tags/{tag}", TOPIC, "Show a tag", run!(show))
            .answers::<TagView>(),
        Operation::delete("tags.delete", "/registries/{registry}/repositories/{repository}/tags/{tag}", TOPIC, "Delete a tag", run!(delete))
            .text(
                "Registries that delete by digest only take every tag of the same manifest away: that is refused and the others are named, unless \
                 `with_siblings` says that it is meant. Space comes back when the garbage collection of the registry runs.",
            )
            .parameter(
                Parameter::new("with_siblings", "Whether other tags of the same manifest may go with it.")
                    .schema(json!({ "type": "boolean", "default": false })),
            )
            .parameter(Parameter::new("digest", "What the tag must name, so that nothing else is deleted than what was seen.").of::<Digest>())
            .answers::<Deletions>(),
        Operation::post(
            "tags.delete_several",
            "/registries/{registry}/repositories/{repository}/deletions",
            TOPIC,
            "Delete some tags, or say what would be deleted",
            run!(delete_several),
        )
        .text(
            "Those that are named, and those that `matching`, `older_than_days` and `keep_last` fit together, where any of them is said. What comes of \
             each tag is told; one that cannot be deleted does not keep the others.",
        )
        .takes::<DeleteTags>(json!({ "matching": ["dev-*"], "older_than_days": 30, "keep_last": 3, "dry_run": true }))
        .answers::<Deletions>()
        .can_be_repeated(),
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

async fn delete(call: Call<'_>) -> Outcome {
    let (service, name) = place(&call)?;
    let tag: TagName = call.part("tag")?;
    let (with_siblings, digest) = (call.parameter("with_siblings")?.unwrap_or_default(), call.parameter::<Digest>("digest")?);
    Reply::one(&call.member.repositories().delete_tag(&service, &name, &tag, digest.as_ref(), with_siblings).await?)
}

async fn delete_several(call: Call<'_>) -> Outcome {
    let (service, name) = place(&call)?;
    let wanted: DeleteTags = call.body()?;
    Reply::one(&call.member.repositories().delete_tags(&service, &name, &wanted).await?)
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
