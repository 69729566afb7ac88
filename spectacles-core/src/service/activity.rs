//! What happened, as far as it concerns somebody: to what he may see.

use super::actor::{Actor, Person, Standing};
use super::repositories::{Eye, Repositories};
use super::{Error, Member};
use crate::id::{ActivityId, AuditId, RegistryId, UserId};
use crate::listing::{ActivityField, AuditField, Listing, NamedActivity, Page, keys};
use crate::model::{ActivityKind, AuditEntry};
use crate::name::{Digest, NamespacePath, RepositoryName, ServiceName, TagName};
use crate::right::Action;
use crate::store::ReadTx;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;

/// Use cases of what happened.
#[derive(Clone, Copy)]
pub struct ActivityFeed<'a>(pub(super) Actor<'a>);

impl<'a> Member<'a> {
    /// What happened: for ordinary users to what they may see.
    pub fn activity(self) -> ActivityFeed<'a> {
        ActivityFeed(self.0)
    }
}

/// Something that happened to the content of a registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ActivityView {
    /// Ascending with time, as it was noted.
    pub id: ActivityId,
    /// When.
    pub at: Timestamp,
    /// The service of the registry.
    pub registry: ServiceName,
    /// What.
    pub kind: ActivityKind,
    /// To which repository, unless it is about the registry as a whole.
    pub repository: Option<RepositoryName>,
    /// To which tag.
    pub tag: Option<TagName>,
    /// To which manifest.
    pub digest: Option<Digest>,
    /// Who did it, as the subject of the token says; empty where that is not known.
    pub principal: String,
    /// From where; for those who may delete from the repository.
    pub address: Option<String>,
    /// With which program; for those who may delete from the repository.
    pub agent: Option<String>,
    /// What else there is to say.
    pub text: Option<String>,
}

/// Something that was changed here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeView {
    /// Ascending with time.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub actor: String,
    /// What was done: `namespace.create`.
    pub action: String,
    /// To what: `namespace registry.example.com team`.
    pub object: String,
    /// What was otherwise before; for those whose affair that is.
    pub details: Option<Value>,
}

/// How much is read at once where not all of it may be shown.
const AT_ONCE: u32 = 1_000;
/// How often at most. The page is shorter then, and the next one goes on from there.
const ROUNDS: usize = 20;
/// The same of changes, of which it is looked up what they are about.
const CHANGE_ROUNDS: usize = 5;

