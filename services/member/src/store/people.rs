//! Table `people`.
//!
//! Locked people are kept and no longer used: only [`get_kept`] finds them. Of those who were handed over to
//! another county nothing is found here but whose they are: [`custody`].

use jianyi_db::{FieldCipher, PgConnection, subject_keys};
use jianyi_kernel::{Division, Fault, Timestamp};
use time::Date;

use super::Window;
use crate::domain::person::{DocumentKind, Person, PersonId, Profile};
use crate::store::people_keys::Keys;
use crate::store::people_sealed::{Row, SealedColumns, open_all, sex_text, subject};

/// Rows of people whom the rest of the statement chooses.
macro_rules! rows {
    ($tail:literal $(, $arg:expr)*) => {
        sqlx::query_as!(
            Row,
            r#"select id as "id: PersonId", version, created_at as "created_at: Timestamp",
                document_kind as "document_kind: DocumentKind", full_name, citizen_id, document_number, phone,
                birth_date, sex, veteran, division as "division: Division",
                erased_at as "erased_at: Timestamp", sources, locations
            from people "# + $tail
            $(, $arg)*
        )
    };
}

/// A person who is not locked.
pub(crate) async fn get(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    id: PersonId,
) -> Result<Option<Person>, Fault> {
    one(conn, cipher, id, false).await
}

/// A person, even a locked one: for those who answer for the data.
pub(crate) async fn get_kept(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    id: PersonId,
) -> Result<Option<Person>, Fault> {
    one(conn, cipher, id, true).await
}

async fn one(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    id: PersonId,
    locked: bool,
) -> Result<Option<Person>, Fault> {
    let row = rows!(
        "where id = $1 and handed_to is null and ($2 or locked_at is null)",
        id.as_uuid(),
        locked
    )
    .fetch_optional(&mut *conn)
    .await?;
    let people = open_all(conn, cipher, row.into_iter().collect()).await?;
    Ok(people.into_iter().next())
}

/// Whether somebody is registered about whom something may be entered: neither locked nor erased. They stay
/// so until the unit of work ends.
pub(crate) async fn hold(conn: &mut PgConnection, id: PersonId) -> Result<bool, Fault> {
    Ok(sqlx::query_scalar!(
        "select id from people where id = $1 and locked_at is null and erased_at is null for share",
        id.as_uuid()
    )
    .fetch_optional(conn)
    .await?
    .is_some())
}

/// People in the order of entry.
pub(crate) async fn list(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    veteran: Option<bool>,
    window: Window,
) -> Result<Vec<Person>, Fault> {
    let rows = rows!(
        "where locked_at is null and handed_to is null and ($1::boolean is null or veteran = $1)
             and ($2::timestamptz is null or (created_at, id) > ($2, $3::uuid))
           order by created_at, id limit $4",
        veteran,
        window.after_time as _,
        window.after_id,
        window.limit
    )
    .fetch_all(&mut *conn)
    .await?;
    open_all(conn, cipher, rows).await
}

/// People by the keyed hash of an identity number or of a phone number.
pub(crate) async fn find(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    citizen_index: Option<&[u8]>,
    phone_index: Option<&[u8]>,
) -> Result<Vec<Person>, Fault> {
    let rows = rows!(
        "where locked_at is null and handed_to is null and (citizen_index = $1 or phone_index = $2)
           order by created_at, id limit 500",
        citizen_index,
        phone_index
    )
    .fetch_all(&mut *conn)
    .await?;
    open_all(conn, cipher, rows).await
}

/// Keyed words of a search, as `jianyi_db::search::Query` means them.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) any: Vec<Vec<u8>>,
    pub(crate) all: Vec<Vec<u8>>,
}

/// People who have one of some words, or all of others, in the order of entry.
pub(crate) async fn search(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    wanted: &Wanted,
    window: Window,
) -> Result<Vec<Person>, Fault> {
    let rows = rows!(
        "where locked_at is null and erased_at is null and handed_to is null
             and id in (
                 select person_id from people_words where word = any($1::bytea[])
                 union
                 select person_id from people_words where word = any($2::bytea[])
                 group by person_id having count(*) = cardinality($2::bytea[]))
             and ($3::timestamptz is null or (created_at, id) > ($3, $4::uuid))
           order by created_at, id limit $5",
        &wanted.any,
        &wanted.all,
        window.after_time as _,
        window.after_id,
        window.limit
    )
    .fetch_all(&mut *conn)
    .await?;
    open_all(conn, cipher, rows).await
}

