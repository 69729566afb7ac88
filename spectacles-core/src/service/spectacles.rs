//! The running server.

use super::administration::{Administration, Administrator, Member};
use super::bearer::TokenUses;
use super::decisions::Decisions;
use super::events::{Events, Inspections};
use super::forgotten::{Forgotten, Post};
use super::outside::{Outside, SystemKeys};
use super::rooms::MOST_REPOSITORIES;
use super::{Asker, Error, Policies, keys};
use crate::access::UserFacts;
use crate::auth::{
    Attempt, AuthenticationError, Authenticator, Chain, Credentials, Identity, LocalUsers, PasswordError, ServiceAccounts, Upgrades,
    VerifierPool,
};
use crate::key::KeyRing;
use crate::live::LiveFacts;
use crate::mail::Mailer;
use crate::model::{EffectiveSetting, Stars};
use crate::name::UserName;
use crate::random::{Random, SystemRandom, random_text};
use crate::registry::Connector;
use crate::store::{Revision, Store, StoreError};
use crate::time::{Clock, SystemClock};
use crate::token::{Issuer, IssuerSettings};
use async_lock::Mutex;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

/// Why nothing is decided.
pub(super) const STALE: &str = "what is known could not be compared with the database lately";

/// What can be set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The `iss` claim: what the registries have as `auth.token.issuer`.
    pub issuer: String,
    /// Whether administrators may do everything on every registry.
    pub admin_bypass: bool,
    /// How long facts count that could not be compared with the database.
    pub grace: Duration,
    /// How many cores may be busy with checking passwords.
    pub password_threads: usize,
    /// Whether token decisions are recorded in the store.
    pub record_decisions: bool,
    /// How long they are kept there.
    pub keep_decisions: Duration,
    /// How long it is known what happened to the content of registries.
    pub keep_activities: Duration,
    /// What is decided about users.
    pub policies: Policies,
    /// What counts as a star of a repository where somebody searches.
    pub stars: Stars,
    /// How many repositories are noted of one registry at most, of those it tells of: it may make names up.
    pub most_repositories: u64,
    /// What the program that runs this was told, for people who want to know.
    pub told: Vec<EffectiveSetting>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            issuer: "Spectacles".to_owned(),
            admin_bypass: true,
            grace: Duration::from_secs(5),
            password_threads: 2,
            record_decisions: true,
            keep_decisions: Duration::from_secs(30 * 24 * 60 * 60),
            keep_activities: Duration::from_secs(30 * 24 * 60 * 60),
            policies: Policies::default(),
            stars: Stars::default(),
            most_repositories: MOST_REPOSITORIES,
            told: Vec::new(),
        }
    }
}

/// The server could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys cannot be had.
    #[error(transparent)]
    Keys(#[from] Error),
    /// Passwords cannot be checked.
    #[error(transparent)]
    Passwords(#[from] PasswordError),
    /// The system gives no threads.
    #[error("no thread for checking passwords: {0}")]
    Threads(std::io::Error),
}

/// What a server is made of; see [`Spectacles::builder`].
pub struct Builder {
    store: Arc<dyn Store>,
    settings: Settings,
    keys: Option<KeyRing>,
    before_users: Vec<Arc<dyn Authenticator>>,
    after_users: Vec<Arc<dyn Authenticator>>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    connector: Option<Arc<dyn Connector>>,
    post: Option<Post>,
}

impl Builder {
    /// Other settings than the default.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// These keys, instead of those in the store, which all processes on it share.
    #[must_use]
    pub fn keys(mut self, keys: KeyRing) -> Self {
        self.keys = Some(keys);
        self
    }

    /// Asks this one before the users' passwords are looked at.
    #[must_use]
    pub fn ask_before_users(mut self, authenticator: Arc<dyn Authenticator>) -> Self {
        self.before_users.push(authenticator);
        self
    }

    /// Asks this one about accounts that are not users with a password.
    #[must_use]
    pub fn ask_after_users(mut self, authenticator: Arc<dyn Authenticator>) -> Self {
        self.after_users.push(authenticator);
        self
    }

    /// With a way to reach registries. Without one nothing is discovered, deleted or copied.
    #[must_use]
    pub fn connector(mut self, connector: Arc<dyn Connector>) -> Self {
        self.connector = Some(connector);
        self
    }

    /// With what sends mail, and the address of the page where new passwords are set, to which a code is added: `https://auth.example.com/reset#`.
    /// Without it administrators make links for people who have forgotten their password.
    #[must_use]
    pub fn mailer(mut self, mailer: Arc<dyn Mailer>, link: impl Into<String>) -> Self {
        self.post = Some(Post { mailer, link: link.into() });
        self
    }

    /// Another clock than that of the system.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Other random numbers than those of the system.
    #[must_use]
    pub fn random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }

    /// Reads what is in the store, and is ready to answer.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(self) -> Result<Spectacles, StartError> {
        let Self { store, settings, keys, before_users, after_users, clock, random, connector, post } = self;
        let hashers = Arc::new(VerifierPool::new(settings.password_threads).map_err(StartError::Threads)?);
        let facts = Arc::new(LiveFacts::load(Arc::clone(&store), Arc::clone(&clock)).await?);
        let administration =
            Administration::following(store, Arc::clone(&facts), Arc::clone(&hashers), Arc::clone(&clock), Arc::clone(&random))
                .with_policies(settings.policies.clone())
                .with_admin_bypass(settings.admin_bypass)
                .with_most_repositories(settings.most_repositories);
        // Before the keys are read: one that is added meanwhile is then seen as a change.
        let keys_revision = facts.keys_revision();
        let stored_keys = keys.is_none();
        let ring = match keys {
            Some(ring) => ring,
            None => administration.operator().keys().ring().await?,
        };
        let users = LocalUsers::new(Arc::clone(&facts), Arc::clone(&hashers), Arc::clone(&clock), random.as_ref());
        let upgrades = Arc::new(Upgrades::new(Arc::clone(&random)));
        let mut authenticators = before_users;
        authenticators.push(Arc::new(users.map_err(PasswordError::from)?.noting(Arc::clone(&upgrades))));
        let services = ServiceAccounts::new(Arc::clone(&facts), Arc::clone(&hashers), Arc::clone(&clock), random.as_ref());
        authenticators.push(Arc::new(services?));
        authenticators.extend(after_users);
        let chain = Arc::new(Chain::new(authenticators, hashers, Arc::clone(&clock), random.as_ref())?);
        let issuing = IssuerSettings { issuer: settings.issuer.clone(), admin_bypass: settings.admin_bypass };
        let issuer = Arc::new(Issuer::new(Arc::clone(&facts), ring, Arc::clone(&clock), random, issuing));
        let mut administration = administration.with_chain(Arc::clone(&chain));
        if let Some(connector) = connector {
            administration = administration.with_outside(Outside { connector, keys: SystemKeys::Live(Arc::clone(&issuer)) });
        }
        Ok(Spectacles {
            administration,
            facts,
            issuer,
            chain,
            settings,
            stored_keys,
            keys_revision: AtomicI64::new(keys_revision.0),
            clock,
            trouble: AtomicBool::new(false),
            asking: Mutex::new(()),
            decisions: Decisions::default(),
            events: Events::default(),
            inspections: Inspections::default(),
            token_uses: TokenUses::default(),
            post,
            forgotten: Forgotten::default(),
            upgrades,
        })
    }
}

