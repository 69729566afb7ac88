//! What this process was told, for people who want to know.

use super::variables::{Use, VARIABLES, Variable};
use super::{Global, database_url};
use crate::failure::Failure;
use spectacles_core::model::EffectiveSetting;

/// What is not for servers, or says nothing of them.
const NOT_FOR_SERVERS: [&str; 9] = [
    "HOME",
    "PATH",
    "SPECTACLES_SERVER",
    "SPECTACLES_PROFILE",
    "SPECTACLES_TOKEN",
    "SPECTACLES_OUTPUT",
    "XDG_CONFIG_HOME",
    "DOCKER_REGISTRY_CONFIG",
    "SETTINGS_FLAVOR",
];

/// Every setting of a server as it holds: by an option, by the environment, or because nobody said anything.
pub(crate) fn told(global: &Global) -> Result<Vec<EffectiveSetting>, Failure> {
    let settings = VARIABLES.iter().filter(|variable| matches!(variable.used, Use::Yes) && !NOT_FOR_SERVERS.contains(&variable.name));
    settings.map(|variable| setting(variable, global)).collect()
}

fn setting(Variable { name, meaning, default, .. }: &Variable, global: &Global) -> Result<EffectiveSetting, Failure> {
    let said = match global.typed(name) {
        Some(typed) => Some(typed.to_owned()),
        None => global.environment().text(name)?.map(str::to_owned),
    };
    let is_default = said.is_none();
    let is_secret = is_secret(name) || said.as_deref().is_some_and(has_password);
    let value = match *name {
        "SPECTACLES_DATA_DIR" => Some(global.data_dir()?.display().to_string()),
        // Without its password.
        "SPECTACLES_DATABASE_URL" => {
            return Ok(EffectiveSetting {
                value: Some(database_url(global)?.to_string()),
                is_secret: false,
                ..shown(name, meaning, is_default)
            });
        }
        _ if is_secret => None,
        _ => said.or_else(|| Some((*default).to_owned()).filter(|default| !default.is_empty())),
    };
    Ok(EffectiveSetting { value, is_secret, ..shown(name, meaning, is_default) })
}

fn shown(name: &str, meaning: &str, is_default: bool) -> EffectiveSetting {
    EffectiveSetting { name: name.to_owned(), meaning: meaning.to_owned(), value: None, is_default, is_secret: false }
}

/// Whether a variable holds a secret whatever is in it.
fn is_secret(name: &str) -> bool {
    ["PASSWORD", "SECRET", "TOKEN", "DATABASE_URL", "DATABASE_URI"].iter().any(|end| name.ends_with(end))
}

/// Whether it is a URL with a password in it.
fn has_password(text: &str) -> bool {
    text.split_once("://").is_some_and(|(_, rest)| rest.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use crate::config::Environment;
    use clap::Parser as _;

    #[test]
    fn secrets_are_not_told_and_options_come_first() {
        let cli = Cli::try_parse_from(["spectacles", "serve", "--data-dir", "/nonexistent"]).unwrap();
        let variables = [
            ("SPECTACLES_DATABASE_URL", "postgres://me:hidden-one@db/spectacles"),
            ("SQLALCHEMY_DATABASE_URI", "mysql://me:hidden-two@db/spectacles"),
            ("MYSQL_PASSWORD", "hidden-three"),
            ("SPECTACLES_LISTEN", "127.0.0.1:9"),
            ("SPECTACLES_EXTERNAL_URL", "https://me:hidden-four@auth.example.com"),
            ("WEB_ROOT", "/auth"),
        ];
        let global = Global::new(cli.global, variables.into_iter().collect::<Environment>()).unwrap();
        let global = global.with_typed([("SPECTACLES_LISTEN".to_owned(), "127.0.0.1:10".to_owned())].into());
        let told = told(&global).unwrap();
        let of = |name: &str| told.iter().find(|setting| setting.name == name).unwrap();
        assert!(!format!("{told:?}").contains("hidden"), "{told:?}");
        assert!(of("SPECTACLES_DATABASE_URL").value.as_deref().unwrap().contains("db/spectacles"));
        assert_eq!((of("SPECTACLES_LISTEN").value.as_deref(), of("SPECTACLES_LISTEN").is_default), (Some("127.0.0.1:10"), false));
        assert_eq!((of("WEB_ROOT").value.as_deref(), of("WEB_ROOT").is_default), (Some("/auth"), false));
        assert_eq!((of("SPECTACLES_FRAMEWORK").value.as_deref(), of("SPECTACLES_FRAMEWORK").is_default), (Some("axum"), true));
        assert!(of("MYSQL_PASSWORD").is_secret && of("SPECTACLES_EXTERNAL_URL").is_secret);
    }
}
