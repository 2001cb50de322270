//! Row scope as the database enforces it, whatever the service's own queries ask: checked on every table that
//! there is, so that a table of tomorrow is checked too.

use std::collections::BTreeMap;

use jianyi_kernel::{Call, Caller, Division, Reach};
use sqlx::{AssertSqlSafe, PgConnection, Row as _};

use crate::TestService;

/// A table as the catalogue describes it.
#[derive(Debug)]
struct Table {
    name: String,
    /// Row security is on, a policy says for whom, and the application does not own the table; or the
    /// application may not even read it: the migrations' own books.
    guarded: bool,
    /// Whose rows are somebody's: its policies are about reach.
    business: bool,
    /// It names the division of each row.
    divided: bool,
}

async fn tables(owner: &mut PgConnection) -> Vec<Table> {
    let rows = sqlx::query(
        "select c.relname::text as name,
                c.relrowsecurity and pg_get_userbyid(c.relowner) <> 'jianyi_app'
                    and exists (select from pg_policy p where p.polrelid = c.oid)
                    or not has_table_privilege('jianyi_app', c.oid, 'select') as guarded,
                exists (select from pg_policy p where p.polrelid = c.oid)
                    and not exists (select from pg_policy p where p.polrelid = c.oid
                                    and p.polname in ('reference', 'service', 'own')) as business,
                exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'division'
                        and not a.attisdropped) as divided
         from pg_class c
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
         order by c.relname",
    )
    .fetch_all(owner)
    .await
    .expect("the catalogue reads");
    rows.iter()
        .map(|row| Table {
            name: row.get("name"),
            guarded: row.get("guarded"),
            business: row.get("business"),
            divided: row.get("divided"),
        })
        .collect()
}

/// Somebody who reaches these divisions, in person.
fn somebody(divisions: &[&str]) -> Caller {
    let divisions = divisions
        .iter()
        .map(|code| Division::parse("division", code).expect("a division code"))
        .collect();
    Caller {
        subject: "test:somebody".into(),
        reach: Reach {
            divisions,
            sealed: true,
        },
        ..Caller::anonymous()
    }
}

async fn count(conn: &mut PgConnection, table: &str, condition: &str) -> i64 {
    let query = format!("select count(*) from \"{table}\" {condition}");
    sqlx::query_scalar(AssertSqlSafe(query))
        .fetch_one(conn)
        .await
        .expect("the table is readable")
}

/// Every table has row security and a policy, or is closed to the application; the application owns nothing
/// and nothing excuses it.
///
/// # Panics
/// With the names of the tables that are open.
pub async fn every_table_is_guarded(service: &TestService) {
    let mut owner = service.sql().await;
    let tables = tables(&mut owner).await;
    let open: Vec<&str> = tables
        .iter()
        .filter(|table| !table.guarded)
        .map(|table| table.name.as_str())
        .collect();
    assert!(open.is_empty(), "tables without a guard: {open:?}");
    assert!(tables.iter().any(|table| table.business), "{tables:?}");
    let bound: bool = sqlx::query_scalar(
        "select not (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)
         from pg_roles where rolname = 'jianyi_app'",
    )
    .fetch_one(&mut owner)
    .await
    .expect("the role exists");
    assert!(bound, "the application could step over row security");
    let nobody = somebody(&[]);
    let mut read = service.db().read(&nobody).await.expect("a read begins");
    let role: String = sqlx::query_scalar("select current_user::text")
        .fetch_one(&mut *read)
        .await
        .expect("the server knows who asks");
    assert_eq!(role, "jianyi_app");
}

/// A caller without any reach sees no row of any business table, and may add none. `expected` are tables that
/// the test has put rows into, lest there be nothing to see.
///
/// # Panics
/// When a row shows.
pub async fn nobody_sees_anything(service: &TestService, expected: &[&str]) {
    let mut owner = service.sql().await;
    let business = tables(&mut owner)
        .await
        .into_iter()
        .filter(|it| it.business);
    let nobody = somebody(&[]);
    let mut read = service.db().read(&nobody).await.expect("a read begins");
    let mut filled = Vec::new();
    for table in business {
        if count(&mut owner, &table.name, "").await > 0 {
            filled.push(table.name.clone());
        }
        let seen = count(&mut read, &table.name, "").await;
        assert_eq!(seen, 0, "{} shows rows to nobody in particular", table.name);
    }
    for table in expected {
        assert!(
            filled.iter().any(|name| name == table),
            "{table} is empty, so nothing was tested; there are rows in {filled:?}"
        );
    }
}

/// A caller who reaches the county `own` sees exactly its rows even where a query forgets to ask, and can neither
/// move a row to the county `other` nor add one there. `expected` are tables in which the test has put rows
/// of both.
///
/// # Panics
/// When a row of the other county shows or is written.
pub async fn a_county_reaches_only_itself(
    service: &TestService,
    own: &str,
    other: &str,
    expected: &[&str],
) {
    let mut owner = service.sql().await;
    let divided = tables(&mut owner)
        .await
        .into_iter()
        .filter(|it| it.business && it.divided);
    let clerk = somebody(&[own]);
    let mut read = service.db().read(&clerk).await.expect("a read begins");
    let mut compared = BTreeMap::new();
    for Table { name, .. } in divided {
        let inside = count(&mut owner, &name, &format!("where division like '{own}%'")).await;
        let outside = count(
            &mut owner,
            &name,
            &format!("where division like '{other}%'"),
        )
        .await;
        let seen = count(&mut read, &name, "").await;
        let seen_own = count(&mut read, &name, &format!("where division like '{own}%'")).await;
        assert_eq!(seen, seen_own, "{name} shows rows of others");
        if expected.contains(&name.as_str()) {
            assert_eq!(seen, inside, "{name} hides rows of the own county");
        }
        if seen > 0 {
            for write in [
                format!("update \"{name}\" set division = '{other}'"),
                format!(
                    "insert into \"{name}\" overriding system value select (jsonb_populate_record(null::\"{name}\", \
                     to_jsonb(t) || jsonb_build_object('division', '{other}'))).* from \"{name}\" t limit 1"
                ),
            ] {
                refused(service, &clerk, &write).await;
            }
        }
        compared.insert(name, (inside, outside));
    }
    for table in expected {
        let (inside, outside) = compared.get(*table).copied().unwrap_or_default();
        assert!(
            inside > 0 && outside > 0,
            "{table} has {inside} rows inside and {outside} outside, so nothing was compared"
        );
    }
}

/// The statement is stopped by row security.
async fn refused(service: &TestService, caller: &Caller, statement: &str) {
    let call = Call {
        caller: caller.clone(),
        ..Call::background("test", "/test")
    };
    let uow = service.db().begin_background(&call).await;
    let mut uow = uow.expect("a unit of work begins");
    let outcome = sqlx::query(AssertSqlSafe(statement.to_owned()))
        .execute(uow.conn())
        .await;
    let code = match &outcome {
        Err(sqlx::Error::Database(error)) => error.code().map(|code| code.to_string()),
        Ok(_) | Err(_) => None,
    };
    assert_eq!(code.as_deref(), Some("42501"), "{statement}: {outcome:?}");
}
