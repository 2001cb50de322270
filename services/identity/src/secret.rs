//! Random secrets: refresh tokens, recovery codes, first passwords, keys of second factors.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jianyi_kernel::Pii;
use rand::RngCore as _;
use rand::seq::IndexedRandom as _;
use sha2::{Digest as _, Sha256};

use crate::domain::base32;

/// Without 0 O, 1 l I: first passwords are read from a screen and typed.
const READABLE: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz";
/// Of any characters a password of this length will do.
const PASSWORD_LENGTH: usize = 20;

fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0_u8; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// 256 bits, as text.
pub(crate) fn refresh_token() -> Pii<String> {
    Pii::new(URL_SAFE_NO_PAD.encode(bytes::<32>()))
}

/// 160 bits, as RFC 4226 recommends.
pub(crate) fn totp() -> [u8; 20] {
    bytes()
}

/// 80 bits, as text in four groups of four.
pub(crate) fn recovery_code() -> Pii<String> {
    let text = base32(&bytes::<10>());
    let groups: Vec<String> = text
        .as_bytes()
        .chunks(4)
        .map(|group| group.iter().copied().map(char::from).collect())
        .collect();
    Pii::new(groups.join("-"))
}

/// A recovery code as it is compared, however it was typed.
pub(crate) fn normalised(code: &Pii<String>) -> String {
    code.expose("compare")
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// A hash of a code that every site computes alike. The code has 80 random bits, so that nobody goes through them all;
/// no key is needed, and none could be shared.
pub(crate) fn recovery_digest(account: &str, code: &Pii<String>) -> Pii<Vec<u8>> {
    let text = format!("jianyi recovery code\n{account}\n{}", normalised(code));
    Pii::new(Sha256::digest(text.as_bytes()).to_vec())
}

/// A password to be read and typed.
pub(crate) fn password() -> Pii<String> {
    let mut rng = rand::rng();
    Pii::new(
        (0..PASSWORD_LENGTH)
            .filter_map(|_| READABLE.choose(&mut rng).copied())
            .map(char::from)
            .collect(),
    )
}
