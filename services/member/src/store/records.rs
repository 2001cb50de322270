//! Everything that is kept of a person, table by table and column by column, for the one journey that a
//! hand-over is.
//!
//! Rows travel whole: a column that is added later travels with them, and a county that does not know it
//! sends the record back instead of losing it. Sealed columns are opened here and sealed there.

use std::collections::{BTreeMap, BTreeSet};

use jianyi_db::{FieldCipher, PgConnection, SubjectCipher, subject_keys};
use jianyi_kernel::{Division, Fault, Timestamp, Violation};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::Date;
use zeroize::Zeroizing;

use super::{SEALED, people_keys::Keys};
use crate::domain::person::PersonId;
use crate::store::{people, people_words};

/// How records are written down; another number cannot be read.
const FORMAT: u32 = 1;
/// The tables, parents first.
pub(crate) const TABLES: [&str; 6] = [
    "people",
    "roles",
    "heroes",
    "consents",
    "subject_requests",
    "seal_releases",
];

type Row = Map<String, Value>;

#[derive(Serialize, Deserialize)]
struct Records {
    format: u32,
    tables: BTreeMap<String, Vec<Row>>,
}

/// What the receiving county makes of a record.
#[derive(Debug)]
pub(crate) struct Admission<'a> {
    pub(crate) person: PersonId,
    /// Who writes from now on.
    pub(crate) own: &'a Division,
    /// Who wrote before.
    pub(crate) former: &'a Division,
    pub(crate) effective_on: Date,
    pub(crate) epoch: i64,
}

/// Takes down everything about a person.
pub(crate) async fn take(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    person: PersonId,
) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let own = subject_keys::load(&mut *conn, cipher, &format!("people/{person}")).await?;
    let rows = sqlx::query!(
        r#"select 'people' as "table!", to_jsonb(t) as "row!: Value" from people t where id = $1 union all
           select 'roles', to_jsonb(t) from roles t where person_id = $1 union all
           select 'heroes', to_jsonb(t) from heroes t where person_id = $1 union all
           select 'consents', to_jsonb(t) from consents t where person_id = $1 union all
           select 'subject_requests', to_jsonb(t) from subject_requests t where person_id = $1 union all
           select 'seal_releases', to_jsonb(t) from seal_releases t
               where hero_id in (select id from heroes where person_id = $1)"#,
        person.as_uuid()
    )
    .fetch_all(conn)
    .await?;
    let mut tables: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for found in rows {
        let Value::Object(mut row) = found.row else {
            continue;
        };
        translate(&found.table, &mut row, |place, text| {
            let sealed = bytes_of(text).ok_or_else(|| Fault::internal("not a bytea"))?;
            let open = match &own {
                Some(own) if found.table == "people" => own.open_text(place, &sealed)?,
                Some(_) | None => cipher.open_text(place, &sealed)?,
            };
            Ok(open)
        })?;
        tables.entry(found.table).or_default().push(row);
    }
    let records = Records {
        format: FORMAT,
        tables,
    };
    serde_json::to_vec(&records)
        .map(Zeroizing::new)
        .map_err(Fault::internal)
}

/// Puts a record in, under the ids it had; whatever is left here of an earlier stay gives way.
///
/// # Errors
/// [`Fault::Invalid`] or another lasting fault when it does not fit here; the caller undoes what was begun.
pub(crate) async fn put(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    record: &[u8],
    admission: &Admission<'_>,
    now: Timestamp,
) -> Result<(), Fault> {
    let records: Records = serde_json::from_slice(record).map_err(|_| unreadable())?;
    if records.format != FORMAT {
        return Err(unreadable().into());
    }
    let person = admission.person;
    remove(&mut *conn, person).await?;
    let own = subject_keys::renew(&mut *conn, cipher, &format!("people/{person}"), now).await?;
    let mut tables = records.tables;
    for table in TABLES {
        let columns = columns(&mut *conn, table).await?;
        for mut row in tables.remove(table).unwrap_or_default() {
            if row.keys().any(|column| !columns.contains(column)) {
                return Err(unreadable().into());
            }
            seal(table, &mut row, cipher, &own)?;
            admit(table, &mut row, admission, now);
            insert(&mut *conn, table, Value::Object(row)).await?;
        }
    }
    if !tables.is_empty() {
        return Err(unreadable().into());
    }
    index(conn, cipher, person).await
}

