//! Which tags of a namespace stay.

use super::deletions::look;
use crate::answer::Answer;
use crate::client::{Client, ClientError};
use crate::web::form::Form;
use crate::web::html;
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use serde_json::{Value, json};
use spectacles_core::model::{DeletionOutcome, Retention, RetentionPolicy, RetentionRule, RetentionRun};
use spectacles_core::name::{NamespacePath, ServiceName};
use spectacles_core::service::NamespaceView;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("namespaces.retention", "/registries/{registry}/namespaces/{namespace}/retention", show!(one))]
}

/// How many tags that would go, or are gone, are listed.
const MOST: usize = 1_000;

/// A rule in words: what it is about, and its value.
pub(super) type Said = (&'static str, String);

/// Rules in words.
pub(super) fn said(policy: &RetentionPolicy) -> Vec<Said> {
    let words = |rule: &RetentionRule| match rule {
        RetentionRule::Last(number) => ("The last that were pushed:", number.to_string()),
        RetentionRule::PushedWithinDays(days) => ("Pushed within so many days:", days.to_string()),
        RetentionRule::PulledWithinDays(days) => ("Pulled within so many days:", days.to_string()),
        RetentionRule::Matching(patterns) => ("Called like this:", patterns.join(" ")),
    };
    policy.keep.iter().map(words).collect()
}

/// The policy of a namespace, where it has one.
pub(super) async fn policy(client: &Client, registry: &ServiceName, path: &NamespacePath) -> Result<Option<Retention>, Trouble> {
    match client.retention(registry, path).await {
        Ok(retention) => Ok(Some(retention)),
        Err(ClientError::Refused(refusal)) if refusal.status == StatusCode::NOT_FOUND => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A tag that would be deleted, or what became of it.
struct Gone {
    repository: String,
    tag: String,
    outcome: DeletionOutcome,
    siblings: Vec<String>,
    reason: String,
}

/// What came of a run.
struct Run {
    is_dry: bool,
    is_complete: bool,
    kept: u64,
    number: usize,
    /// Not all of them, where there are many.
    gone: Vec<Gone>,
}

impl Run {
    fn new(run: RetentionRun) -> Self {
        let (mut gone, mut kept) = (Vec::new(), 0_u64);
        for repository in run.repositories {
            let name = repository.repository.to_string();
            kept = kept.saturating_add(repository.kept);
            let planned = repository.verdicts.into_iter().filter(|verdict| verdict.kept_by.is_none());
            gone.extend(planned.map(|verdict| Gone {
                repository: name.clone(),
                tag: verdict.tag.to_string(),
                outcome: DeletionOutcome::Planned,
                siblings: Vec::new(),
                reason: String::new(),
            }));
            gone.extend(repository.deleted.into_iter().map(|tag| Gone {
                repository: name.clone(),
                tag: tag.tag.to_string(),
                outcome: tag.outcome,
                siblings: tag.siblings.iter().map(ToString::to_string).collect(),
                reason: tag.reason.unwrap_or_default(),
            }));
        }
        let number = gone.len();
        gone.truncate(MOST);
        Self { is_dry: run.dry_run, is_complete: run.complete, kept, number, gone }
    }
}

#[derive(Template)]
#[template(path = "web/retention.html")]
struct One<'a> {
    shell: Shell<'a>,
    view: NamespaceView,
    retention: Option<Retention>,
    rules: Vec<Said>,
    run: Option<Run>,
    set: Option<Form>,
    attempt: Option<Form>,
    carry_out: Option<Form>,
    delete: Option<Form>,
}

impl One<'_> {
    const fn look(&self, outcome: &DeletionOutcome) -> &'static str {
        look(*outcome)
    }
}

