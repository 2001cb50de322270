//! How long a statement may take: less than a call for the application, as long as it needs for a migration.

use std::borrow::Cow;

use jianyi_kernel::Caller;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Connection as _, PgConnection, SqlSafeStr as _};

use crate::fixture;

#[tokio::test]
async fn a_statement_ends_before_its_caller_has_gone_and_a_migration_takes_its_time() {
    let f = fixture().await;
    let mut read = f.db.read(&Caller::service("test")).await.unwrap();
    let ours: String = sqlx::query_scalar("show statement_timeout")
        .fetch_one(&mut *read)
        .await
        .unwrap();
    assert_eq!(ours, "25s");
    drop(read);

    let noted = Migration::new(
        1,
        Cow::Borrowed("note the timeout"),
        MigrationType::Simple,
        "create table noted as select current_setting('statement_timeout') as timeout"
            .into_sql_str(),
        false,
    );
    f.db.migrate(&Migrator::with_migrations(vec![noted]))
        .await
        .unwrap();
    let mut owner = PgConnection::connect(&f.url).await.unwrap();
    let theirs: String = sqlx::query_scalar("select timeout from noted")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    assert_eq!(theirs, "0");
}
