//! What a token costs the server, in processor time, over loopback.
//!
//! For each framework and key: the processor time that `spectacles serve` takes for one token (remembered password, access log, metrics
//! and audit on, one core, 16 connections kept alive), compared with one raw signature by a parsed key plus one hello-world request of the
//! same framework. The aim is a ratio of at most 1.4, the same with 10 and with 100,000 namespaces.
//!
//! `cargo build --release -p spectacles-cli` first: this measures that binary. Two cores are needed, one for each side.
#![allow(missing_docs, reason = "a benchmark")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "it measures time, and asks where it is")]
#![allow(clippy::print_stdout, reason = "it prints a table")]

use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poem::listener::TcpListener;
use spectacles_core::key::{LocalSigner, Signer as _, generate};
use spectacles_core::model::{Algorithm, NewNamespace};
use spectacles_core::right::Right;
use spectacles_core::store::Store;
use spectacles_core::time::{Clock as _, SystemClock};
use spectacles_store::Options;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 16;
const ROUND: Duration = Duration::from_secs(3);
const PORT: u16 = 15_801;
const PASSWORD: &str = "correct horse battery";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(place) = arguments.iter().position(|argument| argument == "hello") {
        return hello(&arguments[place + 1]);
    }
    println!("{:6} {:9} {:>10} {:>9} {:>9} {:>9} {:>6}", "", "key", "namespaces", "token us", "raw us", "hello us", "ratio");
    for (algorithm, name) in [(Algorithm::Es256, "P-256"), (Algorithm::Rs256, "RSA-2048")] {
        for namespaces in [10, 100_000] {
            let data = tempfile::tempdir().expect("a directory");
            prepare(data.path(), algorithm, namespaces);
            for framework in ["axum", "poem"] {
                // All three in one round, because what else the machine does changes from one to the next. The best of three counts.
                let round = || {
                    let raw = raw(data.path());
                    let hello =
                        Server::start(Command::new(std::env::current_exe().expect("a path")).args(["hello", framework])).cost("/", "");
                    let token = serve(data.path(), framework).cost(
                        "/token_auth?service=registry.test&scope=repository:team1/app:pull,push",
                        &format!("Authorization: Basic {}\r\n", STANDARD.encode(format!("alice:{PASSWORD}"))),
                    );
                    (token, raw, hello)
                };
                let ratio = |(token, raw, hello): &(f64, f64, f64)| token / (raw + hello);
                let best = (0..3).map(|_| round()).min_by(|one, other| ratio(one).total_cmp(&ratio(other))).expect("rounds");
                let (token, raw, hello) = best;
                println!("{framework:6} {name:9} {namespaces:>10} {token:>9.1} {raw:>9.1} {hello:>9.1} {:>6.2}", ratio(&best));
            }
        }
    }
}

/// A data directory with a key, a user and so many namespaces.
fn prepare(data: &Path, algorithm: Algorithm, namespaces: usize) {
    let key = generate(algorithm, SystemClock::new().now()).expect("a key");
    std::fs::write(data.join("token.key"), key.private_pem).expect("a file");
    std::fs::write(data.join("token.crt"), key.certificate_pem).expect("a file");
    for (arguments, input) in [
        (["user", "create", "alice", "--password-stdin"], PASSWORD),
        (["registry", "create", "registry.test", "--url=http://127.0.0.1:5000"], ""),
    ] {
        let mut command = Command::new(binary());
        let mut child =
            command.args(arguments).arg("--data-dir").arg(data).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("a process");
        child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("input");
        assert!(child.wait().expect("an end").success(), "{arguments:?}");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let url = format!("sqlite:///{}", data.join("spectacles.db").display());
        let store: Arc<dyn Store> = spectacles_store::open(&url, Options::default()).await.expect("a store");
        let mut tx = store.write().await.expect("a transaction");
        let owner = tx.user_named(&"alice".parse().expect("a name")).await.expect("an answer").expect("alice");
        let registry = tx.registry_named(&"registry.test".parse().expect("a name")).await.expect("an answer").expect("the registry");
        for number in 1..=namespaces {
            let namespace = NewNamespace {
                registry: registry.id,
                path: format!("team{number}").parse().expect("a path"),
                owner: Some(owner.id),
                description: String::new(),
                public: false,
                members_right: Right::Full,
                groups_right: Right::None,
                others_right: Right::None,
                created: owner.created,
            };
            tx.insert_namespace(&namespace).await.expect("a namespace");
        }
        tx.commit().await.expect("a commit");
    });
}

