//! Makes a registry of a document from the rules.

use super::config::{Config, Labels};
use super::findings::{Findings, Who};
use super::regions::{self, Part, Region};
use super::rights::{Settings, Share, Shortage, settings, share, single};
use super::rules::{Applicable, Principal, applicable};
use super::{Options, prune};
use crate::declarative::{DeclaredGroup, DeclaredNamespace, DeclaredRegistry, Granted};
use crate::import::{Import, Outcome};
use crate::model::{Anonymous, Policy, Terms};
use crate::name::{GroupName, ServiceName, UserName};
use crate::right::{Action, Actions, Right};
use crate::service::GranteeName;
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};

/// Everybody's rules on one registry.
struct Everybody {
    users: Vec<(UserName, Vec<Applicable>)>,
    others: Vec<Applicable>,
    /// Where those without credentials are let in.
    anonymous: Option<Vec<Applicable>>,
    networks: Vec<IpNet>,
}

/// Adds a registry.
pub(super) fn registry(
    config: &Config,
    users: &[(UserName, Labels)],
    service: &ServiceName,
    options: &Options,
    import: &mut Import,
) -> Result<(), String> {
    let everybody = Everybody::new(config, users, service);
    let mut findings = Findings::new(config, service);
    let mut declared = Vec::new();
    for region in everybody.regions().ok_or_else(|| format!("its patterns would make more than {} namespaces", regions::MOST))? {
        let settings = everybody.settle(&region, &mut findings);
        declared.push((region, settings));
    }
    let needed = prune::needed(declared);
    let is_public = needed.values().any(|settings| settings.public);
    let mut registry = match &options.url {
        Some(url) => DeclaredRegistry { url: Some(url.clone()), policy: Policy::Namespaces, ..DeclaredRegistry::default() },
        None => DeclaredRegistry::default(),
    };
    if is_public && options.url.is_some() {
        registry.anonymous = Anonymous::Pull;
    } else if is_public {
        let message = format!("pulling without credentials begins with `spectacles registry set {service} --anonymous pull`");
        import.report.add(Outcome::Advice, None, "users.\"\"", message);
    }
    let mut groups = Groups { service, names: BTreeMap::new() };
    for (path, settings) in needed {
        let path = path.parse().map_err(|error| format!("{error}"))?;
        registry.namespaces.insert(path, namespace(settings, &mut groups, import)?);
    }
    import.document.registries.insert(service.clone(), registry);
    findings.tell(&mut import.report);
    Ok(())
}

impl Everybody {
    fn new(config: &Config, users: &[(UserName, Labels)], service: &ServiceName) -> Self {
        let listed: BTreeSet<String> = users.iter().map(|(name, _)| name.to_string()).collect();
        let read = |principal: &Principal| applicable(&config.rules, principal, service.as_str(), &listed);
        let mut networks: Vec<IpNet> = config.rules.iter().filter_map(|rule| rule.network).collect();
        networks.sort_unstable();
        networks.dedup();
        Self {
            users: users.iter().map(|(name, labels)| (name.clone(), read(&Principal::Account(name.to_string(), labels.clone())))).collect(),
            others: read(&Principal::Others),
            anonymous: config.anonymous.as_ref().map(|account| read(&Principal::Account(String::new(), account.labels.clone()))),
            networks,
        }
    }

    fn regions(&self) -> Option<Vec<Region>> {
        let all = self.users.iter().map(|(_, rules)| rules).chain([&self.others]).chain(&self.anonymous);
        regions::all(all.flatten().flat_map(|rule| &rule.names))
    }

