//! Changes that must stop or start tokens. They are made by another process here, so they have a second.

use super::desk::{Desk, SERVICE};
use crate::support::http::Credentials;
use crate::support::server::{Person, within_a_second};
use crate::support::world::Role;

through_both_frameworks!(
    a_disabled_user_gets_no_more_tokens,
    a_deleted_user_gets_no_more_tokens,
    a_changed_password_replaces_the_old_one,
    rights_follow_the_groups,
    a_namespace_begins_and_ends,
    an_administrator_can_be_made_and_unmade,
);

fn create(desk: &Desk, name: &str) -> Person {
    let person = Person::new(name);
    desk.spectacles.create_user(&person, &[]);
    until(desk, &person, 200);
    person
}

fn until(desk: &Desk, person: &Person, status: u16) {
    let ask = || (desk.ask(person.credentials(), &["repository:shared/app:pull"]).status == status).then_some(());
    within_a_second(&format!("{status} for {}", person.name), ask);
}

fn until_granted(desk: &Desk, person: &Person, repository: &str, actions: &str) {
    let ask = || (desk.spectacles.actions(person.credentials(), SERVICE, repository, "*") == actions).then_some(());
    within_a_second(&format!("{actions:?} on {repository} for {}", person.name), ask);
}

fn a_disabled_user_gets_no_more_tokens(desk: &Desk) {
    let person = create(desk, "disabled");
    desk.spectacles.command(&["user", "set", "disabled", "--enabled", "false"]);
    until(desk, &person, 401);
    let form = [("grant_type", "password"), ("username", "disabled"), ("password", &person.password), ("service", SERVICE)];
    assert_eq!(desk.spectacles.post_token(&form).status, 401);
    desk.spectacles.command(&["user", "set", "disabled", "--enabled", "true"]);
    until(desk, &person, 200);
}

fn a_deleted_user_gets_no_more_tokens(desk: &Desk) {
    let person = create(desk, "deleted");
    desk.spectacles.command(&["user", "delete", "deleted"]);
    until(desk, &person, 401);
}

fn a_changed_password_replaces_the_old_one(desk: &Desk) {
    let person = create(desk, "changed");
    let after = Person { password: "An0ther-horse".to_owned(), ..person.clone() };
    assert_eq!(desk.ask(after.credentials(), &[]).status, 401);
    desk.spectacles.command_with(&["user", "set", "changed", "--password-stdin"], "An0ther-horse\n");
    until(desk, &person, 401);
    until(desk, &after, 200);
}

fn rights_follow_the_groups(desk: &Desk) {
    let person = create(desk, "mover");
    assert_eq!(desk.spectacles.actions(person.credentials(), SERVICE, "group-a/app", "*"), "");
    desk.spectacles.command(&["group", "add", "devs", "mover"]);
    until_granted(desk, &person, "group-a/app", "pull,push,delete");
    desk.spectacles.command(&["group", "remove", "devs", "mover"]);
    until_granted(desk, &person, "group-a/app", "");
}

fn a_namespace_begins_and_ends(desk: &Desk) {
    let person = create(desk, "founder");
    desk.spectacles.command(&["namespace", "create", SERVICE, "founded", "--owner", "founder"]);
    until_granted(desk, &person, "founded/app", "pull,push,delete");
    desk.spectacles.command(&["namespace", "grant", SERVICE, "founded", "--user", "founder", "READ"]);
    until_granted(desk, &person, "founded/app", "pull");
    desk.spectacles.command(&["namespace", "revoke", SERVICE, "founded", "--user", "founder"]);
    until_granted(desk, &person, "founded/app", "pull,push,delete");
    desk.spectacles.command(&["namespace", "delete", SERVICE, "founded"]);
    until_granted(desk, &person, "founded/app", "");
}

fn an_administrator_can_be_made_and_unmade(desk: &Desk) {
    let person = create(desk, "deputy");
    desk.spectacles.command(&["user", "set", "deputy", "--admin", "true"]);
    until_granted(desk, &person, "secret/app", "pull,push,delete");
    desk.spectacles.command(&["user", "set", "deputy", "--admin", "false"]);
    until_granted(desk, &person, "secret/app", "");
    assert_eq!(desk.ask(Credentials::Basic("admin", &Role::Administrator.person().password), &[]).status, 200);
}
