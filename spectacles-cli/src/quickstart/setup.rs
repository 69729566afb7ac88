//! What is in the database.

use super::Args;
use crate::ask;
use crate::failure::Failure;
use crate::output;
use spectacles_core::auth::SecretString;
use spectacles_core::model::Registry;
use spectacles_core::name::{NameError, NamespacePath, RegistryUrl, ServiceName, UserName};
use spectacles_core::random::{SystemRandom, random_text};
use spectacles_core::service::{CreateNamespace, CreateRegistry, CreateUser, Error, RegistryChanges, Spectacles};
use std::net::SocketAddr;

/// What the registry calls itself.
pub(super) const SERVICE: &str = "quickstart";
/// The namespace to try things in.
pub(super) const NAMESPACE: &str = "test";

/// Where the administrator's password comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Password {
    /// He was there before, and so was his password.
    Before,
    /// Somebody typed it or passed it in.
    Given,
    /// It was made up, and nobody knows it yet.
    Made(String),
}

/// The password of an administrator to be created.
pub(super) struct New {
    password: SecretString,
    origin: Password,
}

pub(super) fn usual_administrator() -> Result<UserName, Failure> {
    "admin".parse().map_err(defect)
}

/// Finds out the password for a new administrator; none when he is there already.
///
/// Asked before anything is started, and used after everything has: a password that was made up must not get lost on the way.
pub(super) async fn password(app: &Spectacles, name: &UserName, args: &Args) -> Result<Option<New>, Failure> {
    match app.administration().operator().users().show(name).await {
        Ok(_) => {
            if args.password_stdin {
                output::note(&format!("The user `{name}` exists already. His password stays: `spectacles user set` changes it."));
            }
            return Ok(None);
        }
        Err(Error::NotFound { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let given = if args.password_stdin {
        Some(ask::password_from_stdin()?)
    } else if ask::somebody_is_there() && !args.yes {
        ask::new_password(&format!("Password for the administrator `{name}` (Enter alone makes one up): "))?
    } else {
        None
    };
    Ok(Some(match given {
        Some(password) => New { password, origin: Password::Given },
        None => {
            let made = random_text::<18>(&SystemRandom).map_err(|error| Failure::failed(format!("no password can be made up: {error}")))?;
            New { password: SecretString::from(made.as_str()), origin: Password::Made(made) }
        }
    }))
}

/// Makes sure that the registry is known at this address.
pub(super) async fn registry(app: &Spectacles, address: SocketAddr) -> Result<Registry, Failure> {
    let registries = app.administration().operator().registries();
    let (service, url) = (service()?, url(&super::words::host(address))?);
    match registries.show(&service).await {
        Ok(_) => Ok(registries.set(&service, RegistryChanges { url: Some(url), ..RegistryChanges::default() }).await?.registry),
        Err(Error::NotFound { .. }) => Ok(registries.create(CreateRegistry::new(service, url)).await?.registry),
        Err(error) => Err(error.into()),
    }
}

/// Makes sure that there are the administrator and his namespace. Says where his password comes from.
pub(super) async fn people(app: &Spectacles, name: &UserName, new: Option<New>) -> Result<Password, Failure> {
    let operator = app.administration().operator();
    let origin = match new {
        Some(New { password, origin }) => {
            operator.users().create(CreateUser { password: Some(password), admin: true, ..CreateUser::named(name.clone()) }).await?;
            origin
        }
        None => Password::Before,
    };
    let path: NamespacePath = NAMESPACE.parse().map_err(defect)?;
    let namespace = CreateNamespace { owner: Some(name.clone()), ..CreateNamespace::new(service()?, path) };
    match operator.namespaces().create(namespace).await {
        Ok(_) | Err(Error::Conflict(_)) => Ok(origin),
        Err(error) => Err(error.into()),
    }
}

fn service() -> Result<ServiceName, Failure> {
    SERVICE.parse().map_err(defect)
}

/// The URL of a host, by plain HTTP: it is on this machine.
pub(super) fn url(host: &str) -> Result<RegistryUrl, Failure> {
    format!("http://{host}").parse().map_err(defect)
}

fn defect(error: NameError) -> Failure {
    Failure::failed(error.to_string())
}
