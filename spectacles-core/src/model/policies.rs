//! What an installation decides about its users.

use super::words::words;

words! {
    /// Who may create namespaces.
    NamespaceCreation, "setting for creating namespaces" {
        /// Administrators.
        #[default]
        Administrators = "administrators",
        /// Every user, wherever nobody else has one.
        Everyone = "everyone",
        /// Every user, where the first component of the path is his name.
        OwnName = "own-name",
    }
}

words! {
    /// Whether new users get namespaces of their own.
    PersonalNamespaces, "setting for personal namespaces" {
        /// They get none.
        #[default]
        None = "none",
        /// They get one of their name on every enabled registry.
        Created = "created",
    }
}
