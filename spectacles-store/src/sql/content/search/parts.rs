//! Finding repositories by an index of the parts of what is looked through.

use super::{Condition, Found, Held, Question, Stretch};
#[cfg(feature = "sqlite")]
use crate::sql::backend::{Row, Value};
use crate::sql::spelling::Parts;
#[cfg(feature = "postgres")]
use crate::sql::spelling::like;
use crate::sql::{SqlTx, StoreError};

/// Three characters are what most indexes are of.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
const LONG: usize = 3;
/// Of so many of these as are in a long part some are enough to find it by: what they find is looked at in any case.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
const MOST_PARTS: usize = 4;

impl SqlTx {
    /// Looks at all that the index has; nothing where there is no index for this part.
    pub(super) async fn by_parts(&mut self, question: &Question<'_>) -> Result<Option<Vec<Found>>, StoreError> {
        let Some((from, mut condition)) = self.indexed(question).await? else { return Ok(None) };
        condition.and("gone IS NULL", []);
        question.fits(&mut condition);
        question.behind(&mut condition, Stretch::Both);
        let (worth, order) = (question.worth, question.order());
        let mut sql = format!("SELECT id, {worth}, name, registry_id FROM {from} WHERE 1 = 1{}", condition.text);
        if question.paths.is_none() {
            sql.push_str(&format!(" ORDER BY {order} LIMIT ?"));
            condition.values.push(Held::Number(i64::from(question.search.limit)));
        }
        self.found(sql, &condition, question).await.map(Some)
    }

    /// From which table, and by which condition, those are read that the index has.
    async fn indexed(&mut self, question: &Question<'_>) -> Result<Option<(String, Condition)>, StoreError> {
        let term = question.search.term.as_str();
        match question.spelling.parts {
            _ if term.is_empty() => Ok(None),
            #[cfg(feature = "sqlite")]
            Parts::Table => self.in_table(term).await.map(Some),
            #[cfg(feature = "postgres")]
            Parts::Indexes => Ok(Some(in_indexes(term))),
            #[cfg(feature = "mysql")]
            Parts::Nothing => Ok(None),
        }
    }

    #[cfg(feature = "sqlite")]
    async fn in_table(&mut self, term: &str) -> Result<(String, Condition), StoreError> {
        let mut condition = Condition::default();
        match self.expression(term).await? {
            Some(expression) => condition.and("repository_search MATCH ?", [Held::Text(expression)]),
            None => condition.and("1 = 0", []),
        }
        // In this order: the index first, and of the repositories only what it has.
        Ok(("repository_search CROSS JOIN repositories ON repositories.id = repository_search.rowid".to_owned(), condition))
    }

    /// What the table of SQLite is asked for a part: nothing when nobody has it.
    #[cfg(feature = "sqlite")]
    async fn expression(&mut self, term: &str) -> Result<Option<String>, StoreError> {
        let quoted = |part: &str| format!("\"{}\"", part.replace('"', "\"\""));
        let characters: Vec<char> = term.chars().collect();
        let threes: Vec<_> = characters.windows(LONG).map(|three| quoted(&three.iter().collect::<String>())).collect();
        if !threes.is_empty() {
            let apart = threes.len().div_ceil(MOST_PARTS);
            return Ok(Some(threes.into_iter().step_by(apart).collect::<Vec<_>>().join(" AND ")));
        }
        // Of shorter ones it has what begins with them.
        let end = format!("{term}{}", char::MAX);
        let values: [Value<'_>; 2] = [term.into(), end.as_str().into()];
        let sql = "SELECT term FROM repository_search_terms WHERE term >= ? AND term < ?";
        let parts = self.all(sql, &values, Row::text).await?;
        Ok((!parts.is_empty()).then(|| parts.iter().map(|part| quoted(part)).collect::<Vec<_>>().join(" OR ")))
    }
}

/// What PostgreSQL is asked for a part. It is not to think of the order: the index first, and then what it has is put in order.
#[cfg(feature = "postgres")]
fn in_indexes(term: &str) -> (String, Condition) {
    let mut condition = Condition::default();
    let pattern = like(&[String::new(), term.to_owned(), String::new()]);
    // The one index has words only.
    let has_word = term.split(|character: char| !character.is_alphanumeric()).any(|word| word.chars().nth(LONG - 1).is_some());
    let found_by = if has_word {
        condition.values.push(Held::Text(pattern));
        "searched LIKE ? ESCAPE '!'".to_owned()
    } else {
        let characters: Vec<char> = term.chars().collect();
        let size = characters.len().min(2);
        let parts: Vec<String> = characters.windows(size).take(MOST_PARTS).map(|part| part.iter().collect()).collect();
        let places = vec!["?"; parts.len()].join(", ");
        condition.values.extend(parts.into_iter().map(Held::Text));
        format!("spectacles_short_parts(searched) @> ARRAY[{places}]")
    };
    (format!("(SELECT * FROM repositories WHERE {found_by} OFFSET 0) AS found"), condition)
}
