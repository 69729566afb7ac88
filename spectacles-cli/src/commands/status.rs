//! `spectacles status`

use super::context::Context;
use super::values::{or_dash, yes_no};
use crate::failure::Failure;
use crate::output;
use spectacles_core::model::RegistryStatus;
use spectacles_core::time::Timestamp;
use spectacles_http::resources::Status;

pub(super) async fn run(context: &Context<'_>) -> Result<(), Failure> {
    context.print(&context.client().status().await?, print)
}

fn print(status: &Status) -> Result<(), Failure> {
    let Status { version, database, server, registries, keys } = status;
    let mut fields = vec![
        ("version", version.clone()),
        ("database", format!("{} {}", database.kind, database.version).trim_end().to_owned()),
        ("bytes", or_dash(database.bytes)),
        ("migration", or_dash(database.migration)),
    ];
    fields.extend(database.leases.iter().map(|lease| ("held", format!("{} by {} until {}", lease.name, lease.holder, lease.until))));
    if let Some(server) = server {
        fields.extend(server.problems.iter().map(|problem| ("problem", problem.clone())));
        fields.extend([
            ("decisions", format!("{} waiting, {} lost", server.decisions.waiting, server.decisions.lost)),
            ("events", format!("{} waiting, {} lost, {} junk", server.events.waiting, server.events.lost, server.junk_events)),
        ]);
    }
    fields.extend(keys.iter().map(|key| {
        let use_of_it = if key.active { "signs" } else { "is still believed" };
        ("key", format!("{} {} {use_of_it}, certificate until {}", key.algorithm, key.rfc7638, or_dash(key.expires)))
    }));
    output::fields(fields)?;
    if !registries.is_empty() {
        output::line("")?;
        output::list(["registry", "enabled", "looked at", "repositories", "tags", "error"], registries.iter().map(row))?;
    }
    let settings = server.iter().flat_map(|server| &server.settings).filter(|setting| !setting.is_default);
    let settings: Vec<_> = settings.collect();
    if !settings.is_empty() {
        output::line("")?;
        output::list(
            ["setting", "value"],
            settings.into_iter().map(|setting| {
                let value = if setting.is_secret { "(secret)".to_owned() } else { or_dash(setting.value.as_ref()) };
                [setting.name.clone(), value]
            }),
        )?;
    }
    Ok(())
}

fn row(RegistryStatus { service, enabled, state }: &RegistryStatus) -> [String; 6] {
    let number = |number: Option<u64>| or_dash(number);
    [
        service.to_string(),
        yes_no(*enabled),
        or_dash(state.as_ref().and_then(|state| state.succeeded).map(Timestamp::to_rfc3339_seconds)),
        number(state.as_ref().map(|state| state.repositories)),
        number(state.as_ref().map(|state| state.tags)),
        or_dash(state.as_ref().and_then(|state| state.error.clone())),
    ]
}
