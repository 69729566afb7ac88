//! Signing up.

use super::users::{insert, object};
use super::{Administration, Error, UserView};
use crate::name::{Email, UserName};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

impl Administration {
    /// Signs somebody up, who needs no proof of anything. The first user becomes an administrator; whether there are others is for the
    /// [policies](super::Policies) to say.
    ///
    /// # Errors
    /// [`Error::Denied`] when people may not sign up; [`Error::Invalid`] for a password that is too simple; [`Error::Conflict`] when the
    /// name is taken.
    pub async fn register(&self, name: UserName, email: Option<Email>, password: SecretString) -> Result<UserView, Error> {
        // Hashing costs enough not to be done for everybody who knocks.
        let anybody = self.read().await?.count_users().await? > 0;
        self.check_open(anybody)?;
        check_password(&password)?;
        let password = self.hash(name.as_str(), password).await?;

        // In one transaction with the creation: of several who are first at the same time, one is.
        let mut change = self.change(name.as_str()).await?;
        let anybody = change.tx.count_users().await? > 0;
        self.check_open(anybody)?;
        let mut user = super::CreateUser::named(name);
        (user.email, user.admin) = (email, !anybody);
        let view = insert(&mut change, self.policies(), user, Some(password)).await?;
        change.commit("user.register", object(&view.user.name), json!({ "user": view })).await?;
        Ok(view)
    }

    fn check_open(&self, anybody: bool) -> Result<(), Error> {
        if anybody && !self.policies().registration {
            return Err(Error::Denied("nobody can sign up here; an administrator creates users".to_owned()));
        }
        Ok(())
    }
}

/// Nobody looks at passwords that people choose when they sign up, or have forgotten the one they had.
pub(super) fn check_password(password: &SecretString) -> Result<(), Error> {
    let text = password.expose_secret();
    let has = |is: fn(&char) -> bool| text.chars().any(|character| is(&character));
    let missing: Vec<&str> = [
        (text.chars().count() >= 8, "at least 8 characters"),
        (has(char::is_ascii_digit), "a digit"),
        (has(|character| character.is_lowercase()), "a lower-case letter"),
        (has(|character| character.is_uppercase()), "an upper-case letter"),
        (has(char::is_ascii_punctuation), "a sign such as ! or -"),
    ]
    .into_iter()
    .filter_map(|(there, what)| (!there).then_some(what))
    .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::Invalid(format!("the password is too simple; it needs {}", missing.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_need_a_bit_of_everything_and_say_what_they_lack() {
        for sign in ('!'..='~').filter(char::is_ascii_punctuation) {
            assert!(check_password(&format!("Passw0r{sign}").into()).is_ok(), "{sign}");
        }
        for (password, lacks) in [
            ("", "8 characters, a digit, a lower-case letter, an upper-case letter, a sign"),
            ("Sh0rt!", "8 characters"),
            ("password1!", "an upper-case"),
            ("PASSWORD1!", "a lower-case"),
            ("Password!!", "a digit"),
            ("Password11", "a sign"),
        ] {
            let error = check_password(&password.to_owned().into()).unwrap_err().to_string();
            assert!(error.contains(lacks), "{password}: {error}");
        }
    }
}
