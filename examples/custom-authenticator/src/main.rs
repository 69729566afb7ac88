//! An authenticator of your own: here the jobs of a build system, each with a secret that lasts as long as the job.
//!
//! It is asked before the users' passwords, and says one of three things: accepted, rejected, or that it does not know the account. When it
//! cannot say anything nobody gets in, because whoever is asked next might let in what it would have refused.
#![allow(clippy::print_stdout, reason = "it shows what it does")]

use async_trait::async_trait;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use spectacles_core::auth::{Attempt, AuthenticationError, Authenticator, Credentials, ExposeSecret as _, SecretString, Verdict};
use spectacles_core::name::UserName;
use spectacles_core::service::{CreateNamespace, CreateRegistry, CreateUser, Spectacles, TokenRequest};
use spectacles_core::time::{Clock, SystemClock, Timestamp};
use spectacles_store::MemoryStore;
use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What the build system knows: for each job its secret, and until when it counts.
struct Builds {
    jobs: HashMap<String, (SecretString, Timestamp)>,
    /// The user that all jobs are. He needs no password, and has rights like every other.
    user: UserName,
    clock: Arc<dyn Clock>,
    down: AtomicBool,
}

#[async_trait]
impl Authenticator for Builds {
    async fn authenticate(&self, attempt: Attempt<'_>) -> Result<Verdict, AuthenticationError> {
        if self.down.load(Ordering::Relaxed) {
            return Err(AuthenticationError::Unavailable("the build system does not answer".to_owned()));
        }
        let Some((secret, until)) = self.jobs.get(attempt.account) else { return Ok(Verdict::Unknown) };
        // Takes the same time wherever the first difference is, so that it cannot be searched for.
        let right = verify_slices_are_equal(attempt.secret.expose_secret().as_bytes(), secret.expose_secret().as_bytes()).is_ok();
        Ok(if right && self.clock.now() < *until { Verdict::Accepted(self.user.clone().into()) } else { Verdict::Rejected })
    }
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let clock = Arc::new(SystemClock::new());
    let soon = clock.now().after(Duration::from_secs(600));
    let jobs =
        HashMap::from([("job-17".to_owned(), ("secret of 17".into(), soon)), ("job-16".to_owned(), ("secret of 16".into(), clock.now()))]);
    let builds = Arc::new(Builds { jobs, user: "ci".parse()?, clock, down: AtomicBool::new(false) });
    let spectacles = Spectacles::builder(Arc::new(MemoryStore::new())).ask_before_users(builds.clone()).start().await?;
    people_and_places(&spectacles).await?;

    expect(&spectacles, "job-17", "secret of 17", "ci gets pull,push").await?;
    expect(&spectacles, "job-17", "something else", "incorrect username or password").await?;
    expect(&spectacles, "job-16", "secret of 16", "incorrect username or password").await?;
    // Unknown to the build system, so that the users are asked.
    expect(&spectacles, "alice", "alice's password", "alice gets nothing").await?;

    builds.down.store(true, Ordering::Relaxed);
    let unavailable = "authorization is not available now: the build system does not answer";
    expect(&spectacles, "job-17", "secret of 17", unavailable).await?;
    // The password is right. But whether this is the name of a job nobody can tell now.
    expect(&spectacles, "alice", "alice's password", unavailable).await
}

async fn people_and_places(spectacles: &Spectacles) -> Outcome<()> {
    let admin = spectacles.administration().operator();
    admin.users().create(CreateUser::named("ci".parse()?)).await?;
    admin.users().create(CreateUser { password: Some("alice's password".into()), ..CreateUser::named("alice".parse()?) }).await?;
    admin.registries().create(CreateRegistry::new("registry.example.com".parse()?, "http://localhost:5000".parse()?)).await?;
    let namespace = CreateNamespace::new("registry.example.com".parse()?, "builds".parse()?);
    admin.namespaces().create(CreateNamespace { owner: Some("ci".parse()?), ..namespace }).await?;
    Ok(())
}

/// Asks for a token as a client would, and shows what comes of it.
async fn expect(spectacles: &Spectacles, account: &str, secret: &str, expected: &str) -> Outcome<()> {
    let credentials = Credentials { account: account.to_owned(), secret: secret.into() };
    let request = TokenRequest {
        service: Some("registry.example.com"),
        scopes: vec!["repository:builds/app:pull,push"],
        account: None,
        credentials: Some(&credentials),
        address: None,
        agent: None,
    };
    let outcome = match spectacles.token(request).await {
        Ok(issued) => format!("{} gets {}", issued.subject, issued.granted.first().ok_or("no scope")?.actions),
        Err(refusal) => refusal.to_string(),
    };
    println!("{account:8}{secret:18}{outcome}");
    assert_eq!(outcome, expected, "{account}");
    Ok(())
}
