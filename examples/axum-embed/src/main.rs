//! Spectacles in an axum server of your own: its routes beside yours, its users in your handlers.
//!
//! Starts on a free port, asks itself a few things as a client would, and ends.
#![allow(clippy::print_stdout, reason = "it shows what it does")]

use axum::{Router, routing::get};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use spectacles_axum::{AdminCaller, Caller};
use spectacles_core::service::{CreateNamespace, CreateRegistry, CreateUser, Spectacles};
use spectacles_http::{Settings, Surface, follow};
use spectacles_store::MemoryStore;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A handler of your own, for everybody with a password here.
async fn hello(caller: Caller) -> String {
    format!("hello {}", caller.name())
}

/// The same for administrators.
async fn office(caller: AdminCaller) -> String {
    format!("come in, {}", caller.name())
}

#[tokio::main]
async fn main() -> Outcome<()> {
    // `spectacles_store::open` gives a store that lasts.
    let spectacles = Arc::new(Spectacles::builder(Arc::new(MemoryStore::new())).start().await?);
    people_and_places(&spectacles).await?;
    // Compares what is in memory with the store. Without it no token is issued after some seconds, because nobody knows whether
    // another process has taken a right away.
    tokio::spawn(follow(Arc::clone(&spectacles)));
    let surface = Surface::new(spectacles, Settings::default())?;

    let app: Router = Router::new()
        .route("/hello", get(hello))
        .route("/office", get(office))
        .merge(spectacles_axum::router(&surface))
        // The extractors find the surface in the state.
        .with_state(surface);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;
    // With the address of the client, failed logins are limited by address too.
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });

    let (status, body) = ask(server, "/token_auth?service=registry.example.com&scope=repository:team/app:pull,push", "alice").await?;
    let answer: serde_json::Value = serde_json::from_str(&body)?;
    assert_eq!(status, 200);
    println!("alice's token:\n{}\n", answer.get("token").and_then(|token| token.as_str()).ok_or("no token")?);
    for (path, user, expected) in
        [("/hello", "alice", 200), ("/hello", "mallory", 401), ("/office", "alice", 403), ("/office", "root", 200)]
    {
        let (status, body) = ask(server, path, user).await?;
        println!("GET {path} as {user}: {status} {}", body.trim());
        assert_eq!(status, expected);
    }
    Ok(())
}

async fn people_and_places(spectacles: &Spectacles) -> Outcome<()> {
    let admin = spectacles.administration().operator();
    for name in ["alice", "root"] {
        let password = Some(format!("{name}'s password").into());
        admin.users().create(CreateUser { password, admin: name == "root", ..CreateUser::named(name.parse()?) }).await?;
    }
    admin.registries().create(CreateRegistry::new("registry.example.com".parse()?, "http://localhost:5000".parse()?)).await?;
    let namespace = CreateNamespace::new("registry.example.com".parse()?, "team".parse()?);
    admin.namespaces().create(CreateNamespace { owner: Some("alice".parse()?), ..namespace }).await?;
    Ok(())
}

/// The smallest client: one request with Basic credentials, and the answer's status and body.
async fn ask(server: SocketAddr, path: &str, user: &str) -> Outcome<(u16, String)> {
    let credentials = STANDARD.encode(format!("{user}:{user}'s password"));
    let request = format!("GET {path} HTTP/1.1\r\nHost: {server}\r\nAuthorization: Basic {credentials}\r\nConnection: close\r\n\r\n");
    let mut connection = TcpStream::connect(server).await?;
    connection.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("no answer")?;
    let status = head.split(' ').nth(1).ok_or("no status")?.parse()?;
    Ok((status, body.to_owned()))
}
