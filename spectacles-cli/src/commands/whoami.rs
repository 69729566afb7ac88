//! `spectacles whoami`

use super::api_token::good_for;
use super::context::Context;
use super::values::{joined, or_dash, yes_no};
use crate::config::{Target, database_url};
use crate::failure::Failure;
use crate::output;
use serde::Serialize;
use spectacles_core::time::Timestamp;
use spectacles_http::resources::Me;

/// Where commands go to, and who one is there.
#[derive(Serialize)]
struct View {
    /// The address of the server; none where it is data on this machine.
    server: Option<String>,
    /// The profile that says so.
    profile: Option<String>,
    /// The database on this machine, without its password.
    database: Option<String>,
    /// Until when the token is accepted, as far as that is known here.
    until: Option<Timestamp>,
    #[serde(flatten)]
    me: Me,
}

pub(super) async fn run(context: &Context<'_>) -> Result<(), Failure> {
    let global = context.global();
    let me = context.client().me().await?;
    let view = match global.target()? {
        Target::Store => {
            let database = Some(database_url(global)?.to_string());
            View { server: None, profile: None, database, until: None, me }
        }
        Target::Server(server) => View { server: Some(server.url), profile: server.profile, database: None, until: server.until, me },
    };
    context.print(&view, print)
}

fn print(view: &View) -> Result<(), Failure> {
    let me = &view.me;
    let place = match (&view.server, &view.database) {
        (Some(server), _) => ("server", server.clone()),
        (None, database) => ("database", or_dash(database.as_ref())),
    };
    let mut fields = vec![place];
    fields.extend(view.profile.clone().map(|profile| ("profile", profile)));
    fields.extend([("name", me.name.clone()), ("admin", yes_no(me.admin)), ("auditor", yes_no(me.auditor))]);
    if me.is_user {
        fields.extend([("privileges", me.privileges.to_string()), ("groups", joined(&me.groups))]);
    }
    if let Some(limits) = &me.limits {
        fields.extend([("token for", good_for(limits)), ("token until", or_dash(view.until.map(Timestamp::to_rfc3339_seconds)))]);
    }
    output::fields(fields)
}
