//! From a principal and scopes to a signed token.

use super::claims::{Access, Claims, GrantedActions};
use crate::access::{Because, Facts, Question, RegistryState, Subject, decide, decide_catalog, subject_of};
use crate::auth::{Identity, ServiceLogin};
use crate::key::{KeyRing, SignError};
use crate::live::LiveFacts;
use crate::model::{Anonymous, Circumstances};
use crate::name::UserName;
use crate::random::{Random, RandomError, random_text};
use crate::right::Actions;
use crate::scope::{Resource, Scope};
use crate::time::{Clock, Timestamp};
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

/// Who asks for a token. Whoever makes one has checked that it is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Principal<'a> {
    /// This server itself, for its own requests to a registry.
    System,
    /// A user who has proved who he is.
    User(&'a UserName),
    /// A service account that has proved which it is.
    Service(&'a ServiceLogin),
    /// Somebody without credentials.
    Anonymous,
}

impl<'a> From<&'a Identity> for Principal<'a> {
    fn from(identity: &'a Identity) -> Self {
        match identity {
            Identity::User(name) => Self::User(name),
            Identity::Service(login) => Self::Service(login),
        }
    }
}

/// The `sub` claim. The system's name is one that no user can have.
impl fmt::Display for Principal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("system"),
            Self::User(name) => f.write_str(name.as_str()),
            Self::Service(login) => Identity::Service((*login).clone()).fmt(f),
            Self::Anonymous => Ok(()),
        }
    }
}

/// What is the same for all tokens.
#[derive(Debug, Clone)]
pub struct IssuerSettings {
    /// The `iss` claim: what the registries have as `auth.token.issuer`.
    pub issuer: String,
    /// Whether administrators may do everything.
    pub admin_bypass: bool,
}

/// A token, and what it says.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The signed token, in compact form.
    pub token: String,
    /// How long it is valid, in seconds.
    pub expires_in: u32,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Its id, the `jti` claim.
    pub id: String,
    /// Whose it is, the `sub` claim.
    pub subject: String,
    /// Which registry it is for, the `aud` claim.
    pub service: String,
    /// What is allowed on each resource, in the order of the request. Shared with what is recorded of it, which outlives the token here.
    pub granted: Arc<[Granted]>,
}

/// What is allowed on one resource, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// What was asked for.
    pub scope: Scope,
    /// What is allowed.
    pub actions: GrantedActions,
    /// Why, for repositories.
    pub because: Option<Because>,
}

/// No token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// There is no registry of this service name.
    #[error("no registry of this service name is known")]
    UnknownService,
    /// The user or service account does not exist any more, or is disabled.
    #[error("the user is unknown or disabled")]
    NoSuchUser,
    /// The registry admits nobody without credentials.
    #[error("this registry gives nothing without credentials")]
    CredentialsNeeded,
    /// The key failed.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// There is no unique id.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// Issues tokens. Looks at facts in memory, and writes nothing.
pub struct Issuer {
    facts: Arc<LiveFacts>,
    keys: RwLock<Arc<KeyRing>>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    settings: IssuerSettings,
}

impl Issuer {
    /// How far in the past `nbf` lies, in seconds: clocks of registries may be behind by as much, beyond the minute they allow themselves.
    const LEEWAY: i64 = 30;

    /// An issuer with these keys.
    pub fn new(facts: Arc<LiveFacts>, keys: KeyRing, clock: Arc<dyn Clock>, random: Arc<dyn Random>, settings: IssuerSettings) -> Self {
        Self { facts, keys: RwLock::new(Arc::new(keys)), clock, random, settings }
    }

    /// The settings.
    pub fn settings(&self) -> &IssuerSettings {
        &self.settings
    }

