//! Reads the database of the original Spectacles, and changes nothing in it.

use crate::open::OpenError;
use crate::url::{DatabaseUrl, Target};
use spectacles_core::import::original::{ClaimRow, GroupRow, NamespaceRow, Pair, RegistryRow, Rows, UserRow};
use sqlx::{AssertSqlSafe, ColumnIndex, Connection as _, Database, Decode, Executor, IntoArguments, Row, Type};
use std::path::Path;

/// More of anything than one server of the original could have served.
const MOST_ROWS: usize = 1_000_000;

/// Why a database could not be read.
#[derive(Debug, thiserror::Error)]
pub enum OriginalError {
    /// It cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It is another program's.
    #[error("{database} is no database of the original Spectacles: {reason}")]
    Strange {
        /// The URL, without password.
        database: String,
        /// What is missing.
        reason: String,
    },
}

/// Reads everything that an import needs, from a file of SQLite or a `mysql://` URL.
///
/// # Errors
/// [`OriginalError`].
pub async fn read_original(source: &str) -> Result<Rows, OriginalError> {
    let source = if source.contains("://") { source.to_owned() } else { format!("sqlite:///{source}") };
    let url: DatabaseUrl = source.parse()?;
    let shown = url.to_string();
    let rows = match url.target() {
        Target::Sqlite(path) => sqlite(path, &shown).await?,
        Target::MySql(url) => mysql(url, &shown).await?,
        Target::Postgres(_) => {
            return Err(OpenError::Url(
                "is of PostgreSQL, which the original Spectacles did not use; name a file of SQLite, or a mysql:// URL".to_owned(),
            )
            .into());
        }
    };
    rows.map_err(|reason| OriginalError::Strange { database: shown, reason })
}

#[cfg(feature = "sqlite")]
async fn sqlite(path: &Path, shown: &str) -> Result<Result<Rows, String>, OpenError> {
    use sqlx::ConnectOptions as _;
    if let Err(error) = std::fs::File::open(path) {
        return Err(OpenError::file(shown, path, &error));
    }
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).read_only(true).disable_statement_logging();
    let mut connection = options.connect().await.map_err(|error| OpenError::damaged(shown, path, error))?;
    let rows = read(&mut connection).await;
    // It has done its work, whatever becomes of the good-bye.
    let _ = connection.close().await;
    Ok(rows)
}

#[cfg(not(feature = "sqlite"))]
async fn sqlite(_: &Path, _: &str) -> Result<Result<Rows, String>, OpenError> {
    Err(OpenError::NotCompiledIn("SQLite", "sqlite"))
}

#[cfg(feature = "mysql")]
async fn mysql(url: &str, shown: &str) -> Result<Result<Rows, String>, OpenError> {
    use sqlx::ConnectOptions as _;
    let options: sqlx::mysql::MySqlConnectOptions = url.parse().map_err(|error: sqlx::Error| OpenError::url(shown, error))?;
    let connected = options.disable_statement_logging().connect().await;
    let mut connection = connected.map_err(|error| OpenError::unreachable(shown, error))?;
    // One moment, and nothing is changed.
    let begin = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";
    let begun = connection.execute(begin).await.map(|_| ()).map_err(|error| OpenError::unreachable(shown, error));
    begun?;
    let rows = read(&mut connection).await;
    let _ = connection.close().await;
    Ok(rows)
}

#[cfg(not(feature = "mysql"))]
async fn mysql(_: &str, _: &str) -> Result<Result<Rows, String>, OpenError> {
    Err(OpenError::NotCompiledIn("MySQL", "mysql"))
}

/// What a table has, each row read by `make`.
async fn table<C, T>(
    connection: &mut C,
    name: &str,
    make: impl Fn(&Fields<'_, <C::Database as Database>::Row>) -> Result<T, String>,
) -> Result<Vec<T>, String>
where
    C: sqlx::Connection,
    for<'c> &'c mut C: Executor<'c, Database = C::Database>,
    <C::Database as Database>::Arguments: IntoArguments<C::Database>,
    for<'r> String: Decode<'r, C::Database> + Type<C::Database>,
    for<'r> i64: Decode<'r, C::Database> + Type<C::Database>,
    usize: ColumnIndex<<C::Database as Database>::Row>,
{
    // Both databases know back quotes, and `groups` is a word of MySQL.
    let sql = format!("SELECT * FROM `{name}` ORDER BY id LIMIT {}", MOST_ROWS + 1);
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut *connection).await.map_err(|error| format!("table {name}: {error}"))?;
    if rows.len() > MOST_ROWS {
        return Err(format!("table {name} has more than {MOST_ROWS} rows"));
    }
    rows.iter().map(|row| make(&Fields { table: name, row })).collect()
}

/// A row, by the names of its columns.
struct Fields<'r, R> {
    table: &'r str,
    row: &'r R,
}

