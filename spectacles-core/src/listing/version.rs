//! The order in which people count versions.

/// A text by whose bytes tags are ordered as people count: numbers by their value, and what is a part of a release (`-rc1`) before it.
///
/// Runs of digits become their length and themselves, without zeros in front: `9` sorts before `10`. The end sorts after `-` and before
/// everything else, so that `1.10-rc1` comes before `1.10`, and that before `1.10.1`. Upper case counts as lower case.
pub fn key(name: &str) -> String {
    const END: char = '.';
    let mut key = String::with_capacity(name.len().saturating_add(8));
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_digit() {
            let end = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
            let (digits, others) = rest.split_at(end);
            let digits = digits.trim_start_matches('0');
            // A tag has at most 128 characters. Letters sort behind numbers of any length.
            let length = u8::try_from(digits.len()).unwrap_or(u8::MAX);
            key.push('0');
            key.push_str(&format!("{length:03}"));
            key.push_str(digits);
            rest = others;
        } else {
            key.push(match first {
                '-' => '-',
                '.' => '/',
                '_' => '~',
                letter => letter.to_ascii_lowercase(),
            });
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    key.push(END);
    key
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn versions_are_ordered_as_people_count() {
        let ordered = ["1", "1.9", "1.10-rc1", "1.10-rc2", "1.10-rc10", "1.10", "1.10.1", "2", "10", "latest", "v1", "v1.2", "v1.10", "v2"];
        let mut sorted = ordered;
        sorted.reverse();
        sorted.sort_by_key(|name| key(name));
        assert_eq!(sorted, ordered);
    }

    #[test]
    fn the_longest_tag_and_the_oddest_have_an_order() {
        for name in ["_", "0", "000", &"9".repeat(128), &"a".repeat(128)] {
            assert!(key(name).len() <= 128 * 5);
        }
        assert_eq!(key("01"), key("1"), "what counts the same sorts the same");
    }
}
