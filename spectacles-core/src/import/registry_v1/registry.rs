//! The configuration of a registry of today.

use super::flavors::Flat;
use crate::declarative::{Problem, Tree};
use crate::import::tree::problem;
use crate::import::{Import, Outcome};
use serde_json::{Map, Value, json};

/// Names of options there and here, and whether the driver needs them.
type Options = &'static [(&'static [&'static str], &'static str, bool)];

const LOCAL: Options = &[(&["storage_path"], "rootdirectory", false)];
const S3: Options = &[
    (&["s3_access_key"], "accesskey", false),
    (&["s3_secret_key"], "secretkey", false),
    (&["s3_bucket", "boto_bucket"], "bucket", true),
    (&["s3_region"], "region", true),
    (&["s3_encrypt"], "encrypt", false),
    (&["s3_secure"], "secure", false),
    (&["storage_path"], "rootdirectory", false),
];
const GCS: Options = &[(&["boto_bucket", "gs_bucket"], "bucket", true), (&["storage_path"], "rootdirectory", false)];
const AZURE: Options = &[
    (&["azure_storage_account_name"], "accountname", true),
    (&["azure_storage_account_key"], "accountkey", true),
    (&["azure_storage_container"], "container", true),
];
const SWIFT: Options = &[
    (&["swift_authurl", "swift_auth_url"], "authurl", true),
    (&["swift_user"], "username", true),
    (&["swift_password"], "password", true),
    (&["swift_container"], "container", true),
    (&["swift_tenant_name"], "tenant", false),
    (&["swift_region_name"], "region", false),
    (&["storage_path"], "prefix", false),
];

/// config.yml, and whether there is anything that has no successor.
pub(super) fn config(flat: &Flat, tree: &Tree, import: &mut Import) -> Result<(Value, bool), Vec<Problem>> {
    let storage = flat.get("storage").map_or("local", |setting| setting.text.as_str());
    let line = flat.get("storage").and_then(|setting| setting.line);
    let (driver, options) = match storage {
        "local" | "file" => ("filesystem", LOCAL),
        "s3" => ("s3", S3),
        "gcs" | "gs" => ("gcs", GCS),
        "azure" | "azureblob" => ("azure", AZURE),
        "swift" => ("swift", SWIFT),
        other => {
            let message = format!(
                "no registry today keeps images there ({}): copy them with `skopeo sync` while the old one still runs",
                crate::name::excerpt(other)
            );
            import.report.add(Outcome::Unmapped, line, "storage", message);
            ("", LOCAL)
        }
    };
    let mut settings = Map::new();
    if !driver.is_empty() {
        settings.insert(driver.to_owned(), Value::Object(driver_options(flat, tree, driver, options)?));
        import.report.add(
            Outcome::Mapped,
            line,
            "storage",
            format!("as {driver}; images in the old format must be copied, `skopeo sync` does it"),
        );
    }
    if driver == "swift" {
        import.report.add(Outcome::Advice, line, "storage", "only registries of version 2 know swift");
    }
    settings.insert("delete".to_owned(), json!({ "enabled": true }));
    cache(flat, &mut settings, import);
    let level = match flat.get("loglevel").map(|setting| setting.text.as_str()) {
        Some("debug") => "debug",
        Some("warn" | "warning") => "warn",
        Some("error" | "critical") => "error",
        _ => "info",
    };
    let mut config = json!({ "version": 0.1, "log": { "level": level }, "storage": settings, "http": { "addr": ":5000" } });
    if flat.contains_key("cache.host")
        && let Some(config) = config.as_object_mut()
    {
        let text = |name: &str, usual: &str| flat.get(name).map_or_else(|| usual.to_owned(), |setting| setting.text.clone());
        config.insert("redis".to_owned(), json!({ "addr": format!("{}:{}", text("cache.host", ""), text("cache.port", "6379")) }));
    }
    Ok((config, driver.is_empty()))
}

fn driver_options(flat: &Flat, tree: &Tree, driver: &str, options: Options) -> Result<Map<String, Value>, Vec<Problem>> {
    let (mut settings, mut missing) = (Map::new(), Vec::new());
    for (names, option, needed) in options {
        let found = names.iter().find_map(|name| flat.get(*name)).filter(|setting| !setting.text.is_empty());
        match found.map(|setting| setting.text.as_str()) {
            Some("true" | "True") => drop(settings.insert((*option).to_owned(), json!(true))),
            Some("false" | "False") => drop(settings.insert((*option).to_owned(), json!(false))),
            Some(text) => drop(settings.insert((*option).to_owned(), json!(text))),
            None if *needed => missing.push(names.join(" or ")),
            None => {}
        }
    }
    if driver == "filesystem" {
        settings.entry("rootdirectory").or_insert_with(|| json!("/var/lib/registry"));
    }
    if missing.is_empty() {
        return Ok(settings);
    }
    Err(vec![problem(tree, "storage", format!("the storage {driver} needs {}", missing.join(", ")))])
}

fn cache(flat: &Flat, settings: &mut Map<String, Value>, import: &mut Import) {
    let kind = if flat.contains_key("cache.host") { "redis" } else { "inmemory" };
    settings.insert("cache".to_owned(), json!({ "blobdescriptor": kind }));
    if let Some(setting) = flat.get("cache.host").or_else(|| flat.get("cache_lru.host")) {
        import.report.add(Outcome::Mapped, setting.line, "cache", format!("as {kind}"));
    }
}
