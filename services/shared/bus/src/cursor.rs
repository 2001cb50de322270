//! How far a reader has come in each context's stream: what makes an interrupted reading resume
//! without gap or repeat.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

const LATEST: &str = "latest";

/// A place in all streams at once, written `care:12.member:100.oversight:5`.
///
/// A context that it does not name starts at the beginning, or, when the text begins with `latest`,
/// with what is published from now on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cursor {
    seen: BTreeMap<String, u64>,
    latest: bool,
}

impl Cursor {
    /// Before the first event of every stream.
    #[must_use]
    pub fn beginning() -> Self {
        Self::default()
    }

    /// After what is published so far.
    #[must_use]
    pub fn latest() -> Self {
        Self {
            seen: BTreeMap::new(),
            latest: true,
        }
    }

    /// The last sequence seen of a context; `None` when that is still to be asked of the stream.
    #[must_use]
    pub fn sequence(&self, context: &str) -> Option<u64> {
        match self.seen.get(context) {
            Some(&sequence) => Some(sequence),
            None if self.latest => None,
            None => Some(0),
        }
    }

    /// Notes that everything of a context up to a sequence was seen.
    pub fn advance(&mut self, context: &str, sequence: u64) {
        self.seen.insert(context.to_owned(), sequence);
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        if self.latest {
            f.write_str(LATEST)?;
            separator = ".";
        }
        for (context, sequence) in &self.seen {
            write!(f, "{separator}{context}:{sequence}")?;
            separator = ".";
        }
        Ok(())
    }
}

/// The text is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CursorError;

impl fmt::Display for CursorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a cursor is written `context:sequence`, several joined by `.`, or `latest`")
    }
}

impl std::error::Error for CursorError {}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut cursor = Self::default();
        for (place, part) in text
            .split('.')
            .enumerate()
            .filter(|(_, part)| !part.is_empty())
        {
            if place == 0 && part == LATEST {
                cursor.latest = true;
                continue;
            }
            let (context, sequence) = part.split_once(':').ok_or(CursorError)?;
            let named =
                !context.is_empty() && context.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            let sequence = sequence.parse().ok().filter(|_| named).ok_or(CursorError)?;
            cursor.seen.insert(context.to_owned(), sequence);
        }
        Ok(cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_survive_their_text_form() {
        for text in [
            "",
            "care:12.member:100.oversight:5",
            "latest",
            "latest.care:3",
        ] {
            assert_eq!(text.parse::<Cursor>().unwrap().to_string(), text);
        }
        for bad in [
            "care",
            "care:x",
            ":3",
            "care:-1",
            "CARE:1",
            "care:1.latest",
            "a>b:1",
        ] {
            assert!(bad.parse::<Cursor>().is_err(), "{bad}");
        }
    }

    #[test]
    fn contexts_not_named_start_at_the_beginning_or_now() {
        let mut cursor: Cursor = "care:12".parse().unwrap();
        assert_eq!(cursor.sequence("care"), Some(12));
        assert_eq!(cursor.sequence("member"), Some(0));
        assert_eq!(Cursor::latest().sequence("member"), None);
        cursor.advance("member", 7);
        assert_eq!(cursor.to_string(), "care:12.member:7");
    }
}
