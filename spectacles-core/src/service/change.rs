//! How a change is made: in a transaction that lasts, or on a stage.

use super::{Error, Once};
use crate::live::LiveFacts;
use crate::model::{AuditRecord, KeptRequest};
use crate::store::{ReadTx, WriteTx};
use crate::time::Timestamp;
use async_lock::{Mutex, MutexGuardArc};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// A change in the making. Dropping it undoes it.
pub(super) struct Change {
    /// What the change is made in.
    pub(super) tx: Writing,
    /// The moment of the change.
    pub(super) at: Timestamp,
    /// What is kept of it, so that it is not made twice.
    pub(super) once: Option<Once>,
    actor: String,
    facts: Option<Arc<LiveFacts>>,
}

impl Change {
    /// `facts` follow the change.
    pub(super) fn new(tx: Writing, facts: Option<Arc<LiveFacts>>, actor: String, at: Timestamp) -> Self {
        Self { tx, at, once: None, actor, facts }
    }

    /// Makes the change last together with its audit entry, and brings the facts of this process up to date.
    pub(super) async fn commit(mut self, action: &str, object: String, details: Value) -> Result<(), Error> {
        let record = AuditRecord { at: self.at, actor: self.actor.clone(), action: action.to_owned(), object, details };
        self.tx.append_audit(&record).await?;
        if let Some(Once { key, fingerprint, location }) = self.once.take() {
            self.tx.keep_request(&record.actor, &key, &KeptRequest { fingerprint, location, at: self.at }).await?;
        }
        let lasts = matches!(self.tx, Writing::Store(_));
        self.commit_untold().await?;
        if lasts {
            tracing::info!(actor = record.actor, action, object = record.object, "changed");
        }
        Ok(())
    }

    /// Makes a change last that nobody need be told of: nobody has asked for it, and nothing rests on it.
    pub(super) async fn commit_untold(self) -> Result<(), Error> {
        match self.tx {
            Writing::Store(tx) => tx.commit().await?,
            Writing::Stage(mut scene) => {
                scene.spoiled = false;
                return Ok(());
            }
        }
        if let Some(facts) = self.facts
            && let Err(error) = facts.refresh().await
        {
            // The change is made. The facts follow within a second, or are not vouched for any longer.
            tracing::warn!(%error, "the facts in memory could not be refreshed after a change");
        }
        Ok(())
    }

    /// Adds an entry to the audit trail for something that is changed along with the rest.
    pub(super) async fn also(&mut self, action: &str, object: String, details: Value) -> Result<(), Error> {
        let record = AuditRecord { at: self.at, actor: self.actor.clone(), action: action.to_owned(), object, details };
        Ok(self.tx.append_audit(&record).await?)
    }

    /// Ends a change that turned out to change nothing.
    pub(super) fn leave(self) {
        if let Writing::Stage(mut scene) = self.tx {
            scene.spoiled = false;
        }
    }
}

/// One write transaction, in which several changes are made one after the other, and which never commits.
#[derive(Clone)]
pub(super) struct Stage(Arc<Mutex<Scene>>);

/// What is on a stage.
pub(super) struct Scene {
    tx: Box<dyn WriteTx>,
    /// Whether a change was begun and did not come to its end. What it had done until then cannot be told from the rest.
    spoiled: bool,
}

impl Stage {
    pub(super) fn new(tx: Box<dyn WriteTx>) -> Self {
        Self(Arc::new(Mutex::new(Scene { tx, spoiled: false })))
    }

    fn scene(&self) -> Result<MutexGuardArc<Scene>, Error> {
        // Waiting would be for ever where a change reads beside itself.
        let scene = self.0.try_lock_arc().ok_or_else(|| Error::Refused("a rehearsal makes one change after the other".to_owned()))?;
        if scene.spoiled {
            return Err(Error::Refused("the rehearsal cannot go on after a change that failed".to_owned()));
        }
        Ok(scene)
    }

    pub(super) fn read(&self) -> Result<Reading, Error> {
        Ok(Reading::Stage(self.scene()?))
    }

    pub(super) fn write(&self) -> Result<Writing, Error> {
        let mut scene = self.scene()?;
        scene.spoiled = true;
        Ok(Writing::Stage(scene))
    }
}

/// A transaction that reads: one of its own, or what was changed on a stage.
pub(super) enum Reading {
    Store(Box<dyn ReadTx>),
    Stage(MutexGuardArc<Scene>),
}

impl Reading {
    pub(super) fn as_mut(&mut self) -> &mut dyn ReadTx {
        self.deref_mut()
    }
}

impl Deref for Reading {
    type Target = dyn ReadTx;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Store(tx) => tx.as_ref(),
            Self::Stage(scene) => scene.tx.as_ref(),
        }
    }
}

impl DerefMut for Reading {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match self {
            Self::Store(tx) => tx.as_mut(),
            Self::Stage(scene) => scene.tx.as_mut(),
        }
    }
}

/// A transaction that writes: one of its own, or that of a stage.
pub(super) enum Writing {
    Store(Box<dyn WriteTx>),
    Stage(MutexGuardArc<Scene>),
}

impl Writing {
    /// To read in it.
    pub(super) fn as_mut(&mut self) -> &mut dyn ReadTx {
        self.deref_mut()
    }
}

impl Deref for Writing {
    type Target = dyn WriteTx;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Store(tx) => tx.as_ref(),
            Self::Stage(scene) => scene.tx.as_ref(),
        }
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match self {
            Self::Store(tx) => tx.as_mut(),
            Self::Stage(scene) => scene.tx.as_mut(),
        }
    }
}

/// The fields of `after` that differ from those of `before`, as `{"field": {"before": .., "after": ..}}`.
///
/// Secrets are not serialised, so that they cannot get in here.
pub(super) fn differences(before: &impl Serialize, after: &impl Serialize) -> Value {
    let fields = |thing: Result<Value, serde_json::Error>| match thing {
        Ok(Value::Object(fields)) => fields,
        Ok(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) | Err(_) => Map::new(),
    };
    let (before, after) = (fields(serde_json::to_value(before)), fields(serde_json::to_value(after)));
    let changed = after.into_iter().filter(|(field, _)| field != "updated").filter_map(|(field, after)| {
        let before = before.get(&field).cloned().unwrap_or(Value::Null);
        (before != after).then(|| (field, json!({ "before": before, "after": after })))
    });
    Value::Object(changed.collect())
}
