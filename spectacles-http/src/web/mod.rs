//! The web interface: pages that a server makes, and that work without scripts.
//!
//! A page reads by the same typed calls that programs make ([`client`](crate::client)), in this process and as whoever is signed in, so that it
//! shows nothing else and may nothing else. A form of a page is an operation of the API: its fields, their limits and their explanations come
//! from the schema of the operation, and what is sent goes through the same checks. There is one place where forms arrive, and it looks at where
//! they come from before anything else.
//!
//! | | |
//! |---|---|
//! | [`page`] | the table of pages |
//! | [`visit`] | one request for a page: who, in which language, with what |
//! | [`session`], [`origin`] | cookies, and whether a form was sent by a page of ours |
//! | [`action`], [`form`], [`upload`] | forms, shown and carried out, and those with a file |
//! | [`undo`], [`stale`] | what is taken back, and what others have changed meanwhile |
//! | [`list`] | tables with orders, filters and pages |
//! | [`markdown`] | texts that people write |
//! | [`shell`], [`html`] | what all pages have around them, and the headers they are sent with |
//! | [`texts`], [`refusals`] | languages, and what is said to whoever is refused |
//! | [`assets`] | styles, scripts and pictures |
//! | [`pages`] | the pages |

mod action;
mod answer;
mod assets;
mod form;
mod html;
mod list;
mod markdown;
mod origin;
mod page;
mod pages;
mod refusals;
mod session;
mod shell;
mod stale;
mod texts;
mod undo;
mod upload;
mod visit;

pub(crate) use answer::{answer, is_for_people, is_signed_in, trouble};
pub(crate) use assets::{ASSETS, Asset, serve as serve_asset};
pub use page::table as pages;
pub(crate) use page::{PAGES, Page};
