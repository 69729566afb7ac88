//! The path policy: what the first components of a repository's name say of who may do what.

use super::Facts;
use super::decide::Subject;
use super::entry::is_in;
use super::facts::{RegistryFacts, ServiceAccountFacts, UserFacts};
use crate::id::{AppId, GroupId};
use crate::model::{Circumstances, TimedGroup};
use crate::name::RepositoryName;
use crate::right::Actions;

/// A rule of the path policy.
///
/// Who gets anything at all: users of whose groups one is among the publications of the registry; services of an app with a publication group
/// among them. What they get then:
///
/// | rule | pull | push, unrestricted | push, restricted |
/// |---|---|---|---|
/// | [`Own`](Self::Own), [`Group`](Self::Group), [`AppResponsible`](Self::AppResponsible) | pullers | pushers | responsible pushers |
/// | [`AppPublication`](Self::AppPublication) | pullers | nobody | nobody |
/// | [`AppService`](Self::AppService) | services | nobody | nobody |
/// | [`Elsewhere`](Self::Elsewhere) | pullers and services | responsible pushers | responsible pushers |
/// | all others | nobody | nobody | nobody |
///
/// Responsible is who is in a group that answers for the registry. Responsible managers delete, wherever it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathRule {
    /// Nobody without credentials gets anything.
    Nobody,
    /// The registry is not published to whoever asks.
    NotPublished,
    /// `users`, `groups` and `apps` alone name nobody.
    Nameless,
    /// `users/<me>/`.
    Own,
    /// `users/<somebody else>/`.
    ForeignUser,
    /// `groups/<one of mine>/`.
    Group(GroupId),
    /// `groups/<another>/`.
    ForeignGroup,
    /// `apps/<one that a group of mine answers for>/`.
    AppResponsible(AppId),
    /// `apps/<one that is published to a group of mine>/`.
    AppPublication(AppId),
    /// `apps/<the one of this service>/`.
    AppService(AppId),
    /// `apps/<another>/`.
    ForeignApp,
    /// Any other first component.
    Elsewhere,
}

