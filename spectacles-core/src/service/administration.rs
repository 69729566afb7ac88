//! Who may change what is known.

use super::actor::{Actor, Power};
use super::change::{Change, Reading, Stage, Writing};
use super::outside::Outside;
use super::pace::Pace;
use super::repositories::Sights;
use super::rooms::{MOST_REPOSITORIES, Rooms};
use super::{Apps, Audit, Error, Groups, Keys, Namespaces, Policies, Registries, Services, Users};
use crate::auth::{Chain, PasswordError, VerifierPool, check_password, hash_password};
use crate::live::LiveFacts;
use crate::model::PasswordHash;
use crate::name::UserName;
use crate::random::Random;
use crate::store::{Revision, Store};
use crate::time::Clock;
use secrecy::SecretString;
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

/// What is needed to change things: a store, and facts to be kept in step with it where there are any.
#[derive(Clone)]
pub struct Administration {
    store: Arc<dyn Store>,
    facts: Option<Arc<LiveFacts>>,
    hashers: Arc<VerifierPool>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    policies: Policies,
    /// What checks the current password of whoever wants another one.
    chain: Option<Arc<Chain>>,
    /// Where changes are made that are to come to nothing.
    stage: Option<Stage>,
    /// The way to registries.
    outside: Option<Outside>,
    /// Whether the flag of administrators counts where it is decided about repositories.
    admin_bypass: bool,
    /// Where it is worth looking for what somebody may see.
    sights: Arc<Sights>,
    /// What users have had done lately.
    pace: Arc<Pace>,
    /// How many repositories a registry may have.
    rooms: Arc<Rooms>,
}

impl Administration {
    /// Administration of a store by a process that keeps no facts in memory, such as a command.
    ///
    /// # Errors
    /// The error of the operating system when it gives no thread for hashing passwords.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> std::io::Result<Self> {
        let hashers = Arc::new(VerifierPool::new(1)?);
        Ok(Self {
            store,
            facts: None,
            hashers,
            clock,
            random,
            policies: Policies::default(),
            chain: None,
            stage: None,
            outside: None,
            admin_bypass: true,
            sights: Arc::default(),
            pace: Arc::default(),
            rooms: Arc::new(Rooms::new(MOST_REPOSITORIES)),
        })
    }

    /// The same for a process that decides by facts in memory.
    pub(super) fn following(
        store: Arc<dyn Store>,
        facts: Arc<LiveFacts>,
        hashers: Arc<VerifierPool>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self {
            store,
            facts: Some(facts),
            hashers,
            clock,
            random,
            policies: Policies::default(),
            chain: None,
            stage: None,
            outside: None,
            admin_bypass: true,
            sights: Arc::default(),
            pace: Arc::default(),
            rooms: Arc::new(Rooms::new(MOST_REPOSITORIES)),
        }
    }

    /// With other policies than the default.
    #[must_use]
    pub fn with_policies(self, policies: Policies) -> Self {
        Self { policies, ..self }
    }

    /// With these to say whose password it is.
    pub(super) fn with_chain(self, chain: Arc<Chain>) -> Self {
        Self { chain: Some(chain), ..self }
    }

    /// With this setting: whether administrators may do everything with repositories.
    #[must_use]
    pub fn with_admin_bypass(self, admin_bypass: bool) -> Self {
        Self { admin_bypass, ..self }
    }

    pub(super) const fn admin_bypass(&self) -> bool {
        self.admin_bypass
    }

    pub(super) fn sights(&self) -> Arc<Sights> {
        Arc::clone(&self.sights)
    }

    pub(super) fn pace(&self) -> &Pace {
        &self.pace
    }

    /// With another number of repositories that are known of one registry at most.
    pub(super) fn with_most_repositories(self, most: u64) -> Self {
        Self { rooms: Arc::new(Rooms::new(most)), ..self }
    }

    pub(super) fn rooms(&self) -> &Rooms {
        &self.rooms
    }

    pub(super) fn with_outside(self, outside: Outside) -> Self {
        Self { outside: Some(outside), ..self }
    }

    pub(super) fn outside(&self) -> Option<&Outside> {
        self.outside.as_ref()
    }

    pub(super) fn shared_clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    pub(super) fn shared_random(&self) -> Arc<dyn Random> {
        Arc::clone(&self.random)
    }

    /// The same on a stage: whatever is changed stays there.
    pub(super) fn on(&self, stage: Stage) -> Self {
        Self { stage: Some(stage), ..self.clone() }
    }

    /// The store.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// What this installation decides about its users.
    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    pub(super) fn chain(&self) -> Option<&Chain> {
        self.chain.as_deref()
    }

    /// How many changes were made so far.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn revision(&self) -> Result<Revision, Error> {
        Ok(self.read().await?.revision().await?)
    }

    pub(super) fn facts(&self) -> Option<&Arc<LiveFacts>> {
        self.facts.as_ref()
    }

    /// The facts that decisions rest on: those that this process follows, or else those of the store now.
    ///
    /// # Errors
    /// [`Error::Unavailable`].
    pub async fn live_facts(&self) -> Result<Arc<LiveFacts>, Error> {
        match &self.facts {
            Some(facts) => Ok(Arc::clone(facts)),
            None => Ok(Arc::new(LiveFacts::load(Arc::clone(&self.store), Arc::clone(&self.clock)).await?)),
        }
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    pub(super) fn random(&self) -> &dyn Random {
        self.random.as_ref()
    }

    /// Whoever sits at the machine itself: who can open the database may change it.
    pub fn operator(&self) -> Administrator<'_> {
        Administrator(Member(Actor { administration: self, name: "operator", power: Power::Machine, expected: None, once: None }))
    }

    /// The administrator of this name. Whoever calls this has checked that he is one.
    pub(super) fn acting<'a>(&'a self, name: &'a UserName) -> Administrator<'a> {
        Administrator(Member(Actor {
            administration: self,
            name: name.as_str(),
            power: Power::Administrator(name),
            expected: None,
            once: None,
        }))
    }

    /// The user of this name, at this address. Whoever calls this has checked that it is him.
    pub(super) fn member<'a>(&'a self, name: &'a UserName, address: Option<IpAddr>) -> Member<'a> {
        Member(Actor { administration: self, name: name.as_str(), power: Power::Member { name, address }, expected: None, once: None })
    }

    pub(super) async fn read(&self) -> Result<Reading, Error> {
        match &self.stage {
            Some(stage) => stage.read(),
            None => Ok(Reading::Store(self.store.read().await?)),
        }
    }

    /// Begins a change. Dropping it undoes it.
    pub(super) async fn change(&self, actor: &str) -> Result<Change, Error> {
        let tx = match &self.stage {
            Some(stage) => stage.write()?,
            None => Writing::Store(self.store.write().await?),
        };
        // After the wait for others, so that moments ascend as changes do.
        Ok(Change::new(tx, self.facts.clone(), actor.to_owned(), self.clock.now()))
    }

    /// Hashes a password of `account` without holding up other work.
    pub(super) async fn hash(&self, account: &str, password: SecretString) -> Result<PasswordHash, Error> {
        if self.stage.is_some() {
            // Nobody will log in with it, and everybody who changes something waits until a rehearsal is over.
            check_password(&password)?;
            return Ok(PasswordHash::from_phc("$rehearsed$"));
        }
        let random = Arc::clone(&self.random);
        let hashing = self.hashers.run(account, move || hash_password(&password, random.as_ref()));
        let hash: Result<PasswordHash, PasswordError> = hashing.await.map_err(|busy| Error::Busy(busy.to_string()))?;
        Ok(hash?)
    }
}

