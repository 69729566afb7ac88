//! Tables as files.

use super::desk::desk;
use serde_json::json;

#[test]
fn tables_are_files_with_the_same_filters() {
    let desk = desk();
    for name in ["file-one", "file-two", "other-file"] {
        desk.user(name);
    }
    desk.make("PATCH", "/users/file-one", &json!({ "display_name": "=1+1, \"quoted\"" }));
    let mut root = desk.root();
    let page = root.page("/users?q=file-&order=-name");
    let (_, link) = page.split_once("<a href=\"?q=file-&#38;order=-name&#38;format=csv\"").expect("a link to the file");
    assert!(link.starts_with(" download"), "{link}");
    let answer = root.get("/users?q=file-&order=-name&format=csv");
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"users.csv\"");
    let text = answer.text();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "name,display_name,email,admin,auditor,enabled,privileges,groups,created,updated");
    assert_eq!(lines.len(), 3, "{text}");
    assert!(lines[1].starts_with("file-two,file-two,,false,false,true,none,,"), "{text}");
    assert!(lines[2].starts_with("file-one,\"'=1+1, \"\"quoted\"\"\",,"), "no program takes it for a formula: {text}");
    assert_eq!(root.get("/users?filter=nonsense&format=csv").status, 400);

    for (list, columns) in [
        ("groups", "name,slug,description,members,created,updated"),
        ("apps", "name,slug,description,responsible,publication,services,created,updated"),
        ("services", "name,app,owner,description,enabled,created,updated"),
        ("namespaces", "registry,path,owner,description,public,members_right,groups_right,others_right,created,updated"),
        ("registries", "service,url,external_url,policy,anonymous,enabled,read_only,delete_enabled,created,updated"),
        ("audit", "id,at,actor,action,object,details"),
        ("audit/decisions", "id,at,principal,credential,address,agent,service,outcome"),
    ] {
        let answer = root.get(&format!("/{list}?format=csv"));
        assert_eq!(answer.text().lines().next(), Some(columns));
    }
    assert!(root.page("/audit").contains("at most 100,000"), "it is said how many rows there may be");
    let text = root.get("/audit?format=csv&filter=object%20\"user%20file-one\"").text();
    assert_eq!(text.lines().count(), 3, "made and changed: {text}");
    assert!(text.lines().nth(1).is_some_and(|line| line.contains(",root,user.set,user file-one,")), "{text}");
    let mut ordinary = desk.visitor(&desk.user("file-reader"));
    let text = ordinary.get("/users?format=csv").text();
    assert_eq!(text.lines().count(), 2, "he sees himself: {text}");
}

#[test]
fn a_file_has_more_rows_than_a_page() {
    let desk = desk();
    let groups: serde_json::Map<_, _> = (0..1_100).map(|number| (format!("row {number:04}"), json!({}))).collect();
    let applied = desk.api("POST", "/state/apply", &json!({ "document": { "version": 1, "groups": groups }, "look": "changes" }));
    assert_eq!(applied.status, 200, "{}", applied.text());
    let mut root = desk.root();
    let page = root.page("/groups?q=row%20");
    assert!(page.contains("1100") && page.matches("<th scope=\"row\">").count() == 50, "{page}");
    let text = root.get("/groups?q=row%20&format=csv").text();
    let names: Vec<_> = text.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!((names.len(), names[0], names[1_099]), (1_100, "row 0000", "row 1099"));
}