impl ActivityFeed<'_> {
    /// A page of what happened to the content of registries. Users see what happened to repositories they may pull from.
    ///
    /// # Errors
    /// [`Error::Denied`] for users who ask for addresses, which are not theirs to know; [`Error::Invalid`] when all are wanted and there are too
    /// many.
    pub async fn page(self, listing: &Listing<ActivityField>) -> Result<Page<ActivityView>, Error> {
        let (mut tx, standing, eye) = Repositories(self.0).look().await?;
        let mut query = listing.query(self.0.now(), None);
        if eye.sees_everything() {
            let page = listing.cut(tx.list_activities(&query).await?)?;
            let items = page.items.into_iter().map(|row| view(row, true)).collect();
            return Ok(Page { items, next: page.next });
        }
        if query.filters.iter().any(|filter| filter.field == ActivityField::Address) {
            return Err(Error::Denied("only an administrator or an auditor looks for addresses".to_owned()));
        }
        let wanted = query.limit as usize;
        let (mut seen, mut left_out, mut looked) = (Vec::new(), std::mem::take(&mut query.offset), None);
        query.limit = AT_ONCE;
        for _ in 0..ROUNDS {
            let rows = tx.list_activities(&query).await?;
            let full = rows.len() >= AT_ONCE as usize;
            query.after = rows.last().map(|last| keys(query.order, last));
            looked = rows.last().cloned().filter(|_| full);
            for row in rows.into_iter().filter(|row| concerns(&eye, row)) {
                match left_out.checked_sub(1) {
                    Some(fewer) => left_out = fewer,
                    None => seen.push(row),
                }
            }
            if !full || seen.len() >= wanted {
                break;
            }
        }
        // What is more than the page holds says where it ends; else it ends where nobody has looked further.
        let page = if seen.len() >= wanted {
            seen.truncate(wanted);
            listing.cut(seen)?
        } else {
            listing.cut_short(seen, looked.as_ref())
        };
        let items = page.items.into_iter().map(|row| {
            let whole = is_his(&standing, &eye, &row);
            view(row, whole)
        });
        Ok(Page { items: items.collect(), next: page.next })
    }

    /// A page of what was changed here. Users see what they did themselves, and what was done to their namespaces and to others they may see.
    ///
    /// # Errors
    /// [`Error::Denied`] for users who look for details, which are not always theirs to know; [`Error::Invalid`] when all are wanted and there are
    /// too many.
    pub async fn changes(self, listing: &Listing<AuditField>) -> Result<Page<ChangeView>, Error> {
        let mut tx = self.0.read().await?;
        let standing = self.0.standing(tx.as_mut()).await?;
        let mut query = listing.query(self.0.now(), None);
        let Standing::Own(person) = &standing else {
            let page = listing.cut(tx.list_changes(&query).await?)?;
            let items = page.items.into_iter().map(|entry| told(entry, true)).collect();
            return Ok(Page { items, next: page.next });
        };
        if query.filters.iter().any(|filter| filter.field == AuditField::Details) {
            return Err(Error::Denied("only an administrator or an auditor looks for details of changes".to_owned()));
        }
        let eye = Repositories(self.0).eye(tx.as_mut(), &standing).await?;
        let wanted = query.limit as usize;
        let (mut seen, mut left_out, mut looked) = (Vec::new(), std::mem::take(&mut query.offset), None);
        query.limit = AT_ONCE;
        let mut things = Things::default();
        for _ in 0..CHANGE_ROUNDS {
            let rows = tx.list_changes(&query).await?;
            let full = rows.len() >= AT_ONCE as usize;
            query.after = rows.last().map(|last| keys(query.order, last));
            looked = rows.last().cloned().filter(|_| full);
            for entry in rows {
                if let Some(whole) = self.sees_change(tx.as_mut(), &mut things, person, &eye, &entry).await? {
                    match left_out.checked_sub(1) {
                        Some(fewer) => left_out = fewer,
                        None => seen.push((entry, whole)),
                    }
                }
            }
            if !full || seen.len() >= wanted {
                break;
            }
        }
        let is_full = seen.len() >= wanted;
        seen.truncate(wanted);
        let (entries, whole): (Vec<AuditEntry>, Vec<bool>) = seen.into_iter().unzip();
        let page = if is_full { listing.cut(entries)? } else { listing.cut_short(entries, looked.as_ref()) };
        let items = page.items.into_iter().zip(whole).map(|(entry, whole)| told(entry, whole)).collect();
        Ok(Page { items, next: page.next })
    }

    /// How much happened that passes the filters.
    ///
    /// # Errors
    /// [`Error::Denied`] for ordinary users: everything would have to be looked through.
    pub async fn count(self, listing: &Listing<ActivityField>) -> Result<u64, Error> {
        let mut tx = self.0.read().await?;
        self.check_counts(tx.as_mut()).await?;
        Ok(tx.number_of_activities(&listing.query(self.0.now(), None)).await?)
    }

    /// How many changes pass the filters.
    ///
    /// # Errors
    /// As for [`count`](Self::count).
    pub async fn count_changes(self, listing: &Listing<AuditField>) -> Result<u64, Error> {
        let mut tx = self.0.read().await?;
        self.check_counts(tx.as_mut()).await?;
        Ok(tx.number_of_changes(&listing.query(self.0.now(), None)).await?)
    }

    async fn check_counts(self, tx: &mut dyn ReadTx) -> Result<(), Error> {
        match self.0.standing(tx).await? {
            Standing::Everything => Ok(()),
            Standing::Own(_) => Err(Error::Denied("only an administrator or an auditor is told how much there is".to_owned())),
        }
    }

    /// Whether an ordinary user may know of a change, and whether of all of it.
    ///
    /// What was done to something else that had the same name is no affair of those who have it now.
    async fn sees_change(
        self,
        tx: &mut dyn ReadTx,
        things: &mut Things,
        person: &Person,
        eye: &Eye,
        entry: &AuditEntry,
    ) -> Result<Option<bool>, Error> {
        let record = &entry.record;
        if record.actor == person.user.name.as_str() && person.user.created <= record.at {
            return Ok(Some(true));
        }
        let Some((kind, service, rest)) = parts(&record.object) else { return Ok(None) };
        let Some((registry, since)) = things.registry(tx, &service).await? else { return Ok(None) };
        if since > record.at {
            return Ok(None);
        }
        match kind {
            Kind::Namespace => {
                let Ok(path) = rest.parse::<NamespacePath>() else { return Ok(None) };
                // Asked of what is in memory, before anything is asked of the store.
                if !self.0.sees(person, &service, &path) {
                    return Ok(None);
                }
                let namespace = things.namespace(tx, registry, path).await?;
                Ok(namespace.filter(|namespace| namespace.since <= record.at).map(|namespace| namespace.owner == Some(person.user.id)))
            }
            Kind::Repository => {
                let Ok(name) = rest.split(':').next().unwrap_or_default().parse::<RepositoryName>() else { return Ok(None) };
                if !eye.sees(registry, &name) {
                    return Ok(None);
                }
                if let Some(path) = eye.governing(registry, &name)
                    && things.namespace(tx, registry, path).await?.is_none_or(|namespace| namespace.since > record.at)
                {
                    return Ok(None);
                }
                Ok(Some(may_delete(eye, registry, &name)))
            }
        }
    }
}

