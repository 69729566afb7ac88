//! The first push to a namespace: how it is done, and that it has arrived.

use super::namespaces::below;
use super::repository::Command;
use crate::answer::Answer;
use crate::web::html;
use crate::web::page::{Page, show};
use crate::web::shell::Shell;
use crate::web::visit::{Trouble, Visit};
use askama::Template;
use http::StatusCode;
use spectacles_core::name::{NamespacePath, RegistryUrl, ServiceName};
use spectacles_core::service::RepositoryView;

pub(super) fn pages() -> Vec<Page> {
    vec![Page::new("namespaces.pushed", "/registries/{registry}/namespaces/{namespace}/pushed", show!(pushed))]
}

/// How each program pushes something for the first time. Clients reach the registry at this address.
pub(super) fn commands(url: &RegistryUrl, repository: &str) -> Vec<Command> {
    let host = url.host();
    // Docker takes what is on the same machine without TLS; the others want to be told.
    let plain = if url.as_str().starts_with("http:") { "--tls-verify=false " } else { "" };
    vec![
        ("docker", format!("docker login {host}\ndocker tag hello-world {host}/{repository}\ndocker push {host}/{repository}")),
        (
            "podman",
            format!("podman login {plain}{host}\npodman tag hello-world {host}/{repository}\npodman push {plain}{host}/{repository}"),
        ),
        (
            "skopeo",
            format!(
                "skopeo login {plain}{host}\nskopeo copy {}docker://docker.io/library/hello-world docker://{host}/{repository}",
                if plain.is_empty() { "" } else { "--dest-tls-verify=false " }
            ),
        ),
    ]
}

#[derive(Template)]
#[template(path = "web/pushed.html")]
struct Pushed<'a> {
    shell: Shell<'a>,
    registry: ServiceName,
    path: NamespacePath,
    arrived: Option<RepositoryView>,
}

/// Whether something has arrived: little enough to be asked for again and again.
async fn pushed(visit: &Visit<'_>) -> Result<Answer, Trouble> {
    let registry: ServiceName = visit.part("registry")?;
    let path: NamespacePath = visit.part("namespace")?;
    let wanted = below(&path, 1);
    let arrived = visit.client()?.repositories(Some(&registry)).page(&wanted).await?.items.into_iter().next();
    Ok(html::page(StatusCode::OK, &Pushed { shell: Shell::new(visit, "The first push"), registry, path, arrived })?)
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn registries_without_tls_are_reached_without_it() {
        let of = |url: &str| commands(&url.parse().unwrap(), "team/hello").into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("\n");
        let plain = of("http://127.0.0.1:5000");
        assert_eq!(plain.matches("tls-verify=false").count(), 4, "{plain}");
        assert!(plain.contains("docker push 127.0.0.1:5000/team/hello"), "{plain}");
        assert!(!of("https://registry.example.com").contains("tls-verify"));
    }
}
