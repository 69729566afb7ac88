//! One of something for all tests that run at the same time: made by the first that asks, ended after the last.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// A place for one shared thing. Nothing is left behind at the end, as it would be with a static that is never dropped.
pub(crate) struct Shared<T>(Mutex<Weak<T>>);

impl<T> Shared<T> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Weak::new()))
    }

    /// The thing; `make` makes it when no test has it now.
    pub(crate) fn get(&self, make: impl FnOnce() -> T) -> Arc<T> {
        // A test that failed while making it poisons the lock, which must not fail the others.
        let mut place: MutexGuard<'_, Weak<T>> = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        place.upgrade().unwrap_or_else(|| {
            let made = Arc::new(make());
            *place = Arc::downgrade(&made);
            made
        })
    }
}
