//! Keyed hashes by which people are found and told apart without a readable number in the table.

use jianyi_db::FieldCipher;
use jianyi_kernel::{CitizenId, Fault};

use crate::domain::person::{Document, Profile};
use crate::domain::phone::Phone;

/// The hashes of one person.
#[derive(Debug)]
pub(crate) struct Keys {
    /// Of the identity number, of either generation.
    pub(crate) citizen: Option<Vec<u8>>,
    /// Whether the identity number tells people apart.
    pub(crate) unique: bool,
    /// Of the phone number.
    pub(crate) phone: Option<Vec<u8>>,
    /// Of everything stated about somebody without such a number, and where it is stated: reading one
    /// source twice must not make two people, while namesakes of different sources stay apart.
    pub(crate) stated: Option<Vec<u8>>,
}

impl Keys {
    pub(crate) fn of(cipher: &FieldCipher, profile: &Profile) -> Result<Self, Fault> {
        let unique = matches!(profile.document, Document::Citizen(_));
        let stated = (!unique && !profile.provenance.sources.is_empty()).then(|| stated(profile));
        Ok(Self {
            citizen: profile
                .document
                .citizen_id()
                .map(|id| citizen(cipher, id))
                .transpose()?,
            unique,
            phone: profile
                .phone
                .as_ref()
                .map(|number| phone(cipher, number))
                .transpose()?,
            stated: stated
                .map(|text| cipher.blind_index("stated person", &text))
                .transpose()?,
        })
    }
}

/// The hash of an identity number.
pub(crate) fn citizen(cipher: &FieldCipher, id: &CitizenId) -> Result<Vec<u8>, Fault> {
    cipher.blind_index("citizen_id", id.expose("blind index"))
}

/// The hash of a phone number.
pub(crate) fn phone(cipher: &FieldCipher, phone: &Phone) -> Result<Vec<u8>, Fault> {
    cipher.blind_index("phone", phone.expose("blind index"))
}

fn stated(profile: &Profile) -> String {
    const PURPOSE: &str = "blind index";
    let number = profile
        .document
        .citizen_id()
        .map(|id| id.expose(PURPOSE))
        .or_else(|| {
            profile
                .document
                .number()
                .map(|number| number.expose(PURPOSE).as_str())
        });
    let born = profile
        .birth_date
        .as_ref()
        .map(|day| day.expose(PURPOSE).to_string());
    [
        profile.full_name.expose(PURPOSE),
        number.unwrap_or_default(),
        born.as_deref().unwrap_or_default(),
        profile
            .phone
            .as_ref()
            .map(|phone| phone.expose(PURPOSE))
            .unwrap_or_default(),
        &profile.provenance.sources.join(","),
        &profile.provenance.locations.join(","),
    ]
    .join("\u{1f}")
}
