//! Tables `consents` and `consent_purposes`.

use jianyi_db::{FieldCipher, PgConnection};
use jianyi_kernel::{Fault, Pii, Timestamp};
use time::Date;

use crate::domain::consent::{Consent, ConsentId, Giver, Paper};
use crate::domain::person::PersonId;

/// A purpose as it was during a period.
#[derive(Debug)]
pub(crate) struct Purpose {
    pub(crate) code: String,
    pub(crate) display_name: String,
    pub(crate) basis: String,
    pub(crate) separate: bool,
    pub(crate) valid_from: Date,
    pub(crate) valid_to: Option<Date>,
}

/// Purposes in force on a day.
pub(crate) async fn purposes(conn: &mut PgConnection, as_of: Date) -> Result<Vec<Purpose>, Fault> {
    Ok(sqlx::query_as!(
        Purpose,
        "select code, display_name, basis, separate, valid_from, valid_to from consent_purposes
         where valid_from <= $1 and (valid_to is null or $1 < valid_to) order by code",
        as_of
    )
    .fetch_all(conn)
    .await?)
}

struct Row {
    id: ConsentId,
    version: i64,
    created_at: Timestamp,
    person_id: PersonId,
    purpose: String,
    notice_version: String,
    given_on: Date,
    given_by: Giver,
    evidence: Vec<u8>,
    withdrawn_on: Option<Date>,
}

impl Row {
    fn assemble(self, cipher: &FieldCipher) -> Result<Consent, Fault> {
        let evidence = cipher.open_text(&place(self.id), &self.evidence)?;
        Ok(Consent {
            id: self.id,
            version: self.version,
            created_at: self.created_at,
            person: self.person_id,
            paper: Paper {
                purpose: self.purpose,
                notice_version: self.notice_version,
                given_on: self.given_on,
                given_by: self.given_by,
                evidence: Pii::new(evidence),
            },
            withdrawn_on: self.withdrawn_on,
        })
    }
}

fn place(id: ConsentId) -> String {
    format!("consents/{id}/evidence")
}

/// A consent, kept from changing until the unit of work ends.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    id: ConsentId,
) -> Result<Option<Consent>, Fault> {
    sqlx::query_as!(
        Row,
        r#"select id as "id: ConsentId", version, created_at as "created_at: Timestamp", person_id as "person_id: PersonId", purpose,
                  notice_version, given_on, given_by as "given_by: Giver", evidence, withdrawn_on
           from consents where id = $1 for update"#,
        id.as_uuid()
    )
    .fetch_optional(conn)
    .await?
    .map(|row| row.assemble(cipher))
    .transpose()
}

/// Consents of a person in the order of entry; only those in force on a day when one is given.
pub(crate) async fn list(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    person: PersonId,
    as_of: Option<Date>,
) -> Result<Vec<Consent>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: ConsentId", version, created_at as "created_at: Timestamp", person_id as "person_id: PersonId", purpose,
                  notice_version, given_on, given_by as "given_by: Giver", evidence, withdrawn_on
           from consents
           where person_id = $1
             and ($2::date is null or (given_on <= $2 and (withdrawn_on is null or $2 < withdrawn_on)))
           order by created_at, id"#,
        person.as_uuid(),
        as_of
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| row.assemble(cipher)).collect()
}

/// Adds a consent.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    consent: &Consent,
) -> Result<(), Fault> {
    let paper = &consent.paper;
    sqlx::query!(
        "insert into consents (id, version, created_at, person_id, purpose, notice_version, given_on, given_by, evidence)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        consent.id.as_uuid(),
        consent.version,
        consent.created_at as _,
        consent.person.as_uuid(),
        paper.purpose,
        paper.notice_version,
        paper.given_on,
        paper.given_by as _,
        cipher.seal(&place(consent.id), paper.evidence.expose("seal").as_bytes())?
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Stores what may change: version and withdrawal.
pub(crate) async fn save(
    conn: &mut PgConnection,
    consent: &Consent,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update consents set version = $2, updated_at = $3, withdrawn_on = $4 where id = $1",
        consent.id.as_uuid(),
        consent.version,
        now as _,
        consent.withdrawn_on
    )
    .execute(conn)
    .await?;
    Ok(())
}
