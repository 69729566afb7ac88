//! Noting tags, and taking them away.

use super::many::Keyed;
use super::repositories::Counted;
use super::{signed, unsigned};
use crate::rules::{Noted, is_push, later};
use crate::sql::backend::{Row, Value};
use crate::sql::{SqlTx, StoreError};
use spectacles_core::id::{RepositoryId, TagId};
use spectacles_core::listing::version_key;
use spectacles_core::model::{PutTag, Tag};
use spectacles_core::name::Digest;
use spectacles_core::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

macro_rules! columns {
    () => {
        "id, repository_id, name, digest, media_type, size, created, updated, pushed_by, pushed, pulled, pulls"
    };
}

/// A query for all of them, to go on with.
pub(in crate::sql) const ALL: &str = concat!("SELECT ", columns!(), " FROM tags");
/// The same with what [`read_noted`] reads.
const ALL_NOTED: &str = concat!("SELECT seen, ", columns!(), " FROM tags WHERE");

pub(in crate::sql) fn read(row: &mut Row) -> Result<Tag, StoreError> {
    Ok(Tag {
        id: TagId::new(row.integer()?),
        repository: RepositoryId::new(row.integer()?),
        name: row.parsed()?,
        digest: row.parsed()?,
        media_type: row.parsed()?,
        size: row.optional_integer()?.map(unsigned),
        created: row.timestamp()?,
        updated: row.timestamp()?,
        pushed_by: row.optional_text()?,
        pushed: row.optional_timestamp()?,
        pulled: row.optional_timestamp()?,
        pulls: unsigned(row.integer()?),
    })
}

fn read_noted(row: &mut Row) -> Result<Noted, StoreError> {
    Ok(Noted { seen: row.timestamp()?, tag: read(row)? })
}

const TAGS: Keyed = Keyed {
    table: "tags",
    key: &["repository_id", "name"],
    columns: &["version", "digest", "media_type", "size", "created", "updated", "seen", "pushed_by", "pushed", "pulled", "pulls"],
};

/// In which repository, and by which name.
pub(super) type Place = (RepositoryId, String);

impl SqlTx {
    /// Those of many tags that are known.
    pub(super) async fn noted(&mut self, places: &BTreeSet<Place>) -> Result<BTreeMap<Place, Noted>, StoreError> {
        let keys: Vec<[Value<'_>; 2]> = places.iter().map(|(repository, name)| [repository.get().into(), name.as_str().into()]).collect();
        let behind = self.session.spelling().latest;
        let found = self.ask((ALL_NOTED, "(repository_id = ? AND name = ?)", behind), &[], &keys, read_noted).await?;
        Ok(found.into_iter().map(|noted| ((noted.tag.repository, noted.tag.name.to_string()), noted)).collect())
    }

    /// Stores tags: new ones, and those in place of which there is one of the same name.
    pub(super) async fn store_noted<'n>(&mut self, tags: impl Iterator<Item = &'n Noted> + Send) -> Result<(), StoreError> {
        let tags: Vec<_> = tags.map(|noted| (noted, version_key(noted.tag.name.as_str()))).collect();
        let rows: Vec<_> = tags.iter().map(|(noted, version)| row(noted, version)).collect();
        self.put_many(&TAGS, &rows).await
    }

    pub(super) async fn note_tags(&mut self, tags: &[PutTag]) -> Result<(), StoreError> {
        self.lock_content().await?;
        let mut repositories = self.counted(&tags.iter().map(|put| put.repository).collect()).await?;
        let mut known = self.noted(&tags.iter().map(place).collect()).await?;
        let (mut written, mut left) = (BTreeSet::new(), BTreeSet::new());
        for put in tags {
            let repository = repositories.get_mut(&put.repository).ok_or_else(missing)?;
            let place = place(put);
            let moved = match known.get_mut(&place) {
                Some(noted) => {
                    let before = noted.tag.digest.clone();
                    let moved = noted.note(put);
                    left.extend(moved.then_some(before));
                    moved
                }
                None => {
                    known.insert(place.clone(), Noted::new(TagId::new(0), put));
                    repository.tags = repository.tags.saturating_add(1);
                    true
                }
            };
            written.insert(place);
            repository.gone = None;
            repository.updated = if moved { repository.updated.max(put.at) } else { repository.updated };
            repository.pushed = if is_push(put) { later(repository.pushed, put.at) } else { repository.pushed };
        }
        self.store_noted(written.iter().filter_map(|place| known.get(place))).await?;
        self.store_tagged(&repositories).await?;
        self.loosen(&left).await
    }

    /// Takes those away that are meant.
    pub(super) async fn take_tags(
        &mut self,
        tags: &[TagId],
        at: Timestamp,
        meant: impl Fn(&Noted) -> bool + Send,
    ) -> Result<u64, StoreError> {
        self.lock_content().await?;
        let ids: Vec<Value<'_>> = tags.iter().map(|tag| tag.get().into()).collect();
        let sql = (format!("{ALL_NOTED} id"), self.session.spelling().latest);
        let known = self.ask_in((&sql.0, sql.1), &[], &ids, read_noted).await?;
        let known: BTreeMap<TagId, Noted> = known.into_iter().filter(|noted| meant(noted)).map(|noted| (noted.tag.id, noted)).collect();
        let mut repositories = self.counted(&known.values().map(|noted| noted.tag.repository).collect()).await?;
        for noted in known.values() {
            let Some(repository) = repositories.get_mut(&noted.tag.repository) else { continue };
            *repository = Counted { tags: repository.tags.saturating_sub(1), updated: repository.updated.max(at), ..*repository };
            repository.gone = (repository.tags == 0).then_some(at);
        }
        let ids: Vec<Value<'_>> = known.keys().map(|tag| tag.get().into()).collect();
        let removed = self.run_in(("DELETE FROM tags WHERE id", ""), &[], &ids).await?;
        self.store_tagged(&repositories).await?;
        self.loosen(&known.into_values().map(|noted| noted.tag.digest).collect()).await?;
        Ok(removed)
    }

    /// Notes that there may be nothing left that leads to these manifests.
    pub(super) async fn loosen(&mut self, manifests: &BTreeSet<Digest>) -> Result<(), StoreError> {
        let keys: Vec<Value<'_>> = manifests.iter().map(|digest| digest.as_str().into()).collect();
        self.run_in(("UPDATE manifests SET is_loose = 1 WHERE digest", ""), &[], &keys).await.map(|_| ())
    }
}

fn place(put: &PutTag) -> Place {
    (put.repository, put.name.to_string())
}

fn missing() -> StoreError {
    StoreError::InUse("a reference would lead nowhere (a repository)".to_owned())
}

fn row<'v>(Noted { tag, seen }: &'v Noted, version: &'v str) -> Vec<Value<'v>> {
    vec![
        tag.repository.get().into(),
        tag.name.as_str().into(),
        version.into(),
        tag.digest.as_str().into(),
        tag.media_type.as_str().into(),
        tag.size.map(signed).into(),
        tag.created.into(),
        tag.updated.into(),
        (*seen).into(),
        (&tag.pushed_by).into(),
        tag.pushed.into(),
        tag.pulled.into(),
        signed(tag.pulls).into(),
    ]
}
