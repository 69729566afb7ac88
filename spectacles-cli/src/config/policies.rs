//! What this installation decides about its users.

use super::Environment;
use crate::failure::Failure;
use spectacles_core::service::Policies;

/// Reads it from the environment: the server and the commands must agree.
pub(crate) fn policies(environment: &Environment) -> Result<Policies, Failure> {
    let usual = Policies::default();
    let creation = environment.parsed("SPECTACLES_NAMESPACE_CREATION", "one of administrators, everyone, own-name")?;
    let personal = environment.parsed("SPECTACLES_PERSONAL_NAMESPACES", "none or created")?;
    let privileges = environment.parsed("SPECTACLES_DEFAULT_PRIVILEGES", "puller, pusher and manager, separated by commas, or none")?;
    let quota = environment.parsed("SPECTACLES_REGISTRY_QUOTA", "a whole number")?;
    Ok(Policies {
        namespace_creation: creation.unwrap_or(usual.namespace_creation),
        personal_namespaces: personal.unwrap_or(usual.personal_namespaces),
        default_privileges: privileges.unwrap_or(usual.default_privileges),
        registry_quota: quota.or(usual.registry_quota),
        registration: environment.switch("REGISTER_ENABLED")?.unwrap_or(usual.registration),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use spectacles_core::model::{NamespaceCreation, PersonalNamespaces, Privileges};

    #[test]
    fn policies_are_read_and_wrong_ones_name_their_variable() {
        let read = |variables: &[(&str, &str)]| policies(&variables.iter().copied().collect());
        assert_eq!(read(&[]).unwrap(), Policies::default());
        let set = read(&[
            ("SPECTACLES_NAMESPACE_CREATION", "own-name"),
            ("SPECTACLES_PERSONAL_NAMESPACES", "created"),
            ("SPECTACLES_DEFAULT_PRIVILEGES", "puller,pusher"),
            ("SPECTACLES_REGISTRY_QUOTA", "3"),
            ("REGISTER_ENABLED", "True"),
        ]);
        let privileges = Privileges { puller: true, pusher: true, manager: false };
        let expected = Policies {
            namespace_creation: NamespaceCreation::OwnName,
            personal_namespaces: PersonalNamespaces::Created,
            default_privileges: privileges,
            registry_quota: Some(3),
            registration: true,
        };
        assert_eq!(set.unwrap(), expected);
        for name in [
            "SPECTACLES_NAMESPACE_CREATION",
            "SPECTACLES_PERSONAL_NAMESPACES",
            "SPECTACLES_DEFAULT_PRIVILEGES",
            "SPECTACLES_REGISTRY_QUOTA",
            "REGISTER_ENABLED",
        ] {
            assert!(read(&[(name, "perhaps")]).unwrap_err().message().contains(name));
        }
    }
}
