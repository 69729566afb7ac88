//! What may follow the `?` of a database URL.

use crate::open::OpenError;
use spectacles_core::name::excerpt;

/// The parameters of one database.
pub(super) struct Known {
    /// As it is written, and as the driver of ours calls it.
    translated: &'static [(&'static str, &'static str)],
    /// Means another parameter with that value, when it is switched on.
    switches: &'static [(&'static str, &'static str)],
    /// Follows from others, unless it is written too.
    implied: Option<Implied>,
}

/// When `given` is there and no `unless`, `then` is added.
struct Implied {
    given: &'static str,
    unless: &'static str,
    then: &'static str,
}

pub(super) const SQLITE: Known = Known { translated: &[], switches: &[], implied: None };

pub(super) const POSTGRES: Known = Known {
    translated: &[
        ("application_name", "application_name"),
        ("dbname", "dbname"),
        ("host", "host"),
        ("options", "options"),
        ("password", "password"),
        ("port", "port"),
        // As asyncpg calls it.
        ("ssl", "sslmode"),
        ("sslcert", "sslcert"),
        ("sslkey", "sslkey"),
        ("sslmode", "sslmode"),
        ("sslrootcert", "sslrootcert"),
        ("user", "user"),
    ],
    switches: &[],
    implied: None,
};

pub(super) const MYSQL: Known = Known {
    translated: &[
        ("socket", "socket"),
        ("ssl-ca", "ssl-ca"),
        ("ssl-cert", "ssl-cert"),
        ("ssl-key", "ssl-key"),
        ("ssl-mode", "ssl-mode"),
        ("ssl_ca", "ssl-ca"),
        ("ssl_cert", "ssl-cert"),
        ("ssl_key", "ssl-key"),
        ("ssl_mode", "ssl-mode"),
        ("sslmode", "ssl-mode"),
        ("unix_socket", "socket"),
    ],
    switches: &[
        ("ssl_verify_cert", "ssl-mode=VERIFY_CA"),
        ("ssl_check_hostname", "ssl-mode=VERIFY_IDENTITY"),
        ("ssl_verify_identity", "ssl-mode=VERIFY_IDENTITY"),
        ("ssl_disabled", "ssl-mode=DISABLED"),
    ],
    // Python's drivers check the certificate when they are told by whom it is signed.
    implied: Some(Implied { given: "ssl-ca=", unless: "ssl-mode=", then: "ssl-mode=VERIFY_CA" }),
};

impl Known {
    /// The query part as our driver wants it.
    ///
    /// What it does not know is left out: other drivers have many parameters that mean nothing here (`charset`: it is always
    /// Unicode). But none about encryption, or a connection might be less secure than its URL says.
    pub(super) fn translate(&self, query: &str) -> Result<String, OpenError> {
        let mut translated = Vec::new();
        for (name, value) in query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, ""))) {
            if let Some((_, ours)) = self.translated.iter().find(|(theirs, _)| *theirs == name) {
                translated.push(format!("{ours}={value}"));
            } else if let Some((_, ours)) = self.switches.iter().find(|(theirs, _)| *theirs == name) {
                if ["true", "True", "1"].contains(&value) {
                    translated.push((*ours).to_owned());
                }
            } else if name.to_ascii_lowercase().starts_with("ssl") || name.to_ascii_lowercase().starts_with("tls") {
                let name = excerpt(name);
                return Err(OpenError::Url(format!("has the parameter `{name}`, which is not supported and cannot be left out safely")));
            } else {
                tracing::debug!(parameter = excerpt(name), "a parameter of the database URL has no meaning here");
            }
        }
        if let Some(Implied { given, unless, then }) = &self.implied {
            let has = |start: &str| translated.iter().any(|pair| pair.starts_with(start));
            if has(given) && !has(unless) {
                translated.push((*then).to_owned());
            }
        }
        Ok(translated.join("&"))
    }
}
