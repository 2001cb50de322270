//! One file per command: begin, load with lock, ask the domain, store, emit, commit.

pub(crate) mod book_entry;
pub(crate) mod hold_campaign_phase;
pub(crate) mod open_campaign;
pub(crate) mod open_fund;
pub(crate) mod pay_reservation;
pub(crate) mod publish_disclosure;
pub(crate) mod receive_donation;
pub(crate) mod record_audit;
pub(crate) mod record_disclosure;
pub(crate) mod register_donor;
pub(crate) mod register_regulation;
pub(crate) mod release_reservation;
pub(crate) mod reveal_donor;
pub(crate) mod reverse_entry;
pub(crate) mod schedule_reports;
pub(crate) mod set_report_rule;
pub(crate) mod state_count;
pub(crate) mod submit_report;

use jianyi_db::Db;
use jianyi_kernel::Clock;

/// What every command works with.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) db: Db,
}

impl App {
    /// The clock that new records are stamped by.
    pub(crate) const fn clock(&self) -> &Clock {
        self.db.clock()
    }
}
