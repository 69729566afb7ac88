//! Who may do what, decided by facts that you put in yourself: the core alone, without a store, a runtime or a network.
#![allow(clippy::print_stdout, reason = "it shows what it does")]

use spectacles_core::access::{Facts, NamespaceFacts, RegistryFacts, Subject, UserFacts, decide, subject_of};
use spectacles_core::id::{GroupId, NamespaceId, RegistryId, UserId};
use spectacles_core::model::{Anonymous, TokenSettings};
use spectacles_core::name::NameError;
use spectacles_core::right::{Actions, Right};
use std::error::Error;

const DEVELOPERS: GroupId = GroupId::new(1);

fn main() -> Result<(), Box<dyn Error>> {
    let facts = facts()?;
    let registry = facts.registry("registry.example.com");
    let user = |name: &str| facts.user(name).map(|user| subject_of(user, true)).ok_or("no such user");

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
        let decision = decide(subject, registry, &repository.parse()?, requested);
        let (requested, allowed) = (requested.to_string(), decision.allowed.to_string());
        println!("{name:8}{repository:14}{requested:18}{allowed:18}{}", decision.because.named(&facts));
        assert_eq!(decision.allowed, expected, "{name} {repository}");
    }
    Ok(())
}

/// One registry with a namespace `team`: alice owns it, developers may write to it, everybody else may read it.
fn facts() -> Result<Facts, NameError> {
    let mut facts = Facts::default();
    facts.put_group(DEVELOPERS, "Developers".parse()?);
    for (id, name, groups) in [(1, "alice", vec![]), (2, "bob", vec![DEVELOPERS]), (3, "carol", vec![])] {
        let (id, name, groups) = (UserId::new(id), name.parse()?, groups.into());
        facts.put_user(UserFacts { id, name, admin: false, enabled: true, password: None, groups });
    }
    let registry = RegistryId::new(1);
    facts.put_registry(RegistryFacts {
        id: registry,
        service: "registry.example.com".parse()?,
        enabled: true,
        read_only: false,
        anonymous: Anonymous::Off,
        token: TokenSettings::default(),
    });
    facts.put_namespace(NamespaceFacts {
        id: NamespaceId::new(1),
        registry,
        path: "team".parse()?,
        owner: Some(UserId::new(1)),
        public: false,
        members_right: Right::Full,
        groups_right: Right::None,
        others_right: Right::Read,
        members: Box::new([]),
        groups: Box::new([]),
        user_grants: Box::new([]),
        group_grants: Box::new([(DEVELOPERS, Right::Write)]),
    });
    Ok(facts)
}
