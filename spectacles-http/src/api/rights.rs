//! Rights on namespaces: custom ones, and those of whoever is assigned.

use super::call::Call;
use super::namespaces::{missing, namespace, place};
use super::operation::{Operation, Outcome, run};
use super::reply::Reply;
use super::topic::Topic;
use crate::problem::{Kind, Problem};
use crate::resources::GiveRight;
use serde_json::json;
use spectacles_core::model::Terms;
use spectacles_core::service::{GranteeName, NamedAssignment, NamedGrant, NamespaceView};

/// Each of the collections of a namespace, as operations.
macro_rules! collection {
    ($name:literal, $path:literal, $one:literal, $set:literal, $take:literal, $all:path, $item:ident, $show:path, $put:path, $body:ty, $example:expr, $delete:path) => {
        [
            Operation::get(
                concat!("namespaces.", $name, ".list"),
                concat!("/registries/{registry}/namespaces/{namespace}/", $path),
                Topic::Namespaces,
                concat!("List the ", $path, " of a namespace"),
                run!($all),
            )
            .text("Its owner, administrators and auditors see all of them, others their own.")
            .answers_all::<$item>(),
            Operation::get(
                concat!("namespaces.", $name, ".show"),
                concat!("/registries/{registry}/namespaces/{namespace}/", $path, "/{grantee_kind}/{grantee}"),
                Topic::Namespaces,
                concat!("Show ", $one),
                run!($show),
            )
            .answers::<$item>(),
            Operation::put(
                concat!("namespaces.", $name, ".set"),
                concat!("/registries/{registry}/namespaces/{namespace}/", $path, "/{grantee_kind}/{grantee}"),
                Topic::Namespaces,
                $set,
                run!($put),
            )
            .text("The kind is `user`, `group` or `service`. It takes the place of what was there.")
            .takes::<$body>($example)
            .answers::<$item>(),
            Operation::delete(
                concat!("namespaces.", $name, ".delete"),
                concat!("/registries/{registry}/namespaces/{namespace}/", $path, "/{grantee_kind}/{grantee}"),
                Topic::Namespaces,
                $take,
                run!($delete),
            ),
        ]
    };
}

pub(crate) fn operations() -> Vec<Operation> {
    let grants = collection!(
        "grants",
        "grants",
        "a custom right",
        "Give a custom right",
        "Take a custom right away",
        grants,
        NamedGrant,
        grant,
        give,
        GiveRight,
        json!({ "right": "READ", "until": "2030-01-01T00:00:00Z" }),
        revoke
    );
    let assignments = collection!(
        "assignments",
        "assignments",
        "an assignment",
        "Assign somebody to a namespace",
        "End an assignment",
        assignments,
        NamedAssignment,
        assignment,
        assign,
        Terms,
        json!({ "networks": ["192.0.2.0/24"] }),
        unassign
    );
    grants.into_iter().chain(assignments).collect()
}

async fn grants(call: Call<'_>) -> Outcome {
    Reply::all(namespace(&call).await?.grants)
}

async fn grant(call: Call<'_>) -> Outcome {
    one_grant(&call, namespace(&call).await?)
}

async fn give(call: Call<'_>) -> Outcome {
    let (service, path) = place(&call)?;
    let grantee = grantee(&call)?;
    let GiveRight { right, terms } = call.body()?;
    let view = call.member.namespaces().grant(&service, &path, &grantee, right, terms).await?;
    one_grant(&call, view)
}

async fn revoke(call: Call<'_>) -> Outcome {
    let (service, path) = place(&call)?;
    call.member.namespaces().revoke(&service, &path, &grantee(&call)?).await?;
    Ok(Reply::Nothing)
}

async fn assignments(call: Call<'_>) -> Outcome {
    Reply::all(namespace(&call).await?.assigned)
}

async fn assignment(call: Call<'_>) -> Outcome {
    one_assignment(&call, namespace(&call).await?)
}

async fn assign(call: Call<'_>) -> Outcome {
    let (service, path) = place(&call)?;
    let grantee = grantee(&call)?;
    let terms: Terms = call.body()?;
    let view = call.member.namespaces().assign(&service, &path, &grantee, terms).await?;
    one_assignment(&call, view)
}

async fn unassign(call: Call<'_>) -> Outcome {
    let (service, path) = place(&call)?;
    call.member.namespaces().unassign(&service, &path, &grantee(&call)?).await?;
    Ok(Reply::Nothing)
}

/// Whom the path names.
fn grantee(call: &Call<'_>) -> Result<GranteeName, Problem> {
    let kind: String = call.part("grantee_kind")?;
    match kind.as_str() {
        "user" => Ok(GranteeName::User(call.part("grantee")?)),
        "group" => Ok(GranteeName::Group(call.part("grantee")?)),
        "service" => Ok(GranteeName::Service(call.part("grantee")?)),
        _ => Err(Problem::new(Kind::NotFound, "rights are those of a `user`, a `group` or a `service`")),
    }
}

fn one_grant(call: &Call<'_>, mut namespace: NamespaceView) -> Outcome {
    let grantee = grantee(call)?;
    let grants = std::mem::take(&mut namespace.grants);
    let found = grants.into_iter().find(|grant| grant.grantee == grantee);
    Reply::one(&found.ok_or_else(|| missing(&format!("custom right of {grantee}"), &namespace))?)
}

fn one_assignment(call: &Call<'_>, mut namespace: NamespaceView) -> Outcome {
    let grantee = grantee(call)?;
    let assigned = std::mem::take(&mut namespace.assigned);
    let found = assigned.into_iter().find(|assignment| assignment.grantee == grantee);
    Reply::one(&found.ok_or_else(|| missing(&format!("assignment of {grantee}"), &namespace))?)
}