impl<R: Row> Fields<'_, R>
where
    usize: ColumnIndex<R>,
    for<'r> String: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> i64: Decode<'r, R::Database> + Type<R::Database>,
{
    /// The place of a column, by one of its names: versions and their migrations did not always agree on one.
    fn place(&self, names: &[&str]) -> Result<usize, String> {
        use sqlx::Column as _;
        let found = self.row.columns().iter().find(|column| names.iter().any(|name| name.eq_ignore_ascii_case(column.name())));
        found.map(|column| column.ordinal()).ok_or_else(|| format!("table {} has no column {}", self.table, names.join(" or ")))
    }

    fn text(&self, names: &[&str]) -> Result<String, String> {
        let value: Option<String> = self.row.try_get(self.place(names)?).map_err(|error| format!("table {}: {error}", self.table))?;
        Ok(value.unwrap_or_default())
    }

    fn number(&self, names: &[&str]) -> Result<i64, String> {
        let value: Option<i64> = self.row.try_get(self.place(names)?).map_err(|error| format!("table {}: {error}", self.table))?;
        Ok(value.unwrap_or_default())
    }

    fn pair(&self, of: &[&str], who: &[&str]) -> Result<Pair, String> {
        Ok(Pair { of: self.number(of)?, who: self.number(who)? })
    }
}

async fn read<C>(connection: &mut C) -> Result<Rows, String>
where
    C: sqlx::Connection,
    for<'c> &'c mut C: Executor<'c, Database = C::Database>,
    <C::Database as Database>::Arguments: IntoArguments<C::Database>,
    for<'r> String: Decode<'r, C::Database> + Type<C::Database>,
    for<'r> i64: Decode<'r, C::Database> + Type<C::Database>,
    usize: ColumnIndex<<C::Database as Database>::Row>,
{
    const ID: &[&str] = &["id"];
    const USER: &[&str] = &["userid", "user_id", "usersid"];
    const GROUP: &[&str] = &["groupid", "group_id", "groupsid"];
    const NAMESPACE: &[&str] = &["namespaceid", "namespacesid", "namespace_id"];
    const CLAIM: &[&str] = &["claimsid", "claimid", "claims_id"];
    let users = table(connection, "users", |row| {
        Ok(UserRow {
            id: row.number(ID)?,
            name: row.text(&["username", "name"])?,
            email: row.text(&["email"])?,
            password: row.text(&["password", "password_hash", "passwordhash", "pwhash", "pw_hash"])?,
            status: row.number(&["status"])?,
            role: row.text(&["role"])?,
        })
    });
    let users = users.await?;
    let groups = table(connection, "groups", |row| {
        Ok(GroupRow { id: row.number(ID)?, name: row.text(&["name"])?, description: row.text(&["description"])? })
    });
    let groups = groups.await?;
    let registries = table(connection, "registry", |row| {
        let (uri, protocol) = (row.text(&["uri"])?, row.text(&["protocol"])?);
        Ok(RegistryRow { id: row.number(ID)?, uri, protocol, service: row.text(&["service_name", "servicename"])? })
    });
    let registries = registries.await?;
    let namespaces = table(connection, "namespaces", |row| {
        Ok(NamespaceRow {
            id: row.number(ID)?,
            name: row.text(&["name"])?,
            description: row.text(&["description"])?,
            owner: row.number(&["owner", "ownerid", "owner_id"])?,
            registry: row.number(&["registryid", "registry_id", "registry"])?,
            members_claim: row.text(&["P_claim"])?,
            groups_claim: row.text(&["G_claim"])?,
            others_claim: row.text(&["O_claim"])?,
        })
    });
    let namespaces = namespaces.await?;
    let claims = table(connection, "claims", |row| {
        Ok(ClaimRow { id: row.number(ID)?, claim: row.text(&["claim"])?, namespace: row.number(NAMESPACE)? })
    });
    let claims = claims.await?;
    let paths = table(connection, "repository", |row| row.text(&["path", "name"])).await?;
    let tags = table(connection, "tags", |_| Ok(())).await?.len();
    let activities = table(connection, "activity", |_| Ok(())).await?.len();
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    Ok(Rows {
        users,
        groups,
        members: table(connection, "groupmembers", |row| row.pair(GROUP, USER)).await?,
        registries,
        namespaces,
        namespace_members: table(connection, "namespacemembers", |row| row.pair(NAMESPACE, USER)).await?,
        namespace_groups: table(connection, "namespacegroups", |row| row.pair(NAMESPACE, GROUP)).await?,
        claims,
        claim_members: table(connection, "claimsmembers", |row| row.pair(CLAIM, USER)).await?,
        claim_groups: table(connection, "claimsgroups", |row| row.pair(CLAIM, GROUP)).await?,
        repositories: count(paths.len()),
        repository_paths: paths,
        tags: count(tags),
        activities: count(activities),
    })
}
