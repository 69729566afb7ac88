//! PostgreSQL.

use super::backend::{Backend, Cell, Mode, Row, Session, Value};
use super::driver::driver;
use super::spelling::{Parts, Spelling, like, on_conflict};
use super::{LEAST_CONNECTIONS, SqlStore, connect};
use crate::open::{OpenError, Options};
use spectacles_core::store::StoreError;
use sqlx::error::DatabaseError;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, Postgres};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, SqlSafeStr, SqlStr};

const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
/// Under READ COMMITTED a statement sees what was committed before it: all that earlier writers did, once the row of the revision is locked.
const WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE";

driver!(Postgres);

fn text(sql: &'static str) -> SqlStr {
    spelled(sql)
}

fn put_together(sql: String) -> SqlStr {
    spelled(&sql)
}

/// Names have the collation already. Others are compared by bytes where they are told to.
static SPELLING: Spelling = Spelling {
    kind: "PostgreSQL",
    about: "SELECT current_setting('server_version'), pg_database_size(current_database())",
    name: |column| column.to_owned(),
    text: |column| format!("COALESCE({column}, '') COLLATE \"C\""),
    fits: "LIKE ? ESCAPE '!'",
    pattern: like,
    compares_rows: true,
    upsert: on_conflict,
    // Each statement sees what was committed before it.
    latest: "",
    contains: |column| format!("strpos({column}, ?) > 0"),
    // One range after the other: it would compare every range with every repository of the registry.
    ranges: Some(|called| {
        let ranges = "(SELECT (value ->> 0)::BIGINT AS on_registry, value ->> 1 AS low, value ->> 2 AS high \
                      FROM jsonb_array_elements(?::JSONB)) AS ranges";
        let within = "registry_id = ranges.on_registry AND name >= ranges.low AND name < ranges.high";
        let from = format!("{ranges} CROSS JOIN LATERAL (SELECT * FROM repositories WHERE {within} OFFSET 0) AS {called}");
        (from, "1 = 1".to_owned())
    }),
    parts: Parts::Indexes,
    plans_each_time: false,
};

/// Writes `?` as `$1`, `$2`, ... There is no `?` in the literals of our statements.
fn spelled(sql: &str) -> SqlStr {
    let mut spelled = String::with_capacity(sql.len() + 8);
    for (index, part) in sql.split('?').enumerate() {
        if index > 0 {
            spelled.push('$');
            spelled.push_str(&index.to_string());
        }
        spelled.push_str(part);
    }
    AssertSqlSafe(spelled).into_sql_str()
}

async fn insert(transaction: &mut sqlx::Transaction<'static, Postgres>, sql: &'static str, values: &[Value<'_>]) -> sqlx::Result<i64> {
    use sqlx::Row as _;
    let returning = AssertSqlSafe(format!("{} RETURNING id", text(sql).as_str())).into_sql_str();
    query(returning, values)?.fetch_one(&mut **transaction).await?.try_get(0)
}

/// By class of SQLSTATE: connections, access, missing databases, rollbacks after conflicts, resources, waiting, intervention, system.
fn is_transient(error: &dyn DatabaseError) -> bool {
    let code = error.code().unwrap_or_default();
    ["08", "28", "3D", "40", "53", "55", "57", "58"].iter().any(|class| code.starts_with(class)) || code == "25006"
}

pub(crate) async fn open(url: &str, shown: &str, options: &Options) -> Result<SqlStore, OpenError> {
    let mut at: PgConnectOptions = url.parse().map_err(|error: sqlx::Error| OpenError::url(shown, error))?;
    if !options.log_statements {
        at = at.disable_statement_logging();
    }
    let mut first = connect(shown, at.connect()).await?;
    sqlx::migrate!("migrations/postgres").run_direct(None, &mut first, false).await.map_err(|error| OpenError::migration(shown, error))?;
    // It has done its work, whatever becomes of the good-bye.
    let _ = first.close().await;
    let patience = options.patience.as_millis();
    // A client that vanished in the middle of a transaction must not keep the others from writing. And no statement of ours takes as long as to
    // compile it would.
    let settings = format!("SET lock_timeout = {patience}; SET idle_in_transaction_session_timeout = 60000; SET jit = off");
    let pool = PgPoolOptions::new()
        .max_connections(options.max_connections.max(LEAST_CONNECTIONS))
        .acquire_timeout(options.acquire_timeout)
        .after_connect(move |connection, _| {
            let settings = AssertSqlSafe(settings.clone());
            Box::pin(async move { connection.execute(sqlx::raw_sql(settings)).await.map(|_| ()) })
        })
        .connect_lazy_with(at);
    Ok(SqlStore::new(Driver(pool), options.patience))
}
