//! The database.

use super::Global;
use crate::failure::Failure;
use spectacles_core::store::Store;
use spectacles_store::{DatabaseUrl, Options};
use std::sync::Arc;

/// Opens the database, and brings its tables up to date.
pub(crate) async fn open_store(global: &Global) -> Result<Arc<dyn Store>, Failure> {
    let url = database_url(global)?;
    if global.database_url.is_none() {
        global.made_data_dir()?;
    }
    url.open(Options::default()).await.map_err(|error| Failure::failed(error.to_string()))
}

/// Where the database is.
pub(crate) fn database_url(global: &Global) -> Result<DatabaseUrl, Failure> {
    let url = match &global.database_url {
        Some(url) => url.clone(),
        None => format!("sqlite:///{}", global.data_dir()?.join("spectacles.db").display()),
    };
    url.parse().map_err(|error: spectacles_store::OpenError| Failure::failed(error.to_string()))
}
