//! `spectacles namespace`

use super::context::Context;
use super::listing::Listing;
use super::rights;
use super::terms::in_brackets;
use super::values::{joined, or_dash, right, text_or_dash, yes_no};
use crate::failure::Failure;
use crate::output;
use spectacles_core::name::{NamespacePath, ServiceName, UserName};
use spectacles_core::right::Right;
use spectacles_core::service::{NamedGrant, NamespaceChanges, NamespaceView};
use spectacles_http::resources::MakeNamespace;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// List namespaces
    List {
        /// Only those of this registry
        service: Option<ServiceName>,
        #[command(flatten)]
        listing: Listing,
    },
    /// Show a namespace with the rights on it
    Show(Place),
    /// Create a namespace
    ///
    /// It governs the repositories at and below its path, as far as no longer path does.
    Create(Create),
    /// Change a namespace
    Set(Set),
    /// Give a namespace to somebody else, who owns it then
    Transfer {
        #[command(flatten)]
        place: Place,
        /// Who owns it from now on
        user: UserName,
    },
    #[command(flatten)]
    Rights(rights::Command),
    /// Delete a namespace with the rights on it; images stay in the registry
    Delete {
        #[command(flatten)]
        place: Place,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
}

#[derive(clap::Args)]
pub(crate) struct Place {
    /// The registry, by its service name
    pub(super) service: ServiceName,
    /// The path of the namespace: `team`, `team/app`, `*/public`, or `/` for names without a slash
    pub(super) path: NamespacePath,
}

#[derive(clap::Args)]
pub(crate) struct Create {
    #[command(flatten)]
    place: Place,
    /// Who owns it, and has FULL
    #[arg(long, value_name = "USER")]
    owner: Option<UserName>,
    /// Let everybody pull, where the registry has `--anonymous pull`
    #[arg(long)]
    public: bool,
    /// What assigned users may
    #[arg(long, value_name = "RIGHT", value_parser = right(), ignore_case = true, default_value = "FULL")]
    members: Right,
    /// What users in assigned groups may
    #[arg(long, value_name = "RIGHT", value_parser = right(), ignore_case = true, default_value = "NONE")]
    groups: Right,
    /// What all other users may
    #[arg(long, value_name = "RIGHT", value_parser = right(), ignore_case = true, default_value = "NONE")]
    others: Right,
    /// What it is for
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    description: String,
}

#[derive(clap::Args)]
pub(crate) struct Set {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    changes: Changes,
}

#[derive(clap::Args)]
#[group(required = true, multiple = true)]
struct Changes {
    /// A new path
    #[arg(long = "path", value_name = "NEW")]
    new_path: Option<NamespacePath>,
    /// Who owns it, and has FULL
    #[arg(long, value_name = "USER", conflicts_with = "no_owner")]
    owner: Option<UserName>,
    /// Let nobody own it
    #[arg(long)]
    no_owner: bool,
    /// Whether everybody may pull, where the registry has `--anonymous pull`
    #[arg(long)]
    public: Option<bool>,
    /// What assigned users may
    #[arg(long, value_name = "RIGHT", value_parser = right(), ignore_case = true)]
    members: Option<Right>,
    /// What users in assigned groups may
    #[arg(long, value_name = "RIGHT", value_parser = right(), ignore_case = true)]
    groups: Option<Right>,
    /// What all other users may
    #[arg(long, value_name = "RIGHT", value_parser = right(), ignore_case = true)]
    others: Option<Right>,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
}

pub(super) async fn run(command: Command, context: &Context<'_>) -> Result<(), Failure> {
    let namespaces = |service: &ServiceName| context.client().namespaces(Some(service));
    let view = match command {
        Command::List { service, listing } => return list(service.as_ref(), &listing, context).await,
        Command::Delete { place, yes } => return delete(&place, yes, context).await,
        Command::Show(Place { service, path }) => namespaces(&service).show(path.as_str()).await?.thing,
        Command::Create(args) => create(args, context).await?,
        Command::Set(Set { place, changes }) => namespaces(&place.service).change(place.path.as_str(), None, &changes.into()).await?,
        Command::Transfer { place, user } => {
            let owner = NamespaceChanges { owner: Some(Some(user)), ..NamespaceChanges::default() };
            namespaces(&place.service).change(place.path.as_str(), None, &owner).await?
        }
        Command::Rights(command) => rights::run(command, context).await?,
    };
    print(&view, context)
}

