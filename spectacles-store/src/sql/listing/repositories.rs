//! Lists of repositories.

use super::statement::Statement;
use crate::sql::{SqlTx, content};
use spectacles_core::listing::Value;
use spectacles_core::store::RepositoryChoice;

impl SqlTx {
    /// Repositories that are not gone, among those of a choice.
    pub(super) fn repositories_of(&self, select: &str, choice: &RepositoryChoice) -> Statement {
        let spelling = self.session.spelling();
        let mut statement = Statement::new(select, spelling);
        statement.restrict("gone IS NULL", []);
        if let Some(registry) = choice.registry {
            statement.restrict("registry_id = ?", [Value::from(registry.get())]);
        }
        if let Some(below) = &choice.below {
            let (condition, values) = content::Paths::new(below).condition(spelling);
            statement.restrict(&condition, values);
        }
        statement
    }
}
