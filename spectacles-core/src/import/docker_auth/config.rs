//! What a configuration of docker_auth says.

use crate::declarative::{Problem, Tree};
use crate::import::tree::{entries, field, items, line, problem, scalar};
use crate::model::parse_network;
use crate::right::{Action, Actions};
use ipnet::IpNet;
use std::collections::BTreeMap;

/// Labels of an account: several values each.
pub(super) type Labels = BTreeMap<String, Vec<String>>;

/// A user of the static list.
#[derive(Debug, Clone, Default)]
pub(super) struct Account {
    pub(super) line: Option<usize>,
    /// As it is written.
    pub(super) password: Option<Secret>,
    pub(super) labels: Labels,
}

/// Text that is never shown.
#[derive(Clone)]
pub(super) struct Secret(pub(super) String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// An access rule.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) line: Option<usize>,
    pub(super) account: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) name: Option<String>,
    pub(super) service: Option<String>,
    pub(super) network: Option<IpNet>,
    pub(super) labels: Vec<(String, String)>,
    /// Conditions that nobody here knows.
    pub(super) strange: Vec<String>,
    pub(super) actions: Actions,
    /// Actions that no registry asks for on a repository.
    pub(super) other_actions: Vec<String>,
}

#[derive(Debug, Default)]
pub(super) struct Config {
    /// Without the one who has no name.
    pub(super) users: BTreeMap<String, Account>,
    /// Whether those without credentials are let in, and their labels.
    pub(super) anonymous: Option<Account>,
    pub(super) rules: Vec<Rule>,
}

impl Config {
    pub(super) fn read(tree: &Tree) -> Result<Self, Vec<Problem>> {
        let (mut config, mut problems) = (Self::default(), Vec::new());
        if entries(tree).is_empty() {
            return Err(vec![problem(tree, "", "there is no map of sections such as `users` and `acl` in the file")]);
        }
        for (key, tree) in field(tree, "users").map(entries).unwrap_or_default() {
            let account = account(tree);
            let account = Account { line: key.at.map(|at| at.line), ..account };
            match key.name.as_str() {
                "" => config.anonymous = Some(account).filter(|account| account.password.is_none()),
                name => drop(config.users.insert(name.to_owned(), account)),
            }
        }
        if let Some(acl) = field(tree, "acl") {
            match items(acl) {
                Some(items) => items.iter().enumerate().for_each(|(index, item)| match rule(item, &format!("acl[{index}]")) {
                    Ok(rule) => config.rules.push(rule),
                    Err(wrong) => problems.push(wrong),
                }),
                None => problems.push(problem(acl, "acl", "it is no list")),
            }
        }
        if problems.is_empty() { Ok(config) } else { Err(problems) }
    }
}

fn account(tree: &Tree) -> Account {
    let password = field(tree, "password").and_then(scalar).map(|text| Secret(text.to_owned()));
    let mut labels = Labels::new();
    for (key, values) in field(tree, "labels").map(entries).unwrap_or_default() {
        let values = match items(values) {
            Some(items) => items.iter().filter_map(scalar).map(str::to_owned).collect(),
            None => scalar(values).map(str::to_owned).into_iter().collect(),
        };
        labels.insert(key.name.clone(), values);
    }
    Account { line: line(tree), password, labels }
}

fn rule(tree: &Tree, path: &str) -> Result<Rule, Problem> {
    let found = entries(tree).iter().find(|(key, _)| key.name == "match");
    let Some((_, conditions)) = found else { return Err(problem(tree, path, "`match` is missing")) };
    let listed = field(tree, "actions").ok_or_else(|| problem(tree, path, "`actions` is missing"))?;
    let listed: Vec<&str> =
        items(listed).ok_or_else(|| problem(listed, format!("{path}.actions"), "it is no list"))?.iter().filter_map(scalar).collect();
    let mut rule = Rule {
        line: line(tree),
        account: None,
        kind: None,
        name: None,
        service: None,
        network: None,
        labels: Vec::new(),
        strange: Vec::new(),
        actions: listed.iter().filter_map(|text| Action::parse(text)).collect(),
        other_actions: listed.iter().filter(|text| Action::parse(text).is_none()).map(|text| (*text).to_owned()).collect(),
    };
    // Only alone does the asterisk mean everything.
    if listed.as_slice() == ["*"] {
        (rule.actions, rule.other_actions) = (Actions::ALL, Vec::new());
    }
    for (key, tree) in entries(conditions) {
        let text = scalar(tree).map(str::to_owned);
        match key.name.as_str() {
            "account" => rule.account = text,
            "type" => rule.kind = text,
            "name" => rule.name = text,
            "service" => rule.service = text,
            "ip" => {
                let parsed = text.map(|text| parse_network(&text)).transpose();
                rule.network = parsed.map_err(|error| problem(tree, format!("{path}.match.ip"), error.to_string()))?;
            }
            "labels" => {
                let labels = entries(tree).iter().filter_map(|(key, tree)| Some((key.name.clone(), scalar(tree)?.to_owned())));
                rule.labels = labels.collect();
            }
            other => rule.strange.push(other.to_owned()),
        }
    }
    Ok(rule)
}
