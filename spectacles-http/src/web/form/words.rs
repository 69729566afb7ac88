//! What fields are called, and what is said of them.

/// What a description says to people who fill in a form: to them an empty field is what `null` is to programs, and what a change is called they see.
pub(super) fn explained(description: &str) -> String {
    let text = match description.split_once("`null` removes") {
        Some((text, _)) => format!("{}.", text.trim_end().trim_end_matches([';', '.'])),
        None => description.to_owned(),
    };
    if text.starts_with("A new ") && !text.trim_end_matches('.').contains(['.', ',', ';', ':']) {
        return String::new();
    }
    text.replace('`', "")
}

/// The words of a name: `default_group` is `Default group`.
pub(super) fn label(name: &str) -> String {
    let last = name.rsplit('.').next().unwrap_or(name);
    let words = match last {
        "admin" => "administrator".to_owned(),
        "email" => "mail address".to_owned(),
        "url" => "address".to_owned(),
        "external_url" => "address for clients".to_owned(),
        "token_seconds" => "seconds a token is valid".to_owned(),
        "kid_style" => "style of the key id".to_owned(),
        "members_right" => "right of members".to_owned(),
        "groups_right" => "right of assigned groups".to_owned(),
        "others_right" => "right of everybody else".to_owned(),
        "delete_enabled" => "deletion is enabled".to_owned(),
        "anonymous" => "without credentials".to_owned(),
        last => last.replace('_', " "),
    };
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
