//! Pictures of users.

use super::call::Call;
use super::operation::{Operation, Outcome, Parameter, run};
use super::reply::Reply;
use super::topic::Topic;
use crate::avatar::{Crop, JPEG, LONGEST, PNG, Picture, SVG, identicon, make};
use bytes::Bytes;
use http::HeaderValue;
use serde_json::json;
use spectacles_core::model::AvatarSize;
use spectacles_core::name::UserName;

pub(crate) fn operations() -> Vec<Operation> {
    let pixels = |name, text: &str, least: u32| {
        Parameter::new(name, text).schema(json!({ "type": "integer", "minimum": least, "maximum": u32::MAX }))
    };
    vec![
        Operation::get("users.avatar.show", "/users/{user}/avatar", Topic::Users, "Show the picture of a user", run!(show))
            .text("Of oneself and of those one shares a group with; administrators and auditors see those of all. Who has none has one that is drawn from his name.")
            .parameter(Parameter::new("size", "How many pixels wide; 30, where nothing is said.").schema(json!({ "type": "integer", "enum": [30, 60, 150] })))
            .answers_picture(&[PNG, SVG]),
        Operation::put("users.avatar.set", "/users/{user}/avatar", Topic::Users, "Give a user another picture", run!(set))
            .text("Up to 1 MB and 4096 by 4096 pixels, of which a square is kept. Users do so for themselves, administrators for anybody.")
            .parameter(pixels("x", "Where the square begins on the left; such that it is in the middle, where nothing is said.", 0))
            .parameter(pixels("y", "Where the square begins at the top; such that it is in the middle, where nothing is said.", 0))
            .parameter(pixels("size", "How wide the square is; the largest there is, where nothing is said.", 1))
            .takes_picture(&[PNG, JPEG], LONGEST),
        Operation::delete("users.avatar.delete", "/users/{user}/avatar", Topic::Users, "Take the picture of a user away", run!(delete))
            .text("What is shown from then on is drawn from his name."),
    ]
}

async fn show(call: Call<'_>) -> Outcome {
    let name: UserName = call.part("user")?;
    let size: AvatarSize = call.parameter("size")?.unwrap_or(AvatarSize::Small);
    let picture = match call.member.users().avatar(&name, size).await? {
        Some(found) => Picture { media: HeaderValue::from_static(PNG), bytes: found.png, tag: found.tag },
        None => identicon(&name),
    };
    Ok(Reply::Picture(picture))
}

async fn set(call: Call<'_>) -> Outcome {
    let name: UserName = call.part("user")?;
    let crop = Crop { x: call.parameter("x")?, y: call.parameter("y")?, size: call.parameter("size")? };
    // Nobody makes this server work for what he may not do.
    call.member.users().check_avatar(&name).await?;
    let avatar = make(Bytes::copy_from_slice(call.body), crop).await?;
    call.member.users().set_avatar(&name, &avatar).await?;
    Ok(Reply::Nothing)
}

async fn delete(call: Call<'_>) -> Outcome {
    let name: UserName = call.part("user")?;
    call.member.users().remove_avatar(&name).await?;
    Ok(Reply::Nothing)
}
