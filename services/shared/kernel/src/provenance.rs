//! Where a record comes from: the row of the source that states it, and how often it is stated there.

use crate::Violation;

/// Sources and places of one fact. Repeated statements of one fact are places, not facts (dossier 1.2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provenance {
    /// Codes of source rows, e.g. `S11`; ASCII, so that they may travel in events.
    pub sources: Vec<String>,
    /// Where in the source it stands, e.g. `L39`, `L43`; two places mean a repetition.
    pub locations: Vec<String>,
}

impl Provenance {
    /// Checks that codes are short and ASCII: they are copied into events, where nothing personal
    /// may slip in.
    ///
    /// # Errors
    /// The first [`Violation`] found.
    pub fn parse(sources: Vec<String>, locations: Vec<String>) -> Result<Self, Violation> {
        for (field, codes) in [
            ("provenance.sources", &sources),
            ("provenance.locations", &locations),
        ] {
            if codes.len() > 64 || !codes.iter().all(|code| is_code(code)) {
                return Err(Violation::new(
                    field,
                    "SOURCE_CODE_MALFORMED",
                    "a source code is 1–64 letters, digits or . _ - / #, at most 64 of them".into(),
                    "来源编号只能用字母、数字和 . _ - / #",
                ));
            }
        }
        Ok(Self { sources, locations })
    }

    /// How often the source states the fact; at least once.
    #[must_use]
    pub fn occurrences(&self) -> i32 {
        i32::try_from(self.locations.len().max(1)).unwrap_or(i32::MAX)
    }
}

fn is_code(code: &str) -> bool {
    (1..=64).contains(&code.len())
        && code
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'/' | b'#'))
}
