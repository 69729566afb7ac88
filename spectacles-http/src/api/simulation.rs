//! Changes that are tried, and come to nothing.

use super::call::Call;
use super::dispatch::decoded;
use super::operation::{Operation, ROOT};
use super::table::table;
use super::topic;
use crate::parameters::Parameters;
use crate::problem::{Fault, Kind, Place, Problem};
use crate::resources::{Simulated, SimulatedChange, Simulation};
use spectacles_core::access::Facts;
use spectacles_core::service::{Error, Member, replay, what_changes};
use std::ops::ControlFlow;

/// How many differences are told, where nothing is said.
const LIMIT: usize = 1_000;
/// How many changes are tried at most: others wait meanwhile.
const MOST_CHANGES: usize = 100;

/// Tries changes, and says what would be otherwise after them.
pub(crate) async fn run(call: Call<'_>, simulation: Simulation) -> Result<Simulated, Problem> {
    if simulation.changes.len() > MOST_CHANGES {
        return Err(Problem::at(Place::Pointer("#/changes".to_owned()), format!("at most {MOST_CHANGES} changes are tried at once")));
    }
    let circumstances = call.circumstances()?;
    let rehearsal = call.administration.rehearsal().await?;
    // Nothing else is changed from here on, and whatever was changed a moment ago is no consequence of what is tried.
    let facts = call.administration.live_facts().await?;
    facts.refresh().await.map_err(Error::from)?;
    let before = facts.read(Facts::clone);
    for (place, change) in simulation.changes.iter().enumerate() {
        let member = Member::from(rehearsal.administrator());
        attempt(call, member, change).await.map_err(|problem| placed(problem, place))?;
    }
    let after = rehearsal.outcome(&before).await?;
    let questions = call.questions(&before, circumstances);
    let limit = simulation.limit.map_or(LIMIT, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let mut changes = Vec::new();
    let flow = what_changes(questions, &after, &simulation.repositories, |change| {
        if changes.len() >= limit {
            return ControlFlow::Break(());
        }
        changes.push(change);
        ControlFlow::Continue(())
    });
    changes
        .sort_unstable_by(|one, other| (&one.principal, &one.registry, &one.area).cmp(&(&other.principal, &other.registry, &other.area)));
    let replayed = match simulation.replay_since {
        Some(since) => Some(replay(call.member.audit(), questions, &after, Some(since)).await?),
        None => None,
    };
    Ok(Simulated { changes, more: flow.is_break(), replayed, address_missing: questions.lack_an_address() })
}

/// Carries out one change where it comes to nothing.
async fn attempt(call: Call<'_>, member: Member<'_>, change: &SimulatedChange) -> Result<(), Problem> {
    let (path, query) = change.path.split_once('?').unwrap_or((&change.path, ""));
    let (operation, path) = find(&change.method, path)?;
    let query = Parameters::parse(query.as_bytes());
    let body = change.body.as_ref().map(ToString::to_string).unwrap_or_default();
    let call = Call { member, operation, path: &path, query: &query, body: body.as_bytes(), key: None, ..call };
    (operation.run)(call).await.map(|_| ())
}

/// What the parameters of a path stand for.
type Parts = Vec<(String, String)>;

/// The operation that a request would be, and the parts of its path.
fn find(method: &str, path: &str) -> Result<(&'static Operation, Parts), Problem> {
    let nothing = || Problem::new(Kind::NotFound, "there is nothing at this path for this method that could be tried");
    let below = path.strip_prefix(ROOT).ok_or_else(nothing)?;
    let parts: Vec<&str> = below.split('/').collect();
    let is_tried = |operation: &&Operation| operation.method.as_str() == method && operation.writes && topic::is_tried(operation.topic);
    let (operation, values) = table()
        .iter()
        .filter(is_tried)
        .find_map(|operation| {
            let known: Vec<&str> = operation.path.split('/').collect();
            (known.len() == parts.len()).then_some(())?;
            let mut values = Vec::new();
            for (known, part) in known.iter().zip(&parts) {
                match known.strip_prefix('{').and_then(|known| known.strip_suffix('}')) {
                    Some(name) => values.push((name, *part)),
                    None if known == part => {}
                    None => return None,
                }
            }
            Some((operation, values))
        })
        .ok_or_else(nothing)?;
    let values = values.into_iter().map(|(name, part)| Ok((name.to_owned(), decoded(part)?))).collect::<Result<_, Problem>>()?;
    Ok((operation, values))
}

/// Says which of the changes it was.
fn placed(mut problem: Problem, place: usize) -> Problem {
    let detail = std::mem::take(&mut problem.detail);
    let fault = Fault::new(Place::Pointer(format!("#/changes/{place}")), detail.clone());
    problem.faults = vec![Fault { kind: Some(problem.kind.urn()), ..fault }];
    problem.detail = format!("change {} of the simulation: {detail}", place + 1);
    if problem.kind == Kind::NotFound {
        problem.kind = Kind::Invalid;
    }
    problem
}
