//! Parcels: bytes sealed to one addressee, whose private key has not left their own database (RFC 9180).
//!
//! X25519, HKDF-SHA-256 and AES-256-GCM in base mode. A parcel says nothing about who sent it; whoever
//! relies on that checks where it came from.

use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable as _, Kem, OpModeR, OpModeS, Serializable as _};
use jianyi_kernel::Fault;
use zeroize::Zeroizing;

type Suite = X25519HkdfSha256;

/// What precedes the ciphertext: the encapsulated key.
const ENCAPSULATED: usize = 32;

/// Makes a key pair for one parcel: the private half and the public one.
#[must_use]
pub fn key_pair() -> (Zeroizing<Vec<u8>>, Vec<u8>) {
    let (private, public) = Suite::gen_keypair();
    (
        Zeroizing::new(private.to_bytes().to_vec()),
        public.to_bytes().to_vec(),
    )
}

/// Seals a value to whoever holds the private half; `about` must be the same when it is opened.
///
/// # Errors
/// [`Fault::Internal`] when the key is none.
pub fn seal(public: &[u8], about: &str, value: &[u8]) -> Result<Vec<u8>, Fault> {
    let wrong = |_| Fault::internal("not a public key that a parcel can be sealed to");
    let public = <Suite as Kem>::PublicKey::from_bytes(public).map_err(wrong)?;
    let (encapsulated, mut context) = hpke::setup_sender::<AesGcm256, HkdfSha256, Suite>(
        &OpModeS::Base,
        &public,
        about.as_bytes(),
    )
    .map_err(wrong)?;
    let mut parcel = encapsulated.to_bytes().to_vec();
    let sealed = context
        .seal(value, about.as_bytes())
        .map_err(|_| Fault::internal("a parcel could not be sealed"))?;
    parcel.extend_from_slice(&sealed);
    Ok(parcel)
}

/// Opens what [`seal`] made; `None` when it was altered, is about something else, or is for another key.
#[must_use]
pub fn open(private: &[u8], about: &str, parcel: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (encapsulated, sealed) = parcel.split_at_checked(ENCAPSULATED)?;
    let private = <Suite as Kem>::PrivateKey::from_bytes(private).ok()?;
    let encapsulated = <Suite as Kem>::EncappedKey::from_bytes(encapsulated).ok()?;
    let mut context = hpke::setup_receiver::<AesGcm256, HkdfSha256, Suite>(
        &OpModeR::Base,
        &private,
        &encapsulated,
        about.as_bytes(),
    )
    .ok()?;
    context
        .open(sealed, about.as_bytes())
        .ok()
        .map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_addressee_opens_it_and_only_for_what_it_is_about() {
        let (private, public) = key_pair();
        let parcel = seal(&public, "handovers/1/2", "欧阳见证".as_bytes()).unwrap();
        assert!(!parcel.windows(3).any(|part| part == "欧".as_bytes()));
        let opened = open(&private, "handovers/1/2", &parcel).unwrap();
        assert_eq!(opened.as_slice(), "欧阳见证".as_bytes());
        assert!(open(&private, "handovers/1/3", &parcel).is_none());
        assert!(open(&key_pair().0, "handovers/1/2", &parcel).is_none());
        let mut altered = parcel.clone();
        *altered.last_mut().unwrap() ^= 1;
        assert!(open(&private, "handovers/1/2", &altered).is_none());
        for nonsense in [&[][..], &[1; 20], &[1; 40]] {
            assert!(open(&private, "handovers/1/2", nonsense).is_none());
            assert!(open(nonsense, "handovers/1/2", &parcel).is_none());
        }
        assert!(seal(&[0; 31], "x", b"y").is_err());
    }
}
