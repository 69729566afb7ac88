//! Pictures of users.

use std::fmt;
use std::str::FromStr;

/// How large a picture is wanted: so many pixels in either direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AvatarSize {
    /// 30, for lists.
    Small,
    /// 60, for lists on screens with small pixels.
    Medium,
    /// 150, for the page of the user.
    Large,
}

impl AvatarSize {
    /// All of them, the smallest first.
    pub const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Large];

    /// In pixels.
    pub const fn pixels(self) -> u32 {
        match self {
            Self::Small => 30,
            Self::Medium => 60,
            Self::Large => 150,
        }
    }
}

impl fmt::Display for AvatarSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pixels().fmt(f)
    }
}

/// There are no pictures of this size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("pictures are 30, 60 or 150 pixels wide")]
pub struct UnknownSize;

impl FromStr for AvatarSize {
    type Err = UnknownSize;

    fn from_str(text: &str) -> Result<Self, UnknownSize> {
        Self::ALL.into_iter().find(|size| size.to_string() == text).ok_or(UnknownSize)
    }
}

/// A picture of a user, in each size. They are square, and PNGs that were made here: nothing is kept as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Avatar {
    /// 30 pixels wide.
    pub small: Vec<u8>,
    /// 60 pixels wide.
    pub medium: Vec<u8>,
    /// 150 pixels wide.
    pub large: Vec<u8>,
    /// Another one for other pictures; the same for all sizes.
    pub tag: String,
}

/// A picture in one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvatarPicture {
    /// A PNG.
    pub png: Vec<u8>,
    /// See [`Avatar::tag`].
    pub tag: String,
}

impl Avatar {
    /// The picture in this size.
    pub fn picture(&self, size: AvatarSize) -> AvatarPicture {
        let png = match size {
            AvatarSize::Small => &self.small,
            AvatarSize::Medium => &self.medium,
            AvatarSize::Large => &self.large,
        };
        AvatarPicture { png: png.clone(), tag: self.tag.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_they_are_written() {
        for size in AvatarSize::ALL {
            assert_eq!(size.to_string().parse(), Ok(size));
        }
        for strange in ["", "0", "31", "030", "-30", "30px"] {
            assert_eq!(strange.parse::<AvatarSize>(), Err(UnknownSize), "{strange}");
        }
    }
}
