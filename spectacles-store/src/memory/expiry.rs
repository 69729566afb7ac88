//! What has expired.

use super::MemoryTx;
use async_trait::async_trait;
use spectacles_core::model::{Expired, is_current};
use spectacles_core::store::{ExpiryReads, StoreError};
use spectacles_core::time::Timestamp;

#[async_trait]
impl ExpiryReads for MemoryTx {
    async fn expired(&mut self, moment: Timestamp, limit: u32) -> Result<Vec<Expired>, StoreError> {
        let state = &self.state;
        let members = state.members.iter().map(|((group, user), until)| (Expired::Member(*group, *user), *until));
        let assigned = state.assigned.iter();
        let assigned = assigned.map(|((namespace, grantee), terms)| (Expired::Assignment(*namespace, *grantee), terms.until));
        let grants = state.grants.iter();
        let grants = grants.map(|((namespace, grantee), (_, terms))| (Expired::Grant(*namespace, *grantee), terms.until));
        let related = state.relations.iter();
        let related = related.map(|((of, relation, group), until)| (Expired::Relation(*of, *relation, *group), *until));
        let secrets = state.secrets.iter();
        let secrets = secrets.map(|((service, secret), kept)| (Expired::Secret(*service, *secret), kept.terms.until));
        let all = members.chain(assigned).chain(grants).chain(related).chain(secrets);
        let expired = all.filter(|(_, until)| !is_current(*until, moment)).map(|(thing, _)| thing);
        Ok(expired.take(limit as usize).collect())
    }
}
