//! A mail server that takes whatever it is given (RFC 5321), and keeps it for a test.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::process::PATIENCE;

/// A mail server on a port of its own. It ends with the process.
pub(crate) struct MailServer {
    pub(crate) port: u16,
    mails: Receiver<Received>,
}

/// A mail as it came.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    /// Headers and text, with the lines joined again that were too long for mail.
    pub(crate) text: String,
}

impl MailServer {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (sender, mails) = channel();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let sender = sender.clone();
                thread::spawn(move || converse(stream, &sender));
            }
        });
        Self { port, mails }
    }

    /// The next mail, which must come.
    pub(crate) fn next(&self) -> Received {
        self.mails.recv_timeout(PATIENCE).expect("a mail")
    }
}

/// Speaks with one client. Whatever goes wrong ends the conversation, and the test that waits for its mail says so.
fn converse(mut stream: TcpStream, mails: &Sender<Received>) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines().map_while(Result::ok);
    let mut say = move |text: &str| stream.write_all(format!("{text}\r\n").as_bytes()).ok();
    say("220 a mail server of a test")?;
    let (mut from, mut to) = (String::new(), Vec::new());
    while let Some(line) = lines.next() {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let address = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        match verb.as_str() {
            "MAIL" => from = address(),
            "RCPT" => to.push(address()),
            "DATA" => {
                say("354 go on")?;
                let text: Vec<String> = lines.by_ref().take_while(|line| line != ".").collect();
                let text = text.join("\n").replace("=\n", "").replace("=3D", "=");
                mails.send(Received { from: std::mem::take(&mut from), to: std::mem::take(&mut to), text }).ok()?;
            }
            "QUIT" => return say("221 bye"),
            _ => {}
        }
        say("250 fine")?;
    }
    Some(())
}
