//! Signing keys that are given as files.

use super::Global;
use crate::failure::Failure;
use spectacles_core::key::KeyRing;
use spectacles_core::time::Clock;

/// The key that the environment names, or none: then the keys of the database are used, which all processes on it share.
pub(crate) fn load_keys(_global: &Global, _clock: &dyn Clock) -> Result<Option<KeyRing>, Failure> {
    Ok(None)
}
