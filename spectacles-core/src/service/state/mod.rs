//! The configuration as a document: writing it, planning one, and applying it.

mod audit;
mod read;
mod write;

use super::actor::Actor;
use super::change::Change;
use super::{Error, Member, limits};
use crate::access::Facts;
use crate::declarative::{BrokenAssertion, Declaration, Document, Plan, Problem, Scope, Target, check_assertions};
use crate::import::Credentials;
use crate::live;
use crate::model::Terms;
use crate::right::Right;
use crate::store::{ReadTx, Revision};
use crate::time::Timestamp;
use read::Known;
use serde_json::json;

/// Use cases of the configuration as a whole.
#[derive(Clone, Copy)]
pub struct State<'a>(Actor<'a>);

impl<'a> Member<'a> {
    /// The configuration as a whole, to read for administrators and auditors and to change for administrators.
    pub fn state(self) -> State<'a> {
        State(self.0)
    }
}

/// A document that is to be planned or applied.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// The document.
    pub declaration: &'r Declaration,
    /// Whether what it owns and does not mention is deleted.
    pub prune: bool,
    /// Whether it is tried what decisions would rest on. Assertions are not checked otherwise, when it is planned.
    pub rehearse: bool,
    /// Whether administrators may everything, when assertions are checked.
    pub admin_bypass: bool,
}

/// What applying a document would do.
#[derive(Debug, Clone)]
pub struct Planned {
    /// What would be changed.
    pub plan: Plan,
    /// Assertions that would not hold.
    pub broken: Vec<BrokenAssertion>,
    /// What decisions rest on now, and what they would rest on. Nothing, where nothing would be changed.
    pub facts: Option<(Facts, Facts)>,
}

/// Why a document was not planned or applied.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The document is wrong, or asks for what must not be.
    #[error("the document cannot be applied: {}", problems(.0))]
    Document(Vec<Problem>),
    /// Assertions would not hold.
    #[error("{} of its assertions would not hold", .0.len())]
    Assertions(Vec<BrokenAssertion>),
    /// Not what was shown would be done.
    #[error("somebody has changed something since the plan was made, so that it would do something else; plan again")]
    Moved,
    /// Everything else.
    #[error(transparent)]
    Other(#[from] Error),
}

fn problems(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl From<crate::store::StoreError> for StateError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Other(error.into())
    }
}

/// Text for people, as other use cases take it.
pub(crate) fn free_text(text: String) -> Result<String, Error> {
    super::users::free_text("text", text)
}

/// Terms as they are stored; `right` is what they limit, where that is a custom right. Ends may be over: that is no fault of a file.
pub(crate) fn stored_terms(terms: Terms, right: Option<Right>) -> Result<Terms, Error> {
    if let Some(right) = right {
        limits::check_none(right, &terms)?;
    }
    limits::checked(terms, Timestamp::from_unix_millis(i64::MIN))
}

impl State<'_> {
    /// Everything that is known, as a document that leads there from nothing. Secrets are not in it.
    ///
    /// # Errors
    /// [`Error::Denied`] for whoever is neither administrator nor auditor; [`Error::Unavailable`].
    pub async fn export(self) -> Result<Document, Error> {
        let mut tx = self.0.read().await?;
        self.0.check_reader(tx.as_mut()).await?;
        let document = Known::read(tx.as_mut(), self.0.now()).await?.document;
        Ok(Document { scope: Some(Scope::ALL.into()), ..document })
    }

    /// What applying a document would do, tried by doing it in a transaction that never commits.
    ///
    /// # Errors
    /// [`StateError::Document`].
    pub async fn plan(self, request: Request<'_>) -> Result<Planned, StateError> {
        let mut tx = self.0.read().await?;
        self.0.check_reader(tx.as_mut()).await?;
        let (revision, at) = (tx.revision().await?, self.0.now());
        let known = Known::read(tx.as_mut(), at).await?;
        let target = target(&request, &known, at)?;
        if target.plan.is_empty() {
            let broken = check(&request, tx.as_mut(), at).await?;
            return Ok(Planned { plan: target.plan, broken, facts: None });
        }
        if !request.rehearse {
            return Ok(Planned { plan: target.plan, broken: Vec::new(), facts: None });
        }
        drop(tx);
        let mut change = self.0.trial().await?;
        let moved = change.tx.revision().await? != Revision(revision.0.saturating_add(1));
        let (known, target) = match moved {
            true => {
                let known = Known::read(change.tx.as_mut(), change.at).await?;
                let target = self::target(&request, &known, change.at)?;
                (known, target)
            }
            false => (known, target),
        };
        let before = live::load(change.tx.as_mut()).await?;
        write::perform(&mut *change.tx, change.at, &known, &target.state).await?;
        let after = live::load(change.tx.as_mut()).await?;
        let broken = check_assertions(&request.declaration.document, &after, request.admin_bypass, change.at);
        Ok(Planned { plan: target.plan, broken, facts: Some((before, after)) })
    }

    /// Does what was shown: all of it, or nothing.
    ///
    /// # Errors
    /// [`StateError::Moved`] when that is not what the document leads to any more; as for planning; [`StateError::Assertions`].
    pub async fn apply(self, request: Request<'_>, shown: &Plan) -> Result<(), StateError> {
        self.apply_with(request, shown, &Credentials::none()).await
    }

    /// The same, with passwords for users who are created by it. Those who were there keep theirs.
    ///
    /// # Errors
    /// As for [`apply`](Self::apply).
    pub async fn apply_with(self, request: Request<'_>, shown: &Plan, credentials: &Credentials) -> Result<(), StateError> {
        let mut change = self.0.change().await?;
        let at = change.at;
        let known = Known::read(change.tx.as_mut(), at).await?;
        let target = target(&request, &known, at)?;
        if target.plan.changes != shown.changes {
            return Err(StateError::Moved);
        }
        write::perform(&mut *change.tx, at, &known, &target.state).await?;
        write::passwords(&mut *change.tx, &known, &target.state, credentials).await?;
        let broken = check(&request, change.tx.as_mut(), at).await?;
        if !broken.is_empty() {
            return Err(StateError::Assertions(broken));
        }
        finish(change, &known, &target).await?;
        Ok(())
    }
}

fn target(request: &Request<'_>, known: &Known, at: Timestamp) -> Result<Target, StateError> {
    Target::new(request.declaration, &known.document, request.prune, at).map_err(StateError::Document)
}

/// What does not hold by the facts of a transaction.
async fn check(request: &Request<'_>, tx: &mut dyn ReadTx, at: Timestamp) -> Result<Vec<BrokenAssertion>, StateError> {
    if request.declaration.document.assertions.is_empty() {
        return Ok(Vec::new());
    }
    let facts = live::load(tx).await?;
    Ok(check_assertions(&request.declaration.document, &facts, request.admin_bypass, at))
}

/// Writes an audit entry for each thing, and one for all of them.
async fn finish(mut change: Change, known: &Known, target: &Target) -> Result<(), Error> {
    if target.plan.is_empty() {
        change.leave();
        return Ok(());
    }
    for changed in &target.plan.changes {
        let action = format!("{}.{}", changed.object.kind.as_str(), changed.action.audited());
        let details = audit::details(changed, &known.document, &target.state);
        change.also(&action, changed.object.to_string(), details).await?;
    }
    let [created, set, deleted] = target.plan.counts();
    change.commit("state.apply", "state".to_owned(), json!({ "created": created, "set": set, "deleted": deleted })).await
}
