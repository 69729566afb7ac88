//! `spectacles import registry-v1`

use super::super::state;
use super::finish::Finish;
use super::source;
use crate::config::Global;
use crate::failure::Failure;
use crate::output::{self, Format};
use spectacles_core::import::registry_v1::{Options, import};
use spectacles_core::name::{RegistryUrl, ServiceName};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Its configuration, in YAML; `-` for standard input [env: DOCKER_REGISTRY_CONFIG]
    file: Option<PathBuf>,
    /// Which flavor [default: dev] [env: SETTINGS_FLAVOR]
    #[arg(long, value_name = "FLAVOR")]
    profile: Option<String>,
    /// Make a registry of this service name here
    #[arg(long, value_name = "SERVICE", requires = "url")]
    registry: Option<ServiceName>,
    /// How this server reaches it
    #[arg(long, value_name = "URL", requires = "registry")]
    url: Option<RegistryUrl>,
    /// Write config.yml for the registry to this file. Without it, it is printed
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    finish: Finish,
}

pub(super) async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let global = &global.without_profile();
    let environment = global.environment();
    let file = args.file.or_else(|| environment.path("DOCKER_REGISTRY_CONFIG"));
    let file = file.ok_or_else(|| Failure::usage("name the file, or set DOCKER_REGISTRY_CONFIG"))?;
    let profile = match &args.profile {
        Some(profile) => Some(profile.as_str()),
        None => environment.text("SETTINGS_FLAVOR")?,
    };
    let tree = source::tree(&file)?;
    let variable = |name: &str| environment.referred(name).map(str::to_owned);
    let options = Options { profile, registry: args.registry.zip(args.url), variable: &variable };
    let migration = import(&tree, &options).map_err(|problems| state::refused(&file, &problems))?;
    let failed = |error: &dyn std::fmt::Display| Failure::failed(format!("config.yml cannot be written: {error}"));
    let text = serde_saphyr::to_string(&migration.config).map_err(|error| failed(&error))?;
    let text = format!("# Written by `spectacles import registry-v1`. `spectacles registry config` writes the part on `auth`.\n{text}");
    match &args.config {
        Some(config) => {
            source::write_private(config, &text)?;
            output::note(&format!("wrote {}", config.display()));
        }
        // For programs, one document is enough; it may have keys of a storage in it.
        None if global.output() != Format::Table => {}
        None => output::text(&text)?,
    }
    args.finish.run(migration.import, &file, global).await?;
    match migration.without_successor {
        true => Err(Failure::not_found("something has no successor; the report says what")),
        false => Ok(()),
    }
}
