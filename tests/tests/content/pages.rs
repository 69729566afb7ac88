//! The same in a browser, without scripts.

use super::{Shelf, at};
use crate::support::web::{Form, Visitor};
use crate::support::world::{Role, World};
use serde_json::json;

fn visitor(shelf: &Shelf, who: Role) -> Visitor {
    Visitor::signed_in(&shelf.world.spectacles.url(), &who.person())
}

#[test]
fn people_browse_describe_and_delete_in_the_browser() {
    let shelf = Shelf::filled(&[]);
    let (mut full, mut reader) = (visitor(&shelf, Role::Full), visitor(&shelf, Role::Read));
    let (team, secret) = (at("team/app"), at("secret/plan"));

    // Everybody finds what he may pull.
    let all = full.page("/repositories");
    assert!(all.contains("team/app") && all.contains("shared/tool") && !all.contains("secret/plan"), "{all}");
    let found = full.page(&format!("/repositories?registry={}&q=tool", World::SERVICE));
    assert!(found.contains("shared/tool") && !found.contains("team/app"), "{found}");
    assert!(full.get("/repositories?format=csv").text().contains("registry.test,team/app,"));
    assert_eq!(full.get(&secret).status, 404);
    assert_eq!(full.get(&format!("{secret}/tags/v1")).status, 404);
    let found = full.page("/search?q=app");
    assert!(found.contains(&format!("href=\"{team}\"")), "{found}");
    let found = full.page("/search?q=team/app:d");
    assert!(found.contains(&format!("href=\"{team}/tags/d\"")), "{found}");
    for path in ["/", "/activity"] {
        let feed = full.page(path);
        assert!(feed.contains("appeared") && feed.contains("team/app") && !feed.contains("secret/plan"), "{path}: {feed}");
    }
    let namespace = full.page("/registries/registry.test/namespaces/team");
    assert!(namespace.contains(&format!("href=\"{team}\"")), "{namespace}");

    // What people write is Markdown, and nothing else.
    let text = "# The shop\n\nSee *this* <script>alert(1)</script> [x](javascript:alert(1)) [docs](https://docs.example)";
    let form = full.form(&team, "repositories.change").with("description", text);
    assert_eq!(full.submit(&form), team);
    let page = reader.page(&team);
    assert!(page.contains("<h3>The shop</h3>") && page.contains("<em>this</em>"), "{page}");
    assert!(page.contains("<a href=\"https://docs.example\">docs</a>"), "{page}");
    assert!(!page.contains("<script>") && !page.contains("href=\"javascript"), "{page}");
    for program in ["docker", "podman", "nerdctl"] {
        assert!(page.contains(&format!("{program} pull ")), "{program}: {page}");
    }
    for operation in ["repositories.change", "repositories.delete"] {
        assert!(Form::on(&page, &[operation]).is_none(), "{operation}");
    }

    // Stars come and go.
    let star = reader.form(&team, "repositories.star");
    assert_eq!(reader.submit(&star), team);
    assert!(full.page(&team).contains("★ 1"));
    let unstar = reader.form(&team, "repositories.unstar");
    reader.submit(&unstar);
    assert!(full.page(&team).contains("★ 0"));

    // A tag shows what is in it, and who reads does not delete.
    let path = format!("{team}/tags/a");
    let page = reader.page(&path);
    assert!(page.contains("Layers") && page.contains("@sha256:"), "{page}");
    assert!(Form::on(&page, &["tags.delete"]).is_none(), "{page}");

    // Nothing goes with it unasked.
    let form = full.form(&path, "tags.delete");
    let refused = full.send(&form);
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert!(refused.text().contains("with_siblings"), "{}", refused.text());
    assert_eq!(shelf.held("team/app"), "a b c d");
    let done = full.send(&form.with("?with_siblings", "true"));
    assert_eq!(done.status, 200, "{}", done.text());
    assert!(done.text().contains("Deleted tags") && done.text().contains("deleted"), "{}", done.text());
    assert_eq!(shelf.held("team/app"), "d");

    // A whole repository goes only where its name is typed.
    let form = full.form(&team, "repositories.delete");
    assert_eq!(full.send(&form).status, 400);
    assert_eq!(shelf.held("team/app"), "d");
    let done = full.send(&form.with("_typed", "team/app"));
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!((shelf.held("team/app").as_str(), full.get(&team).status), ("", 404));
}

