//! What a user may see of namespaces, and where he may create one.

use super::actor::{Actor, Person, Standing, current_groups};
use super::{Error, find};
use crate::access::{Facts, NamespaceEntry, Question, RegistryState, decide, subject_of};
use crate::id::{RegistryId, UserId};
use crate::listing::{Listing, RepositoryField};
use crate::model::{Circumstances, NamespaceCreation, Registry};
use crate::name::{NamespacePath, RepositoryName, ServiceName, UserName};
use crate::right::Actions;
use crate::store::{ReadTx, RepositoryChoice};
use crate::time::Timestamp;

impl Actor<'_> {
    /// Whether this person may know that there is such a namespace: whoever may do something in it, and who owns it.
    ///
    /// The facts in memory say so; a process without any shows nothing that is not somebody's own.
    pub(super) fn sees(self, person: &Person, service: &ServiceName, path: &NamespacePath) -> bool {
        let circumstances = Circumstances { at: self.now(), from: person.address };
        self.look(|facts| {
            let registry = facts.registry(service.as_str())?;
            let namespace = registry.namespaces.get(path.as_str())?;
            Some(sees(facts, person, registry, namespace, circumstances))
        })
    }

    fn look(self, look: impl FnOnce(&Facts) -> Option<bool>) -> bool {
        self.administration.facts().and_then(|facts| facts.read(look)).unwrap_or_default()
    }

    /// Refuses to let somebody create a namespace, or move one, where that is not his to do.
    ///
    /// A namespace governs what is below its path. So nobody takes a place within that of somebody else, none that stands for many, and none
    /// that the names of repositories give to somebody already.
    pub(super) async fn check_place(
        self,
        tx: &mut dyn ReadTx,
        standing: &Standing,
        registry: &Registry,
        path: &NamespacePath,
    ) -> Result<(), Error> {
        let Standing::Own(person) = standing else { return Ok(()) };
        let name = person.user.name.as_str();
        let denied = |text: String| Err(Error::Denied(text));
        let mut components = path.as_str().split('/');
        let first = components.next().unwrap_or_default();
        match self.administration.policies().namespace_creation {
            NamespaceCreation::Administrators => return denied("only an administrator may create namespaces here".to_owned()),
            NamespaceCreation::OwnName if first != name => {
                return denied(format!("only an administrator may create namespace `{path}`; your own are `{name}` and those below it"));
            }
            NamespaceCreation::OwnName | NamespaceCreation::Everyone => {}
        }
        if path.as_str() == NamespacePath::TOP || path.as_str().split('/').any(|component| component == NamespacePath::ANY) {
            return denied(format!("only an administrator may create namespace `{path}`, which governs repositories of many names"));
        }
        if says_whose(first) {
            return denied(format!("only an administrator may create namespaces below `{first}/`, where names say whose a repository is"));
        }
        if let Ok(other) = first.parse::<UserName>()
            && other != person.user.name
            && tx.user_named(&other).await?.is_some()
        {
            return denied(format!("only an administrator may create namespace `{path}`: `{first}` is the name of another user"));
        }
        let taken = || Err(Error::Denied(format!("only an administrator may create namespace `{path}`: it lies within somebody else's")));
        for (end, _) in path.as_str().match_indices('/') {
            let above = path.as_str().get(..end).and_then(|above| above.parse().ok());
            if let Some(above) = above
                && let Some(above) = tx.namespace_at(registry.id, &above).await?
                && above.owner != Some(person.user.id)
            {
                return taken();
            }
        }
        match self.governor(registry, path).await? {
            Some(Some(owner)) if owner == person.user.id => Ok(()),
            Some(_) => taken(),
            None if others_below(tx, registry.id, path, person.user.id).await? => {
                denied(format!("only an administrator may create namespace `{path}`: somebody else has one below it"))
            }
            None if has_content(tx, registry.id, path).await? => {
                denied(format!("only an administrator may create namespace `{path}`: there are repositories already that it would govern"))
            }
            None => Ok(()),
        }
    }

    /// The owner of the namespace that governs a place; `None` where there is no such namespace.
    ///
    /// Paths with a `*` are too many to ask the store for each. The index knows, and is brought up to date first: whoever asks has begun a
    /// change, so that nothing is committed meanwhile. Without an index nobody can say that a place is free.
    async fn governor(self, registry: &Registry, path: &NamespacePath) -> Result<Option<Option<UserId>>, Error> {
        let unknown = || Error::Unavailable("nothing is known of what governs this place".to_owned());
        let facts = self.administration.facts().ok_or_else(unknown)?;
        facts.refresh().await?;
        facts.read(|facts| {
            let namespaces = &facts.registry_with(registry.id).ok_or_else(unknown)?.namespaces;
            let governing = namespaces.governing(&sample(path).ok_or_else(unknown)?);
            // One of the same path is a conflict, which the store says.
            Ok(governing.filter(|governing| governing.path != *path).map(NamespaceEntry::owner))
        })
    }

    /// Who is to own a namespace. Users give what is theirs to those whom they have something to do with, and to nobody else: an owner has to
    /// look after what he owns.
    pub(super) async fn heir(self, tx: &mut dyn ReadTx, standing: &Standing, name: &UserName) -> Result<UserId, Error> {
        let heir = find::user(tx, name).await?;
        if let Standing::Own(person) = standing
            && heir.id != person.user.id
        {
            let theirs = current_groups(tx, &heir, self.now()).await?;
            if !theirs.iter().any(|group| person.is_in(group.id)) {
                return Err(Error::Denied(format!(
                    "only an administrator may give a namespace to `{name}`, who is in none of your groups"
                )));
            }
        }
        Ok(heir.id)
    }
}

