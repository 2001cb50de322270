//! Table `grants`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, Timestamp};
use jianyi_rpc::Page;
use time::Date;

use crate::domain::grant::{Beneficiary, Grant};
use crate::domain::id::{GrantId, PolicyId};
use crate::domain::policy::BenefitKind;

macro_rules! grants {
    ($tail:tt $($args:tt)*) => {
        sqlx::query_as!(
            Grant,
            r#"select id as "id: GrantId", version, created_at as "created_at: Timestamp",
                      policy as "policy: PolicyId", benefit as "benefit: BenefitKind", hero,
                      beneficiary as "beneficiary: Beneficiary", from_day, to_day, credential, credential_index,
                      title_document, ended_on, end_reason, division as "division: Division", sources, locations
               from grants "# + $tail $($args)*
        )
    };
}

/// Inserts; `false` when its natural key, its student's year or its card is taken.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Grant) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "insert into grants (id, version, created_at, policy, benefit, hero, beneficiary, from_day, to_day, credential,
                credential_index, title_document, ended_on, end_reason, division, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) on conflict do nothing",
        new.id.as_uuid(),
        new.version,
        new.created_at as _,
        new.policy.as_uuid(),
        new.benefit as _,
        new.hero,
        new.beneficiary as _,
        new.from_day,
        new.to_day,
        new.credential,
        new.credential_index,
        new.title_document,
        new.ended_on,
        new.end_reason,
        &new.division as _,
        &new.sources,
        &new.locations,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The one with the same natural key.
pub(crate) async fn find_natural(
    conn: &mut PgConnection,
    like: &Grant,
) -> Result<Option<GrantId>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: GrantId" from grants
           where policy = $1 and hero = $2 and beneficiary = $3 and from_day = $4
                 and credential_index is not distinct from $5"#,
        like.policy.as_uuid(),
        like.hero,
        like.beneficiary as _,
        like.from_day,
        like.credential_index,
    )
    .fetch_optional(conn)
    .await?)
}

/// One by id.
pub(crate) async fn find(conn: &mut PgConnection, id: GrantId) -> Result<Option<Grant>, Fault> {
    Ok(grants!("where id = $1", id.as_uuid())
        .fetch_optional(conn)
        .await?)
}

/// One by id, locked.
pub(crate) async fn lock(conn: &mut PgConnection, id: GrantId) -> Result<Option<Grant>, Fault> {
    Ok(grants!("where id = $1 for update", id.as_uuid())
        .fetch_optional(conn)
        .await?)
}

/// A hero's grants that are still in force on the day or later, locked, oldest first.
pub(crate) async fn lock_open(
    conn: &mut PgConnection,
    hero: &str,
    on: Date,
) -> Result<Vec<Grant>, Fault> {
    Ok(grants!(
        "where hero = $1 and (ended_on is null or ended_on > $2) and (to_day is null or to_day >= $2)
         order by created_at, id for update",
        hero,
        on,
    )
    .fetch_all(conn)
    .await?)
}

/// What the hero enjoys in person.
pub(crate) async fn of_hero(
    conn: &mut PgConnection,
    benefit: BenefitKind,
    hero: &str,
) -> Result<Vec<Grant>, Fault> {
    Ok(grants!(
        "where benefit = $1 and hero = $2 and beneficiary = 'hero'",
        benefit as _,
        hero
    )
    .fetch_all(conn)
    .await?)
}

/// What was granted on a credential.
pub(crate) async fn of_credential(
    conn: &mut PgConnection,
    benefit: BenefitKind,
    index: &[u8],
) -> Result<Vec<Grant>, Fault> {
    Ok(grants!(
        "where benefit = $1 and credential_index = $2",
        benefit as _,
        index
    )
    .fetch_all(conn)
    .await?)
}

/// Writes an end.
pub(crate) async fn save(
    conn: &mut PgConnection,
    changed: &Grant,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update grants set version = $2, updated_at = $3, ended_on = $4, end_reason = $5 where id = $1",
        changed.id.as_uuid(),
        changed.version,
        now as _,
        changed.ended_on,
        changed.end_reason,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A page, of one hero or one benefit if given.
pub(crate) async fn list(
    conn: &mut PgConnection,
    hero: Option<&str>,
    benefit: Option<BenefitKind>,
    page: &Page,
) -> Result<Vec<Grant>, Fault> {
    Ok(grants!(
        "where ($1::timestamptz is null or (created_at, id) > ($1, $2)) and ($4::text is null or hero = $4)
               and ($5::text is null or benefit = $5)
         order by created_at, id limit $3",
        page.after_time() as _,
        page.after_id(),
        page.limit(),
        hero,
        benefit as _,
    )
    .fetch_all(conn)
    .await?)
}