#[test]
fn those_who_answer_for_a_registry_see_how_it_is() {
    let shelf = Shelf::filled(&[]);
    let mut admin = visitor(&shelf, Role::Administrator);
    let path = format!("/registries/{}", World::SERVICE);
    let page = admin.page(&path);
    assert!(page.contains("healthy") && page.contains("secret/plan"), "{page}");
    assert!(admin.page("/").contains("healthy"));
    let form = admin.form(&path, "registries.test");
    let tested = admin.send(&form);
    assert_eq!(tested.status, 200, "{}", tested.text());
    for step in ["reachable", "challenge", "catalog"] {
        assert!(tested.text().contains(&format!("<strong>{step}</strong>")), "{step}: {}", tested.text());
    }
    let form = admin.form(&path, "registries.sync");
    assert_eq!(admin.submit(&form), path);
    let page = visitor(&shelf, Role::Full).page(&path);
    for operation in ["registries.test", "registries.sync"] {
        assert!(Form::on(&page, &[operation]).is_none(), "{operation}");
    }
    assert!(!page.contains("healthy") && !page.contains("secret/plan"), "{page}");
}

#[test]
fn owners_say_which_tags_stay_and_see_first_what_would_go() {
    let shelf = Shelf::filled(&[]);
    let (mut owner, mut reader) = (visitor(&shelf, Role::Owner), visitor(&shelf, Role::Read));
    let namespace = format!("/registries/{}/namespaces/team", World::SERVICE);
    let path = format!("{namespace}/retention");
    assert!(owner.page(&namespace).contains(&format!("href=\"{path}\"")));
    let page = owner.page(&path);
    assert!(page.contains("all tags stay") && Form::on(&page, &["retention.run"]).is_none(), "{page}");

    // What makes no sense is refused where it is.
    let form = owner.form(&path, "retention.set");
    let refused = owner.send(&form.clone().with("keep[].last", "0"));
    assert_eq!(refused.status, 400, "{}", refused.text());
    assert!(refused.text().contains("<code>last 0</code>: 1 to 1000000 tags"), "{}", refused.text());
    let form = form.with("keep[].last", "").with("keep[].matching", "d\r\na").with("keep[].pulled_within_days", "");
    assert_eq!(owner.submit(&form.with("immutable", "c")), path);
    let policy = shelf.get(&Role::Owner.person(), &path)["policy"].clone();
    assert_eq!(policy, json!({ "enabled": false, "keep": [{ "matching": ["d", "a"] }], "immutable": ["c"], "repositories": [] }));
    let page = owner.page(&path);
    let form = Form::on(&page, &["retention.set"]).expect("the form");
    assert_eq!((form.value("keep[].matching"), form.value("keep[].last"), form.value("immutable")), ("d\na", "", "c"));
    for page in [page, reader.page(&path), reader.page(&namespace)] {
        assert!(page.contains("d a") && page.contains("only by hand"), "{page}");
    }

    // Who reads changes nothing.
    let page = reader.page(&path);
    assert!(Form::on(&page, &["_do"]).is_none(), "{page}");

    // First it is said what would go, then it goes where the name is typed.
    let tried = owner.form(&path, "retention.run");
    let tried = owner.send(&tried);
    assert_eq!(tried.status, 200, "{}", tried.text());
    assert!(tried.text().contains("What would be deleted") && tried.text().contains("<th scope=\"row\">b</th>"), "{}", tried.text());
    assert!(!tried.text().contains("<th scope=\"row\">a</th>"), "{}", tried.text());
    assert_eq!(shelf.held("team/app"), "a b c d");
    let form = Form::on(&tried.text(), &["retention.run", "_confirm"]).expect("a form that carries it out");
    assert_eq!(owner.send(&form).status, 400);
    assert_eq!(shelf.held("team/app"), "a b c d");
    let done = owner.send(&form.with("_typed", "team"));
    assert_eq!(done.status, 200, "{}", done.text());
    // This registry deletes by digest only, and `b` is the same image as `a` and `c`.
    assert!(done.text().contains("What was deleted") && done.text().contains("refused"), "{}", done.text());
    let form = owner.form(&path, "retention.delete");
    assert_eq!(owner.submit(&form), path);
    assert!(owner.page(&path).contains("all tags stay"));
}

