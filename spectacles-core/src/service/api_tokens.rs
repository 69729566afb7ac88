//! API tokens: by which programs act for a user.

use super::actor::{Actor, Power, Standing};
use super::names::Names;
use super::users::object;
use super::{Error, Member, known, limits};
use crate::auth::{hash_secret, new_secret};
use crate::id::ApiTokenId;
use crate::model::{ApiToken, NewApiToken, StoredApiToken, StoredTokenLimits, TokenLimits, User, is_current};
use crate::name::{ApiTokenName, UserName};
use crate::store::{ReadTx, StoreError};
use crate::time::Timestamp;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::json;

/// Use cases of API tokens.
#[derive(Clone, Copy)]
pub struct Tokens<'a>(Actor<'a>);

impl<'a> Member<'a> {
    /// API tokens: his own.
    pub fn tokens(self) -> Tokens<'a> {
        Tokens(self.0)
    }
}

/// An API token to be made.
#[derive(Debug, Clone)]
pub struct CreateToken {
    /// See [`ApiToken::name`].
    pub name: ApiTokenName,
    /// See [`ApiToken::until`].
    pub until: Option<Timestamp>,
    /// See [`ApiToken::limits`].
    pub limits: TokenLimits,
}

/// An API token, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct ApiTokenView {
    /// All but the secret.
    #[serde(flatten)]
    pub token: ApiToken,
    /// Whether its time is over: it is not accepted any more.
    pub expired: bool,
}

/// An API token that was just made. Its secret cannot be had again.
#[derive(Debug)]
pub struct NewToken {
    /// What it is.
    pub view: ApiTokenView,
    /// The secret.
    pub secret: SecretString,
}

/// More are of no use to anybody, and all of them are kept in memory.
const MOST_TOKENS: usize = 100;

