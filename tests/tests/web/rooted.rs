//! Everything below a path, as it is behind a proxy that serves other things as well and passes paths on as they are.

use crate::support::http::{self, Credentials};
use crate::support::process::Process;
use crate::support::server::{Framework, Person, Spectacles};
use crate::support::web::{Form, Visitor, plain};
use regex::Regex;
use reqwest::Method;
use std::collections::{BTreeSet, VecDeque};

const ROOT: &str = "/spectacles";

/// A server below the path. It ends with what is returned.
fn started(framework: Framework) -> (Spectacles, Process) {
    let spectacles = Spectacles::new().with("WEB_ROOT", ROOT);
    spectacles.create_user(&Person::new("admin"), &["--admin"]);
    spectacles.command(&["registry", "create", "registry.test", "--url", "http://127.0.0.1:1"]);
    spectacles.command(&["namespace", "create", "registry.test", "team", "--owner", "admin"]);
    spectacles.command(&["group", "create", "devs"]);
    spectacles.command(&["group", "add", "devs", "admin"]);
    spectacles.command(&["app", "create", "shop", "--responsible", "devs"]);
    spectacles.command(&["service", "create", "ci", "--app", "shop"]);
    let listen = format!("127.0.0.1:{}", spectacles.port());
    let command = spectacles.spectacles(&["serve", "--listen", &listen, "--framework", framework.as_str()]);
    let mut server = Process::start("spectacles", &spectacles.data(), &command);
    let ready = format!("{}{ROOT}/readyz", spectacles.url());
    server.wait_until_ready(|| http::try_send(&Method::GET, &ready, Credentials::None, &[], "").is_ok_and(|answer| answer.status == 200));
    (spectacles, server)
}

/// Signs in as people do who come to the address of the proxy.
fn signed_in(url: &str) -> Visitor {
    let mut visitor = Visitor::new(url);
    let answer = visitor.get(ROOT);
    assert_eq!(answer.header("location"), format!("{ROOT}/login"));
    let form = visitor.form(&format!("{ROOT}/login"), "password").with("name", "admin").with("password", "Corr3ct-horse:admin");
    let answer = visitor.send(&form);
    assert_eq!((answer.status, answer.header("location")), (303, &*format!("{ROOT}/")), "{}", answer.text());
    for cookie in answer.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().expect("a cookie of text");
        assert!(cookie.contains(&format!("; Path={ROOT};")), "nobody else on that host is sent it: {cookie}");
    }
    visitor
}

#[test]
fn everything_that_pages_lead_to_is_below_the_root() {
    let reference = Regex::new(r#" (?:href|src|action|content)="([^"]*)""#).expect("a pattern");
    for framework in [Framework::Axum, Framework::Poem] {
        let (spectacles, _server) = started(framework);
        let mut visitor = signed_in(&spectacles.url());
        let mut open = VecDeque::from([format!("{ROOT}/")]);
        let mut seen: BTreeSet<String> = open.iter().cloned().collect();
        let mut pages = 0;
        while let Some(path) = open.pop_front() {
            let mut answer = visitor.get(&path);
            if answer.status == 303 {
                let next = answer.header("location").to_owned();
                assert!(next.starts_with(&format!("{ROOT}/")), "{path} leads to {next}");
                answer = visitor.get(&next);
            }
            assert_eq!(answer.status, 200, "{framework:?}: {path}: {}", answer.text());
            if !answer.header("content-type").starts_with("text/html") || path.contains("/api/docs") {
                continue;
            }
            pages += 1;
            let text = answer.text();
            for link in reference.captures_iter(&text).map(|link| plain(&link[1])).filter(|link| link.starts_with(['/', '?'])) {
                let target = if link.starts_with('?') { format!("{}{link}", path.split('?').next().unwrap_or_default()) } else { link };
                assert!(target.starts_with(&format!("{ROOT}/")), "{framework:?}: {path} leads to {target}");
                let target = target.split('#').next().unwrap_or_default().to_owned();
                // Forms are sent, and tables have many orders.
                let is_new = !target.ends_with("/logout") && !target.ends_with("/preferences") && !target.contains("order=");
                if is_new && seen.insert(target.clone()) {
                    open.push_back(target);
                }
            }
        }
        assert!(pages > 25, "{framework:?}: only {pages} pages were found: {seen:?}");
    }
}

#[test]
fn forms_and_errors_stay_below_the_root() {
    let (spectacles, _server) = started(Framework::Axum);
    let mut visitor = signed_in(&spectacles.url());
    let form = visitor.form(&format!("{ROOT}/groups/new"), "groups.create").with("name", "below");
    assert_eq!(visitor.submit(&form), format!("{ROOT}/groups/below"));
    let page = visitor.page(&format!("{ROOT}/groups/below"));
    let themes = Form::on(&page, &["theme"]).expect("a form");
    assert_eq!(visitor.submit(&themes.with("theme", "dark")), format!("{ROOT}/groups/below"), "back to where he was");
    let form = visitor.form(&format!("{ROOT}/groups/below"), "groups.delete").with("_typed", "below");
    assert_eq!(visitor.submit(&form), format!("{ROOT}/groups"));
    let lost = visitor.get(&format!("{ROOT}/nothing-is-here"));
    assert_eq!(lost.status, 404);
    assert!(lost.text().contains(&format!("href=\"{ROOT}/\"")), "{}", lost.text());
    let page = visitor.page(&format!("{ROOT}/registries/registry.test"));
    assert!(
        page.contains(&format!("realm: &#34;{}{ROOT}/token_auth&#34;", spectacles.url())),
        "registries are told the whole address: {page}"
    );
    let page = visitor.page(&format!("{ROOT}/groups"));
    let leave = Form::on(&page, &["plain"]).expect("the form that signs out");
    assert_eq!(visitor.submit(&leave), format!("{ROOT}/login"));
    assert_eq!(visitor.get(&format!("{ROOT}/groups")).header("location"), format!("{ROOT}/login?next=%2Fgroups"));
}
