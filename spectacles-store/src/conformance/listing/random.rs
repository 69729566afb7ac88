//! Questions at random, the same ones every time.

use super::super::support::at;
use spectacles_core::listing::{Field, Kind};

/// Text of which databases think differently: case, blanks at the end, signs with a meaning in patterns, accents, quotes, and an order that
/// depends on the language.
pub(in crate::conformance) const TEXTS: [&str; 24] = [
    "", "a", "A", "b", "B", "ab", "aB", "a ", " a", "a b", "a%", "a_b", "axb", "a*b", "a?b", "[a]", "a!b", "a\\b", "a'b", "a\"b", "ä", "z",
    "日本", "a-b",
];

const WORDS: [&str; 19] = [
    "off",
    "pull",
    "namespaces",
    "paths",
    "both",
    "libtrust",
    "rfc7638",
    "granted",
    "reduced",
    "refused",
    "lost",
    "none",
    "password",
    "secret",
    "NONE",
    "READ",
    "WRITE",
    "FULL",
    "full",
];

/// Numbers that look like chance (xorshift).
pub(in crate::conformance) struct Random(u64);

/// What is asked.
#[derive(Debug)]
pub(in crate::conformance) struct Question {
    pub(in crate::conformance) filters: Vec<String>,
    pub(in crate::conformance) order: String,
}

impl Random {
    /// The same numbers for the same name.
    pub(in crate::conformance) fn new(name: &str) -> Self {
        Self(name.bytes().fold(0x9e37_79b9_7f4a_7c15, |seed, byte| seed.rotate_left(9) ^ u64::from(byte)))
    }

    /// From 0 on; `below` may be 0 too.
    pub(in crate::conformance) fn below(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % below.max(1)
    }

    pub(in crate::conformance) fn pick<T: Copy>(&mut self, among: &[T]) -> T {
        among[self.below(among.len())]
    }

    pub(in crate::conformance) fn one_in(&mut self, number: usize) -> bool {
        self.below(number) == 0
    }

    /// A moment: few different ones, so that many things have the same.
    pub(in crate::conformance) fn millis(&mut self) -> i64 {
        i64::try_from(self.below(8)).expect("small") * 1_000_000
    }

    pub(in crate::conformance) fn question<F: Field>(&mut self) -> Question {
        let filters = (0..self.below(3)).map(|_| self.filter::<F>()).collect();
        let mut by: Vec<F> = F::ALL.iter().copied().filter(|field| field.can_order()).collect();
        let mut order = Vec::new();
        for _ in 0..=self.below(by.len().min(3)) {
            let field = by.remove(self.below(by.len()));
            order.push(format!("{}{}", self.pick(&["", "-"]), field.name()));
        }
        Question { filters, order: order.join(",") }
    }

    fn filter<F: Field>(&mut self) -> String {
        let field = self.pick(F::ALL);
        let sign = self.pick(&["&", "|"]);
        let tests: Vec<_> = (0..=self.below(2)).map(|_| self.test(field.kind())).collect();
        format!("{} {}", field.name(), tests.join(sign))
    }

    fn test(&mut self, kind: Kind) -> String {
        let not = self.pick(&["", "", "!"]);
        let ordered = matches!(kind, Kind::Text | Kind::Number | Kind::Moment);
        match self.below(6) {
            0 | 1 if ordered => format!("{not}{}{}", self.pick(&[">", "<", ">=", "<="]), self.value(kind)),
            2 => format!("{not}={}", self.value(kind)),
            3 => {
                let values: Vec<_> = (0..=self.below(4)).map(|_| self.value(kind)).collect();
                format!("{not}({})", values.join(","))
            }
            4 if matches!(kind, Kind::Text) => format!("{not}{}", self.pick(&["empty", "%", "%b", "a%", "%a%", "%/%", "%e%", "%0%"])),
            5 if matches!(kind, Kind::Text) => format!("{not}{}%{}", self.value(kind), self.pick(&["", "b", "\"]\"", "_b"])),
            _ => format!("{not}{}", self.value(kind)),
        }
    }

    fn value(&mut self, kind: Kind) -> String {
        match kind {
            Kind::Text => format!("\"{}\"", self.pick(&TEXTS).replace('\\', "\\\\").replace('"', "\\\"")),
            Kind::Boolean => self.pick(&["true", "false"]).to_owned(),
            Kind::Number => self.pick(&[-1, 0, 1, 2, 3, 7, 20, 60, 300, i64::MAX]).to_string(),
            Kind::Moment if self.one_in(2) => self.pick(&["-1h", "-30m", "+1000s", "-0s", "-100w", "+1d"]).to_owned(),
            Kind::Moment => at(self.millis()).to_string(),
            Kind::Word(spelling) => {
                let words: Vec<_> = WORDS.into_iter().filter(|word| spelling(word).is_ok()).collect();
                self.pick(&words).to_owned()
            }
        }
    }
}
