//! Tasks of plans.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Id, Provenance, Timestamp};
use jianyi_proto::name;
use sqlx::types::Json;

use crate::domain::Stored;
use crate::domain::codes::Code as _;
use crate::domain::plan::Plan;
use crate::domain::task::{Milestone, PlanTask, TaskState};
use crate::store::Window;

/// Writes a new row, or answers [`Fault::Exists`] with the one that is there.
pub(crate) async fn insert(conn: &mut PgConnection, new: &Stored<PlanTask>) -> Result<(), Fault> {
    let it = &new.it;
    let done = sqlx::query!(
        "insert into plan_tasks (id, created_at, plan_id, ordinal, title, owner, state, milestones, evidence, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing",
        new.id.as_uuid(),
        new.created_at as _,
        it.plan.as_uuid(),
        it.ordinal,
        it.title,
        it.owner,
        it.state.code(),
        Json(&it.milestones) as _,
        &it.evidence,
        &it.provenance.sources,
        &it.provenance.locations,
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    let there = sqlx::query_scalar!(
        r#"select id as "id: Id<PlanTask>" from plan_tasks where plan_id = $1 and ordinal = $2"#,
        it.plan.as_uuid(),
        it.ordinal,
    )
    .fetch_one(conn)
    .await?;
    Err(Fault::Exists(name::child(it.plan, there)))
}

/// The rows of a window, oldest first.
pub(crate) async fn select(
    conn: &mut PgConnection,
    window: &Window,
) -> Result<Vec<Stored<PlanTask>>, Fault> {
    let rows = sqlx::query!(
        r#"select id as "id: Id<PlanTask>", version, created_at as "created_at: Timestamp", plan_id as "plan_id: Id<Plan>",
                  ordinal, title, owner, state as "state: TaskState", milestones as "milestones: Json<Vec<Milestone>>",
                  evidence, sources, locations
           from plan_tasks
           where ($1::uuid is null or id = $1)
             and ($2::timestamptz is null or (created_at, id) > ($2, $3))
             and ($4::uuid is null or plan_id = $4)
           order by created_at, id limit $5"#,
        window.id,
        window.after_time as _,
        window.after_id,
        window.parent,
        window.limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Stored {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            it: PlanTask {
                plan: row.plan_id,
                ordinal: row.ordinal,
                title: row.title,
                owner: row.owner,
                state: row.state,
                milestones: row.milestones.0,
                evidence: row.evidence,
                provenance: Provenance {
                    sources: row.sources,
                    locations: row.locations,
                },
            },
        })
        .collect())
}

/// Writes what changed; `updated` carries its new version.
pub(crate) async fn update(
    conn: &mut PgConnection,
    updated: &Stored<PlanTask>,
    now: Timestamp,
) -> Result<(), Fault> {
    let it = &updated.it;
    sqlx::query!(
        "update plan_tasks set version = $2, updated_at = $3, state = $4, milestones = $5, evidence = $6 where id = $1",
        updated.id.as_uuid(),
        updated.version,
        now as _,
        it.state.code(),
        Json(&it.milestones) as _,
        &it.evidence,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Holds the row, if there is one, until the unit of work ends.
pub(crate) async fn lock(conn: &mut PgConnection, id: Id<PlanTask>) -> Result<(), Fault> {
    sqlx::query_scalar!(
        "select id from plan_tasks where id = $1 for update",
        id.as_uuid()
    )
    .fetch_optional(conn)
    .await?;
    Ok(())
}
