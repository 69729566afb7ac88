//! How this server reaches a registry, as people say it.
//!
//! What goes over the connection is of value: tokens of this server, or a password. So only administrators say where an existing registry is, which
//! certificates are good and how this server logs in; a manager who could would send all of that to himself.

use super::actor::Standing;
use super::{Error, form};
use crate::model::{Connection, LoginKind, RegistryPassword, SyncSeconds};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use schemars::JsonSchema;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

/// The longest bundle of certificates, in bytes.
const LONGEST_CA: usize = 64 * 1024;
/// The longest name and password, in bytes.
const LONGEST: usize = 256;

/// How a new registry is reached.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct NewConnection {
    /// See [`Connection::insecure`]. For administrators.
    #[serde(default)]
    pub insecure: bool,
    /// See [`Connection::ca`]. For administrators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 65536))]
    pub ca: Option<String>,
    /// See [`Connection::login`]. For administrators.
    #[serde(default)]
    pub login: LoginKind,
    /// See [`Connection::username`]. For administrators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 256), regex(pattern = crate::name::LINE))]
    pub username: Option<String>,
    /// The password that goes with it. For administrators.
    #[serde(default, with = "form::secret", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<form::Secret>")]
    pub password: Option<SecretString>,
    /// See [`Connection::sync_seconds`].
    #[serde(default)]
    pub sync_seconds: SyncSeconds,
}

/// What to change of how a registry is reached; what is left out stays. All but the last is for administrators.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct ConnectionChanges {
    /// See [`Connection::insecure`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insecure: Option<bool>,
    /// See [`Connection::ca`]; `null` removes it.
    #[serde(default, deserialize_with = "form::removable", skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 65536), extend("removable" = true))]
    pub ca: Option<Option<String>>,
    /// See [`Connection::login`]. Anything but `basic` forgets name and password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<LoginKind>,
    /// See [`Connection::username`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 256), regex(pattern = crate::name::LINE))]
    pub username: Option<String>,
    /// A new password.
    #[serde(default, with = "form::secret", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<form::Secret>")]
    pub password: Option<SecretString>,
    /// See [`Connection::sync_seconds`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync_seconds: Option<SyncSeconds>,
}

impl NewConnection {
    pub(super) fn checked(self) -> Result<Connection, Error> {
        let Self { insecure, ca, login, username, password, sync_seconds } = self;
        checked(Connection { insecure, ca, login, username, password: password.as_ref().map(wrapped), sync_seconds })
    }
}

impl ConnectionChanges {
    pub(super) fn apply(self, known: Connection) -> Result<Connection, Error> {
        let before = known.clone();
        let Self { insecure, ca, login, username, password, sync_seconds } = self;
        let mut connection = Connection {
            insecure: insecure.unwrap_or(known.insecure),
            ca: ca.unwrap_or(known.ca),
            login: login.unwrap_or(known.login),
            username: username.or(known.username),
            password: password.as_ref().map(wrapped).or(known.password),
            sync_seconds: sync_seconds.unwrap_or(known.sync_seconds),
        };
        if login.is_some_and(|login| login != LoginKind::Basic) {
            (connection.username, connection.password) = (None, None);
        }
        // What was there before need not be right by today's rules.
        if connection == before { Ok(connection) } else { checked(connection) }
    }
}

fn wrapped(password: &SecretString) -> RegistryPassword {
    RegistryPassword::new(password.expose_secret().to_owned())
}

