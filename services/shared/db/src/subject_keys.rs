//! Table `subject_keys`: a key of their own for those whose data must one day become unreadable.
//!
//! Nothing is cached: a key that was destroyed opens nothing from the next call on.

use std::collections::BTreeMap;

use jianyi_kernel::{Fault, Timestamp};
use jianyi_vault::{FieldCipher, SubjectCipher};
use sqlx::PgConnection;

/// Makes the key of a new subject, e.g. `people/{id}`, in the unit of work that adds the subject.
///
/// # Errors
/// [`Fault::Exists`] when the subject has a key, or had one that was destroyed.
pub async fn create(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    subject: &str,
    now: Timestamp,
) -> Result<SubjectCipher, Fault> {
    let (own, wrapped) = cipher.new_subject(subject)?;
    if insert(conn, subject, &wrapped, now).await? {
        Ok(own)
    } else {
        Err(Fault::Exists(format!("the key of {subject}")))
    }
}

/// The key of a subject; `None` when it has none, or none any more.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot be reached.
pub async fn load(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    subject: &str,
) -> Result<Option<SubjectCipher>, Fault> {
    let wrapped: Option<Vec<u8>> = sqlx::query_scalar(
        "select wrapped from subject_keys where subject = $1 and destroyed_at is null",
    )
    .bind(subject)
    .fetch_optional(conn)
    .await?;
    wrapped
        .map(|wrapped| cipher.subject(subject, &wrapped))
        .transpose()
}

/// The keys of many subjects, for lists. A subject that is missing in the answer has none.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot be reached.
pub async fn load_many(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    subjects: &[String],
) -> Result<BTreeMap<String, SubjectCipher>, Fault> {
    let rows: Vec<(String, Vec<u8>)> = sqlx::query_as(
        "select subject, wrapped from subject_keys where subject = any($1) and destroyed_at is null",
    )
    .bind(subjects)
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|(subject, wrapped)| {
            let own = cipher.subject(&subject, &wrapped)?;
            Ok((subject, own))
        })
        .collect()
}

/// [`load`], or [`create`] for a subject that never had a key; `None` when it was destroyed.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot be reached.
pub async fn load_or_create(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    subject: &str,
    now: Timestamp,
) -> Result<Option<SubjectCipher>, Fault> {
    if let Some(own) = load(&mut *conn, cipher, subject).await? {
        return Ok(Some(own));
    }
    let (own, wrapped) = cipher.new_subject(subject)?;
    if insert(&mut *conn, subject, &wrapped, now).await? {
        return Ok(Some(own));
    }
    // Somebody else was faster, or it was destroyed.
    load(conn, cipher, subject).await
}

/// The key of a subject who comes back: the one it has, or a new one in the place of none or of a destroyed
/// one. What the destroyed key sealed stays unreadable.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot be reached.
pub async fn renew(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    subject: &str,
    now: Timestamp,
) -> Result<SubjectCipher, Fault> {
    if let Some(own) = load(&mut *conn, cipher, subject).await? {
        return Ok(own);
    }
    let (own, wrapped) = cipher.new_subject(subject)?;
    sqlx::query(
        "insert into subject_keys (subject, wrapped, created_at) values ($1, $2, $3)
         on conflict (subject) do update set wrapped = $2, created_at = $3, destroyed_at = null",
    )
    .bind(subject)
    .bind(wrapped)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(own)
}

/// Destroys the key of a subject: what was sealed with it is unreadable from the commit on, for ever.
/// `false` when there was none to destroy.
///
/// # Errors
/// [`Fault::Unavailable`] when the database cannot be reached.
pub async fn destroy(
    conn: &mut PgConnection,
    subject: &str,
    now: Timestamp,
) -> Result<bool, Fault> {
    let done = sqlx::query(
        "update subject_keys set wrapped = null, destroyed_at = $2 where subject = $1 and destroyed_at is null",
    )
    .bind(subject)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

async fn insert(
    conn: &mut PgConnection,
    subject: &str,
    wrapped: &[u8],
    now: Timestamp,
) -> Result<bool, Fault> {
    let done = sqlx::query(
        "insert into subject_keys (subject, wrapped, created_at) values ($1, $2, $3) on conflict do nothing",
    )
    .bind(subject)
    .bind(wrapped)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