/// An authorization server without a network: give it requests and it answers.
///
/// Cheap to share in an [`Arc`].
pub struct Spectacles {
    administration: Administration,
    facts: Arc<LiveFacts>,
    issuer: Arc<Issuer>,
    chain: Arc<Chain>,
    settings: Settings,
    stored_keys: bool,
    keys_revision: AtomicI64,
    clock: Arc<dyn Clock>,
    /// Whether the last refresh failed.
    trouble: AtomicBool,
    /// Held by the request that asks the store for news, for all that are about to be refused.
    asking: Mutex<()>,
    decisions: Decisions,
    events: Events,
    inspections: Inspections,
    token_uses: TokenUses,
    post: Option<Post>,
    forgotten: Forgotten,
    upgrades: Arc<Upgrades>,
}

/// Somebody who has proved who he is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    name: UserName,
    admin: bool,
    /// Where he is.
    address: Option<IpAddr>,
}

impl Caller {
    pub(super) fn new(user: &UserFacts, address: Option<IpAddr>) -> Self {
        Self { name: user.name.clone(), admin: user.admin, address }
    }

    /// His name.
    pub fn name(&self) -> &UserName {
        &self.name
    }

    /// Whether he was an administrator when he was checked.
    pub fn is_administrator(&self) -> bool {
        self.admin
    }
}

