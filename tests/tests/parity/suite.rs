//! The requests, and what must come back.

use super::host::Exchange;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Method, Request};
use serde_json::Value;

const FORM: &str = "application/x-www-form-urlencoded";
const UNAUTHORIZED: &str = r#"{"errors":[{"code":"UNAUTHORIZED","message":"incorrect username or password"}]}"#;

/// One request.
pub(super) struct Case {
    pub(super) what: &'static str,
    /// Whether the path is none of the surface's.
    pub(super) unknown_path: bool,
    method: Method,
    path: String,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Bytes,
    checks: Vec<Check>,
}

type Check = Box<dyn Fn(&Exchange)>;

impl Case {
    pub(super) fn get(what: &'static str, path: &str) -> Self {
        Self::new(what, Method::GET, path)
    }

    fn new(what: &'static str, method: Method, path: &str) -> Self {
        let path = path.to_owned();
        Self { what, unknown_path: false, method, path, headers: Vec::new(), body: Bytes::new(), checks: Vec::new() }
    }

    fn post(what: &'static str, form: &str) -> Self {
        Self::new(what, Method::POST, "/token_auth").header("content-type", FORM).body(form.as_bytes())
    }

    fn header(mut self, name: &'static str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name, value.as_ref().to_vec()));
        self
    }

    pub(super) fn login(self, name: &str, password: &str) -> Self {
        let value = format!("Basic {}", STANDARD.encode(format!("{name}:{password}")));
        self.header("authorization", value)
    }

    fn alice(self) -> Self {
        self.login("alice", "alice's password")
    }

    /// By somebody whose browser was here before, so that what he gets has nothing of chance in it.
    fn visited(self) -> Self {
        self.header("cookie", "spectacles_visit=0123456789abcdef0123456789abcdef")
    }

    fn body(mut self, body: &[u8]) -> Self {
        self.body = Bytes::copy_from_slice(body);
        self
    }

    fn nowhere(mut self) -> Self {
        self.unknown_path = true;
        self
    }

    fn checks(mut self, check: impl Fn(&Exchange) + 'static) -> Self {
        self.checks.push(Box::new(check));
        self
    }

    fn status(self, status: u16) -> Self {
        self.checks(move |answer| assert_eq!(answer.status, status, "{}", answer.text()))
    }

    fn says(self, text: &'static str) -> Self {
        self.checks(move |answer| assert!(answer.text().contains(text), "{}", answer.text()))
    }

    fn has_header(self, name: &'static str, value: &'static str) -> Self {
        self.checks(move |answer| assert_eq!(answer.header(name), Some(value), "{name}"))
    }

