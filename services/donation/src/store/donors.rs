//! Table `donors`: names go in and out sealed.

use jianyi_db::{FieldCipher, PgConnection};
use jianyi_kernel::{Division, Fault, Pii, Timestamp, Uscc};
use jianyi_rpc::Page;

use crate::domain::donor::{Donor, DonorId, DonorKind};

macro_rules! donors {
    ($conn:expr, $fetch:ident, $tail:literal $(, $arg:expr)*) => {
        sqlx::query!(
            r#"select id as "id: DonorId", version, created_at as "created_at: Timestamp",
                division as "division: Division", kind as "kind: DonorKind", sealed_name, anonymous,
                uscc as "uscc: Uscc", uscc_absent_reason, sources, locations
            from donors "# + $tail
            $(, $arg)*
        )
        .$fetch($conn)
        .await?
    };
}

/// The row with its name opened.
macro_rules! open {
    ($cipher:expr, $row:expr) => {{
        let row = $row;
        let name = $cipher.open_text(&place(row.id), &row.sealed_name)?;
        Donor {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            division: row.division,
            kind: row.kind,
            display_name: Pii::new(name),
            anonymous: row.anonymous,
            uscc: row.uscc,
            uscc_absent_reason: row.uscc_absent_reason,
            sources: row.sources,
            locations: row.locations,
        }
    }};
}

fn place(id: DonorId) -> String {
    format!("donors/{id}/display_name")
}

fn name_index(cipher: &FieldCipher, donor: &Donor) -> Result<Option<Vec<u8>>, Fault> {
    donor
        .recognised_by()
        .map(|text| cipher.blind_index("donor_organisation", &text))
        .transpose()
}

/// Adds a row; `false` when the code, or the organisation's name, is taken.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    new: &Donor,
) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "insert into donors (id, version, created_at, division, kind, sealed_name, name_index, anonymous,
            uscc, uscc_absent_reason, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing",
        new.id.as_uuid(),
        new.version,
        new.created_at as _,
        new.division.as_str(),
        new.kind as _,
        cipher.seal(&place(new.id), new.display_name.expose("seal").as_bytes())?,
        name_index(cipher, new)?,
        new.anonymous,
        new.uscc.as_ref().map(Uscc::as_str),
        new.uscc_absent_reason,
        &new.sources,
        &new.locations,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Who has the code, or the organisation's name.
pub(crate) async fn find_natural(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    like: &Donor,
) -> Result<DonorId, Fault> {
    let id = sqlx::query_scalar!(
        r#"select id as "id: DonorId" from donors
           where uscc = $1 or (uscc is null and kind = $2 and division = $3 and name_index = $4)"#,
        like.uscc.as_ref().map(Uscc::as_str),
        like.kind as _,
        like.division.as_str(),
        name_index(cipher, like)?,
    )
    .fetch_one(conn)
    .await?;
    Ok(id)
}

/// One row.
pub(crate) async fn get(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    id: DonorId,
) -> Result<Donor, Fault> {
    let row = donors!(conn, fetch_optional, "where id = $1", id.as_uuid());
    Ok(open!(
        cipher,
        row.ok_or_else(|| Fault::NotFound(id.name()))?
    ))
}

/// A page of rows.
pub(crate) async fn list(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    kind: Option<DonorKind>,
    page: &Page,
) -> Result<Vec<Donor>, Fault> {
    let rows = donors!(
        conn,
        fetch_all,
        "where ($1::text is null or kind = $1)
           and ($2::timestamptz is null or (created_at, id) > ($2, $3)) order by created_at, id limit $4",
        kind as _,
        page.after_time() as _,
        page.after_id(),
        page.limit()
    );
    rows.into_iter().map(|row| Ok(open!(cipher, row))).collect()
}
