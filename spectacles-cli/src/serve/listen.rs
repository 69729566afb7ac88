//! Accepting connections, the same for every service.

use super::room::{Place, Room};
use super::stop::Stop;
use super::tls::Tls;
use crate::failure::Failure;
use http::{Request, Response};
use hyper::body::{Body, Incoming};
use hyper::service::Service;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use std::convert::Infallible;
use std::error::Error as StdError;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream, lookup_host};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;

/// How many more wait to be accepted.
const BACKLOG: u32 = 1_024;
/// How long a client may take to agree on encryption, and then to send its first request.
const FIRST_REQUEST: Duration = Duration::from_secs(15);
/// How long the head of a later request may take, which is also how long a connection may idle.
const NEXT_REQUEST: Duration = Duration::from_secs(60);
/// How long a client may leave an answer unread.
const WRITE: Duration = Duration::from_secs(30);
/// How long the head of a request may be: enough for a hundred scopes.
const LONGEST_HEAD: usize = 64 * 1024;
/// How long requests that were begun may take when this server stops.
const LAST_REQUESTS: Duration = Duration::from_secs(10);
/// How long to wait when the system has no more files or memory for connections.
const EXHAUSTED: Duration = Duration::from_millis(500);

/// A connection that ends when the client does not read.
type Stream = Pin<Box<TimeoutStream<TcpStream>>>;

/// Where connections come in.
pub(super) struct Door {
    pub(super) listener: TcpListener,
    pub(super) room: Arc<Room>,
    pub(super) tls: Option<Tls>,
}

/// The two ends of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ends {
    pub(super) local: SocketAddr,
    pub(super) remote: SocketAddr,
}

/// Begins to listen. `option` is what chooses another address.
pub(super) async fn bind(address: &str, option: &str) -> Result<TcpListener, Failure> {
    listener(address).await.map_err(|error| {
        let known = [
            (ErrorKind::AddrInUse, "another program listens there already"),
            (ErrorKind::AddrNotAvailable, "this machine does not have that address"),
            (ErrorKind::InvalidInput, "that is no address and port"),
        ];
        let why = known.iter().find(|(kind, _)| *kind == error.kind());
        let why = why.map_or_else(|| error.to_string(), |(_, why)| (*why).to_owned());
        Failure::failed(format!("cannot listen on {address}: {why}; {option} chooses another address and port"))
    })
}

async fn listener(address: &str) -> io::Result<TcpListener> {
    let mut outcome = Err(ErrorKind::InvalidInput.into());
    for address in lookup_host(address).await? {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        // A server that is started again finds connections of the one before it in their last state.
        socket.set_reuseaddr(true)?;
        outcome = socket.bind(address).and_then(|()| socket.listen(BACKLOG));
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

/// Accepts connections and serves them until it is time to stop; then finishes what was begun. `service` makes the service of one connection.
pub(super) async fn serve<S, B>(door: Door, stop: &Stop, service: impl Fn(Ends) -> S)
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Send + 'static,
    S::Future: Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    let Door { listener, room, tls } = door;
    let protocol = Arc::new(protocol());
    let open = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &room) => accepted,
            () = stop.requested() => break,
        };
        let Some((stream, ends, place)) = accepted else { continue };
        let connection = Connection { protocol: Arc::clone(&protocol), watcher: open.watcher() };
        let (service, tls) = (First::of(service(ends)), tls.clone());
        tokio::spawn(async move {
            let _place = place;
            match tls {
                None => connection.serve(stream, service).await,
                // Whoever does not get that far is no client of ours.
                Some(tls) => match timeout(FIRST_REQUEST, tls.acceptor().accept(stream)).await {
                    Ok(Ok(stream)) => connection.serve(stream, service).await,
                    Ok(Err(error)) => tracing::debug!(%error, client = %ends.remote, "no encryption was agreed on"),
                    Err(_) => tracing::debug!(client = %ends.remote, "no encryption was agreed on in time"),
                },
            }
        });
    }
    // From here on nobody is let in, and clients are told so at once.
    drop(listener);
    tokio::select! {
        () = open.shutdown() => {}
        () = sleep(LAST_REQUESTS) => tracing::warn!("connections were cut that did not end within {} s", LAST_REQUESTS.as_secs()),
        () = stop.at_once() => {}
    }
}

