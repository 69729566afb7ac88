//! The path policy: whose a repository is, by the first components of its name.
#![allow(clippy::print_stdout, reason = "it shows what it does")]

use spectacles_core::access::{AppFacts, Facts, GroupFacts, Question, RegistryFacts, ServiceAccountFacts, Subject, UserFacts, decide};
use spectacles_core::id::{AppId, GroupId, RegistryId, ServiceAccountId, UserId};
use spectacles_core::model::{Circumstances, Policy, Privileges, TimedGroup};
use spectacles_core::name::NameError;
use spectacles_core::right::Actions;
use spectacles_core::time::{Clock as _, SystemClock};
use std::error::Error;

const DEVS: GroupId = GroupId::new(1);
const OPS: GroupId = GroupId::new(2);
const WEB: AppId = AppId::new(1);

fn main() -> Result<(), Box<dyn Error>> {
    let facts = facts()?;
    let registry = facts.registry("registry.example.com");
    let user = |name: &str| facts.user(name).map(|user| Subject::User(user)).ok_or("no such user");
    let service = Subject::Service(facts.service("web-prod").ok_or("no such service")?);
    let circumstances = Circumstances { at: SystemClock::new().now(), from: None };

    let (none, pull, both) = (Actions::NONE, Actions::PULL, Actions::PULL | Actions::PUSH);
    let cases = [
        ("alice", user("alice")?, "users/alice/scratch", both),
        ("alice", user("alice")?, "users/1/scratch", both),
        ("alice", user("alice")?, "groups/devs/tools", both),
        ("alice", user("alice")?, "apps/web/front", both),
        // What is nobody's own is pushed by those who answer for the registry, and deleted by managers among them.
        ("alice", user("alice")?, "base/debian", pull),
        ("olga", user("olga")?, "base/debian", Actions::ALL),
        ("olga", user("olga")?, "users/alice/scratch", Actions::DELETE),
        ("web-prod", service, "apps/web/front", pull),
        ("web-prod", service, "users/alice/scratch", none),
    ];
    println!("{:10}{:22}{:20}because", "who", "repository", "may");
    for (name, subject, repository, expected) in cases {
        let question = Question { subject, repository: &repository.parse()?, requested: Actions::ALL, circumstances };
        let decision = decide(&facts, registry, &question);
        println!("{name:10}{repository:22}{:20}{}", decision.allowed.to_string(), decision.because.named(&facts, subject));
        assert_eq!(decision.allowed, expected, "{name} {repository}");
    }
    Ok(())
}

/// A registry that is published to developers and operators, and for which operators answer. Developers make the app `web`, and a service
/// runs it.
fn facts() -> Result<Facts, NameError> {
    let mut facts = Facts::default();
    let groups = |ids: &[GroupId]| ids.iter().map(|id| TimedGroup::always(*id)).collect();
    for (id, name) in [(DEVS, "devs"), (OPS, "ops")] {
        facts.put_group(GroupFacts { id, name: name.parse()?, slug: Some(name.parse()?) });
    }
    let pushes = Privileges { puller: true, pusher: true, manager: false };
    for (id, name, group, privileges) in [(1, "alice", DEVS, pushes), (2, "olga", OPS, Privileges::ALL)] {
        let user = UserFacts::new(UserId::new(id), name.parse()?);
        facts.put_user(UserFacts { groups: groups(&[group]), privileges, ..user });
    }
    facts.put_app(AppFacts {
        id: WEB,
        name: "web".parse()?,
        slug: Some("web".parse()?),
        responsibles: groups(&[DEVS]),
        publications: groups(&[DEVS]),
    });
    facts.put_service(ServiceAccountFacts {
        id: ServiceAccountId::new(1),
        name: "web-prod".parse()?,
        app: Some(WEB),
        enabled: true,
        secrets: [].into(),
    });
    facts.put_registry(RegistryFacts {
        policy: Policy::Paths,
        // Otherwise only those who answer for it push, also to what is their own.
        restricted: false,
        publications: groups(&[DEVS, OPS]),
        responsibles: groups(&[OPS]),
        ..RegistryFacts::new(RegistryId::new(1), "registry.example.com".parse()?)
    });
    Ok(facts)
}
