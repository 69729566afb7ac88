//! `Link: <..>; rel="next"` (RFC 8288).

use http::HeaderMap;
use http::header::LINK;
use url::Url;

/// Why a list cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BadLink {
    /// It leads to somebody else.
    Elsewhere,
    /// It is no address, or none that goes on.
    Nonsense,
}

/// The query of the next page, which is on the same path of the same registry. A path that a proxy in front of the registry would not
/// understand does no harm: only the query is taken.
pub(super) fn next(headers: &HeaderMap, page: &Url) -> Result<Option<String>, BadLink> {
    for value in headers.get_all(LINK) {
        let value = value.to_str().map_err(|_| BadLink::Nonsense)?;
        if let Some(target) = target(value) {
            let link = page.join(target).map_err(|_| BadLink::Nonsense)?;
            if link.origin() != page.origin() || !link.username().is_empty() || link.password().is_some() {
                return Err(BadLink::Elsewhere);
            }
            return match link.query() {
                Some(query) if !query.is_empty() => Ok(Some(query.to_owned())),
                Some(_) | None => Err(BadLink::Nonsense),
            };
        }
    }
    Ok(None)
}

/// The address of the link with `rel=next`, among several with commas between.
fn target(value: &str) -> Option<&str> {
    let mut rest = value;
    while let Some((_, after)) = rest.split_once('<') {
        let (target, after) = after.split_once('>')?;
        let parameters = after.split('<').next().unwrap_or_default();
        let is_next = parameters.split([';', ',']).any(|parameter| {
            parameter.split_once('=').is_some_and(|(name, value)| {
                name.trim().eq_ignore_ascii_case("rel")
                    && value.trim().trim_matches('"').split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("next"))
            })
        });
        if is_next {
            return Some(target);
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Result<Option<String>, BadLink> {
        let mut headers = HeaderMap::new();
        headers.insert(LINK, value.parse().expect("a header"));
        next(&headers, &"https://registry.example.com/v2/_catalog?n=2".parse().expect("a URL"))
    }

    #[test]
    fn the_next_page_is_found_in_every_way_to_write_it() {
        let next = Ok(Some("last=b&n=2".to_owned()));
        assert_eq!(read(r#"</v2/_catalog?last=b&n=2>; rel="next""#), next);
        assert_eq!(read("<?last=b&n=2>;rel=next"), next);
        assert_eq!(read(r#"<https://registry.example.com/v2/_catalog?last=b&n=2>; title="x"; REL="Next""#), next);
        assert_eq!(read(r#"</a?x=1>; rel="prev", </v2/_catalog?last=b&n=2>; rel="next""#), next);
        assert_eq!(read(r#"</v2/_catalog?last=b&n=2>; rel="prev""#), Ok(None));
    }

    #[test]
    fn links_to_others_and_nowhere_are_errors() {
        for elsewhere in [
            "https://evil.example.com/?a=b",
            "http://registry.example.com/v2/_catalog?a=b",
            "//evil/?a=b",
            "https://a@registry.example.com/?x=y",
        ] {
            assert_eq!(read(&format!("<{elsewhere}>; rel=next")), Err(BadLink::Elsewhere), "{elsewhere}");
        }
        for nonsense in ["/v2/_catalog", "http://["] {
            assert_eq!(read(&format!("<{nonsense}>; rel=next")), Err(BadLink::Nonsense), "{nonsense}");
        }
    }
}
