use super::grammar::{is_component, is_host};
use super::*;
use proptest::prelude::*;

#[test]
fn components_follow_the_grammar_of_the_registry() {
    for good in ["a", "0", "app", "a.b", "a_b", "a__b", "a-b", "a---b", "a.b_c__d-e", "1a"] {
        assert!(is_component(good), "{good}");
    }
    for bad in ["", "A", ".a", "a.", "a..b", "a___b", "a._b", "a_-b", "-a", "a-", "a b", "ä", "a/b", "*", "a\0"] {
        assert!(!is_component(bad), "{bad}");
    }
}

#[test]
fn hosts_may_have_ports_and_capitals() {
    for good in ["localhost:5000", "Registry", "registry.example.com:443", "[::1]:5000", "10.0.0.1", "[fe80::1]"] {
        assert!(is_host(good), "{good}");
    }
    for bad in ["", ":5000", "host:", "host:port", "host:123456", "-a.b", "[::g]", "a..b", "ho st"] {
        assert!(!is_host(bad), "{bad}");
    }
}

#[test]
fn user_names_refuse_what_would_be_dangerous_or_ambiguous() {
    for good in ["alice", "alice.smith", "a1", "ci-bot"] {
        assert!(good.parse::<UserName>().is_ok(), "{good}");
    }
    let long = "a".repeat(49);
    for bad in ["", "Alice", "../evil", "/abs", "<img>", "a@b", "42", "spectacles", "anonymous", "system", "a\nb", long.as_str()] {
        assert!(bad.parse::<UserName>().is_err(), "{bad}");
    }
}

#[test]
fn errors_show_an_excerpt_without_control_characters() {
    let error = format!("a\r\n{}", "b".repeat(500)).parse::<UserName>().unwrap_err().to_string();
    assert!(error.contains("a\\r\\nbbb") && error.contains('…') && error.len() < 250, "{error}");
}

#[test]
fn service_names_may_have_spaces_but_no_quotes() {
    assert!("Docker registry".parse::<ServiceName>().is_ok());
    for bad in ["", " x", "x ", "a\"b", "a\\b", "a\tb"] {
        assert!(bad.parse::<ServiceName>().is_err(), "{bad}");
    }
}

#[test]
fn a_host_is_not_a_path_component() {
    let name: RepositoryName = "registry.example.com:5000/team/app".parse().unwrap();
    assert_eq!(name.host(), Some("registry.example.com:5000"));
    assert_eq!(name.components().collect::<Vec<_>>(), ["team", "app"]);
    let name: RepositoryName = "registry.example.com/app".parse().unwrap();
    assert_eq!(name.host(), None);
    for bad in ["", "/", "a/", "/a", "a//b", "A/B", "host:5000", "host:5000/", "a:b", "a/../b", "*", "a/*"] {
        assert!(bad.parse::<RepositoryName>().is_err(), "{bad}");
    }
}

#[test]
fn a_namespace_covers_whole_components_only() {
    let covers = |path: &str, name: &str| path.parse::<NamespacePath>().unwrap().covers(&name.parse().unwrap());
    for (path, name) in [("team", "team"), ("team", "team/app/x"), ("team/app", "team/app"), ("*/app", "team/app/x"), ("/", "busybox")] {
        assert!(covers(path, name), "{path} {name}");
    }
    for (path, name) in [
        ("team", "teamx/app"),
        ("team/app", "team"),
        ("*/app", "team/application"),
        ("/", "team/app"),
        ("*", "host:5000/app"),
        ("/", "host:5000/app"),
    ] {
        assert!(!covers(path, name), "{path} {name}");
    }
}

#[test]
fn deeper_paths_and_then_earlier_literals_come_first() {
    let rank = |path: &str| path.parse::<NamespacePath>().unwrap().specificity();
    let ordered = ["/", "*", "team", "*/*", "*/app", "team/*", "team/app", "*/*/*"];
    for pair in ordered.windows(2) {
        assert!(rank(pair[0]) < rank(pair[1]), "{pair:?}");
    }
}

proptest! {
    #[test]
    fn names_never_panic_and_survive_a_round_trip(text in "\\PC{0,80}|[a-z0-9._/:*\\[\\]-]{0,300}") {
        if let Ok(name) = text.parse::<RepositoryName>() {
            prop_assert_eq!(name.as_str(), &text);
            prop_assert!(name.components().all(is_component));
        }
        if let Ok(path) = text.parse::<NamespacePath>() {
            prop_assert_eq!(path.to_string(), text.clone());
        }
        let _ = (text.parse::<UserName>(), text.parse::<GroupName>(), text.parse::<ServiceName>(), text.parse::<Email>());
    }
}

#[test]
fn a_registry_url_is_absolute_and_holds_no_password() {
    let url = |text: &str| text.parse::<RegistryUrl>();
    assert_eq!(url("http://localhost:5000/").unwrap().join("/v2/"), "http://localhost:5000/v2/");
    assert_eq!(url("https://example.com/registry").unwrap().host(), "example.com");
    for junk in [
        "",
        "localhost:5000",
        "ftp://host",
        "http://",
        "http://host/?q=1",
        "http://host/#x",
        "http://ho st/",
        "/path",
        "http:/host",
        "http:///host",
        "HTTP://host",
        "https://registry.example*",
        "https://a!b.example",
    ] {
        assert!(url(junk).is_err(), "{junk}");
    }
    let error = url("http://me:secret@host").unwrap_err().to_string();
    assert!(error.contains("credentials") && !error.contains("secret"), "{error}");
}
