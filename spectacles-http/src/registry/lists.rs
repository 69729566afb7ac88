//! Repositories and tags, page by page.

use super::client::HttpRegistry;
use super::link::{self, BadLink};
use super::reply::{Reply, Wanted};
use super::session::{Ask, scope};
use super::trouble;
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use spectacles_core::name::{RepositoryName, TagName};
use spectacles_core::registry::{ClientError, ListPage, PageLink};
use std::collections::HashMap;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

/// How many names are asked for at once: more than that, registries refuse.
const PAGE: u32 = 1_000;

/// How far lists have come that are being read, by their paths.
#[derive(Default)]
pub(super) struct Progress(Mutex<HashMap<String, Far>>);

#[derive(Debug, Clone, Copy, Default)]
struct Far {
    pages: u64,
    names: u64,
}

impl HttpRegistry {
    pub(super) async fn list_repositories(&self, after: Option<&PageLink>) -> Result<ListPage<RepositoryName>, ClientError> {
        let ask = self.page("v2/_catalog", vec!["registry:catalog:*".to_owned()], after)?;
        let mut reply = self.session.send(&ask).await?;
        if reply.status == StatusCode::BAD_REQUEST && after.is_none() {
            // Some take fewer at once, and say so by an error only.
            let mut as_it_likes = ask.clone();
            as_it_likes.url.set_query(None);
            reply = self.session.send(&as_it_likes).await?;
        }
        self.read(&ask, &reply, "repositories", after)
    }

    pub(super) async fn list_tags(&self, repository: &RepositoryName, after: Option<&PageLink>) -> Result<ListPage<TagName>, ClientError> {
        let ask = self.page(&format!("v2/{repository}/tags/list"), scope(repository, "pull"), after)?;
        let reply = self.session.send(&ask).await?;
        self.read(&ask, &reply, "tags", after)
    }

    fn page(&self, path: &str, scopes: Vec<String>, after: Option<&PageLink>) -> Result<Ask, ClientError> {
        let mut ask = self.session.ask(Method::GET, path, scopes)?;
        // Only what is after the path is taken from a link, so that it leads to this list and nowhere else.
        let query = after.map(|link| link.0.split_once('?').map_or("", |(_, query)| query));
        let first = format!("n={PAGE}");
        ask.url.set_query(Some(query.unwrap_or(&first)));
        ask.wanted = Wanted::All(self.session.limits.page);
        Ok(ask)
    }

    fn read<T: FromStr>(&self, ask: &Ask, reply: &Reply, field: &str, after: Option<&PageLink>) -> Result<ListPage<T>, ClientError> {
        let what = ask.what();
        if reply.status != StatusCode::OK {
            if reply.is_absence() && reply.says(&["NAME_UNKNOWN", "NOT_FOUND"]) {
                self.progress.end(ask.url.path());
                return Ok(ListPage { items: Vec::new(), left_out: 0, next: None });
            }
            return Err(trouble::refused(&what, reply));
        }
        let no_list = || trouble::garbage(&what, &format!("what is no list of {field}"));
        let mut body: serde_json::Map<String, Value> = serde_json::from_slice(&reply.body).map_err(|_| no_list())?;
        let names = match body.remove(field) {
            Some(Value::Array(names)) => names,
            Some(Value::Null) => Vec::new(),
            Some(_) | None => return Err(no_list()),
        };
        let count = names.len();
        let items: Vec<T> = names.iter().filter_map(|name| name.as_str()?.parse().ok()).collect();
        let left_out = count.saturating_sub(items.len()) as u64;
        let next = link::next(&reply.headers, &ask.url).map_err(|bad| {
            trouble::garbage(
                &what,
                match bad {
                    BadLink::Elsewhere => "a link to a next page on another server, which is not followed",
                    BadLink::Nonsense => "a link to a next page that is none",
                },
            )
        })?;
        let next = next.map(|query| PageLink(format!("{}?{query}", ask.url.path())));
        if next.is_some() && next.as_ref() == after {
            return Err(trouble::garbage(&what, "a link from a page to itself"));
        }
        if next.is_none() {
            self.progress.end(ask.url.path());
        } else if !self.progress.goes_on(ask.url.path(), after.is_none(), count, &self.session.limits) {
            return Err(trouble::garbage(&what, "a list that does not end"));
        }
        Ok(ListPage { items, left_out, next })
    }
}

impl Progress {
    /// Notes a page with more behind it. `false` when it is enough.
    fn goes_on(&self, list: &str, first: bool, names: usize, limits: &super::Limits) -> bool {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let far = lists.entry(list.to_owned()).or_default();
        if first {
            *far = Far::default();
        }
        far.pages = far.pages.saturating_add(1);
        far.names = far.names.saturating_add(names as u64);
        far.pages < limits.pages && far.names <= limits.names
    }

    fn end(&self, list: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(list);
    }
}

/// What refers to a manifest, as an index lists it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Referrer {
    pub(super) media_type: String,
    pub(super) digest: String,
    pub(super) size: u64,
    #[serde(default)]
    pub(super) artifact_type: Option<String>,
}
