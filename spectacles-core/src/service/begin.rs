//! How a change begins: who may begin one at all, and what must not have happened before.

use super::Error;
use super::actor::{Actor, Person, Power, Standing};
use super::change::Change;
use crate::store::{ReadTx, Revision};

impl Actor<'_> {
    /// Begins a change that is for administrators to make. A use case that says nothing else is for nobody else.
    pub(super) async fn change(self) -> Result<Change, Error> {
        let (change, standing) = self.change_own().await?;
        standing.check_everything()?;
        Ok(change)
    }

    /// Begins a change of which the use case says whether it is somebody's to make. Auditors make none.
    pub(super) async fn change_own(self) -> Result<(Change, Standing), Error> {
        let (change, standing) = self.change_oneself().await?;
        standing.check_no_auditor()?;
        Ok((change, standing))
    }

    /// Begins a change of what concerns nobody but whoever makes it, which auditors do, too.
    pub(super) async fn change_oneself(self) -> Result<(Change, Standing), Error> {
        let mut change = self.administration.change(self.name).await?;
        let standing = self.standing_to_change(change.tx.as_mut()).await?;
        let at = change.at;
        self.check_once(change.tx.as_mut(), at).await?;
        change.once = self.once.cloned();
        if let Some(expected) = self.expected {
            // The transaction itself has raised it already.
            let before = change.tx.revision().await?.0.saturating_sub(1);
            if expected != Revision(before) {
                return Err(Error::Moved);
            }
        }
        Ok((change, standing))
    }

    /// Says what somebody may change, where a registry has to be asked before anything is written. Auditors change nothing.
    pub(super) async fn check_change(self, tx: &mut dyn ReadTx) -> Result<Standing, Error> {
        if let Some(expected) = self.expected
            && expected != tx.revision().await?
        {
            return Err(Error::Moved);
        }
        let standing = self.standing_to_change(tx).await?;
        standing.check_no_auditor()?;
        Ok(standing)
    }

    /// Begins a change that shows what it would lead to and never lasts: whoever may read everything may ask for it.
    pub(super) async fn trial(self) -> Result<Change, Error> {
        let mut change = self.administration.change(self.name).await?;
        self.check_reader(change.tx.as_mut()).await?;
        Ok(change)
    }

    /// Refuses whoever is no administrator now, where nothing is begun yet.
    pub(super) async fn check_administrator(self, tx: &mut dyn ReadTx) -> Result<(), Error> {
        self.standing_to_change(tx).await?.check_everything()
    }

    /// What he may change now. The proof of an administrator is older than the transaction: it counts as long as it is true.
    pub(super) async fn standing_to_change(self, tx: &mut dyn ReadTx) -> Result<Standing, Error> {
        match self.power {
            Power::Machine => Ok(Standing::Everything),
            Power::Administrator(name) => {
                let user = tx.user_named(name).await?;
                if !user.is_some_and(|user| user.enabled && user.admin) {
                    return Err(Error::Denied(format!("`{name}` is no administrator any more")));
                }
                Ok(Standing::Everything)
            }
            Power::Member { name, address } => {
                let person = self.person(tx, name, address).await?;
                Ok(if person.user.admin { Standing::Everything } else { Standing::Own(person) })
            }
        }
    }
}

impl Standing {
    /// Refuses whoever has only what is his.
    pub(super) fn check_everything(&self) -> Result<(), Error> {
        self.check_no_auditor()?;
        match self {
            Self::Everything => Ok(()),
            Self::Own(_) => Err(Error::Denied("only an administrator may do this".to_owned())),
        }
    }

    pub(super) fn check_no_auditor(&self) -> Result<(), Error> {
        match self {
            Self::Own(Person { user, .. }) if user.auditor => {
                Err(Error::Denied(format!("`{}` is an auditor, who reads everything and changes nothing", user.name)))
            }
            Self::Own(_) | Self::Everything => Ok(()),
        }
    }
}
