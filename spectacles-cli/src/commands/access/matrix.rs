//! `spectacles access matrix`

use super::table::{Csv, columns};
use super::{When, questions};
use crate::commands::context::Context;
use crate::commands::values::joined;
use crate::failure::Failure;
use spectacles_core::access::questions::{Answer, Area, Questions};
use spectacles_core::access::{RegistryState, Subject};
use spectacles_core::name::ServiceName;
use spectacles_core::service::Principal;
use std::convert::Infallible;
use std::ops::ControlFlow;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only of this registry, by its service name
    #[arg(long, value_name = "SERVICE")]
    registry: Option<ServiceName>,
    #[command(flatten)]
    when: When,
}

pub(super) async fn run(args: Args, context: &Context<'_>) -> Result<(), Failure> {
    context.facts().await?.read(|facts| {
        let questions = questions(facts, &args.when, context)?;
        let mut registries: Vec<&RegistryState> = match &args.registry {
            Some(service) => {
                let missing = || Failure::not_found(format!("there is no registry `{service}`"));
                vec![facts.registry(service.as_str()).ok_or_else(missing)?]
            }
            None => facts.registries().collect(),
        };
        registries.sort_unstable_by(|one, other| one.facts.service.cmp(&other.facts.service));
        let mut principals: Vec<(Principal, Subject<'_>)> =
            questions.everybody().map(|subject| (Principal::from(subject), subject)).collect();
        principals.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let mut csv = Csv::new(["registry", "area", "kind", "name", "pull", "push", "delete", "rule"])?;
        for (principal, subject) in principals {
            rows(&questions, &registries, &principal, subject, &mut csv)?;
        }
        csv.end()
    })
}

/// The rows of one principal: what he may do is all that is held in memory.
fn rows(
    questions: &Questions<'_>,
    registries: &[&RegistryState],
    principal: &Principal,
    subject: Subject<'_>,
    csv: &mut Csv,
) -> Result<(), Failure> {
    let mut found: Vec<(&str, String, Answer)> = Vec::new();
    let _ = questions.what_can(subject, registries.iter().copied(), |area: &Area<'_>, answer| {
        found.push((area.registry.facts.service.as_str(), joined(&area.patterns), answer));
        ControlFlow::<Infallible>::Continue(())
    });
    found.sort_unstable_by(|(registry, area, _), (other_registry, other, _)| (registry, area).cmp(&(other_registry, other)));
    for (registry, area, answer) in found {
        let [pull, push, delete] = columns(answer.allowed, answer.pull_needs_push);
        let name = principal.name.as_deref().unwrap_or_default();
        csv.row([registry, &area, &principal.kind, name, pull, push, delete, answer.because.rule.as_str()])?;
    }
    Ok(())
}