    /// The keys now.
    pub fn keys(&self) -> Arc<KeyRing> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Signs with other keys from now on.
    pub fn set_keys(&self, keys: KeyRing) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }

    /// A token for the registry that calls itself `service`, for a request that came from there.
    ///
    /// Every scope gets an entry, those that are denied one without actions: a denial is no error.
    ///
    /// # Errors
    /// [`IssueError`] when there can be no token at all.
    pub fn issue(&self, principal: Principal<'_>, service: &str, scopes: Vec<Scope>, from: Option<IpAddr>) -> Result<Issued, IssueError> {
        let now = self.clock.now();
        let circumstances = Circumstances { at: now, from };
        let name = principal.to_string();
        let id = random_text::<16>(self.random.as_ref())?;
        // Nothing is signed while the facts are held: writers wait for readers.
        let (claims, token, granted) = self.facts.read(|facts| {
            let registry = facts.registry(service).ok_or(IssueError::UnknownService)?;
            let subject = self.subject(facts, registry, principal)?;
            let granted: Arc<[Granted]> = scopes.into_iter().map(|scope| grant(facts, registry, subject, circumstances, scope)).collect();
            let settings = registry.facts.token;
            let iat = now.unix_seconds();
            let claims = Claims {
                iss: &self.settings.issuer,
                sub: &name,
                aud: registry.facts.service.as_str(),
                exp: iat.saturating_add(i64::from(settings.lifetime.seconds())),
                nbf: iat.saturating_sub(Self::LEEWAY),
                iat,
                jti: &id,
                access: granted.iter().map(Granted::access).collect(),
            };
            let claims = serde_json::to_vec(&claims).map_err(|_| SignError)?;
            Ok::<_, IssueError>((claims, settings, granted))
        })?;
        let keys = self.keys();
        let signed = keys.active().sign_json(&claims, token.kid_style)?;
        Ok(Issued {
            token: signed,
            expires_in: token.lifetime.seconds(),
            issued_at: now,
            id,
            subject: name,
            service: service.to_owned(),
            granted,
        })
    }

    fn subject<'f>(&self, facts: &'f Facts, registry: &RegistryState, principal: Principal<'_>) -> Result<Subject<'f>, IssueError> {
        match principal {
            Principal::System => Ok(Subject::System),
            Principal::User(name) => match facts.user(name.as_str()) {
                Some(user) if user.enabled => Ok(subject_of(user, self.settings.admin_bypass)),
                Some(_) | None => Err(IssueError::NoSuchUser),
            },
            Principal::Service(login) => match facts.service(login.name.as_str()) {
                Some(service) if service.enabled => Ok(Subject::Service(service)),
                Some(_) | None => Err(IssueError::NoSuchUser),
            },
            Principal::Anonymous => match registry.facts.anonymous {
                Anonymous::Pull => Ok(Subject::Anonymous),
                Anonymous::Off => Err(IssueError::CredentialsNeeded),
            },
        }
    }
}

fn grant(facts: &Facts, registry: &RegistryState, subject: Subject<'_>, circumstances: Circumstances, scope: Scope) -> Granted {
    let (actions, because) = match &scope.resource {
        Resource::Repository { name, .. } => {
            let question = Question { subject, repository: name, requested: scope.requested.actions(), circumstances };
            let decision = decide(facts, Some(registry), &question);
            // A literal `*` outlives whatever actions registries may learn: only for ourselves.
            let everything = matches!(subject, Subject::System) && scope.requested.everything() && !decision.allowed.is_empty();
            let actions = if everything { GrantedActions::Everything } else { GrantedActions::Some(decision.allowed) };
            (actions, Some(decision.because))
        }
        Resource::Catalog => (GrantedActions::Catalog(decide_catalog(subject, Some(registry), scope.requested.catalog_actions())), None),
        Resource::Other { .. } => (GrantedActions::Some(Actions::NONE), None),
    };
    Granted { scope, actions, because }
}

impl Granted {
    /// Whether something that can be granted was asked for and was not.
    pub fn is_less_than_asked(&self) -> bool {
        match self.actions {
            GrantedActions::Some(actions) => match self.scope.resource {
                Resource::Repository { .. } => actions != self.scope.requested.actions(),
                Resource::Catalog | Resource::Other { .. } => false,
            },
            GrantedActions::Everything => false,
            GrantedActions::Catalog(actions) => actions != self.scope.requested.catalog_actions(),
        }
    }

    fn access(&self) -> Access<'_> {
        let (r#type, class, name) = self.scope.resource.parts();
        Access { r#type, class, name, actions: self.actions }
    }
}
