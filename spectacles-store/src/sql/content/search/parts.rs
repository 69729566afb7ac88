//! Finding repositories by an index of the parts of what is looked through.

use super::{Condition, Found, Held, Parts, Question, Stretch};
use crate::sql::backend::{Row, Value};
use crate::sql::spelling::like;
use crate::sql::{SqlTx, StoreError};

/// Three characters are what most indexes are of.
const LONG: usize = 3;
/// Of so many of these as are in a long part some are enough to find it by.
const MOST_PARTS: usize = 16;

impl SqlTx {
    /// Looks at all that the index has; nothing where there is no index for this part.
    pub(super) async fn by_parts(&mut self, question: &Question<'_>) -> Result<Option<Vec<Found>>, StoreError> {
        if question.search.term.is_empty() {
            return Ok(None);
        }
        let (from, mut condition) = match question.spelling.parts {
            #[cfg(feature = "sqlite")]
            Parts::Table => match self.expression(&question.search.term).await? {
                Some(expression) => {
                    let mut condition = Condition::default();
                    condition.and("repository_search MATCH ?", [Held::Text(expression)]);
                    // In this order: the index first, and of the repositories only what it has.
                    ("repository_search CROSS JOIN repositories ON repositories.id = repository_search.rowid".to_owned(), condition)
                }
                None => return Ok(Some(Vec::new())),
            },
            #[cfg(feature = "postgres")]
            Parts::Indexes => indexed(&question.search.term),
            #[cfg(feature = "mysql")]
            Parts::Nothing => return Ok(None),
        };
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

    /// What the table of SQLite is asked for a part: nothing when nobody has it.
    #[cfg(feature = "sqlite")]
    async fn expression(&mut self, term: &str) -> Result<Option<String>, StoreError> {
        let quoted = |part: &str| format!("\"{}\"", part.replace('"', "\"\""));
        let characters: Vec<char> = term.chars().collect();
        let threes: Vec<_> = characters.windows(LONG).map(|three| quoted(&three.iter().collect::<String>())).collect();
        if !threes.is_empty() {
            return Ok(Some(threes.into_iter().take(MOST_PARTS).collect::<Vec<_>>().join(" AND ")));
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
fn indexed(term: &str) -> (String, Condition) {
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
