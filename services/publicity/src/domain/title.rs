//! Titles, and the form in which two spellings of one title are the same.

use jianyi_kernel::Violations;
use unicode_normalization::UnicodeNormalization as _;

const LONGEST: usize = 200;

/// What something is called: one line, never empty.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub(crate) struct Title(String);

impl Title {
    /// Reads a title, noting what is wrong with it.
    pub(crate) fn parse(violations: &mut Violations, field: &str, text: &str) -> Option<Self> {
        violations.text(field, text, LONGEST).map(Self)
    }

    /// The title as it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// What natural keys compare: width and spacing do not matter.
    pub(crate) fn key(&self) -> String {
        normal_form(&self.0)
    }
}

/// NFKC with whitespace collapsed to single spaces (dossier 1.2).
pub(crate) fn normal_form(text: &str) -> String {
    let text: String = text.nfkc().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(text: &str) -> Title {
        Title::parse(&mut Violations::new(), "title", text).unwrap()
    }

    #[test]
    fn p03_width_and_spacing_do_not_make_another_title() {
        assert_eq!(
            title("救人  英雄2024").key(),
            title(" 救人 英雄２０２４\u{3000}").key()
        );
        assert_ne!(title("救人英雄一").key(), title("救人英雄二").key());
    }

    #[test]
    fn an_empty_or_endless_title_is_refused() {
        for bad in ["", " \u{3000} ", &"长".repeat(201)] {
            assert!(Title::parse(&mut Violations::new(), "title", bad).is_none());
        }
    }
}
