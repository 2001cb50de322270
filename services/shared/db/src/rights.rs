//! The role that services serve as: it owns nothing, so that row-level security binds it and the record of
//! what was done cannot be changed by it.

use jianyi_kernel::Fault;
use sqlx::PgConnection;

/// Whoever set the server up has made the role; on a server of somebody else we try.
const MAKE_ROLE: &str = "do $$ begin
    if not exists (select from pg_roles where rolname = 'jianyi_app') then
        create role jianyi_app nologin;
    end if;
exception when duplicate_object or unique_violation then null;
end $$";

/// The books of the migrations are closed to the application; it may only ask how far they go.
const TELL_VERSION: &str = "
    create or replace function jianyi_migrated(books text) returns bigint
    language plpgsql stable security definer set search_path = public, pg_temp as $$
    declare newest bigint := 0; begin
        if books like '\\_%migrations' and to_regclass(quote_ident(books)) is not null then
            execute format('select coalesce(max(version), 0) from %I where success', books) into newest;
        end if;
        return newest;
    end $$";

/// It may also ask whether a newer program took something away, see migrations.rs.
const TELL_CONTRACTED: &str = "
    create or replace function jianyi_contracted(books text, known bigint) returns bigint
    language plpgsql stable security definer set search_path = public, pg_temp as $$
    declare found bigint; begin
        if books like '\\_%migrations' and to_regclass(quote_ident(books)) is not null then
            execute format('select max(version) from %I where success and version > $1
                            and starts_with(description, $2)', books) into found using known, 'contract';
        end if;
        return found;
    end $$";

/// The application's rights to everything that the migrations made.
const GRANT: &str = "
    grant usage on schema public to jianyi_app;
    grant select, insert, update, delete on all tables in schema public to jianyi_app;
    grant usage, select on all sequences in schema public to jianyi_app;
    grant execute on all functions in schema public to jianyi_app;
    do $$ declare bookkeeping text; begin
        for bookkeeping in select tablename from pg_tables
            where schemaname = 'public' and tablename like '\\_%migrations' loop
            execute format('revoke all on %I from jianyi_app', bookkeeping);
        end loop;
    end $$;";

/// What the application may add to and read, and never change.
const RECORDS: &str = "revoke update, delete, truncate
    on audit, audit_leaves, audit_keys, audit_heads, witnessed_heads from jianyi_app";

/// The same for a service's own records: tables with a policy of that name.
const OWN_RECORDS: &str = "do $$ declare record_table text; begin
    for record_table in select tablename from pg_policies
        where schemaname = 'public' and policyname = 'record' loop
        execute format('revoke update, delete, truncate on %I from jianyi_app', record_table);
    end loop;
end $$";

/// Gives the application its rights. As the owner, after the migrations.
pub(crate) async fn grant(owner: &mut PgConnection) -> Result<(), Fault> {
    // One at a time: processes that start together would grant the same rights to the same rows of the catalogue.
    for step in [
        "select pg_advisory_lock(7274499)",
        MAKE_ROLE,
        TELL_VERSION,
        TELL_CONTRACTED,
        GRANT,
        RECORDS,
        OWN_RECORDS,
        "select pg_advisory_unlock(7274499)",
    ] {
        sqlx::raw_sql(step).execute(&mut *owner).await?;
    }
    Ok(())
}

/// Whether this login is the application itself and not one that owns the tables.
pub(crate) async fn is_application(login: &mut PgConnection) -> Result<bool, Fault> {
    Ok(sqlx::query_scalar("select current_user = 'jianyi_app'")
        .fetch_one(login)
        .await?)
}

/// The newest version that a table of migrations knows; 0 when there is none.
pub(crate) async fn migrated(conn: &mut PgConnection, table: &str) -> Result<i64, Fault> {
    let answers: bool =
        sqlx::query_scalar("select to_regprocedure('jianyi_migrated(text)') is not null")
            .fetch_one(&mut *conn)
            .await?;
    if !answers {
        return Ok(0);
    }
    Ok(sqlx::query_scalar("select jianyi_migrated($1)")
        .bind(table)
        .fetch_one(conn)
        .await?)
}

/// A migration beyond the known ones that took something away; `None` also where nobody can tell yet.
pub(crate) async fn contracted(
    conn: &mut PgConnection,
    table: &str,
    known: i64,
) -> Result<Option<i64>, Fault> {
    let answers: bool =
        sqlx::query_scalar("select to_regprocedure('jianyi_contracted(text, bigint)') is not null")
            .fetch_one(&mut *conn)
            .await?;
    if !answers {
        return Ok(None);
    }
    Ok(sqlx::query_scalar("select jianyi_contracted($1, $2)")
        .bind(table)
        .bind(known)
        .fetch_one(conn)
        .await?)
}

/// For servers with one login: the owner becomes a member of the lesser role, to serve as it.
pub(crate) async fn let_owner_serve(owner: &mut PgConnection) -> Result<(), Fault> {
    sqlx::raw_sql(MAKE_ROLE).execute(&mut *owner).await?;
    let member: bool = sqlx::query_scalar("select pg_has_role('jianyi_app', 'member')")
        .fetch_one(&mut *owner)
        .await?;
    if !member {
        sqlx::raw_sql("grant jianyi_app to current_user")
            .execute(owner)
            .await?;
    }
    Ok(())
}

/// On a new connection of the owner's: from now on it is the application.
pub(crate) async fn serve_as_application(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql("set role jianyi_app").execute(conn).await?;
    Ok(())
}
