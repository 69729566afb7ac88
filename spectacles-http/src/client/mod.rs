//! Typed calls of the API: of a server, or of a store without one.
//!
//! ```no_run
//! use spectacles_http::client::{Client, Credentials, Wanted};
//! use spectacles_core::service::UserChanges;
//!
//! # #[cfg(feature = "client")]
//! # async fn example() -> Result<(), spectacles_http::client::ClientError> {
//! let client = Client::connect("https://auth.example.com", Credentials::Token("spectacles_...".into()))?;
//! for user in client.users().all(&Wanted::filter("enabled false")).await? {
//!     println!("{} is disabled", user.user.name);
//! }
//! // What was read is changed only if it is still so.
//! let seen = client.users().show("alice").await?;
//! let changes = UserChanges { enabled: Some(false), ..UserChanges::default() };
//! client.users().change("alice", Some(&seen.tag), &changes).await?;
//! # Ok(())
//! # }
//! ```
//!
//! | | |
//! |---|---|
//! | [`Client`] | what is called, and everything there is to call |
//! | [`Collection`], [`Resource`] | lists of things, and what can be done with them |
//! | [`Wanted`], [`Page`], [`Seen`] | which of them, and what comes back |
//! | [`ClientError`], [`Refusal`] | what went wrong |

mod calls;
mod collection;
mod content;
mod error;
mod recorder;
#[cfg(feature = "client")]
mod remote;
mod request;
mod resource;

pub use calls::When;
pub use collection::{Collection, Page, Seen, Wanted};
pub use error::{ClientError, Place, Refusal};
#[cfg(feature = "client")]
pub use remote::Credentials;
pub use request::Ask;
pub use resource::{
    Activities, AppPublications, AppResponsibles, Apps, Assignments, Changes, Consumers, Decisions, Grants, Groups, ImageConsumers, Keys,
    Members, Namespaces, Never, OwnChanges, Registries, RegistryPublications, RegistryResponsibles, Repositories, Resource, Secrets,
    Services, Sessions, Tags, Tokens, Users,
};

use crate::Local;
use crate::local::Visitor;
use crate::resources::SimulatedChange;
use bytes::Bytes;
use http::{Response, StatusCode};
use recorder::Recorder;
#[cfg(feature = "client")]
use remote::Remote;
#[cfg(feature = "client")]
use reqwest::Certificate;
use serde::de::DeserializeOwned;

/// What is called. Cheap to make once, and to be kept.
pub struct Client(Transport);

enum Transport {
    #[cfg(feature = "client")]
    Remote(Remote),
    Local(Box<Local>),
    Visit(Visitor),
    Recording(Recorder),
}

impl Client {
    #[cfg(feature = "client")]
    /// Calls the server at this address: `https://auth.example.com`, with the path in front of `/api/v1` where there is one.
    ///
    /// The process must have a default provider of cryptography for rustls.
    ///
    /// # Errors
    /// [`ClientError::Address`] when the address is none.
    pub fn connect(server: &str, credentials: Credentials) -> Result<Self, ClientError> {
        Ok(Self(Transport::Remote(Remote::new(server, credentials, Vec::new())?)))
    }

    #[cfg(feature = "client")]
    /// The same for a server whose certificate was issued by one of these authorities, beside those that the system trusts: their certificates in
    /// PEM.
    ///
    /// # Errors
    /// As [`connect`](Self::connect), and [`ClientError::Authorities`].
    pub fn connect_trusting(server: &str, credentials: Credentials, authorities: &str) -> Result<Self, ClientError> {
        let authorities =
            Certificate::from_pem_bundle(authorities.as_bytes()).map_err(|error| ClientError::Authorities(error.to_string()))?;
        if authorities.is_empty() {
            return Err(ClientError::Authorities("there are no certificates in it".to_owned()));
        }
        Ok(Self(Transport::Remote(Remote::new(server, credentials, authorities)?)))
    }

    /// Works on a store, as whoever sits at the machine.
    pub fn local(local: Local) -> Self {
        Self(Transport::Local(Box::new(local)))
    }

    /// Works as somebody who has proved to this server who he is.
    pub(crate) fn visit(visitor: Visitor) -> Self {
        Self(Transport::Visit(visitor))
    }

    /// The store, where there is no server in between.
    pub fn as_local(&self) -> Option<&Local> {
        match &self.0 {
            Transport::Local(local) => Some(local),
            Transport::Visit(_) | Transport::Recording(_) => None,
            #[cfg(feature = "client")]
            Transport::Remote(_) => None,
        }
    }

    /// The address of the server, where there is one.
    pub fn server(&self) -> Option<&str> {
        match &self.0 {
            #[cfg(feature = "client")]
            Transport::Remote(remote) => Some(remote.address()),
            Transport::Local(_) | Transport::Visit(_) | Transport::Recording(_) => None,
        }
    }

    /// Does nothing, and writes down what would change something, for [`Client::simulate`]: each such call ends with [`ClientError::Recorded`].
    pub fn recording() -> Self {
        Self(Transport::Recording(Recorder::default()))
    }

    /// What was written down, where nothing is done.
    pub fn recorded(&self) -> Option<Vec<SimulatedChange>> {
        match &self.0 {
            Transport::Recording(recorder) => Some(recorder.changes()),
            #[cfg(feature = "client")]
            Transport::Remote(_) => None,
            Transport::Local(_) | Transport::Visit(_) => None,
        }
    }

    /// Makes a request that nothing else here makes.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn send(&self, ask: Ask) -> Result<Response<Bytes>, ClientError> {
        let answer = self.answer(ask).await?;
        if answer.status().is_success() { Ok(answer) } else { Err(error::refused(&answer)) }
    }

    /// The same for a request that says what is known already: there may be nothing new.
    pub(crate) async fn ask(&self, ask: Ask) -> Result<Response<Bytes>, ClientError> {
        let answer = self.answer(ask).await?;
        let is_good = answer.status().is_success() || answer.status() == StatusCode::NOT_MODIFIED;
        if is_good { Ok(answer) } else { Err(error::refused(&answer)) }
    }

    async fn answer(&self, ask: Ask) -> Result<Response<Bytes>, ClientError> {
        Ok(match &self.0 {
            #[cfg(feature = "client")]
            Transport::Remote(remote) => remote.send(ask).await?,
            Transport::Local(local) => local.call(ask.request()?).await,
            Transport::Visit(visitor) => visitor.call(ask.request()?).await,
            Transport::Recording(recorder) => return Err(recorder.note(&ask)),
        })
    }

    async fn read<T: DeserializeOwned>(&self, ask: Ask) -> Result<T, ClientError> {
        let answer = self.send(ask).await?;
        serde_json::from_slice(answer.body()).map_err(|error| ClientError::Strange(error.to_string()))
    }
}
