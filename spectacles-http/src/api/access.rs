//! Questions about who may do what.

use super::call::Call;
use super::operation::{Operation, Outcome, Parameter, run};
use super::reply::Reply;
use super::simulation;
use super::topic::Topic;
use crate::problem::{Place, Problem};
use crate::resources::{MatrixPage, Simulated, Simulation, WhatCan};
use serde_json::json;
use spectacles_core::name::{RepositoryName, ServiceAccountName, ServiceName, UserName};
use spectacles_core::right::{Action, Actions};
use spectacles_core::service::{Asker, Error, Explanation, Principal, Who, WhoCan, explain, matrix, what_can, who_can};
use spectacles_core::time::Timestamp;
use std::convert::Infallible;
use std::ops::ControlFlow;

pub(crate) fn operations() -> Vec<Operation> {
    const TOPIC: Topic = Topic::Access;
    let registry = || Parameter::new("registry", "The registry, by its service.").of::<ServiceName>().example("registry.example.com");
    let repository =
        || Parameter::new("repository", "The repository; it need not exist.").of::<RepositoryName>().example("team/app").required();
    let actions = || {
        Parameter::new("actions", "What is asked for, separated by commas: pull, push, delete. All of them, where nothing is said.")
            .schema(json!({ "type": "array", "items": { "type": "string", "enum": ["pull", "push", "delete"] }, "minItems": 1 }))
            .example("pull,push")
    };
    let who = |operation: Operation| {
        operation
            .parameter(Parameter::new("user", "About this user.").of::<UserName>().example("alice"))
            .parameter(Parameter::new("service", "About this service account.").of::<ServiceAccountName>())
            .parameter(Parameter::new("anonymous", "About somebody without credentials.").schema(json!({ "type": "boolean" })))
    };
    let when = |operation: Operation| {
        operation
            .parameter(
                Parameter::new("from", "The address the request would come from: some rights hold only for some networks.")
                    .schema(json!({ "type": "string", "anyOf": [{ "format": "ipv4" }, { "format": "ipv6" }] })),
            )
            .parameter(Parameter::new("at", "When it would come: some rights end. Now, where nothing is said.").of::<Timestamp>())
    };
    vec![
        when(who(Operation::get("access.explain", "/access/explain", TOPIC, "Say what somebody may do with a repository, why, and what would change it", run!(explained))
            .text("Everybody asks about himself, administrators and auditors about anybody. Without `user`, `service` or `anonymous` it is about whoever asks.")
            .parameter(registry().required())
            .parameter(repository())
            .parameter(actions())))
        .answers::<Explanation>(),
        when(Operation::get("access.who_can", "/access/who-can", TOPIC, "List who may do something with a repository", run!(who_may))
            .text("For administrators and auditors.")
            .parameter(registry().required())
            .parameter(repository())
            .parameter(actions()))
        .answers::<WhoCan>(),
        when(who(Operation::get("access.what_can", "/access/what-can", TOPIC, "List where somebody may do something", run!(what_may))
            .text("Everybody asks about himself, administrators and auditors about anybody.")
            .parameter(registry())))
        .answers::<WhatCan>(),
        when(Operation::get("access.matrix", "/access/matrix", TOPIC, "List what everybody may do everywhere", run!(everything))
            .text("By principal; `next` is what to say as `after` for what follows. For administrators and auditors.")
            .parameter(registry())
            .parameter(
                Parameter::new("after", "Only of those behind this one: `user alice`, `service ci`, `anonymous`.")
                    .schema(json!({ "type": "string", "maxLength": 140 })),
            ))
        .answers::<MatrixPage>(),
        when(Operation::post("access.simulate", "/access/simulate", TOPIC, "Say what changes would mean, without making them", run!(simulate))
            .text("Each change is a request as it would be made. They are carried out one after the other, and taken back. For administrators and auditors.")
            .takes::<Simulation>(json!({ "changes": [
                { "method": "PUT", "path": "/api/v1/groups/devs/members/bob", "body": {} }
            ] }))
            .answers::<Simulated>()
            .only_asks()),
    ]
}

