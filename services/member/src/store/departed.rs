//! Table `departed`: whose the records were that left with somebody, so that old names can say where they are.

use jianyi_db::PgConnection;
use jianyi_kernel::Fault;
use uuid::Uuid;

use crate::domain::person::PersonId;

/// Notes that a record left with a person.
pub(crate) async fn note(
    conn: &mut PgConnection,
    records: &[Uuid],
    person: PersonId,
) -> Result<(), Fault> {
    sqlx::query!(
        "insert into departed (id, person_id) select id, $2 from unnest($1::uuid[]) as id on conflict do nothing",
        records,
        person.as_uuid()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The person behind a hero, a role, a consent or a request, whether it is here or has left with them.
pub(crate) async fn person_behind(
    conn: &mut PgConnection,
    record: Uuid,
) -> Result<Option<PersonId>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select person_id as "id!: PersonId" from (
               select id, person_id from heroes union all
               select id, person_id from roles union all
               select id, person_id from consents union all
               select id, person_id from subject_requests union all
               select id, person_id from departed) as records
           where id = $1 limit 1"#,
        record
    )
    .fetch_optional(conn)
    .await?)
}
