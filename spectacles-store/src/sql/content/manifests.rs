//! What manifests hold, and forgetting it.

use super::many::Keyed;
use super::{signed, unsigned};
use crate::rules::{LONGEST_LABEL, key};
use crate::sql::backend::{Row, Value};
use crate::sql::{SqlTx, StoreError, broken};
use spectacles_core::id::RegistryId;
use spectacles_core::model::Manifest;
use spectacles_core::name::Digest;
use spectacles_core::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// A query for what [`read`] reads of one registry, to go on with digests.
pub(super) const OF_REGISTRY: &str =
    "SELECT digest, media_type, config_digest, size, details FROM manifests WHERE registry_id = ? AND digest";

const MANIFESTS: Keyed = Keyed {
    table: "manifests",
    key: &[],
    columns: &["digest", "registry_id", "media_type", "config_digest", "size", "details", "is_loose"],
};
const PARTS: Keyed = Keyed { table: "manifest_parts", key: &[], columns: &["digest", "registry_id", "part"] };
const LABELS: Keyed = Keyed { table: "labels", key: &[], columns: &["digest", "registry_id", "label", "value"] };

pub(super) fn read(row: &mut Row) -> Result<Manifest, StoreError> {
    Ok(Manifest {
        digest: row.parsed()?,
        media_type: row.parsed()?,
        config: row.optional_parsed()?,
        size: unsigned(row.integer()?),
        details: serde_json::from_str(&row.text()?).map_err(broken)?,
    })
}

impl SqlTx {
    pub(super) async fn note_manifests(&mut self, registry: RegistryId, manifests: &[Manifest]) -> Result<(), StoreError> {
        self.lock_content().await?;
        let digests: Vec<Value<'_>> = manifests.iter().map(|manifest| manifest.digest.as_str().into()).collect();
        let sql = "SELECT digest FROM manifests WHERE registry_id = ? AND digest";
        let behind = self.session.spelling().latest;
        let known: BTreeSet<String> =
            self.ask_in((sql, behind), &[registry.get().into()], &digests, Row::text).await?.into_iter().collect();
        let mut new: BTreeMap<&str, (&Manifest, String)> = BTreeMap::new();
        for manifest in manifests.iter().filter(|manifest| !known.contains(manifest.digest.as_str())) {
            let details = serde_json::to_string(&manifest.details).map_err(broken)?;
            new.entry(manifest.digest.as_str()).or_insert((manifest, details));
        }
        let rows: Vec<_> = new.values().map(|(manifest, details)| row(registry, manifest, details)).collect();
        self.put_many(&MANIFESTS, &rows).await?;
        let parts: BTreeSet<(&str, &str)> = new
            .iter()
            .flat_map(|(digest, (manifest, _))| {
                let platforms = manifest.details.platforms.iter();
                platforms.filter_map(|platform| Some((*digest, platform.digest.as_ref()?.as_str())))
            })
            .collect();
        let rows: Vec<_> = parts.into_iter().map(|(digest, part)| vec![digest.into(), registry.get().into(), part.into()]).collect();
        self.put_many(&PARTS, &rows).await?;
        let labels: BTreeSet<(&str, String, String)> = new
            .iter()
            .flat_map(|(digest, (manifest, _))| {
                let labels = manifest.details.labels.iter();
                labels.map(|(label, value)| (*digest, key(label, LONGEST_LABEL), key(value, LONGEST_LABEL)))
            })
            .collect();
        let row = |(digest, label, value)| label_row(registry, digest, label, value);
        let rows: Vec<_> = labels.iter().map(|(digest, label, value)| row((*digest, label.as_str(), value.as_str()))).collect();
        self.put_many(&LABELS, &rows).await
    }

    pub(super) async fn forget(&mut self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.lock_content().await?;
        let sql = "SELECT id FROM repositories WHERE gone < ? ORDER BY gone, id LIMIT ?";
        let gone = self.all(sql, &[before.into(), limit.into()], Row::integer).await?;
        let ids: Vec<Value<'_>> = gone.iter().map(|id| (*id).into()).collect();
        let forgotten = self.run_in(("DELETE FROM repositories WHERE id", ""), &[], &ids).await?;
        Ok(forgotten.saturating_add(self.forget_manifests(u64::from(limit)).await?))
    }

    /// Looks at what may have nothing left that leads to it. What a manifest led to that is forgotten is looked at next.
    async fn forget_manifests(&mut self, limit: u64) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        while forgotten < limit {
            let sql = "SELECT registry_id, digest FROM manifests WHERE is_loose = 1 ORDER BY digest, registry_id LIMIT ?";
            let most = signed(limit.saturating_sub(forgotten).min(1_000));
            let read = |row: &mut Row| Ok((row.integer()?, row.parsed::<Digest>()?));
            let loose: BTreeSet<(i64, Digest)> = self.all(sql, &[most.into()], read).await?.into_iter().collect();
            if loose.is_empty() {
                break;
            }
            let keys: Vec<Value<'_>> = loose.iter().map(|(_, digest)| digest.as_str().into()).collect();
            let by_tags = "SELECT repositories.registry_id, tags.digest FROM tags JOIN repositories ON repositories.id = tags.repository_id \
                           WHERE tags.digest";
            let mut led_to: BTreeSet<_> = self.ask_in((by_tags, ""), &[], &keys, read).await?.into_iter().collect();
            let by_manifests = "SELECT registry_id, part FROM manifest_parts WHERE part";
            led_to.extend(self.ask_in((by_manifests, ""), &[], &keys, read).await?);
            self.run_in(("UPDATE manifests SET is_loose = 0 WHERE digest", ""), &[], &keys).await?;
            let mut by_registry: BTreeMap<i64, Vec<&Digest>> = BTreeMap::new();
            for (registry, digest) in loose.iter().filter(|key| !led_to.contains(key)) {
                by_registry.entry(*registry).or_default().push(digest);
            }
            for (registry, digests) in by_registry {
                let keys: Vec<Value<'_>> = digests.iter().map(|digest| digest.as_str().into()).collect();
                let sql = "SELECT part FROM manifest_parts WHERE registry_id = ? AND digest";
                let parts: Vec<Digest> = self.ask_in((sql, ""), &[registry.into()], &keys, Row::parsed).await?;
                let sql = "DELETE FROM manifests WHERE registry_id = ? AND digest";
                forgotten = forgotten.saturating_add(self.run_in((sql, ""), &[registry.into()], &keys).await?);
                self.loosen(&parts.into_iter().collect()).await?;
            }
        }
        Ok(forgotten)
    }
}

fn row<'v>(registry: RegistryId, manifest: &'v Manifest, details: &'v str) -> Vec<Value<'v>> {
    vec![
        manifest.digest.as_str().into(),
        registry.get().into(),
        manifest.media_type.as_str().into(),
        manifest.config.as_ref().map(Digest::as_str).into(),
        signed(manifest.size).into(),
        details.into(),
        true.into(),
    ]
}

fn label_row<'v>(registry: RegistryId, digest: &'v str, label: &'v str, value: &'v str) -> Vec<Value<'v>> {
    vec![digest.into(), registry.get().into(), label.into(), value.into()]
}