#[test]
fn several_tags_are_chosen_and_it_is_said_first_what_that_would_mean() {
    let shelf = Shelf::filled(&[]);
    let (mut full, mut reader) = (visitor(&shelf, Role::Full), visitor(&shelf, Role::Read));
    let team = at("team/app");
    assert!(!reader.page(&team).contains("tags.delete_several"), "who reads chooses nothing");
    let page = full.page(&team);
    assert_eq!(page.matches("form=\"choose\" name=\"tags\"").count(), 4, "{page}");
    let form = Form::on(&page, &["tags.delete_several"]).expect("the form");
    let nothing = full.send(&form);
    assert!(nothing.text().contains("role=\"alert\"") || !nothing.text().contains("planned"), "{}", nothing.text());

    let told = full.send(&form.and("tags", "a").and("tags", "d"));
    assert_eq!(told.status, 200, "{}", told.text());
    let text = told.text();
    assert!(text.contains("What would be deleted") && text.contains("planned"), "{text}");
    let (_, staying) = text.split_once("id=\"staying\"").expect("what stays");
    assert!(staying.contains(">b</span>") && staying.contains(">c</span>") && !staying.contains(">d</span>"), "{staying}");
    assert_eq!(shelf.held("team/app"), "a b c d", "nothing was done");

    // Without its other names `a` stays, with them all go.
    let form = Form::on(&text, &["tags.delete_several"]).expect("the form that does it");
    let done = full.send(&form);
    assert_eq!(done.status, 200, "{}", done.text());
    assert!(done.text().contains("Deleted tags") && done.text().contains("refused"), "{}", done.text());
    assert_eq!(shelf.held("team/app"), "a b c");
    let form = Form::on(&full.page(&team), &["tags.delete_several"]).expect("the form").and("tags", "a");
    let told = full.send(&form).text();
    let form = Form::on(&told, &["tags.delete_several"]).expect("the form that does it").with("with_siblings", "true");
    let done = full.send(&form);
    assert_eq!((done.status, shelf.held("team/app").as_str()), (200, ""), "{}", done.text());
}

#[test]
fn namespaces_say_who_may_do_what_and_lead_to_why() {
    let shelf = Shelf::filled(&[]);
    let (mut admin, mut reader) = (visitor(&shelf, Role::Administrator), visitor(&shelf, Role::Read));
    let path = format!("/registries/{}/namespaces/team", World::SERVICE);
    let page = admin.page(&path);
    let (_, panel) = page.split_once("id=\"effective\"").expect("the panel");
    let (panel, _) = panel.split_once("</section>").expect("its end");
    let name = Role::Read.person().name;
    assert!(panel.contains(&format!("<strong>{name}</strong> <span class=\"badge good\">pull</span>")), "{panel}");
    let link = format!("/access?registry={}&#38;repository=team%2Fhello&#38;kind=user&#38;name={name}", World::SERVICE);
    assert!(panel.contains(&link), "{link}: {panel}");
    assert!(admin.page(&link.replace("&#38;", "&")).contains("Rule by rule"));
    let page = reader.page(&path);
    assert!(page.contains("You may") && !page.contains(&Role::Full.person().name), "others are not his to know: {page}");
    // And so does every repository.
    let why = format!("href=\"/access?registry={}&amp;repository=team/app\"", World::SERVICE);
    assert!(reader.page(&at("team/app")).contains(&why), "{why}");
}
