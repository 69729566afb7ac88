//! Somebody who uses the web interface without scripts: with cookies, and with the forms that pages have.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use reqwest::Method;

use super::http::{self, Answer, Credentials};
use super::server::Person;

/// A browser, as far as servers know.
pub(crate) struct Visitor {
    base: String,
    cookies: BTreeMap<String, String>,
    language: &'static str,
}

/// A form as it is on a page: what would be sent with it.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) fields: Vec<(String, String)>,
}

static FORM: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"(?s)<form([^>]*)>(.*?)</form>"#).expect("a pattern"));
static INPUT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<input([^>]*)>").expect("a pattern"));
static TEXT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s)<textarea([^>]*)>(.*?)</textarea>").expect("a pattern"));
static SELECT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s)<select([^>]*)>(.*?)</select>").expect("a pattern"));
static OPTION: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<option([^>]*)>").expect("a pattern"));
static ATTRIBUTE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"([a-z-]+)(?:="([^"]*)")?"#).expect("a pattern"));

impl Visitor {
    /// Somebody who was never here.
    pub(crate) fn new(base: &str) -> Self {
        Self { base: base.to_owned(), cookies: BTreeMap::new(), language: "en" }
    }

    /// The same, who reads another language.
    pub(crate) fn reading(self, language: &'static str) -> Self {
        Self { language, ..self }
    }

    /// Somebody who has signed in.
    pub(crate) fn signed_in(base: &str, person: &Person) -> Self {
        let mut visitor = Self::new(base);
        let answer = visitor.sign_in(&person.name, &person.password);
        assert_eq!(answer.status, 303, "{}", answer.text());
        visitor
    }

    pub(crate) fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        let form = self.form("/login", "password").with("name", name).with("password", password);
        self.send(&form)
    }

    /// The value of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Takes over a cookie, as thieves do.
    pub(crate) fn take(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.request(&Method::GET, path, &[], "")
    }

    /// A page that must be there.
    pub(crate) fn page(&mut self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.text()
    }

    /// Sends fields, whatever they are, with these headers.
    pub(crate) fn post(&mut self, path: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Answer {
        self.request(&Method::POST, path, headers, &http::form(fields))
    }

    /// The form on a page that has this in it: an operation, or a field of it.
    pub(crate) fn form(&mut self, path: &str, sign: &str) -> Form {
        let page = self.page(path);
        Form::on(&page, &[sign]).unwrap_or_else(|| panic!("no form with {sign} on {path}: {page}"))
    }

    /// Sends a form.
    pub(crate) fn send(&mut self, form: &Form) -> Answer {
        let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(&form.action.clone(), &[], &fields)
    }

    /// Sends a form that must lead somewhere else, and says where.
    pub(crate) fn submit(&mut self, form: &Form) -> String {
        let answer = self.send(form);
        assert_eq!(answer.status, 303, "{form:?}: {}", answer.text());
        answer.header("location").to_owned()
    }

    /// The token that forms of this visitor have with them.
    pub(crate) fn csrf(&mut self) -> String {
        let page = self.page("/about");
        Form::on(&page, &["_csrf"]).expect("a form").value("_csrf").to_owned()
    }

    /// Sends a form with a file, which nobody has chosen where it is nothing.
    pub(crate) fn upload(&mut self, form: &Form, name: &str, file: &[u8]) -> Answer {
        self.upload_with(&[], form, name, file)
    }

    /// The same from a page of another server.
    pub(crate) fn upload_from(&mut self, origin: &str, form: &Form, file: &[u8]) -> Answer {
        self.upload_with(&[("origin", origin), ("sec-fetch-site", "cross-site")], form, "file", file)
    }

    fn upload_with(&mut self, headers: &[(&str, &str)], form: &Form, name: &str, file: &[u8]) -> Answer {
        const BOUNDARY: &str = "----a-boundary-of-ours";
        let mut body = Vec::new();
        for (field, value) in form.fields.iter().filter(|(field, _)| field != "file") {
            let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        body.extend_from_slice(part.as_bytes());
        body.extend_from_slice(file);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
        let headers = [&[("content-type", content_type.as_str())], headers].concat();
        self.request_bytes(&Method::POST, &form.action, &headers, &body)
    }

    /// Asks for something of which a part is known.
    pub(crate) fn get_with(&mut self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.request(&Method::GET, path, headers, "")
    }

    /// One request, with the cookies that were set before.
    pub(crate) fn request(&mut self, method: &Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.request_bytes(method, path, headers, body.as_bytes())
    }

    fn request_bytes(&mut self, method: &Method, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        let mut all = vec![("cookie", cookies.as_str()), ("accept-language", self.language), ("accept", "text/html,*/*;q=0.8")];
        if *method == Method::POST && !headers.iter().any(|(name, _)| *name == "content-type") {
            all.push(("content-type", "application/x-www-form-urlencoded"));
        }
        all.extend_from_slice(headers);
        let answer = http::send_bytes(method, &format!("{}{path}", self.base), Credentials::None, &all, body);
        for cookie in answer.headers.get_all("set-cookie") {
            let text = cookie.to_str().expect("a cookie of text");
            let (pair, terms) = text.split_once(';').expect("a cookie with terms");
            let (name, value) = pair.split_once('=').expect("a cookie with a value");
            if terms.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }
}

impl Form {
    /// Every form on a page that is sent, the first first.
    pub(crate) fn all(page: &str) -> Vec<Self> {
        FORM.captures_iter(page).map(|form| Self::read(&form[1], &form[2])).collect()
    }

    /// The form on a page that has all of these in it.
    pub(crate) fn on(page: &str, signs: &[&str]) -> Option<Self> {
        let has = |body: &str| signs.iter().all(|sign| body.contains(&format!("\"{sign}\"")));
        FORM.captures_iter(page).find(|form| has(&form[2])).map(|form| Self::read(&form[1], &form[2]))
    }

    fn read(tag: &str, body: &str) -> Self {
        let action = attributes(tag).remove("action").unwrap_or_default();
        let mut fields = Vec::new();
        for input in INPUT.captures_iter(body) {
            let attributes = attributes(&input[1]);
            let kind = attributes.get("type").map_or("text", String::as_str);
            let is_sent = kind != "checkbox" || attributes.contains_key("checked");
            if let Some(name) = attributes.get("name").filter(|_| is_sent) {
                fields.push((name.clone(), attributes.get("value").cloned().unwrap_or_default()));
            }
        }
        for text in TEXT.captures_iter(body) {
            fields.extend(attributes(&text[1]).remove("name").map(|name| (name, plain(&text[2]))));
        }
        for select in SELECT.captures_iter(body) {
            let options = OPTION.captures_iter(&select[2]).map(|option| attributes(&option[1]));
            let chosen = options.filter(|option| option.contains_key("selected")).find_map(|option| option.get("value").cloned());
            fields.extend(attributes(&select[1]).remove("name").map(|name| (name, chosen.unwrap_or_default())));
        }
        Self { action, fields }
    }

    /// The value of a field; empty where there is none.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// With this in a field instead of what is in it.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With one more value of a field.
    pub(crate) fn and(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }
}

fn attributes(text: &str) -> BTreeMap<String, String> {
    let pairs = ATTRIBUTE.captures_iter(text).map(|pair| (pair[1].to_owned(), plain(pair.get(2).map_or("", |value| value.as_str()))));
    pairs.collect()
}

/// Text as it was before it was written into a page.
pub(crate) fn plain(text: &str) -> String {
    text.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'").replace("&#38;", "&")
}
