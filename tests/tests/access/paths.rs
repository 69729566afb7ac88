//! The golden table of the path policy, through the token endpoint on every database.

use crate::support::database::{Database, Engine};
use crate::support::http::Credentials;
use crate::support::server::{Person, Spectacles};
use crate::support::token;
use std::collections::BTreeMap;

const GOLDEN: &str = include_str!("../../../spectacles-core/testdata/path-policy.txt");

#[test]
fn the_golden_table_holds_on_sqlite() {
    the_golden_table_holds(Spectacles::new());
}

#[test]
fn the_golden_table_holds_on_postgresql() {
    let server = Database::start(Engine::PostgreSql);
    the_golden_table_holds(Spectacles::on(&server.create("golden")));
}

#[test]
fn the_golden_table_holds_on_mariadb() {
    let server = Database::start(Engine::MariaDb);
    the_golden_table_holds(Spectacles::on(&server.create("golden")));
}

fn the_golden_table_holds(mut spectacles: Spectacles) {
    let secrets = everything(&spectacles);
    spectacles.serve(&[]);
    let (mut head, mut cells) = (Vec::new(), 0);
    for line in GOLDEN.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.split_first() {
            None => head.clear(),
            Some(_) if head.is_empty() => head = words,
            Some((name, answers)) => {
                let (service, repositories) = (head[0], &head[1..]);
                // Everything at once, as a client may.
                let scopes: Vec<String> = repositories.iter().map(|repository| format!("repository:{repository}:*")).collect();
                let mut query = vec![("service", service)];
                query.extend(scopes.iter().map(|scope| ("scope", scope.as_str())));
                let (account, secret) = &secrets[*name];
                let who = if account.is_empty() { Credentials::None } else { Credentials::Basic(account, secret) };
                let answer = spectacles.token(who, &query);
                assert_eq!(answer.status, 200, "{name}: {}", answer.text());
                let claims = token::claims(answer.json()["token"].as_str().expect("a token"));
                for (repository, expected) in repositories.iter().zip(answers) {
                    let letters = token::actions(&claims, repository)
                        .split(',')
                        .filter_map(|action| match action {
                            "pull" => Some('l'),
                            "push" => Some('s'),
                            "delete" => Some('d'),
                            "" => None,
                            other => panic!("{other} on {repository}"),
                        })
                        .collect::<String>();
                    assert_eq!(if letters.is_empty() { "-" } else { &letters }, *expected, "{name} on {repository} at {service}");
                    cells += 1;
                }
            }
        }
    }
    assert_eq!(cells, 3 * 9 * 12);
}

/// Makes what the table speaks of, and returns how everybody logs in.
fn everything(spectacles: &Spectacles) -> BTreeMap<&'static str, (String, String)> {
    let run = |line: &str| spectacles.command(&line.split_whitespace().collect::<Vec<_>>());
    let mut secrets = BTreeMap::from([("anonymous", (String::new(), String::new()))]);
    // The groups are numbers 10 to 12 in the table.
    for number in 1..10 {
        run(&format!("group create other{number}"));
    }
    for (name, id) in [("devs", 10), ("ops", 11), ("qa", 12)] {
        assert_eq!(run(&format!("group create {name}"))["id"], id);
    }
    let users = [
        ("alice", "devs", "puller,pusher"),
        ("bob", "qa", "puller"),
        ("carol", "devs", "none"),
        ("olga", "ops", "puller,pusher"),
        ("mike", "ops", "puller,pusher,manager"),
        ("pete", "devs", "pusher"),
    ];
    for (name, group, privileges) in users {
        let person = Person::new(name);
        spectacles.create_user(&person, &["--privileges", privileges]);
        run(&format!("group add {group} {name}"));
        secrets.insert(name, (person.name, person.password));
    }
    for (name, responsible, publication) in [("web", "devs", "qa"), ("erp", "ops", "devs")] {
        run(&format!("app create {name} --responsible {responsible} --publication {publication}"));
    }
    for (name, app) in [("svc-web", "web"), ("svc-erp", "erp")] {
        run(&format!("service create {name} --app {app}"));
        let secret = run(&format!("service secret {name}"))["secret"].as_str().expect("a secret").to_owned();
        secrets.insert(name, (format!("{name}@node7"), secret));
    }
    for (service, restricted, publications) in [("U", false, "devs ops qa"), ("R", true, "devs ops qa"), ("X", false, "ops")] {
        run(&format!("registry create {service} --url http://127.0.0.1:9 --policy paths --anonymous pull --restricted {restricted}"));
        run(&format!("registry publish {service} {publications}"));
        run(&format!("registry responsible add {service} ops"));
    }
    secrets
}
