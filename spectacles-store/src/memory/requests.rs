//! Requests that are not to be done twice.

use super::MemoryTx;
use async_trait::async_trait;
use spectacles_core::model::KeptRequest;
use spectacles_core::store::{RequestReads, RequestWrites, StoreError};
use spectacles_core::time::Timestamp;

#[async_trait]
impl RequestReads for MemoryTx {
    async fn request(&mut self, actor: &str, key: &str) -> Result<Option<KeptRequest>, StoreError> {
        Ok(self.state.requests.get(&(actor.to_owned(), key.to_owned())).cloned())
    }

    async fn has_requests_before(&mut self, before: Timestamp) -> Result<bool, StoreError> {
        Ok(self.state.requests.values().any(|kept| kept.at < before))
    }
}

#[async_trait]
impl RequestWrites for MemoryTx {
    async fn keep_request(&mut self, actor: &str, key: &str, request: &KeptRequest) -> Result<(), StoreError> {
        self.state_mut().requests.insert((actor.to_owned(), key.to_owned()), request.clone());
        Ok(())
    }

    async fn forget_requests(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        let requests = &mut self.state_mut().requests;
        let there = requests.len();
        requests.retain(|_, kept| kept.at >= before);
        Ok(u64::try_from(there - requests.len()).unwrap_or(u64::MAX))
    }
}
