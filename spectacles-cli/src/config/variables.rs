//! Every variable of the environment that is read, and those of the original that are not. docs/environment.md is made from this table.

/// A variable of the environment.
pub(crate) struct Variable {
    pub(crate) name: &'static str,
    pub(crate) meaning: &'static str,
    /// What holds when it is not set; empty when that needs more words than a value has.
    pub(crate) default: &'static str,
    pub(crate) used: Use,
}

/// What becomes of a variable.
pub(crate) enum Use {
    /// It is honoured.
    Yes,
    /// It belongs to something that is not there yet.
    Later(&'static str),
    /// It has no meaning here, and why.
    No(&'static str),
}

const fn yes(name: &'static str, meaning: &'static str, default: &'static str) -> Variable {
    Variable { name, meaning, default, used: Use::Yes }
}

const fn later(name: &'static str, meaning: &'static str, default: &'static str, what: &'static str) -> Variable {
    Variable { name, meaning, default, used: Use::Later(what) }
}

const fn no(name: &'static str, meaning: &'static str, default: &'static str, why: &'static str) -> Variable {
    Variable { name, meaning, default, used: Use::No(why) }
}

/// What login by another provider waits for.
const OIDC: &str = "users of an OpenID provider cannot log in yet";

/// The table, by subject.
pub(crate) const VARIABLES: &[Variable] = &[
    // Data
    yes("SPECTACLES_DATA_DIR", "the data directory, as `--data-dir`", "~/.local/share/spectacles, for root /var/lib/spectacles"),
    yes("XDG_DATA_HOME", "where data of this user is kept; the data directory is `spectacles` in it", "~/.local/share"),
    yes("HOME", "the home directory", ""),
    yes("PATH", "where `quickstart` looks for the program of a registry", ""),
    yes("SPECTACLES_DATABASE_URL", "the database, as `--database-url`", "`spectacles.db` in the data directory"),
    yes("SQLALCHEMY_DATABASE_URI", "the same, by the name of the original", ""),
    yes("DB_HOST", "the host of a MySQL or MariaDB server, used when no URL is given", ""),
    yes("MYSQL_DATABASE", "with DB_HOST: the name of the database", "spectacles"),
    yes("MYSQL_USER", "with DB_HOST: who logs in to it", "spectacles"),
    yes("MYSQL_PASSWORD", "with DB_HOST: by which password", "secret"),
    no("DB_BACKEND", "the kind of database", "mysql", "the URL says it; the original did not look at it either"),
    yes("SQL_DEBUG_LOGGING", "whether each SQL statement is logged", "False"),
    // Commands
    yes("SPECTACLES_SERVER", "the server that commands go to, as `--server`", ""),
    yes(
        "SPECTACLES_PROFILE",
        "the same by the name of a profile, as `--profile`",
        "the current profile, as `spectacles profile use` sets it",
    ),
    yes("SPECTACLES_TOKEN", "an API token for that server, where `spectacles login` has kept none", ""),
    yes("XDG_CONFIG_HOME", "where configuration of this user is kept; the profiles are in `spectacles/profiles.json` there", "~/.config"),
    yes("SPECTACLES_OUTPUT", "how commands print results, as `--output`", "table"),
    // Tokens
    yes("SPECTACLES_ISSUER_NAME", "the issuer of tokens, which registries compare letter by letter", "Auth service"),
    yes(
        "SPECTACLES_PRIV_KEY_PATH",
        "the file with the private key that signs tokens; read again on SIGHUP, when the key before it stays valid",
        "/app/data/certs/domain.key, else a key that is made and kept in the database",
    ),
    yes(
        "SPECTACLES_CERT_PATH",
        "the certificate of that key",
        "the file of the key, or the one beside it that ends in .crt, .pem or .cert, or that of TLS: the first that fits the key",
    ),
    // What is found
    yes(
        "SPECTACLES_STARS",
        "what docker and podman are told as stars: `votes` of users, or `pulls`, the days on which somebody pulled",
        "votes",
    ),
    // What is imported
    yes("DOCKER_REGISTRY_CONFIG", "the configuration that `spectacles import registry-v1` reads where no file is named", ""),
    yes("SETTINGS_FLAVOR", "which flavor of it, as `--profile`", "dev"),
    // Users
    yes("REGISTER_ENABLED", "whether people may sign up; the first user may in any case, and becomes an administrator", "False"),
    yes(
        "SPECTACLES_DEFAULT_PRIVILEGES",
        "what new users may do under the path policy: `puller`, `pusher`, `manager`, with commas between",
        "none",
    ),
    yes(
        "SPECTACLES_NAMESPACE_CREATION",
        "who may create namespaces: `administrators`; `everyone`, outside of other people's; `own-name`, everyone below his own name",
        "administrators",
    ),
    yes(
        "SPECTACLES_PERSONAL_NAMESPACES",
        "whether new users get a namespace of their name on every enabled registry: `none` or `created`",
        "none",
    ),
    yes("SPECTACLES_REGISTRY_QUOTA", "how many registries the groups of a manager may answer for when he registers one more", "unlimited"),
    // Server
    yes(
        "SPECTACLES_MAIL_URL",
        "the mail server by which links for new passwords are sent: `smtps://user@host`, `smtp://host:587?tls=required`; needs SPECTACLES_EXTERNAL_URL",
        "",
    ),
    yes("SPECTACLES_MAIL_FROM", "the address that mail comes from: `Spectacles <spectacles@example.com>`", ""),
    yes("SPECTACLES_MAIL_PASSWORD_FILE", "the file with the password of the user in SPECTACLES_MAIL_URL", ""),
    yes("SPECTACLES_EXTERNAL_URL", "where clients reach this server; `registry config` writes it, as `--server-url`", ""),
    yes("SPECTACLES_BACKGROUND_UPDATE", "how many seconds lie between two rounds of background work", "30"),
    yes("SPECTACLES_LISTEN", "the address and port to listen on, as `--listen`", "127.0.0.1:5001"),
    yes("SPECTACLES_FRAMEWORK", "the web framework that serves, as `--framework`", "axum"),
    yes(
        "SPECTACLES_WEB_TLS_KEY_PATH",
        "the private key for HTTPS, which is served when both files exist; one alone is an error",
        "/app/certs/key.pem",
    ),
    yes("SPECTACLES_WEB_TLS_CERT_PATH", "the certificate for HTTPS", "/app/certs/cert.pem"),
    yes("WEB_ROOT", "the path under which everything is served, as `--root`; a proxy in front passes it on as it is", ""),
    yes("SPECTACLES_TOKEN_PATH", "the path for token requests below that, as `--token-path`", "/token_auth"),
    yes("SPECTACLES_TRUSTED_PROXIES", "networks of proxies whose X-Forwarded-For is believed, with commas between them", ""),
    yes("SPECTACLES_METRICS_LISTEN", "the address and port for Prometheus, as `--metrics-listen`", ""),
    yes("SPECTACLES_DATABASE_WAIT", "how many seconds to wait at the start for a database that does not answer", "10"),
    yes("SPECTACLES_DECISION_DAYS", "for how many days token decisions are kept in the database; with 0 none is recorded", "30"),
    yes("SPECTACLES_ACTIVITY_DAYS", "for how many days it is known what happened to the content of registries", "30"),
    // Log
    yes("SPECTACLES_LOG_LEVEL", "how much is logged, as `--log-level`", "info"),
    yes("DEBUG", "whether more is logged, when no level is given", "False"),
    yes("SPECTACLES_LOG_FORMAT", "whether log lines are for people (text) or for programs (json)", "text"),
    yes("SPECTACLES_ACCESS_LOG", "whether each request is logged", "True"),
    yes("LOG_FILE_PATH", "the directory of the log file, one for each day; without it the log goes to standard error only", ""),
    yes("LOG_FILE_NAME", "the name of the log file", "spectacles.log"),
    yes("SYSLOG_ENABLE", "whether the log goes to a syslog server, too", "False"),
    yes("SYSLOG_SERVER", "which one", "172.16.1.1"),
    yes("SYSLOG_PORT", "at which UDP port", "5140"),
    // Not there
    no("SECRET_KEY", "what signs browser sessions", "", "there are no browser sessions yet, and their secret will be made here, not given"),
    no("PROPAGATE_EXCEPTIONS", "whether errors are shown instead of an error page", "True", "details of errors are for the log"),
    no("AVATARS_SAVE_PATH", "where pictures of users are kept", "/app/data/avatars/", "pictures are kept in the database"),
    later("PORTAL_URL", "where logging out leads", "", "there is no web interface yet"),
    later("OPENID_LOGIN", "whether users of an OpenID provider may log in", "False", OIDC),
    later("OIDC_CLIENT_SECRETS", "the file that describes the provider", "client_secrets.json", OIDC),
    later("OIDC_ID_TOKEN_COOKIE_SECURE", "whether its cookie is for HTTPS only", "False", OIDC),
    later("OIDC_REQUIRE_VERIFIED_EMAIL", "whether only users with a verified address may log in", "False", OIDC),
    later("OIDC_USER_INFO_ENABLED", "whether the provider is asked about the user", "True", OIDC),
    later("OIDC_OPENID_REALM", "the realm to ask for", "spectacles", OIDC),
    later("OIDC_SCOPES", "the scopes to ask for", "[openid]", OIDC),
    later("OIDC_INTROSPECTION_AUTH_METHOD", "how this server proves itself to the provider", "client_secret_post", OIDC),
    later("OIDC_VALID_ISSUERS", "which issuers are believed", "", OIDC),
    later("OVERWRITE_REDIRECT_URI", "where the provider sends people back to", "False", OIDC),
    later("OIDC_CALLBACK_ROUTE", "the path it sends them to", "/oidc_callback", OIDC),
    later("OIDC_ID_TOKEN_COOKIE_PATH", "the path of its cookie", "/", OIDC),
    later("OIDC_ID_TOKEN_COOKIE_NAME", "the name of its cookie", "spec_oidc_cookie", OIDC),
];

/// Whether the table has it.
pub(super) fn is_known(name: &str) -> bool {
    VARIABLES.iter().any(|variable| variable.name == name)
}

/// What it is for.
pub(super) fn meaning(name: &str) -> &'static str {
    VARIABLES.iter().find(|variable| variable.name == name).map_or("", |variable| variable.meaning)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::CommandFactory as _;
    use std::fmt::Write as _;

    const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/environment.md");

    const HEAD: &str = "# Environment variables

Options of the command line come first, then the environment, then defaults. A variable that is set to nothing counts as not set. A value
that cannot be read stops the start with a sentence that names the variable.

The database is looked for in this order: `--database-url`, `SPECTACLES_DATABASE_URL`, `SQLALCHEMY_DATABASE_URI`, `DB_HOST` with the
`MYSQL_` variables, and the file `spectacles.db` in the data directory.

Commands go to data on this machine where an option or the environment names any, else to the server that SPECTACLES_SERVER or
SPECTACLES_PROFILE names, else to the current profile of `spectacles login`, else to the usual data directory. Options come before all of it.

Names without `SPECTACLES_` in front are those of the original Spectacles, as are some with it. Those that mean nothing here, or nothing
yet, are listed with the reason; the server says at its start when one of them is set.

This table is made from `spectacles-cli/src/config/variables.rs`; `cargo test -p spectacles-cli -- --ignored write_the_page` writes it.

| variable | meaning | default | honoured |
|---|---|---|---|
";

    fn page() -> String {
        let mut page = HEAD.to_owned();
        for Variable { name, meaning, default, used } in VARIABLES {
            let used = match used {
                Use::Yes => "yes".to_owned(),
                Use::Later(what) => format!("not yet: {what}"),
                Use::No(why) => format!("no: {why}"),
            };
            let cells = ["", &format!("`{name}`"), meaning, default, &used, ""]
                .map(|cell| if cell.is_empty() { " ".into() } else { format!(" {cell} ") });
            writeln!(page, "{}", cells.join("|").trim()).unwrap();
        }
        page
    }

    #[test]
    fn the_page_is_the_table() {
        assert!(std::fs::read_to_string(PAGE).unwrap() == page(), "docs/environment.md is stale: see its last paragraph");
    }

    #[test]
    #[ignore = "writes docs/environment.md"]
    fn write_the_page() {
        std::fs::write(PAGE, page()).unwrap();
    }

    #[test]
    fn each_variable_is_listed_once_and_those_of_options_are_among_them() {
        for variable in VARIABLES {
            let times = VARIABLES.iter().filter(|other| other.name == variable.name).count();
            assert_eq!(times, 1, "{}", variable.name);
        }
        let (mut commands, mut named) = (vec![Cli::command()], 0);
        while let Some(command) = commands.pop() {
            for argument in command.get_arguments() {
                let help = argument.get_long_help().or(argument.get_help()).map(ToString::to_string).unwrap_or_default();
                for name in help.split("[env: ").skip(1).filter_map(|rest| rest.split([',', ']']).next()) {
                    let honoured = VARIABLES.iter().any(|variable| variable.name == name && matches!(variable.used, Use::Yes));
                    assert!(honoured, "{name} in the help of `{} --{}`", command.get_name(), argument.get_id());
                    named += 1;
                }
            }
            commands.extend(command.get_subcommands().cloned());
        }
        assert!(named > 20, "only {named} options name their variable");
    }
}
