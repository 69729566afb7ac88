//! Texts of the document: they are written in CommonMark, as OpenAPI says.

use pulldown_cmark::{Event, Options, Parser, html};

/// A text as HTML. What looks like HTML in it is shown as it is written.
pub(super) fn html(text: &str) -> String {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES)
        .map(|event| if let Event::Html(text) | Event::InlineHtml(text) = event { Event::Text(text) } else { event });
    let mut made = String::with_capacity(text.len() * 2);
    html::push_html(&mut made, events);
    made
}

/// One paragraph, without being one.
pub(super) fn line(text: &str) -> String {
    let made = html(text);
    let trimmed = made.trim();
    let inner = trimmed.strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>")).filter(|inner| !inner.contains("<p>"));
    inner.unwrap_or(trimmed).to_owned()
}
