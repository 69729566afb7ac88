//! Tokens: what a registry is told about one request.
//!
//! [`Claims`] are what a token says; [`Issuer`] decides, writes them and has them signed. Who asks is settled before: an issuer takes a
//! [`Principal`], never credentials.

mod claims;
mod issuer;
mod system;

pub use claims::{Access, Claims, GrantedActions};
pub use issuer::{Granted, IssueError, Issued, Issuer, IssuerSettings, Principal};
pub use system::SystemTokens;
