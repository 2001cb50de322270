//! One-time codes after RFC 6238: SHA-1, six digits, thirty seconds, as every authenticator understands them.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jianyi_kernel::{Pii, Timestamp};
use sha1::Sha1;

use super::Login;

/// Seconds that a code is shown.
const STEP: i64 = 30;
/// Steps before and after the present one that count, too: clocks differ, and people type slowly.
const WINDOW: i64 = 1;
const DIGITS: u32 = 6;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// An account's second factor.
#[derive(Debug, Clone)]
pub(crate) struct Totp {
    pub(crate) secret: Pii<Vec<u8>>,
    pub(crate) confirmed_at: Option<Timestamp>,
    /// The step of the last code that counted.
    pub(crate) last_step: i64,
}

impl Totp {
    /// A fresh one, to be confirmed.
    pub(crate) fn new(secret: [u8; 20]) -> Self {
        Self {
            secret: Pii::new(secret.to_vec()),
            confirmed_at: None,
            last_step: 0,
        }
    }

    /// The same after a code counted; `None` when it is wrong, or not newer than the last one.
    pub(crate) fn accept(&self, code: &Pii<String>, now: Timestamp) -> Option<Self> {
        let typed = code.expose("compare with the code of this moment").trim();
        let present = now.to_unix().0.div_euclid(STEP);
        let step = (present - WINDOW..=present + WINDOW)
            .filter(|step| *step > self.last_step)
            .find(|step| self.code(*step).is_some_and(|code| code == typed))?;
        Some(Self {
            last_step: step,
            ..self.clone()
        })
    }

    /// The code of a step.
    fn code(&self, step: i64) -> Option<String> {
        let mut mac =
            Hmac::<Sha1>::new_from_slice(self.secret.expose("compute a code").as_slice()).ok()?;
        mac.update(&step.to_be_bytes());
        let digest = mac.finalize().into_bytes();
        let offset = usize::from(digest.last()? & 0x0f);
        let four: [u8; 4] = digest
            .get(offset..offset.checked_add(4)?)?
            .try_into()
            .ok()?;
        let number = u32::from_be_bytes(four) & 0x7fff_ffff;
        Some(format!("{:06}", number % 10_u32.pow(DIGITS)))
    }

    /// The secret as people type it.
    pub(crate) fn text(&self) -> String {
        base32(self.secret.expose("show it to its owner, once"))
    }

    /// The secret as authenticators scan it.
    pub(crate) fn uri(&self, login: &Login) -> String {
        format!(
            "otpauth://totp/Jianyi:{login}?secret={}&issuer=Jianyi&algorithm=SHA1&digits={DIGITS}&period={STEP}",
            self.text()
        )
    }
}

/// RFC 4648 without padding; whole groups of five bytes, as secrets and codes here are.
pub(crate) fn base32(bytes: &[u8]) -> String {
    bytes
        .chunks(5)
        .flat_map(|chunk| {
            let group = chunk
                .iter()
                .fold(0_u64, |group, byte| group << 8 | u64::from(*byte));
            (0..8_u32).rev().filter_map(move |n| {
                let at = usize::try_from(group >> (5 * n) & 31).ok()?;
                ALPHABET.get(at).copied().map(char::from)
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(seconds, 0).unwrap()
    }

    /// The secret of RFC 6238, appendix B; its codes there have eight digits, ours the last six.
    fn rfc() -> Totp {
        Totp::new(*b"12345678901234567890")
    }

    #[test]
    fn g01_codes_are_those_of_the_rfc() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(rfc().code(i64::div_euclid(seconds, 30)).unwrap(), code);
            assert!(rfc().accept(&Pii::new(code.into()), at(seconds)).is_some());
        }
        assert_eq!(rfc().text(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn g01_a_code_counts_once_and_one_step_early_or_late() {
        let code = Pii::new("050471".to_owned());
        let now = 1_111_111_111;
        for (shift, counts) in [
            (-60, false),
            (-30, true),
            (0, true),
            (30, true),
            (60, false),
        ] {
            assert_eq!(
                rfc().accept(&code, at(now + shift)).is_some(),
                counts,
                "{shift}"
            );
        }
        let used = rfc().accept(&code, at(now)).unwrap();
        assert!(used.accept(&code, at(now)).is_none());
        // Nor does an older one count after a newer one.
        let older = Pii::new(rfc().code(i64::div_euclid(now, 30) - 1).unwrap());
        assert!(used.accept(&older, at(now)).is_none());
        let next = Pii::new(rfc().code(i64::div_euclid(now, 30) + 1).unwrap());
        assert!(used.accept(&next, at(now + 30)).is_some());
        assert!(rfc().accept(&Pii::new(String::new()), at(now)).is_none());
    }
}
