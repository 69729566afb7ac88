//! What docker and podman ask beside tokens: searching, and the catalog. Both only tell of what whoever asks may pull.

use super::repositories::{Eye, Looking, Sought, found};
use super::spectacles::STALE;
use super::{Error, Spectacles};
use crate::access::Facts;
use crate::auth::{AuthenticationError, Credentials, Identity};
use crate::key::KeyRing;
use crate::listing::{Listing, RepositoryField, Value};
use crate::model::{Anonymous, Circumstances, KidStyle, Registry, Repository, Stars};
use crate::name::{RegistryUrl, RepositoryName};
use crate::time::Timestamp;
use jsonwebtoken::{DecodingKey, Validation};
use serde::Deserialize;
use std::net::IpAddr;

/// Somebody who searches, and from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Searcher {
    who: Looking,
    address: Option<IpAddr>,
}

/// By what it is known which registry somebody means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant<'a> {
    /// It is named.
    Service(&'a str),
    /// By the host of the request, as its clients reach it, or else there is only one.
    Host(Option<&'a str>),
}

/// A repository that a search has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    /// Its name, without the host.
    pub name: RepositoryName,
    /// The first line of its description.
    pub summary: String,
    /// How many stars it has, as [`Settings::stars`](super::Settings::stars) counts them.
    pub stars: u64,
    /// Whether those who answer for the registry vouch for it.
    pub official: bool,
    /// Whether a machine builds it.
    pub automated: bool,
}

/// A part of the names on a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogPage {
    /// The names, in their order.
    pub names: Vec<RepositoryName>,
    /// Whether there are more behind.
    pub more: bool,
}

/// The claims that matter of a registry token.
#[derive(Deserialize)]
struct Shown {
    iss: String,
    sub: String,
    aud: String,
    exp: i64,
    nbf: i64,
    access: Vec<ShownAccess>,
}

#[derive(Deserialize)]
struct ShownAccess {
    r#type: String,
    name: String,
}

impl Searcher {
    /// Somebody without credentials, where the registry admits that.
    pub fn stranger(registry: &Registry, address: Option<IpAddr>) -> Option<Self> {
        (registry.anonymous == Anonymous::Pull).then_some(Self { who: Looking::Anonymous, address })
    }
}

