//! Text in YAML.

use std::fmt::Write as _;

/// A text as a double-quoted scalar (YAML 1.2, section 7.3.1), whatever is in it.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            // What YAML takes for a line break, or does not take at all.
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => escape(&mut quoted, character),
            _ if character.is_control() => escape(&mut quoted, character),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

fn escape(quoted: &mut String, character: char) {
    // Writing to a string cannot fail; all of these have at most four digits.
    let _ = write!(quoted, "\\u{:04x}", u32::from(character));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_its_quotes() {
        for (text, expected) in [
            ("registry.example.com", r#""registry.example.com""#),
            ("Auth: service # 1", r#""Auth: service # 1""#),
            (r#"a "quoted" C:\path"#, r#""a \"quoted\" C:\\path""#),
            ("two\nlines\r\u{85}\u{2028}", r#""two\nlines\u000d\u0085\u2028""#),
            ("yes", r#""yes""#),
            ("{{ x }} ${HOME} ü€", r#""{{ x }} ${HOME} ü€""#),
            ("", r#""""#),
        ] {
            assert_eq!(quoted(text), expected);
        }
    }
}
