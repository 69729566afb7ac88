//! From what people send to a picture in each size.

use super::tag;
use crate::body;
use crate::problem::{Kind, Problem};
use bytes::Bytes;
use image::codecs::png::{CompressionType, FilterType as RowFilter, PngEncoder};
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits};
use spectacles_core::model::{Avatar, AvatarSize};
use std::io::Cursor;
use tokio::sync::Semaphore;

/// The longest file, in bytes.
pub(crate) const LONGEST: usize = 1024 * 1024;
/// How many pixels a picture may have in either direction.
const MOST_PIXELS: u32 = 4096;
/// How much memory the pixels may take: those of the largest picture with four bytes for each.
const MOST_MEMORY: u64 = 4096 * 4096 * 4;
/// Decoding costs more memory than anything else that people can ask for: one at a time.
static TURN: Semaphore = Semaphore::const_new(1);

/// The square of a picture that is kept, in pixels. What is not said is such that it is the largest one, in the middle.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Crop {
    pub(crate) x: Option<u32>,
    pub(crate) y: Option<u32>,
    pub(crate) size: Option<u32>,
}

impl Crop {
    /// Left, top and side of the square in a picture of this size.
    fn within(self, (width, height): (u32, u32)) -> Result<(u32, u32, u32), Problem> {
        let size = self.size.unwrap_or(width.min(height));
        let outside = || {
            let said = format!("the square that is to be kept does not lie within the picture, which is {width} by {height} pixels");
            Problem::new(Kind::Invalid, said)
        };
        if size == 0 {
            return Err(Problem::new(Kind::Invalid, "the square that is to be kept has no size: it must be at least 1 pixel wide"));
        }
        let place = |said: Option<u32>, length: u32| {
            let most = length.checked_sub(size).ok_or_else(outside)?;
            let place = said.unwrap_or(most / 2);
            if place <= most { Ok(place) } else { Err(outside()) }
        };
        Ok((place(self.x, width)?, place(self.y, height)?, size))
    }
}

/// Makes a picture in each size of what somebody has sent, without holding up other work.
///
/// # Errors
/// [`Kind::TooLarge`] and [`Kind::Invalid`], with what is wrong.
pub(crate) async fn make(sent: Bytes, crop: Crop) -> Result<Avatar, Problem> {
    if sent.len() > LONGEST {
        return Err(body::too_large(LONGEST));
    }
    let _turn = TURN.acquire().await.map_err(|error| Problem::broken(error.to_string()))?;
    let made = tokio::task::spawn_blocking(move || work(&sent, crop)).await;
    // A decoder that gives up in a way of its own has met something that is no picture.
    made.unwrap_or_else(|error| {
        tracing::warn!(%error, "a picture could not be decoded");
        Err(unreadable())
    })
}

fn work(sent: &[u8], crop: Crop) -> Result<Avatar, Problem> {
    let whole = decoded(sent)?;
    let (x, y, size) = crop.within((whole.width(), whole.height()))?;
    let square = whole.crop_imm(x, y, size, size);
    drop(whole);
    let sized = |size: AvatarSize| square.resize_exact(size.pixels(), size.pixels(), FilterType::Triangle);
    let [small, medium, large] = AvatarSize::ALL.map(|size| encoded(&sized(size)));
    let (small, medium, large) = (small?, medium?, large?);
    Ok(Avatar { tag: tag(&large), small, medium, large })
}

/// The pixels, as cameras mean them: what they write down of how they were held counts.
fn decoded(sent: &[u8]) -> Result<DynamicImage, Problem> {
    let mut reader = ImageReader::new(Cursor::new(sent)).with_guessed_format().map_err(|_| unreadable())?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg)) {
        return Err(unreadable());
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS);
    limits.max_image_height = Some(MOST_PIXELS);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| told(&error))?;
    if decoder.total_bytes() > MOST_MEMORY {
        return Err(too_many());
    }
    let orientation = decoder.orientation().map_err(|error| told(&error))?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| told(&error))?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// A PNG with nothing in it but pixels.
fn encoded(image: &DynamicImage) -> Result<Vec<u8>, Problem> {
    let mut png = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Default, RowFilter::Adaptive);
    let written = image.to_rgba8().write_with_encoder(encoder);
    written.map_err(|error| Problem::broken(format!("a picture cannot be written: {error}")))?;
    Ok(png)
}

fn told(error: &ImageError) -> Problem {
    match error {
        ImageError::Limits(_) => too_many(),
        ImageError::Decoding(_)
        | ImageError::Encoding(_)
        | ImageError::Parameter(_)
        | ImageError::Unsupported(_)
        | ImageError::IoError(_) => unreadable(),
    }
}

fn unreadable() -> Problem {
    Problem::new(Kind::Invalid, "this is no picture that can be read: send a PNG or a JPEG")
}

