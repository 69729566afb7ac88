//! What a user may see of namespaces, and where he may create one.

use super::Error;
use super::actor::{Actor, Person, Standing};
use crate::access::{Facts, NamespaceEntry, Question, RegistryState, decide, subject_of};
use crate::model::{Circumstances, NamespaceCreation, Registry};
use crate::name::{NamespacePath, RepositoryName, ServiceName};
use crate::right::Actions;
use crate::store::ReadTx;

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
        if matches!(first, "users" | "groups" | "apps") {
            return denied(format!("only an administrator may create namespaces below `{first}/`, where names say whose a repository is"));
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
        // Those with a `*` are too many to ask the store for each.
        let governed_by_another = self.look(|facts| {
            let governing = facts.registry_with(registry.id)?.namespaces.governing(&sample(path)?)?;
            Some(governing.owner() != Some(person.user.id) && governing.path.as_str() != path.as_str())
        });
        if governed_by_another { taken() } else { Ok(()) }
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