impl Spectacles {
    /// The registry that a request is about, when there is one and it is enabled.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn meant(&self, meant: Meant<'_>) -> Result<Option<Registry>, Error> {
        const PAGE: u32 = 500;
        let mut tx = self.administration().read().await?;
        let found = match meant {
            Meant::Service(service) => match service.parse() {
                Ok(service) => tx.registry_named(&service).await?,
                Err(_) => None,
            },
            Meant::Host(host) => {
                let mut all: Vec<Registry> = Vec::new();
                loop {
                    let page = tx.registries(all.last().map(|last| &last.service), PAGE).await?;
                    let is_last = page.len() < PAGE as usize;
                    all.extend(page);
                    if is_last {
                        break;
                    }
                }
                let is_at = |registry: &Registry| {
                    let urls = [registry.external_url.as_ref(), Some(&registry.url)];
                    host.is_some_and(|host| urls.into_iter().flatten().any(|url| is_host_of(url, host)))
                };
                // Whoever came later does not take over what is asked of the one that was there.
                match all.iter().filter(|registry| registry.enabled && is_at(registry)).min_by_key(|registry| registry.id) {
                    Some(registry) => Some(registry.clone()),
                    None => <[Registry; 1]>::try_from(all).ok().map(|[only]| only),
                }
            }
        };
        Ok(found.filter(|registry| registry.enabled))
    }

    /// Whoever has these credentials: a user or a service account.
    ///
    /// # Errors
    /// `Ok(None)` when they are nobody's; [`AuthenticationError`] when that cannot be said now.
    pub async fn searcher(&self, credentials: &Credentials, address: Option<IpAddr>) -> Result<Option<Searcher>, AuthenticationError> {
        let begun = self.facts().revision();
        let mut identity = self.identify(credentials, address).await?;
        if identity.is_none() && self.has_news(begun).await {
            identity = self.identify(credentials, address).await?;
        }
        let Some(identity) = identity else { return Ok(None) };
        let who = self.facts().read(|facts| match &identity {
            Identity::User(name) => user(facts, name.as_str()),
            Identity::Service(login) => service(facts, login.name.as_str()),
        });
        Ok(who.map(|who| Searcher { who, address }))
    }

    /// Whoever has this token for a registry, which this server has signed: one that was asked for the catalog or for a search, whatever it gives, or
    /// for nothing at all, as podman does. One for repositories says nothing of what else its holder may know.
    ///
    /// # Errors
    /// `Ok(None)` when it is none, or has expired, or its owner is gone; [`AuthenticationError`] when that cannot be said now.
    pub fn searcher_with(
        &self,
        token: &str,
        registry: &Registry,
        address: Option<IpAddr>,
    ) -> Result<Option<Searcher>, AuthenticationError> {
        if !self.facts_are_current() {
            return Err(AuthenticationError::Unavailable(STALE.to_owned()));
        }
        let Some(shown) = read(token, &self.issuer().keys()) else { return Ok(None) };
        let is_for_catalog =
            shown.access.is_empty() || shown.access.iter().any(|access| access.r#type == "registry" && access.name == "catalog");
        let is_ours = shown.iss == self.issuer().settings().issuer && shown.aud == registry.service.as_str();
        if !is_ours || !is_for_catalog || !is_current(&shown, self.clock().now()) {
            return Ok(None);
        }
        if shown.sub.is_empty() {
            return Ok(Searcher::stranger(registry, address));
        }
        // The system itself is nobody who searches: no user has its name.
        let who = self.facts().read(|facts| match shown.sub.strip_prefix("service:") {
            Some(name) => service(facts, name).or_else(|| service(facts, name.rsplit_once('@')?.0)),
            None => user(facts, &shown.sub),
        });
        Ok(who.map(|who| Searcher { who, address }))
    }

    /// The repositories of a registry that fit and that somebody may pull from, up to `limit`: one of exactly this name first, then those with the
    /// most stars, then by name.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn search(&self, searcher: Searcher, registry: &Registry, term: &str, limit: usize) -> Result<Vec<SearchHit>, Error> {
        let eye = self.eye(searcher).await?;
        let by_pulls = self.settings().stars == Stars::Pulls;
        let mut tx = self.administration().read().await?;
        let rows = found(tx.as_mut(), &eye, Sought { registry: Some(registry.id), term, limit, by_pulls }).await?;
        let hit = |row: Repository| SearchHit {
            summary: row.said.summary(),
            stars: if by_pulls { row.pull_days } else { row.stars },
            official: row.said.official,
            automated: row.said.automated,
            name: row.name,
        };
        Ok(rows.into_iter().map(hit).collect())
    }

    /// The names on a registry behind `after` from which somebody may pull, up to `limit`.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn catalog(&self, searcher: Searcher, registry: &Registry, after: Option<&str>, limit: usize) -> Result<CatalogPage, Error> {
        const AT_ONCE: u32 = 1_000;
        let eye = self.eye(searcher).await?;
        let choice = eye.choice(Some(registry.id));
        let listing = Listing::<RepositoryField>::default();
        let mut query = listing.query(self.clock().now(), None);
        query.limit = AT_ONCE;
        let behind = |name: &str| Some(vec![Value::from(name), Value::Number(i64::MAX)]);
        query.after = after.and_then(behind);
        let mut tx = self.administration().read().await?;
        let mut names = Vec::new();
        loop {
            let rows = tx.list_repositories(&choice, &query).await?;
            let full = rows.len() >= AT_ONCE as usize;
            query.after = rows.last().and_then(|last| behind(last.repository.name.as_str()));
            let seen = eye.seen(rows, |row| (row.repository.registry, &row.repository.name));
            names.extend(seen.into_iter().map(|row| row.repository.name));
            if names.len() > limit || !full {
                let more = names.len() > limit;
                names.truncate(limit);
                return Ok(CatalogPage { names, more });
            }
        }
    }

    async fn eye(&self, searcher: Searcher) -> Result<Eye, Error> {
        let circumstances = Circumstances { at: self.clock().now(), from: searcher.address };
        Eye::new(self.administration(), searcher.who, circumstances).await
    }
}

fn user(facts: &Facts, name: &str) -> Option<Looking> {
    facts.user(name).filter(|user| user.enabled).map(|user| Looking::User(user.id))
}

fn service(facts: &Facts, name: &str) -> Option<Looking> {
    facts.service(name).filter(|service| service.enabled).map(|service| Looking::Service(service.id))
}

/// Reads a token that one of these keys has signed.
fn read(token: &str, keys: &KeyRing) -> Option<Shown> {
    let header = jsonwebtoken::decode_header(token).ok()?;
    let mut validation = Validation::new(header.alg);
    validation.required_spec_claims.clear();
    // Compared by whoever asks, with the clock of this server.
    (validation.validate_aud, validation.validate_exp) = (false, false);
    let kid = header.kid.as_deref()?;
    let is_named = |key: &jsonwebtoken::jwk::Jwk, kids: [&str; 2]| kids.contains(&kid).then(|| DecodingKey::from_jwk(key).ok()).flatten();
    let mut keys = keys.iter().filter_map(|key| {
        let public = key.signer().public_key();
        is_named(public.jwk(), [public.kid(KidStyle::Libtrust), public.kid(KidStyle::Rfc7638)])
    });
    keys.find_map(|key| jsonwebtoken::decode::<Shown>(token, &key, &validation).ok()).map(|read| read.claims)
}

fn is_current(shown: &Shown, now: Timestamp) -> bool {
    (shown.nbf..shown.exp).contains(&now.unix_seconds())
}

/// Whether this is how clients write the host of a URL: the usual port may be left out.
pub(super) fn is_host_of(url: &RegistryUrl, host: &str) -> bool {
    let usual = if url.as_str().starts_with("https:") { ":443" } else { ":80" };
    let plain = |host: &str| host.strip_suffix(usual).unwrap_or(host).to_ascii_lowercase();
    plain(url.host()) == plain(host)
}
