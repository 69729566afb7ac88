//! Groups that have to do with apps and registries: those that answer for them, and those they are published to.

use super::call::Call;
use super::operation::{Operation, Outcome, Parameter, run};
use super::reply::Reply;
use super::topic::Topic;
use crate::problem::{Kind, Problem};
use crate::resources::{AddGroups, End, RelatedGroup};
use serde_json::json;
use spectacles_core::model::Relation;
use spectacles_core::name::{AppName, GroupName, ServiceName};
use spectacles_core::service::{Member, Related};
use spectacles_core::time::Timestamp;

/// What groups have to do with.
trait Whole: 'static {
    /// The groups that whoever calls may know of.
    fn show(call: Call<'_>) -> impl Future<Output = Result<Related, Problem>> + Send;

    /// Puts groups into a relation: all of them, or none.
    fn relate(
        call: Call<'_>,
        member: Member<'_>,
        relation: Relation,
        groups: Vec<GroupName>,
        until: Option<Timestamp>,
    ) -> impl Future<Output = Result<Related, Problem>> + Send;

    /// Takes groups out of a relation: all of them, or none.
    fn unrelate(call: Call<'_>, relation: Relation, groups: Vec<GroupName>) -> impl Future<Output = Result<Related, Problem>> + Send;
}

enum App {}

impl Whole for App {
    async fn show(call: Call<'_>) -> Result<Related, Problem> {
        let name: AppName = call.part("app")?;
        Ok(call.member.apps().show(&name).await?.related)
    }

    async fn relate(
        call: Call<'_>,
        member: Member<'_>,
        relation: Relation,
        groups: Vec<GroupName>,
        until: Option<Timestamp>,
    ) -> Result<Related, Problem> {
        let name: AppName = call.part("app")?;
        Ok(member.apps().relate(&name, relation, &groups, until).await?.related)
    }

    async fn unrelate(call: Call<'_>, relation: Relation, groups: Vec<GroupName>) -> Result<Related, Problem> {
        let name: AppName = call.part("app")?;
        Ok(call.member.apps().unrelate(&name, relation, &groups).await?.related)
    }
}

enum Registry {}

impl Whole for Registry {
    async fn show(call: Call<'_>) -> Result<Related, Problem> {
        let service: ServiceName = call.part("registry")?;
        Ok(call.member.registries().show(&service).await?.related)
    }

    async fn relate(
        call: Call<'_>,
        member: Member<'_>,
        relation: Relation,
        groups: Vec<GroupName>,
        until: Option<Timestamp>,
    ) -> Result<Related, Problem> {
        let service: ServiceName = call.part("registry")?;
        Ok(member.registries().relate(&service, relation, &groups, until).await?.related)
    }

    async fn unrelate(call: Call<'_>, relation: Relation, groups: Vec<GroupName>) -> Result<Related, Problem> {
        let service: ServiceName = call.part("registry")?;
        Ok(call.member.registries().unrelate(&service, relation, &groups).await?.related)
    }
}

/// What they have to do with it.
trait How: 'static {
    const RELATION: Relation;
}

enum Responsible {}

impl How for Responsible {
    const RELATION: Relation = Relation::Responsible;
}

enum Publication {}

impl How for Publication {
    const RELATION: Relation = Relation::Publication;
}

