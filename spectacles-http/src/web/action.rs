//! Forms that were sent.

use super::form;
use super::html;
use super::origin::Ours;
use super::shell::part_of_path;
use super::visit::{Trouble, Visit};
use crate::api::Operation;
use crate::client::Ask;
use crate::problem::{Kind, Problem};
use http::header::{HeaderName, IF_MATCH};
use serde_json::Value;

/// What a form has come to.
pub(crate) enum Done {
    /// The browser is to go there, and may say that this operation was done, and what takes it back.
    Go { path: String, operation: &'static str, undo: Option<String> },
    /// This is to be shown once, and never again.
    Show(Value),
}

/// Carries out a form: the operation that it names.
pub(crate) async fn run(visit: &Visit<'_>, form: &Ours<'_>) -> Result<Done, Trouble> {
    // Who is nobody has no forms that are operations, and nothing is made of what he sends.
    let client = visit.client()?;
    let sent = form.fields();
    let field = |name: &str| sent.all(name).next();
    let unknown = || Problem::new(Kind::Invalid, "this form asks for something that is not offered");
    let operation = field("_do").and_then(form::find).filter(|operation| operation.writes).ok_or_else(unknown)?;
    if let Some(wanted) = field("_confirm")
        && field("_typed").map(str::trim) != Some(wanted)
    {
        return Err(refused(operation, format!("nothing was done: type `{wanted}` to confirm it")));
    }
    let parts = operation.path.split('/').skip(1).map(|part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
        Some(name) => field(&format!(":{name}")).ok_or_else(unknown),
        None => Ok(part),
    });
    let parts = parts.collect::<Result<Vec<&str>, Problem>>()?;
    let mut ask = Ask::new(operation.method.clone(), parts);
    for (name, value) in sent.pairs() {
        if let Some(name) = name.strip_prefix('?').filter(|_| !value.is_empty()) {
            ask = ask.query(name, value);
        }
    }
    if let Some(body) = form::body(operation, sent).filter(|_| operation.body.is_some()) {
        ask = ask.body(&body)?;
    }
    if operation.needs_precondition {
        ask = ask.header(IF_MATCH, field("_seen").unwrap_or("*"));
    }
    if let Some(once) = field("_once").filter(|once| !once.is_empty()) {
        ask = ask.header(HeaderName::from_static("idempotency-key"), once);
    }
    let answer = client.send(ask).await?;
    let made: Value = serde_json::from_slice(answer.body()).unwrap_or(Value::Null);
    if made.get("secret").is_some_and(Value::is_string) || field("_show").is_some() {
        return Ok(Done::Show(made));
    }
    let here = visit.here();
    let path = field("_next").map_or(here, |next| filled(next, &made));
    let path = html::local_path(&path).unwrap_or("/").to_owned();
    Ok(Done::Go { path, operation: operation.id, undo: field("_undo").map(str::to_owned) })
}

/// A refusal of ours, in the form of those of the API.
fn refused(operation: &Operation, detail: String) -> Trouble {
    let kind = format!("unconfirmed-{}", operation.id);
    Trouble::Refused(Box::new(crate::client::Refusal {
        status: http::StatusCode::BAD_REQUEST,
        kind,
        detail,
        faults: Vec::new(),
        request_id: String::new(),
    }))
}

/// A path with fields of an answer in it, each as one part.
fn filled(path: &str, made: &Value) -> String {
    let Value::Object(fields) = made else { return path.to_owned() };
    fields.iter().fold(path.to_owned(), |path, (name, value)| match value {
        Value::String(text) => path.replace(&format!("{{{name}}}"), &part_of_path(text)),
        Value::Number(number) => path.replace(&format!("{{{name}}}"), &number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => path,
    })
}
