//! Proving who somebody is.
//!
//! A [`Chain`] asks one [`Authenticator`] after the other: each says accepted, rejected, or that it does not know the account. An
//! authenticator that cannot answer ends the chain: a weaker one must not be asked in its place. Failed attempts are limited for each
//! account and each address.
//!
//! [`LocalUsers`] checks passwords of users in the store. Because clients send the password with every request, and a check is made to be
//! slow, a password that was just checked is remembered for a short time. [`ServiceAccounts`] checks secrets of programs, which nobody can
//! guess, so that a check costs nothing.

mod authenticator;
mod chain;
mod credentials;
mod foreign;
mod identity;

mod local;
mod memory;
mod password;
mod secret;
mod services;
mod throttle;
mod upgrades;
mod verifier;

pub use authenticator::{Attempt, AuthenticationError, Authenticator, Verdict};
pub use chain::Chain;
pub use credentials::{BadAuthorization, Credentials};
pub use foreign::{ForeignHashError, bcrypt_hash, werkzeug_hash};
pub use identity::{Identity, ServiceLogin};
pub use local::LocalUsers;
pub(crate) use password::check_password;
pub use password::{PasswordError, hash_password, verify_password};
pub use secrecy::{ExposeSecret, SecretString};
pub(crate) use secret::same;
pub use secret::{SECRET_PREFIX, SHORTEST_SECRET, hash_secret, is_secret, new_secret};
pub use services::ServiceAccounts;
pub(crate) use throttle::Limit;
pub use throttle::network;
pub(crate) use upgrades::{Upgrade, Upgrades, method};
pub use verifier::{Busy, VerifierPool};