/// The operations of one relation of one kind of things.
macro_rules! relation {
    ($whole:ty, $how:ty, $topic:expr, $things:literal, $thing:literal, $relation:literal, $groups:literal, $begin:literal, $end:literal) => {
        [
            Operation::get(
                concat!($things, ".", $relation, ".list"),
                concat!("/", $things, "/{", $thing, "}/", $relation),
                $topic,
                concat!("List the groups ", $groups),
                run!(list::<$whole, $how>),
            )
            .answers_all::<RelatedGroup>(),
            Operation::post(
                concat!($things, ".", $relation, ".add"),
                concat!("/", $things, "/{", $thing, "}/", $relation),
                $topic,
                concat!($begin, " several groups"),
                run!(add::<$whole, $how>),
            )
            .text("All of them, or none. Of those that are there already, the end is changed. Answers with all of them.")
            .takes::<AddGroups>(json!({ "groups": ["devs", "ops"] }))
            .answers_all::<RelatedGroup>(),
            Operation::delete(
                concat!($things, ".", $relation, ".remove"),
                concat!("/", $things, "/{", $thing, "}/", $relation),
                $topic,
                concat!($end, " several groups"),
                run!(remove::<$whole, $how>),
            )
            .text("All of them, or none.")
            .parameter(
                Parameter::new("group", "Which; repeated for several.").of::<GroupName>().required().repeated(),
            ),
            Operation::get(
                concat!($things, ".", $relation, ".show"),
                concat!("/", $things, "/{", $thing, "}/", $relation, "/{group}"),
                $topic,
                concat!("Show a group ", $groups),
                run!(show::<$whole, $how>),
            )
            .answers::<RelatedGroup>(),
            Operation::put(
                concat!($things, ".", $relation, ".set"),
                concat!("/", $things, "/{", $thing, "}/", $relation, "/{group}"),
                $topic,
                concat!($begin, " a group"),
                run!(set::<$whole, $how>),
            )
            .text("Of one that is there already, the end is changed.")
            .takes::<End>(json!({ "until": "2030-01-01T00:00:00Z" }))
            .answers::<RelatedGroup>(),
            Operation::delete(
                concat!($things, ".", $relation, ".delete"),
                concat!("/", $things, "/{", $thing, "}/", $relation, "/{group}"),
                $topic,
                concat!($end, " a group"),
                run!(delete::<$whole, $how>),
            ),
        ]
    };
}

pub(crate) fn of_apps() -> Vec<Operation> {
    #[rustfmt::skip]
    let relations = [
        relation!(App, Responsible, Topic::Apps, "apps", "app", "responsibles",
            "that answer for an app", "Make responsible for an app:", "Make responsible for an app no more:"),
        relation!(App, Publication, Topic::Apps, "apps", "app", "publications",
            "that an app is published to", "Publish an app to", "Publish an app no more to"),
    ];
    relations.into_iter().flatten().collect()
}

pub(crate) fn of_registries() -> Vec<Operation> {
    #[rustfmt::skip]
    let relations = [
        relation!(Registry, Responsible, Topic::Registries, "registries", "registry", "responsibles",
            "that answer for a registry", "Make responsible for a registry:", "Make responsible for a registry no more:"),
        relation!(Registry, Publication, Topic::Registries, "registries", "registry", "publications",
            "that a registry is published to", "Publish a registry to", "Publish a registry no more to"),
    ];
    relations.into_iter().flatten().collect()
}

async fn list<W: Whole, H: How>(call: Call<'_>) -> Outcome {
    Reply::all(RelatedGroup::all(&W::show(call).await?, H::RELATION))
}

async fn add<W: Whole, H: How>(call: Call<'_>) -> Outcome {
    let AddGroups { groups, until } = call.body()?;
    let once = call.once("groups");
    let related = W::relate(call, call.member_once(once.as_ref()), H::RELATION, groups, until).await?;
    Reply::all(RelatedGroup::all(&related, H::RELATION))
}

async fn remove<W: Whole, H: How>(call: Call<'_>) -> Outcome {
    W::unrelate(call, H::RELATION, call.several("group")?).await?;
    Ok(Reply::Nothing)
}

async fn show<W: Whole, H: How>(call: Call<'_>) -> Outcome {
    one::<H>(call, &W::show(call).await?)
}

async fn set<W: Whole, H: How>(call: Call<'_>) -> Outcome {
    let End { until } = call.body()?;
    let related = W::relate(call, call.member, H::RELATION, vec![call.part("group")?], until).await?;
    one::<H>(call, &related)
}

async fn delete<W: Whole, H: How>(call: Call<'_>) -> Outcome {
    W::unrelate(call, H::RELATION, vec![call.part("group")?]).await?;
    Ok(Reply::Nothing)
}

/// The group that the path names.
fn one<H: How>(call: Call<'_>, related: &Related) -> Outcome {
    let group: GroupName = call.part("group")?;
    let missing = || {
        let what = match H::RELATION {
            Relation::Responsible => "among those that answer for it",
            Relation::Publication => "among those it is published to",
        };
        Problem::new(Kind::NotFound, format!("there is no group `{group}` {what}"))
    };
    Reply::one(&RelatedGroup::all(related, H::RELATION).into_iter().find(|one| one.group == group).ok_or_else(missing)?)
}
