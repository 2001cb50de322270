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
    /// The source of what was made up to show the system with: it is on record like everything else, and no report
    /// counts it (ADR 0026). Queries write it out.
    pub const DEMONSTRATION: &str = "demonstration";

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
            if codes.iter().any(|code| is_personal(code)) {
                return Err(Violation::new(
                    field,
                    "SOURCE_CODE_PERSONAL",
                    "a source code must not hold an identity number or a phone number".into(),
                    "来源编号不能含有身份证号或手机号,请改用材料编号",
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

/// Whether the code holds digits in the form of an identity number or of a mobile phone's number.
fn is_personal(code: &str) -> bool {
    code.split(|c: char| !c.is_ascii_digit() && !c.eq_ignore_ascii_case(&'x'))
        .any(|run| match run.as_bytes() {
            [b'1', b'3'..=b'9', rest @ ..] if rest.len() == 9 => {
                rest.iter().all(u8::is_ascii_digit)
            }
            [digits @ .., _] if digits.len() == 17 => digits.iter().all(u8::is_ascii_digit),
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_codes_are_codes_and_not_the_numbers_of_people() {
        let parse = |code: &str| Provenance::parse(vec![code.into()], Vec::new());
        for good in ["S11", "L39", "hebi-2024/T50#3", "20240801120000", "X-9.1"] {
            assert!(parse(good).is_ok(), "{good}");
        }
        let reason = |code: &str| parse(code).map_err(|violation| violation.reason);
        for personal in [
            "11010519491231002X",
            "id-11010519491231002x",
            "110105194912310021",
            "13800000000",
            "S11/13800000000",
        ] {
            assert_eq!(reason(personal), Err("SOURCE_CODE_PERSONAL"), "{personal}");
        }
        assert_eq!(reason("张三"), Err("SOURCE_CODE_MALFORMED"));
    }
}
