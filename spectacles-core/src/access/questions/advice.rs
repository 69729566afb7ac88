//! What would have to change, tried before it is said.

use super::draft::{Change, Draft};
use super::remedy::Remedy;
use super::steps::Trace;
use super::{Answer, Sight};
use crate::access::Subject;
use crate::access::because::group_name;
use crate::right::{Action, Actions};
use serde::Serialize;

/// Something that would allow what is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Suggestion {
    /// What of the missing actions is allowed then. Nobody pushes or deletes without credentials, whatever is done.
    pub allows: Actions,
    /// What to do, for people.
    pub text: String,
    /// The commands that do it, one after the other.
    pub commands: Vec<String>,
    #[serde(skip)]
    pub(in crate::access) changes: Vec<Change>,
}

/// More would not be read.
const MOST: usize = 5;
/// How many of one kind: there may be many groups that would do.
const MOST_OF_A_KIND: usize = 2;

impl Trace<'_> {
    /// What would allow all that is missing, each by itself; the narrowest first.
    pub(super) fn advice(&self, answer: Answer) -> Vec<Suggestion> {
        // Nobody pushes or deletes without credentials, whatever is changed.
        let most = if matches!(self.subject, Subject::Anonymous) { Actions::PULL } else { Actions::ALL };
        let missing = (self.requested & most) - answer.allowed;
        if missing.is_empty() || matches!(self.subject, Subject::System) {
            return Vec::new();
        }
        let now = Draft::of(self);
        let lifts = self.lifts(&now, missing);
        let lifted = lifts.iter().fold(now.clone(), Draft::with);
        let wanted = answer.allowed | missing;
        let helps = |draft: &Draft| (wanted - draft.allows(self.repository, self.requested)).is_empty();
        if helps(&lifted) {
            return vec![self.suggestion(lifts, missing, Actions::NONE)];
        }
        let mut advice: Vec<Suggestion> = Vec::new();
        let mut kinds: Vec<Kind> = Vec::new();
        for remedy in self.remedies(&lifted, wanted) {
            let kind = Kind::of(&remedy);
            if advice.len() == MOST || kinds.iter().filter(|known| **known == kind).count() >= kind.most() || !self.may_be_told(&remedy) {
                continue;
            }
            let draft = remedy.iter().fold(lifted.clone(), Draft::with);
            if !helps(&draft) {
                continue;
            }
            let lost = self.lost(&now, &draft);
            // A stronger one of the same kind may cost nothing.
            if lost.is_empty() {
                kinds.push(kind);
            }
            advice.push(self.suggestion(lifts.iter().cloned().chain(remedy).collect(), missing, lost));
        }
        advice
    }

    /// What he can have now by asking for it alone, and could not any more.
    fn lost(&self, now: &Draft, then: &Draft) -> Actions {
        let alone = |draft: &Draft| {
            Action::ALL.into_iter().filter(|action| !draft.allows(self.repository, (*action).into()).is_empty()).collect::<Actions>()
        };
        alone(now) - alone(then)
    }

    /// Whether whoever asks may read it: it must not name what he does not see.
    fn may_be_told(&self, remedy: &Remedy) -> bool {
        self.sight == Sight::Everything || !remedy.iter().any(|change| matches!(change, Change::AddToGroup(_) | Change::Create(_)))
    }

    fn suggestion(&self, changes: Vec<Change>, allows: Actions, lost: Actions) -> Suggestion {
        let mut texts: Vec<String> = changes.iter().map(|change| self.text(change)).collect();
        if !lost.is_empty() {
            texts.push(format!("after which asking for {lost} alone gives nothing"));
        }
        Suggestion { allows, text: texts.join(", "), commands: changes.iter().map(|change| self.command(change)).collect(), changes }
    }

    fn text(&self, change: &Change) -> String {
        let (who, registry) = (self.subject, &self.registry.facts.service);
        let group = |id| group_name(self.questions.facts, id);
        let path = self.path();
        match change {
            Change::EnableRegistry => format!("enable registry `{registry}`"),
            Change::EnableUser | Change::EnableService => format!("enable {who}"),
            Change::Writable => format!("let registry `{registry}` be written to"),
            Change::AdmitAnybody => format!("let registry `{registry}` admit pulling without credentials"),
            Change::Publish(id) => format!("publish registry `{registry}` to group `{}`", group(*id)),
            Change::MakeResponsible(id) => format!("let group `{}` answer for registry `{registry}`", group(*id)),
            Change::SetPrivileges(privileges) => format!("give {who} the privileges {privileges}"),
            Change::AddToGroup(id) => format!("put {who} into group `{}`", group(*id)),
            Change::Grant(right) => format!("give {who} {right} on namespace `{path}`"),
            Change::Revoke => format!("take the right of his own on namespace `{path}` from {who}"),
            Change::Assign => format!("assign {who} to namespace `{path}`"),
            Change::GrantGroup(id, right) => format!("give group `{}` {right} on namespace `{path}`", group(*id)),
            Change::MakePublic => format!("make namespace `{path}` public"),
            Change::Create(new) if new.owned => format!("create a namespace `{}` that {who} owns", new.path),
            Change::Create(new) if new.public => format!("create a public namespace `{}`", new.path),
            Change::Create(new) => format!("create a namespace `{}`", new.path),
        }
    }

    fn command(&self, change: &Change) -> String {
        let service = self.registry.facts.service.as_str();
        let group = |id| group_name(self.questions.facts, id);
        let (kind, name) = match self.subject {
            Subject::User(user) | Subject::Administrator(user) => ("user", user.name.as_str()),
            Subject::Service(account) => ("service", account.name.as_str()),
            Subject::System | Subject::Anonymous => ("user", ""),
        };
        let option = format!("--{kind}");
        let path = self.path();
        match change {
            Change::EnableRegistry => command(&["registry", "set", service, "--enabled", "true"]),
            Change::EnableUser | Change::EnableService => command(&[kind, "set", name, "--enabled", "true"]),
            Change::Writable => command(&["registry", "set", service, "--read-only", "false"]),
            Change::AdmitAnybody => command(&["registry", "set", service, "--anonymous", "pull"]),
            Change::Publish(id) => command(&["registry", "publish", service, &group(*id)]),
            Change::MakeResponsible(id) => command(&["registry", "responsible", "add", service, &group(*id)]),
            Change::SetPrivileges(privileges) => command(&["user", "set", name, "--privileges", &privileges.to_string()]),
            Change::AddToGroup(id) => command(&["group", "add", &group(*id), name]),
            Change::Grant(right) => command(&["namespace", "grant", service, &path, &option, name, right.as_str()]),
            Change::Revoke => command(&["namespace", "revoke", service, &path, &option, name]),
            Change::Assign => command(&["namespace", "assign", service, &path, &option, name]),
            Change::GrantGroup(id, right) => command(&["namespace", "grant", service, &path, "--group", &group(*id), right.as_str()]),
            Change::MakePublic => command(&["namespace", "set", service, &path, "--public", "true"]),
            Change::Create(new) if new.owned => command(&["namespace", "create", service, new.path.as_str(), "--owner", name]),
            Change::Create(new) if new.public => command(&["namespace", "create", service, new.path.as_str(), "--public"]),
            Change::Create(new) => command(&["namespace", "create", service, new.path.as_str()]),
        }
    }

    /// The namespace that is spoken of: the one that governs, or the one that would be made.
    fn path(&self) -> String {
        match self.registry.namespaces.governing(self.repository) {
            Some(namespace) => namespace.path.to_string(),
            None => self.new_path().map(|path| path.to_string()).unwrap_or_default(),
        }
    }
}

/// A command as it is typed into a shell.
fn command(words: &[&str]) -> String {
    format!("spectacles {}", shell_words::join(words))
}

/// What a remedy is about, so that there are not too many about the same.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    OwnRight,
    Joining,
    GroupRight,
    Other,
}

impl Kind {
    fn of(remedy: &Remedy) -> Self {
        match remedy.as_slice() {
            [Change::Grant(_)] => Self::OwnRight,
            [Change::AddToGroup(_)] => Self::Joining,
            [Change::GrantGroup(..)] => Self::GroupRight,
            _ => Self::Other,
        }
    }

    fn most(self) -> usize {
        match self {
            // Rights ascend: a stronger one than what is enough is no advice.
            Self::OwnRight | Self::GroupRight => 1,
            Self::Joining => MOST_OF_A_KIND,
            Self::Other => MOST,
        }
    }
}
