//! The table of pages.

use super::pages;
use super::visit::{Trouble, Visit};
use crate::answer::Answer;
use crate::surface::Surface;
use std::pin::Pin;
use std::sync::LazyLock;

/// A page in the making.
pub(crate) type Running<'a> = Pin<Box<dyn Future<Output = Result<Answer, Trouble>> + Send + 'a>>;

/// What makes a page, or carries out a form of it that is no operation of the API.
pub(crate) type Run = for<'a> fn(&'a Visit<'a>) -> Running<'a>;

/// One page.
pub(crate) struct Page {
    /// Unique: what is before the dot is the part of the interface it belongs to.
    pub(crate) id: &'static str,
    /// Below the root.
    pub(crate) path: &'static str,
    /// Whether people see it who are not signed in.
    pub(crate) is_public: bool,
    /// Shows it.
    pub(crate) show: Run,
    /// Carries out a form that is no operation of the API. Where it is one, there is nothing to say.
    pub(crate) post: Option<Run>,
    /// The longest body that is read, in bytes.
    pub(crate) longest_body: usize,
    /// Whether its forms have a file.
    pub(crate) takes_file: bool,
}

impl Page {
    /// A page for whoever is signed in, whose forms are operations of the API.
    pub(crate) const fn new(id: &'static str, path: &'static str, show: Run) -> Self {
        Self { id, path, is_public: false, show, post: None, longest_body: Surface::LONGEST_BODY, takes_file: false }
    }

    /// For everybody.
    pub(crate) const fn public(self) -> Self {
        Self { is_public: true, ..self }
    }

    /// With forms that are no operations of the API.
    pub(crate) const fn posts(self, post: Run) -> Self {
        Self { post: Some(post), ..self }
    }

    /// With forms that have a file, which together are no longer than this, in bytes. For whoever is signed in.
    pub(crate) const fn takes_file(self, longest_body: usize) -> Self {
        Self { longest_body, takes_file: true, ..self }
    }

    /// The part of the interface it belongs to.
    pub(crate) fn section(&self) -> &'static str {
        self.id.split('.').next().unwrap_or(self.id)
    }
}

/// Makes what shows a page out of an asynchronous function.
macro_rules! show {
    ($function:path) => {
        |visit| Box::pin($function(visit))
    };
}
pub(crate) use show;

/// The pages of the web interface: what each is called, and its path below the root, where what is in braces stands for a name.
pub fn table() -> impl Iterator<Item = (&'static str, &'static str)> {
    PAGES.iter().map(|page| (page.id, page.path))
}

/// Every page.
pub(crate) static PAGES: LazyLock<Vec<Page>> = LazyLock::new(|| pages::all().into_iter().flatten().collect());
