//! Commands, one file each: begin, lock, ask the domain, store, emit, commit.

mod cancel_event;
mod create_bus_line;
mod create_carrier;
mod create_count_statement;
mod create_event;
mod create_exchange;
mod create_media_item;
mod create_outlet;
mod create_six_enter_campaign;
mod create_six_enter_session;
mod create_venue;
mod create_we_chat_post;
mod edit_story;
mod end_bus_line;
mod import_source_document;
mod record_carrier_inspection;
mod record_inspection;
mod renumber_bus_line;
mod reveal_exchange;
mod reveal_media_item;
mod reveal_source_document;

pub(crate) use cancel_event::cancel_event;
pub(crate) use create_bus_line::create_bus_line;
pub(crate) use create_carrier::create_carrier;
pub(crate) use create_count_statement::create_count_statement;
pub(crate) use create_event::create_event;
pub(crate) use create_exchange::create_exchange;
pub(crate) use create_media_item::create_media_item;
pub(crate) use create_outlet::create_outlet;
pub(crate) use create_six_enter_campaign::create_six_enter_campaign;
pub(crate) use create_six_enter_session::create_six_enter_session;
pub(crate) use create_venue::create_venue;
pub(crate) use create_we_chat_post::create_we_chat_post;
pub(crate) use edit_story::edit_story;
pub(crate) use end_bus_line::end_bus_line;
pub(crate) use import_source_document::import_source_document;
pub(crate) use record_carrier_inspection::record_carrier_inspection;
pub(crate) use record_inspection::record_inspection;
pub(crate) use renumber_bus_line::renumber_bus_line;
pub(crate) use reveal_exchange::reveal_exchange;
pub(crate) use reveal_media_item::reveal_media_item;
pub(crate) use reveal_source_document::reveal_source_document;

use jianyi_db::Db;

/// What a command works with.
#[derive(Debug, Clone)]
pub(crate) struct App {
    pub(crate) db: Db,
}