    /// A token for this subject, with these entries (`type:name` and the actions).
    fn grants(self, subject: &'static str, access: &'static [(&'static str, &'static [&'static str])]) -> Self {
        self.status(200).has_header("cache-control", "no-store").checks(move |answer| {
            let body: Value = serde_json::from_slice(&answer.body).expect("JSON");
            assert_eq!(body["token"], body["access_token"]);
            assert_eq!(body["expires_in"], 300);
            assert_eq!(body["issued_at"], "2026-01-02T03:04:05Z");
            let claims = body["token"].as_str().and_then(|token| token.split('.').nth(1)).expect("a token of three parts");
            let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).expect("base64")).expect("JSON");
            assert_eq!(claims["sub"], subject);
            assert_eq!(claims["iss"], "twin");
            let granted: Vec<String> = claims["access"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|entry| format!("{}:{} {}", entry["type"], entry["name"], entry["actions"]))
                .collect();
            let expected: Vec<String> = access
                .iter()
                .map(|(resource, actions)| {
                    let (kind, name) = resource.split_once(':').expect("type and name");
                    format!("{}:{} {}", Value::from(kind), Value::from(name), Value::from(actions.to_vec()))
                })
                .collect();
            assert_eq!(granted, expected);
        })
    }

    pub(super) fn check(&self, answer: &Exchange) {
        println!("{}: {} {}", self.what, answer.status, answer.text());
        assert!(answer.status < 500, "{}: {} {}", self.what, answer.status, answer.text());
        assert!(answer.header("content-length").is_some(), "{}: no length", self.what);
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{}", self.what);
        for check in &self.checks {
            check(answer);
        }
    }

    pub(super) fn request(&self, prefix: &str) -> Request<Bytes> {
        let mut request = Request::builder().method(self.method.clone()).uri(format!("{prefix}{}", self.path));
        for (name, value) in &self.headers {
            request = request.header(*name, value.as_slice());
        }
        request.body(self.body.clone()).expect("a request")
    }
}

/// A token request of alice's for these parameters.
fn alice(what: &'static str, query: &str) -> Case {
    Case::get(what, &format!("/token_auth?{query}")).alice()
}

fn refused(what: &'static str, query: &str, says: &'static str) -> Case {
    alice(what, query).status(400).has_header("content-type", "application/json").says(says)
}

pub(super) fn suite() -> Vec<Case> {
    let mut cases = tokens();
    cases.extend(refusals());
    cases.extend(forms());
    cases.extend(everything_else());
    cases
}

fn tokens() -> Vec<Case> {
    const NONE: &[&str] = &[];
    vec![
        alice("login without a scope", "service=registry.test").grants("alice", &[]),
        alice("the docker login", "account=alice&client_id=docker&offline_token=true&service=registry.test").grants("alice", &[]),
        alice("the owner pushes", "service=registry.test&scope=repository:team/app:push,pull")
            .grants("alice", &[("repository:team/app", &["pull", "push"])]),
        alice("the alias", "x=1").status(400),
        Case::get("the alias of the path", "/token?service=registry.test&scope=repository:team/app:*")
            .alice()
            .grants("alice", &[("repository:team/app", &["pull", "push", "delete"])]),
        alice("only what was asked", "service=registry.test&scope=repository:team/app:pull")
            .grants("alice", &[("repository:team/app", &["pull"])]),
        alice("a denial is an answer", "service=registry.test&scope=repository:shared/app:push,pull,delete")
            .grants("alice", &[("repository:shared/app", &["pull"])]),
        alice("nothing without a namespace", "service=registry.test&scope=repository:nobody/app:pull")
            .grants("alice", &[("repository:nobody/app", NONE)]),
        alice("a mount", "service=registry.test&scope=repository:team/app:pull,push&scope=repository:secret/x:pull")
            .grants("alice", &[("repository:team/app", &["pull", "push"]), ("repository:secret/x", NONE)]),
        alice("scopes in one parameter", "service=registry.test&scope=repository:team/app:pull+repository:team/app:pull,push")
            .grants("alice", &[("repository:team/app", &["pull", "push"])]),
        alice("a host in the name", "service=registry.test&scope=repository:localhost:5000/team/app:pull")
            .grants("alice", &[("repository:localhost:5000/team/app", NONE)]),
        alice("actions nobody knows", "service=registry.test&scope=repository:team/app:PULL,steal,pull")
            .grants("alice", &[("repository:team/app", &["pull"])]),
        alice("the catalog is not for everybody", "service=registry.test&scope=registry:catalog:*")
            .grants("alice", &[("registry:catalog", NONE)]),
        alice("searching is", "service=registry.test&scope=registry:catalog:search").grants("alice", &[("registry:catalog", &["search"])]),
        Case::get("the catalog for administrators", "/token_auth?service=registry.test&scope=registry:catalog:*")
            .login("root", "root's password")
            .grants("root", &[("registry:catalog", &["*"])]),
        Case::get("an administrator never gets a star", "/token_auth?service=registry.test&scope=repository:any/thing:*")
            .login("root", "root's password")
            .grants("root", &[("repository:any/thing", &["pull", "push", "delete"])]),
        Case::get("an explicit NONE", "/token_auth?service=registry.test&scope=repository:team/app:pull")
            .login("bob", "bob's password")
            .grants("bob", &[("repository:team/app", NONE)]),
        alice("a disabled registry", "service=closed.test&scope=repository:team/app:pull")
            .grants("alice", &[("repository:team/app", NONE)]),
        Case::get("without credentials", "/token_auth?service=open.test&scope=repository:public/app:pull,push")
            .grants("", &[("repository:public/app", &["pull"])]),
        Case::get("without credentials, nothing public", "/token_auth?service=open.test&scope=repository:team/app:pull")
            .grants("", &[("repository:team/app", NONE)]),
        alice("parameters nobody asked for", "service=registry.test&nonsense=1&nonsense=2").grants("alice", &[]),
        alice("the service twice, the same", "service=registry.test&service=registry.test").grants("alice", &[]),
        Case::get("the scheme in capitals", "/token_auth?service=registry.test")
            .header("authorization", format!("BASIC {}", STANDARD.encode("alice:alice's password")))
            .grants("alice", &[]),
    ]
}

fn refusals() -> Vec<Case> {
    let mut cases = vec![
        Case::get("a wrong password", "/token_auth?service=registry.test").login("alice", "wrong").status(401).says(UNAUTHORIZED),
        Case::get("nobody's name", "/token_auth?service=registry.test").login("mallory", "x").status(401).says(UNAUTHORIZED),
        Case::get("a disabled user", "/token_auth?service=registry.test").login("dora", "dora's password").status(401).says(UNAUTHORIZED),
        Case::get("an empty name", "/token_auth?service=registry.test").login("", "").status(401).says(UNAUTHORIZED),
        Case::get("a name in capitals", "/token_auth?service=registry.test").login("Alice", "alice's password").status(401),
        alice("the name of somebody else", "service=registry.test&account=root").status(401).says("UNAUTHORIZED"),
        alice("the name of the system", "service=registry.test&account=Spectacles&scope=registry:catalog:*").status(401),
        Case::get("the name of somebody and no credentials", "/token_auth?service=open.test&account=alice").status(401),
        Case::get("no credentials", "/token_auth?service=registry.test&scope=repository:public/app:pull").status(401),
        Case::get("another scheme", "/token_auth?service=registry.test").header("authorization", "Bearer abc").status(401),
        Case::get("broken base64", "/token_auth?service=registry.test").header("authorization", "Basic !!!").status(401),
        Case::get("no UTF-8", "/token_auth?service=registry.test").header("authorization", [b'B', 0xff, 0xfe]).status(401),
        refused("no service", "scope=repository:team/app:pull", "`service` is missing"),
        refused("an empty service", "service=", "`service` is missing"),
        refused("an unknown service", "service=nowhere.test", "no registry of the service name `nowhere.test`"),
        refused("two services", "service=registry.test&service=open.test", "twice"),
        refused("half a scope", "service=registry.test&scope=repository:team", "not of the form"),
        refused("a bad name", "service=registry.test&scope=repository:Team//x:pull", "`Team//x`"),
        refused("a path out of here", "service=registry.test&scope=repository:../../etc:pull", "repository name"),
        refused("control characters", "service=registry.test&scope=repository:a%0d%0ab:pull", "repository name"),
        refused("no UTF-8 in a scope", "service=registry.test&scope=repository:%ff%fe:pull", "repository name"),
        refused("no UTF-8 in the service", "service=%ff", "no registry"),
        refused("a scope of a mile", &format!("service=registry.test&scope=repository:{}:pull", "a/".repeat(2000)), "at most 255"),
        alice("two Authorization headers", "service=registry.test").alice().status(400),
    ];
    let many: Vec<String> = (0..101).map(|n| format!("scope=repository:r{n}:pull")).collect();
    cases.push(refused("too many scopes", &format!("service=registry.test&{}", many.join("&")), "at most 100"));
    let challenge = r#"Basic realm="Spectacles", charset="UTF-8""#;
    let unauthorized = Case::get("the challenge", "/token_auth?service=registry.test").login("alice", "wrong");
    cases.push(unauthorized.status(401).has_header("www-authenticate", challenge).has_header("cache-control", "no-store"));
    cases
}

fn forms() -> Vec<Case> {
    const LOGIN: &str = "grant_type=password&username=alice&password=alice%27s+password&service=registry.test&client_id=containerd-client";
    let with = |more: &str| format!("{LOGIN}&{more}");
    vec![
        Case::post("the password grant", &with("scope=repository:team/app:pull+repository:team/app:pull,push"))
            .grants("alice", &[("repository:team/app", &["pull", "push"])]),
        Case::post("the name of somebody else in a form", &with("account=root")).status(401).says("UNAUTHORIZED"),
        Case::post("ones own name in a form", &with("account=alice")).grants("alice", &[]),
        Case::post("a charset", LOGIN).header("accept", "*/*").grants("alice", &[]),
        Case::new("a form without a type", Method::POST, "/token").body(LOGIN.as_bytes()).grants("alice", &[]),
        Case::post("a wrong password in a form", "grant_type=password&username=alice&password=x&service=registry.test")
            .status(401)
            .says(UNAUTHORIZED),
        Case::post("a refresh token", "grant_type=refresh_token&refresh_token=x&service=registry.test").status(401).says("UNAUTHORIZED"),
        Case::post("an unknown grant", "grant_type=magic&service=registry.test").status(400).says("`magic` is not offered"),
        Case::post("no grant", "service=registry.test").status(400).says("`grant_type` is missing"),
        Case::post("no password", "grant_type=password&username=alice&service=registry.test").status(400).says("`password` is missing"),
        Case::post("no form", "\u{0}\u{1}{]").status(400),
        Case::post("an empty form", "").status(400),
        Case::new("JSON", Method::POST, "/token_auth").header("content-type", "application/json").body(b"{}").status(415),
        Case::post("the longest form", &with(&format!("x={}", "y".repeat(60_000)))).grants("alice", &[]),
        Case::post("a longer form", &with(&format!("x={}", "y".repeat(66_000)))).status(413).says("65536 bytes"),
        // What is left of it would be taken for the next request.
        Case::new("a longer form that nobody takes", Method::PUT, "/token_auth")
            .body("y".repeat(66_000).as_bytes())
            .status(405)
            .has_header("connection", "close"),
    ]
}

fn everything_else() -> Vec<Case> {
    let mut cases = vec![
        Case::get("keys", "/jwks.json").status(200).says("RS256").has_header("content-type", "application/jwk-set+json"),
        Case::get("certificates", "/certificates.pem").status(200).says("-----BEGIN CERTIFICATE-----"),
        Case::get("health", "/healthz").status(200).says("OK"),
        Case::get("readiness", "/readyz").status(200).says(r#"{"ready":true,"problems":[]}"#),
        Case::get("the version", "/version").status(200).says(env!("CARGO_PKG_VERSION")),
        Case::get("a query on a page without", "/version?x=%zz&&&=").status(200),
        Case::get("the API for programs", "/api/v1/openapi.json").status(200).has_header("content-type", "application/json"),
        Case::get("the API for people", "/api/docs").status(200).has_header("content-type", "text/html; charset=utf-8"),
        Case::get("what that looks like", "/api/docs/style.css").status(200).has_header("content-type", "text/css; charset=utf-8"),
        Case::get("nothing", "/nothing").nowhere().status(404).says("NOT_FOUND"),
        Case::get("a page", "/login").visited().status(200).says("name=\"password\"").has_header("x-frame-options", "DENY"),
        Case::new("a form of nobody", Method::POST, "/login").visited().body(b"name=a&password=b").status(415).says("This cannot be done"),
        Case::get("a slash too many", "/version/").nowhere().status(404),
        Case::get("a path in capitals", "/VERSION").nowhere().status(404),
    ];
    let tell = |what, registry: &str| Case::new(what, Method::POST, &format!("/api/v1/events/{registry}")).body(br#"{"events":[]}"#);
    cases.push(tell("a notification of nobody knows whom", "unknown.test").status(202).says(r#""events":0"#));
    cases.push(tell("a notification without a secret", "registry.test").status(401).says("UNAUTHORIZED"));
    cases.push(tell("a notification with a wrong one", "registry.test").header("authorization", "Bearer guessed").status(401));
    cases.push(Case::get("where notifications go", "/api/v1/events/registry.test").status(405).has_header("allow", "POST"));
    for path in ["/version", "/jwks.json", "/token_auth?service=open.test"] {
        cases.push(Case::new("HEAD", Method::HEAD, path).status(200).checks(|answer| {
            assert!(answer.body.is_empty());
            assert_ne!(answer.header("content-length"), Some("0"));
        }));
    }
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        let case = Case::new("a method that is not there", method, "/version").body(b"x");
        cases.push(case.status(405).has_header("allow", "GET, HEAD").says("UNSUPPORTED"));
    }
    let foreign = Method::from_bytes(b"BREW").expect("a method");
    cases.push(Case::new("a method of somebody else", foreign, "/token_auth").status(405).has_header("allow", "GET, HEAD, POST"));
    cases
}
