//! A login that only serves: it makes nothing, and says so when somebody else should have.

use std::borrow::Cow;

use jianyi_db::{Db, DbConfig};
use jianyi_kernel::{Clock, Fault};
use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use crate::{fixture, none};

fn migration(version: i64, description: &'static str, sql: &'static str) -> Migration {
    Migration::new(
        version,
        Cow::Borrowed(description),
        MigrationType::Simple,
        sql.into_sql_str(),
        false,
    )
}

fn a_table() -> Migration {
    migration(20_300_101, "a table", "create table later (id int)")
}

fn with_a_table() -> Migrator {
    Migrator::with_migrations(vec![a_table()])
}

/// The next version of a program, which widens.
fn widened() -> Migrator {
    let column = migration(
        20_300_102,
        "a column",
        "alter table later add column note text",
    );
    Migrator::with_migrations(vec![a_table(), column])
}

/// The one after that, which takes away.
fn contracted() -> Migrator {
    let mut all: Vec<Migration> = widened().iter().cloned().collect();
    all.push(migration(
        20_300_103,
        "contract later",
        "alter table later drop column note",
    ));
    Migrator::with_migrations(all)
}

#[tokio::test]
async fn a_login_that_only_serves_waits_for_its_owner_to_migrate() {
    let f = fixture().await;
    let serving = DbConfig {
        database_owner_url: None,
        ..f.config.clone()
    };
    let db = Db::connect(&serving, Clock::system()).await.unwrap();
    db.migrate(&none()).await.unwrap();

    let refused = db.migrate(&with_a_table()).await.unwrap_err();
    assert!(matches!(refused, Fault::Unavailable(_)), "{refused:?}");
    assert!(refused.to_string().contains("20300101"), "{refused}");

    f.db.migrate(&with_a_table()).await.unwrap();
    db.migrate(&with_a_table()).await.unwrap();
    // A newer program has been here: this one still serves.
    db.migrate(&none()).await.unwrap();
    db.close().await;
    f.end().await;
}

#[tokio::test]
async fn an_empty_database_is_not_served() {
    let f = fixture().await;
    f.postgres.ensure_databases(&["empty"]).await.unwrap();
    let url = f.postgres.application_url_for("empty").unwrap();
    let serving = DbConfig {
        database_url: jianyi_kernel::Pii::new(url),
        database_owner_url: None,
        ..f.config.clone()
    };
    let refused = match Db::connect(&serving, Clock::system()).await {
        Ok(db) => db.migrate(&none()).await.unwrap_err(),
        Err(fault) => fault,
    };
    assert!(matches!(refused, Fault::Unavailable(_)), "{refused:?}");
    f.end().await;
}

#[tokio::test]
async fn an_older_version_starts_again_beside_a_newer_one_unless_that_took_something_away() {
    let f = fixture().await;
    let serving = DbConfig {
        database_owner_url: None,
        ..f.config.clone()
    };
    let old = Db::connect(&serving, Clock::system()).await.unwrap();
    f.db.migrate(&with_a_table()).await.unwrap();
    f.db.migrate(&widened()).await.unwrap();
    // The older version, with the right to migrate and without.
    f.db.migrate(&with_a_table()).await.unwrap();
    old.migrate(&with_a_table()).await.unwrap();

    // What is missing in the middle is no newer program's doing.
    let gap = Migrator::with_migrations(widened().iter().skip(1).cloned().collect());
    let refused = f.db.migrate(&gap).await.unwrap_err();
    assert!(matches!(refused, Fault::Internal(_)), "{refused:?}");

    f.db.migrate(&contracted()).await.unwrap();
    for db in [&f.db, &old] {
        let refused = db.migrate(&widened()).await.unwrap_err().chain();
        assert!(refused.contains("20300103"), "{refused}");
        db.migrate(&contracted()).await.unwrap();
    }
    old.close().await;
    f.end().await;
}
