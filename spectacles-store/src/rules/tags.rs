//! What becomes of a tag when something is noted of it.

use super::plain;
use spectacles_core::id::TagId;
use spectacles_core::model::{PutTag, Tag};
use spectacles_core::time::Timestamp;

/// A tag, and the latest moment at which it was known to name what it names.
#[derive(Debug, Clone)]
pub(crate) struct Noted {
    pub(crate) tag: Tag,
    pub(crate) seen: Timestamp,
}

/// Whether it was pushed at that moment, and not only seen.
pub(crate) const fn is_push(put: &PutTag) -> bool {
    put.pushed || put.pushed_by.is_some()
}

impl Noted {
    /// One that was not known.
    pub(crate) fn new(id: TagId, put: &PutTag) -> Self {
        let tag = Tag {
            id,
            repository: put.repository,
            name: put.name.clone(),
            digest: put.digest.clone(),
            media_type: put.media_type.clone(),
            size: put.size,
            created: put.at,
            updated: put.at,
            pushed_by: plain(put.pushed_by.as_ref()),
            pushed: is_push(put).then_some(put.at),
            pulled: None,
            pulls: 0,
        };
        Self { tag, seen: put.at }
    }

    /// Takes notice of what it names; whether it names something else from then on. What is known of a later moment stays.
    pub(crate) fn note(&mut self, put: &PutTag) -> bool {
        let tag = &mut self.tag;
        let moves = tag.digest != put.digest;
        if moves && put.at < self.seen {
            return false;
        }
        if moves {
            tag.digest = put.digest.clone();
            tag.media_type = put.media_type.clone();
            tag.size = put.size;
            tag.updated = put.at;
        } else {
            tag.size = put.size.or(tag.size);
            // Where it has never named anything else, the first moment is the first of both.
            if tag.updated == tag.created {
                tag.created = tag.created.min(put.at);
                tag.updated = tag.created;
            }
        }
        self.seen = self.seen.max(put.at);
        if is_push(put) && tag.pushed.is_none_or(|pushed| pushed <= put.at) {
            tag.pushed = Some(put.at);
            tag.pushed_by = plain(put.pushed_by.as_ref());
        }
        moves
    }

    /// Whether it changed, or was pushed, at that moment or later.
    pub(crate) fn has_changed_since(&self, moment: Timestamp) -> bool {
        self.tag.updated >= moment || self.tag.pushed.is_some_and(|pushed| pushed >= moment)
    }
}
