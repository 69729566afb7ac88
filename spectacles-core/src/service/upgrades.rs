//! Replacing the password hashes of other programs.

use super::change::Change;
use super::{Error, Spectacles, users};
use crate::auth::{Upgrade, method};
use crate::id::UserId;
use crate::model::User;
use serde_json::{Value, json};

impl Spectacles {
    /// Gives users who have logged in with the hash of another program one of ours.
    pub(super) async fn write_password_upgrades(&self) -> Result<(), Error> {
        let upgrades = self.upgrades().take();
        if upgrades.is_empty() {
            return Ok(());
        }
        let written = self.replace(&upgrades).await;
        if let Err(Error::Unavailable(_) | Error::Busy(_)) = &written {
            self.upgrades().put_back(upgrades);
        }
        written
    }

    /// Replaces each hash that is still the one that was logged in with. Whoever got another password meanwhile keeps that.
    async fn replace(&self, upgrades: &[(UserId, Upgrade)]) -> Result<(), Error> {
        let mut change: Change = self.administration().change("background").await?;
        let mut replaced: Vec<(String, Value)> = Vec::new();
        for (id, Upgrade { before, after }) in upgrades {
            let user = change.tx.user(*id).await?.filter(|user| user.password.as_ref() == Some(before));
            let Some(user) = user else { continue };
            let object = users::object(&user.name);
            // Nothing is another that anybody sees, so that it is no update of the user.
            change.tx.update_user(&User { password: Some(after.clone()), ..user }).await?;
            replaced.push((object, json!({ "from": method(before), "to": "argon2id" })));
        }
        let Some((object, details)) = replaced.pop() else {
            change.leave();
            return Ok(());
        };
        for (object, details) in replaced {
            change.also(ACTION, object, details).await?;
        }
        change.commit(ACTION, object, details).await
    }
}

/// As the audit trail calls it.
const ACTION: &str = "user.password.upgrade";
