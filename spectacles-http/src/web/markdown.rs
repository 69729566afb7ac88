//! Texts that people write in Markdown, for others to read.

use super::html::is_outside;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// How far the headings of a text are below those of a page.
const BELOW: usize = 2;

/// A text as HTML, with nothing in it that runs, is fetched, or leads to anything but the web and mail. HTML in the text is left out; of pictures
/// there is what they are said to show.
pub(crate) fn html(text: &str) -> String {
    let mut links = Vec::new();
    let events = Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH).flat_map(|event| safe(event, &mut links));
    let mut made = String::with_capacity(text.len() * 2);
    html::push_html(&mut made, events);
    made
}

/// What becomes of a part of a text. `links` says of each link that is open whether it is one.
fn safe<'t>(event: Event<'t>, links: &mut Vec<bool>) -> Vec<Event<'t>> {
    match event {
        Event::Html(_) | Event::InlineHtml(_) => Vec::new(),
        Event::Start(Tag::HtmlBlock | Tag::Image { .. }) | Event::End(TagEnd::HtmlBlock | TagEnd::Image) => Vec::new(),
        Event::Start(Tag::Link { ref dest_url, .. }) => {
            let is_link = is_outside(dest_url);
            links.push(is_link);
            if is_link { vec![event] } else { Vec::new() }
        }
        Event::End(TagEnd::Link) => links.pop().filter(|is_link| *is_link).map(|_| event).into_iter().collect(),
        Event::Start(Tag::Heading { level, .. }) => {
            vec![Event::Start(Tag::Heading { level: below(level), id: None, classes: Vec::new(), attrs: Vec::new() })]
        }
        Event::End(TagEnd::Heading(level)) => vec![Event::End(TagEnd::Heading(below(level)))],
        // Whoever has no mouse moves wide things with the keyboard. Columns are aligned by the styles of pages only.
        Event::Start(Tag::Table(columns)) => {
            let columns = columns.iter().map(|_| pulldown_cmark::Alignment::None).collect();
            vec![ours("<div class=\"scroll\" tabindex=\"0\">"), Event::Start(Tag::Table(columns))]
        }
        Event::End(TagEnd::Table) => vec![event, ours("</div>")],
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented)) => vec![ours("<pre tabindex=\"0\"><code>")],
        Event::End(TagEnd::CodeBlock) => vec![ours("</code></pre>\n")],
        Event::Start(_)
        | Event::End(_)
        | Event::Text(_)
        | Event::Code(_)
        | Event::InlineMath(_)
        | Event::DisplayMath(_)
        | Event::FootnoteReference(_)
        | Event::SoftBreak
        | Event::HardBreak
        | Event::Rule
        | Event::TaskListMarker(_) => vec![event],
    }
}

/// HTML that is not from the text.
const fn ours(html: &'static str) -> Event<'static> {
    Event::Html(CowStr::Borrowed(html))
}

fn below(level: HeadingLevel) -> HeadingLevel {
    HeadingLevel::try_from(level as usize + BELOW).unwrap_or(HeadingLevel::H6)
}

#[cfg(test)]
mod tests {
    use super::html;

    #[test]
    fn texts_are_shown_as_they_are_meant() {
        let made = html(
            "# Shop\n\nWhat *customers* see: [more](https://example.com/a?b=1&c=2).\n\n| a | b |\n|--:|---|\n| 1 | 2 |\n\n```sh\nls <x>\n```\n",
        );
        assert!(made.contains("<h3>Shop</h3>") && made.contains("<em>customers</em>"), "{made}");
        assert!(made.contains("<a href=\"https://example.com/a?b=1&amp;c=2\">more</a>"), "{made}");
        assert!(made.contains("<pre tabindex=\"0\"><code>ls &lt;x&gt;\n</code></pre>"), "{made}");
        assert!(made.contains("<td>1</td>") && !made.contains("style="), "{made}");
    }

    #[test]
    fn nothing_in_a_text_runs_or_is_fetched() {
        for text in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "<div onclick=\"alert(1)\">\n\n*x*\n\n</div>",
            "![picture](https://evil.example/a.png)",
            "![a](javascript:alert(1))",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](&#106;avascript:alert(1))",
            "[x](data:text/html,<script>alert(1)</script>)",
            "[x](vbscript:1)",
            "[x](//evil.example)",
            "[x](/logout)",
            "<javascript:alert(1)>",
            "[![x](https://evil.example/a.png)](javascript:alert(1))",
            "```\"><script>alert(1)</script>\nx\n```",
        ] {
            let made = html(text);
            for bad in ["<script", "<img", "<div", "onclick", "href=", "src=", "<a"] {
                assert!(!made.contains(bad), "{text}: {made}");
            }
        }
        assert_eq!(html("[a [b](https://example.com) c](javascript:1)").matches("<a").count(), 1);
        assert_eq!(html("see ![the picture](x.png) here"), "<p>see the picture here</p>\n");
    }
}
