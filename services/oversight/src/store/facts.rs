//! The facts, one row per resource and generation.
//!
//! What was made up to show the system with is kept like everything else and read by nobody: neither it nor what
//! belongs to it is behind a figure (ADR 0026).

use jianyi_db::{PgConnection, Uow};
use jianyi_kernel::{Division, Fault, FuzzyDate, Timestamp};
use sqlx::types::Json;
use uuid::Uuid;

use crate::domain::codes::Code as _;
use crate::domain::fact::{Content, Fact, Mark, Measures, State};
use crate::store::Window;

/// Which row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key<'a> {
    /// The generation of the read model.
    pub(crate) generation: i32,
    /// The service.
    pub(crate) context: &'a str,
    /// The resource's name there.
    pub(crate) resource: &'a str,
}

/// Which facts are listed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// Only these kinds and those below; empty for all.
    pub(crate) kind: String,
    /// Only codes that begin so; empty for all.
    pub(crate) division_prefix: String,
}

/// The fact as it is known, held until the unit of work ends. A resource that was never heard of gets its
/// row here, so that two consumers meeting over it wait for each other.
pub(crate) async fn lock(uow: &mut Uow, key: Key<'_>) -> Result<Fact, Fault> {
    if let Some(fact) = locked(uow.conn(), key).await? {
        return Ok(fact);
    }
    let (id, now) = (uow.clock().new_uuid(), uow.now());
    let unheard = Fact::unheard(key.context, key.resource);
    sqlx::query!(
        "insert into facts (id, created_at, generation, context, resource, kind, division, on_date, ended_on, state, sources,
                            occurrences, measures, content_version, content_sequence, state_version, state_sequence)
         values ($1, $2, $3, $4, $5, '', $6, '', '', $7, '{}', 0, '{}', $8, $9, $8, $9) on conflict do nothing",
        id,
        now as _,
        key.generation,
        key.context,
        key.resource,
        unheard.content.division.as_str(),
        unheard.state.code(),
        Mark::NEVER.version,
        Mark::NEVER.sequence,
    )
    .execute(uow.conn())
    .await?;
    locked(uow.conn(), key)
        .await?
        .ok_or_else(|| Fault::internal("a fact vanished while it was held"))
}

async fn locked(conn: &mut PgConnection, key: Key<'_>) -> Result<Option<Fact>, Fault> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, created_at as "created_at: Timestamp", context, resource, kind, division as "division: Division",
                  on_date as "on_date: FuzzyDate", ended_on as "ended_on: FuzzyDate", state as "state: State", sources,
                  occurrences, measures as "measures: Json<Measures>", content_version, content_sequence, state_version,
                  state_sequence
           from facts where generation = $1 and context = $2 and resource = $3 for update"#,
        key.generation,
        key.context,
        key.resource,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| row.into_fact().1))
}

/// Writes a fact whose row is held.
pub(crate) async fn save(conn: &mut PgConnection, key: Key<'_>, fact: &Fact) -> Result<(), Fault> {
    let (content, span) = (&fact.content, fact.content.on.span());
    sqlx::query!(
        "update facts set kind = $4, division = $5, on_date = $6, first_day = $7, last_day = $8, ended_on = $9, state = $10,
                sources = $11, occurrences = $12, measures = $13, content_version = $14, content_sequence = $15,
                state_version = $16, state_sequence = $17
         where generation = $1 and context = $2 and resource = $3",
        key.generation,
        key.context,
        key.resource,
        content.kind,
        content.division.as_str(),
        content.on.to_string(),
        span.map(|(first, _)| first),
        span.map(|(_, last)| last),
        fact.ended_on.to_string(),
        fact.state.code(),
        &content.sources,
        content.occurrences,
        Json(&content.measures) as _,
        fact.content_mark.version,
        fact.content_mark.sequence,
        fact.state_mark.version,
        fact.state_mark.sequence,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Everything the serving generation knows, in an order that a rebuild reproduces.
pub(crate) async fn all(conn: &mut PgConnection) -> Result<Vec<Fact>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, created_at as "created_at: Timestamp", context, resource, kind, division as "division: Division",
                  on_date as "on_date: FuzzyDate", ended_on as "ended_on: FuzzyDate", state as "state: State", sources,
                  occurrences, measures as "measures: Json<Measures>", content_version, content_sequence, state_version,
                  state_sequence
           from facts
           where generation = (select active_generation from projection_state) and kind <> '' and state <> 'sealed'
             and not 'demonstration' = any(sources)
             and coalesce(measures ->> 'person', '') not in (
               select d.resource from facts d
               where d.generation = (select active_generation from projection_state) and 'demonstration' = any(d.sources))
             and coalesce(measures ->> 'parent', '') not in (
               select d.resource from facts d
               where d.generation = (select active_generation from projection_state) and 'demonstration' = any(d.sources))
           order by context, resource"#,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.into_fact().1).collect())
}

/// A page of facts, with their positions in the list.
pub(crate) async fn page(
    conn: &mut PgConnection,
    filter: &Filter,
    window: &Window,
) -> Result<Vec<(Position, Fact)>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, created_at as "created_at: Timestamp", context, resource, kind, division as "division: Division",
                  on_date as "on_date: FuzzyDate", ended_on as "ended_on: FuzzyDate", state as "state: State", sources,
                  occurrences, measures as "measures: Json<Measures>", content_version, content_sequence, state_version,
                  state_sequence
           from facts
           where generation = (select active_generation from projection_state) and kind <> '' and state <> 'sealed'
             and not 'demonstration' = any(sources)
             and coalesce(measures ->> 'person', '') not in (
               select d.resource from facts d
               where d.generation = (select active_generation from projection_state) and 'demonstration' = any(d.sources))
             and coalesce(measures ->> 'parent', '') not in (
               select d.resource from facts d
               where d.generation = (select active_generation from projection_state) and 'demonstration' = any(d.sources))
             and ($1 = '' or kind = $1 or starts_with(kind, $1 || '.'))
             and starts_with(division, $2)
             and ($3::integer is null or (first_day < make_date($3 + 1, 1, 1) and last_day >= make_date($3, 1, 1)))
             and ($4::timestamptz is null or (created_at, id) > ($4, $5))
           order by created_at, id limit $6"#,
        filter.kind,
        filter.division_prefix,
        window.year,
        window.after_time as _,
        window.after_id,
        window.limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Row::into_fact).collect())
}

/// Where a fact stands in a list.
pub(crate) type Position = (Timestamp, Uuid);

/// A row as three queries read it.
struct Row {
    id: Uuid,
    created_at: Timestamp,
    context: String,
    resource: String,
    kind: String,
    division: Division,
    on_date: FuzzyDate,
    ended_on: FuzzyDate,
    state: State,
    sources: Vec<String>,
    occurrences: i32,
    measures: Json<Measures>,
    content_version: i64,
    content_sequence: i64,
    state_version: i64,
    state_sequence: i64,
}

impl Row {
    fn into_fact(self) -> (Position, Fact) {
        let fact = Fact {
            context: self.context,
            resource: self.resource,
            content: Content {
                kind: self.kind,
                division: self.division,
                on: self.on_date,
                sources: self.sources,
                occurrences: self.occurrences,
                measures: self.measures.0,
            },
            content_mark: Mark {
                version: self.content_version,
                sequence: self.content_sequence,
            },
            state: self.state,
            ended_on: self.ended_on,
            state_mark: Mark {
                version: self.state_version,
                sequence: self.state_sequence,
            },
        };
        ((self.created_at, self.id), fact)
    }
}
