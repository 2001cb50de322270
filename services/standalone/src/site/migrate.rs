//! Makes a site's roles and databases and brings all of them to the newest version: the one step that owns tables.

use jianyi_db::{Algorithm, AuditHash, Db, DbConfig};
use jianyi_kernel::{Clock, Fault, Pii};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection};

use super::services::{database, database_url};
use super::{Description, Place, SiteError, files};
use crate::world::service_spec;

/// Brings every database of the site to the newest version; `progress` is told each.
///
/// # Errors
/// [`SiteError`] when Postgres does not answer or a migration fails.
pub async fn migrate(place: &Place, progress: impl Fn(&str)) -> Result<(), SiteError> {
    let site = Description::read(place)?;
    let secrets = place.secrets()?;
    let superuser = database_url("postgres", secrets.superuser_password(), "postgres");
    let mut server = connect(&superuser).await?;
    // The owner of all tables may make nothing but them; the one that serves may do nothing but log in.
    for (role, password) in [
        ("jianyi", secrets.postgres_password()),
        ("jianyi_app", secrets.application_password()),
    ] {
        ensure_role(&mut server, role, password).await?;
    }
    for (context, division) in site.services() {
        let name = database(context, division.as_deref());
        ensure_database(&mut server, &name).await?;
        let url = |role, password| Pii::new(database_url(role, password, &name));
        let key = files::read(&place.service(context).join("field-key"))?;
        let config = DbConfig {
            database_url: url("jianyi_app", secrets.application_password()),
            database_owner_url: Some(url("jianyi", secrets.postgres_password())),
            field_key: key.map(Pii::new),
            field_key_file: None,
            field_algorithm: Algorithm::default(),
            database_connections: 2,
            audit_hash: AuditHash::default(),
        };
        let Some(spec) = service_spec(context) else {
            continue;
        };
        let db = Db::connect(&config, Clock::system()).await?;
        db.migrate(spec.migrations).await?;
        db.close().await;
        progress(&name);
    }
    server.close().await.map_err(refused)
}

async fn connect(url: &str) -> Result<PgConnection, SiteError> {
    let options: PgConnectOptions = url.parse().map_err(refused)?;
    options
        .disable_statement_logging()
        .connect()
        .await
        .map_err(refused)
}

async fn ensure_role(
    server: &mut PgConnection,
    role: &str,
    password: &str,
) -> Result<(), SiteError> {
    let exists: bool =
        sqlx::query_scalar("select exists (select from pg_roles where rolname = $1)")
            .bind(role)
            .fetch_one(&mut *server)
            .await
            .map_err(refused)?;
    // Also when it exists: a password that was renewed holds from now on. The names are ours and the passwords
    // were generated from letters and digits: nothing to quote.
    let verb = if exists { "alter" } else { "create" };
    let statement = format!("{verb} role {role} login password '{password}'");
    execute(server, statement).await
}

async fn ensure_database(server: &mut PgConnection, name: &str) -> Result<(), SiteError> {
    let exists: bool =
        sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(name)
            .fetch_one(&mut *server)
            .await
            .map_err(refused)?;
    if exists {
        return Ok(());
    }
    execute(server, format!("create database {name} owner jianyi")).await?;
    // Nobody but the two has business in it.
    execute(
        server,
        format!("revoke connect, temporary on database {name} from public"),
    )
    .await?;
    execute(
        server,
        format!("grant connect on database {name} to jianyi_app"),
    )
    .await
}

async fn execute(server: &mut PgConnection, statement: String) -> Result<(), SiteError> {
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(server)
        .await
        .map(drop)
        .map_err(refused)
}

fn refused(error: sqlx::Error) -> SiteError {
    Fault::from(error).into()
}
