//! Real clients against a real registry that asks us who may do what.

use std::sync::Arc;

use crate::support::clients::Client;
use crate::support::image::Image;
use crate::support::process::Outcome;
use crate::support::shared::Shared;
use crate::support::world::{Role, World};

mod access;
mod by_hand;
mod containerd;
mod docker;
mod podman;
mod registry;
mod skopeo;

/// One server and registry for the tests that run together; what they push has names of their own.
fn world() -> Arc<World> {
    static WORLD: Shared<World> = Shared::new();
    WORLD.get(World::start)
}

impl Role {
    /// Who may pull from `team`. Not the writer: WRITE lets him read only what he is pushing.
    fn pulls(self) -> bool {
        matches!(self, Self::Read | Self::Full | Self::Owner | Self::Administrator)
    }

    fn pushes(self) -> bool {
        matches!(self, Self::Write | Self::Full | Self::Owner | Self::Administrator)
    }

    fn deletes(self) -> bool {
        matches!(self, Self::Full | Self::Owner | Self::Administrator)
    }
}

/// Lets people in every role log in, pull and push with one kind of client, each at a machine of their own.
fn everybody_logs_in_pulls_and_pushes<C: Client>(world: &World, tool: &str, client: impl Fn(Role) -> C) {
    let provided = Image::new(&format!("provided for {tool}"));
    let source = format!("team/{tool}:v1");
    world.provide(&provided, &source);
    for role in Role::ALL {
        let client = client(role);
        // Also somebody without any right here is who they say.
        let login = client.login(&role.person());
        assert!(login.succeeded(), "{tool}: {role:?} cannot log in: {}", login.text());

        match client.pull(&source) {
            Ok(config) => {
                assert!(role.pulls(), "{tool}: {role:?} pulled");
                assert_eq!(config, provided.config, "{tool}: {role:?} got another image");
            }
            Err(outcome) => {
                assert!(!role.pulls(), "{tool}: {role:?} cannot pull: {}", outcome.text());
                assert_denied(&outcome);
            }
        }

        let pushed = Image::new(&format!("pushed with {tool} as {role:?}"));
        let target = format!("team/{tool}-by-{}:v1", role.person().name);
        let push = client.push(&pushed, &target);
        assert_eq!(push.succeeded(), role.pushes(), "{tool}: {role:?} pushes: {}", push.text());
        if role.pushes() {
            assert_eq!(world.image(&target), Some(pushed.config), "{tool}: what {role:?} pushed did not arrive");
        } else {
            assert_denied(&push);
            world.assert_untouched(&target);
        }
    }
}

/// That a client says what matters of a refused scope, not that something is broken.
fn assert_denied(outcome: &Outcome) {
    let text = outcome.text().to_lowercase();
    let words = ["denied", "insufficient_scope", "authorization failed", "unauthorized"];
    assert!(words.iter().any(|word| text.contains(word)), "it failed for another reason: {text}");
}

/// That a client says what is wrong with a login. docker shows our sentence, skopeo and podman have their own for a 401.
fn assert_wrong_password(outcome: &Outcome) {
    assert!(!outcome.succeeded(), "a wrong password is accepted: {}", outcome.text());
    let sentences = ["incorrect username or password", "invalid username/password"];
    let said = sentences.iter().any(|sentence| outcome.text().contains(sentence));
    assert!(said, "people cannot see what is wrong: {}", outcome.text());
}
