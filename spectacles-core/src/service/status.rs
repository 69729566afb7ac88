//! How what a server rests on is doing.

use super::{Error, Member};
use crate::model::{RegistryStatus, StoreState};

impl Member<'_> {
    /// What the store tells of itself, and how it goes with looking at each registry, by service.
    ///
    /// # Errors
    /// [`Error::Denied`] for whoever is neither administrator nor auditor; [`Error::Unavailable`].
    pub async fn status(self) -> Result<(StoreState, Vec<RegistryStatus>), Error> {
        const PAGE: u32 = 1_000;
        let mut tx = self.0.read().await?;
        self.0.check_reader(tx.as_mut()).await?;
        let mut states = tx.sync_states().await?;
        let mut registries: Vec<RegistryStatus> = Vec::new();
        loop {
            let page = tx.registries(registries.last().map(|last| &last.service), PAGE).await?;
            if page.is_empty() {
                break;
            }
            registries.extend(page.into_iter().map(|registry| {
                let place = states.iter().position(|state| state.registry == registry.id);
                let state = place.map(|place| states.swap_remove(place));
                RegistryStatus { service: registry.service, enabled: registry.enabled, state }
            }));
        }
        drop(tx);
        Ok((self.0.administration.store().describe().await?, registries))
    }
}
