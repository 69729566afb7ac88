//! `spectacles user`

use super::context::Context;
use super::listing::{Listing, Watch};
use super::terms::with_ends;
use super::values::{or_dash, yes_no};
use super::{avatar, reset_password, sessions};
use crate::ask;
use crate::failure::Failure;
use crate::output;
use spectacles_core::model::{Privileges, User};
use spectacles_core::name::{Email, GroupName, UserName};
use spectacles_core::service::{CreateUser, UserChanges, UserView};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// List users
    List {
        #[command(flatten)]
        listing: Listing,
        #[command(flatten)]
        watch: Watch,
    },
    /// Show a user with his groups
    Show {
        /// Who
        name: UserName,
    },
    /// Create a user
    ///
    /// The password is asked for, or read from standard input with --password-stdin. A user without a password cannot log in.
    Create(Create),
    /// Sign up, as somebody would in the web interface: the first user becomes an administrator
    ///
    /// Later ones may only where REGISTER_ENABLED says so.
    Register(Register),
    /// Change a user
    Set(Set),
    /// Make a link by which a user sets a new password without the one he has
    ///
    /// It is good once, for a day, and those made before are good no longer. Whoever has it is the user: hand it over where nobody else reads it.
    ResetPassword(reset_password::Args),
    /// Give a user a picture, take it away, or write it to a file
    Avatar(avatar::Args),
    /// Delete a user with his rights and memberships
    Delete(Delete),
    /// List where a user is signed in to the web interface, or end that
    Sessions(sessions::Args),
}

#[derive(clap::Args)]
pub(crate) struct Create {
    /// What is typed at `docker login`: lower-case letters and digits, with single `.`, `_` or dashes inside
    name: UserName,
    /// How people address him [default: the name]
    #[arg(long, value_name = "TEXT")]
    display_name: Option<String>,
    /// Where mail goes
    #[arg(long)]
    email: Option<Email>,
    /// Make him an administrator, who may do everything
    #[arg(long)]
    admin: bool,
    /// Make him an auditor, who may read everything and change nothing
    #[arg(long)]
    auditor: bool,
    /// Create him disabled: he can do nothing until he is enabled
    #[arg(long)]
    disabled: bool,
    /// What he may do under the path policy: puller, pusher, manager, separated by commas, or none [default: none]
    /// [env: SPECTACLES_DEFAULT_PRIVILEGES]
    #[arg(long)]
    privileges: Option<Privileges>,
    /// The group that answers for the registries he registers; he is put into it
    #[arg(long, value_name = "GROUP")]
    default_group: Option<GroupName>,
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
}

#[derive(clap::Args)]
pub(crate) struct Register {
    /// What is typed at `docker login`: lower-case letters and digits, with single `.`, `_` or dashes inside
    name: UserName,
    /// Where mail goes
    #[arg(long)]
    email: Option<Email>,
    /// Read the password from standard input: at least 8 characters, with a digit, a small and a capital letter, and a sign
    #[arg(long)]
    password_stdin: bool,
}

#[derive(clap::Args)]
pub(crate) struct Set {
    /// Who
    name: UserName,
    #[command(flatten)]
    changes: Changes,
}

#[derive(clap::Args)]
#[group(required = true, multiple = true)]
struct Changes {
    /// How people address him
    #[arg(long, value_name = "TEXT")]
    display_name: Option<String>,
    /// Where mail goes
    #[arg(long, conflicts_with = "no_email")]
    email: Option<Email>,
    /// Forget where mail goes
    #[arg(long)]
    no_email: bool,
    /// Whether he is an administrator, who may do everything
    #[arg(long)]
    admin: Option<bool>,
    /// Whether he is an auditor, who may read everything and change nothing
    #[arg(long)]
    auditor: Option<bool>,
    /// Whether he may do anything at all
    #[arg(long)]
    enabled: Option<bool>,
    /// What he may do under the path policy: puller, pusher, manager, separated by commas, or none
    #[arg(long)]
    privileges: Option<Privileges>,
    /// The group that answers for the registries he registers: one that he is in
    #[arg(long, value_name = "GROUP", conflicts_with = "no_default_group")]
    default_group: Option<GroupName>,
    /// Let no group answer for the registries he registers
    #[arg(long)]
    no_default_group: bool,
    /// Ask for a new password
    #[arg(long, conflicts_with = "password_stdin")]
    password: bool,
    /// Read a new password from standard input
    #[arg(long)]
    password_stdin: bool,
}

