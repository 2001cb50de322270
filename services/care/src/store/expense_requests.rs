//! Table `expense_requests`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, Fen, Timestamp};
use jianyi_rpc::Page;

use crate::domain::expense_request::{ExpenseRequest, ExpenseState};
use crate::domain::id::{ActivityId, ExpenseRequestId};

macro_rules! requests {
    ($tail:tt $($args:tt)*) => {
        sqlx::query_as!(
            ExpenseRequest,
            r#"select id as "id: ExpenseRequestId", version, created_at as "created_at: Timestamp",
                      activity as "activity: ActivityId", fund, amount_fen as "amount_fen: Fen", purpose,
                      state as "state: ExpenseState", refusal, answer_version, division as "division: Division",
                      sources, locations
               from expense_requests "# + $tail $($args)*
        )
    };
}

/// Inserts.
pub(crate) async fn insert(conn: &mut PgConnection, new: &ExpenseRequest) -> Result<(), Fault> {
    sqlx::query!(
        "insert into expense_requests (id, created_at, activity, fund, amount_fen, purpose, state, division,
                sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        new.id.as_uuid(),
        new.created_at as _,
        new.activity.as_uuid(),
        new.fund,
        new.amount_fen as _,
        new.purpose,
        new.state as _,
        &new.division as _,
        &new.sources,
        &new.locations,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One by id.
pub(crate) async fn find(
    conn: &mut PgConnection,
    id: ExpenseRequestId,
) -> Result<Option<ExpenseRequest>, Fault> {
    Ok(requests!("where id = $1", id.as_uuid())
        .fetch_optional(conn)
        .await?)
}

/// One by id, locked.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    id: ExpenseRequestId,
) -> Result<Option<ExpenseRequest>, Fault> {
    Ok(requests!("where id = $1 for update", id.as_uuid())
        .fetch_optional(conn)
        .await?)
}

/// Writes what changed.
pub(crate) async fn save(
    conn: &mut PgConnection,
    changed: &ExpenseRequest,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update expense_requests set version = $2, updated_at = $3, state = $4, refusal = $5, answer_version = $6
         where id = $1",
        changed.id.as_uuid(),
        changed.version,
        now as _,
        changed.state as _,
        changed.refusal,
        changed.answer_version,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A page, for one activity if given.
pub(crate) async fn list(
    conn: &mut PgConnection,
    activity: Option<ActivityId>,
    page: &Page,
) -> Result<Vec<ExpenseRequest>, Fault> {
    Ok(requests!(
        "where ($1::timestamptz is null or (created_at, id) > ($1, $2)) and ($4::uuid is null or activity = $4)
         order by created_at, id limit $3",
        page.after_time() as _,
        page.after_id(),
        page.limit(),
        activity.map(ActivityId::as_uuid),
    )
    .fetch_all(conn)
    .await?)
}
