//! Table `people`: the only place that seals and opens what is personal.

use jianyi_db::{FieldCipher, PgConnection};
use jianyi_kernel::{CitizenId, Fault, Pii, Provenance, Sex, Timestamp, parse_day};
use time::Date;

use super::Window;
use crate::domain::full_name::FullName;
use crate::domain::person::{Document, DocumentKind, Person, PersonId, Profile};
use crate::domain::phone::Phone;
use crate::store::people_keys::Keys;

/// A row as it lies in the table: sealed.
struct Row {
    id: PersonId,
    version: i64,
    created_at: Timestamp,
    document_kind: DocumentKind,
    full_name: Vec<u8>,
    citizen_id: Option<Vec<u8>>,
    document_number: Option<Vec<u8>>,
    phone: Option<Vec<u8>>,
    birth_date: Option<Vec<u8>>,
    sex: Option<String>,
    veteran: bool,
    sources: Vec<String>,
    locations: Vec<String>,
}

impl Row {
    fn open(self, cipher: &FieldCipher) -> Result<Person, Fault> {
        let entered = self.created_at.business_date();
        let open = |column, sealed: Option<Vec<u8>>| -> Result<Option<String>, Fault> {
            sealed
                .map(|sealed| cipher.open_text(&place(self.id, column), &sealed))
                .transpose()
        };
        let citizen_id = open("citizen_id", self.citizen_id)?
            .map(|number| CitizenId::parse("citizen_id", &number, entered))
            .transpose()?;
        let number = open("document_number", self.document_number)?.map(Pii::new);
        let full_name = open("full_name", Some(self.full_name))?.unwrap_or_default();
        let phone = open("phone", self.phone)?;
        let birth_date = open("birth_date", self.birth_date)?;
        let profile = Profile {
            full_name: FullName::parse("full_name", &full_name)?,
            document: Document::assemble(Some(self.document_kind), citizen_id, number)?,
            phone: phone
                .map(|phone| Phone::parse("phone", &phone))
                .transpose()?,
            sex: self.sex.map(|sex| {
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
            provenance: Provenance {
                sources: self.sources,
                locations: self.locations,
            },
        };
        Ok(Person {
            id: self.id,
            version: self.version,
            created_at: self.created_at,
            profile,
        })
    }
}

/// Where a sealed value belongs; it opens nowhere else.
fn place(id: PersonId, column: &str) -> String {
    format!("people/{id}/{column}")
}

/// A person.
pub(crate) async fn get(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    id: PersonId,
) -> Result<Option<Person>, Fault> {
    sqlx::query_as!(
        Row,
        r#"select id as "id: PersonId", version, created_at as "created_at: Timestamp",
                  document_kind as "document_kind: DocumentKind", full_name, citizen_id, document_number, phone,
                  birth_date, sex, veteran, sources, locations
           from people where id = $1"#,
        id.as_uuid()
    )
    .fetch_optional(conn)
    .await?
    .map(|row| row.open(cipher))
    .transpose()
}

/// Whether somebody is registered.
pub(crate) async fn exists(conn: &mut PgConnection, id: PersonId) -> Result<bool, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from people where id = $1) as "exists!""#,
        id.as_uuid()
    )
    .fetch_one(conn)
    .await?)
}

/// People in the order of entry.
pub(crate) async fn list(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    veteran: Option<bool>,
    window: Window,
) -> Result<Vec<Person>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: PersonId", version, created_at as "created_at: Timestamp",
                  document_kind as "document_kind: DocumentKind", full_name, citizen_id, document_number, phone,
                  birth_date, sex, veteran, sources, locations
           from people
           where ($1::boolean is null or veteran = $1)
             and ($2::timestamptz is null or (created_at, id) > ($2, $3::uuid))
           order by created_at, id limit $4"#,
        veteran,
        window.after_time as _,
        window.after_id,
        window.limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| row.open(cipher)).collect()
}

/// People by the keyed hash of an identity number or of a phone number.
pub(crate) async fn find(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    citizen_index: Option<&[u8]>,
    phone_index: Option<&[u8]>,
) -> Result<Vec<Person>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: PersonId", version, created_at as "created_at: Timestamp",
                  document_kind as "document_kind: DocumentKind", full_name, citizen_id, document_number, phone,
                  birth_date, sex, veteran, sources, locations
           from people where citizen_index = $1 or phone_index = $2
           order by created_at, id limit 500"#,
        citizen_index,
        phone_index
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| row.open(cipher)).collect()
}

/// The person on record whom these keys identify: by citizen number, else by the same words of the
/// same source.
pub(crate) async fn find_same(
    conn: &mut PgConnection,
    keys: &Keys,
) -> Result<Option<PersonId>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: PersonId" from people
           where ($1::boolean and document_kind = 'citizen_id' and citizen_index = $2) or stated_index = $3
           limit 1"#,
        keys.unique,
        keys.citizen.as_deref(),
        keys.stated.as_deref()
    )
    .fetch_optional(conn)
    .await?)
}

/// Adds a person; `false` when somebody with the same keys is there.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    person: &Person,
    keys: &Keys,
) -> Result<bool, Fault> {
    let profile = &person.profile;
    let seal = |column, value: &str| cipher.seal(&place(person.id, column), value.as_bytes());
    let citizen_id = profile
        .document
        .citizen_id()
        .map(|id| seal("citizen_id", id.expose("seal")))
        .transpose()?;
    let number = profile
        .document
        .number()
        .map(|n| seal("document_number", n.expose("seal")))
        .transpose()?;
    let phone = profile
        .phone
        .as_ref()
        .map(|phone| seal("phone", phone.expose("seal")))
        .transpose()?;
    let born = profile
        .birth_date
        .as_ref()
        .map(|day: &Pii<Date>| day.expose("seal").to_string());
    let done = sqlx::query!(
        "insert into people (id, version, created_at, document_kind, full_name, citizen_id, document_number, phone,
             birth_date, sex, veteran, citizen_index, phone_index, stated_index, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         on conflict do nothing",
        person.id.as_uuid(),
        person.version,
        person.created_at as _,
        profile.document.kind() as _,
        seal("full_name", profile.full_name.expose("seal"))?,
        citizen_id,
        number,
        phone,
        born.map(|day| seal("birth_date", &day)).transpose()?,
        profile.sex.map(|sex| if sex == Sex::Male { "male" } else { "female" }),
        profile.veteran,
        keys.citizen.as_deref(),
        keys.phone.as_deref(),
        keys.stated.as_deref(),
        &profile.provenance.sources,
        &profile.provenance.locations
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