#[derive(clap::Args)]
pub(crate) struct Delete {
    /// Who
    name: UserName,
    /// Who gets the namespaces he owns
    #[arg(long, value_name = "USER")]
    transfer_to: Option<UserName>,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

pub(super) async fn run(command: Command, context: &Context<'_>) -> Result<(), Failure> {
    match command {
        Command::List { listing, watch } => list(&listing, &watch, context).await,
        Command::Show { name } => print(&context.client().users().show(name.as_str()).await?.thing, context),
        Command::Register(args) => register(args, context).await,
        Command::Create(args) => create(args, context).await,
        Command::Set(args) => set(args, context).await,
        Command::ResetPassword(args) => reset_password::run(args, context).await,
        Command::Avatar(args) => avatar::run(args, context).await,
        Command::Delete(args) => delete(args, context).await,
        Command::Sessions(args) => sessions::run(args, context).await,
    }
}

async fn list(listing: &Listing, watch: &Watch, context: &Context<'_>) -> Result<(), Failure> {
    let wanted = listing.wanted();
    let users = async || {
        let views = context.client().users().all(&wanted).await?;
        Ok(views.into_iter().map(|view| view.user).collect())
    };
    watch.run(context, false, users, |users| table(users, listing, context)).await
}

fn table(users: &[User], listing: &Listing, context: &Context<'_>) -> Result<(), Failure> {
    let none = "There are no users yet. Create one with `spectacles user create NAME`.";
    context.print_list(users, listing.none(none), ["name", "display name", "email", "admin", "auditor", "enabled", "privileges"], |user| {
        let User { name, display_name, email, admin, auditor, enabled, privileges, .. } = user;
        let [admin, auditor, enabled] = [*admin, *auditor, *enabled].map(yes_no);
        [name.to_string(), display_name.clone(), or_dash(email.as_ref()), admin, auditor, enabled, privileges.to_string()]
    })
}

fn print(view: &UserView, context: &Context<'_>) -> Result<(), Failure> {
    context.print(view, |UserView { user, has_password, default_group, groups, limited }| {
        let limited = limited.iter().map(|limited| (&limited.group, limited.until, limited.expired));
        output::fields([
            ("id", user.id.to_string()),
            ("name", user.name.to_string()),
            ("display name", user.display_name.clone()),
            ("email", or_dash(user.email.as_ref())),
            ("admin", yes_no(user.admin)),
            ("auditor", yes_no(user.auditor)),
            ("enabled", yes_no(user.enabled)),
            ("privileges", user.privileges.to_string()),
            ("password", if *has_password { "set" } else { "none" }.to_owned()),
            ("groups", with_ends(groups, limited)),
            ("default group", or_dash(default_group.as_ref())),
            ("created", user.created.to_string()),
            ("updated", user.updated.to_string()),
        ])
    })
}

async fn create(args: Create, context: &Context<'_>) -> Result<(), Failure> {
    let name = args.name.clone();
    let password = if args.password_stdin {
        Some(ask::password_from_stdin()?)
    } else if context.may_ask() {
        ask::new_password(&format!("Password of {name} (Enter for none): "))?
    } else {
        None
    };
    let without_password = password.is_none();
    let Create { display_name, email, admin, auditor, privileges, default_group, .. } = args;
    let enabled = !args.disabled;
    let user = CreateUser { name: name.clone(), display_name, email, password, admin, auditor, enabled, privileges, default_group };
    let view = context.client().users().create(&user).await?;
    if without_password {
        output::note(&format!("{name} has no password and cannot log in; `spectacles user set {name} --password` gives one"));
    }
    print(&view, context)
}

async fn register(Register { name, email, password_stdin }: Register, context: &Context<'_>) -> Result<(), Failure> {
    let password = if password_stdin {
        ask::password_from_stdin()?
    } else if ask::somebody_is_there() {
        let typed = ask::new_password(&format!("Password of {name}: "))?;
        typed.ok_or_else(|| Failure::usage("the password is empty; nothing was changed"))?
    } else {
        return Err(Failure::usage("there is nobody to ask for a password; give one with --password-stdin"));
    };
    print(&context.machine("user register")?.register(name, email, password).await?, context)
}

async fn set(args: Set, context: &Context<'_>) -> Result<(), Failure> {
    let Set { name, changes } = args;
    let password = if changes.password_stdin {
        Some(ask::password_from_stdin()?)
    } else if changes.password {
        let typed = ask::new_password(&format!("New password of {name}: "))?;
        Some(typed.ok_or_else(|| Failure::usage("the password is empty; nothing was changed"))?)
    } else {
        None
    };
    let email = if changes.no_email { Some(None) } else { changes.email.map(Some) };
    let default_group = if changes.no_default_group { Some(None) } else { changes.default_group.map(Some) };
    let Changes { display_name, admin, auditor, enabled, privileges, .. } = changes;
    let changes = UserChanges { display_name, email, password, admin, auditor, enabled, privileges, default_group };
    print(&context.client().users().change(name.as_str(), None, &changes).await?, context)
}

async fn delete(args: Delete, context: &Context<'_>) -> Result<(), Failure> {
    let Delete { name, transfer_to, yes } = args;
    let users = context.client().users();
    let mut seen = None;
    if context.asks(yes) {
        seen = Some(users.show(name.as_str()).await?.tag);
        let namespaces = transfer_to.as_ref().map(|heir| format!(" The namespaces he owns go to {heir}.")).unwrap_or_default();
        context.confirm(&format!("This deletes user {name} with his rights and memberships.{namespaces}"), yes)?;
    }
    let heir: Vec<_> = transfer_to.iter().map(|heir| ("heir", heir.as_str())).collect();
    users.delete_seen(&[name.as_str()], seen.as_deref(), &heir).await?;
    context.done(&format!("deleted user {name}"))
}
