//! Lists: whatever is asked for, a store finds what looking at everything finds.

mod crowd;
pub(super) mod random;

use super::search;
use super::support::{at, read};
use crowd::Crowd;
use random::Random;
use spectacles_core::id::{AppId, GroupId, NamespaceId, RegistryId, ServiceAccountId, UserId};
use spectacles_core::listing::{
    ActivityField, AppField, AuditField, Cursor, DecisionField, Field, Given, GroupField, Listing, NamespaceField, RegistryField,
    RepositoryField, ServiceField, TagField, UserField,
};
use spectacles_core::model::{Published, Relation};
use spectacles_core::store::{ReadTx, RepositoryChoice, Store};
use spectacles_core::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// When it is asked: in the middle of all moments there are.
fn now() -> Timestamp {
    at(3_600_000)
}

/// Up to a hundred thousand things, by id.
fn everything<F: Field>() -> Listing<F> {
    Listing::read(Given { order: Some("id"), limit: Some("0"), ..Given::default() }).expect("a listing")
}

/// Asks at random for things of one kind, at once and page by page, and compares with what looking at everything finds.
macro_rules! compare {
    ($store:ident, $Field:ty, $list:ident, $number:ident $(, $registry:expr)?) => {{
        let mut tx = $store.read().await.expect("a read transaction");
        let all = tx.$list($($registry,)? &everything::<$Field>().query(now(), None)).await.expect("everything");
        assert!(all.len() > 5, "there is not enough to compare");
        let mut random = Random::new(stringify!($Field));
        for round in 0..40 {
            let asked = random.question::<$Field>();
            let filters: Vec<&str> = asked.filters.iter().map(String::as_str).collect();
            let given = Given { filters: &filters, order: Some(&asked.order), ..Given::default() };
            let whole = Listing::<$Field>::read(Given { limit: Some("0"), ..given }).unwrap_or_else(|error| panic!("{asked:?}: {error}"));
            let query = whole.query(now(), None);
            let wanted = query.select(all.iter().cloned());
            assert_eq!(tx.$list($($registry,)? &query).await.expect("a list"), wanted, "{} in round {round}: {asked:?}", stringify!($Field));
            let number = tx.$number($($registry,)? &query).await.expect("a number");
            assert_eq!(usize::try_from(number), Ok(wanted.len()), "{asked:?}");
            // With what was left out at the beginning.
            let offset = random.below(wanted.len().saturating_add(2)).to_string();
            let later = Listing::<$Field>::read(Given { offset: Some(&offset), limit: Some("3"), ..given }).expect("a listing");
            let found = tx.$list($($registry,)? &later.query(now(), None)).await.expect("a list");
            assert_eq!(found, later.query(now(), None).select(all.iter().cloned()), "{asked:?} from {offset}");
            // Each thing exactly once, in the same order.
            let (mut found, mut after, limit) = (Vec::new(), None::<Cursor>, random.below(9).saturating_add(1).to_string());
            loop {
                let given = Given { after: after.as_ref().map(Cursor::as_str), limit: Some(&limit), ..given };
                let listing = Listing::<$Field>::read(given).expect("a cursor");
                let page = listing.cut(tx.$list($($registry,)? &listing.query(now(), None)).await.expect("a page")).expect("a page");
                found.extend(page.items);
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(found, wanted, "{asked:?} in pages of {limit}");
        }
    }};
}

pub(super) async fn everything_is_found_in_order_and_once(store: Arc<dyn Store>) {
    let crowd = Crowd::make(store.as_ref()).await;
    compare!(store, UserField, list_users, number_of_users);
    compare!(store, GroupField, list_groups, number_of_groups);
    compare!(store, AppField, list_apps, number_of_apps);
    compare!(store, ServiceField, list_services, number_of_services);
    compare!(store, RegistryField, list_registries, number_of_registries);
    compare!(store, NamespaceField, list_namespaces, number_of_namespaces, None);
    compare!(store, NamespaceField, list_namespaces, number_of_namespaces, Some(crowd.first_registry));
    compare!(store, AuditField, list_changes, number_of_changes);
    compare!(store, DecisionField, list_decisions, number_of_decisions);
}

pub(super) async fn content_is_found_in_order_and_once(store: Arc<dyn Store>) {
    let (registries, repository) = search::crowd_with_tags(&store).await;
    let paths = ["team", "a", "", "nothing"].map(|path| (registries[0], path.to_owned()));
    let of = |registry, below| RepositoryChoice { registry, below };
    let chosen = of(None, Some(paths.into()));
    compare!(store, RepositoryField, list_repositories, number_of_repositories, &RepositoryChoice::default());
    compare!(store, RepositoryField, list_repositories, number_of_repositories, &of(Some(registries[1]), None));
    compare!(store, RepositoryField, list_repositories, number_of_repositories, &chosen);
    compare!(store, TagField, list_tags, number_of_tags, repository);
    compare!(store, ActivityField, list_activities, number_of_activities);
    let listing = everything();
    let none = read!(store, tx => tx.list_repositories(&of(None, Some(vec![])), &listing.query(now(), None)).await.expect("repositories"));
    assert_eq!(none, [], "below nothing is nothing");
    // Below a path is what begins with it and a slash, and the path itself.
    let choice = of(None, Some(vec![(registries[0], "team".to_owned())]));
    let found = read!(store, tx => tx.list_repositories(&choice, &listing.query(now(), None)).await.expect("repositories"));
    assert!(found.iter().any(|one| one.repository.name.as_str() == "team") && found.len() > 2, "{found:?}");
    assert!(found.iter().all(|one| one.repository.name.components().next() == Some("team") && one.repository.registry == registries[0]));
    // The empty one is for names of one part.
    let choice = of(Some(registries[0]), Some(vec![(registries[0], String::new()), (registries[1], String::new())]));
    let found = read!(store, tx => tx.list_repositories(&choice, &listing.query(now(), None)).await.expect("repositories"));
    assert!(found.len() > 2 && found.iter().all(|one| !one.repository.name.as_str().contains('/')), "{found:?}");
}

/// The groups that somebody is in now.
async fn groups_of(tx: &mut dyn ReadTx, user: UserId) -> BTreeSet<GroupId> {
    let groups = tx.groups_of_users(&[user]).await.expect("groups");
    groups.into_iter().filter(|(_, own, _)| own.is_current(now())).map(|(_, own, _)| own.group).collect()
}

/// What one of these groups has one of these relations to now.
async fn related(tx: &mut dyn ReadTx, all: &[Published], groups: &BTreeSet<GroupId>, relations: &[Relation]) -> BTreeSet<Published> {
    let related = tx.related_to(all).await.expect("relations").into_iter();
    let related = related.filter(|(_, relation, there, _)| relations.contains(relation) && there.is_current(now()));
    related.filter(|(_, _, there, _)| groups.contains(&there.group)).map(|(of, ..)| of).collect()
}

pub(super) async fn ordinary_users_find_what_is_theirs(store: Arc<dyn Store>) {
    let crowd = Crowd::make(store.as_ref()).await;
    let mut tx = store.read().await.expect("a read transaction");
    let tx = tx.as_mut();
    let all_apps = tx.list_apps(&everything::<AppField>().query(now(), None)).await.expect("apps");
    let all_registries = tx.list_registries(&everything::<RegistryField>().query(now(), None)).await.expect("registries");
    let all_namespaces = tx.list_namespaces(None, &everything::<NamespaceField>().query(now(), None)).await.expect("namespaces");
    let mut seen = BTreeMap::<&str, usize>::new();
    for user in crowd.users {
        let of = Some(user);
        let groups = groups_of(tx, user).await;
        let found = tx.list_users(&everything().query(now(), of)).await.expect("users");
        assert_eq!(found.iter().map(|user| user.id).collect::<Vec<_>>(), [user]);
        assert_eq!(tx.number_of_users(&everything().query(now(), of)).await.expect("a number"), 1);

        let found = tx.list_groups(&everything().query(now(), of)).await.expect("groups");
        assert_eq!(found.iter().map(|group| group.id).collect::<BTreeSet<_>>(), groups);
        *seen.entry("groups").or_default() += found.len();

        let ids: Vec<_> = all_apps.iter().map(|app| Published::App(app.id)).collect();
        let wanted = related(tx, &ids, &groups, &[Relation::Publication, Relation::Responsible]).await;
        let found = tx.list_apps(&everything().query(now(), of)).await.expect("apps");
        assert_eq!(found.iter().map(|app| Published::App(app.id)).collect::<BTreeSet<_>>(), wanted);
        assert_eq!(found.len(), wanted.len());
        *seen.entry("apps").or_default() += found.len();

        let found = tx.list_services(&everything().query(now(), of)).await.expect("services");
        assert!(found.iter().all(|named| named.service.owner == of), "{found:?}");
        *seen.entry("services").or_default() += found.len();

        let ids: Vec<_> = all_registries.iter().map(|registry| Published::Registry(registry.id)).collect();
        let answers = related(tx, &ids, &groups, &[Relation::Responsible]).await;
        let knows = |registry: RegistryId, enabled| enabled || answers.contains(&Published::Registry(registry));
        let wanted: Vec<_> = all_registries.iter().filter(|registry| knows(registry.id, registry.enabled)).cloned().collect();
        let found = tx.list_registries(&everything().query(now(), of)).await.expect("registries");
        assert_eq!(found, wanted);
        *seen.entry("registries").or_default() += found.iter().filter(|registry| !registry.enabled).count();

        let wanted: BTreeSet<_> = wanted.iter().map(|registry| registry.id).collect();
        let wanted: Vec<_> = all_namespaces.iter().filter(|named| wanted.contains(&named.namespace.registry)).cloned().collect();
        assert_eq!(tx.list_namespaces(None, &everything().query(now(), of)).await.expect("namespaces"), wanted);
        let number = tx.number_of_namespaces(None, &everything().query(now(), of)).await.expect("a number");
        assert_eq!(usize::try_from(number), Ok(wanted.len()));

        assert!(tx.list_changes(&everything().query(now(), of)).await.expect("changes").is_empty());
        assert!(tx.list_decisions(&everything().query(now(), of)).await.expect("decisions").is_empty());
    }
    assert!(seen.len() == 4 && seen.values().all(|number| *number > 0), "nothing was tried: {seen:?}");
}

pub(super) async fn what_belongs_to_many_is_read_at_once(store: Arc<dyn Store>) {
    let crowd = Crowd::make(store.as_ref()).await;
    // More than one query asks for, and most of them do not exist.
    let (many, last) = (0..1_203, 1_203);
    read!(store, tx => {
        let users: Vec<_> = many.clone().map(UserId::new).collect();
        let mut at_once = tx.groups_of_users(&users).await.expect("groups");
        at_once.sort_by_key(|(user, ..)| *user);
        let mut one_by_one = Vec::new();
        for user in &users {
            let groups = tx.groups_of_user(*user).await.expect("groups");
            one_by_one.extend(groups.into_iter().map(|(group, until)| (*user, group.id, until, group.name)));
        }
        let at_once: Vec<_> = at_once.into_iter().map(|(user, own, name)| (user, own.group, own.until, name)).collect();
        assert!(!at_once.is_empty());
        assert_eq!(at_once, one_by_one);

        let groups: Vec<_> = many.clone().map(GroupId::new).collect();
        let mut at_once = tx.members_of_groups(&groups).await.expect("members");
        at_once.sort_by_key(|(group, ..)| *group);
        let mut one_by_one = Vec::new();
        for group in &groups {
            let members = tx.members_of_group(*group).await.expect("members");
            one_by_one.extend(members.into_iter().map(|(user, until)| (*group, user.name, until)));
        }
        assert!(!at_once.is_empty());
        assert_eq!(at_once, one_by_one);

        let mut things: Vec<_> = many.clone().map(|id| Published::App(AppId::new(id))).collect();
        things.extend(many.clone().map(|id| Published::Registry(RegistryId::new(id))));
        let at_once = tx.related_to(&things).await.expect("relations");
        let mut number = 0;
        for of in things {
            for relation in [Relation::Publication, Relation::Responsible] {
                let some: Vec<_> = at_once.iter().filter(|(thing, to, ..)| (*thing, *to) == (of, relation)).collect();
                assert!(some.is_sorted_by_key(|(.., name)| name), "{some:?}");
                let mut some: Vec<_> = some.iter().map(|(_, _, there, _)| *there).collect();
                some.sort_by_key(|there| there.group);
                assert_eq!(some, tx.related(of, relation).await.expect("relations"));
                number += some.len();
            }
        }
        assert!(number > 0 && number == at_once.len());

        let apps: Vec<_> = many.clone().map(AppId::new).collect();
        let mut at_once = tx.services_of_apps(&apps).await.expect("services");
        at_once.sort();
        let named = tx.list_services(&everything().query(now(), None)).await.expect("services");
        let mut wanted: Vec<_> = named.iter().filter_map(|named| Some((named.service.app?, named.service.name.clone()))).collect();
        wanted.sort();
        assert!(!wanted.is_empty());
        assert_eq!(at_once, wanted);

        let ids: Vec<_> = many.clone().map(NamespaceId::new).collect();
        let mut assigned = tx.assigned_to(&ids).await.expect("assignments");
        let mut granted = tx.granted_on(&ids).await.expect("grants");
        assert!(!assigned.is_empty() && !granted.is_empty());
        for id in ids {
            let wanted = tx.assigned(id).await.expect("assignments");
            assert_eq!(assigned.extract_if(.., |(of, _)| *of == id).map(|(_, there)| there).collect::<Vec<_>>(), wanted);
            let wanted = tx.grants(id).await.expect("grants");
            assert_eq!(granted.extract_if(.., |(of, _)| *of == id).map(|(_, there)| there).collect::<Vec<_>>(), wanted);
        }
        assert!(assigned.is_empty() && granted.is_empty());

        let names: BTreeMap<_, _> = tx.user_names(&users).await.expect("names").into_iter().collect();
        assert_eq!(names.keys().copied().collect::<Vec<_>>(), crowd.users);
        assert_eq!(names.len(), tx.users(None, last).await.expect("users").len());
        for (id, name) in names {
            assert_eq!(tx.user(id).await.expect("a user").map(|user| user.name), Some(name));
        }
        let names: BTreeMap<_, _> = tx.group_names(&groups).await.expect("names").into_iter().collect();
        assert_eq!(names.len(), tx.groups(None, last).await.expect("groups").len());
        let services: Vec<_> = many.map(ServiceAccountId::new).collect();
        let names: BTreeMap<_, _> = tx.service_names(&services).await.expect("names").into_iter().collect();
        assert_eq!(names.len(), tx.service_accounts(None, last).await.expect("service accounts").len());
    });
}
