//! The content of a letter: large ones are compressed, because the broker's limit is near and the line thin.

use std::io::{Read as _, Write as _};

use bytes::Bytes;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use jianyi_bus::Letter;

/// The largest message that is taken in or given out, as at the gateway.
pub(crate) const LARGEST: usize = 16 * 1024 * 1024;
/// Below this, compression costs more than it saves.
const LARGE: usize = 8 * 1024;

const ENCODING: &str = "tunnel-encoding";
const GZIP: &str = "gzip";

/// A content that cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It is not what its header says.
    Malformed,
    /// It is larger than is taken in.
    TooLarge,
}

/// Puts a content into a letter.
pub(crate) fn write(content: Bytes, letter: &mut Letter) {
    if content.len() >= LARGE
        && let Some(small) = compress(&content)
        && small.len() < content.len()
    {
        letter.headers.push((ENCODING.into(), GZIP.into()));
        letter.payload = small.into();
    } else {
        letter.payload = content;
    }
}

/// The content of a letter, of which nobody has to hold more than [`LARGEST`].
pub(crate) fn read(letter: &Letter) -> Result<Bytes, Unreadable> {
    match letter.header(ENCODING) {
        None => Ok(letter.payload.clone()),
        Some(GZIP) => expand(&letter.payload),
        Some(_) => Err(Unreadable::Malformed),
    }
}

fn compress(content: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).ok()?;
    encoder.finish().ok()
}

fn expand(small: &[u8]) -> Result<Bytes, Unreadable> {
    // One more than allowed tells what is larger from what just fits.
    let most = u64::try_from(LARGEST).unwrap_or(u64::MAX).saturating_add(1);
    let mut content = Vec::new();
    GzDecoder::new(small)
        .take(most)
        .read_to_end(&mut content)
        .map_err(|_| Unreadable::Malformed)?;
    if content.len() > LARGEST {
        return Err(Unreadable::TooLarge);
    }
    Ok(content.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(content: Vec<u8>) -> (usize, Result<Bytes, Unreadable>) {
        let mut letter = Letter::default();
        write(content.into(), &mut letter);
        (letter.payload.len(), read(&letter))
    }

    #[test]
    fn large_contents_shrink_and_come_back_whole() {
        for (size, sent) in [
            (0, 0..1),
            (LARGE - 1, LARGE - 1..LARGE),
            (LARGE, 1..200),
            (LARGEST, 1..100_000),
        ] {
            let (weight, content) = there_and_back(vec![7; size]);
            assert!(sent.contains(&weight), "{size} {weight}");
            assert_eq!(content.unwrap(), vec![7; size]);
        }
    }

    #[test]
    fn a_bomb_is_not_unpacked_and_nonsense_is_told() {
        let (weight, content) = there_and_back(vec![0; LARGEST + 1]);
        assert!(weight < 100_000);
        assert_eq!(content, Err(Unreadable::TooLarge));
        let mut letter = Letter {
            headers: vec![(ENCODING.into(), GZIP.into())],
            payload: Bytes::from_static(b"not gzip"),
        };
        assert_eq!(read(&letter), Err(Unreadable::Malformed));
        letter.headers = vec![(ENCODING.into(), "br".into())];
        assert_eq!(read(&letter), Err(Unreadable::Malformed));
    }
}
