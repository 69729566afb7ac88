//! SQLite.

use super::backend::{Backend, Cell, Mode, Row, Session, Value};
use super::driver::driver;
use super::spelling::{Parts, Spelling, on_conflict};
use super::{LEAST_CONNECTIONS, SqlStore, error};
use crate::open::{OpenError, Options};
use spectacles_core::store::StoreError;
use sqlx::error::DatabaseError;
use sqlx::sqlite::{Sqlite, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqlSafeStr, SqlStr};
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The snapshot is made by the first query, not here.
const READ: &str = "BEGIN DEFERRED";
/// Takes the lock for writing at once: a reader that turns into a writer may be refused without waiting.
const WRITE: &str = "BEGIN IMMEDIATE";

driver!(Sqlite);

fn text(sql: &'static str) -> SqlStr {
    sql.into_sql_str()
}

fn put_together(sql: String) -> SqlStr {
    AssertSqlSafe(sql).into_sql_str()
}

static SPELLING: Spelling = Spelling {
    kind: "SQLite",
    about: "SELECT sqlite_version(), CAST(page_count * page_size AS INTEGER) FROM pragma_page_count(), pragma_page_size()",
    name: |column| column.to_owned(),
    text: |column| format!("COALESCE({column}, '')"),
    // LIKE would not tell upper from lower case.
    fits: "GLOB ?",
    pattern: |pieces| {
        pieces.iter().map(|piece| piece.replace('[', "[[]").replace('*', "[*]").replace('?', "[?]")).collect::<Vec<_>>().join("*")
    },
    compares_rows: true,
    upsert: on_conflict,
    // Nobody else writes meanwhile.
    latest: "",
    contains: |column| format!("instr({column}, ?) > 0"),
    // A cross join is in the order in which it is written.
    ranges: Some(|called| {
        let ranges = "(SELECT json_extract(value, '$[0]') AS on_registry, json_extract(value, '$[1]') AS low, \
                      json_extract(value, '$[2]') AS high FROM json_each(?)) AS ranges";
        let within = format!("{called}.registry_id = ranges.on_registry AND {called}.name >= ranges.low AND {called}.name < ranges.high");
        (format!("{ranges} CROSS JOIN repositories AS {called}"), within)
    }),
    parts: Parts::Table,
    plans_each_time: false,
};

async fn insert(transaction: &mut sqlx::Transaction<'static, Sqlite>, sql: &'static str, values: &[Value<'_>]) -> sqlx::Result<i64> {
    Ok(query(text(sql), values)?.execute(&mut **transaction).await?.last_insert_rowid())
}

/// The primary result codes PERM, BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN.
fn is_transient(error: &dyn DatabaseError) -> bool {
    let code = error.code().and_then(|code| code.parse::<i32>().ok());
    code.is_some_and(|code| [3, 5, 6, 7, 8, 10, 13, 14].contains(&(code & 0xff)))
}

pub(crate) async fn open(path: &Path, shown: &str, options: &Options) -> Result<SqlStore, OpenError> {
    create(path).map_err(|error| OpenError::file(shown, path, &error))?;
    let mut at = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        // A change that was confirmed is there after a power failure. Costs one fsync a change, and changes are rare.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(options.patience);
    if !options.log_statements {
        at = at.disable_statement_logging();
    }
    // SQLite has no lock that lasts longer than a transaction, and sqlx therefore takes none.
    let lock = lock_beside(path).await.map_err(|error| OpenError::file(shown, path, &error))?;
    let mut first = at.connect().await.map_err(|error| OpenError::damaged(shown, path, error::reason(&error)))?;
    sqlx::migrate!("migrations/sqlite").run_direct(None, &mut first, false).await.map_err(|error| OpenError::migration(shown, error))?;
    first.close().await.map_err(|error| OpenError::migration(shown, error))?;
    drop(lock);
    let pool = SqlitePoolOptions::new()
        .max_connections(options.max_connections.max(LEAST_CONNECTIONS))
        .acquire_timeout(options.acquire_timeout)
        // There is no network in between that could forget a connection, and making one reads the whole schema.
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_lazy_with(at);
    let file = identity(path).map_err(|error| OpenError::file(shown, path, &error))?;
    Ok(SqlStore::new(Watched { driver: Driver(pool), path: path.to_owned(), file }, options.patience))
}

/// A database that is still the file at its path.
///
/// An open file outlives its name. When somebody puts a backup in its place, or removes it, we would go on with what nobody else sees: users
/// who were disabled since would still be let in.
struct Watched {
    driver: Driver,
    path: PathBuf,
    file: Identity,
}

#[async_trait::async_trait]
impl Backend for Watched {
    async fn begin(&self, mode: Mode) -> Result<Box<dyn Session>, StoreError> {
        match identity(&self.path) {
            Ok(file) if file == self.file => self.driver.begin(mode).await,
            Ok(_) => Err(StoreError::Unavailable(format!("{} was replaced by another file; start again", self.path.display()))),
            Err(error) => Err(StoreError::Unavailable(format!("{}: {error}", self.path.display()))),
        }
    }
}

/// What tells a file from another one of the same name: device and number, where the system has them.
type Identity = (u64, u64);

fn identity(path: &Path) -> io::Result<Identity> {
    let data = std::fs::metadata(path)?;
    #[cfg(unix)]
    return Ok((std::os::unix::fs::MetadataExt::dev(&data), std::os::unix::fs::MetadataExt::ino(&data)));
    #[cfg(not(unix))]
    return data.created().map(|_| (0, 0));
}

/// Makes an empty file that only its owner may read, when there is none: it will have hashes of passwords and private keys. SQLite gives
/// the files it puts beside it the same permissions.
fn create(path: &Path) -> io::Result<()> {
    match private().create_new(true).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        Err(_) => {
            warn_of_readers(path);
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}

fn warn_of_readers(path: &Path) {
    #[cfg(unix)]
    if std::fs::metadata(path).is_ok_and(|data| std::os::unix::fs::MetadataExt::mode(&data) & 0o077 != 0) {
        tracing::warn!(path = %path.display(), "others may read the database, with its password hashes and signing key: `chmod 600` it");
    }
}

fn private() -> OpenOptions {
    let mut options = File::options();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A lock that ends with the file, at the latest with the process. Its file stays: removing it would let two others lock two files.
async fn lock_beside(path: &Path) -> io::Result<File> {
    const ATTEMPTS: u32 = 600;
    let mut name = path.as_os_str().to_owned();
    name.push("-migration.lock");
    let file = private().create(true).truncate(false).open(name)?;
    for _ in 0..ATTEMPTS {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(100)).await,
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::TimedOut, "another process has been migrating it for a minute"))
}
