//! What a database tells of itself.

use super::backend::{Session, broken};
use spectacles_core::model::{HeldLease, StoreState};
use spectacles_core::store::StoreError;

pub(super) async fn describe(session: &mut dyn Session) -> Result<StoreState, StoreError> {
    let spelling = session.spelling();
    let mut rows = session.fetch_all(spelling.about, &[]).await?;
    let mut about = rows.pop().ok_or_else(|| broken("the database says nothing of itself"))?;
    let (version, bytes) = (about.text()?, about.optional_integer()?);
    let mut migration = session.fetch_all("SELECT MAX(version) FROM _sqlx_migrations", &[]).await?;
    let migration = migration.pop().map(|mut row| row.optional_integer()).transpose()?.flatten();
    let rows = session.fetch_all("SELECT name, holder, expires FROM leases ORDER BY name", &[]).await?;
    let leases = rows.into_iter().map(|mut row| Ok(HeldLease { name: row.text()?, holder: row.text()?, until: row.timestamp()? }));
    let number = |number: i64| u64::try_from(number).ok();
    // MariaDB says what it is where it says its version.
    let kind = if version.contains("MariaDB") { "MariaDB" } else { spelling.kind };
    Ok(StoreState {
        kind: kind.to_owned(),
        version,
        bytes: bytes.and_then(number),
        migration: migration.and_then(number),
        leases: leases.collect::<Result<_, StoreError>>()?,
    })
}
