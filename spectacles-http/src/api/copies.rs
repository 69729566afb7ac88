//! Images that are copied.

use super::call::Call;
use super::operation::{Operation, Outcome, run};
use super::reply::Reply;
use super::topic::Topic;
use serde_json::json;
use spectacles_core::service::{CopiedImage, CopyImage};
use std::time::Duration;

/// Large images take their time, and whoever waits for one does not hold up others.
const PATIENCE: Duration = Duration::from_secs(60 * 60);

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        Operation::post("images.copy", "/copies", Topic::Repositories, "Copy an image, or give it another tag", run!(copy))
            .text(
                "Between registries or within one, for those who may pull the one and push the other. The answer comes when the image is there. Manifests \
                 keep their digests, an index comes with all its platforms, and what the registry has already is not sent again: a copy that came to \
                 nothing half-way goes on where it was when it is asked for again.",
            )
            .takes::<CopyImage>(json!({
                "from": { "registry": "registry.example.com", "repository": "team/app", "reference": "v1" },
                "to": { "registry": "mirror.example.com", "repository": "team/app", "tag": "v1" },
            }))
            .within(PATIENCE)
            .needs_registry()
            .answers::<CopiedImage>(),
    ]
}

async fn copy(call: Call<'_>) -> Outcome {
    let image: CopyImage = call.body()?;
    Reply::one(&call.member.images().copy(&image, &|_| {}).await?)
}
