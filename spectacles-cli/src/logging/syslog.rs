//! Log lines as datagrams to a syslog server: RFC 5424 over UDP (RFC 5426), one line each.

use super::batches::Batches;
use crate::failure::Failure;
use spectacles_core::time::{Clock as _, SystemClock};
use std::io::{self, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _, UdpSocket};
use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// Facility `local0`, as the original has it.
const FACILITY: u8 = 16;

/// Sends each line as one datagram.
pub(super) struct Datagrams(UdpSocket);

impl Datagrams {
    pub(super) fn to(server: &str, port: u16) -> Result<Self, Failure> {
        let connect = || -> io::Result<UdpSocket> {
            let address = (server, port).to_socket_addrs()?.next();
            let address = address.ok_or_else(|| io::Error::other("the name has no address"))?;
            let any: SocketAddr = if address.is_ipv4() { (Ipv4Addr::UNSPECIFIED, 0).into() } else { (Ipv6Addr::UNSPECIFIED, 0).into() };
            let socket = UdpSocket::bind(any)?;
            socket.connect(address)?;
            Ok(socket)
        };
        let failed = |error| format!("no log can be sent to {server} port {port}: {error}; SYSLOG_SERVER and SYSLOG_PORT name the server");
        connect().map(Self).map_err(|error| Failure::failed(failed(error)))
    }
}

impl Write for Datagrams {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            // Nobody promised that datagrams arrive: one that cannot be sent is no reason to stop.
            let _ = self.0.send(line);
        }
        Ok(lines.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Puts the header in front of each line.
pub(super) struct Syslog {
    lines: Batches,
    clock: SystemClock,
    /// Who says it: host name, program and process, and that there is neither message id nor structured data.
    origin: String,
}

impl Syslog {
    pub(super) fn new(lines: Batches) -> Self {
        let host = crate::serve::host_name();
        Self { lines, clock: SystemClock::new(), origin: format!("{host} spectacles {} - -", std::process::id()) }
    }

    fn line(&self, level: Level) -> Line {
        let priority = FACILITY * 8 + severity(level);
        let header = format!("<{priority}>1 {} {} ", self.clock.now(), self.origin);
        Line { lines: self.lines.clone(), header }
    }
}

/// RFC 5424, section 6.2.1.
fn severity(level: Level) -> u8 {
    match level {
        Level::ERROR => 3,
        Level::WARN => 4,
        Level::INFO => 6,
        Level::DEBUG | Level::TRACE => 7,
    }
}

impl<'a> MakeWriter<'a> for Syslog {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        self.line(Level::INFO)
    }

    fn make_writer_for(&'a self, metadata: &Metadata<'_>) -> Line {
        self.line(*metadata.level())
    }
}

/// One line in the making: it comes as a whole.
pub(super) struct Line {
    lines: Batches,
    header: String,
}

impl Write for Line {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let mut message = self.header.clone().into_bytes();
        // A line break ends the datagram, so that there is only one.
        message.extend(text.trim_ascii_end().iter().map(|byte| if *byte == b'\n' { b' ' } else { *byte }));
        message.push(b'\n');
        self.lines.write_all(&message)?;
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tracing_subscriber::fmt;

    #[test]
    fn each_line_is_a_datagram_with_header_and_severity() {
        let server = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        server.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let datagrams = Datagrams::to("127.0.0.1", server.local_addr().unwrap().port()).unwrap();
        let (lines, _writer) = Batches::begin("test", datagrams).unwrap();
        let log = fmt().without_time().with_level(false).with_ansi(false).with_writer(Syslog::new(lines)).finish();
        tracing::subscriber::with_default(log, || {
            tracing::info!(target: "here", "one\nline");
            tracing::error!(target: "here", "another");
        });
        let receive = || {
            let mut buffer = [0; 2000];
            let length = server.recv(&mut buffer).unwrap();
            String::from_utf8(buffer[..length].to_vec()).unwrap()
        };
        let (first, second) = (receive(), receive());
        assert!(first.starts_with("<134>1 20") && first.contains(" spectacles ") && first.contains(" - - here: one"), "{first}");
        assert!(second.starts_with("<131>1 20") && second.ends_with(" - - here: another"), "{second}");
    }
}
