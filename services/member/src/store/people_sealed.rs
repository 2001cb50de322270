//! The personal columns of table `people`: the only place that seals and opens what is personal, each person's
//! under a key of their own.

use std::collections::BTreeMap;

use jianyi_db::{FieldCipher, PgConnection, SubjectCipher, subject_keys};
use jianyi_kernel::{CitizenId, Division, Fault, Pii, Provenance, Sex, Timestamp, parse_day};
use time::Date;

use crate::domain::full_name::FullName;
use crate::domain::person::{Content, Document, DocumentKind, Person, PersonId, Profile};
use crate::domain::phone::Phone;

/// A row as it lies in the table: sealed.
pub(super) struct Row {
    pub(super) id: PersonId,
    pub(super) version: i64,
    pub(super) created_at: Timestamp,
    pub(super) document_kind: DocumentKind,
    pub(super) full_name: Vec<u8>,
    pub(super) citizen_id: Option<Vec<u8>>,
    pub(super) document_number: Option<Vec<u8>>,
    pub(super) phone: Option<Vec<u8>>,
    pub(super) birth_date: Option<Vec<u8>>,
    pub(super) sex: Option<String>,
    pub(super) veteran: bool,
    pub(super) division: Division,
    pub(super) erased_at: Option<Timestamp>,
    pub(super) sources: Vec<String>,
    pub(super) locations: Vec<String>,
}

impl Row {
    /// Opens with the person's own key, or with the service's for somebody who has none yet.
    fn open(self, cipher: &FieldCipher, own: Option<&SubjectCipher>) -> Result<Person, Fault> {
        let content = match self.erased_at {
            Some(at) => Content::Erased(at),
            None => Content::Known(self.profile(cipher, own)?),
        };
        Ok(Person {
            id: self.id,
            version: self.version,
            created_at: self.created_at,
            content,
        })
    }

    fn profile(&self, cipher: &FieldCipher, own: Option<&SubjectCipher>) -> Result<Profile, Fault> {
        let entered = self.created_at.business_date();
        let open = |column, sealed: Option<&Vec<u8>>| -> Result<Option<String>, Fault> {
            let place = place(self.id, column);
            sealed
                .map(|sealed| match own {
                    Some(own) => own.open_text(&place, sealed),
                    None => cipher.open_text(&place, sealed),
                })
                .transpose()
        };
        let citizen_id = open("citizen_id", self.citizen_id.as_ref())?
            .map(|number| CitizenId::parse("citizen_id", &number, entered))
            .transpose()?;
        let number = open("document_number", self.document_number.as_ref())?.map(Pii::new);
        let full_name = open("full_name", Some(&self.full_name))?.unwrap_or_default();
        let phone = open("phone", self.phone.as_ref())?;
        let birth_date = open("birth_date", self.birth_date.as_ref())?;
        Ok(Profile {
            full_name: FullName::parse("full_name", &full_name)?,
            document: Document::assemble(Some(self.document_kind), citizen_id, number)?,
            phone: phone
                .map(|phone| Phone::parse("phone", &phone))
                .transpose()?,
            sex: self.sex.as_deref().map(|sex| {
                if sex == "male" {
                    Sex::Male
                } else {
                    Sex::Female
                }
            }),
            birth_date: birth_date
                .map(|day| parse_day("birth_date", &day))
                .transpose()?
                .map(Pii::new),
            veteran: self.veteran,
            division: self.division.clone(),
            provenance: Provenance {
                sources: self.sources.clone(),
                locations: self.locations.clone(),
            },
        })
    }
}

/// Where a sealed value belongs; it opens nowhere else.
fn place(id: PersonId, column: &str) -> String {
    format!("people/{id}/{column}")
}

/// Whose key it is.
pub(super) fn subject(id: PersonId) -> String {
    format!("people/{id}")
}

pub(super) async fn open_all(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    rows: Vec<Row>,
) -> Result<Vec<Person>, Fault> {
    let subjects: Vec<String> = rows.iter().map(|row| subject(row.id)).collect();
    let keys: BTreeMap<String, SubjectCipher> =
        subject_keys::load_many(conn, cipher, &subjects).await?;
    rows.into_iter()
        .map(|row| {
            let own = keys.get(&subject(row.id));
            row.open(cipher, own)
        })
        .collect()
}

/// The personal columns of a person, sealed.
pub(super) struct SealedColumns {
    pub(super) full_name: Vec<u8>,
    pub(super) citizen_id: Option<Vec<u8>>,
    pub(super) document_number: Option<Vec<u8>>,
    pub(super) phone: Option<Vec<u8>>,
    pub(super) birth_date: Option<Vec<u8>>,
}

impl SealedColumns {
    pub(super) fn of(own: &SubjectCipher, id: PersonId, profile: &Profile) -> Result<Self, Fault> {
        let seal = |column, value: &str| own.seal(&place(id, column), value.as_bytes());
        Ok(Self {
            full_name: seal("full_name", profile.full_name.expose("seal"))?,
            citizen_id: profile
                .document
                .citizen_id()
                .map(|id| seal("citizen_id", id.expose("seal")))
                .transpose()?,
            document_number: profile
                .document
                .number()
                .map(|n| seal("document_number", n.expose("seal")))
                .transpose()?,
            phone: profile
                .phone
                .as_ref()
                .map(|phone| seal("phone", phone.expose("seal")))
                .transpose()?,
            birth_date: profile
                .birth_date
                .as_ref()
                .map(|day: &Pii<Date>| seal("birth_date", &day.expose("seal").to_string()))
                .transpose()?,
        })
    }
}

pub(super) fn sex_text(sex: Option<Sex>) -> Option<&'static str> {
    sex.map(|sex| if sex == Sex::Male { "male" } else { "female" })
}
