//! `spectacles retention`

use super::context::Context;
use super::namespace::Place;
use super::values::{joined, or_dash, text_or_dash, yes_no};
use crate::failure::Failure;
use crate::output;
use spectacles_core::model::{DeletionOutcome, Retention, RetentionPolicy, RetentionRule, RetentionRun};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Show which tags of the repositories of a namespace stay
    Show(Place),
    /// Say which tags of the repositories of a namespace stay, in place of what was said before
    ///
    /// A tag stays that any of these keeps. Without any of them nothing is deleted.
    Set(Set),
    /// Let all tags stay
    Delete {
        #[command(flatten)]
        place: Place,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
    /// Delete what nothing keeps, now
    Run {
        #[command(flatten)]
        place: Place,
        /// Only say what would be deleted
        #[arg(long)]
        dry_run: bool,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
}

#[derive(clap::Args)]
pub(crate) struct Set {
    #[command(flatten)]
    place: Place,
    /// Keep so many tags of each repository that were pushed last
    #[arg(long, value_name = "N")]
    keep_last: Option<u32>,
    /// Keep those that were pushed within so many days
    #[arg(long, value_name = "DAYS")]
    pushed_within: Option<u32>,
    /// Keep those that were pulled within so many days
    #[arg(long, value_name = "DAYS")]
    pulled_within: Option<u32>,
    /// Keep those whose names fit this pattern; may be repeated
    #[arg(long, value_name = "PATTERN")]
    keep_matching: Vec<String>,
    /// Never let anybody delete tags that fit this pattern through this server; may be repeated
    #[arg(long, value_name = "PATTERN")]
    immutable: Vec<String>,
    /// Only for repositories whose names fit this pattern; may be repeated
    #[arg(long = "repository", value_name = "PATTERN")]
    repositories: Vec<String>,
    /// Whether it is carried out by itself, once a day
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set)]
    enabled: bool,
}

pub(super) async fn run(command: Command, context: &Context<'_>) -> Result<(), Failure> {
    let client = context.client();
    let retention = match command {
        Command::Run { place, dry_run, yes } => return carry_out(&place, dry_run, yes, context).await,
        Command::Delete { place: Place { service, path }, yes } => {
            context.confirm(&format!("From now on all tags in namespace {path} on {service} stay, and none is immutable."), yes)?;
            client.delete_retention(&service, &path).await?;
            return context.done(&format!("deleted the retention policy of namespace {path} on {service}"));
        }
        Command::Show(Place { service, path }) => client.retention(&service, &path).await?,
        Command::Set(args) => {
            let (Place { service, path }, policy) = args.policy();
            client.set_retention(&service, &path, &policy).await?
        }
    };
    print(&retention, context)
}

impl Set {
    fn policy(self) -> (Place, RetentionPolicy) {
        let numbers = [
            self.keep_last.map(RetentionRule::Last),
            self.pushed_within.map(RetentionRule::PushedWithinDays),
            self.pulled_within.map(RetentionRule::PulledWithinDays),
        ];
        let matching = (!self.keep_matching.is_empty()).then_some(RetentionRule::Matching(self.keep_matching));
        let keep = numbers.into_iter().chain([matching]).flatten().collect();
        let policy = RetentionPolicy { enabled: self.enabled, keep, immutable: self.immutable, repositories: self.repositories };
        (self.place, policy)
    }
}

async fn carry_out(Place { service, path }: &Place, dry_run: bool, yes: bool, context: &Context<'_>) -> Result<(), Failure> {
    let client = context.client();
    if context.asks(yes) && !dry_run {
        let plan = client.run_retention(service, path, true).await?;
        let verdicts = plan.repositories.iter().flat_map(|repository| &repository.verdicts);
        let number = verdicts.filter(|verdict| verdict.kept_by.is_none()).count();
        let consequences = format!("This deletes {number} tag(s) in namespace {path} on {service}. --dry-run says which.");
        context.confirm(&consequences, yes)?;
    }
    let run = client.run_retention(service, path, dry_run).await?;
    context.print(&run, |run| if run.dry_run { planned(run) } else { done(run) })?;
    let fell_short = run.repositories.iter().flat_map(|repository| &repository.deleted).any(|tag| tag.outcome == DeletionOutcome::Failed);
    if fell_short || !run.complete { Err(Failure::failed("it did not come to its end")) } else { Ok(()) }
}

fn planned(run: &RetentionRun) -> Result<(), Failure> {
    let rows = run.repositories.iter().flat_map(|repository| {
        repository.verdicts.iter().map(|verdict| {
            let what = verdict.kept_by.as_ref().map_or_else(|| "delete".to_owned(), |by| format!("keep: {by}"));
            [repository.repository.to_string(), verdict.tag.to_string(), what]
        })
    });
    output::list(["repository", "tag", "what"], rows)
}

fn done(run: &RetentionRun) -> Result<(), Failure> {
    if run.repositories.is_empty() {
        output::note("There is nothing that would not be kept.");
        return Ok(());
    }
    let rows = run.repositories.iter().flat_map(|repository| {
        repository.deleted.iter().map(|tag| {
            let why = text_or_dash(tag.reason.as_deref().unwrap_or_default());
            [repository.repository.to_string(), tag.tag.to_string(), tag.outcome.to_string(), why]
        })
    });
    output::list(["repository", "tag", "outcome", "why"], rows)
}

fn print(retention: &Retention, context: &Context<'_>) -> Result<(), Failure> {
    context.print(retention, |retention| {
        let policy = &retention.policy;
        output::fields([
            ("enabled", yes_no(policy.enabled)),
            ("keep", joined(policy.keep.iter().map(said))),
            ("immutable", joined(policy.immutable.iter())),
            ("repositories", joined(policy.repositories.iter())),
            ("updated", retention.updated.to_string()),
            ("carried out", or_dash(retention.carried_out.as_ref())),
        ])
    })
}

fn said(rule: &RetentionRule) -> String {
    match rule {
        RetentionRule::Last(number) => format!("the last {number}"),
        RetentionRule::PushedWithinDays(days) => format!("pushed within {days} days"),
        RetentionRule::PulledWithinDays(days) => format!("pulled within {days} days"),
        RetentionRule::Matching(patterns) => format!("called {}", patterns.join(" or ")),
    }
}