/// The numbers by which people are found are keyed by each county's own secret.
async fn index(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    person: PersonId,
) -> Result<(), Fault> {
    let found = people::get_kept(&mut *conn, cipher, person).await?;
    let found = found.ok_or_else(unreadable)?;
    let profile = found.profile()?;
    let keys = Keys::of(cipher, profile)?;
    if people::taken(&mut *conn, person, &keys).await? {
        return Err(Violation::new(
            "person",
            "ALREADY_REGISTERED",
            "somebody is registered here under the same number".into(),
            "该证件号码在本县区已有登记",
        )
        .into());
    }
    people::set_keys(&mut *conn, person, &keys).await?;
    people_words::write(conn, cipher, person, profile).await
}

fn unreadable() -> Violation {
    Violation::new(
        "record",
        "RECORD_UNREADABLE",
        "the record was written by a service that is newer or older".into(),
        "移交资料的格式与本县区系统版本不符",
    )
}

/// Applies a translation to the sealed columns of a row.
fn translate(
    table: &str,
    row: &mut Row,
    with: impl Fn(&str, &str) -> Result<String, Fault>,
) -> Result<(), Fault> {
    let Some(id) = row.get("id").and_then(Value::as_str).map(ToOwned::to_owned) else {
        return Err(unreadable().into());
    };
    for column in SEALED.iter().filter(|column| column.table == table) {
        if let Some(Value::String(text)) = row.get_mut(column.column) {
            *text = with(&column.place.replace("{id}", &id), text)?;
        }
    }
    Ok(())
}

fn seal(
    table: &str,
    row: &mut Row,
    cipher: &FieldCipher,
    own: &SubjectCipher,
) -> Result<(), Fault> {
    translate(table, row, |place, text| {
        let sealed = if table == "people" {
            own.seal(place, text.as_bytes())?
        } else {
            cipher.seal(place, text.as_bytes())?
        };
        Ok(text_of(&sealed))
    })
}

/// What a row says differently here than where it comes from.
fn admit(table: &str, row: &mut Row, admission: &Admission<'_>, now: Timestamp) {
    let mut set = |column: &str, value: Value| row.insert(column.into(), value);
    match table {
        "people" => {
            set("epoch", admission.epoch.into());
            set("handed_to", Value::Null);
            set("handed_on", Value::Null);
            set("division", admission.own.as_str().into());
            set("words_version", 0.into());
            // Unique, and replaced as soon as the row is there.
            let unique = text_of(admission.person.as_uuid().as_bytes());
            for index in ["citizen_index", "phone_index", "stated_index"] {
                if row.get(index).is_some_and(|index| !index.is_null()) {
                    row.insert(index.into(), unique.as_str().into());
                }
            }
            let mut former: BTreeSet<String> = row
                .get("former_counties")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|county| county.as_str().map(ToOwned::to_owned))
                .collect();
            former.insert(admission.former.to_string());
            row.insert("former_counties".into(), former.into_iter().collect());
        }
        "roles" => {
            let held_in = row
                .get("held_in")
                .and_then(Value::as_str)
                .unwrap_or_else(|| admission.former.as_str())
                .to_owned();
            let from_there = held_in == admission.former.as_str();
            // A role comes home with whoever held it.
            let home = held_in == admission.own.as_str();
            row.insert(
                "held_in".into(),
                if home { Value::Null } else { held_in.into() },
            );
            if from_there {
                end_by(row, admission.effective_on);
            }
        }
        _ => {}
    }
    if matches!(table, "people" | "roles" | "heroes") {
        let version = row.get("version").and_then(Value::as_i64).unwrap_or(0) + 1;
        row.insert("version".into(), version.into());
        row.insert("updated_at".into(), now.rfc3339().into());
    }
}

