//! Tables `egress` and `egress_shapes`, with what the outbox says: what left this county.

use jianyi_db::PgConnection;
use jianyi_kernel::{Fault, Timestamp};
use time::Date;
use uuid::Uuid;

use crate::domain::person::PersonId;

/// What a reply consists of.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) method: String,
    pub(crate) fields: Vec<String>,
    pub(crate) plain: Vec<String>,
}

/// One reply that left.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: Uuid,
    pub(crate) created_at: Timestamp,
    pub(crate) shape_id: Uuid,
    pub(crate) recipient: String,
    pub(crate) reach: Vec<String>,
    pub(crate) records: i32,
    pub(crate) people: Vec<Uuid>,
}

/// Replies of one shape to one recipient.
#[derive(Debug)]
pub(crate) struct Replies {
    pub(crate) recipient: String,
    pub(crate) reach: Vec<String>,
    pub(crate) method: String,
    pub(crate) fields: Vec<String>,
    pub(crate) plain: Vec<String>,
    pub(crate) records: i64,
    pub(crate) times: i64,
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
}

/// Events of one type to one address.
#[derive(Debug)]
pub(crate) struct Events {
    pub(crate) type_name: String,
    pub(crate) address: String,
    pub(crate) events: i64,
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
}

/// What a report is narrowed to: days in Shanghai, both included.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Period {
    pub(crate) from: Option<Date>,
    pub(crate) to: Option<Date>,
}

/// The id of a shape, which is written when nobody has written it.
pub(crate) async fn shape(
    conn: &mut PgConnection,
    id: Uuid,
    digest: &[u8],
    shape: &Shape,
) -> Result<Uuid, Fault> {
    sqlx::query!(
        "insert into egress_shapes (id, digest, method, fields, plain) values ($1, $2, $3, $4, $5)
         on conflict (digest) do nothing",
        id,
        digest,
        shape.method,
        &shape.fields,
        &shape.plain,
    )
    .execute(&mut *conn)
    .await?;
    Ok(
        sqlx::query_scalar!("select id from egress_shapes where digest = $1", digest)
            .fetch_one(conn)
            .await?,
    )
}

/// The people whom names of people, heroes and other records are about.
pub(crate) async fn behind(conn: &mut PgConnection, named: &[Uuid]) -> Result<Vec<Uuid>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select distinct person_id as "id!" from (
               select id, id as person_id from people union all
               select id, person_id from heroes union all
               select id, person_id from roles union all
               select id, person_id from consents union all
               select id, person_id from subject_requests union all
               select id, person_id from departed) as records
           where id = any($1)"#,
        named
    )
    .fetch_all(conn)
    .await?)
}

/// Writes a row.
pub(crate) async fn insert(conn: &mut PgConnection, row: &Row) -> Result<(), Fault> {
    sqlx::query!(
        "insert into egress (id, created_at, shape_id, recipient, reach, records, people)
         values ($1, $2, $3, $4, $5, $6, $7)",
        row.id,
        row.created_at as _,
        row.shape_id,
        row.recipient,
        &row.reach,
        row.records,
        &row.people,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Replies by recipient and shape; `person` is somebody they told of.
pub(crate) async fn replies(
    conn: &mut PgConnection,
    period: Period,
    person: Option<PersonId>,
    limit: i64,
) -> Result<Vec<Replies>, Fault> {
    Ok(sqlx::query_as!(
        Replies,
        r#"select recipient, reach, method, fields, plain, sum(records)::bigint as "records!", count(*) as "times!",
                  min(egress.created_at) as "first!: Timestamp", max(egress.created_at) as "last!: Timestamp"
           from egress join egress_shapes on egress_shapes.id = shape_id
           where ($1::date is null or (egress.created_at at time zone 'Asia/Shanghai')::date >= $1)
             and ($2::date is null or (egress.created_at at time zone 'Asia/Shanghai')::date <= $2)
             and ($3::uuid is null or people @> array[$3::uuid])
           group by recipient, reach, method, fields, plain
           order by recipient, method, fields limit $4"#,
        period.from,
        period.to,
        person.map(PersonId::as_uuid),
        limit,
    )
    .fetch_all(conn)
    .await?)
}

/// Published events by type and address, those still in the outbox and those that it forgot.
pub(crate) async fn events(conn: &mut PgConnection, period: Period) -> Result<Vec<Events>, Fault> {
    Ok(sqlx::query_as!(
        Events,
        r#"select type_name as "type_name!", address as "address!", sum(events)::bigint as "events!",
                  min(first_at) as "first!: Timestamp", max(last_at) as "last!: Timestamp"
           from (
               select day, type_name, address, events, first_at, last_at from outbox_said
               union all
               select (published_at at time zone 'Asia/Shanghai')::date, type, split_part(subject, '.', 5), 1,
                      published_at, published_at
               from outbox where published_at is not null
           ) as said
           where ($1::date is null or day >= $1) and ($2::date is null or day <= $2)
           group by type_name, address order by address, type_name"#,
        period.from,
        period.to,
    )
    .fetch_all(conn)
    .await?)
}

/// Counties to which records of people were handed over, and when.
pub(crate) async fn handed(
    conn: &mut PgConnection,
    person: Option<PersonId>,
) -> Result<Vec<(String, Timestamp)>, Fault> {
    let rows = sqlx::query!(
        r#"select county, coalesce(updated_at, created_at) as "at!: Timestamp" from handovers
           where ($1::uuid is null or person_id = $1) and side = 'giving' and state in ('released', 'completed')
           order by created_at"#,
        person.map(PersonId::as_uuid),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.county, row.at)).collect())
}

/// Whether a person exists for whoever asks.
pub(crate) async fn knows(conn: &mut PgConnection, person: PersonId) -> Result<bool, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from people where id = $1) as "known!""#,
        person.as_uuid()
    )
    .fetch_one(conn)
    .await?)
}
