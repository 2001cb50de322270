//! SQL and nothing else: one file per table.
//!
//! Inserts say `on conflict do nothing` and answer whether there is a new row. A second statement of the
//! same transaction then sees the row that was there first, even one committed a moment ago by somebody
//! else, so the natural key needs no lock and no race is left.

pub(crate) mod audits;
pub(crate) mod campaign_phases;
pub(crate) mod campaigns;
pub(crate) mod charts;
pub(crate) mod count_statements;
pub(crate) mod disclosure_items;
pub(crate) mod donation_totals;
pub(crate) mod donations;
pub(crate) mod donors;
pub(crate) mod funds;
pub(crate) mod journal_entries;
pub(crate) mod journal_sums;
pub(crate) mod regulations;
pub(crate) mod report_obligations;
pub(crate) mod report_rules;
pub(crate) mod reservations;

use jianyi_db::SealedColumn;

/// Where the tables hold sealed values, and what those are bound to.
pub(crate) const SEALED: [SealedColumn; 2] = [
    SealedColumn::new("donors", "sealed_name", "donors/{id}/display_name"),
    SealedColumn::new(
        "reservations",
        "sealed_note",
        "reservations/{id}/approver_note",
    ),
];