/// What was held where somebody comes from ends on the day of the move, and what was to begin later never did.
/// Days of this form compare as texts do.
fn end_by(row: &mut Row, effective_on: Date) {
    let text = |column: &str| {
        row.get(column)
            .and_then(Value::as_str)
            .map(ToOwned::to_owned)
    };
    let end = effective_on.to_string();
    let end = text("from_day").filter(|from| *from > end).unwrap_or(end);
    let end = text("to_day").filter(|to| *to < end).unwrap_or(end);
    row.insert("to_day".into(), end.into());
}

/// The columns that a table has here.
async fn columns(conn: &mut PgConnection, table: &str) -> Result<BTreeSet<String>, Fault> {
    let columns = sqlx::query_scalar!(
        r#"select column_name::text as "column!" from information_schema.columns
           where table_schema = 'public' and table_name = $1"#,
        table
    )
    .fetch_all(conn)
    .await?;
    Ok(columns.into_iter().collect())
}

async fn insert(conn: &mut PgConnection, table: &str, row: Value) -> Result<(), Fault> {
    let done = match table {
        "people" => sqlx::query!(
            "insert into people select * from jsonb_populate_record(null::people, $1)",
            row
        ),
        // Its last column is made from others.
        "roles" => sqlx::query!(
            "insert into roles (id, version, created_at, updated_at, person_id, kind, domain, tier, title, org_unit_id,
                 from_day, to_day, sources, locations, held_in)
             select id, version, created_at, updated_at, person_id, kind, domain, tier, title, org_unit_id,
                 from_day, to_day, sources, locations, held_in from jsonb_populate_record(null::roles, $1)",
            row
        ),
        "heroes" => sqlx::query!(
            "insert into heroes select * from jsonb_populate_record(null::heroes, $1)",
            row
        ),
        "consents" => sqlx::query!(
            "insert into consents select * from jsonb_populate_record(null::consents, $1)",
            row
        ),
        "subject_requests" => sqlx::query!(
            "insert into subject_requests select * from jsonb_populate_record(null::subject_requests, $1)",
            row
        ),
        _ => sqlx::query!(
            "insert into seal_releases select * from jsonb_populate_record(null::seal_releases, $1)",
            row
        ),
    };
    done.execute(conn).await?;
    Ok(())
}

/// Removes what hangs from a person, and the person with the last of it.
async fn remove(conn: &mut PgConnection, person: PersonId) -> Result<(), Fault> {
    remove_dependants(&mut *conn, person).await?;
    let id = person.as_uuid();
    sqlx::query!("delete from departed where person_id = $1", id)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from roles where person_id = $1", id)
        .execute(&mut *conn)
        .await?;
    // Only what was handed over gives way; somebody else of this id does not.
    sqlx::query!(
        "delete from people where id = $1 and handed_to is not null",
        id
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes what the other county now keeps; roles stay, so that what was counted stays counted.
pub(crate) async fn remove_dependants(
    conn: &mut PgConnection,
    person: PersonId,
) -> Result<(), Fault> {
    let id = person.as_uuid();
    sqlx::query!(
        "delete from seal_releases where hero_id in (select id from heroes where person_id = $1)",
        id
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("delete from heroes where person_id = $1", id)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from consents where person_id = $1", id)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from subject_requests where person_id = $1", id)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from people_words where person_id = $1", id)
        .execute(conn)
        .await?;
    Ok(())
}

/// As Postgres writes a bytea in JSON.
fn text_of(bytes: &[u8]) -> String {
    let mut text = String::from("\\x");
    for byte in bytes {
        for half in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
        }
    }
    text
}

fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let hex = text.strip_prefix("\\x")?.as_bytes();
    hex.chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}