async fn one(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let registry: ServiceName = visit.part("registry")?;
    let path: NamespacePath = visit.part("namespace")?;
    let client = visit.client()?;
    let view = client.namespaces(Some(&registry)).show(path.as_str()).await?.thing;
    let retention = policy(client, &registry, &path).await?;
    let shell = Shell::new(visit, "Which tags stay");
    let is_own = shell.is_admin || view.owner.as_ref().map(|owner| owner.as_str()) == shell.user;
    let run = visit.made.and_then(|made| serde_json::from_value(made.clone()).ok()).map(Run::new);
    let at = |form: Form| form.at("registry", &registry).at("namespace", &path);
    let set = is_own.then(|| at(setting(visit, retention.as_ref())).done(visit));
    let is_there = is_own && retention.is_some();
    let attempt = || at(Form::new(visit, "retention.run", "Say what would be deleted", &[])).with("dry_run", true).with("_show", "run");
    let attempt = is_there.then(|| attempt().done(visit));
    let carry_out = || at(Form::new(visit, "retention.run", "Delete them", &[])).with("dry_run", false).with("_show", "run");
    let is_worth_it = is_there && run.as_ref().is_some_and(|run| run.is_dry && run.number > 0);
    let carry_out = is_worth_it.then(|| carry_out().confirmed_by(&path));
    let delete = is_there.then(|| at(Form::new(visit, "retention.delete", "Keep all tags", &[])).dangerous().done(visit));
    let rules = retention.as_ref().map(|retention| said(&retention.policy)).unwrap_or_default();
    Ok(html::page(StatusCode::OK, &One { shell, view, retention, rules, run, set, attempt, carry_out, delete })?)
}

/// The form for a policy. Of several rules of one kind, as programs may have set them, it shows the one that keeps what all of them keep.
fn setting(visit: &Visit<'_>, retention: Option<&Retention>) -> Form {
    const LABELS: [(&str, &str, &str); 6] = [
        ("keep[].last", "Keep the last", "So many tags of each repository that were pushed last."),
        ("keep[].pushed_within_days", "Keep what was pushed within days", "A tag that was pushed within so many days stays."),
        ("keep[].pulled_within_days", "Keep what was pulled within days", "A tag that somebody pulled within so many days stays."),
        ("keep[].matching", "Keep what is called", "Patterns with * and ?, each on a line: v*"),
        ("immutable", "Immutable tags", "Nobody deletes them through this server. Patterns with * and ?, each on a line."),
        ("repositories", "Only in these repositories", "Patterns with * and ?, each on a line; all, where there are none."),
    ];
    let names: Vec<&str> = LABELS.iter().map(|(name, _, _)| *name).chain(["enabled"]).collect();
    let thing = retention.map(|retention| shown(&retention.policy)).unwrap_or_default();
    let form = Form::new(visit, "retention.set", "Save", &names).filled(&thing);
    let form = LABELS.into_iter().fold(form, |form, (name, label, help)| {
        form.field(name, |field| field.label = visit.language.say(label).to_owned()).explain(visit, name, help)
    });
    form.field("enabled", |field| field.label = visit.language.say("Carry it out once a day").to_owned()).explain(
        visit,
        "enabled",
        "Without it nothing is deleted until somebody does it here.",
    )
}

/// A policy as the fields of the form have it.
fn shown(policy: &RetentionPolicy) -> Value {
    let (mut last, mut pushed, mut pulled, mut matching) = (None, None, None, Vec::new());
    for rule in &policy.keep {
        match rule {
            RetentionRule::Last(number) => last = last.max(Some(*number)),
            RetentionRule::PushedWithinDays(days) => pushed = pushed.max(Some(*days)),
            RetentionRule::PulledWithinDays(days) => pulled = pulled.max(Some(*days)),
            RetentionRule::Matching(patterns) => matching.extend(patterns.iter().cloned()),
        }
    }
    json!({
        "enabled": policy.enabled,
        "immutable": policy.immutable,
        "repositories": policy.repositories,
        "keep[]": { "last": last, "pushed_within_days": pushed, "pulled_within_days": pulled, "matching": matching },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_rules_of_a_kind_are_shown_as_one_that_keeps_what_they_keep() {
        let matching = |pattern: &str| RetentionRule::Matching(vec![pattern.to_owned()]);
        let keep =
            vec![RetentionRule::Last(3), matching("v*"), RetentionRule::Last(9), RetentionRule::PulledWithinDays(30), matching("w*")];
        let fields = shown(&RetentionPolicy { keep, ..RetentionPolicy::default() });
        let expected = json!({ "last": 9, "pushed_within_days": null, "pulled_within_days": 30, "matching": ["v*", "w*"] });
        assert_eq!(fields["keep[]"], expected);
    }
}