    /// Whom a region belongs to: it begins with his name, and he may everything there, which he may not elsewhere.
    fn owner<'u>(&self, region: &Region, users: &'u [(UserName, Share)]) -> Option<&'u UserName> {
        let Some(Part::Literal(first)) = region.parts.first() else { return None };
        let (name, share_here) = users.iter().find(|(name, _)| name.as_str() == first)?;
        let mut elsewhere = region.clone();
        *elsewhere.parts.first_mut()? = Part::Other;
        let (_, rules) = self.users.iter().find(|(user, _)| user == name)?;
        let everything = |share: &Share| share.base == Actions::ALL;
        (everything(share_here) && !everything(&share(rules, &elsewhere, &self.networks))).then_some(name)
    }

    /// What there is to say on one region, and what cannot be said.
    fn settle(&self, region: &Region, findings: &mut Findings<'_>) -> Settings {
        let users: Vec<(UserName, Share)> =
            self.users.iter().map(|(name, rules)| (name.clone(), share(rules, region, &self.networks))).collect();
        let mut others = share(&self.others, region, &self.networks);
        // One right for all of them: of pull and push only pull.
        if single(others.base).is_none() {
            others.short = others.short.or_else(|| Some(Shortage::Actions(others.base.to_string())));
            others.base = others.base & Actions::PULL;
        }
        if others.inside.is_some() {
            others.short = others.short.or(Some(Shortage::Networks));
        }
        let mut public = false;
        if let Some(rules) = &self.anonymous {
            let anonymous = share(rules, region, &self.networks);
            let wanted = anonymous.base.contains(Action::Pull);
            let admits = |share: &Share| share.base.contains(Action::Pull);
            public = wanted && admits(&others) && users.iter().all(|(_, share)| admits(share));
            let short = match (anonymous.short, wanted && !public) {
                (_, true) => Some(Shortage::Public),
                (None, false) if anonymous.base != Actions::NONE && anonymous.base != Actions::PULL => {
                    Some(Shortage::Actions(anonymous.base.to_string()))
                }
                (None, false) if anonymous.inside.is_some() => Some(Shortage::Networks),
                (short, false) => short,
            };
            findings.note(Who::Anonymous, region, short);
        }
        for (name, share) in &users {
            findings.note(Who::User(name), region, share.short.clone());
        }
        findings.note(Who::Others, region, others.short.clone());
        settings(&users, others.base, public, self.owner(region, &users))
    }
}

/// Groups that stand for users who have the same on some namespace.
struct Groups<'s> {
    service: &'s ServiceName,
    names: BTreeMap<BTreeSet<UserName>, (GroupName, GroupName)>,
}

impl Groups<'_> {
    /// Two of them, with the same members: a group has one right on a namespace, and pull with push takes two.
    fn of(&mut self, members: BTreeSet<UserName>) -> Result<(GroupName, GroupName), String> {
        if let Some(names) = self.names.get(&members) {
            return Ok(names.clone());
        }
        let number = self.names.len() + 1;
        // Names have an end.
        let service: String = self.service.as_str().chars().take(80).collect();
        let name = |what: &str| format!("{service} {what} {number}").parse::<GroupName>().map_err(|error| error.to_string());
        let names = (name("rules")?, name("rules (push)")?);
        self.names.insert(members, names.clone());
        Ok(names)
    }
}

fn namespace(settings: Settings, groups: &mut Groups<'_>, import: &mut Import) -> Result<DeclaredNamespace, String> {
    let Settings { owner, public, others, own, grouped } = settings;
    let others_right = single(others).unwrap_or(Right::None);
    let mut namespace = DeclaredNamespace { owner, public, others_right, ..DeclaredNamespace::default() };
    for (user, (right, networks)) in own {
        let terms = Terms { until: None, networks: networks.into() };
        namespace.grants.insert(GranteeName::User(user), Granted { right, terms });
    }
    let mut alike: BTreeMap<String, (Actions, BTreeSet<UserName>)> = BTreeMap::new();
    for (user, actions) in grouped {
        alike.entry(actions.to_string()).or_insert_with(|| (actions, BTreeSet::new())).1.insert(user);
    }
    for (actions, members) in alike.into_values() {
        let (first, second) = groups.of(members.clone())?;
        let mut give = |name: GroupName, right| {
            let description = "users who have the same rights by the rules of docker_auth".to_owned();
            let members = members.iter().map(|user| (user.clone(), None)).collect();
            import.document.groups.entry(name.clone()).or_insert(DeclaredGroup { slug: Some(None), description, members });
            namespace.grants.insert(GranteeName::Group(name), Granted { right, terms: Terms::none() });
        };
        match single(actions) {
            Some(right) => give(first, right),
            // READ and WRITE together are pull and push.
            None => {
                give(first, Right::Read);
                give(second, Right::Write);
            }
        }
    }
    Ok(namespace)
}
