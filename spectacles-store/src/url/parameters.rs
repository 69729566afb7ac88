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
                match value.to_ascii_lowercase().as_str() {
                    "true" | "1" | "yes" | "on" => translated.push((*ours).to_owned()),
                    "false" | "0" | "no" | "off" => {}
                    _ => return Err(OpenError::Url(format!("has `{name}={}`, which is neither true nor false", excerpt(value)))),
                }
            } else if is_about_encryption(name) {
                let name = excerpt(name);
                return Err(OpenError::Url(format!("has the parameter `{name}`, which is not supported and cannot be left out safely")));
            } else {
                tracing::debug!(parameter = excerpt(name), "a parameter of the database URL has no meaning here");
            }
        }
        one_mode(&mut translated)?;
        if let Some(Implied { given, unless, then }) = &self.implied {
            let has = |start: &str| translated.iter().any(|pair| pair.starts_with(start));
            if has(given) && !has(unless) {
                translated.push((*then).to_owned());
            }
        }
        Ok(translated.join("&"))
    }
}

fn is_about_encryption(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["ssl", "tls", "cert", "secure", "channel_binding", "encrypt"].iter().any(|word| name.contains(word))
}

/// What is said about encryption must be one thing: of two the driver would take the last, which may be the weaker one.
fn one_mode(translated: &mut Vec<String>) -> Result<(), OpenError> {
    const HOST: &str = "ssl-mode=VERIFY_IDENTITY";
    const CERTIFICATE: &str = "ssl-mode=VERIFY_CA";
    // A host name is checked together with its certificate.
    if translated.iter().any(|pair| pair == HOST) {
        translated.retain(|pair| pair != CERTIFICATE);
    }
    let mut modes = translated.iter().filter(|pair| pair.starts_with("ssl-mode=") || pair.starts_with("sslmode="));
    let first = modes.next();
    if modes.any(|mode| Some(mode) != first) {
        return Err(OpenError::Url("says two different things about encryption".to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_about_encryption_is_left_out_or_overruled() {
        for (known, query, translated) in [
            (&MYSQL, "ssl_verify_cert=yes", Some("ssl-mode=VERIFY_CA")),
            (&MYSQL, "ssl_check_hostname=on&ssl_verify_cert=TRUE", Some("ssl-mode=VERIFY_IDENTITY")),
            (&MYSQL, "ssl_verify_cert=false&charset=utf8mb4", Some("")),
            (&MYSQL, "ssl_verify_cert=maybe", None),
            (&MYSQL, "verifyServerCertificate=true", None),
            (&MYSQL, "ssl_disabled=true&ssl_verify_cert=true", None),
            (&POSTGRES, "channel_binding=require", None),
            (&POSTGRES, "requiressl=1", None),
            (&POSTGRES, "sslmode=verify-full&sslmode=disable", None),
            (&POSTGRES, "sslmode=verify-full&connect_timeout=3", Some("sslmode=verify-full")),
        ] {
            assert_eq!(known.translate(query).ok().as_deref(), translated, "{query}");
        }
    }
}
