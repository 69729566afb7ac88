//! Lists that do not end, and lists with what does not belong there.

use super::{client, connect, limits, repository, target, with_tokens};
use crate::support::stub::{Stub, says};
use spectacles_core::registry::{PageLink, Trouble};
use spectacles_http::registry::Limits;

#[tokio::test]
async fn a_list_is_read_page_by_page() {
    let stub = Stub::start(|asked, _| match asked.target.as_str() {
        "/v2/_catalog?n=1000" => says(200, &[("link", r#"</v2/_catalog?last=b&n=2>; rel="next""#)], r#"{"repositories":["a","b"]}"#),
        "/v2/_catalog?last=b&n=2" => says(200, &[], r#"{"repositories":["c"]}"#),
        _ => says(404, &[], ""),
    });
    let (client, _) = with_tokens(&stub.url());
    let first = client.catalog(None).await.expect("a page");
    assert_eq!(first.items, [repository("a"), repository("b")]);
    let second = client.catalog(first.next.as_ref()).await.expect("a page");
    assert_eq!((second.items, second.next), (vec![repository("c")], None));
    let asked = stub.asked();
    assert_eq!(asked[0].header("authorization"), Some("Bearer token-1-registry:catalog:*"));
    // The token is kept for the second page.
    assert_eq!(asked[1].header("authorization"), asked[0].header("authorization"));
    assert_eq!(asked[0].header("user-agent"), Some(concat!("Spectacles/", env!("CARGO_PKG_VERSION"))));
}

#[tokio::test]
async fn a_registry_that_takes_fewer_names_at_once_is_asked_as_it_likes() {
    let stub = Stub::start(|asked, _| match asked.target.as_str() {
        "/v2/_catalog" => says(200, &[], r#"{"repositories":["a"]}"#),
        _ => says(400, &[], r#"{"errors":[{"code":"PAGINATION_NUMBER_INVALID"}]}"#),
    });
    let page = client(&stub.url()).catalog(None).await.expect("a page");
    assert_eq!(page.items, [repository("a")]);
}

#[tokio::test]
async fn what_breaks_the_rules_is_left_out_and_counted() {
    let stub = Stub::start(|asked, _| {
        let body = if asked.target.contains("tags") {
            r#"{"name":"x","tags":["v1","../etc","","v 2",null,7,"v2"]}"#
        } else {
            r#"{"repositories":["a","A","../b","b\u0000",{},"c/d"]}"#
        };
        says(200, &[], body)
    });
    let client = client(&stub.url());
    let page = client.catalog(None).await.expect("a page");
    assert_eq!((page.items, page.left_out), (vec![repository("a"), repository("c/d")], 4));
    let page = client.tags(&repository("a"), None).await.expect("a page");
    assert_eq!((page.items.len(), page.left_out), (2, 5));
}

#[tokio::test]
async fn nothing_is_an_empty_list_only_where_the_registry_says_so() {
    let unknown = r#"{"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known to registry"}]}"#;
    for (status, body, empty) in [
        (200, r#"{"tags":null,"repositories":null}"#, true),
        (200, r#"{"tags":[],"repositories":[]}"#, true),
        (404, unknown, true),
        (404, "404 page not found", false),
        (404, "", false),
        (200, "{}", false),
        (200, "<html>", false),
        (200, "", false),
        (200, r#"{"tags":{},"repositories":"x"}"#, false),
        (200, "[1]", false),
    ] {
        let stub = Stub::start(move |_, _| says(status, &[], body));
        let client = client(&stub.url());
        for empty_here in [
            client.tags(&repository("a"), None).await.is_ok_and(|page| page.items.is_empty() && page.next.is_none()),
            client.catalog(None).await.is_ok_and(|page| page.items.is_empty() && page.next.is_none()),
        ] {
            assert_eq!(empty_here, empty, "{status} {body}");
        }
    }
}

#[tokio::test]
async fn a_list_that_goes_nowhere_or_elsewhere_is_given_up() {
    let other = Stub::start(|_, _| says(200, &[], r#"{"repositories":["z"]}"#));
    for link in [
        format!(r#"<{}/v2/_catalog?last=a>; rel="next""#, other.url()),
        format!(r#"<//127.0.0.1:{}/v2/_catalog?last=a>; rel="next""#, other.port),
        r#"<https://evil.example.com/v2/_catalog?last=a>; rel="next""#.to_owned(),
        r#"</v2/_catalog>; rel="next""#.to_owned(),
    ] {
        let shown = link.clone();
        let stub = Stub::start(move |_, _| says(200, &[("link", &link)], r#"{"repositories":["a"]}"#));
        let (client, _) = with_tokens(&stub.url());
        assert_eq!(client.catalog(None).await.expect_err("no way on").trouble, Trouble::Garbage, "{shown}");
    }
    assert!(other.asked().is_empty());

    // To itself.
    let stub = Stub::start(|_, _| says(200, &[("link", r#"</v2/_catalog?last=a>; rel="next""#)], r#"{"repositories":["a"]}"#));
    let client = client(&stub.url());
    let page = client.catalog(None).await.expect("a page");
    assert_eq!(client.catalog(page.next.as_ref()).await.expect_err("no way on").trouble, Trouble::Garbage);
}

#[tokio::test]
async fn a_link_leads_to_the_same_list_whatever_its_path() {
    let stub = Stub::start(|_, _| says(200, &[("link", r#"</admin/delete?last=a>; rel="next""#)], r#"{"tags":["a"]}"#));
    let client = client(&stub.url());
    let page = client.tags(&repository("team/app"), None).await.expect("a page");
    assert_eq!(page.next, Some(PageLink("/v2/team/app/tags/list?last=a".to_owned())));
    let _ = client.tags(&repository("team/app"), Some(&PageLink("/admin/delete?last=b".to_owned()))).await;
    assert_eq!(stub.asked()[1].target, "/v2/team/app/tags/list?last=b");
}

#[tokio::test]
async fn a_list_without_end_is_given_up() {
    for few in [Limits { pages: 5, ..limits() }, Limits { names: 9, ..limits() }] {
        let stub = Stub::start(|_, before| {
            says(200, &[("link", &format!(r#"</v2/_catalog?last={before}>; rel="next""#))], r#"{"repositories":["a","b"]}"#)
        });
        let client = connect(target(&stub.url()), few).expect("a client");
        // Whoever begins anew is counted anew.
        for _ in 0..2 {
            let (mut next, mut pages) = (None, 0);
            let trouble = loop {
                match client.catalog(next.as_ref()).await {
                    Ok(page) => (next, pages) = (page.next, pages + 1),
                    Err(error) => break error.trouble,
                }
                assert!(pages < 100, "it goes on");
            };
            assert_eq!((trouble, pages), (Trouble::Garbage, 4));
        }
    }
}
