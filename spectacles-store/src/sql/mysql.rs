//! MySQL and MariaDB.

use super::backend::{Backend, Cell, Mode, Row, Session, Value};
use super::driver::driver;
use super::spelling::{Parts, Spelling, like};
use super::{LEAST_CONNECTIONS, SqlStore, connect};
use crate::open::{OpenError, Options};
use spectacles_core::store::StoreError;
use sqlx::error::DatabaseError;
use sqlx::migrate::MigrateError;
use sqlx::mysql::{MySql, MySqlConnectOptions, MySqlConnection, MySqlDatabaseError, MySqlPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, SqlSafeStr, SqlStr};

const READ: &str = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";
/// The snapshot of such a transaction is made by its first query, which comes after the row of the revision is locked.
const WRITE: &str = "START TRANSACTION READ WRITE";

driver!(MySql);

fn text(sql: &'static str) -> SqlStr {
    sql.into_sql_str()
}

fn put_together(sql: String) -> SqlStr {
    AssertSqlSafe(sql).into_sql_str()
}

/// As bytes: the collations that MySQL and MariaDB both have take no notice of blanks at the end.
static SPELLING: Spelling = Spelling {
    kind: "MySQL",
    about: "SELECT VERSION(), CAST(COALESCE(SUM(data_length + index_length), 0) AS SIGNED) FROM information_schema.tables \
            WHERE table_schema = DATABASE()",
    name: |column| format!("CAST({column} AS BINARY)"),
    text: |column| format!("CAST(COALESCE({column}, '') AS BINARY)"),
    fits: "LIKE ? ESCAPE '!'",
    pattern: like,
    // It would look at every row.
    compares_rows: false,
    upsert: |_, columns| {
        // MariaDB knows no other way to write it.
        let sets: Vec<_> = columns.iter().map(|column| format!("{column} = VALUES({column})")).collect();
        format!(" ON DUPLICATE KEY UPDATE {}", sets.join(", "))
    },
    latest: "FOR UPDATE",
    contains: |column| format!("INSTR({column}, ?) > 0"),
    ranges: None,
    parts: Parts::Nothing,
    plans_each_time: true,
};

async fn insert(transaction: &mut sqlx::Transaction<'static, MySql>, sql: &'static str, values: &[Value<'_>]) -> sqlx::Result<i64> {
    let done = query(text(sql), values)?.execute(&mut **transaction).await?;
    i64::try_from(done.last_insert_id()).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// Too many connections, access, missing databases, shutdown, trouble on the wire, waits for locks, deadlocks, read-only servers, time
/// limits, full disks.
fn is_transient(error: &dyn DatabaseError) -> bool {
    const NUMBERS: [u16; 22] = [
        1021, 1040, 1041, 1044, 1045, 1049, 1053, 1114, 1129, 1130, 1158, 1159, 1160, 1161, 1203, 1205, 1213, 1290, 1317, 1792, 1836, 1969,
    ];
    error.try_downcast_ref::<MySqlDatabaseError>().is_some_and(|error| NUMBERS.contains(&error.number()))
}

pub(crate) async fn open(url: &str, shown: &str, options: &Options) -> Result<SqlStore, OpenError> {
    let mut at: MySqlConnectOptions = url.parse().map_err(|error: sqlx::Error| OpenError::url(shown, error))?;
    if !options.log_statements {
        at = at.disable_statement_logging();
    }
    let mut first = connect(shown, at.connect()).await?;
    migrate_locked(&mut first, shown).await?;
    // It has done its work, whatever becomes of the good-bye.
    let _ = first.close().await;
    // Whatever the server is set to: text that does not fit is refused and not cut off, all of a text has a part in its order (the longest has
    // a thousand signs), and reading sees one moment.
    let settings = format!(
        "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES'), max_sort_length = 4096, innodb_lock_wait_timeout = {}; \
         SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        options.patience.as_secs().max(1)
    );
    let pool = MySqlPoolOptions::new()
        .max_connections(options.max_connections.max(LEAST_CONNECTIONS))
        .acquire_timeout(options.acquire_timeout)
        .after_connect(move |connection, _| {
            let settings = AssertSqlSafe(settings.clone());
            Box::pin(async move { connection.execute(sqlx::raw_sql(settings)).await.map(|_| ()) })
        })
        .connect_lazy_with(at);
    Ok(SqlStore::new(Driver(pool), options.patience))
}

/// Migrates behind a lock of our own: sqlx asks for its lock with an endless wait, which MariaDB does not grant, and goes on without.
async fn migrate_locked(connection: &mut MySqlConnection, shown: &str) -> Result<(), OpenError> {
    let failed = |error: sqlx::Error| OpenError::migration(shown, error);
    // A name may have 64 signs, and MySQL has no MD5 any more.
    let lock = "SELECT COALESCE(GET_LOCK(CONCAT('spectacles ', LEFT(SHA2(DATABASE(), 256), 48)), 60), 0)";
    let locked: i64 = sqlx::query_scalar(lock).fetch_one(&mut *connection).await.map_err(failed)?;
    if locked != 1 {
        return Err(OpenError::migration(shown, "another process has been migrating it for a minute"));
    }
    // Released with the connection, which is closed after this.
    let outcome = sqlx::migrate!("migrations/mysql").run_direct(None, connection, false).await;
    // MySQL commits each statement by itself, and cannot take back what came before the one that failed.
    if let Err(MigrateError::Dirty(version)) = outcome {
        let what_to_do = "put back the copy of the database from before, and start again with enough room and time";
        let reason = format_args!("version {version} was broken off halfway, which MySQL cannot undo; {what_to_do}");
        return Err(OpenError::migration(shown, reason));
    }
    outcome.map_err(|error| OpenError::migration(shown, error))
}
