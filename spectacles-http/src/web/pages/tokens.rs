//! API tokens: by which programs act for a user.

use super::choices;
use crate::answer::Answer;
use crate::client::Wanted;
use crate::web::form::Form;
use crate::web::html;
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::name::UserName;
use spectacles_core::service::ApiTokenView;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("tokens", "/users/{user}/tokens", show!(list))]
}

/// An API token, and the form that revokes it.
struct Token {
    view: ApiTokenView,
    revoke: Option<Form>,
}

#[derive(Template)]
#[template(path = "web/tokens.html")]
struct List<'a> {
    shell: Shell<'a>,
    user: &'a UserName,
    tokens: Vec<Token>,
    /// The secret of the token that was just made.
    secret: Option<&'a str>,
    /// How a program uses it.
    example: String,
    make: Option<Form>,
}

async fn list(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let user: UserName = visit.part("user")?;
    let client = visit.client()?;
    let tokens = client.tokens(&user).all(&Wanted::default()).await?;
    let shell = Shell::new(visit, "API tokens");
    let is_own = shell.user == Some(user.as_str());
    let tokens = tokens.into_iter().map(|view| {
        let form = || Form::new(visit, "tokens.delete", "Revoke", &[]).at("user", &user).at("token", view.token.id);
        Token { revoke: (is_own || shell.is_admin).then(|| form().dangerous().done(visit)), view }
    });
    let tokens: Vec<Token> = tokens.collect();
    let secret = visit.made.and_then(|made| made.get("secret")?.as_str());
    let make = if is_own {
        let names = ["name", "until", "limits.read_only", "limits.kinds", "limits.registry", "limits.namespace"];
        let form = Form::new(visit, "tokens.create", "Make API token", &names).at("user", &user);
        let registries = choices::names(client.registries(), choices::ONE, |view| view.registry.service.to_string()).await?;
        let form = form
            .explain(visit, "name", "What it is for. Each of your tokens has another name.")
            .explain(visit, "limits.read_only", "It changes nothing.")
            .explain(visit, "limits.kinds", "It is good for these kinds of things only; for all, where none is chosen.")
            .explain(visit, "limits.registry", "It is good for this registry only.")
            .explain(visit, "limits.namespace", "It is good for this namespace of the registry only.");
        let form = match registries {
            Some(names) => form.choices("limits.registry", choices::plain(names)),
            None => form,
        };
        Some(form.done(visit))
    } else {
        None
    };
    let example = format!("curl --header \"Authorization: Bearer $TOKEN\" {}", visit.address_of("/api/v1/me"));
    Ok(html::page(StatusCode::OK, &List { shell, user: &user, tokens, secret, example, make })?)
}
