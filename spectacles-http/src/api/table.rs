//! Every operation.

use super::operation::Operation;
use super::{
    access, activity, apps, audit, avatars, copies, groups, keys, me, namespaces, registries, repositories, retention, rights, search,
    services, sessions, state, status, tags, tokens, users,
};
use http::Method;
use std::sync::LazyLock;

static TABLE: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    let all = [
        me::operations(),
        users::operations(),
        avatars::operations(),
        tokens::operations(),
        sessions::operations(),
        groups::operations(),
        apps::operations(),
        services::operations(),
        registries::operations(),
        namespaces::operations(),
        rights::operations(),
        repositories::operations(),
        tags::operations(),
        retention::operations(),
        activity::operations(),
        copies::operations(),
        access::operations(),
        audit::operations(),
        keys::operations(),
        state::operations(),
        status::operations(),
        search::operations(),
    ];
    all.into_iter().flatten().collect()
});

/// Every operation, those about the same things together.
pub(crate) fn table() -> &'static [Operation] {
    &TABLE
}

impl Operation {
    /// What reads the thing that this operation is about.
    pub(crate) fn reader(&self) -> Option<&'static Self> {
        table().iter().find(|other| other.method == Method::GET && other.path == self.path)
    }

    /// What reads one of the things in the list that this operation adds to, and the parameter of the path that names it.
    pub(crate) fn item_reader(&self) -> Option<(&'static Self, &'static str)> {
        table().iter().filter(|other| other.method == Method::GET).find_map(|other| {
            let name = other.path.strip_prefix(self.path)?.strip_prefix("/{")?.strip_suffix('}')?;
            (!name.contains('/')).then_some((other, name))
        })
    }
}
