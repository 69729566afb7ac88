//! Groups and their members.

use super::call::Call;
use super::operation::{Operation, Outcome, Parameter, run};
use super::pages;
use super::path::segment;
use super::reply::Reply;
use super::topic::Topic;
use crate::problem::{Kind, Problem};
use crate::resources::{AddMembers, End, Membership};
use serde_json::json;
use spectacles_core::listing::GroupField;
use spectacles_core::name::{GroupName, UserName};
use spectacles_core::service::{CreateGroup, GroupChanges, GroupView};

pub(crate) fn operations() -> Vec<Operation> {
    const TOPIC: Topic = Topic::Groups;
    vec![
        Operation::get("groups.list", "/groups", TOPIC, "List groups", run!(list))
            .text("Administrators and auditors see all of them, others those they are in.")
            .lists::<GroupView, GroupField>(),
        Operation::post("groups.create", "/groups", TOPIC, "Create a group", run!(create))
            .text(
                "The slug is what repository names call it: `groups/<slug>/...`. It is the name, where nothing is said and it can be one.",
            )
            .takes::<CreateGroup>(json!({ "name": "devs", "description": "Those who build" }))
            .creates::<GroupView>(),
        Operation::get("groups.show", "/groups/{group}", TOPIC, "Show a group", run!(show)).answers::<GroupView>(),
        Operation::patch("groups.change", "/groups/{group}", TOPIC, "Change a group", run!(change))
            .text("What is left out stays; `null` removes.")
            .takes::<GroupChanges>(json!({ "description": "Those who build and run" }))
            .answers::<GroupView>(),
        Operation::delete("groups.delete", "/groups/{group}", TOPIC, "Delete a group", run!(delete))
            .text("With it go its rights on namespaces, and whatever else it has to do with."),
        Operation::get("groups.members.list", "/groups/{group}/members", TOPIC, "List the members of a group", run!(members))
            .answers_all::<Membership>(),
        Operation::post("groups.members.add", "/groups/{group}/members", TOPIC, "Put several users into a group", run!(add_all))
            .text("All of them, or none. Of those who are in it already, the end is changed. Answers with all members.")
            .takes::<AddMembers>(json!({ "users": ["alice", "bob"] }))
            .answers_all::<Membership>(),
        Operation::delete("groups.members.remove", "/groups/{group}/members", TOPIC, "Take several users out of a group", run!(remove_all))
            .text("All of them, or none.")
            .parameter(Parameter::new("user", "Who; repeated for several.").of::<UserName>().required().repeated()),
        Operation::get("groups.members.show", "/groups/{group}/members/{user}", TOPIC, "Show a member of a group", run!(member))
            .answers::<Membership>(),
        Operation::put("groups.members.set", "/groups/{group}/members/{user}", TOPIC, "Put a user into a group", run!(add))
            .text("Of a user who is in it already, the end is changed.")
            .takes::<End>(json!({ "until": "2030-01-01T00:00:00Z" }))
            .answers::<Membership>(),
        Operation::delete("groups.members.delete", "/groups/{group}/members/{user}", TOPIC, "Take a user out of a group", run!(remove)),
    ]
}

async fn list(call: Call<'_>) -> Outcome {
    let listing = pages::listing::<GroupField>(&call)?;
    let groups = call.member.groups();
    pages::reply(&call, groups.page(&listing).await?, groups.count(&listing)).await
}

async fn create(call: Call<'_>) -> Outcome {
    let group: CreateGroup = call.body()?;
    let location = format!("groups/{}", segment(group.name.as_str()));
    let once = call.once(&location);
    let name = group.name.clone();
    call.member_once(once.as_ref()).groups().create(group).await?;
    Reply::created(location, &call.member.groups().show(&name).await?)
}

async fn show(call: Call<'_>) -> Outcome {
    Reply::one(&group(&call).await?)
}

async fn change(call: Call<'_>) -> Outcome {
    let name: GroupName = call.part("group")?;
    let changes: GroupChanges = call.body()?;
    let changed = call.member.groups().set(&name, changes).await?;
    Reply::one(&call.member.groups().show(&changed.name).await?)
}

async fn delete(call: Call<'_>) -> Outcome {
    let name: GroupName = call.part("group")?;
    call.member.groups().delete(&name).await?;
    Ok(Reply::Nothing)
}

async fn members(call: Call<'_>) -> Outcome {
    Reply::all(Membership::all(&group(&call).await?))
}

async fn member(call: Call<'_>) -> Outcome {
    membership(&call, &group(&call).await?)
}

async fn add(call: Call<'_>) -> Outcome {
    let (name, user): (GroupName, UserName) = (call.part("group")?, call.part("user")?);
    let End { until } = call.body()?;
    let view = call.member.groups().add(&name, &[user], until).await?;
    membership(&call, &view)
}

async fn remove(call: Call<'_>) -> Outcome {
    let (name, user): (GroupName, UserName) = (call.part("group")?, call.part("user")?);
    call.member.groups().remove(&name, &[user]).await?;
    Ok(Reply::Nothing)
}

async fn add_all(call: Call<'_>) -> Outcome {
    let name: GroupName = call.part("group")?;
    let AddMembers { users, until } = call.body()?;
    let once = call.once("members");
    let view = call.member_once(once.as_ref()).groups().add(&name, &users, until).await?;
    Reply::all(Membership::all(&view))
}

async fn remove_all(call: Call<'_>) -> Outcome {
    let name: GroupName = call.part("group")?;
    let users: Vec<UserName> = call.several("user")?;
    call.member.groups().remove(&name, &users).await?;
    Ok(Reply::Nothing)
}

async fn group(call: &Call<'_>) -> Result<GroupView, Problem> {
    let name: GroupName = call.part("group")?;
    Ok(call.member.groups().show(&name).await?)
}

fn membership(call: &Call<'_>, group: &GroupView) -> Outcome {
    let user: UserName = call.part("user")?;
    let missing = || Problem::new(Kind::NotFound, format!("there is no member `{user}` of group `{}`", group.group.name));
    Reply::one(&Membership::all(group).into_iter().find(|one| one.user == user).ok_or_else(missing)?)
}
