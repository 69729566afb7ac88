//! From a principal and scopes to a signed token.

use super::claims::{Access, Claims, GrantedActions};
use crate::access::{Because, Facts, RegistryState, Subject, decide, decide_catalog, subject_of};
use crate::key::{KeyRing, SignError};
use crate::live::LiveFacts;
use crate::model::Anonymous;
use crate::name::UserName;
use crate::random::{Random, RandomError, random_text};
use crate::right::Actions;
use crate::scope::{Resource, Scope};
use crate::time::{Clock, Timestamp};
use std::sync::{Arc, PoisonError, RwLock};

/// Who asks for a token. Whoever makes one has checked that it is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Principal<'a> {
    /// This server itself, for its own requests to a registry.
    System,
    /// A user who has proved who he is.
    User(&'a UserName),
    /// Somebody without credentials.
    Anonymous,
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
    /// What is allowed on each resource, in the order of the request.
    pub granted: Vec<Granted>,
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
    /// The user does not exist any more, or is disabled.
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

    /// A token for the registry that calls itself `service`.
    ///
    /// Every scope gets an entry, those that are denied one without actions: a denial is no error.
    ///
    /// # Errors
    /// [`IssueError`] when there can be no token at all.
    pub fn issue(&self, principal: Principal<'_>, service: &str, scopes: Vec<Scope>) -> Result<Issued, IssueError> {
        let now = self.clock.now();
        let id = random_text::<16>(self.random.as_ref())?;
        // Nothing is signed while the facts are held: writers wait for readers.
        let (claims, token, subject, granted) = self.facts.read(|facts| {
            let registry = facts.registry(service).ok_or(IssueError::UnknownService)?;
            let subject = self.subject(facts, registry, principal)?;
            let granted: Vec<Granted> = scopes.into_iter().map(|scope| grant(subject, registry, scope)).collect();
            let settings = registry.facts.token;
            let iat = now.unix_seconds();
            let claims = Claims {
                iss: &self.settings.issuer,
                sub: name_of(subject),
                aud: registry.facts.service.as_str(),
                exp: iat.saturating_add(i64::from(settings.lifetime.seconds())),
                nbf: iat.saturating_sub(Self::LEEWAY),
                iat,
                jti: &id,
                access: granted.iter().map(Granted::access).collect(),
            };
            let claims = serde_json::to_vec(&claims).map_err(|_| SignError)?;
            Ok::<_, IssueError>((claims, settings, name_of(subject).to_owned(), granted))
        })?;
        let keys = self.keys();
        let signed = keys.active().sign_json(&claims, token.kid_style)?;
        Ok(Issued {
            token: signed,
            expires_in: token.lifetime.seconds(),
            issued_at: now,
            id,
            subject,
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
            Principal::Anonymous => match registry.facts.anonymous {
                Anonymous::Pull => Ok(Subject::Anonymous),
                Anonymous::Off => Err(IssueError::CredentialsNeeded),
            },
        }
    }
}

/// The `sub` claim. The system's name is one that no user can have.
fn name_of(subject: Subject<'_>) -> &str {
    match subject {
        Subject::System => "system",
        Subject::Administrator(user) | Subject::User(user) => user.name.as_str(),
        Subject::Anonymous => "",
    }
}

fn grant(subject: Subject<'_>, registry: &RegistryState, scope: Scope) -> Granted {
    let (actions, because) = match &scope.resource {
        Resource::Repository { name, .. } => {
            let decision = decide(subject, Some(registry), name, scope.requested.actions());
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
