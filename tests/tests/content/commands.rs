//! Repositories and tags from the command line: over the store, and at a server.

use super::Shelf;
use crate::support::process::{Outcome, run};
use crate::support::server::spectacles;
use std::process::Command;

struct Places {
    shelf: Shelf,
    token: String,
}

impl Places {
    fn new() -> Self {
        let shelf = Shelf::filled(&[]);
        let made = run(&shelf.world.spectacles.spectacles(&["api-token", "create", "admin", "desk"]), "");
        Self { shelf, token: made.stdout.trim().to_owned() }
    }

    fn at_server(&self, line: &str) -> Outcome {
        let mut command: Command = spectacles();
        command.args(line.split_whitespace()).args(["--server", &self.shelf.world.spectacles.url()]).env("SPECTACLES_TOKEN", &self.token);
        run(&command, "")
    }

    fn on_store(&self, line: &str) -> Outcome {
        run(&self.shelf.world.spectacles.spectacles(&line.split_whitespace().collect::<Vec<_>>()), "")
    }

    /// What reads is the same in both ways.
    fn same(&self, line: &str) -> Outcome {
        let (here, there) = (self.on_store(line), self.at_server(line));
        assert_eq!((here.code, &here.stdout, &here.stderr), (there.code, &there.stdout, &there.stderr), "{line}");
        here
    }
}

#[test]
fn repositories_and_tags_are_read_in_both_ways() {
    let places = Places::new();
    for (line, code, word) in [
        ("repository list", 0, "team/app"),
        ("repository list registry.test --output json", 0, "secret/plan"),
        ("repository list --filter official=true", 0, ""),
        ("repository show registry.test team/app", 0, "pull,"),
        ("repository show registry.test team/ghost", 3, ""),
        ("tag list registry.test team/app", 0, "amd64"),
        ("tag list registry.test team/app --order -name --output name", 0, "d"),
        ("tag show registry.test team/app a", 0, "b,"),
        ("tag show registry.test team/app ghost", 3, ""),
        ("image ls registry.test shared/tool", 0, "v1"),
        ("search app", 0, "team/app"),
        ("search team/app: --registry registry.test", 0, "team/app:a"),
        ("search nothing", 0, ""),
        ("retention show registry.test team", 3, ""),
        ("tag delete registry.test team/app --matching * --keep-last 1 --dry-run", 0, "planned"),
        ("repository delete registry.test team/app --dry-run", 0, "planned"),
    ] {
        let outcome = places.same(line);
        assert_eq!(outcome.code, code, "{line}: {}", outcome.text());
        assert!(outcome.stdout.contains(word.trim_end_matches(',')), "{line}: {}", outcome.text());
    }
}

#[test]
fn content_is_changed_from_the_machine_and_from_elsewhere() {
    let places = Places::new();
    for (line, code, word) in [
        ("repository set registry.test team/app --description Shop --official true", 0, "Shop"),
        ("repository set registry.test team/app", 2, ""),
        ("tag delete registry.test team/app", 2, ""),
        ("repository star registry.test team/app", 0, "starred"),
        ("repository unstar registry.test team/app", 0, "back"),
        ("tag delete registry.test team/app a", 1, "refused"),
        ("image rm registry.test team/app:d shared/tool:v1", 0, "deleted"),
        ("retention set registry.test team --keep-last 1 --immutable c", 0, "the last 1"),
        ("retention run registry.test team --dry-run", 0, "keep"),
        ("retention run registry.test team", 0, ""),
        ("retention delete registry.test team", 0, ""),
        ("activity --limit 5", 0, ""),
    ] {
        let outcome = places.at_server(line);
        assert_eq!(outcome.code, code, "{line}: {}", outcome.text());
        assert!(outcome.stdout.contains(word), "{line}: {}", outcome.text());
    }
    assert_eq!(places.shelf.held("team/app"), "a b c");
    // Whoever sits at the machine signs the tokens for it by himself.
    let outcome = places.on_store("tag delete registry.test team/app a --with-siblings --yes");
    assert_eq!(outcome.code, 0, "{}", outcome.text());
    assert_eq!((places.shelf.held("team/app").as_str(), places.shelf.held("shared/tool").as_str()), ("", ""));
    assert_eq!(places.on_store("repository star registry.test secret/plan").code, 1, "stars are given by users");
}
