//! What of a registry managers may not choose.

use super::actor::{Answers, Standing};
use super::search::is_host_of;
use super::{Error, connection, sight};
use crate::id::RegistryId;
use crate::model::{Anonymous, Connection, NewRegistry, Policy, Registry};
use crate::name::{RegistryUrl, ServiceName};
use crate::store::ReadTx;

/// What decides who may do what.
type Decisive = (bool, Anonymous, Policy, bool);

/// As registries are unless somebody chose otherwise: enabled, without anonymous pull, both policies, restricted.
const USUAL: Decisive = (true, Anonymous::Off, Policy::Both, true);

fn decisive(registry: &Registry) -> Decisive {
    (registry.enabled, registry.anonymous, registry.policy, registry.restricted)
}

/// Refuses to let a manager choose when he registers what he may not change: he could delete a registry, and register it anew. One that is not
/// enabled yet does nobody any harm. Nor may he have this server speak to itself.
pub(super) fn check_new(standing: &Standing, new: &NewRegistry) -> Result<(), Error> {
    connection::check(standing, &Connection::default(), &new.connection)?;
    if matches!(standing, Standing::Own(_)) && new.url.is_local() {
        return Err(Error::Denied(format!(
            "`{}` is the machine of this server itself, where more may answer than registries: only an administrator may register one there",
            new.url
        )));
    }
    check_chosen(standing, (true, new.anonymous, new.policy, new.restricted) != USUAL)
}

/// Refuses to let a manager change what decides about the rights of others, or which registry it is, or where it is: whoever is there gets tokens
/// of this server.
pub(super) fn check_set(standing: &Standing, before: &Registry, after: &Registry) -> Result<(), Error> {
    connection::check(standing, &before.connection, &after.connection)?;
    if matches!(standing, Standing::Own(_)) && before.url != after.url {
        return Err(connection::denied());
    }
    check_chosen(standing, decisive(before) != decisive(after) || before.service != after.service)
}

/// Refuses to let a manager take the host of a registry that is there: clients that only say the host would be told of his.
pub(super) async fn check_hosts(
    tx: &mut dyn ReadTx,
    standing: &Standing,
    own: Option<RegistryId>,
    urls: [Option<&RegistryUrl>; 2],
) -> Result<(), Error> {
    const PAGE: u32 = 500;
    if matches!(standing, Standing::Everything) {
        return Ok(());
    }
    let mut after: Option<ServiceName> = None;
    loop {
        let page = tx.registries(after.as_ref(), PAGE).await?;
        for registry in page.iter().filter(|registry| Some(registry.id) != own) {
            let theirs = [Some(&registry.url), registry.external_url.as_ref()];
            if let Some(url) =
                urls.into_iter().flatten().find(|url| theirs.into_iter().flatten().any(|theirs| is_host_of(theirs, url.host())))
            {
                return Err(Error::Conflict(format!(
                    "there is a registry at `{}` already: only an administrator may register another one of the same host and port",
                    url.host()
                )));
            }
        }
        if page.len() < PAGE as usize {
            return Ok(());
        }
        after = page.into_iter().last().map(|last| last.service);
    }
}

fn check_chosen(standing: &Standing, chosen: bool) -> Result<(), Error> {
    match standing {
        Standing::Own(_) if chosen => Err(Error::Denied(
            "only an administrator may choose the service, the policy, whether pushing is restricted, what is anonymous, and whether a \
             registry is enabled"
                .to_owned(),
        )),
        Standing::Own(_) | Standing::Everything => Ok(()),
    }
}

/// Refuses to let a manager delete a registry that is not his alone. Whoever deletes one may register it again, with his own group to answer
/// for it and everything as usual.
pub(super) async fn check_delete(tx: &mut dyn ReadTx, standing: &Standing, answers: Answers, registry: &Registry) -> Result<(), Error> {
    let Standing::Own(person) = standing else { return Ok(()) };
    answers.check_end(None)?;
    if decisive(registry) != USUAL
        || connection::is_chosen(&registry.connection)
        || sight::others_on(tx, registry.id, person.user.id).await?
    {
        return Err(Error::Denied(format!(
            "only an administrator may delete registry `{}`: somebody else has namespaces on it, or its settings were chosen by an administrator",
            registry.service
        )));
    }
    Ok(())
}
