//! One server, one registry, and people in every role: what most tests begin with.

use super::clients::Client;
use super::clients::Skopeo;
use super::image::Image;
use super::process::free_port;
use super::registry::Registry;
use super::server::{Person, Spectacles};

/// What somebody is to the namespace `team`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Read,
    Write,
    Full,
    Owner,
    Administrator,
    /// A user of the server, without any right here.
    Nobody,
}

impl Role {
    pub(crate) const ALL: [Self; 6] = [Self::Read, Self::Write, Self::Full, Self::Owner, Self::Administrator, Self::Nobody];

    /// Who plays it, in every world.
    pub(crate) fn person(self) -> Person {
        Person::new(match self {
            Self::Read => "reader",
            Self::Write => "writer",
            Self::Full => "fuller",
            Self::Owner => "olivia",
            Self::Administrator => "admin",
            Self::Nobody => "nobody",
        })
    }
}

/// A server with these namespaces on its only registry:
/// * `team`, owned by olivia; reader, writer and fuller have the right of their name in it;
/// * `shared`, which every user may pull from;
/// * `secret`, of which only the administrator may see anything.
pub(crate) struct World {
    pub(crate) registry: Registry,
    pub(crate) spectacles: Spectacles,
}

impl World {
    pub(crate) const SERVICE: &str = "registry.test";

    pub(crate) fn start() -> Self {
        Self::start_with(Spectacles::new(), &[], &[], |_| {})
    }

    /// `registry` goes to `registry create`, `serve` to `serve`; `prepare` may change anything before that.
    pub(crate) fn start_with(spectacles: Spectacles, registry: &[&str], serve: &[&str], prepare: impl FnOnce(&Spectacles)) -> Self {
        Self::start_with_settings(spectacles, registry, serve, &[], prepare)
    }

    /// The same, with settings of the registry's own.
    pub(crate) fn start_with_settings(
        mut spectacles: Spectacles,
        registry: &[&str],
        serve: &[&str],
        settings: &[(&str, &str)],
        prepare: impl FnOnce(&Spectacles),
    ) -> Self {
        let port = free_port();
        populate(&spectacles, port, registry);
        prepare(&spectacles);
        spectacles.serve(serve);
        let registry = Registry::start_with(&spectacles, Self::SERVICE, port, settings);
        Self { registry, spectacles }
    }

    /// Puts an image into the registry as its administrator.
    pub(crate) fn provide(&self, image: &Image, name: &str) {
        let skopeo = Skopeo::new(&self.registry);
        let login = skopeo.login(&Role::Administrator.person());
        assert!(login.succeeded(), "the administrator cannot log in: {}", login.text());
        let push = skopeo.push(image, name);
        assert!(push.succeeded(), "the administrator cannot push {name}: {}", push.text());
        assert_eq!(self.image(name).as_ref(), Some(&image.config), "{name} did not arrive");
    }

    /// What the registry holds under `repository:tag`, seen by the administrator.
    pub(crate) fn image(&self, name: &str) -> Option<String> {
        let (repository, tag) = name.rsplit_once(':').expect("a name with a tag");
        self.registry.image(&self.spectacles, &Role::Administrator.person(), repository, tag)
    }

    /// That nothing of a refused push is left.
    pub(crate) fn assert_untouched(&self, name: &str) {
        let (repository, _) = name.rsplit_once(':').expect("a name with a tag");
        assert_eq!(self.image(name), None, "a refused push left {name} behind");
        assert!(!self.registry.has_traces_of(repository), "a refused push left traces of {repository}");
    }
}

/// Makes the people, the registry at `port` and the namespaces of a [`World`].
pub(crate) fn populate(spectacles: &Spectacles, port: u16, registry: &[&str]) {
    for role in Role::ALL {
        let more: &[&str] = if role == Role::Administrator { &["--admin"] } else { &[] };
        spectacles.create_user(&role.person(), more);
    }
    let url = format!("http://127.0.0.1:{port}");
    let service = World::SERVICE;
    spectacles.command(&[&["registry", "create", service, "--url", &url, "--delete-enabled", "true"], registry].concat());
    spectacles.command(&["namespace", "create", service, "team", "--owner", "olivia"]);
    spectacles.command(&["namespace", "create", service, "shared", "--owner", "admin", "--others", "READ"]);
    spectacles.command(&["namespace", "create", service, "secret", "--owner", "admin"]);
    for (name, right) in [("reader", "READ"), ("writer", "WRITE"), ("fuller", "FULL")] {
        spectacles.command(&["namespace", "grant", service, "team", "--user", name, right]);
    }
}
