//! Users who were imported with their passwords.

use crate::support::http::Credentials;
use crate::support::process::{PATIENCE, poll, run};
use crate::support::server::{Person, Spectacles};
use serde_json::Value;
use std::fs;

#[test]
fn an_imported_password_is_hashed_anew_after_its_first_login() {
    let mut spectacles = Spectacles::new();
    spectacles.create_user(&Person::new("admin"), &["--admin"]);
    let place = spectacles.data().with_file_name(".htpasswd");
    // Of the password `123`.
    fs::write(&place, "bob:$2y$05$WuwBasGDAgr.QCbGIjKJaep4dhxeai9gNZdmBnQXqpKly57oNutya\n").expect("a file can be written");
    let imported = run(&spectacles.spectacles(&["import", "htpasswd", place.to_str().expect("text"), "--apply", "--yes"]), "");
    assert!(imported.succeeded(), "{}", imported.text());
    spectacles.serve(&[]);
    let me =
        |password: &str| crate::support::http::get(&format!("{}/api/v1/me", spectacles.url()), Credentials::Basic("bob", password)).status;
    assert_eq!((me("124"), me("123")), (401, 200));
    let url = format!("{}/api/v1/audit?filter=action+user.password.upgrade", spectacles.url());
    let entry = poll(PATIENCE, || {
        let trail = crate::support::http::get(&url, Person::new("admin").credentials()).json();
        trail["items"].as_array().and_then(|entries| entries.first().cloned())
    });
    let entry: Value = entry.expect("an entry of the trail");
    assert_eq!((&entry["object"], &entry["details"]["from"]), (&Value::from("user bob"), &Value::from("bcrypt")));
    assert!(!entry.to_string().contains('$'), "{entry}");
    assert_eq!((me("123"), me("124")), (200, 401));
}
