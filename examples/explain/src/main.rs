//! Why somebody may not do something, who can, and what would help: asked of facts of your own.
#![allow(clippy::print_stdout, reason = "it shows what it does")]

use spectacles_core::access::questions::{Questions, Sight};
use spectacles_core::access::{Facts, GroupFacts, NamespaceFacts, RegistryFacts, UserFacts};
use spectacles_core::id::{GroupId, NamespaceId, RegistryId, UserId};
use spectacles_core::model::{Assignment, Circumstances, Grantee, Terms, TimedGroup};
use spectacles_core::name::NameError;
use spectacles_core::right::{Action, Actions, Right};
use spectacles_core::time::{Clock as _, SystemClock};
use std::error::Error;

const DEVS: GroupId = GroupId::new(1);

fn main() -> Result<(), Box<dyn Error>> {
    let facts = facts()?;
    let registry = facts.registry("registry.example.com").ok_or("no such registry")?;
    let bob = facts.user("bob").ok_or("no such user")?;
    let circumstances = Circumstances { at: SystemClock::new().now(), from: None };
    let questions = Questions { facts: &facts, admin_bypass: true, circumstances };
    let (repository, wanted) = ("team/app".parse()?, Actions::PULL | Actions::PUSH);

    let explained = questions.explain(registry, questions.subject(bob), &repository, wanted, Sight::Everything);
    println!("bob may {} of {wanted}: {}", explained.answer, explained.because);
    assert_eq!(explained.answer.allowed, Actions::PULL);
    for step in &explained.steps {
        println!("  {:20}{}", step.rule, step.text);
    }
    for suggestion in &explained.advice {
        println!("it would help to {}", suggestion.text);
    }
    assert!(!explained.advice.is_empty(), "each was tried");

    let mut pushers: Vec<String> = questions
        .who_can(registry, &repository, Actions::ALL)
        .filter(|holding| holding.answer.allowed.contains(Action::Push))
        .map(|holding| holding.subject.to_string())
        .collect();
    pushers.sort_unstable();
    println!("who can push: {}", pushers.join(", "));
    assert_eq!(pushers, ["user `alice`"]);
    Ok(())
}

/// alice owns `team`; developers, of whom bob is one, are assigned to it and may read.
fn facts() -> Result<Facts, NameError> {
    let mut facts = Facts::default();
    facts.put_group(GroupFacts { id: DEVS, name: "devs".parse()?, slug: None });
    facts.put_user(UserFacts::new(UserId::new(1), "alice".parse()?));
    let bob = UserFacts::new(UserId::new(2), "bob".parse()?);
    facts.put_user(UserFacts { groups: [TimedGroup::always(DEVS)].into(), ..bob });
    let registry = RegistryId::new(1);
    facts.put_registry(RegistryFacts::new(registry, "registry.example.com".parse()?));
    facts.put_namespace(NamespaceFacts {
        owner: Some(UserId::new(1)),
        groups_right: Right::Read,
        assigned: [Assignment { grantee: Grantee::Group(DEVS), terms: Terms::none() }].into(),
        ..NamespaceFacts::new(NamespaceId::new(1), registry, "team".parse()?)
    });
    Ok(facts)
}
