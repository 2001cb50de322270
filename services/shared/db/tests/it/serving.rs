//! A login that only serves: it makes nothing, and says so when somebody else should have.

use std::borrow::Cow;

use jianyi_db::{Db, DbConfig};
use jianyi_kernel::{Clock, Fault};
use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use crate::{fixture, none};

fn with_a_table() -> Migrator {
    let table = Migration::new(
        20_300_101,
        Cow::Borrowed("a table"),
        MigrationType::Simple,
        "create table later (id int)".into_sql_str(),
        false,
    );
    Migrator::with_migrations(vec![table])
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
