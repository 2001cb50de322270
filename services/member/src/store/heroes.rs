//! Table `heroes`. Row-level security hides sealed rows from every method whose policy does not reach them.

use jianyi_db::{FieldCipher, PgConnection};
use jianyi_kernel::{Fault, FuzzyDate, Pii, Provenance, Timestamp};
use time::Date;

use super::Window;
use crate::domain::hero::{Decision, Hero, HeroId, HonourLevel, Level, Record, Seal, Standing};
use crate::domain::person::PersonId;

/// A row: standing and seal lie in nullable columns that the table's checks keep consistent.
struct Row {
    id: HeroId,
    version: i64,
    created_at: Timestamp,
    person_id: PersonId,
    confirmed_on: FuzzyDate,
    document_no: String,
    authority: String,
    honour_level: Option<HonourLevel>,
    confidentiality: Option<Level>,
    confidentiality_ground: Option<Vec<u8>>,
    revoked_on: Option<Date>,
    revocation_document_no: Option<String>,
    revocation_reason: Option<Vec<u8>>,
    died_on: Option<FuzzyDate>,
    sources: Vec<String>,
    locations: Vec<String>,
}

impl Row {
    fn assemble(self, cipher: &FieldCipher) -> Result<Hero, Fault> {
        let open = |column, sealed: &[u8]| {
            cipher
                .open_text(&place(self.id, column), sealed)
                .map(Pii::new)
        };
        let seal = match (self.confidentiality, &self.confidentiality_ground) {
            (Some(level), Some(ground)) => Some(Seal {
                level,
                ground: open("confidentiality_ground", ground)?,
            }),
            (_, _) => None,
        };
        let standing = match (
            self.revoked_on,
            self.revocation_document_no,
            &self.revocation_reason,
            self.died_on,
        ) {
            (Some(decided_on), Some(document_no), Some(reason), _) => Standing::Revoked {
                decided_on,
                document_no,
                reason: open("revocation_reason", reason)?,
            },
            (_, _, _, Some(died_on)) => Standing::Deceased { died_on },
            (_, _, _, None) => Standing::Confirmed,
        };
        let decision = Decision {
            person: self.person_id,
            confirmed_on: self.confirmed_on,
            document_no: self.document_no,
            authority: self.authority,
            honour_level: self.honour_level,
            provenance: Provenance {
                sources: self.sources,
                locations: self.locations,
            },
        };
        let record = Record {
            id: self.id,
            version: self.version,
            created_at: self.created_at,
            decision,
            standing,
        };
        Ok(Hero::restore(record, seal))
    }
}

/// Where a sealed value belongs; it opens nowhere else.
fn place(id: HeroId, column: &str) -> String {
    format!("heroes/{id}/{column}")
}

/// How the table writes a standing; also the filter of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum StandingKind {
    Confirmed,
    Revoked,
    Deceased,
}

/// A hero; a sealed one only where the call reaches them.
pub(crate) async fn get(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    id: HeroId,
) -> Result<Option<Hero>, Fault> {
    sqlx::query_as!(
        Row,
        r#"select id as "id: HeroId", version, created_at as "created_at: Timestamp",
                  person_id as "person_id: PersonId", confirmed_on as "confirmed_on: FuzzyDate", document_no,
                  authority, honour_level as "honour_level: HonourLevel", confidentiality as "confidentiality: Level",
                  confidentiality_ground, revoked_on, revocation_document_no, revocation_reason,
                  died_on as "died_on: FuzzyDate", sources, locations
           from heroes where id = $1"#,
        id.as_uuid()
    )
    .fetch_optional(conn)
    .await?
    .map(|row| row.assemble(cipher))
    .transpose()
}

/// A hero, sealed or not, kept from changing until the unit of work ends.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    id: HeroId,
) -> Result<Option<Hero>, Fault> {
    sqlx::query!(
        "select id from heroes where id = $1 for update",
        id.as_uuid()
    )
    .fetch_optional(&mut *conn)
    .await?;
    get(conn, cipher, id).await
}

/// What a list of heroes is narrowed to.
#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) standing: Option<StandingKind>,
    pub(crate) person: Option<PersonId>,
    pub(crate) veteran: Option<bool>,
    /// Only sealed ones, or only the others.
    pub(crate) sealed: Option<bool>,
}

