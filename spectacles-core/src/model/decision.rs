//! Token decisions, as they are recorded.

use super::words::words;
use crate::audit::Link;
use crate::id::DecisionId;
use crate::right::Actions;
use crate::time::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

words! {
    /// What became of a token request.
    Outcome, "outcome" {
        /// Everything that was asked for was given.
        #[default]
        Granted = "granted",
        /// There was a token, with less than was asked for.
        Reduced = "reduced",
        /// There was no token, or one without any of the actions that were asked for.
        Refused = "refused",
        /// Nothing is known of it: some decisions could not be recorded here.
        Lost = "lost",
    }
}

words! {
    /// What somebody proved with who he is.
    Credential, "credential" {
        /// Nothing: there were no credentials.
        #[default]
        None = "none",
        /// The password of a user, or whatever an authenticator takes in its place.
        Password = "password",
        /// The secret of a service account.
        Secret = "secret",
    }
}

/// A token request and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DecisionRecord {
    /// When.
    pub at: Timestamp,
    /// The id of the token, its `jti` claim; empty where there was none.
    pub token: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Whose request it was, as the `sub` claim says it; where there was no token, the account that was typed.
    pub principal: String,
    /// With what he proved it.
    pub credential: Credential,
    /// Where it came from, as seen through trusted proxies.
    pub address: Option<String>,
    /// What the client calls itself.
    pub agent: String,
    /// The service of the registry, as it was asked for.
    pub service: String,
    /// What was asked for, one by one.
    pub scopes: Vec<RecordedScope>,
    /// Why there was no token; or how many decisions could not be recorded at this point.
    pub reason: Option<String>,
}

/// What was asked for on one resource, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecordedScope {
    /// `repository:team/app`, without the actions.
    pub resource: String,
    /// The actions that were asked for, separated by commas, as far as they exist.
    pub asked: String,
    /// The actions that were given, separated by commas.
    pub given: String,
    /// The word of the rule that decided, for repositories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}

impl RecordedScope {
    /// The repository, and the actions that were asked for on it; none for other resources.
    pub fn repository(&self) -> Option<(&str, Actions)> {
        let name = self.resource.strip_prefix("repository")?;
        // A class may stand in between: `repository(plugin):...`.
        let (_, name) = name.split_once(':')?;
        Some((name, self.asked.split(',').filter_map(crate::right::Action::parse).collect()))
    }
}

/// One recorded decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DecisionEntry {
    /// Ascending in the order in which they were recorded: its place in the chain.
    pub id: DecisionId,
    /// What happened.
    #[serde(flatten)]
    pub record: DecisionRecord,
    /// Ties it to the entry before.
    pub link: Link,
}

/// Which decisions to list; what is `None` does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DecisionFilter {
    /// Those before this one.
    pub before: Option<DecisionId>,
    /// Those at or after this moment.
    pub since: Option<Timestamp>,
    /// Those of this principal.
    pub principal: Option<String>,
    /// Those with this outcome.
    pub outcome: Option<Outcome>,
    /// Those for this registry.
    pub service: Option<String>,
}
