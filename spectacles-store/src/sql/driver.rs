//! What the drivers have in common.

use std::time::Duration;

/// How long a single statement may take. Much longer than any does: it only ends the waiting for a database that has gone silent.
pub(super) const LONGEST_STATEMENT: Duration = Duration::from_secs(30);

/// Implements [`Backend`](super::backend::Backend) and [`Session`](super::backend::Session) on a pool of one sqlx database.
///
/// A macro and not generic code: the bounds that sqlx needs for the latter are longer than what they would save. The module that
/// uses it has what differs:
///
/// * `READ`, `WRITE`: how transactions begin;
/// * `text`: the statement as this database spells it;
/// * `put_together`: the same for one that is not written down as a whole;
/// * `SPELLING`: how such a one is written;
/// * `insert`: inserts a row and returns its id;
/// * `is_transient`: whether an error of the database says that it may work later.
macro_rules! driver {
    ($Database:ty) => {
        pub(super) struct Driver(pub(super) sqlx::Pool<$Database>);

        struct Transaction(sqlx::Transaction<'static, $Database>);

        type Arguments = <$Database as sqlx::Database>::Arguments;

        fn query(sql: sqlx::SqlStr, values: &[Value<'_>]) -> sqlx::Result<sqlx::query::Query<'static, $Database, Arguments>> {
            use sqlx::Arguments as _;
            let mut arguments = Arguments::default();
            // What is said of their size is a guess that only saves making room again.
            arguments.reserve(values.len(), 0);
            for value in values {
                let added = match *value {
                    Value::Integer(number) => arguments.add(number),
                    Value::Text(text) => arguments.add(text),
                    Value::Shared(text) => arguments.add(text.cloned()),
                };
                added.map_err(sqlx::Error::Encode)?;
            }
            Ok(sqlx::query_with(sql, arguments))
        }

        fn row(row: &<$Database as sqlx::Database>::Row) -> Result<Row, sqlx::Error> {
            use sqlx::{Row as _, ValueRef as _};
            let cells = (0..row.len()).map(|column| {
                let value = row.try_get_raw(column)?;
                Ok(if value.is_null() {
                    Cell::Null
                } else if <i64 as sqlx::Type<$Database>>::compatible(&value.type_info()) {
                    Cell::Integer(row.try_get(column)?)
                } else {
                    Cell::Text(row.try_get(column)?)
                })
            });
            cells.collect::<Result<_, sqlx::Error>>().map(Row::new)
        }

        async fn within<T>(work: impl Future<Output = Result<T, sqlx::Error>> + Send) -> Result<T, StoreError> {
            match tokio::time::timeout(crate::sql::driver::LONGEST_STATEMENT, work).await {
                Ok(done) => done.map_err(|error| crate::sql::error::classify(error, is_transient)),
                Err(_) => Err(StoreError::Unavailable("it has not answered for 30 seconds".to_owned())),
            }
        }

        #[async_trait::async_trait]
        impl Backend for Driver {
            async fn begin(&self, mode: Mode) -> Result<Box<dyn Session>, StoreError> {
                let statement = match mode {
                    Mode::Read => READ,
                    Mode::Write => WRITE,
                };
                Ok(Box::new(Transaction(within(self.0.begin_with(statement)).await?)))
            }
        }

        #[async_trait::async_trait]
        impl Session for Transaction {
            async fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, StoreError> {
                Ok(within(async { query(text(sql), values)?.execute(&mut *self.0).await }).await?.rows_affected())
            }

            async fn run(&mut self, sql: String, values: &[Value<'_>]) -> Result<u64, StoreError> {
                Ok(within(async { query(put_together(sql), values)?.execute(&mut *self.0).await }).await?.rows_affected())
            }

            async fn insert(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<i64, StoreError> {
                within(insert(&mut self.0, sql, values)).await
            }

            async fn fetch_all(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
                let rows = within(async { query(text(sql), values)?.fetch_all(&mut *self.0).await }).await?;
                rows.iter().map(row).collect::<Result<_, _>>().map_err(|error| crate::sql::error::classify(error, is_transient))
            }

            async fn fetch(&mut self, sql: String, values: &[Value<'_>], comes_again: bool) -> Result<Vec<Row>, StoreError> {
                let persistent = comes_again || SPELLING.plans_each_time;
                let rows = within(async { query(put_together(sql), values)?.persistent(persistent).fetch_all(&mut *self.0).await }).await?;
                rows.iter().map(row).collect::<Result<_, _>>().map_err(|error| crate::sql::error::classify(error, is_transient))
            }

            fn spelling(&self) -> &'static crate::sql::spelling::Spelling {
                &SPELLING
            }

            async fn commit(self: Box<Self>) -> Result<(), StoreError> {
                within(self.0.commit()).await
            }
        }
    };
}
pub(super) use driver;
