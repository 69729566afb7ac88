//! Who is there.

use super::session::Session;
use super::{challenge, trouble};
use http::header::WWW_AUTHENTICATE;
use http::{Method, StatusCode};
use spectacles_core::registry::{ClientError, Ping};

impl Session {
    pub(super) async fn ping(&self) -> Result<Ping, ClientError> {
        let mut ask = self.ask(Method::GET, "v2/", Vec::new())?;
        ask.anonymous = true;
        let reply = self.send(&ask).await?;
        let challenges = reply.headers.get_all(WWW_AUTHENTICATE).iter();
        let challenge = challenges.filter_map(|value| challenge::parse(value.to_str().ok()?)).next();
        let api_version = reply.header("docker-distribution-api-version").map(spectacles_core::name::excerpt);
        let ping = Ping { challenge, admitted: false, refusal: None, api_version };
        match reply.status {
            StatusCode::OK => return Ok(Ping { admitted: true, ..ping }),
            StatusCode::UNAUTHORIZED => {}
            _ => return Err(trouble::refused(&ask.what(), &reply)),
        }
        if !self.credentials.exist() {
            return Ok(Ping { refusal: Some(trouble::refused(&ask.what(), &reply).reason), ..ping });
        }
        ask.anonymous = false;
        let reply = self.send(&ask).await?;
        match reply.status {
            StatusCode::OK => Ok(Ping { admitted: true, ..ping }),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                Ok(Ping { refusal: Some(trouble::refused(&ask.what(), &reply).reason), ..ping })
            }
            _ => Err(trouble::refused(&ask.what(), &reply)),
        }
    }
}