/// Microseconds of processor time of one signature over a token of the usual size, by a key that was parsed once.
fn raw(data: &Path) -> f64 {
    let signer = LocalSigner::from_pem(&std::fs::read_to_string(data.join("token.key")).expect("a key")).expect("a key");
    let message = [b'x'; 1200];
    let (before, begun, mut count) = (processor_time("self"), Instant::now(), 0_u32);
    while begun.elapsed() < ROUND / 2 {
        std::hint::black_box(signer.sign(&message).expect("a signature"));
        count += 1;
    }
    (processor_time("self") - before).as_secs_f64() * 1e6 / f64::from(count)
}

fn serve(data: &Path, framework: &str) -> Server {
    let log = std::fs::File::create(data.join("log")).expect("a log");
    let metrics = format!("127.0.0.1:{}", PORT + 1);
    let listen = format!("127.0.0.1:{PORT}");
    Server::start(
        Command::new(binary())
            .args(["serve", "--listen", &listen, "--framework", framework, "--metrics-listen", &metrics, "--data-dir"])
            .arg(data)
            .env("SPECTACLES_PRIV_KEY_PATH", data.join("token.key"))
            .stderr(log),
    )
}

/// A server process on the first core.
struct Server(Child);

impl Server {
    fn start(command: &mut Command) -> Self {
        let mut pinned = Command::new("taskset");
        pinned.args(["-c", "0"]).arg(command.get_program()).args(command.get_args()).stdout(Stdio::null());
        pinned.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let child = pinned.stderr(Stdio::null()).spawn().expect("taskset, of util-linux");
        let server = Self(child);
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", PORT)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(30), "the server does not listen");
        }
        server
    }

    /// Microseconds of processor time for one of these requests.
    fn cost(mut self, path: &str, headers: &str) -> f64 {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");
        load(&request, ROUND / 6);
        let before = processor_time(&self.0.id().to_string());
        let count = load(&request, ROUND);
        let spent = processor_time(&self.0.id().to_string()) - before;
        self.0.kill().expect("our own child");
        self.0.wait().expect("an end");
        spent.as_secs_f64() * 1e6 / count as f64
    }
}

/// User and system time of all threads of a process so far.
fn processor_time(process: &str) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("it runs");
    let fields: Vec<&str> = stat.rsplit(") ").next().expect("fields").split(' ').collect();
    let ticks = fields[11].parse::<u64>().expect("a number") + fields[12].parse::<u64>().expect("a number");
    // The unit of /proc is a hundredth of a second on every Linux that Rust runs on.
    Duration::from_millis(ticks * 10)
}

/// Sends the request over so many connections for so long, and says how many answers came: each must be a 200.
fn load(request: &str, time: Duration) -> usize {
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                scope.spawn(|| {
                    let mut connection = TcpStream::connect(("127.0.0.1", PORT)).expect("a connection");
                    connection.set_nodelay(true).expect("an option");
                    let (begun, mut count, mut buffer) = (Instant::now(), 0, vec![0; 16 * 1024]);
                    while begun.elapsed() < time {
                        connection.write_all(request.as_bytes()).expect("a request");
                        read_answer(&mut connection, &mut buffer);
                        count += 1;
                    }
                    count
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().expect("a worker")).sum()
    })
}

fn read_answer(connection: &mut TcpStream, buffer: &mut [u8]) {
    let mut filled = 0;
    loop {
        let read = connection.read(&mut buffer[filled..]).expect("an answer");
        assert!(read > 0, "the server hung up: {}", String::from_utf8_lossy(&buffer[..filled]));
        filled += read;
        let text = &buffer[..filled];
        let Some(end) = text.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&text[..end]).expect("text");
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned));
        if filled >= end + 4 + length.expect("a length").parse::<usize>().expect("a number") {
            return;
        }
    }
}

/// The framework with nothing in it, on one thread.
fn hello(framework: &str) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        match framework {
            "axum" => {
                let listener = tokio::net::TcpListener::bind(("127.0.0.1", PORT)).await.expect("a port");
                axum::serve(listener, axum::Router::new().route("/", get(async || "hello"))).await.expect("a server");
            }
            "poem" => {
                #[poem::handler]
                fn hello() -> &'static str {
                    "hello"
                }
                let app = poem::Route::new().at("/", poem::get(hello));
                poem::Server::new(TcpListener::bind(("127.0.0.1", PORT))).run(app).await.expect("a server");
            }
            other => panic!("{other} is no framework"),
        }
    });
}

fn binary() -> PathBuf {
    let here = std::env::current_exe().expect("a path");
    let binary = here.parent().and_then(Path::parent).expect("target/release").join("spectacles");
    assert!(binary.exists(), "{} is missing: cargo build --release -p spectacles-cli", binary.display());
    binary
}
