//! Finding things of every kind by a part of their name.

use super::call::Call;
use super::operation::{Operation, Outcome, Parameter, run};
use super::reply::Reply;
use super::topic::Topic;
use crate::problem::{Place, Problem};
use crate::resources::{Found, FoundNamespace};
use serde_json::json;
use spectacles_core::listing::{Field, Given, Listing};
use spectacles_core::name::ServiceName;
use spectacles_core::service::FoundTag;

/// How many of each kind, where nothing is said.
const LIMIT: u32 = 10;
const MOST: u32 = 100;

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("search", "/search", Topic::State, "Find things of every kind by a part of their name", run!(search))
            .text(
                "Whoever asks finds what he may see: users, groups, apps, service accounts, registries by service, namespaces by path; repositories by a \
                 part of their name or of the first line of their description, the best first; tags by the beginning of their name or digest.",
            )
            .parameter(
                Parameter::new(
                    "q",
                    "A part of the name; upper and lower case are different, except for repositories. `team/app:1.` finds tags of one repository, \
                     `label:maintainer` and `label:maintainer=alice` tags of images with that label.",
                )
                    .schema(json!({ "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[^\\x00-\\x1f\\x7f-\\x9f]*$" }))
                    .required()
                    .example("team"),
            )
            .parameter(
                Parameter::new("limit", "How many of each kind at most.")
                    .schema(json!({ "type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT })),
            )
            .parameter(Parameter::new("registry", "Only what is on this registry: namespaces, repositories and tags.").of::<ServiceName>())
            .answers::<Found>(),
    ]
}

async fn search(call: Call<'_>) -> Outcome {
    let text: String = call.needed("q")?;
    let limit = call.parameter::<u32>("limit")?.unwrap_or(LIMIT);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::at(Place::Parameter("limit".to_owned()), format!("the limit is 1 to {MOST}")));
    }
    if text.is_empty() || text.chars().count() > 255 || text.chars().any(char::is_control) {
        return Err(Problem::at(Place::Parameter("q".to_owned()), "1 to 255 characters, and no control characters"));
    }
    let wanted = Wanted { text: &text, limit };
    let registry: Option<ServiceName> = call.parameter("registry")?;
    let member = call.member;
    let namespaces = member.namespaces().page(registry.as_ref(), &wanted.listing("path")?).await?.items;
    let mut found = Found {
        namespaces: namespaces.into_iter().map(|view| FoundNamespace { registry: view.registry, path: view.path }).collect(),
        repositories: member.repositories().find(registry.as_ref(), &text, limit as usize).await?,
        tags: tags(&call, registry.as_ref(), &text, limit as usize).await?,
        ..Found::default()
    };
    if registry.is_none() {
        found.users = member.users().page(&wanted.listing("name")?).await?.items.into_iter().map(|view| view.user.name).collect();
        found.groups = member.groups().page(&wanted.listing("name")?).await?.items.into_iter().map(|view| view.group.name).collect();
        found.apps = member.apps().page(&wanted.listing("name")?).await?.items.into_iter().map(|view| view.app.name).collect();
        found.services = member.services().page(&wanted.listing("name")?).await?.items.into_iter().map(|view| view.name).collect();
        let registries = member.registries().page(&wanted.listing("service")?).await?.items;
        found.registries = registries.into_iter().map(|view| view.registry.service).collect();
    }
    Reply::one(&found)
}

/// Tags by name, digest or label.
async fn tags(call: &Call<'_>, registry: Option<&ServiceName>, text: &str, limit: usize) -> Result<Vec<FoundTag>, Problem> {
    let repositories = call.member.repositories();
    let Some(label) = text.strip_prefix("label:") else { return Ok(repositories.find_tags(registry, text, limit).await?) };
    let (label, value) = label.split_once('=').map_or((label, None), |(label, value)| (label, Some(value)));
    Ok(repositories.find_labelled(registry, label, value, limit).await?)
}

struct Wanted<'q> {
    text: &'q str,
    limit: u32,
}

impl Wanted<'_> {
    /// Those whose name has the text somewhere in it.
    fn listing<F: Field>(&self, field: &str) -> Result<Listing<F>, Problem> {
        let filter = format!("{field} %\"{}\"%", self.text.replace('\\', "\\\\").replace('"', "\\\""));
        let limit = self.limit.to_string();
        Ok(Listing::read(Given { filters: &[&filter], limit: Some(&limit), ..Given::default() })?)
    }
}
