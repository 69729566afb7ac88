//! Reading bodies, but not for ever, and not without end.

use crate::problem::{Kind, Problem};
use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use std::error::Error as StdError;
use std::time::Duration;

/// How long a body may take to come.
const PATIENCE: Duration = Duration::from_secs(15);

/// A whole body of at most so many bytes.
pub(crate) async fn read<B>(body: B, longest: usize) -> Result<Bytes, Problem>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    // Whoever announces too much need not be waited for.
    if body.size_hint().lower() > longest as u64 {
        return Err(too_large(longest));
    }
    let body = std::pin::pin!(Limited::new(body, longest));
    match tokio::time::timeout(PATIENCE, body.collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large(longest)),
        Ok(Err(_)) => Err(Problem::new(Kind::Invalid, "the body could not be read to its end")),
        Err(_) => Err(Problem::new(Kind::Timeout, "the body did not come in time")),
    }
}

pub(crate) fn too_large(longest: usize) -> Problem {
    Problem::new(Kind::TooLarge, format!("the body is longer than {longest} bytes"))
}
