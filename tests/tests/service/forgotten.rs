//! Links for new passwords, by mail.

use super::desk::{Desk, user};
use async_trait::async_trait;
use secrecy::{ExposeSecret as _, SecretString};
use spectacles_core::mail::{Mail, MailError, Mailer};
use spectacles_core::name::Email;
use spectacles_core::service::{CreateUser, Error, UserChanges};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

const LINK: &str = "https://auth.test/reset#";

/// Keeps what it is to send.
struct Kept {
    mails: UnboundedSender<Mail>,
    fails: AtomicBool,
}

#[async_trait]
impl Mailer for Kept {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.mails.send(mail.clone()).expect("somebody reads it");
        if self.fails.load(Ordering::Relaxed) { Err(MailError("the mail server is gone".to_owned())) } else { Ok(()) }
    }
}

struct Office {
    desk: Desk,
    mailer: Arc<Kept>,
    mails: UnboundedReceiver<Mail>,
    calls: usize,
}

fn from(last: u8) -> Option<IpAddr> {
    Some(IpAddr::from([192, 0, 2, last]))
}

impl Office {
    /// alice has an address.
    async fn open() -> Self {
        let (sender, mails) = unbounded_channel();
        let mailer = Arc::new(Kept { mails: sender, fails: AtomicBool::new(false) });
        let desk = Desk::with(|builder| builder.mailer(mailer.clone(), LINK)).await;
        let email = Some(Some("alice@example.com".parse().expect("an address")));
        desk.admin().users().set(&user("alice"), UserChanges { email, ..UserChanges::default() }).await.expect("a change");
        Self { desk, mailer, mails, calls: 0 }
    }

    /// Asks for links one after the other, and then for that of somebody new: all that were sent until his, without it.
    async fn sent(&mut self, asked: &[&str]) -> Vec<Mail> {
        self.calls += 1;
        let last = format!("last-{}", self.calls);
        let email: Email = format!("{last}@example.com").parse().expect("an address");
        let new = CreateUser { email: Some(email.clone()), password: Some("secret".into()), ..CreateUser::named(user(&last)) };
        self.desk.admin().users().create(new).await.expect("a user");
        for who in asked.iter().chain([&last.as_str()]) {
            self.desk.app.forgot(who, from(1)).expect("noted");
        }
        let mut sent = Vec::new();
        loop {
            let mail = tokio::select! {
                () = self.desk.app.send_links() => panic!("it does not end"),
                mail = self.mails.recv() => mail.expect("a mail"),
            };
            if mail.to == email {
                return sent;
            }
            sent.push(mail);
        }
    }
}

fn code(mail: &Mail) -> SecretString {
    let text = mail.text.expose_secret();
    let (_, rest) = text.split_once(LINK).unwrap_or_else(|| panic!("no link: {text}"));
    rest.lines().next().unwrap_or_default().into()
}

#[tokio::test]
async fn a_link_goes_to_the_address_of_the_user_and_sets_a_password() {
    for who in ["alice", " alice ", "alice@example.com"] {
        let mut office = Office::open().await;
        let sent = office.sent(&[who]).await;
        let [mail] = sent.as_slice() else { panic!("{who}: {sent:?}") };
        assert_eq!(mail.to.as_str(), "alice@example.com");
        let name = office.desk.app.reset_password(&code(mail), "Another-1-password".into(), from(2)).await.expect("a new password");
        assert_eq!(name, user("alice"));
        assert_eq!(office.desk.login("alice", "Another-1-password").await, Ok(Some(user("alice"))));
    }
}

#[tokio::test]
async fn nobody_else_gets_mail_and_nobody_is_told() {
    let mut office = Office::open().await;
    let email = || Some("dave@example.com".parse().expect("an address"));
    let users = office.desk.admin().users();
    users.create(CreateUser { email: email(), ..CreateUser::named(user("no-password")) }).await.expect("a user");
    let disabled = CreateUser { email: email(), password: Some("secret".into()), enabled: false, ..CreateUser::named(user("disabled")) };
    users.create(disabled).await.expect("a user");
    let asked = [
        "",
        "nobody",
        "nobody@example.com",
        "root",
        "no-password",
        "disabled",
        "dave@example.com",
        "%",
        "a%@example.com",
        "\"",
        "ä\n",
        "robot$x",
    ];
    let long = "x".repeat(10_000);
    let asked: Vec<&str> = asked.into_iter().chain([long.as_str()]).collect();
    assert!(office.sent(&asked).await.is_empty());
}

#[tokio::test]
async fn whoever_has_a_link_gets_no_other_for_a_while() {
    let mut office = Office::open().await;
    let sent = office.sent(&["alice", "alice@example.com", "alice"]).await;
    let [first] = sent.as_slice() else { panic!("{sent:?}") };
    office.desk.clock.forward(Duration::from_secs(10 * 60));
    let sent = office.sent(&["alice"]).await;
    let [second] = sent.as_slice() else { panic!("{sent:?}") };
    let used = office.desk.app.reset_password(&code(first), "Another-1-password".into(), from(2)).await;
    assert!(matches!(used, Err(Error::Denied(_))), "there is a newer one: {used:?}");
    office.desk.app.reset_password(&code(second), "Another-1-password".into(), from(2)).await.expect("a new password");
}

#[tokio::test]
async fn a_link_that_could_not_be_sent_is_none() {
    let mut office = Office::open().await;
    office.mailer.fails.store(true, Ordering::Relaxed);
    let lost = office.sent(&["alice"]).await;
    office.mailer.fails.store(false, Ordering::Relaxed);
    let sent = office.sent(&["alice"]).await;
    assert_eq!((lost.len(), sent.len()), (1, 1), "it is tried again when somebody asks again");
    let used = office.desk.app.reset_password(&code(&lost[0]), "Another-1-password".into(), from(2)).await;
    assert!(matches!(used, Err(Error::Denied(_))), "{used:?}");
}

#[tokio::test]
async fn asking_is_limited_and_without_mail_refused() {
    let office = Office::open().await;
    let throttled = (0..1_000).find_map(|_| office.desk.app.forgot("nobody", from(9)).err());
    assert!(matches!(throttled, Some(Error::Throttled { .. })), "{throttled:?}");
    office.desk.app.forgot("nobody", from(10)).expect("others are not");
    let desk = Desk::new().await;
    assert!(!desk.app.sends_mail());
    assert!(matches!(desk.app.forgot("alice", None), Err(Error::Refused(_))));
}
