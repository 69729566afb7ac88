//! Kinds of things.

pub(crate) use spectacles_core::model::Kind as Topic;

/// Whether changes of this kind of things can be tried: what decisions rest on.
pub(crate) fn is_tried(topic: Topic) -> bool {
    matches!(topic, Topic::Users | Topic::Groups | Topic::Apps | Topic::Services | Topic::Registries | Topic::Namespaces)
}

/// What it is, for people.
pub(crate) const fn described(topic: Topic) -> &'static str {
    match topic {
        Topic::Users => "Users, and whoever calls",
        Topic::Groups => "Groups and their members",
        Topic::Apps => "Apps, and the groups that have to do with them",
        Topic::Services => "Service accounts and their secrets",
        Topic::Registries => "Registries, and the groups that have to do with them",
        Topic::Namespaces => "Namespaces and the rights on them",
        Topic::Repositories => "Repositories and their tags",
        Topic::Access => "Questions about who may do what",
        Topic::Audit => "What was changed and decided",
        Topic::Tokens => "API tokens and passwords",
        Topic::Keys => "Signing keys",
        Topic::State => "The whole configuration as a document",
    }
}
