//! A text that facts are taken from, with what reading it found.

use jianyi_kernel::{Division, FuzzyDate, IdKind, Pii, Violation};

use super::Title;
use super::source_text::{self, Paragraph};

/// The largest text that is taken.
pub(crate) const LARGEST: usize = 512 * 1024;

/// A text and its parts.
#[derive(Debug, Clone)]
pub(crate) struct SourceDocument {
    pub(crate) title: Title,
    pub(crate) published_on: FuzzyDate,
    pub(crate) division: Division,
    /// Word for word; absent where it was not asked for, because opening it is a purpose of its own.
    pub(crate) text: Option<Pii<String>>,
    pub(crate) content_hash: [u8; 32],
    pub(crate) lines: i32,
    pub(crate) joins: i32,
    pub(crate) paragraph_count: i32,
    pub(crate) paragraphs: Vec<Paragraph>,
}

impl IdKind for SourceDocument {
    const COLLECTION: &'static str = "sourceDocuments";
}

impl SourceDocument {
    /// Reads a text.
    pub(crate) fn read(
        title: Title,
        published_on: FuzzyDate,
        division: Division,
        text: String,
    ) -> Result<Self, Violation> {
        if text.len() > LARGEST {
            return Err(Violation::new(
                "text",
                "TEXT_TOO_LARGE",
                format!("the text is longer than {LARGEST} bytes"),
                "原文超过 512 KiB,请分篇导入",
            ));
        }
        let reading = source_text::read(&text);
        if reading.lines == 0 {
            return Err(Violation::required("text"));
        }
        let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
        Ok(Self {
            title,
            published_on,
            division,
            content_hash: reading.content_hash(),
            lines: count(reading.lines),
            joins: count(reading.joins),
            paragraph_count: count(reading.paragraphs.len()),
            paragraphs: reading.distinct,
            text: Some(Pii::new(text)),
        })
    }

    /// Paragraphs that differ from each other.
    pub(crate) fn distinct_count(&self) -> i32 {
        i32::try_from(self.paragraphs.len()).unwrap_or(i32::MAX)
    }
}
