//! What the donation service's events mean.

use jianyi_proto::donation::events::v1 as ev;

use crate::domain::fact::{Measures, State};
use crate::projection::reading::{Table, current, kind, moved, named, statement, told};

/// Fills the table.
pub(crate) fn readings(table: &mut Table) {
    table.on(|e: ev::CampaignOpened| {
        current(
            e.campaign,
            "donation.campaign".into(),
            e.fact,
            Measures {
                year: Some(e.year),
                ..Measures::default()
            },
        )
    });
    table.on(|e: ev::CampaignPhaseHeld| {
        let measures = Measures {
            parent: named(e.campaign.clone()),
            ..Measures::default()
        };
        current(
            e.phase.clone(),
            kind("donation.phase", "PHASE_KIND_", e.kind().as_str_name()),
            e.fact,
            measures,
        )
    });
    table.on(|e: ev::DonationReceived| {
        let measures = Measures {
            amount_fen: Some(e.amount_fen),
            parent: named(e.campaign.clone()),
            ..Measures::default()
        };
        let kind = kind(
            "donation.donation",
            "DONOR_KIND_",
            e.donor_kind().as_str_name(),
        );
        current(e.donation, kind, e.fact, measures)
    });
    // What was taken back no longer counts.
    table.on(|e: ev::DonationReversed| moved(e.donation, State::Cancelled, e.fact));
    table.on(|e: ev::FundOpened| {
        current(e.fund, "donation.fund".into(), e.fact, Measures::default())
    });
    table.on(|e: ev::ExpenseReserved| {
        let measures = Measures {
            amount_fen: Some(e.amount_fen),
            parent: named(e.fund),
            ..Measures::default()
        };
        current(e.request, "donation.expense".into(), e.fact, measures)
    });
    table.on(|e: ev::ExpenseRefused| {
        let measures = Measures {
            parent: named(e.fund),
            ..Measures::default()
        };
        told(
            e.request,
            "donation.expense".into(),
            e.fact,
            measures,
            State::Cancelled,
        )
    });
    table.on(|e: ev::ExpenseReleased| moved(e.request, State::Ended, e.fact));
    table.on(|e: ev::ReportScheduled| {
        let measures = Measures {
            year: Some(e.year),
            quarter: Some(e.quarter),
            ..Measures::default()
        };
        current(
            e.obligation,
            "donation.report_obligation".into(),
            e.fact,
            measures,
        )
    });
    // A duty that was fulfilled is over, and still was a duty of its year.
    table.on(|e: ev::ReportSubmitted| moved(e.obligation, State::Ended, e.fact));
    table.on(|e: ev::AuditCompleted| {
        current(
            e.audit,
            "donation.audit".into(),
            e.fact,
            Measures {
                year: Some(e.fiscal_year),
                ..Measures::default()
            },
        )
    });
    table.on(|e: ev::DisclosurePublished| {
        current(
            e.item,
            "donation.disclosure".into(),
            e.fact,
            Measures::default(),
        )
    });
    table.on(|e: ev::RegulationRegistered| {
        current(
            e.regulation,
            "donation.regulation".into(),
            e.fact,
            Measures::default(),
        )
    });
    table.on(|e: ev::CountStated| statement("donation", e.statement, e.fact, e.subject, e.count));
}
