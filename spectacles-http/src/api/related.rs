//! Groups that have to do with registries and apps.

use super::call::Call;
use super::operation::{Outcome, Parameter};
use super::reply::Reply;
use crate::problem::{Kind, Problem};
use crate::resources::RelatedGroup;
use serde_json::json;
use spectacles_core::model::Relation;
use spectacles_core::name::GroupName;
use spectacles_core::service::Related;

/// The group that the path names, in this relation.
pub(crate) fn one(call: &Call<'_>, related: &Related, relation: Relation) -> Outcome {
    let group: GroupName = call.part("group")?;
    let missing = || {
        let what = match relation {
            Relation::Responsible => "among those that answer for it",
            Relation::Publication => "among those it is published to",
        };
        Problem::new(Kind::NotFound, format!("there is no group `{group}` {what}"))
    };
    Reply::one(&RelatedGroup::all(related, relation).into_iter().find(|one| one.group == group).ok_or_else(missing)?)
}

/// The parameter that names groups.
pub(crate) fn groups() -> Parameter {
    Parameter::new("group", "Which; repeated for several.").schema(json!({ "type": "string", "maxLength": 128 })).required().repeated()
}
