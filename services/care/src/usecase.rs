//! What care can be told to do: one file per command.

pub(crate) mod add_participant;
pub(crate) mod adopt_policy;
pub(crate) mod cancel_activity;
pub(crate) mod cancel_expense_request;
pub(crate) mod close_activity;
pub(crate) mod create_activity;
pub(crate) mod create_programme;
pub(crate) mod end_grant;
pub(crate) mod grant_entitlement;
pub(crate) mod open_round;
pub(crate) mod record_visit;
pub(crate) mod request_expense;
pub(crate) mod reveal_grant;
pub(crate) mod reveal_participant;
pub(crate) mod state_count;

use jianyi_db::Db;
use jianyi_kernel::Fault;

/// What every command needs.
#[derive(Debug, Clone)]
pub(crate) struct App {
    /// This service's database.
    pub(crate) db: Db,
}

/// The fault for a natural key that is taken. Whoever took it may be gone again by now; then trying
/// once more helps.
fn taken(name: Option<String>) -> Fault {
    name.map_or_else(
        || Fault::Unavailable("a concurrent change of the same record".into()),
        Fault::Exists,
    )
}

/// Refuses a change meant for another version; an empty etag means whichever is current.
fn must_match(etag: &str, version: i64, name: &str) -> Result<(), Fault> {
    if etag.is_empty() || etag == version.to_string() {
        return Ok(());
    }
    Err(Fault::Stale(name.into()))
}
