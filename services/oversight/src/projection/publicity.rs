//! What the publicity service's events mean.

use jianyi_proto::publicity::events::v1 as ev;

use crate::domain::fact::{Measures, State};
use crate::projection::reading::{Table, counted, current, kind, known, moved, named, statement};

/// Fills the table.
pub(crate) fn readings(table: &mut Table) {
    table.on(|e: ev::OutletRegistered| {
        current(
            e.outlet,
            "publicity.outlet".into(),
            e.fact,
            Measures {
                counted: Some(e.counted),
                ..Measures::default()
            },
        )
    });
    table.on(|e: ev::MediaItemPublished| {
        let measures = Measures {
            counted: Some(e.counted),
            parent: named(e.outlet.clone()),
            ..Measures::default()
        };
        current(
            e.item.clone(),
            kind(
                "publicity.media_item",
                "MEDIA_KIND_",
                e.kind().as_str_name(),
            ),
            e.fact,
            measures,
        )
    });
    table.on(|e: ev::WeChatPostPublished| {
        let kind = kind(
            "publicity.wechat_post",
            "WE_CHAT_CATEGORY_",
            e.category().as_str_name(),
        );
        current(e.post, kind, e.fact, Measures::default())
    });
    table.on(|e: ev::SixEnterCampaignOpened| {
        current(
            e.campaign,
            "publicity.six_enter_campaign".into(),
            e.fact,
            Measures::default(),
        )
    });
    table.on(|e: ev::SixEnterSessionHeld| {
        let measures = Measures {
            parent: named(e.campaign.clone()),
            ..Measures::default()
        };
        current(
            e.session.clone(),
            kind(
                "publicity.six_enter_session",
                "SIX_ENTER_",
                e.kind().as_str_name(),
            ),
            e.fact,
            measures,
        )
    });
    table.on(|e: ev::EventHeld| {
        let measures = Measures {
            count: counted(e.participants)?,
            sites: known(e.sites),
            ..Measures::default()
        };
        current(
            e.event.clone(),
            kind("publicity.event", "EVENT_KIND_", e.kind().as_str_name()),
            e.fact,
            measures,
        )
    });
    table.on(|e: ev::EventCancelled| moved(e.event, State::Cancelled, e.fact));
    table.on(|e: ev::VenueOpened| {
        current(
            e.venue,
            "publicity.venue".into(),
            e.fact,
            Measures::default(),
        )
    });
    table.on(|e: ev::CarrierInstalled| {
        let kind = kind("publicity.carrier", "CARRIER_KIND_", e.kind().as_str_name());
        current(e.carrier, kind, e.fact, Measures::default())
    });
    table.on(|e: ev::BusLineStarted| {
        current(
            e.bus_line,
            "publicity.bus_line".into(),
            e.fact,
            Measures {
                line_no: named(e.line_no),
                ..Measures::default()
            },
        )
    });
    table.on(|e: ev::ExchangeHeld| {
        let kind = kind(
            "publicity.exchange",
            "EXCHANGE_KIND_",
            e.kind().as_str_name(),
        );
        current(e.exchange, kind, e.fact, Measures::default())
    });
    table.on(|e: ev::SourceDocumentImported| {
        current(
            e.document,
            "publicity.source_document".into(),
            e.fact,
            Measures {
                ordinal: known(e.distinct_paragraphs),
                ..Measures::default()
            },
        )
    });
    // Whose story it is stays out: the row would outlive a sealing.
    table.on(|e: ev::StoryDrafted| {
        current(
            e.story,
            "publicity.story".into(),
            e.fact,
            Measures::default(),
        )
    });
    table.on(|e: ev::StoryWithdrawn| moved(e.story, State::Cancelled, e.fact));
    table.on(|e: ev::CountStated| statement("publicity", e.statement, e.fact, e.subject, e.count));
}
