//! The whole configuration as a document.

use super::call::Call;
use super::operation::{Operation, Outcome, run};
use super::reply::Reply;
use super::topic::Topic;
use crate::problem::{Fault, Kind, Place, Problem};
use crate::resources::{Apply, Look, Planned};
use serde_json::json;
use spectacles_core::access::Facts;
use spectacles_core::declarative::{Declaration, Document, Tree, consequences};
use spectacles_core::service::{Request, StateError};

/// A configuration of some 100,000 things.
const LONGEST: usize = 32 * 1024 * 1024;
/// How many differences are told.
const MOST: usize = 10_000;

pub(crate) fn operations() -> Vec<Operation> {
    const TOPIC: Topic = Topic::State;
    let example = || json!({ "document": { "version": 1, "groups": { "devs": { "description": "Those who build" } } }, "prune": false });
    vec![
        Operation::get("state.export", "/state", TOPIC, "Write the whole configuration as a document", run!(export))
            .text("With names instead of ids, and without secrets. For administrators and auditors.")
            .answers::<Document>(),
        Operation::post("state.plan", "/state/plan", TOPIC, "Say what applying a document would do", run!(plan))
            .text("What would be created, changed and deleted, and who would gain or lose which action where. For administrators and auditors.")
            .takes::<Apply>(example())
            .up_to(LONGEST)
            .answers::<Planned>()
            .only_asks(),
        Operation::post("state.apply", "/state/apply", TOPIC, "Apply a document", run!(apply))
            .text(
                "All of it in one transaction, or nothing. With `plan` exactly what was shown is done, and nothing when the state has moved since. \
                 For administrators.",
            )
            .takes::<Apply>(example())
            .up_to(LONGEST)
            .answers::<Planned>(),
    ]
}

async fn export(call: Call<'_>) -> Outcome {
    Reply::one(&call.member.state().export().await?)
}

async fn plan(call: Call<'_>) -> Outcome {
    let Apply { document, prune, look, .. } = call.body()?;
    let declaration = declaration(document)?;
    let request = Request { declaration: &declaration, prune, rehearse: look != Look::Changes, admin_bypass: call.admin_bypass };
    let planned = call.member.state().plan(request).await?;
    let now = call.administration.clock().now();
    let compare = |(before, after): &(Facts, Facts)| consequences(before, after, call.admin_bypass, now, MOST);
    let access = match look {
        Look::Access if planned.plan.is_empty() => Some((Vec::new(), false)),
        Look::Access => planned.facts.as_ref().map(compare),
        Look::Changes | Look::Assertions => None,
    };
    let (access, access_truncated) = access.map_or((None, false), |(access, more)| (Some(access), more));
    Reply::one(&Planned { plan: planned.plan, broken_assertions: planned.broken, access, access_truncated })
}

async fn apply(call: Call<'_>) -> Outcome {
    let Apply { document, prune, plan, .. } = call.body()?;
    let declaration = declaration(document)?;
    let request = Request { declaration: &declaration, prune, rehearse: false, admin_bypass: call.admin_bypass };
    let once = call.once("state");
    let state = call.member_once(once.as_ref()).state();
    let plan = match plan {
        Some(plan) => plan,
        None => state.plan(request).await?.plan,
    };
    state.apply(request, &plan).await?;
    Reply::one(&Planned { plan, broken_assertions: Vec::new(), access: None, access_truncated: false })
}

fn declaration(document: serde_json::Value) -> Result<Declaration, Problem> {
    Declaration::read(&Tree::from(document)).map_err(wrong)
}

fn wrong(problems: Vec<spectacles_core::declarative::Problem>) -> Problem {
    let fault = |problem: spectacles_core::declarative::Problem| {
        Fault::new(Place::Pointer(format!("#/document/{}", problem.path)), problem.message)
    };
    Problem::with(problems.into_iter().map(fault).collect())
}

impl From<StateError> for Problem {
    fn from(error: StateError) -> Self {
        let detail = error.to_string();
        match error {
            StateError::Document(problems) => wrong(problems),
            StateError::Assertions(broken) => {
                let fault = |broken: &spectacles_core::declarative::BrokenAssertion| {
                    Fault::new(Place::Pointer("#/document/assert".to_owned()), broken.to_string())
                };
                Self { faults: broken.iter().map(fault).collect(), ..Self::new(Kind::Refused, detail) }
            }
            StateError::Moved => Self::new(Kind::Refused, detail),
            StateError::Other(error) => error.into(),
        }
    }
}
