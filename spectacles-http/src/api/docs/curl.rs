//! A request as a command that can be copied.

use crate::api::operation::ROOT;
use crate::api::path::segment;
use serde_json::Value;

/// A server that is none.
const SERVER: &str = "https://spectacles.example.com";

/// The command for an operation with these parameters. Only what it needs is said.
pub(super) fn line(method: &str, path: &str, parameters: &[&Value], body: Option<(&str, &Value)>) -> String {
    let mut address = format!("{SERVER}{ROOT}{path}");
    let mut query = form_urlencoded::Serializer::new(String::new());
    let mut headers = String::new();
    for parameter in parameters.iter().filter(|parameter| parameter.get("required").is_some_and(|needed| needed == true)) {
        let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default();
        let example = match parameter.get("example") {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => continue,
        };
        match parameter.get("in").and_then(Value::as_str) {
            Some("path") => address = address.replace(&format!("{{{name}}}"), &segment(&example)),
            Some("query") => {
                query.append_pair(name, &example);
            }
            _ => headers.push_str(&format!(" \\\n  -H '{name}: {example}'")),
        }
    }
    let query = query.finish();
    let separator = if query.is_empty() { "" } else { "?" };
    let verb = if method == "GET" { String::new() } else { format!(" -X {method}") };
    let body = body.map(|(media, body)| match media.strip_prefix("image/") {
        Some(kind) => format!(" \\\n  -H 'Content-Type: {media}' \\\n  --data-binary '@picture.{kind}'"),
        None => format!(" \\\n  -H 'Content-Type: {media}' \\\n  -d '{}'", body.to_string().replace('\'', r"'\''")),
    });
    format!("curl -u alice{verb} '{address}{separator}{query}'{headers}{}", body.unwrap_or_default())
}
