//! Who may do what in a namespace, as it comes out of all rules.

use crate::client::{Client, ClientError, When};
use crate::web::shell::Shell;
use crate::web::visit::Trouble;
use form_urlencoded::Serializer;
use spectacles_core::name::{RepositoryName, ServiceName};
use spectacles_core::right::Actions;
use spectacles_core::service::{Explanation, Given, PrincipalAnswer, Who, WhoCan};

/// How many people are listed.
const MOST: usize = 50;

/// Who may do what with the repositories of a namespace.
pub(super) struct Effective {
    /// What whoever asks may do himself.
    pub(super) own: Option<Explanation>,
    pub(super) everybody: Option<Given>,
    pub(super) people: Vec<PrincipalAnswer>,
    /// How many there are, of whom not all may be listed.
    pub(super) number: usize,
    /// The question behind it, as a query without whom it is about.
    query: String,
}

impl Effective {
    /// Asks about a repository that stands for all of them. Administrators and auditors learn of everybody, others of themselves.
    pub(super) async fn read(client: &Client, shell: &Shell<'_>, registry: &ServiceName, repository: &str) -> Result<Self, Trouble> {
        let query = question(registry, repository);
        let mut effective = Self { own: None, everybody: None, people: Vec::new(), number: 0, query };
        let Ok(repository) = repository.parse::<RepositoryName>() else { return Ok(effective) };
        if shell.reads_everything() {
            let told = client.who_can(registry, &repository, Actions::ALL, When::default()).await;
            if let Some(WhoCan { everybody_else, principals, .. }) = unrefused(told)? {
                effective.everybody = everybody_else;
                effective.people = principals.into_iter().filter(|person| !person.like_everybody).collect();
                effective.number = effective.people.len();
                effective.people.truncate(MOST);
            }
        } else if let Some(user) = shell.user.and_then(|name| name.parse().ok()) {
            let told = client.explain(registry, &repository, &Who::User(user), Actions::ALL, When::default()).await;
            effective.own = unrefused(told)?;
        }
        Ok(effective)
    }

    /// Asks why, about somebody.
    pub(super) fn why(&self, kind: &str, name: Option<&str>) -> String {
        let mut about = Serializer::new(String::new());
        about.append_pair("kind", kind).append_pair("name", name.unwrap_or_default());
        format!("{}&{}", self.query, about.finish())
    }

    /// Asks why, about whoever asks.
    pub(super) fn own_why(&self) -> &str {
        &self.query
    }
}

fn question(registry: &ServiceName, repository: &str) -> String {
    Serializer::new(String::new()).append_pair("registry", registry.as_str()).append_pair("repository", repository).finish()
}

/// What is not to be known is not shown; a page does not come to nothing for it.
fn unrefused<T>(told: Result<T, ClientError>) -> Result<Option<T>, Trouble> {
    match told {
        Ok(told) => Ok(Some(told)),
        Err(ClientError::Refused(refusal)) if refusal.status.is_client_error() => Ok(None),
        Err(error) => Err(error.into()),
    }
}
