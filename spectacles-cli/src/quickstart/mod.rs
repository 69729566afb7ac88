//! Everything on one machine: data, key, administrator, registry, namespace, server, and the registry itself when its program is there.
//!
//! | module | what it does |
//! |---|---|
//! | `place` | the directory all of it is in, for one process at a time |
//! | `setup` | what is in the database |
//! | `ports` | ports that are free |
//! | `program`, `install` | the program of a registry: found, or installed |
//! | `child` | that program, running |
//! | `words` | what is printed |
//!
//! Each step looks at what is there already, so that running it again changes nothing and starts everything.

mod child;
mod install;
mod place;
mod ports;
mod program;
mod setup;
mod words;

use crate::config::Global;
use crate::failure::Failure;
use crate::logging::{self, LogSettings};
use crate::output;
use crate::registry_config;
use crate::serve::{self, ProcessSettings, Stop, Web, WebSettings};
use child::Child;
use place::{Place, Remembered};
use program::Program;
use spectacles_core::auth::SecretString;
use spectacles_core::model::Registry;
use spectacles_core::name::UserName;
use spectacles_core::service::Spectacles;
use spectacles_http::resources::PublicKey;
use std::net::SocketAddr;
use std::path::PathBuf;

/// How to set everything up.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The directory that everything is kept in [default: ./spectacles-quickstart]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,

    /// The name of the administrator [default: admin]
    #[arg(long, value_name = "NAME")]
    user: Option<UserName>,

    /// Read the administrator's password from standard input
    ///
    /// Otherwise it is asked for; where nobody is there to be asked, or nothing is typed, one is made up and shown once.
    #[arg(long)]
    password_stdin: bool,

    /// Ask nothing: make up a password, and install Debian's package of the registry where none is there
    #[arg(long)]
    yes: bool,

    /// Where the authorization server listens [default: 127.0.0.1:5001, or another port when that is taken]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,

    /// Where the registry listens [default: 127.0.0.1:5000, or another port when that is taken]
    #[arg(long, value_name = "ADDRESS:PORT")]
    registry_listen: Option<SocketAddr>,
}

/// Where it is, when nobody says anything else.
const DIRECTORY: &str = "spectacles-quickstart";

/// Sets everything up, and runs it until it is stopped.
pub(crate) async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    if global.names_a_database() {
        return Err(Failure::usage("quickstart makes a database of its own; with another one, use `spectacles serve`"));
    }
    let directory = args.dir.clone().or_else(|| global.named_data_dir().cloned()).unwrap_or_else(|| DIRECTORY.into());
    let directory = std::path::absolute(&directory).map_err(|error| Failure::usage(format!("--dir: {error}")))?;
    let own = global.in_directory(&directory);
    let mut place = Place::take(own.made_data_dir()?)?;
    let log = logging::init(&LogSettings::into_file(place.logs(), "spectacles.log"))?;

    let mut process = ProcessSettings::usual(&own)?;
    // Ports are chosen later.
    process.application.told.retain(|setting| setting.name != "SPECTACLES_LISTEN");
    let app = serve::start(&own, &process, &Stop::never()).await?;
    let user = args.user.clone().or_else(|| place.remembered().user.clone()).unwrap_or(setup::usual_administrator()?);
    let new = setup::password(&app, &user, &args).await?;
    let program = Program::find_or_install(global.environment(), args.yes).await;

    let wanted = |option: Option<SocketAddr>, remembered, usual| ports::Wanted { option, remembered, usual };
    let remembered = place.remembered();
    let server = ports::choose("the authorization server", wanted(args.listen, remembered.listen, ports::SERVER), None)?;
    let registry = wanted(args.registry_listen, remembered.registry_listen, ports::REGISTRY);
    let registry = ports::choose("the registry", registry, Some(server))?;
    place.remember(Remembered { user: Some(user.clone()), listen: Some(server), registry_listen: Some(registry) })?;

    let web = Web::bind(WebSettings { listen: server.to_string(), ..WebSettings::default() }).await?;
    let known = setup::registry(&app, registry).await?;
    // The registry reads its configuration when it starts, so that a new secret each time does no harm.
    let secret = app.administration().operator().registries().new_event_secret(&known.service).await?;
    let config = configure(&place, &own, &app, &known, program.as_ref(), (server, registry), secret)?;
    // From here on Ctrl-C is ours: before, it had nothing to tidy up.
    let stop = Stop::on_signals()?;
    let mut child = match &program {
        Some(program) => Some(Child::start(program, &config, &place.registry_log(), registry, global.environment()).await?),
        None => None,
    };
    let password = setup::people(&app, &user, new).await?;
    let ourselves = program::ourselves(global.environment());
    output::text(&words::all(&place, &user, &password, program.as_ref(), server, registry, &ourselves))?;

    let serving = serve::serve_all(web, app, process.background, &log, stop.clone());
    let registry = async {
        match &mut child {
            Some(child) => child.run(&stop).await,
            None => Ok(()),
        }
    };
    tokio::try_join!(registry, serving)?;
    output::note("Everything is stopped. The same command starts it again.");
    Ok(())
}

/// Writes the configuration of the registry; says where it is.
fn configure(
    place: &Place,
    own: &Global,
    app: &Spectacles,
    known: &Registry,
    program: Option<&Program>,
    (server, listen): (SocketAddr, SocketAddr),
    secret: SecretString,
) -> Result<PathBuf, Failure> {
    let server = setup::url(&words::host(server))?;
    // The configuration for 2.8 suits whatever registry somebody finds later.
    let version = program.map(Program::version).unwrap_or_default();
    let args = registry_config::Args::for_directory(known.service.clone(), version, server, place.registry(), listen.to_string())
        .with_event_secret(secret);
    let keys = PublicKey::all(&app.issuer().keys()).map_err(|error| Failure::failed(format!("a key is no JSON: {error}")))?;
    registry_config::write(&args, known, &keys, &place.registry(), own)?;
    Ok(place.registry().join(registry_config::CONFIG))
}
