//! Patterns as shells have them, by the rules of Go's `path.Match`: `*` and `?` do not match a slash, classes in brackets do.

/// A pattern, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Glob(Vec<Token>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Many,
    One,
    Sign(char),
    Class { negated: bool, ranges: Vec<(char, char)> },
}

/// What stands between two slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Component {
    /// This text.
    Literal(String),
    /// Any component.
    Any,
    /// Some components.
    Partial(Glob),
    /// Something that depends on an account that is not known.
    Unknown,
}

impl Glob {
    /// Nothing for a pattern that is malformed, which matches nothing.
    pub(super) fn parse(pattern: &str) -> Option<Self> {
        let (mut tokens, mut signs) = (Vec::new(), pattern.chars().peekable());
        while let Some(sign) = signs.next() {
            tokens.push(match sign {
                '*' => Token::Many,
                '?' => Token::One,
                '\\' => Token::Sign(signs.next()?),
                '[' => class(&mut signs)?,
                other => Token::Sign(other),
            });
        }
        tokens.dedup_by(|second, first| *second == Token::Many && *first == Token::Many);
        Some(Self(tokens))
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        // Which beginnings of the text the tokens so far match.
        let mut reached: Vec<bool> = std::iter::once(true).chain(text.iter().map(|_| false)).collect();
        for token in &self.0 {
            let mut next = vec![false; reached.len()];
            let mut open = false;
            for (place, slot) in next.iter_mut().enumerate() {
                let before = place.checked_sub(1);
                let sign = before.and_then(|before| text.get(before));
                let was = before.and_then(|before| reached.get(before)).copied().unwrap_or(false);
                *slot = match token {
                    Token::Many => {
                        open = open && sign != Some(&'/') || reached.get(place).copied().unwrap_or(false);
                        open
                    }
                    Token::One => was && sign.is_some_and(|sign| *sign != '/'),
                    Token::Sign(wanted) => was && sign == Some(wanted),
                    Token::Class { negated, ranges } => {
                        was && sign.is_some_and(|sign| ranges.iter().any(|(low, high)| low <= sign && sign <= high) != *negated)
                    }
                };
            }
            reached = next;
        }
        reached.last().copied().unwrap_or(false)
    }

    /// The components; nothing where a class might match a slash.
    pub(super) fn components(&self) -> Option<Vec<Component>> {
        let crosses = |token: &Token| {
            matches!(token, Token::Class { negated, ranges }
            if ranges.iter().any(|(low, high)| *low <= '/' && '/' <= *high) != *negated)
        };
        if self.0.iter().any(crosses) {
            return None;
        }
        Some(self.0.split(|token| *token == Token::Sign('/')).map(component).collect())
    }
}

fn component(tokens: &[Token]) -> Component {
    if tokens == [Token::Many] {
        return Component::Any;
    }
    let signs = tokens.iter().map(|token| match token {
        Token::Sign(sign) => Some(*sign),
        Token::Many | Token::One | Token::Class { .. } => None,
    });
    match signs.collect::<Option<String>>() {
        Some(literal) => Component::Literal(literal),
        None => Component::Partial(Glob(tokens.to_vec())),
    }
}

fn class(signs: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Token> {
    let negated = signs.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    loop {
        if signs.peek() == Some(&']') && !ranges.is_empty() {
            signs.next();
            return Some(Token::Class { negated, ranges });
        }
        let low = in_class(signs)?;
        let high = if signs.next_if_eq(&'-').is_some() { in_class(signs)? } else { low };
        ranges.push((low, high));
    }
}

fn in_class(signs: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<char> {
    match signs.next()? {
        '-' | ']' => None,
        '\\' => signs.next(),
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_go() {
        for (pattern, text, expected) in [
            ("abc", "abc", true),
            ("*", "abc", true),
            ("*", "", true),
            ("*", "a/b", false),
            ("*/b", "a/b", true),
            ("a*b?c*x", "abxbbxdbxebxczzx", true),
            ("a*b?c*x", "abxbbxdbxebxczzy", false),
            ("a?c", "a/c", false),
            ("a[^x]c", "a/c", true),
            ("a[b-d]", "ac", true),
            ("a[^b-d]", "ac", false),
            ("[\\]a]", "]", true),
            ("a\\*b", "a*b", true),
            ("a\\*b", "axb", false),
            ("test-*", "test-", true),
            ("**/x", "a/x", true),
            ("x/**", "x/a/b", false),
        ] {
            assert_eq!(Glob::parse(pattern).is_some_and(|glob| glob.matches(text)), expected, "{pattern} {text}");
        }
        for malformed in ["[]a]", "[-]", "[x-]", "a[", "a\\", "[a"] {
            assert_eq!(Glob::parse(malformed), None, "{malformed}");
        }
    }
}