/// Whether the first component of a path says by itself whose a repository is.
pub(super) fn says_whose(first: &str) -> bool {
    matches!(first, "users" | "groups" | "apps")
}

/// Whether there is a namespace below a path that this user does not own.
pub(super) async fn others_below(tx: &mut dyn ReadTx, registry: RegistryId, path: &NamespacePath, user: UserId) -> Result<bool, Error> {
    // Before all others below it in the order of paths. Where it is too long to be one, so is everything below.
    let Ok(first) = format!("{path}/{}", NamespacePath::ANY).parse::<NamespacePath>() else { return Ok(false) };
    let below = format!("{path}/");
    let at_first = tx.namespace_at(registry, &first).await?;
    if at_first.is_some_and(|namespace| namespace.owner != Some(user)) {
        return Ok(true);
    }
    others_among(tx, registry, Some(first), &below, user).await
}

/// Whether there are repositories at a path or below it.
pub(super) async fn has_content(tx: &mut dyn ReadTx, registry: RegistryId, path: &NamespacePath) -> Result<bool, Error> {
    let choice = RepositoryChoice { registry: Some(registry), below: Some(vec![(registry, path.as_str().to_owned())]) };
    let listing = Listing::<RepositoryField>::default();
    // Nothing here depends on the moment.
    let mut query = listing.query(Timestamp::from_unix_millis(0), None);
    query.limit = 1;
    Ok(!tx.list_repositories(&choice, &query).await?.is_empty())
}

/// Whether there is a namespace on a registry that this user does not own.
pub(super) async fn others_on(tx: &mut dyn ReadTx, registry: RegistryId, user: UserId) -> Result<bool, Error> {
    others_among(tx, registry, None, "", user).await
}

/// The same for the paths after one, as far as they begin so.
async fn others_among(
    tx: &mut dyn ReadTx,
    registry: RegistryId,
    mut after: Option<NamespacePath>,
    beginning: &str,
    user: UserId,
) -> Result<bool, Error> {
    const PAGE: u32 = 100;
    loop {
        let page = tx.namespaces(registry, after.as_ref(), PAGE).await?;
        let mut inside = page.iter().take_while(|namespace| namespace.path.as_str().starts_with(beginning));
        if inside.any(|namespace| namespace.owner != Some(user)) {
            return Ok(true);
        }
        match page.into_iter().last() {
            Some(last) if last.path.as_str().starts_with(beginning) => after = Some(last.path),
            Some(_) | None => return Ok(false),
        }
    }
}

fn sees(facts: &Facts, person: &Person, registry: &RegistryState, namespace: &NamespaceEntry, circumstances: Circumstances) -> bool {
    if namespace.owner() == Some(person.user.id) {
        return true;
    }
    let Some(user) = facts.user_with(person.user.id) else { return false };
    let Some(repository) = sample(&namespace.path) else { return false };
    let question = Question { subject: subject_of(user, false), repository: &repository, requested: Actions::ALL, circumstances };
    !decide(facts, Some(registry), &question).allowed.is_empty()
}

/// A repository that a namespace governs, unless one with a longer or more literal path does.
fn sample(path: &NamespacePath) -> Option<RepositoryName> {
    /// Stands for any component; nobody is called so by chance.
    const ANY: &str = "0__any__0";
    if path.as_str() == NamespacePath::TOP {
        return ANY.parse().ok();
    }
    path.as_str().replace(NamespacePath::ANY, ANY).parse().ok()
}
