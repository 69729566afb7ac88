//! What somebody may have meant who names what is not there.

use crate::failure::Failure;
use spectacles_http::client::{Client, Collection, Resource, Wanted};

/// Adds the name that is nearest to the one that was not found, where one is near.
///
/// It costs one call, and only where something has failed already. Whoever may not know of a thing is not told of it: the list has what he may see.
pub(super) async fn suggest(failure: Failure, client: &Client) -> Failure {
    let Some((kind, name)) = missing(failure.message()) else { return failure };
    let names = match kind {
        "user" => near(client.users(), "name", name, |view| view.user.name.to_string()).await,
        "group" => near(client.groups(), "name", name, |view| view.group.name.to_string()).await,
        "app" => near(client.apps(), "name", name, |view| view.app.name.to_string()).await,
        "service account" | "service" => near(client.services(), "name", name, |view| view.name.to_string()).await,
        "registry" => near(client.registries(), "service", name, |view| view.registry.service.to_string()).await,
        "namespace" => near(client.namespaces(None), "path", name, |view| view.path.to_string()).await,
        _ => return failure,
    };
    match nearest(name, &names) {
        Some(near) => failure.with(&format!("; did you mean `{near}`?")),
        None => failure,
    }
}

/// Kind and name of what an error says is not there: "there is no user `alcie`".
fn missing(message: &str) -> Option<(&str, &str)> {
    let (kind, behind) = message.split_once("there is no ")?.1.split_once(" `")?;
    Some((kind, behind.split_once('`')?.0))
}

/// Names that begin or end as this one does: a slip of a finger seldom changes both.
async fn near<R: Resource>(things: Collection<'_, R>, field: &str, name: &str, of: impl Fn(&R::View) -> String) -> Vec<String> {
    /// As many as are worth comparing.
    const MOST: u32 = 1_000;
    let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    let begin: String = name.chars().take(1).collect();
    let end: String = name.chars().next_back().into_iter().collect();
    let filter = format!("{field} \"{}\"%|%\"{}\"", quoted(&begin), quoted(&end));
    let found = things.page(&Wanted { limit: Some(MOST), ..Wanted::filter(filter) }).await;
    // Nobody asked for it: where it cannot be had, there is no more to say.
    found.map(|page| page.items.iter().map(of).collect()).unwrap_or_default()
}

/// The one that takes the fewest slips, as far as those are few.
fn nearest<'n>(name: &str, names: &'n [String]) -> Option<&'n str> {
    let most = (name.chars().count() / 3).clamp(1, 3);
    let far = |known: &&String| strsim::osa_distance(name, known);
    names.iter().filter(|known| far(known) <= most).min_by_key(|known| (far(known), (*known).clone())).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_what_is_missing() {
        assert_eq!(missing("there is no user `alcie`"), Some(("user", "alcie")));
        assert_eq!(missing("`group add devs x`: there is no user `x`"), Some(("user", "x")));
        assert_eq!(missing("there is no service account `ci` of anybody"), Some(("service account", "ci")));
        assert_eq!(missing("nothing is here"), None);
    }

    #[test]
    fn only_what_is_near_is_meant() {
        let names: Vec<String> = ["alice", "bob", "alina"].map(String::from).into();
        for (name, expected) in [("alcie", Some("alice")), ("alic", Some("alice")), ("bo", Some("bob")), ("carol", None), ("x", None)] {
            assert_eq!(nearest(name, &names), expected, "{name}");
        }
    }
}
