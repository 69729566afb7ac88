//! A server that answers whatever a test wants it to, down to the byte: what no honest server would say.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What is done with a request.
pub(crate) enum Does {
    /// These bytes are sent, and the connection is closed.
    Says(Vec<u8>),
    /// These bytes are sent, and no more, until the other side gives up.
    SaysAndWaits(Vec<u8>),
}

/// A server on a port of its own. Each connection serves one request.
pub(crate) struct Stub {
    pub(crate) port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
    ended: Arc<AtomicBool>,
}

/// A connection, encrypted or not.
pub(crate) trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

impl Stub {
    /// `answer` is asked for each request; it also gets to know how many came before.
    pub(crate) fn start(answer: impl Fn(&Asked, usize) -> Does + Send + Sync + 'static) -> Self {
        Self::start_on(|stream| Some(Box::new(stream)), answer)
    }

    /// The same with a layer around each connection.
    pub(crate) fn start_on(
        layer: impl Fn(TcpStream) -> Option<Box<dyn Stream>> + Send + Sync + 'static,
        answer: impl Fn(&Asked, usize) -> Does + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let (asked, ended) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (log, over) = (Arc::clone(&asked), Arc::clone(&ended));
        let (layer, answer) = (Arc::new(layer), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let (log, layer, answer) = (Arc::clone(&log), Arc::clone(&layer), Arc::clone(&answer));
                thread::spawn(move || layer(stream).map(|mut stream| serve(&mut *stream, &log, &*answer)));
            }
        });
        Self { port, asked, ended }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Every request so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("nobody panicked").clone()
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // Wakes the listener, so that it sees the end.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn serve(stream: &mut dyn Stream, log: &Mutex<Vec<Asked>>, answer: &dyn Fn(&Asked, usize) -> Does) {
    let Some(asked) = read(stream) else { return };
    let before = {
        let mut log = log.lock().expect("nobody panicked");
        log.push(asked.clone());
        log.len() - 1
    };
    // The other side may have gone away already.
    match answer(&asked, before) {
        Does::Says(bytes) => {
            let _ = stream.write_all(&bytes);
            let _ = stream.flush();
        }
        Does::SaysAndWaits(bytes) => {
            let _ = stream.write_all(&bytes);
            let _ = stream.flush();
            while stream.read(&mut [0; 1024]).is_ok_and(|count| count > 0) {}
        }
    }
}

fn read(stream: &mut dyn Stream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        more(stream, &mut bytes)?;
        if bytes.first() == Some(&0x16) {
            // The first byte of TLS, to which servers without it answer so.
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
            return None;
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let mut lines = text.split("\r\n");
    let mut first = lines.next()?.split(' ').map(ToOwned::to_owned);
    let (method, target) = (first.next()?, first.next()?);
    let headers: Vec<_> =
        lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name.to_lowercase(), value.trim().to_owned())).collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, length)| length.parse().expect("a length"));
    while bytes.len() < head + 4 + length {
        more(stream, &mut bytes)?;
    }
    Some(Asked { method, target, headers, body: bytes.split_off(head + 4) })
}

fn more(stream: &mut dyn Stream, bytes: &mut Vec<u8>) -> Option<()> {
    let mut piece = [0; 4096];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => return None,
            Ok(count) => {
                bytes.extend_from_slice(&piece[..count]);
                return Some(());
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}

/// An answer with the length of its body.
pub(crate) fn says(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Does {
    Does::Says(answer(status, headers, body.as_ref().len(), body.as_ref()))
}

/// An answer with whatever length it claims to have.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], length: usize, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status} Whatever\r\nconnection: close\r\ncontent-length: {length}\r\n").into_bytes();
    for (name, value) in headers {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}
