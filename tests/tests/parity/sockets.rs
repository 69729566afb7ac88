//! A few of the requests over real sockets, through what each framework brings to serve itself.

use super::host::Exchange;
use super::suite::Case;
use super::twin;
use poem::listener::{Acceptor as _, Listener as _};
use std::net::SocketAddr;

async fn axum() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let app = spectacles_axum::app(&twin::surface().await).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

async fn poem() -> SocketAddr {
    let acceptor = poem::listener::TcpListener::bind("127.0.0.1:0").into_acceptor().await.expect("a port");
    let address = *acceptor.local_addr().first().and_then(|address| address.as_socket_addr()).expect("an address");
    let app = spectacles_poem::app(&twin::surface().await);
    tokio::spawn(poem::Server::new_with_acceptor(acceptor).run(app));
    address
}

async fn ask(address: SocketAddr, case: &Case) -> Exchange {
    let request = case.request(&format!("http://{address}"));
    let request = reqwest::Request::try_from(request.map(reqwest::Body::from)).expect("a request");
    // Fails when another test of this process was first, which is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let answer = client.execute(request).await.expect("an answer");
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    headers.remove("date");
    Exchange::new(status, &headers, answer.bytes().await.expect("a body"))
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_of_both_frameworks_send_the_same_bytes() {
    let (axum, poem) = (axum().await, poem().await);
    for case in super::suite::suite() {
        let (one, other) = (ask(axum, &case).await, ask(poem, &case).await);
        case.check(&one);
        assert_eq!(one, other, "`{}` differs between axum and poem", case.what);
    }
}

/// Failed logins are limited by address, so the address must arrive.
#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_the_client_arrives() {
    for (name, address) in [("axum", axum().await), ("poem", poem().await)] {
        let attempt = async |user: usize| {
            let case = Case::get("a guess", "/token_auth?service=registry.test").login(&format!("nobody{user}"), "guess");
            ask(address, &case).await
        };
        for user in 0..100 {
            assert_eq!(attempt(user).await.status, 401, "{name}: guess {user}");
        }
        let limited = attempt(100).await;
        assert_eq!(limited.status, 429, "{name}: a hundred accounts were tried from one address");
        assert!(limited.header("retry-after").is_some() && limited.text().contains("TOOMANYREQUESTS"), "{name}: {}", limited.text());
    }
}
