//! `spectacles access explain`

use super::{Subject, When, tell_of_addresses};
use crate::commands::context::Context;
use crate::commands::values::actions;
use crate::failure::Failure;
use crate::output;
use spectacles_core::access::questions::{State, Step};
use spectacles_core::name::{RepositoryName, ServiceName};
use spectacles_core::right::Actions;
use spectacles_core::service::Explanation;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The registry, by its service name
    service: ServiceName,
    /// The repository; it need not exist
    repository: RepositoryName,
    #[command(flatten)]
    who: Subject,
    /// What he asks for, separated by commas. It matters: WRITE gives pull only to who asks for push as well
    #[arg(long, value_parser = actions, default_value = "pull,push,delete")]
    actions: Actions,
    #[command(flatten)]
    when: When,
}

pub(super) async fn run(args: Args, context: &Context<'_>) -> Result<(), Failure> {
    let who = args.who.who();
    let explanation = context.client().explain(&args.service, &args.repository, &who, args.actions, args.when.of()).await?;
    tell_of_addresses(explanation.address_missing);
    context.print(&explanation, print)
}

fn print(explanation: &Explanation) -> Result<(), Failure> {
    output::line(&explanation.headline())?;
    output::line("")?;
    let who = match (&explanation.user, &explanation.service) {
        (Some(name), _) => ("user", name.to_string()),
        (None, Some(name)) => ("service", name.to_string()),
        (None, None) => ("user", "nobody".to_owned()),
    };
    output::fields([
        ("registry", explanation.registry.to_string()),
        ("repository", explanation.repository.to_string()),
        who,
        ("asked", explanation.requested.to_string()),
        ("allowed", explanation.allowed.to_string()),
        ("because", explanation.because.to_string()),
    ])?;
    if let Some(first) = explanation.advice.first() {
        let any = if explanation.advice.len() > 1 { "Any of these" } else { "This" };
        output::line(&format!("\n{any} would allow {}:", first.allows))?;
        for suggestion in &explanation.advice {
            output::line(&format!("  {}", suggestion.commands.join(" && ")))?;
            output::line(&format!("      {}", suggestion.text))?;
        }
    }
    output::line("\nThe rules, in the order of asking:")?;
    output::rows(explanation.steps.iter().map(row))
}

fn row(step: &Step) -> [String; 3] {
    let mark = match step.state {
        State::Decided => "->",
        State::PassedOver | State::NotReached | State::DoesNotApply => "",
    };
    let text = match step.state {
        State::NotReached => format!("({})", step.text),
        State::Decided if !step.gives.is_empty() => format!("{}: {}", step.gives, step.text),
        State::Decided | State::PassedOver | State::DoesNotApply => step.text.clone(),
    };
    [mark.to_owned(), step.rule.to_string(), text]
}