async fn explained(call: Call<'_>) -> Outcome {
    let (service, repository): (ServiceName, RepositoryName) = (call.needed("registry")?, call.needed("repository")?);
    let (who, requested) = (who(&call)?, actions(&call)?);
    let circumstances = call.circumstances()?;
    let facts = call.administration.live_facts().await?;
    let explanation =
        facts.read(|facts| explain(&call.questions(facts, circumstances), call.asker, &service, &repository, &who, requested))?;
    Reply::one(&explanation)
}

async fn who_may(call: Call<'_>) -> Outcome {
    check_reader(&call)?;
    let (service, repository): (ServiceName, RepositoryName) = (call.needed("registry")?, call.needed("repository")?);
    let (requested, circumstances) = (actions(&call)?, call.circumstances()?);
    let facts = call.administration.live_facts().await?;
    Reply::one(&facts.read(|facts| who_can(&call.questions(facts, circumstances), &service, &repository, requested))?)
}

async fn what_may(call: Call<'_>) -> Outcome {
    let service: Option<ServiceName> = call.parameter("registry")?;
    let who = who(&call)?;
    call.asker.check(&who)?;
    let circumstances = call.circumstances()?;
    let facts = call.administration.live_facts().await?;
    let mut areas = Vec::new();
    facts.read(|facts| {
        let each = |area| {
            areas.push(area);
            ControlFlow::<Infallible>::Continue(())
        };
        let questions = call.questions(facts, circumstances);
        if let Some(service) = &service {
            call.asker.check_registry(&questions, service)?;
        }
        what_can(&questions, service.as_ref(), &who, each).map(|_| ())
    })?;
    areas.sort_unstable_by(|one, other| (&one.registry, &one.area).cmp(&(&other.registry, &other.area)));
    let knows_all = matches!(call.asker, Asker::Administrator);
    let address_missing = knows_all && facts.read(|facts| call.questions(facts, circumstances).lack_an_address());
    Reply::one(&WhatCan { areas, address_missing })
}

async fn everything(call: Call<'_>) -> Outcome {
    /// About as many rows as an answer has.
    const ENOUGH: usize = 20_000;
    check_reader(&call)?;
    let service: Option<ServiceName> = call.parameter("registry")?;
    let after: Option<Principal> = call.parameter("after")?;
    let circumstances = call.circumstances()?;
    let facts = call.administration.live_facts().await?;
    let found = facts.read(|facts| matrix(&call.questions(facts, circumstances), service.as_ref(), after.as_ref(), ENOUGH))?;
    let next = found.next.map(|last| last.to_string());
    Reply::one(&MatrixPage { items: found.items, next, address_missing: found.address_missing })
}

async fn simulate(call: Call<'_>) -> Outcome {
    check_reader(&call)?;
    Reply::one(&simulation::run(call, call.body()?).await?)
}

/// What others may do is for those to know who may know everything.
fn check_reader(call: &Call<'_>) -> Result<(), Error> {
    match call.asker {
        Asker::Administrator => Ok(()),
        Asker::User(_) => Err(Error::Denied("only administrators and auditors may ask what others may do".to_owned())),
    }
}

/// Whom a question is about.
fn who(call: &Call<'_>) -> Result<Who, Problem> {
    let user: Option<UserName> = call.parameter("user")?;
    let service: Option<ServiceAccountName> = call.parameter("service")?;
    let anonymous: Option<bool> = call.parameter("anonymous")?;
    match (user, service, anonymous.unwrap_or_default()) {
        (Some(user), None, false) => Ok(Who::User(user)),
        (None, Some(service), false) => Ok(Who::Service(service)),
        (None, None, true) => Ok(Who::Anonymous),
        (None, None, false) => {
            let needed = |_| Problem::at(Place::Parameter("user".to_owned()), "say whom it is about: user, service or anonymous");
            call.member.actor().parse().map(Who::User).map_err(needed)
        }
        _ => Err(Problem::at(Place::Parameter("user".to_owned()), "say one of user, service and anonymous")),
    }
}

/// What is asked for.
fn actions(call: &Call<'_>) -> Result<Actions, Problem> {
    let Some(text) = call.query.one("actions")? else { return Ok(Actions::ALL) };
    let wrong = || {
        let text = "the actions are pull, push and delete, separated by commas";
        Problem::at(Place::Parameter("actions".to_owned()), text)
    };
    text.split(',').map(|word| Action::parse(word).ok_or_else(wrong)).collect()
}