/// Whose a repository is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place<'n> {
    Users(Owner<'n>),
    Groups(Owner<'n>),
    Apps(Owner<'n>),
    /// One of the three, and nothing behind.
    Nameless,
    Elsewhere,
}

/// A second component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner<'n> {
    Id(i64),
    Name(&'n str),
    /// Digits that are no id as people would write it.
    Nobody,
}

impl<'n> Owner<'n> {
    fn read(component: &'n str) -> Self {
        if !component.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::Name(component);
        }
        match component.parse() {
            // `01` is another repository than `1`, and belongs to nobody.
            Ok(id) if !component.starts_with('0') => Self::Id(id),
            Ok(_) | Err(_) => Self::Nobody,
        }
    }

    fn is(self, id: i64, name: Option<&str>) -> bool {
        match self {
            Self::Id(own) => own == id,
            Self::Name(own) => name == Some(own),
            Self::Nobody => false,
        }
    }
}

impl<'n> Place<'n> {
    pub(super) fn of(repository: &'n RepositoryName) -> Self {
        let mut components = repository.as_str().splitn(3, '/');
        let of = match components.next() {
            Some("users") => Self::Users,
            Some("groups") => Self::Groups,
            Some("apps") => Self::Apps,
            Some(_) | None => return Self::Elsewhere,
        };
        components.next().map_or(Self::Nameless, |component| of(Owner::read(component)))
    }
}

/// What the policy gives on a repository, and by which rule.
pub(super) fn by_path(
    facts: &Facts,
    registry: &RegistryFacts,
    subject: Subject<'_>,
    repository: &RepositoryName,
    circumstances: &Circumstances,
) -> (PathRule, Actions) {
    let place = Place::of(repository);
    if repository.host().is_some() {
        return (PathRule::Nameless, Actions::NONE);
    }
    match subject {
        Subject::User(user) | Subject::Administrator(user) => of_user(facts, registry, user, place, circumstances),
        Subject::Service(service) => of_service(facts, registry, service, place, circumstances),
        // The system does not come here.
        Subject::Anonymous | Subject::System => (PathRule::Nobody, Actions::NONE),
    }
}

fn of_user(
    facts: &Facts,
    registry: &RegistryFacts,
    user: &UserFacts,
    place: Place<'_>,
    circumstances: &Circumstances,
) -> (PathRule, Actions) {
    if !share(&user.groups, &registry.publications, circumstances) {
        return (PathRule::NotPublished, Actions::NONE);
    }
    let responsible = share(&user.groups, &registry.responsibles, circumstances);
    let rule = match place {
        Place::Users(owner) if owner.is(user.id.get(), Some(user.name.as_str())) => PathRule::Own,
        Place::Users(_) => PathRule::ForeignUser,
        Place::Groups(owner) => match facts.group_at(owner).filter(|group| is_in(&user.groups, *group, circumstances)) {
            Some(group) => PathRule::Group(group),
            None => PathRule::ForeignGroup,
        },
        Place::Apps(owner) => match facts.app_at(owner) {
            Some(app) if share(&user.groups, &app.responsibles, circumstances) => PathRule::AppResponsible(app.id),
            Some(app) if share(&user.groups, &app.publications, circumstances) => PathRule::AppPublication(app.id),
            Some(_) | None => PathRule::ForeignApp,
        },
        Place::Nameless => PathRule::Nameless,
        Place::Elsewhere => PathRule::Elsewhere,
    };
    let (pull, push) = match rule {
        PathRule::Own | PathRule::Group(_) | PathRule::AppResponsible(_) => (true, responsible || !registry.restricted),
        PathRule::AppPublication(_) => (true, false),
        PathRule::Elsewhere => (true, responsible),
        PathRule::Nobody
        | PathRule::NotPublished
        | PathRule::Nameless
        | PathRule::ForeignUser
        | PathRule::ForeignGroup
        | PathRule::AppService(_)
        | PathRule::ForeignApp => (false, false),
    };
    let mut allowed = Actions::NONE;
    if pull && user.privileges.puller {
        allowed |= Actions::PULL;
    }
    if push && user.privileges.pusher {
        allowed |= Actions::PUSH;
    }
    if responsible && user.privileges.manager {
        allowed |= Actions::DELETE;
    }
    (rule, allowed)
}

fn of_service(
    facts: &Facts,
    registry: &RegistryFacts,
    service: &ServiceAccountFacts,
    place: Place<'_>,
    circumstances: &Circumstances,
) -> (PathRule, Actions) {
    let app = service.app.and_then(|app| facts.app(app));
    let Some(app) = app.filter(|app| share(&app.publications, &registry.publications, circumstances)) else {
        return (PathRule::NotPublished, Actions::NONE);
    };
    match place {
        Place::Users(_) => (PathRule::ForeignUser, Actions::NONE),
        Place::Groups(_) => (PathRule::ForeignGroup, Actions::NONE),
        Place::Apps(owner) if owner.is(app.id.get(), app.slug.as_ref().map(AsRef::as_ref)) => (PathRule::AppService(app.id), Actions::PULL),
        Place::Apps(_) => (PathRule::ForeignApp, Actions::NONE),
        Place::Nameless => (PathRule::Nameless, Actions::NONE),
        Place::Elsewhere => (PathRule::Elsewhere, Actions::PULL),
    }
}

/// Whether a group of somebody answers for a registry.
pub(crate) fn answers_for(user: &UserFacts, registry: &RegistryFacts, circumstances: &Circumstances) -> bool {
    share(&user.groups, &registry.responsibles, circumstances)
}

/// Whether two lists, each ascending, have a group in common that counts in both.
pub(super) fn share(one: &[TimedGroup], other: &[TimedGroup], circumstances: &Circumstances) -> bool {
    let (walked, searched) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    walked.iter().any(|group| group.is_current(circumstances.at) && is_in(searched, group.group, circumstances))
}
