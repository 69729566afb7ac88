//! What has expired.

use super::MemoryTx;
use async_trait::async_trait;
use spectacles_core::model::{Ended, Expired, Terms, is_current};
use spectacles_core::store::{ExpiryReads, StoreError};
use spectacles_core::time::Timestamp;

#[async_trait]
impl ExpiryReads for MemoryTx {
    async fn expired(&mut self, moment: Timestamp, limit: u32) -> Result<Vec<Ended>, StoreError> {
        let state = &self.state;
        let end = |until: &Option<Timestamp>| Terms { until: *until, ..Terms::none() };
        let members = state.members.iter().map(|((group, user), until)| (Expired::Member(*group, *user), end(until)));
        let assigned = state.assigned.iter();
        let assigned = assigned.map(|((namespace, grantee), terms)| (Expired::Assignment(*namespace, *grantee), terms.clone()));
        let grants = state.grants.iter();
        let grants = grants.map(|((namespace, grantee), (right, terms))| (Expired::Grant(*namespace, *grantee, *right), terms.clone()));
        let related = state.relations.iter();
        let related = related.map(|((of, relation, group), until)| (Expired::Relation(*of, *relation, *group), end(until)));
        let secrets = state.secrets.iter();
        let secrets = secrets.map(|((service, secret), kept)| (Expired::Secret(*service, *secret), kept.terms.clone()));
        let api_tokens = state.api_tokens.iter().map(|((user, token), kept)| (Expired::ApiToken(*user, *token), end(&kept.until)));
        let all = members.chain(assigned).chain(grants).chain(related).chain(secrets).chain(api_tokens);
        let expired = all.filter(|(_, terms)| !is_current(terms.until, moment)).map(|(what, terms)| Ended { what, terms });
        Ok(expired.take(limit as usize).collect())
    }
}
