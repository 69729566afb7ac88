//! Where the chains of the audit trails begin and end: a table of two rows.

use super::backend::{Row, Session, broken};
use spectacles_core::audit::{Chain, ChainEnds};
use spectacles_core::store::StoreError;

const ENDS: &str = "SELECT before_first, first_link, last, last_link FROM chains WHERE name = ?";

async fn one_row(session: &mut dyn Session, sql: &'static str, chain: Chain) -> Result<Row, StoreError> {
    let rows = session.fetch_all(sql, &[chain.as_str().into()]).await?;
    rows.into_iter().next().ok_or_else(|| broken(format_args!("the table `chains` says nothing of {}", chain.as_str())))
}

/// The ends of a chain.
pub(super) async fn read(session: &mut dyn Session, chain: Chain) -> Result<ChainEnds, StoreError> {
    let mut row = one_row(session, ENDS, chain).await?;
    Ok(ChainEnds { before_first: row.integer()?, first_link: row.parsed()?, last: row.integer()?, last_link: row.parsed()? })
}

/// The ends of a chain, for a transaction that adds to it: the next place is free.
///
/// That goes without saying, unless somebody else has added rows: an older program that knows no chain, or whoever can write the database.
/// Such rows break the chain and are found when it is checked, but they must not keep everybody from changing anything.
pub(super) async fn read_to_append(session: &mut dyn Session, chain: Chain) -> Result<ChainEnds, StoreError> {
    let ends = read(session, chain).await?;
    let last = match chain {
        Chain::Changes => "SELECT MAX(id) FROM audit",
        Chain::Decisions => "SELECT MAX(id) FROM decisions",
    };
    let there = match session.fetch_all(last, &[]).await?.into_iter().next() {
        Some(mut row) => row.optional_integer()?,
        None => None,
    };
    Ok(ChainEnds { last: there.map_or(ends.last, |there| there.max(ends.last)), ..ends })
}

/// Stores the ends of a chain.
pub(super) async fn store(session: &mut dyn Session, chain: Chain, ends: &ChainEnds) -> Result<(), StoreError> {
    let sql = "UPDATE chains SET before_first = ?, first_link = ?, last = ?, last_link = ? WHERE name = ?";
    let (first_link, last_link) = (ends.first_link.to_string(), ends.last_link.to_string());
    let values = [ends.before_first.into(), first_link.as_str().into(), ends.last.into(), last_link.as_str().into(), chain.as_str().into()];
    session.execute(sql, &values).await.map(|_| ())
}

/// Locks the row of a chain until the end of the transaction: from here on nobody else adds to it. The first statement, so that what the
/// transaction then sees is the latest state.
pub(super) async fn lock(session: &mut dyn Session, chain: Chain) -> Result<(), StoreError> {
    match session.execute("UPDATE chains SET last = last WHERE name = ?", &[chain.as_str().into()]).await? {
        1 => Ok(()),
        _ => Err(broken(format_args!("the table `chains` says nothing of {}", chain.as_str()))),
    }
}