/// Proof that somebody may administer, and the only way to do so. Has every use case of [`Member`], without what limits those of others.
#[derive(Clone, Copy)]
pub struct Administrator<'a>(Member<'a>);

impl<'a> Deref for Administrator<'a> {
    type Target = Member<'a>;

    fn deref(&self) -> &Member<'a> {
        &self.0
    }
}

/// An administrator is somebody, too.
impl<'a> From<Administrator<'a>> for Member<'a> {
    fn from(administrator: Administrator<'a>) -> Self {
        administrator.0
    }
}

/// Proof of who somebody is, to do what is his to do: everything he begins is checked where it is done.
#[derive(Clone, Copy)]
pub struct Member<'a>(pub(super) Actor<'a>);

impl<'a> Member<'a> {
    /// The name that the audit trail gets.
    pub fn actor(&self) -> &'a str {
        self.0.name
    }

    /// The same for changes of what was seen at that revision: a change begun by it fails with [`Error::Moved`] when there was another one since.
    #[must_use]
    pub fn expecting(self, revision: Revision) -> Self {
        Self(Actor { expected: Some(revision), ..self.0 })
    }

    /// Users: all of them for administrators and auditors, for others themselves.
    pub fn users(self) -> Users<'a> {
        Users(self.0)
    }

    /// Groups and their members: for ordinary users those they are in.
    pub fn groups(self) -> Groups<'a> {
        Groups(self.0)
    }

    /// Apps, and the groups that have to do with them: for ordinary users those that a group of theirs has to do with.
    pub fn apps(self) -> Apps<'a> {
        Apps(self.0)
    }

    /// Service accounts and their secrets: for ordinary users those they own.
    pub fn services(self) -> Services<'a> {
        Services(self.0)
    }

    /// Signing keys, for administrators and auditors.
    pub fn keys(self) -> Keys<'a> {
        Keys(self.0)
    }

    /// The audit trails, for administrators and auditors.
    pub fn audit(self) -> Audit<'a> {
        Audit(self.0)
    }

    /// Namespaces and the rights on them: for ordinary users those they may see, and the rights on their own.
    pub fn namespaces(self) -> Namespaces<'a> {
        Namespaces(self.0)
    }

    /// Registries: for ordinary users those that are enabled, and for managers those that a group of theirs answers for.
    pub fn registries(self) -> Registries<'a> {
        Registries(self.0)
    }
}
