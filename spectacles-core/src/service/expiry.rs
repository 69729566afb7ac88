//! Taking away what has expired.

use super::names::Names;
use super::{Administration, Error, groups};
use crate::model::{Ended, Expired, Published, Relation, Terms};
use crate::store::ReadTx;
use crate::time::Timestamp;
use serde_json::{Value, json};

impl Administration {
    /// Takes away up to `limit` things that had ended by that moment, and says how many that were. They count as absent since their end;
    /// those that ended a while ago are of no interest to anybody but the audit trail, which tells of each.
    ///
    /// It is one transaction, which others wait for: what it does for one thing must not grow with the number of others, and whoever has many
    /// to take away does so in small portions.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn remove_expired(&self, by: Timestamp, limit: u32) -> Result<usize, Error> {
        // A write transaction that changes nothing would be news for everybody.
        if self.read().await?.expired(by, 1).await?.is_empty() {
            return Ok(0);
        }
        let mut change = self.change("background").await?;
        let mut names = Names::default();
        let mut removed = Vec::new();
        for Ended { what, terms } in change.tx.expired(by, limit).await? {
            let mut details = tell(change.tx.as_mut(), &mut names, what, terms).await?;
            match what {
                Expired::Member(group, user) => match (change.tx.group(group).await?, change.tx.user(user).await?) {
                    (Some(group), Some(user)) => groups::take_out(&mut change, &group, user, &mut details).await?,
                    (None, _) | (_, None) => false,
                },
                Expired::Assignment(namespace, grantee) => change.tx.unassign(namespace, grantee).await?,
                Expired::Grant(namespace, grantee, _) => change.tx.revoke(namespace, grantee).await?,
                Expired::Relation(of, relation, group) => change.tx.unrelate(of, relation, group).await?,
                Expired::Secret(service, secret) => change.tx.delete_secret(service, secret).await?,
                Expired::ApiToken(user, token) => change.tx.delete_api_token(user, token).await?,
            };
            removed.push(details);
        }
        let count = removed.len();
        if count == 0 {
            change.leave();
        } else {
            change.commit("expired.remove", format!("{count} expired"), json!({ "removed": removed })).await?;
        }
        Ok(count)
    }
}

/// What something is that will not be there any more, by names.
async fn tell(tx: &mut dyn ReadTx, names: &mut Names, what: Expired, terms: Terms) -> Result<Value, Error> {
    let until = terms.until;
    Ok(match what {
        Expired::Member(group, user) => {
            json!({ "member": names.user(tx, user).await?, "of": { "group": names.group(tx, group).await? }, "until": until })
        }
        Expired::Assignment(namespace, grantee) => {
            json!({ "assigned": names.grantee(tx, grantee).await?, "of": names.namespace(tx, namespace).await?, "terms": terms })
        }
        Expired::Grant(namespace, grantee, right) => {
            let (who, of) = (names.grantee(tx, grantee).await?, names.namespace(tx, namespace).await?);
            json!({ "granted": who, "of": of, "right": right, "terms": terms })
        }
        Expired::Relation(of, relation, group) => {
            let what = match relation {
                Relation::Publication => "publication",
                Relation::Responsible => "responsible",
            };
            let whose = match of {
                Published::Registry(id) => json!({ "registry": names.registry(tx, id).await? }),
                Published::App(id) => json!({ "app": names.app(tx, id).await? }),
            };
            json!({ what: names.group(tx, group).await?, "of": whose, "until": until })
        }
        Expired::Secret(service, secret) => {
            json!({ "secret": secret, "of": { "service": names.service(tx, service).await? }, "terms": terms })
        }
        Expired::ApiToken(user, token) => json!({ "token": token, "of": { "user": names.user(tx, user).await? }, "until": until }),
    })
}
