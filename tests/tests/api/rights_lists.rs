//! Lists show what can be shown, and nothing else; and they show it as it is shown by itself.

use super::rights_world::{ROLES, World};
use serde_json::Value;

/// A list, and where its items are: the fields of an item that name it.
struct List {
    path: &'static str,
    item: fn(&Value) -> String,
}

fn part(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.replace('/', "%2F")
}

fn grantee(item: &Value) -> String {
    let kind = ["user", "group", "service"].into_iter().find(|kind| item[*kind].is_string()).expect("a grantee");
    format!("{kind}/{}", part(&item[kind]))
}

const LISTS: &[List] = &[
    List { path: "/users", item: |item| format!("/users/{}", part(&item["name"])) },
    List { path: "/groups", item: |item| format!("/groups/{}", part(&item["name"])) },
    List { path: "/groups/devs/members", item: |item| format!("/groups/devs/members/{}", part(&item["user"])) },
    List { path: "/apps", item: |item| format!("/apps/{}", part(&item["name"])) },
    List { path: "/apps/shop/responsibles", item: |item| format!("/apps/shop/responsibles/{}", part(&item["group"])) },
    List { path: "/apps/shop/publications", item: |item| format!("/apps/shop/publications/{}", part(&item["group"])) },
    List { path: "/apps/till/responsibles", item: |item| format!("/apps/till/responsibles/{}", part(&item["group"])) },
    List { path: "/apps/till/publications", item: |item| format!("/apps/till/publications/{}", part(&item["group"])) },
    List { path: "/services", item: |item| format!("/services/{}", part(&item["name"])) },
    List { path: "/registries", item: |item| format!("/registries/{}", part(&item["service"])) },
    List {
        path: "/registries/registry.test/responsibles",
        item: |item| format!("/registries/registry.test/responsibles/{}", part(&item["group"])),
    },
    List {
        path: "/registries/registry.test/publications",
        item: |item| format!("/registries/registry.test/publications/{}", part(&item["group"])),
    },
    List { path: "/namespaces", item: |item| format!("/registries/{}/namespaces/{}", part(&item["registry"]), part(&item["path"])) },
    List {
        path: "/registries/registry.test/namespaces",
        item: |item| format!("/registries/registry.test/namespaces/{}", part(&item["path"])),
    },
    List {
        path: "/registries/registry.test/namespaces/team/grants",
        item: |item| format!("/registries/registry.test/namespaces/team/grants/{}", grantee(item)),
    },
    List {
        path: "/registries/registry.test/namespaces/shared/grants",
        item: |item| format!("/registries/registry.test/namespaces/shared/grants/{}", grantee(item)),
    },
    List {
        path: "/registries/registry.test/namespaces/team/assignments",
        item: |item| format!("/registries/registry.test/namespaces/team/assignments/{}", grantee(item)),
    },
    List { path: "/users/uma/tokens", item: |item| format!("/users/uma/tokens/{}", part(&item["id"])) },
];

fn items(answer: &Value) -> Vec<Value> {
    answer["items"].as_array().expect("items").clone()
}

#[test]
fn what_is_listed_can_be_shown_and_what_can_be_shown_is_listed() {
    let world = World::start();
    world.token("uma", &serde_json::json!({}));
    for List { path, item } in LISTS {
        let all = items(&world.admin("GET", &format!("{path}?{}", everything(path)), &Value::Null));
        assert!(!all.is_empty(), "{path}: there is nothing to be told apart");
        for (role, name) in ROLES {
            let list = world.get(name, &format!("{path}?{}", everything(path)));
            let listed = if list.status == 200 { items(&list.json()) } else { Vec::new() };
            assert!(matches!(list.status, 200 | 404), "{role} {path}: {}", list.text());
            for one in &listed {
                let shown = world.get(name, &item(one));
                assert_eq!(shown.status, 200, "{role} cannot be shown {}, which is listed", item(one));
                assert_eq!(shown.json(), *one, "{role} is shown {} otherwise than it is listed", item(one));
            }
            for one in &all {
                let place = item(one);
                let is_listed = listed.iter().any(|own| item(own) == place);
                let status = world.get(name, &place).status;
                assert_eq!(status, if is_listed { 200 } else { 404 }, "{role} {place}");
            }
            if path.matches('/').count() == 1 {
                let counted = world.get(name, &format!("{path}?limit=1&total=true")).json();
                assert_eq!(counted["total"].as_u64(), u64::try_from(listed.len()).ok(), "{role} {path}");
            }
        }
    }
}

/// Lists that have pages are asked for all of them.
fn everything(path: &str) -> &'static str {
    if path.matches('/').count() == 1 || path.ends_with("/namespaces") { "limit=0" } else { "" }
}

#[test]
fn nobody_reads_of_others_what_is_not_for_him() {
    let world = World::start();
    for (role, name) in &ROLES[..5] {
        for List { path, .. } in LISTS {
            let text = world.get(name, path).text();
            for address in ["nora@example.com", "mia@example.com", "uma@example.com"] {
                assert!(!text.contains(address) || address.starts_with(name), "{role} reads {address} at {path}: {text}");
            }
            // Who is in a group is told to its members.
            assert!(!text.contains("vito") || *role == "responsible", "{role} reads of vito at {path}: {text}");
            // A manager who answers for the registry may delete in all of them.
            assert!(!text.contains("secret") || *role == "responsible", "{role} reads of namespace secret at {path}: {text}");
        }
    }
}

#[test]
fn filters_and_orders_tell_nothing_that_is_not_listed() {
    let world = World::start();
    for (path, filters) in [
        ("/users", &["email %25", "admin true", "name uma", "email uma%25", "id >0"][..]),
        ("/groups", &["name far", "id >0", "description empty"]),
        ("/apps", &["name till", "id >0"]),
        ("/services", &["owner uma", "app till", "name cd"]),
        ("/registries", &["service closed.test", "enabled false", "id >0"]),
        ("/namespaces", &["owner uma", "path secret", "registry closed.test", "id >0"]),
    ] {
        for (role, name) in ROLES {
            let own = items(&world.get(name, &format!("{path}?limit=0")).json());
            for filter in filters {
                let answer =
                    world.get(name, &format!("{path}?filter={}&total=true&order=-id", filter.replace(' ', "+").replace('>', "%3E")));
                let found = answer.json();
                assert_eq!(found["total"].as_u64(), u64::try_from(items(&found).len()).ok(), "{role} {path} {filter}");
                for item in items(&found) {
                    assert!(own.contains(&item), "{role} finds {item} at {path} by {filter}");
                }
            }
        }
    }
}
