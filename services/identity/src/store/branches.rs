//! Table `branches`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, Id, Timestamp};

use crate::domain::{BranchKind, KnownBranch};

/// Waits for whoever makes or ends a branch, and makes them wait for this unit of work: what changes an account while a
/// branch is made is seen by one of the two.
pub(crate) async fn hold(conn: &mut PgConnection) -> Result<(), Fault> {
    sqlx::query!("select pg_advisory_xact_lock_shared(hashtextextended('jianyi branches', 0))")
        .execute(conn)
        .await?;
    Ok(())
}

/// Waits for all units of work that tell branches something, and makes others wait.
pub(crate) async fn hold_alone(conn: &mut PgConnection) -> Result<(), Fault> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('jianyi branches', 0))")
        .execute(conn)
        .await?;
    Ok(())
}

/// The branches that are told things.
pub(crate) async fn open(conn: &mut PgConnection) -> Result<Vec<KnownBranch>, Fault> {
    Ok(sqlx::query_as!(
        KnownBranch,
        r#"select id as "id: _", created_at as "created_at: _", division as "division: Division", public_key,
                  key_made_at as "key_made_at: _", ended_at as "ended_at: _"
           from branches where ended_at is null order by division"#,
    )
    .fetch_all(conn)
    .await?)
}

/// A county's branch, ended or not.
pub(crate) async fn find(
    conn: &mut PgConnection,
    county: &Division,
) -> Result<Option<KnownBranch>, Fault> {
    Ok(sqlx::query_as!(
        KnownBranch,
        r#"select id as "id: _", created_at as "created_at: _", division as "division: Division", public_key,
                  key_made_at as "key_made_at: _", ended_at as "ended_at: _"
           from branches where division = $1"#,
        county.as_str(),
    )
    .fetch_optional(conn)
    .await?)
}

/// A branch, and what it was told altogether.
pub(crate) struct Overview {
    pub(crate) branch: KnownBranch,
    /// Accounts that it was told and that were not taken back.
    pub(crate) accounts: i64,
    /// The last end among them.
    pub(crate) valid_until: Option<Timestamp>,
}

/// One branch with what it was told, or all, by county.
pub(crate) async fn overview(
    conn: &mut PgConnection,
    county: Option<&Division>,
) -> Result<Vec<Overview>, Fault> {
    let rows = sqlx::query!(
        r#"select branches.id as "id: Id<BranchKind>", branches.created_at as "created_at: Timestamp",
                  division as "division: Division", public_key, key_made_at as "key_made_at: Timestamp",
                  ended_at as "ended_at: Timestamp", count(told.id) as "accounts!",
                  max(told.valid_until) as "valid_until: Timestamp"
           from branches left join branch_copies as told on told.branch_id = branches.id and retracted_at is null
           where $1::text is null or division = $1
           group by branches.id order by division"#,
        county.map(Division::as_str),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Overview {
            branch: KnownBranch {
                id: row.id,
                created_at: row.created_at,
                division: row.division,
                public_key: row.public_key,
                key_made_at: row.key_made_at,
                ended_at: row.ended_at,
            },
            accounts: row.accounts,
            valid_until: row.valid_until,
        })
        .collect())
}

/// Keeps a branch with a new key, the first or another.
pub(crate) async fn put(
    conn: &mut PgConnection,
    branch: &KnownBranch,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "insert into branches (id, created_at, division, public_key, key_made_at) values ($1, $2, $3, $4, $5)
         on conflict (id) do update set public_key = $4, key_made_at = $5, ended_at = null, updated_at = $6,
                                        version = branches.version + 1",
        branch.id.as_uuid(),
        branch.created_at as _,
        branch.division.as_str(),
        branch.public_key,
        branch.key_made_at as _,
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps that a branch was ended.
pub(crate) async fn end(
    conn: &mut PgConnection,
    branch: &KnownBranch,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update branches set ended_at = $2, updated_at = $2, version = version + 1 where id = $1",
        branch.id.as_uuid(),
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}
