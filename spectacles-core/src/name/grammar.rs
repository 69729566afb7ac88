//! The grammar of repository paths, as CNCF Distribution defines it.
//!
//! ```text
//! component := [a-z0-9]+ ( separator [a-z0-9]+ )*
//! separator := "." | "_" | "__" | "-"+
//! host      := ( label ( "." label )* | "[" ipv6 "]" ) ( ":" [0-9]+ )?
//! label     := [A-Za-z0-9] ( [A-Za-z0-9-]* [A-Za-z0-9] )?
//! ```
//!
//! Source: package `reference` of the distribution project.

/// The longest repository name, in bytes, a host included.
pub const LONGEST_NAME: usize = 255;

/// Whether the text is one path component.
pub fn is_component(text: &str) -> bool {
    let mut separator: &[u8] = b"";
    let mut run_start = 0;
    let bytes = text.as_bytes();
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => {
                if index == 0 || separator.is_empty() {
                    separator = b"";
                    continue;
                }
                if !is_separator(separator) {
                    return false;
                }
                separator = b"";
            }
            b'.' | b'_' | b'-' => {
                if index == 0 {
                    return false;
                }
                if separator.is_empty() {
                    run_start = index;
                }
                separator = bytes.get(run_start..=index).unwrap_or_default();
            }
            _ => return false,
        }
    }
    !bytes.is_empty() && separator.is_empty()
}

fn is_separator(run: &[u8]) -> bool {
    matches!(run, b"." | b"_" | b"__") || run.iter().all(|byte| *byte == b'-')
}

/// Whether the text is a host, perhaps with a port.
pub fn is_host(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let port_fits = port.is_none_or(|port| (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit()));
    let host_fits = match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => host.split('.').all(is_label),
    };
    port_fits && host_fits
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Whether the text is digits only: such a path component is always an id, so nothing may be named so.
pub fn is_all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
