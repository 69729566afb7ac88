//! Moments in filters.

use super::filter::Operand;
use crate::name::excerpt;
use crate::time::Timestamp;

/// Reads RFC 3339, or a time from now such as `-2d`.
pub(super) fn read(text: &str) -> Result<Operand, String> {
    match text.strip_prefix(['-', '+']) {
        Some(distance) => {
            let millis = millis(distance).ok_or_else(|| wrong(text))?;
            Ok(Operand::FromNow(if text.starts_with('-') { -millis } else { millis }))
        }
        None => text.parse::<Timestamp>().map(|moment| Operand::Fixed(moment.into())).map_err(|_| wrong(text)),
    }
}

/// Not negative.
fn millis(distance: &str) -> Option<i64> {
    let mut characters = distance.chars();
    let unit = match characters.next_back()? {
        's' => 1_000,
        'm' => 60_000,
        'h' => 3_600_000,
        'd' => 86_400_000,
        'w' => 604_800_000,
        _ => return None,
    };
    let digits = characters.as_str();
    // A sign would be read as part of the number.
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse::<i64>().ok()?.checked_mul(unit)
}

fn wrong(text: &str) -> String {
    let shown = excerpt(text);
    format!("`{shown}` is no moment: write it like 2027-01-31T12:00:00Z, or from now like -2d (s, m, h, d or w)")
}