impl Spectacles {
    /// A server on this store, with the system's clock and randomness, and otherwise as [`Settings::default`] says.
    pub fn builder(store: Arc<dyn Store>) -> Builder {
        Builder {
            store,
            settings: Settings::default(),
            keys: None,
            before_users: Vec::new(),
            after_users: Vec::new(),
            clock: Arc::new(SystemClock::new()),
            random: Arc::new(SystemRandom),
            connector: None,
            post: None,
        }
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The facts that decisions rest on.
    pub fn facts(&self) -> &LiveFacts {
        &self.facts
    }

    /// What issues tokens, and holds the keys.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// An id for one request: by it a client and the log speak of the same one.
    pub fn request_id(&self) -> String {
        // An id that nobody can give is no reason not to answer.
        random_text::<12>(self.administration.random()).unwrap_or_else(|_| "unknown".to_owned())
    }

    /// Administration by whoever started this process.
    pub fn administration(&self) -> &Administration {
        &self.administration
    }

    /// Finds out which user's credentials these are.
    ///
    /// # Errors
    /// `Ok(None)` when they are nobody's; [`AuthenticationError`] when that cannot be said now.
    pub async fn authenticate(&self, credentials: &Credentials, address: Option<IpAddr>) -> Result<Option<Caller>, AuthenticationError> {
        let begun = self.facts.revision();
        let mut identity = self.identify(credentials, address).await?;
        if identity.is_none() && self.has_news(begun).await {
            identity = self.identify(credentials, address).await?;
        }
        // Service accounts get tokens, and have nothing to administer.
        let Some(Identity::User(name)) = identity else { return Ok(None) };
        Ok(self.facts.read(|facts| {
            let user = facts.user(name.as_str()).filter(|user| user.enabled)?;
            Some(Caller::new(user, address))
        }))
    }

    pub(super) fn chain(&self) -> &Chain {
        &self.chain
    }

    pub(super) fn post(&self) -> Option<&Post> {
        self.post.as_ref()
    }

    pub(super) fn forgotten(&self) -> &Forgotten {
        &self.forgotten
    }

    pub(super) fn token_uses(&self) -> &TokenUses {
        &self.token_uses
    }

    pub(super) fn upgrades(&self) -> &Upgrades {
        &self.upgrades
    }

    pub(super) fn events(&self) -> &Events {
        &self.events
    }

    pub(super) fn inspections(&self) -> &Inspections {
        &self.inspections
    }

    pub(super) fn decisions(&self) -> &Decisions {
        &self.decisions
    }

    /// Whose credentials these are, by facts that can be vouched for.
    pub(super) async fn identify(
        &self,
        credentials: &Credentials,
        address: Option<IpAddr>,
    ) -> Result<Option<Identity>, AuthenticationError> {
        if !self.facts_are_current() {
            return Err(AuthenticationError::Unavailable(STALE.to_owned()));
        }
        self.chain.authenticate(Attempt { account: &credentials.account, secret: &credentials.secret, address }).await
    }

    /// The proof that a caller may administer.
    ///
    /// # Errors
    /// [`Error::Denied`] when he is no administrator, or not any more.
    pub fn administrator<'a>(&'a self, caller: &'a Caller) -> Result<Administrator<'a>, Error> {
        let still = self.facts.read(|facts| facts.user(caller.name.as_str()).is_some_and(|user| user.enabled && user.admin));
        let denied = || Error::Denied("only an administrator may do this".to_owned());
        if caller.admin && still { Ok(self.administration.acting(&caller.name)) } else { Err(denied()) }
    }

    /// Who a caller is, when he asks about access: auditors may know what administrators may.
    pub fn asker<'a>(&self, caller: &'a Caller) -> Asker<'a> {
        let reads_everything = |user: &UserFacts| user.enabled && (user.admin || user.auditor);
        match self.facts.read(|facts| facts.user(caller.name.as_str()).is_some_and(|user| reads_everything(user))) {
            true => Asker::Administrator,
            false => Asker::User(&caller.name),
        }
    }

    /// The proof of who a caller is, for what is his to do.
    pub fn member<'a>(&'a self, caller: &'a Caller) -> Member<'a> {
        self.administration.member(&caller.name, caller.address)
    }

    /// Takes over what other processes have changed in the store, and says whether anything was. To be called several times a second.
    ///
    /// # Errors
    /// [`Error`] when the store cannot be read. Call again: the facts stay as they were, and after [`Settings::grace`] no token is
    /// issued by them.
    pub async fn refresh(&self) -> Result<bool, Error> {
        let outcome = self.try_refresh().await;
        self.trouble.store(outcome.is_err(), Ordering::Relaxed);
        outcome
    }

    async fn try_refresh(&self) -> Result<bool, Error> {
        let news = self.facts.refresh().await?;
        let revision = self.facts.keys_revision();
        if self.stored_keys && revision != Revision(self.keys_revision.load(Ordering::Relaxed)) {
            let mut tx = self.administration.store().read().await?;
            self.issuer.set_keys(keys::stored(tx.as_mut(), self.clock.now()).await?);
            self.keys_revision.store(revision.0, Ordering::Relaxed);
        }
        Ok(news)
    }

    /// Whether there is news since this revision that may turn a refusal into something better.
    ///
    /// Whoever was given a right by a command a moment ago should not be told that he has none. Asking the store costs little, but it is not
    /// done for every refusal: facts that were compared with it just now are good enough, and one request asks for all that wait.
    pub(super) async fn has_news(&self, since: Revision) -> bool {
        const JUST_NOW: Duration = Duration::from_millis(20);
        let _asking = self.asking.lock().await;
        // A refresh that fails leaves the facts as they were, and the refusal stands.
        if self.facts.revision() == since && !self.facts.vouched(JUST_NOW) && self.refresh().await.is_err() {
            return false;
        }
        self.facts.revision() != since
    }

    pub(super) fn facts_are_current(&self) -> bool {
        self.facts.vouched(self.settings.grace)
    }

    /// What keeps this server from doing its work now; empty when nothing does. Says nothing that strangers should not read.
    pub fn problems(&self) -> Vec<&'static str> {
        let mut problems = Vec::new();
        if self.trouble.load(Ordering::Relaxed) {
            problems.push("the database cannot be read");
        }
        // Sooner than tokens are refused, so that requests go elsewhere before.
        if !self.facts.vouched(self.settings.grace / 2) {
            problems.push(STALE);
        }
        problems
    }
}