/// Heroes in the order of entry; sealed ones only where the call reaches them.
pub(crate) async fn list(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    filter: &Filter,
    window: Window,
) -> Result<Vec<Hero>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: HeroId", version, created_at as "created_at: Timestamp",
                  person_id as "person_id: PersonId", confirmed_on as "confirmed_on: FuzzyDate", document_no,
                  authority, honour_level as "honour_level: HonourLevel", confidentiality as "confidentiality: Level",
                  confidentiality_ground, revoked_on, revocation_document_no, revocation_reason,
                  died_on as "died_on: FuzzyDate", sources, locations
           from heroes
           where ($1::text is null or standing = $1)
             and ($2::uuid is null or person_id = $2)
             and ($3::boolean is null or (confidentiality is not null) = $3)
             and ($4::timestamptz is null or (created_at, id) > ($4, $5::uuid))
             and exists (select from people where people.id = person_id and handed_to is null
                             and ($7::boolean is null or people.veteran = $7))
           order by created_at, id limit $6"#,
        filter.standing as _,
        filter.person.map(PersonId::as_uuid),
        filter.sealed,
        window.after_time as _,
        window.after_id,
        window.limit,
        filter.veteran
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| row.assemble(cipher)).collect()
}

/// Heroes that a person is, kept from changing until the unit of work ends.
pub(crate) async fn lock_of(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    person: PersonId,
) -> Result<Vec<Hero>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: HeroId", version, created_at as "created_at: Timestamp",
                  person_id as "person_id: PersonId", confirmed_on as "confirmed_on: FuzzyDate", document_no,
                  authority, honour_level as "honour_level: HonourLevel", confidentiality as "confidentiality: Level",
                  confidentiality_ground, revoked_on, revocation_document_no, revocation_reason,
                  died_on as "died_on: FuzzyDate", sources, locations
           from heroes where person_id = $1 order by created_at, id for update"#,
        person.as_uuid()
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| row.assemble(cipher)).collect()
}

/// The hero of this person and decision, sealed or not.
pub(crate) async fn find_natural(
    conn: &mut PgConnection,
    person: PersonId,
    document_no: &str,
) -> Result<Option<HeroId>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: HeroId" from heroes where person_id = $1 and document_no = $2"#,
        person.as_uuid(),
        document_no
    )
    .fetch_optional(conn)
    .await?)
}

/// Version and currency of a hero, sealed or not.
pub(crate) async fn standing(
    conn: &mut PgConnection,
    id: HeroId,
) -> Result<Option<(i64, bool)>, Fault> {
    let row = sqlx::query!(
        r#"select version, standing = 'confirmed' as "current!" from heroes where id = $1"#,
        id.as_uuid()
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.version, row.current)))
}

/// Adds a hero as confirmed; `false` when the decision about this person is there.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    hero: &Hero,
) -> Result<bool, Fault> {
    let record = hero.record();
    let decision = &record.decision;
    let done = sqlx::query!(
        "insert into heroes (id, version, created_at, person_id, standing, confirmed_on, document_no, authority,
             honour_level, confidentiality, confidentiality_ground, sources, locations)
         values ($1, $2, $3, $4, 'confirmed', $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict do nothing",
        record.id.as_uuid(),
        record.version,
        record.created_at as _,
        decision.person.as_uuid(),
        &decision.confirmed_on as _,
        decision.document_no,
        decision.authority,
        decision.honour_level as _,
        hero.sealed().map(|seal| seal.level) as _,
        ground(cipher, hero)?,
        &decision.provenance.sources,
        &decision.provenance.locations
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Stores what may change: version, standing and seal.
pub(crate) async fn save(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    hero: &Hero,
    now: Timestamp,
) -> Result<(), Fault> {
    let record = hero.record();
    let (kind, revoked, died_on) = match &record.standing {
        Standing::Confirmed => (StandingKind::Confirmed, None, None),
        Standing::Revoked {
            decided_on,
            document_no,
            reason,
        } => {
            let reason = cipher.seal(
                &place(record.id, "revocation_reason"),
                reason.expose("seal").as_bytes(),
            )?;
            (
                StandingKind::Revoked,
                Some((*decided_on, document_no.as_str(), reason)),
                None,
            )
        }
        Standing::Deceased { died_on } => (StandingKind::Deceased, None, Some(died_on)),
    };
    let (revoked_on, document_no, reason) = revoked
        .map_or((None, None, None), |(on, no, reason)| {
            (Some(on), Some(no), Some(reason))
        });
    sqlx::query!(
        "update heroes set version = $2, updated_at = $3, standing = $4, revoked_on = $5,
             revocation_document_no = $6, revocation_reason = $7, died_on = $8, confidentiality = $9,
             confidentiality_ground = $10
         where id = $1",
        record.id.as_uuid(),
        record.version,
        now as _,
        kind as _,
        revoked_on,
        document_no,
        reason,
        died_on as _,
        hero.sealed().map(|seal| seal.level) as _,
        ground(cipher, hero)?
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn ground(cipher: &FieldCipher, hero: &Hero) -> Result<Option<Vec<u8>>, Fault> {
    let place = place(hero.record().id, "confidentiality_ground");
    hero.sealed()
        .map(|seal| cipher.seal(&place, seal.ground.expose("seal").as_bytes()))
        .transpose()
}