fn too_many() -> Problem {
    Problem::new(Kind::Invalid, format!("the picture is too large: at most {MOST_PIXELS} by {MOST_PIXELS} pixels, of 4 bytes each"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage};

    fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        // Red on the left, blue on the right.
        let image = RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) });
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::ImageRgb8(image).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn crop(x: u32, y: u32, size: u32) -> Crop {
        Crop { x: Some(x), y: Some(y), size: Some(size) }
    }

    fn pixel(png: &[u8], x: u32, y: u32) -> [u8; 4] {
        image::load_from_memory_with_format(png, ImageFormat::Png).unwrap().to_rgba8().get_pixel(x, y).0
    }

    #[test]
    fn a_square_is_kept_in_every_size() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            let sent = picture(200, 100, format);
            let avatar = work(&sent, crop(100, 0, 100)).unwrap();
            for size in AvatarSize::ALL {
                let png = avatar.picture(size).png;
                let read = image::load_from_memory_with_format(&png, ImageFormat::Png).unwrap();
                assert_eq!((read.width(), read.height()), (size.pixels(), size.pixels()));
                let [red, _, blue, alpha] = pixel(&png, size.pixels() / 2, 5);
                assert!(red < 10 && blue > 245 && alpha == 255, "{format:?} {size}");
            }
            let middle = work(&sent, Crop::default()).unwrap().large;
            assert!(pixel(&middle, 5, 75)[0] > 245 && pixel(&middle, 145, 75)[2] > 245, "the middle of it has both colours");
        }
    }

    #[test]
    fn squares_that_do_not_lie_within_are_refused() {
        let sent = picture(200, 100, ImageFormat::Png);
        for bad in [
            crop(101, 0, 100),
            crop(0, 1, 100),
            crop(0, 0, 101),
            crop(0, 0, 0),
            crop(u32::MAX, 0, 1),
            crop(0, 0, u32::MAX),
            crop(u32::MAX, u32::MAX, u32::MAX),
            Crop { size: Some(150), ..Crop::default() },
        ] {
            assert_eq!(work(&sent, bad).unwrap_err().kind, Kind::Invalid, "{bad:?}");
        }
        assert!(work(&sent, crop(199, 99, 1)).is_ok());
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let png = picture(20, 20, ImageFormat::Png);
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec();
        let gif = b"GIF89a\x01\0\x01\0\0\0\0;".to_vec();
        let cut = png.get(..png.len() / 2).unwrap().to_vec();
        for bad in [Vec::new(), b"garbage".to_vec(), svg, gif, cut, vec![0; 4096], b"\x89PNG\r\n\x1a\n".to_vec(), b"\xff\xd8\xff".to_vec()]
        {
            assert_eq!(work(&bad, Crop::default()).unwrap_err().kind, Kind::Invalid, "{:?}", bad.get(..8));
        }
    }

    #[test]
    fn what_else_is_in_a_file_is_not_in_ours() {
        let mut sent = picture(20, 20, ImageFormat::Png);
        sent.extend_from_slice(b"<script>alert(1)</script>");
        let avatar = work(&sent, Crop::default()).unwrap();
        for size in AvatarSize::ALL {
            let png = avatar.picture(size).png;
            assert!(!png.windows(7).any(|part| part == b"<script"), "{size}");
        }
    }

    #[test]
    fn a_small_file_does_not_become_a_large_picture() {
        let refused = |sent: &[u8]| work(sent, Crop::default()).unwrap_err().detail;
        assert!(refused(&bomb(60_000, 60_000, 8)).contains("too large"));
        assert!(refused(&bomb(4097, 1, 8)).contains("too large"));
        assert!(refused(&bomb(4096, 4096, 16)).contains("too large"), "8 bytes for each pixel");
        // One of the largest that is permitted, and says more than it has.
        assert!(refused(&bomb(4096, 4096, 8)).contains("no picture"));
    }

    /// A PNG that says to be so large, and is not.
    fn bomb(width: u32, height: u32, depth: u8) -> Vec<u8> {
        let mut header = b"IHDR".to_vec();
        header.extend_from_slice(&width.to_be_bytes());
        header.extend_from_slice(&height.to_be_bytes());
        header.extend_from_slice(&[depth, 6, 0, 0, 0]);
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        for chunk in [header, b"IDAT\x78\x9c\x03\x00\x00\x00\x00\x01".to_vec(), b"IEND".to_vec()] {
            png.extend_from_slice(&u32::try_from(chunk.len() - 4).unwrap().to_be_bytes());
            png.extend_from_slice(&chunk);
            png.extend_from_slice(&checksum(&chunk).to_be_bytes());
        }
        png
    }

    /// CRC-32, as PNG has it.
    fn checksum(bytes: &[u8]) -> u32 {
        let step = |sum: u32| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
        !bytes.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| step(sum)))
    }
}
