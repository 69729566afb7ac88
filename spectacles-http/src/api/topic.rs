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
        Topic::Audit => "What was changed and decided, and what happened",
        Topic::Tokens => "API tokens and passwords",
        Topic::Keys => "Signing keys",
        Topic::State => "The whole configuration as a document, and how the server is doing",
    }
}

/// Who may do what with it, for people.
pub(crate) const fn who(topic: Topic) -> &'static str {
    match topic {
        Topic::Users => {
            "Administrators may do everything, auditors read everything. Users see themselves, and change what they are called, their mail address \
             and their default group."
        }
        Topic::Groups => "Administrators may do everything, auditors read everything. Users see the groups they are in.",
        Topic::Apps => {
            "Administrators may do everything, auditors read everything. Users see the apps that one of their groups has to do with."
        }
        Topic::Services => {
            "Administrators may do everything, auditors read everything. Users see the service accounts they own, switch them on and off, and make \
             and take away their secrets."
        }
        Topic::Registries => {
            "Administrators may do everything, auditors read everything. Users see the registries that are enabled, and managers of a group that \
             answers for one change it."
        }
        Topic::Repositories => {
            "Administrators may do everything, auditors read everything. Users see the repositories they may pull from, describe those they may push \
             to, and delete from those they may delete from."
        }
        Topic::Namespaces => {
            "Administrators may do everything, auditors read everything. Users see the namespaces in which they may do something, and change \
             their own."
        }
        Topic::Access => "Administrators and auditors ask about everybody, users about themselves.",
        Topic::Audit => "The audit trails are for administrators and auditors. Users are told what concerns them.",
        Topic::Keys => "For administrators and auditors.",
        Topic::Tokens => "Everybody makes and revokes his own. Auditors read those of others, and administrators revoke them.",
        Topic::State => "Auditors read it, administrators change it.",
    }
}