async fn accept(listener: &TcpListener, room: &Arc<Room>) -> Option<(Stream, Ends, Place)> {
    let permit = room.next().await?;
    match listener.accept().await {
        Ok((stream, remote)) => {
            let place = room.give(permit, remote.ip())?;
            let local = stream.local_addr().ok()?;
            // Answers are short and complete: nothing is won by waiting for more of them.
            let _ = stream.set_nodelay(true);
            let mut stream = TimeoutStream::new(stream);
            stream.set_write_timeout(Some(WRITE));
            Some((Box::pin(stream), Ends { local, remote }, place))
        }
        // One connection broke before it was accepted.
        Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::Interrupted) => None,
        Err(error) => {
            tracing::error!(%error, "no connection can be accepted now");
            sleep(EXHAUSTED).await;
            None
        }
    }
}

fn protocol() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(NEXT_REQUEST).max_buf_size(LONGEST_HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(100)
        .max_header_list_size(u32::try_from(LONGEST_HEAD).unwrap_or(u32::MAX))
        .keep_alive_interval(NEXT_REQUEST)
        .keep_alive_timeout(FIRST_REQUEST);
    builder
}

struct Connection {
    protocol: Arc<Builder<TokioExecutor>>,
    watcher: Watcher,
}

impl Connection {
    async fn serve<IO, S, B>(self, stream: IO, service: First<S>)
    where
        IO: AsyncRead + AsyncWrite + Unpin + 'static,
        S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + 'static,
        S::Future: Send + 'static,
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let begun = Arc::clone(&service.begun);
        let mut served = std::pin::pin!(self.watcher.watch(self.protocol.serve_connection(TokioIo::new(stream), service)));
        // hyper limits the time for the head of a request, but not for finding out which version of HTTP it is.
        let outcome = match timeout(FIRST_REQUEST, &mut served).await {
            Ok(outcome) => outcome,
            Err(_) if begun.load(Ordering::Relaxed) => served.await,
            Err(_) => return,
        };
        if let Err(error) = outcome {
            tracing::debug!(error, "a connection ended early");
        }
    }
}

/// A service that knows whether it was ever called.
struct First<S> {
    service: S,
    begun: Arc<AtomicBool>,
}

impl<S> First<S> {
    fn of(service: S) -> Self {
        Self { service, begun: Arc::default() }
    }
}

impl<R, S: Service<R>> Service<R> for First<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn call(&self, request: R) -> S::Future {
        self.begun.store(true, Ordering::Relaxed);
        self.service.call(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use http_body_util::Full;
    use hyper::service::service_fn;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::Notify;

    /// Sends bytes, and waits for the end of what comes back.
    async fn send(address: SocketAddr, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8(answer).unwrap()
    }

    #[tokio::test]
    async fn requests_are_finished_after_the_signal_and_nobody_else_is_let_in() {
        let (signal, stop) = Stop::by_hand();
        let listener = bind("localhost:0", "--listen").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let service = {
            let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
            move |_: Ends| {
                let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
                service_fn(move |_: Request<Incoming>| {
                    let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
                    async move {
                        begun.notify_one();
                        go_on.notified().await;
                        Ok::<_, Infallible>(Response::new(Full::<Bytes>::from("done")))
                    }
                })
            }
        };
        let serving = tokio::spawn(async move { serve(Door { listener, room: Room::new(Vec::new()), tls: None }, &stop, service).await });
        let idle = TcpStream::connect(address).await.unwrap();
        let request = tokio::spawn(async move { send(address, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await });
        begun.notified().await;
        signal();
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        assert!(!serving.is_finished(), "the request is still being answered");
        go_on.notify_one();
        assert!(request.await.unwrap().ends_with("done"));
        serving.await.unwrap();
        drop(idle);
    }

    #[tokio::test]
    async fn what_is_no_http_gets_an_answer_and_what_is_no_address_a_sentence() {
        let (signal, stop) = Stop::by_hand();
        let listener = bind("127.0.0.1:0", "--listen").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = |_: Ends| service_fn(|_: Request<Incoming>| async { Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())) });
        let serving = tokio::spawn(async move { serve(Door { listener, room: Room::new(Vec::new()), tls: None }, &stop, service).await });
        assert!(send(address, b"junk\r\n\r\n").await.starts_with("HTTP/1.1 400"));
        let taken = bind(&address.to_string(), "--listen").await.unwrap_err();
        assert!(taken.message().contains("another program listens there already; --listen chooses"), "{}", taken.message());
        assert!(bind("nonsense", "--listen").await.unwrap_err().message().contains("no address and port"));
        signal();
        serving.await.unwrap();
    }
}
