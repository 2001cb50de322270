//! What this service publishes, on one page: ids, codes, amounts and dates, never a name.

use jianyi_db::NewEvent;
use jianyi_kernel::{Division, FuzzyDate, Provenance, Timestamp};
use jianyi_proto::api::v1::Fact;
use jianyi_proto::convert::fact;
use jianyi_proto::donation::events::v1 as ev;
use jianyi_proto::name;
use time::Date;

use crate::domain::audit::Audit;
use crate::domain::campaign::{Campaign, CampaignId, CampaignPhase};
use crate::domain::count_statement::CountStatement;
use crate::domain::disclosure::DisclosureItem;
use crate::domain::donation::Donation;
use crate::domain::donor::DonorKind;
use crate::domain::fund::Fund;
use crate::domain::regulation::Regulation;
use crate::domain::report::ReportObligation;
use crate::domain::reservation::Reservation;

pub(crate) fn campaign_opened(of: &Campaign) -> NewEvent {
    let fact = fact(&of.division, &of.window, &of.provenance());
    let event = ev::CampaignOpened {
        fact: Some(fact),
        campaign: of.id.name(),
        year: of.year,
    };
    NewEvent::of(&event, &event.campaign, &of.division, of.version)
}

pub(crate) fn campaign_phase_held(of: &CampaignPhase) -> NewEvent {
    let event = ev::CampaignPhaseHeld {
        fact: Some(fact(&of.division, &of.held_on, &of.provenance())),
        phase: name::child(of.campaign, of.id),
        campaign: of.campaign.name(),
        kind: ev::PhaseKind::from(of.kind).into(),
    };
    NewEvent::of(&event, &event.phase, &of.division, of.version)
}

pub(crate) fn fund_opened(of: &Fund) -> NewEvent {
    let fact = fact(&of.division, &of.opened_on, &of.provenance());
    let event = ev::FundOpened {
        fact: Some(fact),
        fund: of.id.name(),
        restricted: of.restricted,
    };
    NewEvent::of(&event, &event.fund, &of.division, of.version)
}

pub(crate) fn donation_received(of: &Donation, donor: DonorKind) -> NewEvent {
    let event = ev::DonationReceived {
        fact: Some(on_day(&of.division, of.received_on, &of.provenance())),
        donation: of.id.name(),
        campaign: of.campaign.map(CampaignId::name).unwrap_or_default(),
        fund: of.fund.name(),
        amount_fen: of.amount.get(),
        donor_kind: ev::DonorKind::from(donor).into(),
    };
    NewEvent::of(&event, &event.donation, &of.division, of.version)
}

pub(crate) fn donation_reversed(of: &Donation, donor: DonorKind, on: Date) -> NewEvent {
    let event = ev::DonationReversed {
        fact: Some(on_day(&of.division, on, &of.provenance())),
        donation: of.id.name(),
        campaign: of.campaign.map(CampaignId::name).unwrap_or_default(),
        fund: of.fund.name(),
        amount_fen: of.amount.get(),
        donor_kind: ev::DonorKind::from(donor).into(),
    };
    NewEvent::of(&event, &event.donation, &of.division, of.version)
}

/// The answer to an expense request: reserved, or refused with the reason.
pub(crate) fn expense_decided(of: &Reservation) -> NewEvent {
    let fact = Some(at(&of.division, of.created_at));
    let (request, fund) = (of.request.clone(), of.fund_asked.clone());
    match of.refusal {
        None => {
            let event = ev::ExpenseReserved {
                fact,
                request,
                fund,
                amount_fen: of.amount.get(),
            };
            NewEvent::of(&event, &of.id.name(), &of.division, of.version)
        }
        Some(refusal) => {
            let event = ev::ExpenseRefused {
                fact,
                request,
                fund,
                reason: refusal.code().into(),
            };
            NewEvent::of(&event, &of.id.name(), &of.division, of.version)
        }
    }
}

pub(crate) fn expense_released(of: &Reservation, now: Timestamp) -> NewEvent {
    let event = ev::ExpenseReleased {
        fact: Some(at(&of.division, now)),
        request: of.request.clone(),
        fund: of.fund_asked.clone(),
        amount_fen: of.amount.get(),
    };
    NewEvent::of(&event, &of.id.name(), &of.division, of.version)
}

pub(crate) fn report_scheduled(of: &ReportObligation) -> NewEvent {
    let event = ev::ReportScheduled {
        fact: Some(Fact {
            on: of.period(),
            ..fact(&of.division, &FuzzyDate::unknown(), &of.provenance())
        }),
        obligation: of.id.name(),
        year: of.year,
        quarter: of.quarter,
    };
    NewEvent::of(&event, &event.obligation, &of.division, of.version)
}

pub(crate) fn report_submitted(of: &ReportObligation, on: Date) -> NewEvent {
    let event = ev::ReportSubmitted {
        fact: Some(on_day(&of.division, on, &of.provenance())),
        obligation: of.id.name(),
        year: of.year,
        quarter: of.quarter,
    };
    NewEvent::of(&event, &event.obligation, &of.division, of.version)
}

pub(crate) fn audit_completed(of: &Audit) -> NewEvent {
    let fact = fact(&of.division, &of.performed_on, &of.provenance());
    let event = ev::AuditCompleted {
        fact: Some(fact),
        audit: of.id.name(),
        fiscal_year: of.fiscal_year,
    };
    NewEvent::of(&event, &event.audit, &of.division, of.version)
}

pub(crate) fn disclosure_published(of: &DisclosureItem) -> NewEvent {
    let fact = fact(&of.division, &of.published_on, &of.provenance());
    let event = ev::DisclosurePublished {
        fact: Some(fact),
        item: of.id.name(),
    };
    NewEvent::of(&event, &event.item, &of.division, of.version)
}

pub(crate) fn regulation_registered(of: &Regulation) -> NewEvent {
    let fact = fact(&of.division, &of.in_force_from, &of.provenance());
    let event = ev::RegulationRegistered {
        fact: Some(fact),
        regulation: of.id.name(),
    };
    NewEvent::of(&event, &event.regulation, &of.division, of.version)
}

pub(crate) fn count_stated(of: &CountStatement) -> NewEvent {
    let event = ev::CountStated {
        fact: Some(fact(&of.division, &of.as_of, &of.provenance())),
        statement: of.id.name(),
        subject: of.subject.clone(),
        count: Some(of.count.into()),
    };
    NewEvent::of(&event, &event.statement, &of.division, of.version)
}

fn on_day(division: &Division, day: Date, provenance: &Provenance) -> Fact {
    fact(division, &FuzzyDate::day(day), provenance)
}

/// A fact of the system's own: its day is the business day, and no source states it.
fn at(division: &Division, now: Timestamp) -> Fact {
    on_day(division, now.business_date(), &Provenance::default())
}
