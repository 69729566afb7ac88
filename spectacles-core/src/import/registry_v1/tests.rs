//! Flavors, variables and storages.

use super::*;
use serde_json::json;

fn migrated(file: Value, profile: Option<&str>) -> Result<Migration, String> {
    let variable = |name: &str| (name == "SET").then(|| "from:outside".to_owned());
    let options = Options { profile, registry: None, variable: &variable };
    import(&Tree::from(file), &options).map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

fn file() -> Value {
    json!({
        "common": {"loglevel": "warn", "storage": "local", "storage_path": "_env:STORAGE:/data:x", "cache": {"host": "redis", "port": 6380}},
        "dev": {"loglevel": "debug"},
        "prod": {"storage": "s3", "s3_bucket": "_env:SET", "s3_region": "eu-west-1", "s3_secure": true, "cache": {"port": 1}},
        "old": {"storage": "glance"},
        "bare": {"storage": "s3"},
        "broken": {"secret_key": "_env:NOT_SET"}
    })
}

#[test]
fn a_flavor_lies_over_what_is_common_however_deep() {
    let dev = migrated(file(), None).unwrap();
    assert_eq!(dev.config["log"]["level"], "debug");
    assert_eq!(dev.config["storage"]["filesystem"]["rootdirectory"], "/data:x");
    let prod = migrated(file(), Some("prod")).unwrap();
    assert_eq!(prod.config["log"]["level"], "warn");
    assert_eq!(prod.config["redis"]["addr"], "redis:1");
    let s3 = json!({"bucket": "from:outside", "region": "eu-west-1", "secure": true, "rootdirectory": "/data:x"});
    assert_eq!(prod.config["storage"]["s3"], s3);
    assert!(!prod.without_successor);
}

#[test]
fn what_is_missing_is_named() {
    for (profile, words) in [
        ("stage", ["no flavor `stage`", "prod"]),
        ("broken", ["secret_key", "NOT_SET"]),
        ("bare", ["s3_bucket or boto_bucket", "s3_region"]),
    ] {
        let message = migrated(file(), Some(profile)).unwrap_err();
        assert!(words.iter().all(|word| message.contains(word)), "{message}");
    }
}

#[test]
fn storages_without_a_successor_are_told_of() {
    let old = migrated(file(), Some("old")).unwrap();
    assert!(old.without_successor);
    assert!(old.import.report.of(Outcome::Unmapped).any(|finding| finding.message.contains("glance")));
}
