//! What publicity means, without I/O.
//!
//! Invariants: a fact is recorded once however often it is told (natural keys); a reprint and a `WeChat`
//! post never count; a cancelled event does not count; a renumbered bus line stays the same line; about
//! a sealed hero nothing is kept.

pub(crate) mod bus_line;
pub(crate) mod carrier;
pub(crate) mod count_statement;
pub(crate) mod event;
pub(crate) mod exchange;
pub(crate) mod inspection;
pub(crate) mod media_item;
pub(crate) mod outlet;
pub(crate) mod recorded;
pub(crate) mod six_enter;
pub(crate) mod source_document;
pub mod source_text;
pub(crate) mod story;
pub(crate) mod title;
pub(crate) mod venue;
pub(crate) mod we_chat_post;

pub(crate) use bus_line::BusLine;
pub(crate) use carrier::Carrier;
pub(crate) use count_statement::CountStatement;
pub(crate) use event::Event;
pub(crate) use exchange::Exchange;
pub(crate) use media_item::MediaItem;
pub(crate) use outlet::Outlet;
pub(crate) use recorded::{Origin, Recorded};
pub(crate) use six_enter::{SixEnterCampaign, SixEnterSession};
pub(crate) use source_document::SourceDocument;
pub(crate) use story::Story;
pub(crate) use title::Title;
pub(crate) use venue::Venue;
pub(crate) use we_chat_post::WeChatPost;

/// The domain that refusals name.
pub(crate) const DOMAIN: &str = "publicity.jianyi";
