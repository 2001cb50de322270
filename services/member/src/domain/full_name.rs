//! Names of people: kept as written, compared as written.

use jianyi_kernel::{Pii, Violation};

/// A name of 2 to 50 characters. Not folded by NFKC: that would replace rare characters (GB 18030
/// level 3) by others, and the person by a namesake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FullName(Pii<String>);

impl FullName {
    /// Trims, brings the separating dot of transcribed names to U+00B7 and checks the length.
    ///
    /// # Errors
    /// A [`Violation`] `REQUIRED`, `NAME_LENGTH` or `NAME_CHARACTER`; its message never contains the name.
    pub(crate) fn parse(field: &str, text: &str) -> Result<Self, Violation> {
        let name: String = text
            .trim()
            .chars()
            .map(|c| {
                if matches!(c, '•' | '・' | '．' | '‧') {
                    '·'
                } else {
                    c
                }
            })
            .collect();
        if name.is_empty() {
            return Err(Violation::required(field));
        }
        if !(2..=50).contains(&name.chars().count()) {
            return Err(Violation::new(
                field,
                "NAME_LENGTH",
                "a name has 2 to 50 characters".into(),
                "姓名应为 2 至 50 个字",
            ));
        }
        if name.chars().any(|c| {
            c.is_control() || c.is_numeric() && c.is_ascii() || matches!(c, '*' | '<' | '>')
        }) {
            return Err(Violation::new(
                field,
                "NAME_CHARACTER",
                "a name has no digits, asterisks or control characters".into(),
                "姓名不应含有数字、星号等符号,请填写真实姓名",
            ));
        }
        Ok(Self(Pii::new(name)))
    }

    pub(crate) fn expose(&self, purpose: &'static str) -> &str {
        self.0.expose(purpose)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> FullName {
        FullName::parse("full_name", text).unwrap()
    }

    #[test]
    fn dots_are_made_one_and_rare_characters_stay() {
        assert_eq!(format!("{:?}", name(" 张小明 ")), "FullName(█)");
        assert_eq!(name("买买提・艾力"), name("买买提·艾力"));
        assert_eq!(name("𬭎𰻝").expose("test"), "𬭎𰻝");
        // A compatibility ideograph that NFKC would replace.
        assert_eq!(name("\u{2F81A}明").expose("test"), "\u{2F81A}明");
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let reason = |text: &str| FullName::parse("full_name", text).unwrap_err().reason;
        assert_eq!(reason("  "), "REQUIRED");
        assert_eq!(reason("张"), "NAME_LENGTH");
        assert_eq!(reason(&"长".repeat(51)), "NAME_LENGTH");
        assert_eq!(reason("张*明"), "NAME_CHARACTER");
        assert_eq!(reason("张三1"), "NAME_CHARACTER");
    }
}
