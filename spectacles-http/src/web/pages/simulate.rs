//! What changes would mean: who would gain what by them, and who would lose what.

use super::choices;
use crate::answer::Answer;
use crate::client::{ClientError, When};
use crate::resources::{Simulated, SimulatedChange, Simulation};
use crate::web::html;
use crate::web::page::{Page, show};
use crate::web::shell::{Shell, part_of_path};
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use serde_json::{Value, json};
use spectacles_core::right::Right;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("access.simulate", "/access/simulate", show!(simulate)).posts(show!(simulate))]
}

/// How many differences are shown.
const MOST: u32 = 1_000;

#[derive(Template)]
#[template(path = "web/access_simulate.html")]
struct SimulatePage<'a> {
    shell: Shell<'a>,
    /// What was typed and chosen.
    asked: Asked<'a>,
    /// Each registry.
    registries: Vec<String>,
    rights: Vec<&'static str>,
    /// The changes that are tried, as a document.
    document: String,
    /// The same, for people.
    tried: Vec<String>,
    answer: Option<Simulated>,
    wrong: Option<String>,
}

/// A form, or a link to the page that fills it.
struct Asked<'a>(&'a Visit<'a>);

impl<'a> Asked<'a> {
    fn field(&self, name: &str) -> &'a str {
        self.0.field(name).or_else(|| self.0.parameter(name)).unwrap_or_default().trim()
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.field(name) == value
    }

    /// The change that a button adds to those that are tried.
    fn added(&self) -> Option<SimulatedChange> {
        let path = |parts: &[&str]| {
            let parts: Vec<String> = parts.iter().map(|part| part_of_path(part)).collect();
            format!("{}/{}", crate::api::ROOT, parts.join("/"))
        };
        let change = |method: &str, path: String, body: Value| {
            let body = Some(body).filter(|body| !body.is_null());
            Some(SimulatedChange { method: method.to_owned(), path, body })
        };
        let namespace = ["registries", self.field("registry"), "namespaces", self.field("namespace")];
        let of_namespace = |more: &[&str]| path(&[&namespace[..], more].concat());
        match self.field("add") {
            kind @ ("grants" | "assignments") => {
                let place = of_namespace(&[kind, self.field("grantee_kind"), self.field("grantee")]);
                match (self.field("right"), kind) {
                    ("", _) => change("DELETE", place, Value::Null),
                    (right, "grants") => change("PUT", place, json!({ "right": right })),
                    _ => change("PUT", place, json!({})),
                }
            }
            "member" => change("PUT", path(&["groups", self.field("group"), "members", self.field("user")]), json!({})),
            "no-member" => change("DELETE", path(&["groups", self.field("group"), "members", self.field("user")]), Value::Null),
            "rights" => {
                let fields = ["members_right", "groups_right", "others_right"].map(|name| (name, self.field(name)));
                let body: serde_json::Map<String, Value> = fields
                    .into_iter()
                    .filter(|(_, right)| !right.is_empty())
                    .map(|(name, right)| (name.to_owned(), right.into()))
                    .collect();
                change("PATCH", of_namespace(&[]), body.into())
            }
            _ => None,
        }
    }
}

/// Reads changes: a list of them, or a whole question as the API takes it.
fn read(document: &str) -> Result<Simulation, String> {
    if document.is_empty() {
        return Ok(Simulation { changes: Vec::new(), repositories: Vec::new(), replay_since: None, limit: None });
    }
    let value: Value = serde_json::from_str(document).map_err(|error| format!("this is no JSON: {error}"))?;
    let value = if value.is_array() { json!({ "changes": value }) } else { value };
    serde_json::from_value(value).map_err(|error| format!("these are no changes: {error}"))
}

async fn simulate(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let client = visit.client()?;
    let asked = Asked(visit);
    let registries = choices::names(client.registries(), choices::ONE, |view| view.registry.service.to_string()).await?;
    let rights: Vec<&'static str> = Right::ALL.iter().map(|right| right.as_str()).collect();
    let shell = Shell::new(visit, "What would change?");
    shell.readers_only()?;
    let (mut document, mut answer, mut wrong) = (asked.field("document").to_owned(), None, None);
    let mut tried = Vec::new();
    match read(&document) {
        Ok(mut simulation) => {
            simulation.changes.extend(asked.added());
            simulation.limit = simulation.limit.or(Some(MOST));
            tried = simulation.changes.iter().map(in_words).collect();
            if !simulation.changes.is_empty() {
                document = serde_json::to_string_pretty(&simulation.changes).unwrap_or_default();
                match client.simulate(&simulation, When::default()).await {
                    Ok(told) => answer = Some(told),
                    Err(ClientError::Refused(refusal)) if refusal.status.is_client_error() => wrong = Some(refusal.to_string()),
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Err(error) => wrong = Some(error),
    }
    let status = if wrong.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let registries = registries.unwrap_or_default();
    Ok(html::page(status, &SimulatePage { shell, asked, registries, rights, document, tried, answer, wrong })?)
}

/// A change as people read it.
fn in_words(change: &SimulatedChange) -> String {
    let path = change.path.strip_prefix(crate::api::ROOT).unwrap_or(&change.path);
    let body = change.body.as_ref().filter(|body| body.as_object().is_none_or(|fields| !fields.is_empty()));
    format!("{} {path} {}", change.method, body.map(ToString::to_string).unwrap_or_default()).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_read_as_a_list_or_as_a_whole_question() {
        let change = json!({ "method": "DELETE", "path": "/api/v1/groups/devs/members/bob" });
        let whole = json!({ "changes": [change.clone()], "repositories": ["team/app"] });
        assert_eq!(read(&json!([change]).to_string()).unwrap().changes.len(), 1);
        assert_eq!(read(&whole.to_string()).unwrap().repositories.len(), 1);
        assert!(read("").unwrap().changes.is_empty());
        for wrong in ["{", "[1]", "7", r#"[{"method":"GET"}]"#] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn changes_are_said_shortly() {
        let of = |body| SimulatedChange { method: "PUT".to_owned(), path: "/api/v1/groups/devs/members/bob".to_owned(), body };
        assert_eq!(in_words(&of(Some(json!({})))), "PUT /groups/devs/members/bob");
        assert_eq!(in_words(&of(Some(json!({ "until": null })))), "PUT /groups/devs/members/bob {\"until\":null}");
    }
}
