//! One call of an operation.

use super::body;
use super::operation::Operation;
use super::topic::Topic;
use crate::parameters::Parameters;
use crate::problem::{Kind, Place, Problem};
use serde::de::DeserializeOwned;
use spectacles_core::access::Facts;
use spectacles_core::access::questions::Questions;
use spectacles_core::id::ApiTokenId;
use spectacles_core::key::KeyRing;
use spectacles_core::model::{Circumstances, TokenLimits};
use spectacles_core::service::{Administration, Asker, Error, Member, Once, Spectacles};
use std::borrow::Cow;
use std::str::FromStr;

/// One call: who calls, and what he says.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    /// Whoever calls; everything he begins is checked where it is done.
    pub(crate) member: Member<'a>,
    pub(crate) administration: &'a Administration,
    /// What he may be told about others.
    pub(crate) asker: Asker<'a>,
    pub(crate) admin_bypass: bool,
    /// The keys that sign, where they are not those of the store.
    pub(crate) keys: Option<&'a KeyRing>,
    /// The server that answers, where it is one.
    pub(crate) server: Option<&'a Spectacles>,
    /// What the token of whoever calls is limited to.
    pub(crate) limits: Option<&'a TokenLimits>,
    /// The token of whoever calls.
    pub(crate) token: Option<ApiTokenId>,
    /// Where people reach this server, with its root, as far as that is known.
    pub(crate) address: Option<&'a str>,
    pub(crate) operation: &'static Operation,
    pub(crate) path: &'a [(String, String)],
    pub(crate) query: &'a Parameters<'a>,
    pub(crate) body: &'a [u8],
    /// What makes the request one that is done once.
    pub(crate) key: Option<&'a Key>,
}

/// The key of a request that is to be done once, however often it is sent.
pub(crate) struct Key {
    pub(crate) text: String,
    pub(crate) fingerprint: [u8; 32],
}

impl<'a> Call<'a> {
    /// A part of the path. What cannot be the name of anything is nothing that exists.
    pub(crate) fn part<T: FromStr>(&self, name: &str) -> Result<T, Problem> {
        let text = self.path.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap_or_default();
        let missing =
            |_| Problem::new(Kind::NotFound, format!("there is no {} `{}`", name.replace('_', " "), spectacles_core::name::excerpt(text)));
        text.parse().map_err(missing)
    }

    /// The keys that sign.
    pub(crate) async fn ring(&self) -> Result<Cow<'a, KeyRing>, Error> {
        self.member.keys().check().await?;
        match self.keys {
            Some(ring) => Ok(Cow::Borrowed(ring)),
            None => Ok(Cow::Owned(self.administration.operator().keys().ring().await?)),
        }
    }

    /// A parameter of the query.
    pub(crate) fn parameter<T: FromStr<Err: std::fmt::Display>>(&self, name: &str) -> Result<Option<T>, Problem> {
        let wrong = |error: T::Err| Problem::at(Place::Parameter(name.to_owned()), error.to_string());
        self.query.one(name)?.map(|text| text.parse().map_err(wrong)).transpose()
    }

    /// A parameter of the query that has to be there.
    pub(crate) fn needed<T: FromStr<Err: std::fmt::Display>>(&self, name: &str) -> Result<T, Problem> {
        let missing = || Problem::at(Place::Parameter(name.to_owned()), format!("the parameter `{name}` is missing"));
        self.parameter(name)?.ok_or_else(missing)
    }

    /// Refuses a token where the call changes something of another kind as well, wherever that is.
    pub(crate) fn check_limits(&self, topic: Topic) -> Result<(), Problem> {
        let Some(limits) = self.limits else { return Ok(()) };
        limits.check(topic, true, None, None).map_err(|limit| Problem::new(Kind::Denied, limit))
    }

    /// When and from where something would be asked.
    pub(crate) fn circumstances(&self) -> Result<Circumstances, Problem> {
        let at = self.parameter("at")?.unwrap_or_else(|| self.administration.clock().now());
        Ok(Circumstances { at, from: self.parameter("from")? })
    }

    /// Questions that these facts answer.
    pub(crate) fn questions<'f>(&self, facts: &'f Facts, circumstances: Circumstances) -> Questions<'f> {
        Questions { facts, admin_bypass: self.admin_bypass, circumstances }
    }

    /// A parameter of the query that has to be there, and may be there several times.
    pub(crate) fn several<T: FromStr<Err: std::fmt::Display>>(&self, name: &str) -> Result<Vec<T>, Problem> {
        let wrong = |error: T::Err| Problem::at(Place::Parameter(name.to_owned()), error.to_string());
        let values = self.query.all(name).map(|text| text.parse().map_err(wrong)).collect::<Result<Vec<T>, _>>()?;
        if values.is_empty() {
            Err(Problem::at(Place::Parameter(name.to_owned()), format!("the parameter `{name}` is missing")))
        } else {
            Ok(values)
        }
    }

    /// The body.
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        body::read(self.operation, self.body)
    }

    /// What to remember of a request that creates what is then at `location`, so that it is not done twice.
    pub(crate) fn once(&self, location: &str) -> Option<Once> {
        self.key.map(|key| Once { key: key.text.clone(), fingerprint: key.fingerprint, location: location.to_owned() })
    }

    /// Whoever calls, doing something once.
    pub(crate) fn member_once<'o>(&self, once: Option<&'o Once>) -> Member<'o>
    where
        'a: 'o,
    {
        match once {
            Some(once) => self.member.once(once),
            None => self.member,
        }
    }
}
