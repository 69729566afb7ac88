//! Namespaces that new users get.

use super::change::Change;
use super::namespace_view::Viewer;
use super::{Error, namespaces, sight};
use crate::id::UserId;
use crate::model::{NewNamespace, PersonalNamespaces};
use crate::name::{NamespacePath, ServiceName, UserName};
use crate::right::Right;
use serde_json::json;

/// Gives a new user a namespace of his name on every enabled registry, where that is the policy. One that is there already stays as it is,
/// and none is made above somebody else's, or where there are repositories already: it would govern what is not his.
pub(super) async fn create(change: &mut Change, policy: PersonalNamespaces, user: UserId, name: &UserName) -> Result<(), Error> {
    const PAGE: u32 = 1000;
    if policy == PersonalNamespaces::None || sight::says_whose(name.as_str()) {
        return Ok(());
    }
    let path: NamespacePath = name.as_str().parse()?;
    let mut after: Option<ServiceName> = None;
    loop {
        let registries = change.tx.registries(after.as_ref(), PAGE).await?;
        let full = registries.len() >= PAGE as usize;
        after = registries.last().map(|registry| registry.service.clone());
        for registry in registries.into_iter().filter(|registry| registry.enabled) {
            let tx = change.tx.as_mut();
            if tx.namespace_at(registry.id, &path).await?.is_some()
                || sight::others_below(tx, registry.id, &path, user).await?
                || sight::has_content(tx, registry.id, &path).await?
            {
                continue;
            }
            let new = NewNamespace {
                registry: registry.id,
                path: path.clone(),
                owner: Some(user),
                description: String::new(),
                public: false,
                members_right: Right::Full,
                groups_right: Right::None,
                others_right: Right::None,
                created: change.at,
            };
            let id = change.tx.insert_namespace(&new).await?;
            let at = change.at;
            let view = Viewer::of_everything(at).read(change.tx.as_mut(), &registry.service, id).await?;
            change.also("namespace.create", namespaces::object(&registry.service, &path), json!({ "namespace": view })).await?;
        }
        if !full {
            return Ok(());
        }
    }
}
