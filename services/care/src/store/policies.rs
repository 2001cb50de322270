//! Table `policies`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Count, Division, Fault, FuzzyDate, Timestamp};
use jianyi_rpc::Page;

use crate::domain::id::PolicyId;
use crate::domain::policy::{BenefitKind, Policy};

macro_rules! policies {
    ($tail:tt $($args:tt)*) => {
        sqlx::query_as!(
            Policy,
            r#"select id as "id: PolicyId", created_at as "created_at: Timestamp", benefit as "benefit: BenefitKind",
                      authority, valid_from as "valid_from: FuzzyDate", valid_to as "valid_to: FuzzyDate",
                      points as "points: Count", requires_title, division as "division: Division",
                      sources, locations
               from policies "# + $tail $($args)*
        )
    };
}

/// Inserts; `false` when its natural key is taken.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Policy) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "insert into policies (id, created_at, benefit, authority, valid_from, valid_from_key, valid_to, points,
                requires_title, division, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing",
        new.id.as_uuid(),
        new.created_at as _,
        new.benefit as _,
        new.authority,
        &new.valid_from as _,
        new.valid_from.canonical(),
        &new.valid_to as _,
        new.points as _,
        new.requires_title,
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
    like: &Policy,
) -> Result<Option<PolicyId>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: PolicyId" from policies where benefit = $1 and valid_from_key = $2 and division = $3"#,
        like.benefit as _,
        like.valid_from.canonical(),
        &like.division as _,
    )
    .fetch_optional(conn)
    .await?)
}

/// One by id.
pub(crate) async fn find(conn: &mut PgConnection, id: PolicyId) -> Result<Option<Policy>, Fault> {
    Ok(policies!("where id = $1", id.as_uuid())
        .fetch_optional(conn)
        .await?)
}

/// A page, of one benefit if given.
pub(crate) async fn list(
    conn: &mut PgConnection,
    benefit: Option<BenefitKind>,
    page: &Page,
) -> Result<Vec<Policy>, Fault> {
    Ok(policies!(
        "where ($1::timestamptz is null or (created_at, id) > ($1, $2)) and ($4::text is null or benefit = $4)
         order by created_at, id limit $3",
        page.after_time() as _,
        page.after_id(),
        page.limit(),
        benefit as _,
    )
    .fetch_all(conn)
    .await?)
}
