//! Lists of things, and what can be done with them.

use super::resource::Resource;
use super::{Ask, Client, ClientError};
use http::Method;
use http::header::{ETAG, IF_MATCH};
use serde::Deserialize;
use std::marker::PhantomData;

/// A list of things: those of a kind, or those that belong to another.
pub struct Collection<'c, R> {
    client: &'c Client,
    path: Vec<String>,
    kind: PhantomData<R>,
}

/// Which of a list are wanted. The words are those of the API.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// `field value`; all must hold.
    pub filters: Vec<String>,
    /// `name,-created`.
    pub order: Option<String>,
    /// Where to begin: [`Page::next`] of the page before.
    pub after: Option<String>,
    /// How many at most.
    pub limit: Option<u32>,
    /// How many to leave out.
    pub offset: Option<u32>,
    /// Whether to count them all.
    pub total: bool,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next one begins; nothing on the last.
    pub next: Option<String>,
    /// How many there are on all pages, where that was asked.
    #[serde(default)]
    pub total: Option<u64>,
}

/// A thing, and the tag that says which state of it this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen<T> {
    /// The thing.
    pub thing: T,
    /// To be given back with a change.
    pub tag: String,
}

impl Wanted {
    /// Those that a filter finds.
    pub fn filter(filter: impl Into<String>) -> Self {
        Self { filters: vec![filter.into()], ..Self::default() }
    }

    fn on(&self, ask: Ask) -> Ask {
        let ask = self.filters.iter().fold(ask, |ask, filter| ask.query("filter", filter));
        let ask = ask.maybe("order", self.order.as_ref()).maybe("after", self.after.as_ref());
        let ask = ask.maybe("limit", self.limit).maybe("offset", self.offset);
        if self.total { ask.query("total", true) } else { ask }
    }
}

impl<'c, R: Resource> Collection<'c, R> {
    pub(super) fn new<'p>(client: &'c Client, path: impl IntoIterator<Item = &'p str>) -> Self {
        Self { client, path: path.into_iter().map(str::to_owned).collect(), kind: PhantomData }
    }

    fn ask(&self, method: Method, name: &[&str]) -> Ask {
        Ask::new(method, self.path.iter().map(String::as_str).chain(name.iter().copied()))
    }

    /// One page.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn page(&self, wanted: &Wanted) -> Result<Page<R::View>, ClientError> {
        self.client.read(wanted.on(self.ask(Method::GET, &[]))).await
    }

    /// All of them, page by page; up to `limit`, where there is one.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn all(&self, wanted: &Wanted) -> Result<Vec<R::View>, ClientError> {
        const PAGE: u32 = 1_000;
        let mut all = Vec::new();
        let mut wanted = wanted.clone();
        let most = wanted.limit.filter(|limit| *limit > 0).map_or(usize::MAX, |limit| limit as usize);
        loop {
            let left = most.saturating_sub(all.len());
            if R::IS_PAGED {
                wanted.limit = Some(u32::try_from(left).unwrap_or(PAGE).min(PAGE));
            }
            let page = self.page(&wanted).await?;
            all.extend(page.items);
            match page.next {
                Some(next) if all.len() < most => (wanted.after, wanted.offset) = (Some(next), None),
                Some(_) | None => return Ok(all),
            }
        }
    }

    /// One of them. Where a name has several parts, see [`show_at`](Self::show_at).
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn show(&self, name: &str) -> Result<Seen<R::View>, ClientError> {
        self.show_at(&[name]).await
    }

    /// One of them, whose name has several parts.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn show_at(&self, name: &[&str]) -> Result<Seen<R::View>, ClientError> {
        let answer = self.client.send(self.ask(Method::GET, name)).await?;
        let tag = answer.headers().get(ETAG).and_then(|tag| tag.to_str().ok()).unwrap_or_default().to_owned();
        let thing = serde_json::from_slice(answer.body()).map_err(|error| ClientError::Strange(error.to_string()))?;
        Ok(Seen { thing, tag })
    }

    /// Creates one.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn create(&self, new: &R::New) -> Result<R::Made, ClientError> {
        self.client.read(self.ask(Method::POST, &[]).body(new)?).await
    }

    /// Changes one, if it is still what was seen: the tag of [`Seen`]. Without a tag it is changed whatever it is.
    ///
    /// # Errors
    /// [`ClientError`]; with status 412 when it has changed meanwhile.
    pub async fn change(&self, name: &str, seen: Option<&str>, changes: &R::Changes) -> Result<R::View, ClientError> {
        let ask = self.ask(Method::PATCH, &[name]).header(IF_MATCH, seen.unwrap_or("*"));
        self.client.read(ask.body(changes)?).await
    }

    /// Makes one so, whether it was or not.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn set(&self, name: &[&str], terms: &R::Terms) -> Result<R::View, ClientError> {
        self.client.read(self.ask(Method::PUT, name).body(terms)?).await
    }

    /// Makes several so, all of them or none.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn add(&self, several: &R::Several) -> Result<Vec<R::View>, ClientError> {
        let page: Page<R::View> = self.client.read(self.ask(Method::POST, &[]).body(several)?).await?;
        Ok(page.items)
    }

    /// Takes several away, all of them or none. `kind` is what they are called: `user`, `group`.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn remove<'n>(&self, kind: &str, names: impl IntoIterator<Item = &'n str>) -> Result<(), ClientError> {
        let ask = names.into_iter().fold(self.ask(Method::DELETE, &[]), |ask, name| ask.query(kind, name));
        self.client.send(ask).await.map(|_| ())
    }

    /// Takes one away.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn delete(&self, name: &[&str]) -> Result<(), ClientError> {
        self.delete_seen(name, None, &[]).await
    }

    /// Takes one away, with parameters; where there is a tag of [`Seen`], only if it is still what was seen.
    ///
    /// # Errors
    /// [`ClientError`]; with status 412 when it has changed meanwhile.
    pub async fn delete_seen(&self, name: &[&str], seen: Option<&str>, query: &[(&str, &str)]) -> Result<(), ClientError> {
        let ask = query.iter().fold(self.ask(Method::DELETE, name), |ask, (name, value)| ask.query(name, value));
        let ask = match seen {
            Some(tag) => ask.header(IF_MATCH, tag),
            None => ask,
        };
        self.client.send(ask).await.map(|_| ())
    }
}
