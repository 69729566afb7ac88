//! docker_auth's access rules, read as its documentation says: one rule after the other, and the first that matches counts.
//!
//! Written for this test alone, from the documentation, and as simple as can be: it shares nothing with the importer.

use regex::Regex;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::HashMap;
use std::net::IpAddr;

pub(super) struct Interpreter {
    rules: Vec<Value>,
    users: Value,
    /// Reading them takes longer than all the rest.
    expressions: RefCell<HashMap<String, Regex>>,
}

pub(super) struct Request<'r> {
    pub(super) account: &'r str,
    pub(super) service: &'r str,
    pub(super) name: &'r str,
    pub(super) from: Option<IpAddr>,
    pub(super) actions: &'r [&'r str],
}

impl Interpreter {
    pub(super) fn new(config: &Value) -> Self {
        Self {
            rules: config["acl"].as_array().cloned().unwrap_or_default(),
            users: config["users"].clone(),
            expressions: RefCell::default(),
        }
    }

    pub(super) fn authorize(&self, request: &Request<'_>) -> Vec<String> {
        if request.account.is_empty() && self.users.get("").is_none_or(|user| user.get("password").is_some()) {
            return Vec::new();
        }
        let Some(rule) = self.rules.iter().find(|rule| self.matches(&rule["match"], request)) else { return Vec::new() };
        let listed: Vec<&str> = rule["actions"]
            .as_array()
            .expect("the test says it rightly")
            .iter()
            .map(|action| action.as_str().expect("the test says it rightly"))
            .collect();
        let requested = request.actions.iter().map(|action| (*action).to_owned());
        if listed == ["*"] { requested.collect() } else { requested.filter(|action| listed.contains(&action.as_str())).collect() }
    }

    fn values(&self, account: &str, label: &str) -> Vec<String> {
        let values = self.users.get(account).and_then(|user| user["labels"][label].as_array());
        values.into_iter().flatten().map(|value| value.as_str().expect("the test says it rightly").to_owned()).collect()
    }

    fn matches(&self, conditions: &Value, request: &Request<'_>) -> bool {
        let text = |field: &str, text: &str| conditions[field].as_str().is_none_or(|pattern| self.fits(pattern, text, request));
        let labels = conditions["labels"].as_object().is_none_or(|labels| {
            labels.iter().all(|(label, pattern)| {
                self.values(request.account, label)
                    .iter()
                    .any(|value| self.fits(pattern.as_str().expect("the test says it rightly"), value, request))
            })
        });
        let from = conditions["ip"].as_str().is_none_or(|network| request.from.is_some_and(|from| inside(network, from)));
        text("account", request.account)
            && text("type", "repository")
            && text("name", request.name)
            && text("service", request.service)
            && labels
            && from
    }

    /// Any combination of labels will do.
    fn fits(&self, pattern: &str, text: &str, request: &Request<'_>) -> bool {
        if let Some(start) = pattern.find("${labels:") {
            let end = start + pattern[start..].find('}').expect("the test says it rightly");
            let values = self.values(request.account, &pattern[start + 9..end]);
            let with = |value: &String| format!("{}{}{}", &pattern[..start], literal(value), &pattern[end + 1..]);
            return values.iter().any(|value| self.fits(&with(value), text, request));
        }
        let variables =
            [("${account}", request.account), ("${type}", "repository"), ("${name}", request.name), ("${service}", request.service)];
        let pattern = variables.iter().fold(pattern.to_owned(), |pattern, (name, value)| pattern.replace(name, &literal(value)));
        if pattern.len() > 2 && pattern.starts_with('/') && pattern.ends_with('/') {
            let mut known = self.expressions.borrow_mut();
            let expression = pattern[1..pattern.len() - 1].to_owned();
            return known.entry(expression).or_insert_with_key(|text| Regex::new(text).expect("the test says it rightly")).is_match(text);
        }
        shell(pattern.as_bytes(), text.as_bytes())
    }
}

fn literal(text: &str) -> String {
    text.chars().map(|sign| if "\\.+*?()|[]{}^$".contains(sign) { format!("\\{sign}") } else { sign.to_string() }).collect()
}

fn inside(network: &str, from: IpAddr) -> bool {
    let (address, bits) = network
        .split_once('/')
        .map_or((network, None), |(address, bits)| (address, Some(bits.parse::<u32>().expect("the test says it rightly"))));
    match (address.parse().expect("the test says it rightly"), from) {
        (IpAddr::V4(network), IpAddr::V4(from)) => {
            let shift = 32 - bits.unwrap_or(32);
            u64::from(u32::from(network)) >> shift == u64::from(u32::from(from)) >> shift
        }
        (IpAddr::V6(network), IpAddr::V6(from)) => bits.is_none() && network == from,
        _ => false,
    }
}

/// Patterns of shells: the asterisk and the question mark stop at slashes. The tests use no other classes than `[x-y]`.
fn shell(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => shell(rest, text) || matches!(text, [sign, more @ ..] if *sign != b'/' && shell(pattern, more)),
        ([b'?', rest @ ..], [sign, more @ ..]) => *sign != b'/' && shell(rest, more),
        ([b'[', low, b'-', high, b']', rest @ ..], [sign, more @ ..]) => (low..=high).contains(&sign) && shell(rest, more),
        ([b'\\', wanted, rest @ ..], [sign, more @ ..]) | ([wanted, rest @ ..], [sign, more @ ..]) => wanted == sign && shell(rest, more),
        _ => false,
    }
}