async fn create(args: Create, context: &Context<'_>) -> Result<NamespaceView, Failure> {
    let service = args.place.service.clone();
    let view = context.client().namespaces(Some(&service)).create(&args.into()).await?;
    let registry = context.client().registries().show(service.as_str()).await?.thing.registry;
    let first = view.path.as_str().split('/').next().unwrap_or_default();
    if !registry.policy.has_namespaces() {
        output::note(&format!("note: on {} namespaces give no rights: its policy is `{}`", registry.service, registry.policy));
    } else if registry.policy.has_paths() && matches!(first, "users" | "groups" | "apps") {
        let service = &registry.service;
        output::note(&format!("note: on {service} names below {first}/ give rights by themselves; this namespace adds to them"));
    }
    Ok(view)
}

impl From<Create> for MakeNamespace {
    fn from(args: Create) -> Self {
        Self {
            path: args.place.path,
            owner: args.owner,
            description: args.description,
            public: args.public,
            members_right: args.members,
            groups_right: args.groups,
            others_right: args.others,
        }
    }
}

impl From<Changes> for NamespaceChanges {
    fn from(args: Changes) -> Self {
        Self {
            path: args.new_path,
            owner: if args.no_owner { Some(None) } else { args.owner.map(Some) },
            description: args.description,
            public: args.public,
            members_right: args.members,
            groups_right: args.groups,
            others_right: args.others,
        }
    }
}

async fn list(service: Option<&ServiceName>, listing: &Listing, context: &Context<'_>) -> Result<(), Failure> {
    let views = context.client().namespaces(service).all(&listing.ordered("registry,path")).await?;
    let none = "There are no namespaces here yet. Create one with `spectacles namespace create SERVICE PATH`.";
    let head = ["registry", "path", "owner", "public", "members", "groups", "others"];
    context.print_list(&views, listing.none(none), head, |view| {
        [
            view.registry.to_string(),
            view.path.to_string(),
            or_dash(view.owner.as_ref()),
            yes_no(view.public),
            view.members_right.to_string(),
            view.groups_right.to_string(),
            view.others_right.to_string(),
        ]
    })
}

async fn delete(Place { service, path }: &Place, yes: bool, context: &Context<'_>) -> Result<(), Failure> {
    let namespaces = context.client().namespaces(Some(service));
    let mut seen = None;
    if context.asks(yes) {
        let namespace = namespaces.show(path.as_str()).await?;
        let rights = namespace.thing.grants.len();
        let consequences = format!(
            "This deletes namespace {path} on {service} with {rights} right(s) of users and groups. Its images stay in the registry, but \
             nobody may reach them unless a shorter namespace governs them."
        );
        context.confirm(&consequences, yes)?;
        seen = Some(namespace.tag);
    }
    namespaces.delete_seen(&[path.as_str()], seen.as_deref(), &[]).await?;
    context.done(&format!("deleted namespace {path} on {service}"))
}

fn print(view: &NamespaceView, context: &Context<'_>) -> Result<(), Failure> {
    context.print(view, |view| {
        output::fields([
            ("id", view.id.to_string()),
            ("registry", view.registry.to_string()),
            ("path", view.path.to_string()),
            ("owner", or_dash(view.owner.as_ref())),
            ("description", text_or_dash(&view.description)),
            ("public", yes_no(view.public)),
            ("members", view.members_right.to_string()),
            ("groups", view.groups_right.to_string()),
            ("others", view.others_right.to_string()),
            (
                "assigned",
                joined(view.assigned.iter().map(|there| format!("{}{}", there.grantee, in_brackets(&there.terms, there.expired)))),
            ),
            ("granted", joined(view.grants.iter().map(granted))),
            ("created", view.created.to_string()),
            ("updated", view.updated.to_string()),
        ])
    })
}

fn granted(grant: &NamedGrant) -> String {
    format!("{} {}{}", grant.grantee, grant.right, in_brackets(&grant.terms, grant.expired))
}
