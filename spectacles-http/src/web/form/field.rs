//! Fields of forms.

use super::schema;
use super::words::{explained, label};
use crate::web::texts::Language;
use serde_json::Value;

/// A field as it is shown.
#[derive(Debug, Clone)]
pub(crate) struct FieldView {
    /// Its name in the body; one within another has a dot.
    pub(crate) name: String,
    pub(crate) label: String,
    /// What it means, in one or two sentences.
    pub(crate) help: String,
    pub(crate) input: Input,
    pub(crate) value: String,
    pub(crate) is_required: bool,
    pub(crate) longest: Option<u64>,
    pub(crate) example: String,
    /// What browsers may fill it with.
    pub(crate) autocomplete: &'static str,
    pub(crate) choices: Vec<Choice>,
    /// What is wrong with it.
    pub(crate) error: Option<String>,
    /// What there is now, where somebody has changed it while another value was typed.
    pub(crate) there: Option<String>,
}

/// One of several things to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) is_chosen: bool,
}

/// How a field is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    /// One line.
    Line,
    /// Several lines of one text.
    Long,
    /// Several texts, each on a line.
    Lines,
    Number,
    Check,
    /// One of several.
    One,
    /// Any of several.
    Any,
    Moment,
    Password,
    Email,
}

impl Input {
    /// The type of the element, for those that are one line.
    pub(crate) const fn html_type(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Moment => "datetime-local",
            Self::Password => "password",
            Self::Email => "email",
            Self::Line | Self::Long | Self::Lines | Self::Check | Self::One | Self::Any => "text",
        }
    }
}

impl FieldView {
    /// A field of a body with this schema.
    pub(crate) fn of(language: Language, body: &'static Value, name: &str) -> Option<Self> {
        let (property, is_required) = schema::property(body, name)?;
        let main = schema::main(property);
        let text = |key: &str| property.get(key).or_else(|| main.get(key)).and_then(Value::as_str).unwrap_or_default();
        let words = schema::words(property);
        let items = main.get("items").and_then(schema::words);
        let longest = main.get("maxLength").and_then(Value::as_u64);
        let input = match (schema::kind(property), text("format")) {
            ("boolean", _) => Input::Check,
            ("integer" | "number", _) => Input::Number,
            ("array", _) if items.is_some() => Input::Any,
            ("array", _) => Input::Lines,
            _ if words.is_some() => Input::One,
            (_, "password") => Input::Password,
            (_, "date-time") => Input::Moment,
            _ if longest.is_some_and(|longest| longest > 1_000) => Input::Long,
            _ if name.ends_with("email") => Input::Email,
            _ => Input::Line,
        };
        let choices = words.or(items).unwrap_or_default().into_iter().map(|word| Choice {
            value: word.to_owned(),
            label: language.say(word).to_owned(),
            is_chosen: false,
        });
        let mut choices: Vec<Choice> = choices.collect();
        if input == Input::One && schema::is_optional(property) {
            choices.insert(0, Choice { value: String::new(), label: "–".to_owned(), is_chosen: false });
        }
        let mut field = Self {
            name: name.to_owned(),
            label: language.say(&label(name)).to_owned(),
            help: language.say(&explained(text("description"))).to_owned(),
            input,
            value: String::new(),
            is_required,
            longest,
            example: main.pointer("/examples/0").and_then(Value::as_str).unwrap_or_default().to_owned(),
            autocomplete: if input == Input::Password { "new-password" } else { "off" },
            choices,
            error: None,
            there: None,
        };
        field.fill(property.get("default").unwrap_or(&Value::Null));
        Some(field)
    }

    /// A field that the operation takes elsewhere than in its body.
    pub(crate) fn besides(language: Language, name: &str, label: &str, help: &str, input: Input) -> Self {
        Self {
            name: name.to_owned(),
            label: language.say(label).to_owned(),
            help: language.say(help).to_owned(),
            input,
            value: String::new(),
            is_required: true,
            longest: Some(255),
            example: String::new(),
            autocomplete: "off",
            choices: Vec::new(),
            error: None,
            there: None,
        }
    }

    /// With these to choose from.
    pub(crate) fn choosing(mut self, choices: impl IntoIterator<Item = (String, String)>) -> Self {
        self.offer(choices.into_iter().map(|(value, label)| Choice { value, label, is_chosen: false }).collect());
        self
    }

    /// With this in it.
    pub(crate) fn with(mut self, value: &str) -> Self {
        self.set(vec![value]);
        self
    }

    /// Which kind of element it is.
    pub(crate) const fn shape(&self) -> &'static str {
        match self.input {
            Input::Check => "check",
            Input::Any => "any",
            Input::One => "one",
            Input::Long | Input::Lines => "text",
            Input::Line | Input::Number | Input::Moment | Input::Password | Input::Email => "line",
        }
    }

    /// How high a text is.
    pub(crate) const fn rows(&self) -> u8 {
        if matches!(self.input, Input::Long) { 8 } else { 3 }
    }

    /// Whether a box is checked.
    pub(crate) fn is_checked(&self) -> bool {
        self.value == "true"
    }

    /// What is in it, in words.
    pub(super) fn shown(&self, language: Language) -> String {
        match self.input {
            Input::Password => String::new(),
            Input::Check => language.say(if self.is_checked() { "Yes" } else { "No" }).to_owned(),
            Input::One | Input::Any => {
                let chosen = self.choices.iter().filter(|choice| choice.is_chosen && !choice.value.is_empty());
                chosen.map(|choice| choice.label.as_str()).collect::<Vec<_>>().join(", ")
            }
            Input::Line | Input::Long | Input::Lines | Input::Number | Input::Moment | Input::Email => {
                self.value.trim().replace("\r\n", "\n")
            }
        }
    }

    /// Shows what there is.
    pub(crate) fn fill(&mut self, value: &Value) {
        match value {
            Value::Null => self.set(Vec::new()),
            Value::String(text) if self.input == Input::Moment => self.value = text.get(..16).unwrap_or(text).to_owned(),
            Value::String(text) => self.set(vec![text]),
            Value::Array(items) => self.set(items.iter().filter_map(Value::as_str).collect()),
            Value::Bool(_) | Value::Number(_) | Value::Object(_) => self.set(vec![&value.to_string()]),
        }
    }

    /// Shows what was sent. Secrets are not shown again.
    pub(super) fn fill_sent(&mut self, values: Vec<&str>) {
        match self.input {
            Input::Password => self.value.clear(),
            // It is sent only where it is checked.
            Input::Check => self.value = values.last().map_or("false", |_| "true").to_owned(),
            Input::Line | Input::Long | Input::Lines | Input::Number | Input::One | Input::Any | Input::Moment | Input::Email => {
                self.set(values);
            }
        }
    }

    fn set(&mut self, values: Vec<&str>) {
        for choice in &mut self.choices {
            choice.is_chosen = values.contains(&choice.value.as_str());
        }
        self.value = values.join("\n");
    }

    /// Gives other things to choose from.
    pub(super) fn offer(&mut self, choices: Vec<Choice>) {
        let chosen: Vec<String> = self.value.lines().map(str::to_owned).collect();
        self.input = if matches!(self.input, Input::Any | Input::Lines) { Input::Any } else { Input::One };
        self.choices = choices;
        if self.input == Input::One && !self.is_required {
            self.choices.insert(0, Choice { value: String::new(), label: "–".to_owned(), is_chosen: false });
        }
        self.set(chosen.iter().map(String::as_str).collect());
    }
}
