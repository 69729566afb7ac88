//! Links by which people set a new password.

use secrecy::{ExposeSecret as _, SecretString};

/// Where the page is, below the root.
pub(crate) const PAGE: &str = "/reset";

/// The link for somebody with this code, on a server at this address. Browsers keep what is behind the `#` to themselves: it is in no log and goes
/// through no proxy.
pub fn reset_link(address: &str, code: &SecretString) -> SecretString {
    format!("{}{PAGE}#{}", address.trim_end_matches('/'), code.expose_secret()).into()
}

/// The code in what somebody has typed: itself, or the link with it.
pub(crate) fn code_in(typed: &str) -> SecretString {
    let typed = typed.trim();
    typed.rsplit_once('#').map_or(typed, |(_, code)| code).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_pastes_the_whole_link_has_pasted_the_code() {
        let code: SecretString = "7-spectacles_abc".into();
        let link = reset_link("https://auth.example.com/below/", &code);
        assert_eq!(link.expose_secret(), "https://auth.example.com/below/reset#7-spectacles_abc");
        for typed in [link.expose_secret(), code.expose_secret(), " 7-spectacles_abc\n"] {
            assert_eq!(code_in(typed).expose_secret(), code.expose_secret());
        }
    }
}
