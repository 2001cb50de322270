//! Everything publicity publishes, on one page: ids, codes, numbers and dates, never titles or names.

use jianyi_db::NewEvent;
use jianyi_kernel::{FuzzyDate, IdKind};
use jianyi_proto::api::v1 as api;
use jianyi_proto::convert;
use jianyi_proto::name;
use jianyi_proto::publicity::events::v1 as pb;
use prost::Name;

use crate::domain::{
    BusLine, Carrier, CountStatement, Event, Exchange, MediaItem, Origin, Outlet, Recorded,
    SixEnterCampaign, SixEnterSession, SourceDocument, Story, Venue, WeChatPost,
};
use crate::word::Word as _;

fn fact(origin: &Origin, on: &FuzzyDate) -> Option<api::Fact> {
    Some(convert::fact(&origin.division, on, &origin.provenance))
}

fn about<T: IdKind>(record: &Recorded<T>, origin: &Origin, event: &impl Name) -> NewEvent {
    NewEvent::of(event, &record.name(), &origin.division, record.version)
}

pub(crate) fn outlet_registered(outlet: &Recorded<Outlet>) -> NewEvent {
    let Outlet {
        counted, origin, ..
    } = &outlet.fact;
    about(
        outlet,
        origin,
        &pb::OutletRegistered {
            fact: fact(origin, &FuzzyDate::unknown()),
            outlet: outlet.name(),
            counted: *counted,
        },
    )
}

pub(crate) fn media_item_published(item: &Recorded<MediaItem>) -> NewEvent {
    let MediaItem {
        outlet,
        kind,
        published_on,
        counted,
        origin,
        ..
    } = &item.fact;
    about(
        item,
        origin,
        &pb::MediaItemPublished {
            fact: fact(origin, published_on),
            item: item.name(),
            outlet: outlet.name(),
            kind: kind.to_wire(),
            counted: *counted,
        },
    )
}

pub(crate) fn we_chat_post_published(post: &Recorded<WeChatPost>) -> NewEvent {
    let WeChatPost {
        category,
        published_on,
        origin,
        ..
    } = &post.fact;
    about(
        post,
        origin,
        &pb::WeChatPostPublished {
            fact: fact(origin, published_on),
            post: post.name(),
            category: category.to_wire(),
        },
    )
}

pub(crate) fn six_enter_campaign_opened(campaign: &Recorded<SixEnterCampaign>) -> NewEvent {
    let SixEnterCampaign { period, origin, .. } = &campaign.fact;
    about(
        campaign,
        origin,
        &pb::SixEnterCampaignOpened {
            fact: fact(origin, period),
            campaign: campaign.name(),
        },
    )
}

pub(crate) fn six_enter_session_held(
    session: &Recorded<SixEnterSession>,
    held_within: &FuzzyDate,
) -> NewEvent {
    let SixEnterSession {
        campaign,
        kind,
        origin,
        ..
    } = &session.fact;
    let resource = name::child(*campaign, session.id);
    let event = pb::SixEnterSessionHeld {
        fact: fact(origin, held_within),
        session: resource.clone(),
        campaign: campaign.name(),
        kind: kind.to_wire(),
    };
    NewEvent::of(&event, &resource, &origin.division, session.version)
}

pub(crate) fn event_held(event: &Recorded<Event>) -> NewEvent {
    let Event {
        kind,
        held_on,
        participants,
        sites,
        origin,
        ..
    } = &event.fact;
    about(
        event,
        origin,
        &pb::EventHeld {
            fact: fact(origin, held_on),
            event: event.name(),
            kind: kind.to_wire(),
            participants: Some((*participants).into()),
            sites: i32::try_from(sites.len()).unwrap_or(i32::MAX),
        },
    )
}

pub(crate) fn event_cancelled(event: &Recorded<Event>) -> NewEvent {
    let Event {
        held_on, origin, ..
    } = &event.fact;
    about(
        event,
        origin,
        &pb::EventCancelled {
            fact: fact(origin, held_on),
            event: event.name(),
        },
    )
}

pub(crate) fn venue_opened(venue: &Recorded<Venue>) -> NewEvent {
    let Venue {
        opened_on, origin, ..
    } = &venue.fact;
    about(
        venue,
        origin,
        &pb::VenueOpened {
            fact: fact(origin, opened_on),
            venue: venue.name(),
        },
    )
}

pub(crate) fn carrier_installed(carrier: &Recorded<Carrier>) -> NewEvent {
    let Carrier {
        kind,
        installed_on,
        origin,
        ..
    } = &carrier.fact;
    about(
        carrier,
        origin,
        &pb::CarrierInstalled {
            fact: fact(origin, installed_on),
            carrier: carrier.name(),
            kind: kind.to_wire(),
        },
    )
}

pub(crate) fn bus_line_started(line: &Recorded<BusLine>) -> NewEvent {
    let BusLine { first, origin, .. } = &line.fact;
    about(
        line,
        origin,
        &pb::BusLineStarted {
            fact: fact(origin, &first.from_on),
            bus_line: line.name(),
            line_no: first.line_no.clone(),
        },
    )
}

pub(crate) fn exchange_held(exchange: &Recorded<Exchange>) -> NewEvent {
    let Exchange {
        kind,
        held_on,
        origin,
        ..
    } = &exchange.fact;
    about(
        exchange,
        origin,
        &pb::ExchangeHeld {
            fact: fact(origin, held_on),
            exchange: exchange.name(),
            kind: kind.to_wire(),
        },
    )
}

pub(crate) fn count_stated(statement: &Recorded<CountStatement>) -> NewEvent {
    let CountStatement {
        subject,
        count,
        as_of,
        origin,
        ..
    } = &statement.fact;
    about(
        statement,
        origin,
        &pb::CountStated {
            fact: fact(origin, as_of),
            statement: statement.name(),
            subject: subject.as_str().into(),
            count: Some((*count).into()),
        },
    )
}

/// A document states nothing by itself, so the fact has no sources.
pub(crate) fn source_document_imported(document: &Recorded<SourceDocument>) -> NewEvent {
    let SourceDocument {
        published_on,
        division,
        ..
    } = &document.fact;
    let event = pb::SourceDocumentImported {
        fact: Some(convert::fact(
            division,
            published_on,
            &jianyi_kernel::Provenance::default(),
        )),
        document: document.name(),
        distinct_paragraphs: document.fact.distinct_count(),
    };
    NewEvent::of(&event, &document.name(), division, document.version)
}

/// `fact` is that of the confirmation. There is no event for a story whose hero was sealed: nothing
/// may name them again.
pub(crate) fn story_drafted(
    story: &Recorded<Story>,
    hero: &str,
    fact: Option<api::Fact>,
) -> NewEvent {
    let event = pb::StoryDrafted {
        fact,
        story: story.name(),
        hero: hero.into(),
    };
    NewEvent::of(&event, &story.name(), &story.fact.division, story.version)
}

/// `fact` is that of the revocation.
pub(crate) fn story_withdrawn(story: &Recorded<Story>, fact: Option<api::Fact>) -> NewEvent {
    let event = pb::StoryWithdrawn {
        fact,
        story: story.name(),
    };
    NewEvent::of(&event, &story.name(), &story.fact.division, story.version)
}
