//! `spectacles user avatar`

use super::context::Context;
use crate::failure::Failure;
use spectacles_core::model::AvatarSize;
use spectacles_core::name::UserName;
use std::path::PathBuf;

#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["from", "remove", "to"]))]
pub(crate) struct Args {
    /// Whose
    name: UserName,
    /// Give him this picture: a PNG or a JPEG of up to 1 MB and 4096 by 4096 pixels
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Where the square that is kept begins on the left, in pixels [default: such that it is in the middle]
    #[arg(long, requires = "from", value_name = "PIXELS")]
    x: Option<u32>,
    /// Where it begins at the top [default: such that it is in the middle]
    #[arg(long, requires = "from", value_name = "PIXELS")]
    y: Option<u32>,
    /// How wide it is [default: the largest there is]; with --to 30, 60 or 150, how wide the picture is [default: 150]
    #[arg(long, conflicts_with = "remove", value_name = "PIXELS")]
    size: Option<u32>,
    /// Take his picture away; from then on one is shown that is drawn from his name
    #[arg(long)]
    remove: bool,
    /// Write his picture to this file: a PNG, or an SVG where he has none
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

pub(super) async fn run(args: Args, context: &Context<'_>) -> Result<(), Failure> {
    let Args { name, from, x, y, size, remove: _, to } = args;
    if let Some(file) = from {
        let failed = |error| Failure::failed(format!("{} cannot be read: {error}", file.display()));
        let picture = tokio::fs::read(&file).await.map_err(failed)?;
        context.client().set_avatar(&name, picture, (x, y), size).await?;
        return context.done(&format!("gave user {name} another picture"));
    }
    if let Some(file) = to {
        let size = size.map_or(Ok(AvatarSize::Large), |size| size.to_string().parse());
        let size = size.map_err(|error| Failure::usage(format!("--size: {error}")))?;
        let picture = context.client().avatar(&name, size).await?;
        let failed = |error| Failure::failed(format!("{} cannot be written: {error}", file.display()));
        tokio::fs::write(&file, &picture).await.map_err(failed)?;
        return context.done(&format!("wrote the picture of user {name} to {}", file.display()));
    }
    context.client().remove_avatar(&name).await?;
    context.done(&format!("took the picture of user {name} away"))
}
