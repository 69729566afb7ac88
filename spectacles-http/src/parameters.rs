//! Parameters of queries and forms.

use crate::problem::{Kind, Problem};
use std::borrow::Cow;

/// The parameters of one request, decoded. Those with names nobody asks for do no harm.
pub(crate) struct Parameters<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Parameters<'a> {
    /// Reads `application/x-www-form-urlencoded`, the format of queries and forms alike. Every text can be read.
    pub(crate) fn parse(text: &'a [u8]) -> Self {
        Self(form_urlencoded::parse(text).collect())
    }

    /// The value of a parameter that may be given once.
    pub(crate) fn one(&self, name: &str) -> Result<Option<&str>, Problem> {
        let mut values = self.all(name);
        let value = values.next();
        if values.any(|other| Some(other) != value) {
            return Err(Problem::new(Kind::Invalid, format!("the parameter `{name}` is given twice, with different values")));
        }
        Ok(value)
    }

    /// Every value of a parameter, in order.
    pub(crate) fn all<'s>(&'s self, name: &str) -> impl Iterator<Item = &'s str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| &**value)
    }

    /// Every parameter, in order.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }
}
