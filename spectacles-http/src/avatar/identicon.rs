//! What is drawn for users who have no picture.

use super::{Picture, SVG, tag};
use aws_lc_rs::digest;
use http::HeaderValue;
use spectacles_core::name::UserName;

/// How many squares there are in either direction; the left half is that of the right, seen in a mirror.
const SIDE: u8 = 7;
/// How many columns are drawn by chance.
const HALF: u8 = SIDE.div_ceil(2);

/// The picture of somebody of this name: always the same one, and hardly that of anybody else.
pub(crate) fn identicon(name: &UserName) -> Picture {
    let hash = digest::digest(&digest::SHA256, name.as_str().as_bytes());
    let mut bytes = hash.as_ref().iter().copied();
    let mut next = || bytes.next().unwrap_or_default();
    let hue = (u16::from(next()) << 8 | u16::from(next())) % 360;
    let mut path = String::new();
    for row in 0..SIDE {
        let chance = next();
        for column in (0..HALF).filter(|column| chance >> column & 1 == 1) {
            let mirrored = SIDE - 1 - column;
            path.push_str(&square(column, row));
            if mirrored != column {
                path.push_str(&square(mirrored, row));
            }
        }
    }
    // Dark enough to be seen on light ground, and on the light ground that it has of itself.
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\" width=\"150\" height=\"150\" shape-rendering=\"crispEdges\">\
         <path fill=\"hsl({hue},45%,92%)\" d=\"M0 0h9v9H0z\"/><path fill=\"hsl({hue},55%,38%)\" d=\"{path}\"/></svg>"
    );
    let tag = tag(svg.as_bytes());
    Picture { media: HeaderValue::from_static(SVG), bytes: svg.into_bytes(), tag }
}

fn square(column: u8, row: u8) -> String {
    format!("M{} {}h1v1h-1z", column + 1, row + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(name: &str) -> String {
        String::from_utf8(identicon(&name.parse().unwrap()).bytes).unwrap()
    }

    #[test]
    fn everybody_has_his_own_and_always_the_same() {
        let names = ["alice", "bob", "carol", "a", "b", "alice2"];
        let all: std::collections::BTreeSet<String> = names.iter().map(|name| drawn(name)).collect();
        assert_eq!(all.len(), names.len());
        assert_eq!(drawn("alice"), drawn("alice"));
        // Whoever sees it after an upgrade knows it again.
        assert_eq!(identicon(&"alice".parse().unwrap()).tag, ALICE);
    }

    const ALICE: &str = "b92b6be2fb01e9f95cbbd8018c6171ea";

    #[test]
    fn left_and_right_are_one_in_a_mirror() {
        let svg = drawn("alice");
        for column in 0..SIDE {
            for row in 0..SIDE {
                let (one, other) = (square(column, row), square(SIDE - 1 - column, row));
                assert_eq!(svg.contains(&one), svg.contains(&other), "{column} {row}");
            }
        }
    }
}
