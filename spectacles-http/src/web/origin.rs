//! Whether a form was sent by a page of ours.

use super::visit::Visit;
use crate::parameters::Parameters;
use crate::problem::{Kind, Problem};
use aws_lc_rs::constant_time;
use http::HeaderMap;
use http::header::{HOST, ORIGIN};

/// A form that was sent by a page of ours, to whoever sent it. There is no other way to have one.
pub(crate) struct Ours<'a>(&'a Parameters<'a>);

impl<'a> Ours<'a> {
    /// Looks at where a form comes from.
    ///
    /// # Errors
    /// What to tell people whose form this is not, or not any more.
    pub(crate) fn check(visit: &Visit<'_>, form: &'a Parameters<'a>) -> Result<Self, Problem> {
        let refused = |detail: &str| Err(Problem::new(Kind::Denied, detail));
        if !is_same_origin(&visit.request.headers) {
            return refused("this form was sent by a page of another server, so that nothing was done");
        }
        let sent = form.all("_csrf").next().unwrap_or_default();
        if constant_time::verify_slices_are_equal(sent.as_bytes(), visit.csrf.as_bytes()).is_err() {
            return refused("this form is too old, or was not made for you, so that nothing was done: load the page again");
        }
        Ok(Self(form))
    }

    /// The fields.
    pub(crate) fn fields(&self) -> &'a Parameters<'a> {
        self.0
    }
}

/// Browsers of today say it in `Sec-Fetch-Site`, all others in `Origin`; those that say neither have only the token.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = headers.get("sec-fetch-site") {
        return matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    match (text(ORIGIN), text(HOST)) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(host)),
        (Some(_), None) => false,
        (None, _) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderName;

    #[test]
    fn only_pages_of_the_same_server_send_forms() {
        for (headers, same) in [
            (&[][..], true),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", "https://a.example"), ("host", "a.example")], false),
            (&[("origin", "https://a.example"), ("host", "A.example")], true),
            (&[("origin", "https://b.example"), ("host", "a.example")], false),
            (&[("origin", "null"), ("host", "a.example")], false),
            (&[("origin", "https://a.example:8443"), ("host", "a.example")], false),
        ] {
            let map: HeaderMap = headers.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect();
            assert_eq!(is_same_origin(&map), same, "{headers:?}");
        }
    }
}
