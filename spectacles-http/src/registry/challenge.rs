//! `WWW-Authenticate` (RFC 9110, section 11.6.1).

use spectacles_core::registry::Challenge;

/// The first challenge of a scheme that registries use.
pub(super) fn parse(value: &str) -> Option<Challenge> {
    let (scheme, rest) = value.trim().split_once(' ').unwrap_or((value.trim(), ""));
    let scheme = scheme.to_ascii_lowercase();
    if !matches!(scheme.as_str(), "bearer" | "basic") {
        return None;
    }
    let mut challenge = Challenge { scheme, realm: None, service: None };
    for (name, value) in parameters(rest) {
        match name.as_str() {
            "realm" => challenge.realm = challenge.realm.or(Some(value)),
            "service" => challenge.service = challenge.service.or(Some(value)),
            _ => {}
        }
    }
    Some(challenge)
}

/// `name=value` and `name="value"`, with commas between. What comes after something else is left out.
fn parameters(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text.trim_start_matches([' ', ',', '\t']);
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim();
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-') {
            break;
        }
        let Some((value, after)) = value(after.trim_start()) else { break };
        found.push((name.to_ascii_lowercase(), value));
        rest = after.trim_start_matches([' ', ',', '\t']);
    }
    found
}

fn value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', ' ']).unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        return Some((value.to_owned(), rest));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, quoted.get(at.saturating_add(1)..)?)),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Option<(String, Option<String>, Option<String>)> {
        parse(value).map(|challenge| (challenge.scheme, challenge.realm, challenge.service))
    }

    #[test]
    fn challenges_are_read_as_registries_write_them() {
        let some = |scheme: &str, realm: &str, service: Option<&str>| {
            Some((scheme.to_owned(), Some(realm.to_owned()), service.map(ToOwned::to_owned)))
        };
        let distribution = r#"Bearer realm="https://auth.example.com/token_auth",service="registry.example.com",scope="a:b:c,d""#;
        assert_eq!(read(distribution), some("bearer", "https://auth.example.com/token_auth", Some("registry.example.com")));
        assert_eq!(read(r#"Basic realm="Registry Realm""#), some("basic", "Registry Realm", None));
        assert_eq!(read(r#"BEARER  Realm = "a \"quoted\" one" , SERVICE=x"#), some("bearer", "a \"quoted\" one", Some("x")));
        assert_eq!(read("Bearer"), Some(("bearer".to_owned(), None, None)));
    }

    #[test]
    fn nonsense_is_no_challenge_and_ends_none_early() {
        assert_eq!(read(""), None);
        assert_eq!(read("Negotiate abc=="), None);
        assert_eq!(read(r#"Bearer realm="open"#), Some(("bearer".to_owned(), None, None)));
        assert_eq!(read(r#"Bearer realm="a\"#), Some(("bearer".to_owned(), None, None)));
        assert_eq!(read(r#"Bearer =,realm="a""#), Some(("bearer".to_owned(), None, None)));
    }
}
