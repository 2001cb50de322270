//! Brings a database to the newest version, and lets a program serve what a newer one has only widened.
//!
//! While versions N and N+1 run side by side, an instance of N may start again on a database that N+1 has been to.
//! It may serve there unless something it uses was taken away, which a migration says by its name
//! (`0031_contract_people.sql`, see ADR 0024).

use jianyi_kernel::Fault;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{AssertSqlSafe, PgPool};

/// How the name of a migration begins that takes away what the version before it uses.
const CONTRACT: &str = "contract";

/// Applies what is missing. `books` is the table that counts what was applied.
pub(crate) async fn run(
    owner: &PgPool,
    books: &'static str,
    known: &Migrator,
) -> Result<(), Fault> {
    let mut again = true;
    loop {
        let mut migrator = Migrator::with_migrations(known.iter().cloned().collect());
        migrator.dangerous_set_table_name(books);
        migrator.set_ignore_missing(is_only_wider(owner, books, known).await?);
        match migrator.run(owner).await {
            // A newer program got in between our look and the lock.
            Err(MigrateError::VersionMissing(_)) if again => again = false,
            outcome => return outcome.map_err(Fault::internal),
        }
    }
}

/// Whether all that is applied and not known here was made by a newer program that took nothing away.
async fn is_only_wider(owner: &PgPool, books: &str, known: &Migrator) -> Result<bool, Fault> {
    let there: bool = sqlx::query_scalar("select to_regclass($1) is not null")
        .bind(books)
        .fetch_one(owner)
        .await?;
    if !there {
        return Ok(false);
    }
    // Safe as SQL: one of two names of our own.
    let query = format!("select version, description from {books} order by version");
    let applied: Vec<(i64, String)> = sqlx::query_as(AssertSqlSafe(query))
        .fetch_all(owner)
        .await?;
    let newest = newest(known);
    let mut unknown = applied
        .iter()
        .filter(|(version, _)| !known.version_exists(*version));
    // One that is missing in the middle was removed by somebody, not added by a newer program.
    Ok(unknown.clone().all(|(version, _)| *version > newest)
        && match unknown.find(|(_, description)| description.starts_with(CONTRACT)) {
            None => true,
            Some((version, _)) => return Err(too_old(books, *version)),
        })
}

/// The newest migration that this program knows.
pub(crate) fn newest(known: &Migrator) -> i64 {
    known.iter().map(|one| one.version).max().unwrap_or(0)
}

/// A newer program took away what this one uses.
pub(crate) fn too_old(books: &str, version: i64) -> Fault {
    Fault::internal(format!(
        "the database is at version {version} of {books}, which took away what this version of the program uses; \
         run the newer version"
    ))
}
