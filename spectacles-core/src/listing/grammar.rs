//! Reading filters.

use super::error::ListingError;
use super::field::{self, Field, Kind};
use super::filter::{Comparison, Condition, Filter, Operand, Pattern, Test, Value};
use super::moment;
use crate::name::excerpt;

/// In bytes. Nobody types more, and every part of it costs the database something.
const LONGEST: usize = 8_192;
const MOST_TESTS: usize = 32;
const MOST_VALUES: usize = 512;
const MOST_WILDCARDS: usize = 16;

/// Reads `field value`.
pub(super) fn read<F: Field>(text: &str) -> Result<Filter<F>, ListingError> {
    let mut reader = Reader { text, rest: text };
    reader.filter().map_err(|message| {
        let place = text.len().saturating_sub(reader.rest.len());
        let place = text.get(..place).map_or(0, |before| before.chars().count()).saturating_add(1);
        ListingError::new("filter", format!("`{}`, at character {place}: {message}", excerpt(text)))
    })
}

/// What is left of a filter.
struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
}

/// A value as it was written: what stands before, between and behind the wildcards.
struct Written {
    pieces: Vec<String>,
    quoted: bool,
}

impl Reader<'_> {
    fn filter<F: Field>(&mut self) -> Result<Filter<F>, String> {
        if self.text.len() > LONGEST {
            return Err(format!("it is longer than {LONGEST} bytes"));
        }
        if self.text.chars().any(char::is_control) {
            return Err("it has control characters".to_owned());
        }
        self.blanks();
        let end = self.rest.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_').unwrap_or(self.rest.len());
        let (name, behind) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        let field = field::find(name, |_: F| true);
        let field = field.map_err(|known| format!("there is no field `{}` of {}; there are {known}", excerpt(name), F::WHAT))?;
        self.rest = behind;
        let mut tests = vec![self.test(field)?];
        let mut join = None;
        loop {
            let place = self.rest;
            let Some(sign) = self.sign(&["&", "|"]) else { break };
            if *join.get_or_insert(sign) != sign {
                self.rest = place;
                return Err("`&` and `|` in one filter are not clear: several filters are all required".to_owned());
            }
            if tests.len() >= MOST_TESTS {
                return Err(format!("there are more than {MOST_TESTS} tests"));
            }
            tests.push(self.test(field)?);
        }
        if self.rest.is_empty() {
            Ok(Filter { field, tests, any: join == Some("|") })
        } else {
            Err("`&`, `|` or the end belongs here".to_owned())
        }
    }

    fn test<F: Field>(&mut self, field: F) -> Result<Test, String> {
        let negated = self.sign(&["!"]).is_some();
        let condition = match self.sign(&[">=", "<=", ">", "<", "=", "("]) {
            Some("(") => self.one_of(field)?,
            Some("=") => {
                let value = self.value(false)?.exactly(field)?;
                Condition::OneOf { values: vec![value], patterns: Vec::new() }
            }
            Some(sign) => {
                if matches!(field.kind(), Kind::Boolean | Kind::Word(_)) {
                    return Err(format!("`{}` is {}, of which none is less or more than another", field.name(), field.kind().as_str()));
                }
                let comparison = match sign {
                    ">=" => Comparison::GreaterOrEqual,
                    "<=" => Comparison::LessOrEqual,
                    ">" => Comparison::Greater,
                    _ => Comparison::Less,
                };
                Condition::Compare(comparison, self.value(false)?.exactly(field)?)
            }
            None => {
                let (mut values, mut patterns) = (Vec::new(), Vec::new());
                self.value(false)?.sort(field, &mut values, &mut patterns)?;
                Condition::OneOf { values, patterns }
            }
        };
        Ok(Test { negated, condition })
    }

    /// What is behind a `(`.
    fn one_of<F: Field>(&mut self, field: F) -> Result<Condition, String> {
        let (mut values, mut patterns) = (Vec::new(), Vec::new());
        loop {
            self.value(true)?.sort(field, &mut values, &mut patterns)?;
            if values.len().saturating_add(patterns.len()) > MOST_VALUES {
                return Err(format!("there are more than {MOST_VALUES} values"));
            }
            match self.sign(&[",", ")"]) {
                Some(",") => {}
                Some(_) => return Ok(Condition::OneOf { values, patterns }),
                None => return Err("`)` is missing".to_owned()),
            }
        }
    }

    /// Reads up to a sign that ends a value: in a list also `,` and `)`.
    fn value(&mut self, in_list: bool) -> Result<Written, String> {
        self.blanks();
        if self.rest.starts_with(['!', '<', '>', '=', '(']) {
            return Err("what begins with `!`, `<`, `>`, `=` or `(` is put in quotes".to_owned());
        }
        let (mut pieces, mut piece, mut kept, mut quoted) = (Vec::new(), String::new(), 0, false);
        while let Some(sign) = self.rest.chars().next() {
            match sign {
                '&' | '|' => break,
                ',' | ')' if in_list => break,
                '"' => {
                    self.quoted(&mut piece)?;
                    (quoted, kept) = (true, piece.len());
                    continue;
                }
                '%' => {
                    pieces.push(std::mem::take(&mut piece));
                    kept = 0;
                }
                _ => {
                    piece.push(sign);
                    kept = if sign == ' ' { kept } else { piece.len() };
                }
            }
            self.rest = self.rest.get(sign.len_utf8()..).unwrap_or_default();
        }
        // Blanks before the next sign belong to nobody.
        piece.truncate(kept);
        if pieces.is_empty() && piece.is_empty() && !quoted {
            return Err("a value is missing; `empty` and `\"\"` stand for none".to_owned());
        }
        if pieces.len() > MOST_WILDCARDS {
            return Err(format!("there are more than {MOST_WILDCARDS} wildcards"));
        }
        pieces.push(piece);
        Ok(Written { pieces, quoted })
    }

    /// Reads what is between quotation marks.
    fn quoted(&mut self, into: &mut String) -> Result<(), String> {
        let mut signs = self.rest.char_indices().skip(1);
        while let Some((_, sign)) = signs.next() {
            match sign {
                '"' => {
                    self.rest = signs.next().and_then(|(place, _)| self.rest.get(place..)).unwrap_or_default();
                    return Ok(());
                }
                '\\' => match signs.next() {
                    Some((_, escaped @ ('"' | '\\'))) => into.push(escaped),
                    _ => return Err("in quotes, `\\` stands before `\"` or `\\`".to_owned()),
                },
                _ => into.push(sign),
            }
        }
        Err("the closing `\"` is missing".to_owned())
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes one of these signs, with the blanks before.
    fn sign(&mut self, signs: &[&'static str]) -> Option<&'static str> {
        self.blanks();
        let (sign, rest) = signs.iter().find_map(|sign| Some((*sign, self.rest.strip_prefix(sign)?)))?;
        self.rest = rest;
        Some(sign)
    }
}

impl Written {
    /// Nothing has a meaning: `%` is a sign like others.
    fn exactly<F: Field>(self, field: F) -> Result<Operand, String> {
        operand(field, &self.pieces.join("%"))
    }

    /// `%` stands for anything, and `empty` for nothing.
    fn sort<F: Field>(self, field: F, values: &mut Vec<Operand>, patterns: &mut Vec<Pattern>) -> Result<(), String> {
        let (is_text, name) = (matches!(field.kind(), Kind::Text), field.name());
        match self.pieces.as_slice() {
            [piece] if !self.quoted && piece == "empty" => {
                if !is_text {
                    return Err(format!("`{name}` is {}, and never empty", field.kind().as_str()));
                }
                values.push(Operand::Fixed(Value::Text(String::new())));
            }
            [piece] => values.push(operand(field, piece)?),
            _ if is_text => patterns.push(Pattern(self.pieces)),
            _ => return Err(format!("`%` is for text, and `{name}` is {}", field.kind().as_str())),
        }
        Ok(())
    }
}

/// What a field is compared with.
fn operand<F: Field>(field: F, text: &str) -> Result<Operand, String> {
    let wrong = |what| Err(format!("`{}` is not {what}, as `{}` is", excerpt(text), field.name()));
    Ok(Operand::Fixed(match field.kind() {
        Kind::Text => text.into(),
        Kind::Word(spelling) => Value::Text(spelling(text)?),
        Kind::Moment => return moment::read(text),
        Kind::Number => match text.parse::<i64>() {
            Ok(number) => number.into(),
            Err(_) => return wrong("a whole number"),
        },
        Kind::Boolean => match text {
            "true" => true.into(),
            "false" => false.into(),
            _ => return wrong("`true` or `false`"),
        },
    }))
}
