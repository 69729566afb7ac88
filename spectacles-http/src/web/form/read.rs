//! From fields to bodies.

use super::schema;
use crate::api::Operation;
use crate::parameters::Parameters;
use http::Method;
use serde_json::{Map, Value};

/// How many fields within fields there are.
const DEEPEST: usize = 3;
/// How many fields a form has.
const MOST_FIELDS: usize = 200;

/// The body of an operation, from the fields of a form. Whether it makes sense is for the operation to say.
///
/// `_fields` names what the form shows: of a box that is not checked, and of a list with nothing in it, nothing is sent.
pub(crate) fn body(operation: &Operation, sent: &Parameters<'_>) -> Option<Value> {
    let schema = schema::of(operation)?;
    let is_patch = operation.method == Method::PATCH;
    let mut body = Value::Object(Map::new());
    let mut names: Vec<&str> = sent.all("_fields").flat_map(str::split_whitespace).collect();
    names.extend(sent.pairs().map(|(name, _)| name));
    // Forms of ours have few fields, and fields within fields at most twice.
    names.retain(|name| !name.starts_with(['_', ':', '?']) && name.matches('.').count() <= DEEPEST);
    names.sort_unstable();
    names.dedup();
    names.truncate(MOST_FIELDS);
    names.retain(|name| sent.all(name).any(|text| !text.trim().is_empty()) || !sent.all("_left").any(|left| left == *name));
    for name in names {
        let texts: Vec<&str> = sent.all(name).collect();
        let value = match schema::property(schema, name) {
            Some((property, is_required)) => value(property, &texts, is_required, is_patch),
            // What the operation does not know it says itself.
            None => texts.first().map(|text| Value::from(*text)),
        };
        if let Some(value) = value {
            put(&mut body, name, value);
        }
    }
    Some(body)
}

/// What a field says; nothing, where it leaves it to the operation.
fn value(property: &'static Value, texts: &[&str], is_required: bool, is_patch: bool) -> Option<Value> {
    // Browsers send the ends of lines as networks have them.
    let text = texts.first().copied().unwrap_or_default().replace("\r\n", "\n");
    let trimmed = text.trim();
    let nothing = || {
        if schema::is_optional(property) && is_patch {
            Some(Value::Null)
        } else if is_required || is_patch {
            Some(Value::from(""))
        } else {
            None
        }
    };
    let format = schema::main(property).get("format").and_then(Value::as_str).unwrap_or_default();
    match (schema::kind(property), format) {
        ("boolean", _) => Some((!texts.is_empty() && trimmed != "false").into()),
        ("integer" | "number", _) if trimmed.is_empty() && (schema::is_optional(property) || !is_required) => {
            (schema::is_optional(property) && is_patch).then_some(Value::Null)
        }
        // What is no number is refused where it is.
        ("integer" | "number", _) => Some(trimmed.parse::<i64>().map_or_else(|_| trimmed.into(), Value::from)),
        ("array", _) => {
            let items = texts.iter().flat_map(|text| text.lines()).map(str::trim).filter(|item| !item.is_empty());
            Some(items.map(Value::from).collect())
        }
        // An empty field leaves a password as it is.
        (_, "password") if text.is_empty() => is_required.then(|| "".into()),
        (_, "password") => Some(text.into()),
        (_, "date-time") if trimmed.is_empty() => nothing(),
        // What browsers have for moments has no zone, and often no seconds.
        (_, "date-time") if trimmed.len() == 16 => Some(format!("{trimmed}:00Z").into()),
        (_, "date-time") => Some(trimmed.into()),
        _ if trimmed.is_empty() => nothing(),
        _ => Some(text.into()),
    }
}

/// Puts a value where a name with dots says. Where a part ends in `[]`, into a new item of a list.
fn put(body: &mut Value, name: &str, value: Value) {
    if name.contains("[]") && value.as_array().is_some_and(Vec::is_empty) {
        return;
    }
    let mut place = body;
    for part in name.split('.') {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Value::Object(fields) = place else { return };
        place = match part.strip_suffix("[]") {
            None => fields.entry(part).or_insert(Value::Null),
            Some(part) => {
                let Value::Array(items) = fields.entry(part).or_insert(Value::Array(Vec::new())) else { return };
                items.push(Value::Null);
                let Some(item) = items.last_mut() else { return };
                item
            }
        };
    }
    *place = value;
}

#[cfg(test)]
mod tests {
    use super::super::find;
    use super::*;
    use serde_json::json;

    fn read(operation: &str, form: &str) -> Value {
        body(find(operation).unwrap(), &Parameters::parse(form.as_bytes())).unwrap()
    }

    #[test]
    fn fields_become_what_the_operation_takes() {
        assert_eq!(
            read("users.create", "name=alice&email=&password=&admin=on&privileges=puller&privileges=pusher&_fields=admin+enabled"),
            json!({ "name": "alice", "admin": true, "enabled": false, "privileges": ["puller", "pusher"] }),
            "what is empty is left to the operation"
        );
        assert_eq!(
            read("users.change", "email=&display_name=A&_csrf=x&:user=alice&_fields=privileges+enabled"),
            json!({ "email": null, "display_name": "A", "privileges": [], "enabled": false }),
            "of a change, what is emptied is removed"
        );
        assert_eq!(read("registries.change", "token_seconds=300"), json!({ "token_seconds": 300 }));
        assert_eq!(read("registries.change", "_left=username&username=&ca="), json!({ "ca": null }), "what is left stays");
        assert_eq!(read("registries.change", "_left=username&username=u"), json!({ "username": "u" }));
        assert_eq!(
            read("registries.change", "token_seconds=many"),
            json!({ "token_seconds": "many" }),
            "the operation refuses it, and says where"
        );
        assert_eq!(
            read("tokens.create", "name=ci&until=2027-01-31T12%3A00&limits.read_only=on&limits.kinds=users"),
            json!({ "name": "ci", "until": "2027-01-31T12:00:00Z", "limits": { "read_only": true, "kinds": ["users"] } })
        );
    }

    #[test]
    fn fields_become_items_of_a_list() {
        let fields = "_fields=enabled+keep[].last+keep[].matching&keep[].last=5&keep[].pulled_within_days=&keep[].matching=v*%0D%0Alatest&immutable=v*";
        assert_eq!(
            read("retention.set", fields),
            json!({ "enabled": false, "keep": [{ "last": 5 }, { "matching": ["v*", "latest"] }], "immutable": ["v*"] })
        );
        assert_eq!(
            read("retention.set", "_fields=keep[].last+keep[].matching&keep[].last="),
            json!({}),
            "there is no item without a value"
        );
    }

    #[test]
    fn a_field_within_fields_without_end_is_none_of_ours() {
        let deep = format!("{}=1&name=alice", ".".repeat(60_000));
        assert_eq!(read("users.create", &deep), json!({ "name": "alice" }));
        let many: String = (0..10_000).map(|number| format!("z{number}=1&")).collect();
        let body = read("users.create", &format!("{many}name=alice"));
        assert!(body.as_object().unwrap().len() <= MOST_FIELDS);
    }
}