fn checked(connection: Connection) -> Result<Connection, Error> {
    let invalid = |text: &str| Err(Error::Invalid(text.to_owned()));
    if let Some(ca) = &connection.ca {
        if ca.len() > LONGEST_CA {
            return invalid("`ca` has more than 65536 bytes; the certificate of the authority alone is enough");
        }
        let mut certificates = CertificateDer::pem_slice_iter(ca.as_bytes()).peekable();
        if certificates.peek().is_none() || certificates.any(|certificate| certificate.is_err()) {
            return invalid("`ca` holds no certificates: they are wanted as PEM, -----BEGIN CERTIFICATE----- and so on");
        }
    }
    let good = |text: &str| !text.is_empty() && text.len() <= LONGEST && !text.contains(char::is_control);
    let has_name = connection.username.is_some() || connection.password.is_some();
    match (connection.login, connection.username.as_deref(), connection.password.as_ref().map(RegistryPassword::expose)) {
        (LoginKind::Token | LoginKind::None, ..) if has_name => {
            invalid("a name and a password are used only where `login` is `basic`; say so, or leave them out")
        }
        (LoginKind::Token | LoginKind::None, ..) => Ok(connection),
        (LoginKind::Basic, Some(name), Some(password)) if good(name) && !name.contains(':') && good(password) => Ok(connection),
        (LoginKind::Basic, Some(_), Some(_)) => invalid(
            "the name and the password for the registry have 1 to 256 bytes each, without control characters, and the name without a colon",
        ),
        (LoginKind::Basic, ..) => invalid("`login` is `basic`: that needs `username` and `password`"),
    }
}

/// What of a connection managers may not choose.
fn guarded(connection: &Connection) -> Connection {
    Connection { sync_seconds: SyncSeconds::default(), ..connection.clone() }
}

/// Whether an administrator has said how a registry is reached.
pub(super) fn is_chosen(connection: &Connection) -> bool {
    guarded(connection) != Connection::default()
}

/// Refuses to let a manager say where what this server knows is sent.
pub(super) fn check(standing: &Standing, before: &Connection, after: &Connection) -> Result<(), Error> {
    match standing {
        Standing::Own(_) if guarded(before) != guarded(after) => Err(denied()),
        Standing::Own(_) | Standing::Everything => Ok(()),
    }
}

pub(super) fn denied() -> Error {
    Error::Denied(
        "only an administrator may choose where an existing registry is, its certificates, and how this server logs in: whoever can gets \
         what this server sends there"
            .to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(new: NewConnection) -> Option<String> {
        new.checked().err().map(|error| error.to_string())
    }

    #[test]
    fn a_connection_makes_sense_or_says_why_not() {
        let basic = |name: &str, password: &str| NewConnection {
            login: LoginKind::Basic,
            username: Some(name.to_owned()),
            password: Some(password.into()),
            ..NewConnection::default()
        };
        let certificate = rcgen::generate_simple_self_signed(vec!["registry".to_owned()]).unwrap().cert.pem();
        let ca = |text: &str| NewConnection { ca: Some(text.to_owned()), ..NewConnection::default() };
        assert_eq!(refusal(NewConnection::default()), None);
        assert_eq!(refusal(basic("reader", "secret")), None);
        assert_eq!(refusal(ca(&format!("{certificate}{certificate}"))), None);
        for (new, says) in [
            (basic("a:b", "secret"), "colon"),
            (basic("", "secret"), "1 to 256"),
            (basic("reader", "line\nbreak"), "control"),
            (NewConnection { login: LoginKind::Basic, ..NewConnection::default() }, "needs `username`"),
            (NewConnection { login: LoginKind::Token, ..basic("a", "b") }, "only where"),
            (ca("nonsense"), "PEM"),
            (ca(&"x".repeat(70_000)), "65536"),
        ] {
            let text = refusal(new).unwrap();
            assert!(text.contains(says), "{text}");
            assert!(!text.contains("secret"), "{text}");
        }
    }

    #[test]
    fn whoever_logs_in_otherwise_forgets_the_password() {
        let password = Some(RegistryPassword::new("secret".to_owned()));
        let known = Connection { login: LoginKind::Basic, username: Some("reader".to_owned()), password, ..Connection::default() };
        let changes = ConnectionChanges { login: Some(LoginKind::Token), ..ConnectionChanges::default() };
        assert_eq!(changes.apply(known.clone()).unwrap(), Connection::default());
        let changes = ConnectionChanges { password: Some("another".into()), ..ConnectionChanges::default() };
        let changed = changes.apply(known).unwrap();
        assert_eq!((changed.username.as_deref(), changed.password.unwrap().expose()), (Some("reader"), "another"));
    }
}
