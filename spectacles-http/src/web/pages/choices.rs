//! What there is to choose from in forms.

use crate::client::{Collection, Resource, Wanted};
use crate::web::visit::Trouble;

/// How many things can be chosen from by looking at them all: more are typed.
pub(super) const MANY: u32 = 60;
/// How many a list to choose one from has.
pub(super) const ONE: u32 = 500;

/// The names of all of them, where those are not more than so many.
pub(super) async fn names<R: Resource>(
    things: Collection<'_, R>,
    most: u32,
    name: impl Fn(&R::View) -> String,
) -> Result<Option<Vec<String>>, Trouble> {
    let page = things.page(&Wanted { limit: Some(most), ..Wanted::default() }).await?;
    Ok(page.next.is_none().then(|| page.items.iter().map(name).collect()))
}

/// Names to choose from, which say what they are.
pub(super) fn plain(names: Vec<String>) -> impl Iterator<Item = (String, String)> {
    names.into_iter().map(|name| (name.clone(), name))
}
