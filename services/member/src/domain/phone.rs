//! Phone numbers as people write them, kept in one form.

use jianyi_kernel::{Pii, Violation};

/// A mobile number of eleven digits, or a landline of the city, `0392` and seven digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Phone(Pii<String>);

impl Phone {
    /// Brings full-width digits, spaces, dashes and a leading +86 into one form and checks it (dossier 4.4).
    ///
    /// # Errors
    /// A [`Violation`] `PHONE_MALFORMED`; its message never contains the number.
    pub(crate) fn parse(field: &str, text: &str) -> Result<Self, Violation> {
        let plain: String = text
            .chars()
            .map(half_width)
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—' | '(' | ')'))
            .collect();
        let number = plain
            .strip_prefix("+86")
            .or_else(|| plain.strip_prefix("0086"))
            .unwrap_or(&plain);
        let digits = number.as_bytes();
        let mobile = matches!(digits, [b'1', b'3'..=b'9', ..]);
        let landline = number.starts_with("0392");
        if digits.len() == 11 && digits.iter().all(u8::is_ascii_digit) && (mobile || landline) {
            return Ok(Self(Pii::new(number.to_owned())));
        }
        Err(Violation::new(
            field,
            "PHONE_MALFORMED",
            "neither a mobile number of eleven digits nor 0392 and seven digits".into(),
            "电话应为 11 位手机号,或 0392 加 7 位固定电话",
        ))
    }

    pub(crate) fn expose(&self, purpose: &'static str) -> &str {
        self.0.expose(purpose)
    }
}

/// Full-width ASCII, as Chinese input methods write it, to plain ASCII.
fn half_width(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m06_phones_are_normalised() {
        for text in [
            "13812345678",
            "+86 138-1234-5678",
            "１３８１２３４５６７８",
            "0086 13812345678",
        ] {
            let phone = Phone::parse("phone", text).unwrap();
            assert_eq!(phone.expose("test"), "13812345678", "{text}");
        }
        for virtual_carrier in ["16212345678", "17012345678", "17112345678"] {
            assert!(Phone::parse("phone", virtual_carrier).is_ok());
        }
        assert_eq!(
            Phone::parse("phone", "0392-3312345")
                .unwrap()
                .expose("test"),
            "03923312345"
        );
    }

    #[test]
    fn m06_other_numbers_are_refused() {
        for bad in [
            "",
            "1381234567",
            "138123456789",
            "12812345678",
            "0371-6331234",
            "1381234567x",
            "+8613",
        ] {
            assert_eq!(
                Phone::parse("phone", bad).unwrap_err().reason,
                "PHONE_MALFORMED",
                "{bad}"
            );
        }
    }
}