impl<'a> Tokens<'a> {
    /// Whoever asks.
    pub(super) fn actor(self) -> Actor<'a> {
        self.0
    }

    /// The API tokens of a user, the oldest first: of others for administrators and auditors.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the user, also for ordinary users who are not he.
    pub async fn list(self, owner: &UserName) -> Result<Vec<ApiTokenView>, Error> {
        let mut tx = self.0.read().await?;
        let standing = self.0.standing(tx.as_mut()).await?;
        let user = known::user(tx.as_mut(), &standing, owner).await?;
        let (mut names, mut views) = (Names::default(), Vec::new());
        for token in tx.api_tokens_of(user.id).await?.into_iter().filter(|token| token.session.is_none()) {
            views.push(view(tx.as_mut(), &mut names, token, self.0.now()).await?);
        }
        Ok(views)
    }

    /// Makes an API token for whoever asks; whoever sits at the machine makes them for others.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the user, the registry or the namespace; [`Error::Denied`] for somebody else's; [`Error::Conflict`] when the
    /// name is taken; [`Error::Invalid`] for an end in the past, or a namespace without its registry; [`Error::Refused`] when he has too many.
    pub async fn create(self, owner: &UserName, token: CreateToken) -> Result<NewToken, Error> {
        let secret = new_secret(self.0.administration.random())?;
        let hash = hash_secret(&secret);
        let (mut change, standing) = self.0.change_oneself().await?;
        let user = owner_for(change.tx.as_mut(), &standing, owner).await?;
        match self.0.power {
            Power::Administrator(name) | Power::Member { name, .. } if name != owner => {
                return Err(Error::Denied(format!("only `{owner}` himself makes API tokens that act for him")));
            }
            Power::Machine | Power::Administrator(_) | Power::Member { .. } => {}
        }
        let at = change.at;
        limits::check_end(token.until, at)?;
        let limits = self.stored(change.tx.as_mut(), token.limits).await?;
        if change.tx.api_tokens_of(user.id).await?.iter().filter(|token| token.session.is_none()).count() >= MOST_TOKENS {
            return Err(Error::Refused(format!("user `{owner}` has {MOST_TOKENS} API tokens; revoke those that are of no use any more")));
        }
        let new = NewApiToken { user: user.id, name: token.name, hash, created: at, until: token.until, limits, session: None };
        let id = change.tx.insert_api_token(&new).await.map_err(|error| match error {
            StoreError::Conflict(_) => Error::Conflict(format!("user `{owner}` has an API token `{}` already", new.name)),
            StoreError::InUse(_) | StoreError::Unavailable(_) | StoreError::Broken(_) => error.into(),
        })?;
        let NewApiToken { user, name, hash, created, until, limits, session } = new;
        let stored = StoredApiToken { id, user, name, hash, created, until, last_used: None, limits, session };
        let view = view(change.tx.as_mut(), &mut Names::default(), stored, at).await?;
        change.commit("user.token.create", object(owner), json!({ "token": view })).await?;
        Ok(NewToken { view, secret })
    }

    /// Takes an API token away: one's own, or for administrators anybody's.
    ///
    /// # Errors
    /// [`Error::NotFound`] for the user, or when he has no such token; [`Error::Denied`] for auditors, of somebody else's.
    pub async fn revoke(self, owner: &UserName, token: ApiTokenId) -> Result<(), Error> {
        let (mut change, standing) = self.0.change_oneself().await?;
        let user = owner_for(change.tx.as_mut(), &standing, owner).await?;
        let missing = || Error::NotFound { what: "API token", name: format!("{token}` of user `{owner}") };
        let known = change
            .tx
            .api_tokens_of(user.id)
            .await?
            .into_iter()
            .find(|known| known.id == token && known.session.is_none())
            .ok_or_else(missing)?;
        let at = change.at;
        let view = view(change.tx.as_mut(), &mut Names::default(), known, at).await?;
        change.tx.delete_api_token(user.id, token).await?;
        change.commit("user.token.revoke", object(owner), json!({ "token": view })).await
    }

    /// Limits by ids: of registries and namespaces that whoever asks knows of.
    async fn stored(self, tx: &mut dyn ReadTx, limits: TokenLimits) -> Result<StoredTokenLimits, Error> {
        let TokenLimits { read_only, registry, namespace, mut kinds } = limits;
        kinds.sort_unstable_by_key(|kind| kind.as_str());
        kinds.dedup();
        let (registry, namespace) = match (registry, namespace) {
            (None, Some(_)) => return Err(Error::Invalid("a limit to a namespace needs the registry that it is on".to_owned())),
            (None, None) => (None, None),
            (Some(service), path) => {
                // Auditors know of everything, though they change nothing of it.
                let standing = self.0.standing(tx).await?;
                let registry = self.0.known_registry(tx, &standing, &service).await?;
                let namespace = match path {
                    Some(path) => Some(self.0.known_namespace(tx, &standing, &service, &path).await?.1.id),
                    None => None,
                };
                (Some(registry.id), namespace)
            }
        };
        Ok(StoredTokenLimits { read_only, registry, namespace, kinds: kinds.into() })
    }
}

/// Whose tokens are to be changed. Auditors know that there are others.
pub(super) async fn owner_for(tx: &mut dyn ReadTx, standing: &Standing, owner: &UserName) -> Result<User, Error> {
    if let Standing::Own(person) = standing
        && person.user.name != *owner
    {
        standing.check_no_auditor()?;
    }
    known::user(tx, standing, owner).await
}

async fn view(tx: &mut dyn ReadTx, names: &mut Names, stored: StoredApiToken, now: Timestamp) -> Result<ApiTokenView, Error> {
    let StoredApiToken { id, name, created, until, last_used, limits, .. } = stored;
    let StoredTokenLimits { read_only, registry, namespace, kinds } = limits;
    let registry = match registry {
        Some(registry) => Some(names.registry(tx, registry).await?),
        None => None,
    };
    let namespace = match namespace {
        Some(id) => {
            let gone = || Error::Broken(format!("an API token refers to {id:?}, which is not there"));
            Some(tx.namespace(id).await?.ok_or_else(gone)?.path)
        }
        None => None,
    };
    let limits = TokenLimits { read_only, registry, namespace, kinds: kinds.into_vec() };
    let token = ApiToken { id, name, created, until, last_used, limits };
    Ok(ApiTokenView { token, expired: !is_current(until, now) })
}
