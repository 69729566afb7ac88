//! Who may do what, decided by facts that you put in yourself: the core alone, without a store, a runtime or a network.
#![allow(clippy::print_stdout, reason = "it shows what it does")]

use spectacles_core::access::{Facts, GroupFacts, NamespaceFacts, Question, RegistryFacts, Subject, UserFacts, decide, subject_of};
use spectacles_core::id::{GroupId, NamespaceId, RegistryId, UserId};
use spectacles_core::model::{Circumstances, Grant, Grantee, Terms, TimedGroup};
use spectacles_core::name::NameError;
use spectacles_core::right::{Actions, Right};
use spectacles_core::time::{Clock as _, SystemClock};
use std::error::Error;

const DEVELOPERS: GroupId = GroupId::new(1);

fn main() -> Result<(), Box<dyn Error>> {
    let facts = facts()?;
    let registry = facts.registry("registry.example.com");
    let user = |name: &str| facts.user(name).map(|user| subject_of(user, true)).ok_or("no such user");

    // Rights may end, and depend on where a request comes from.
    let circumstances = Circumstances { at: SystemClock::new().now(), from: None };
    let (pull_push, all) = (Actions::PULL | Actions::PUSH, Actions::ALL);
    let cases = [
        ("alice", user("alice")?, "team/app", all, all),
        ("bob", user("bob")?, "team/app", pull_push, pull_push),
        // Push is WRITE, and without it WRITE gives no pull either: it is for uploading, not for reading what others have.
        ("bob", user("bob")?, "team/app", Actions::PULL, Actions::NONE),
        ("carol", user("carol")?, "team/app", pull_push, Actions::PULL),
        // `team` governs whole path components: what only begins alike is not its own.
        ("alice", user("alice")?, "teamwork/app", all, Actions::NONE),
        ("nobody", Subject::Anonymous, "team/app", Actions::PULL, Actions::NONE),
    ];
    println!("{:8}{:14}{:18}{:18}because", "who", "repository", "asks for", "may");
    for (name, subject, repository, requested, expected) in cases {
        let question = Question { subject, repository: &repository.parse()?, requested, circumstances };
        let decision = decide(&facts, registry, &question);
        let (requested, allowed) = (requested.to_string(), decision.allowed.to_string());
        println!("{name:8}{repository:14}{requested:18}{allowed:18}{}", decision.because.named(&facts, subject));
        assert_eq!(decision.allowed, expected, "{name} {repository}");
    }
    Ok(())
}

/// One registry with a namespace `team`: alice owns it, developers may write to it, everybody else may read it.
fn facts() -> Result<Facts, NameError> {
    let mut facts = Facts::default();
    facts.put_group(GroupFacts { id: DEVELOPERS, name: "Developers".parse()?, slug: None });
    for (id, name, groups) in [(1, "alice", vec![]), (2, "bob", vec![TimedGroup::always(DEVELOPERS)]), (3, "carol", vec![])] {
        facts.put_user(UserFacts { groups: groups.into(), ..UserFacts::new(UserId::new(id), name.parse()?) });
    }
    let registry = RegistryId::new(1);
    facts.put_registry(RegistryFacts::new(registry, "registry.example.com".parse()?));
    facts.put_namespace(NamespaceFacts {
        owner: Some(UserId::new(1)),
        others_right: Right::Read,
        grants: [Grant { grantee: Grantee::Group(DEVELOPERS), right: Right::Write, terms: Terms::none() }].into(),
        ..NamespaceFacts::new(NamespaceId::new(1), registry, "team".parse()?)
    });
    Ok(facts)
}
