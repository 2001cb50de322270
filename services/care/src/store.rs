//! SQL and nothing else: one file per table, free functions over a connection.

pub(crate) mod activities;
pub(crate) mod count_statements;
pub(crate) mod expense_requests;
pub(crate) mod festival_rounds;
pub(crate) mod grants;
pub(crate) mod heroes;
pub(crate) mod lunar_festivals;
pub(crate) mod participants;
pub(crate) mod person_days;
pub(crate) mod policies;
pub(crate) mod programmes;
pub(crate) mod visits;

use jianyi_db::SealedColumn;
use jianyi_kernel::Fault;
use sqlx::error::DatabaseError;

/// Where the tables hold sealed values, and what those are bound to.
pub(crate) const SEALED: [SealedColumn; 3] = [
    SealedColumn::new("grants", "credential", "grants/{id}/credential"),
    SealedColumn::new("participants", "child_name", "participants/{id}/child_name"),
    SealedColumn::new(
        "participants",
        "child_birth_date",
        "participants/{id}/child_birth_date",
    ),
];

/// A statement's outcome when a natural key may be taken by somebody at the same moment: `false` then.
pub(crate) fn unless_taken(
    result: Result<sqlx::postgres::PgQueryResult, sqlx::Error>,
) -> Result<bool, Fault> {
    match result {
        Ok(done) => Ok(done.rows_affected() == 1),
        Err(error)
            if error
                .as_database_error()
                .is_some_and(DatabaseError::is_unique_violation) =>
        {
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}