/// What entries of the audit trail were found to be about, each of which is looked up once.
#[derive(Default)]
struct Things {
    /// With the moment since which it is there.
    registries: HashMap<ServiceName, Option<(RegistryId, Timestamp)>>,
    namespaces: HashMap<(RegistryId, NamespacePath), Option<Held>>,
}

/// What matters of a namespace.
#[derive(Clone, Copy)]
struct Held {
    owner: Option<UserId>,
    since: Timestamp,
}

impl Things {
    async fn registry(&mut self, tx: &mut dyn ReadTx, service: &ServiceName) -> Result<Option<(RegistryId, Timestamp)>, Error> {
        if let Some(known) = self.registries.get(service) {
            return Ok(*known);
        }
        let found = tx.registry_named(service).await?.map(|registry| (registry.id, registry.created));
        self.registries.insert(service.clone(), found);
        Ok(found)
    }

    async fn namespace(&mut self, tx: &mut dyn ReadTx, registry: RegistryId, path: NamespacePath) -> Result<Option<Held>, Error> {
        let key = (registry, path);
        if let Some(known) = self.namespaces.get(&key) {
            return Ok(*known);
        }
        let found = tx.namespace_at(registry, &key.1).await?;
        let found = found.map(|namespace| Held { owner: namespace.owner, since: namespace.created });
        self.namespaces.insert(key, found);
        Ok(found)
    }
}

/// What an entry of the audit trail is about, of that which concerns ordinary users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Namespace,
    Repository,
}

/// Reads what an entry says it is about: a kind, a registry, and a name without blanks.
fn parts(object: &str) -> Option<(Kind, ServiceName, &str)> {
    let (kind, rest) = object.split_once(' ')?;
    let kind = match kind {
        "namespace" => Kind::Namespace,
        "repository" | "tag" => Kind::Repository,
        _ => return None,
    };
    let (service, name) = rest.rsplit_once(' ')?;
    Some((kind, service.parse().ok()?, name))
}

/// Whether an ordinary user may know of something that happened.
fn concerns(eye: &Eye, row: &NamedActivity) -> bool {
    let record = &row.activity.record;
    record.repository.as_ref().is_some_and(|name| eye.sees(record.registry, name))
}

/// Whether he may know where it came from.
fn is_his(standing: &Standing, eye: &Eye, row: &NamedActivity) -> bool {
    let record = &row.activity.record;
    let own = matches!(standing, Standing::Own(person) if person.user.name.as_str() == record.principal);
    own || record.repository.as_ref().is_some_and(|name| may_delete(eye, record.registry, name))
}

fn may_delete(eye: &Eye, registry: RegistryId, name: &RepositoryName) -> bool {
    eye.actions(registry, name).contains(Action::Delete)
}

fn view(row: NamedActivity, whole: bool) -> ActivityView {
    let record = row.activity.record;
    ActivityView {
        id: row.activity.id,
        at: record.at,
        registry: row.registry,
        kind: record.kind,
        repository: record.repository,
        tag: record.tag,
        digest: record.digest,
        principal: record.principal,
        address: record.address.filter(|_| whole),
        agent: record.agent.filter(|_| whole),
        text: record.text,
    }
}

fn told(entry: AuditEntry, whole: bool) -> ChangeView {
    let record = entry.record;
    ChangeView {
        id: entry.id,
        at: record.at,
        actor: record.actor,
        action: record.action,
        object: record.object,
        details: whole.then_some(record.details),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, parts};

    #[test]
    fn what_an_entry_is_about_is_read_with_blanks_in_the_name_of_the_registry() {
        let read = |object| parts(object).map(|(kind, service, name)| (kind, service.to_string(), name));
        assert_eq!(read("namespace registry.test team/app"), Some((Kind::Namespace, "registry.test".to_owned(), "team/app")));
        assert_eq!(read("tag My Registry team/app:1.0"), Some((Kind::Repository, "My Registry".to_owned(), "team/app:1.0")));
        assert_eq!(read("user alice"), None);
        assert_eq!(read("namespace team"), None);
        assert_eq!(read(""), None);
    }
}
