//! What users may do under the path policy.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::fmt;
use std::str::FromStr;

/// Privileges of a user. The path policy asks for them; the rights on namespaces do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Privileges {
    /// May pull.
    pub puller: bool,
    /// May push.
    pub pusher: bool,
    /// May delete images, and register registries.
    pub manager: bool,
}

impl Privileges {
    /// Every privilege.
    pub const ALL: Self = Self { puller: true, pusher: true, manager: true };
    /// No privilege.
    pub const NONE: Self = Self { puller: false, pusher: false, manager: false };

    fn words(self) -> impl Iterator<Item = &'static str> {
        let words = [(self.puller, "puller"), (self.pusher, "pusher"), (self.manager, "manager")];
        words.into_iter().filter_map(|(has, word)| has.then_some(word))
    }
}

/// `puller,pusher`, or `none`.
impl fmt::Display for Privileges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.words().collect();
        f.pad(&if words.is_empty() { "none".to_owned() } else { words.join(",") })
    }
}

impl Serialize for Privileges {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.words())
    }
}

impl<'de> Deserialize<'de> for Privileges {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words = Vec::<String>::deserialize(deserializer)?;
        if words.is_empty() { Ok(Self::NONE) } else { words.join(",").parse().map_err(D::Error::custom) }
    }
}

/// There is no privilege of that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no privilege `{0}`; the privileges are puller, pusher and manager, separated by commas, or `none`")]
pub struct UnknownPrivilege(String);

impl FromStr for Privileges {
    type Err = UnknownPrivilege;

    fn from_str(text: &str) -> Result<Self, UnknownPrivilege> {
        let mut privileges = Self::NONE;
        if text.trim() == "none" {
            return Ok(privileges);
        }
        for word in text.split(',') {
            match word.trim() {
                "puller" => privileges.puller = true,
                "pusher" => privileges.pusher = true,
                "manager" => privileges.manager = true,
                other => return Err(UnknownPrivilege(crate::name::excerpt(other))),
            }
        }
        Ok(privileges)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn privileges_are_read_as_they_are_shown() {
        for text in ["none", "puller", "puller,pusher", "puller,pusher,manager", "manager"] {
            assert_eq!(text.parse::<Privileges>().unwrap().to_string(), text);
        }
        assert_eq!("manager, puller".parse::<Privileges>().unwrap().to_string(), "puller,manager");
        for wrong in ["", "Puller", "puller,", "admin", "none,puller"] {
            assert!(wrong.parse::<Privileges>().is_err(), "{wrong}");
        }
    }
}