/// People whose words are of an older generation, kept from changing until the unit of work ends.
pub(crate) async fn lock_unindexed(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    words_version: i32,
    limit: i64,
) -> Result<Vec<Person>, Fault> {
    let rows = rows!(
        "where words_version < $1 and erased_at is null and handed_to is null
           order by words_version, id limit $2 for update skip locked",
        words_version,
        limit
    )
    .fetch_all(&mut *conn)
    .await?;
    open_all(conn, cipher, rows).await
}

/// The person on record whom these keys identify: by citizen number, else by the same words of the
/// same source. Nobody who is locked.
pub(crate) async fn find_same(
    conn: &mut PgConnection,
    keys: &Keys,
) -> Result<Option<PersonId>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: PersonId" from people
           where locked_at is null and handed_to is null
             and (($1::boolean and document_kind = 'citizen_id' and citizen_index = $2) or stated_index = $3)
           limit 1"#,
        keys.unique,
        keys.citizen.as_deref(),
        keys.stated.as_deref()
    )
    .fetch_optional(conn)
    .await?)
}

/// Adds a person under a key of their own; `false` when somebody with the same keys is there, whom the caller
/// may not see. Then the unit of work must end.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    person: (PersonId, i64, Timestamp),
    profile: &Profile,
    keys: &Keys,
) -> Result<bool, Fault> {
    let (id, version, created_at) = person;
    let own = subject_keys::create(&mut *conn, cipher, &subject(id), created_at).await?;
    let sealed = SealedColumns::of(&own, id, profile)?;
    let done = sqlx::query!(
        "insert into people (id, version, created_at, document_kind, full_name, citizen_id, document_number, phone,
             birth_date, sex, veteran, division, citizen_index, phone_index, stated_index, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         on conflict do nothing",
        id.as_uuid(),
        version,
        created_at as _,
        profile.document.kind() as _,
        sealed.full_name,
        sealed.citizen_id,
        sealed.document_number,
        sealed.phone,
        sealed.birth_date,
        sex_text(profile.sex),
        profile.veteran,
        &profile.division as _,
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

/// Stores a corrected profile; its document is as it was.
pub(crate) async fn correct(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    id: PersonId,
    profile: &Profile,
    now: Timestamp,
) -> Result<(), Fault> {
    let keys = Keys::of(cipher, profile)?;
    let own = subject_keys::load_or_create(&mut *conn, cipher, &subject(id), now)
        .await?
        .ok_or_else(|| Fault::internal("a person who is not erased has lost the key"))?;
    let sealed = SealedColumns::of(&own, id, profile)?;
    sqlx::query!(
        "update people set version = version + 1, updated_at = $2, full_name = $3, citizen_id = $4,
             document_number = $5, phone = $6, birth_date = $7, sex = $8, veteran = $9, division = $10,
             phone_index = $11, words_version = 0
         where id = $1",
        id.as_uuid(),
        now as _,
        sealed.full_name,
        sealed.citizen_id,
        sealed.document_number,
        sealed.phone,
        sealed.birth_date,
        sex_text(profile.sex),
        profile.veteran,
        &profile.division as _,
        keys.phone.as_deref()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts a person under confidentiality or takes them out of it; the new version, if that is a change.
pub(crate) async fn set_sealed(
    conn: &mut PgConnection,
    id: PersonId,
    sealed: bool,
    now: Timestamp,
) -> Result<Option<i64>, Fault> {
    Ok(sqlx::query_scalar!(
        "update people set sealed = $2, version = version + 1, updated_at = $3
         where id = $1 and sealed <> $2 returning version",
        id.as_uuid(),
        sealed,
        now as _
    )
    .fetch_optional(conn)
    .await?)
}

/// Keeps a person's data and takes it out of use.
pub(crate) async fn set_locked(
    conn: &mut PgConnection,
    id: PersonId,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update people set locked_at = $2, version = version + 1, updated_at = $2
         where id = $1 and locked_at is null",
        id.as_uuid(),
        now as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Destroys a person's key and empties what it protected; the id stays. Answers the new version.
pub(crate) async fn erase(
    conn: &mut PgConnection,
    id: PersonId,
    now: Timestamp,
) -> Result<i64, Fault> {
    subject_keys::destroy(&mut *conn, &subject(id), now).await?;
    sqlx::query!(
        "delete from people_words where person_id = $1",
        id.as_uuid()
    )
    .execute(&mut *conn)
    .await?;
    Ok(sqlx::query_scalar!(
        "update people set erased_at = $2, version = version + 1, updated_at = $2, document_kind = 'none',
             full_name = '', citizen_id = null, document_number = null, phone = null, birth_date = null, sex = null,
             citizen_index = null, phone_index = null, stated_index = null
         where id = $1 returning version",
        id.as_uuid(),
        now as _
    )
    .fetch_one(conn)
    .await?)
}

/// Who writes about a person.
#[derive(Debug, Clone)]
pub(crate) struct Custody {
    pub(crate) epoch: i64,
    /// Another county, if it is not this one.
    pub(crate) handed_to: Option<Division>,
    pub(crate) sealed: bool,
    pub(crate) erased: bool,
    pub(crate) former_counties: Vec<String>,
}

/// Who writes about a person; stays so until the unit of work ends.
pub(crate) async fn custody(
    conn: &mut PgConnection,
    id: PersonId,
) -> Result<Option<Custody>, Fault> {
    Ok(sqlx::query_as!(
        Custody,
        r#"select epoch, handed_to as "handed_to: Division", sealed, erased_at is not null as "erased!", former_counties
           from people where id = $1 for update"#,
        id.as_uuid()
    )
    .fetch_optional(conn)
    .await?)
}

/// The county that a person was handed over to, for whoever asks under the old name.
pub(crate) async fn handed_to(
    conn: &mut PgConnection,
    id: PersonId,
) -> Result<Option<Division>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select handed_to as "handed_to!: Division" from people where id = $1 and handed_to is not null"#,
        id.as_uuid()
    )
    .fetch_optional(conn)
    .await?)
}

/// From now on another county writes, in the next epoch.
pub(crate) async fn release(
    conn: &mut PgConnection,
    id: PersonId,
    to: (&Division, Date),
    epoch: i64,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update people set epoch = $2, handed_to = $3, handed_on = $4, updated_at = $5 where id = $1",
        id.as_uuid(),
        epoch,
        to.0 as _,
        to.1,
        now as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// From now on this county writes again.
pub(crate) async fn resume(
    conn: &mut PgConnection,
    id: PersonId,
    epoch: i64,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update people set epoch = $2, handed_to = null, handed_on = null, version = version + 1, updated_at = $3
         where id = $1",
        id.as_uuid(),
        epoch,
        now as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Destroys what is personal about somebody whom another county keeps now; what was counted stays counted.
pub(crate) async fn empty(
    conn: &mut PgConnection,
    id: PersonId,
    now: Timestamp,
) -> Result<(), Fault> {
    subject_keys::destroy(&mut *conn, &subject(id), now).await?;
    sqlx::query!(
        "update people set updated_at = $2, document_kind = 'none', full_name = '', citizen_id = null,
             document_number = null, phone = null, birth_date = null, sex = null, citizen_index = null,
             phone_index = null, stated_index = null, sources = '{}', locations = '{}'
         where id = $1 and handed_to is not null",
        id.as_uuid(),
        now as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether somebody else is identified by these keys.
pub(crate) async fn taken(
    conn: &mut PgConnection,
    id: PersonId,
    keys: &Keys,
) -> Result<bool, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from people
               where id <> $1
                 and (($2::boolean and document_kind = 'citizen_id' and citizen_index = $3) or stated_index = $4)) as "taken!""#,
        id.as_uuid(),
        keys.unique,
        keys.citizen.as_deref(),
        keys.stated.as_deref()
    )
    .fetch_one(conn)
    .await?)
}

/// Writes the keys by which a person is found here.
pub(crate) async fn set_keys(
    conn: &mut PgConnection,
    id: PersonId,
    keys: &Keys,
) -> Result<(), Fault> {
    sqlx::query!(
        "update people set citizen_index = $2, phone_index = $3, stated_index = $4 where id = $1",
        id.as_uuid(),
        keys.citizen.as_deref(),
        keys.phone.as_deref(),
        keys.stated.as_deref()
    )
    .execute(conn)
    .await?;
    Ok(())
}
