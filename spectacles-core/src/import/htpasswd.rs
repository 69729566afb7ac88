//! Files of users and passwords, as Apache's `htpasswd` makes them.
//!
//! Passwords of bcrypt (`htpasswd -B`) stay as they are. The other methods are too weak to be kept: such users are created without a
//! password. No right comes with any of them.

use super::{Import, Outcome, refused_user};
use crate::auth::bcrypt_hash;
use crate::declarative::DeclaredUser;
use crate::name::UserName;
use std::collections::BTreeMap;

/// Takes over a file. What cannot be taken over is reported line by line, and stops nothing.
pub fn import(text: &str) -> Import {
    let mut import = Import::default();
    let mut seen: BTreeMap<UserName, usize> = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        // What begins an UTF-8 file on some systems belongs to no name.
        let line = if number == 1 { line.trim_start_matches('\u{feff}') } else { line };
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        take(line, number, &mut seen, &mut import);
    }
    import
}

fn take(line: &str, number: usize, seen: &mut BTreeMap<UserName, usize>, import: &mut Import) {
    let mut refuse = |what: String, message: String| import.report.add(Outcome::Unmapped, Some(number), what, message);
    // The line is not shown: it may be a password by mistake.
    let Some((name, rest)) = line.split_once(':') else {
        return refuse("line".to_owned(), "there is no `:` between a name and a password".to_owned());
    };
    let what = format!("user {}", crate::name::excerpt(name));
    let user: UserName = match name.parse() {
        Ok(user) => user,
        Err(error) => return refuse(what, refused_user(name, error.rule())),
    };
    if let Some(first) = seen.get(&user) {
        return refuse(what, format!("he is in line {first} already, and the first line counts"));
    }
    seen.insert(user.clone(), number);
    let hash = rest.split(':').next().unwrap_or(rest);
    let (outcome, message) = match bcrypt_hash(hash) {
        Ok(hash) => {
            import.credentials.put(user.clone(), hash);
            (Outcome::Mapped, "his password stays".to_owned())
        }
        Err(error) => match method(hash) {
            Some(method) => (Outcome::Approximated, format!("{method}; he is created without one, and needs a new one")),
            None => (Outcome::Approximated, format!("{error}; he is created without one")),
        },
    };
    import.document.users.insert(user, DeclaredUser::default());
    import.report.add(outcome, Some(number), what, message);
}

/// What the password was protected with, where that is known and weak.
fn method(hash: &str) -> Option<&'static str> {
    if hash.starts_with("$2") {
        return None;
    }
    Some(match hash {
        "" => "he has no password",
        hash if hash.starts_with("{SHA}") => "his password is a bare SHA-1, which is guessed in no time",
        hash if hash.starts_with("$apr1$") || hash.starts_with("$1$") => "his password is hashed with MD5, which is guessed in no time",
        hash if hash.starts_with("$5$") || hash.starts_with("$6$") => {
            "his password is hashed with the SHA-2 crypt of Unix, which is not known here"
        }
        hash if hash.len() == 13 => "his password is hashed with the old crypt of Unix, which is guessed in no time, or is not hashed",
        _ => "his password is not hashed, or in a way that is not known here",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# people\n\
        alice:$2y$05$WuwBasGDAgr.QCbGIjKJaep4dhxeai9gNZdmBnQXqpKly57oNutya\n\
        \n\
        bob:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n\
        carol:$apr1$salt$hash\n\
        dave:rl8gdyp6Q4YTo\n\
        erin:plain secret\n\
        Frank M:$2y$05$WuwBasGDAgr.QCbGIjKJaep4dhxeai9gNZdmBnQXqpKly57oNutya\n\
        nonsense secret\n\
        alice:$2y$05$LO.vzwpWC5LZGqThvEfznu8qhb5SGqvBSWY1J3yZ4AxtMRZ3kN5jC\n\
        system:x\r\n\
        zoe:$2y$99$WuwBasGDAgr.QCbGIjKJaep4dhxeai9gNZdmBnQXqpKly57oNutya\n";

    #[test]
    fn every_line_is_told_of_and_none_stops_the_rest() {
        let import = import(FILE);
        let users: Vec<_> = import.document.users.keys().map(UserName::as_str).collect();
        assert_eq!(users, ["alice", "bob", "carol", "dave", "erin", "zoe"]);
        assert_eq!(import.credentials.len(), 1);
        let told: Vec<_> = import.report.findings.iter().map(|finding| (finding.outcome, finding.line.unwrap())).collect();
        use Outcome::{Approximated, Mapped, Unmapped};
        assert_eq!(
            told,
            [
                (Mapped, 2),
                (Approximated, 4),
                (Approximated, 5),
                (Approximated, 6),
                (Approximated, 7),
                (Unmapped, 8),
                (Unmapped, 9),
                (Unmapped, 10),
                (Unmapped, 11),
                (Approximated, 12)
            ]
        );
        let text: String = import.report.findings.iter().map(|finding| format!("{finding}\n")).collect();
        assert!(text.contains("he could be called `frank-m`") && text.contains("`user-system`"), "{text}");
        for secret in ["secret", "$2y$", "rl8gdyp6Q4YTo", "W6ph5"] {
            assert!(!text.contains(secret), "{text}");
        }
        let first = import.credentials.get(&"alice".parse().unwrap()).unwrap();
        assert!(crate::auth::verify_password(&"123".into(), first), "the first of two lines counts");
    }
}
