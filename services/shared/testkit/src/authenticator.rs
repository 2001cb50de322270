//! An authenticator application, as people have it on their telephones: RFC 6238 from the other side.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jianyi_kernel::Timestamp;
use sha1::Sha1;

/// The six digits that an authenticator with this secret (base32) shows at an instant.
///
/// # Panics
/// When the secret is not one.
#[must_use]
pub fn authenticator(secret: &str, at: Timestamp) -> String {
    let mut bits = String::new();
    for letter in secret.chars() {
        let value = match letter {
            'A'..='Z' => u32::from(letter) - u32::from('A'),
            '2'..='7' => u32::from(letter) - u32::from('2') + 26,
            _ => panic!("{letter} is not base32"),
        };
        bits.push_str(&format!("{value:05b}"));
    }
    let key: Vec<u8> = bits
        .as_bytes()
        .chunks_exact(8)
        .map(|byte| {
            let byte = std::str::from_utf8(byte).expect("digits");
            u8::from_str_radix(byte, 2).expect("eight bits")
        })
        .collect();
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).expect("any key will do");
    mac.update(&at.to_unix().0.div_euclid(30).to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest[19] & 0x0f);
    let four: [u8; 4] = digest[offset..offset + 4].try_into().expect("four bytes");
    format!(
        "{:06}",
        (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000
    )
}
