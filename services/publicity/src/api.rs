//! The service on the wire: a table of methods and their handlers, one handler file per resource.

mod bus_lines;
mod carriers;
mod count_statements;
mod events;
mod exchanges;
mod form;
mod media_items;
mod outlets;
mod six_enter_campaigns;
mod six_enter_sessions;
mod source_documents;
mod stories;
mod venues;
mod we_chat_posts;
mod wire;

use jianyi_db::Committed;
use jianyi_proto::api::v1 as api;
use jianyi_proto::publicity::v1 as pb;
use jianyi_proto::publicity::v1::publicity_service_server::PublicityService;
use jianyi_rpc::{answer, answer_revealed};
use tonic::{Request, Response, Status};

pub(crate) use crate::usecase::App;

/// The server.
#[derive(Debug)]
pub(crate) struct Api(pub(crate) App);

/// A write answers what was committed and nothing else; a read answers what it found; a reveal answers it
/// unmasked, once who asked is on record.
macro_rules! serve {
    ($($kind:ident $method:ident($request:ty) -> $reply:ty = $handler:path;)+) => {
        #[tonic::async_trait]
        impl PublicityService for Api {
            $(async fn $method(&self, request: Request<$request>) -> Result<Response<$reply>, Status> {
                serve!(@$kind $handler(&self.0, request).await)
            })+
        }
    };
    (@write $result:expr) => { answer($result.map(Committed::into_reply)) };
    (@read $result:expr) => { answer($result) };
    (@reveal $result:expr) => { answer_revealed($result.map(Committed::into_reply)) };
}

serve! {
    write create_outlet(pb::CreateOutletRequest) -> pb::Outlet = outlets::create;
    read get_outlet(pb::GetOutletRequest) -> pb::Outlet = outlets::get;
    read list_outlets(pb::ListOutletsRequest) -> pb::ListOutletsResponse = outlets::list;
    write create_media_item(pb::CreateMediaItemRequest) -> pb::MediaItem = media_items::create;
    read get_media_item(pb::GetMediaItemRequest) -> pb::MediaItem = media_items::get;
    reveal reveal_media_item(pb::RevealMediaItemRequest) -> pb::MediaItem = media_items::reveal;
    read list_media_items(pb::ListMediaItemsRequest) -> pb::ListMediaItemsResponse = media_items::list;
    write create_we_chat_post(pb::CreateWeChatPostRequest) -> pb::WeChatPost = we_chat_posts::create;
    read get_we_chat_post(pb::GetWeChatPostRequest) -> pb::WeChatPost = we_chat_posts::get;
    read list_we_chat_posts(pb::ListWeChatPostsRequest) -> pb::ListWeChatPostsResponse = we_chat_posts::list;
    write create_six_enter_campaign(pb::CreateSixEnterCampaignRequest) -> pb::SixEnterCampaign = six_enter_campaigns::create;
    read get_six_enter_campaign(pb::GetSixEnterCampaignRequest) -> pb::SixEnterCampaign = six_enter_campaigns::get;
    read list_six_enter_campaigns(pb::ListSixEnterCampaignsRequest) -> pb::ListSixEnterCampaignsResponse = six_enter_campaigns::list;
    write create_six_enter_session(pb::CreateSixEnterSessionRequest) -> pb::SixEnterSession = six_enter_sessions::create;
    read get_six_enter_session(pb::GetSixEnterSessionRequest) -> pb::SixEnterSession = six_enter_sessions::get;
    read list_six_enter_sessions(pb::ListSixEnterSessionsRequest) -> pb::ListSixEnterSessionsResponse = six_enter_sessions::list;
    write create_event(pb::CreateEventRequest) -> pb::Event = events::create;
    read get_event(pb::GetEventRequest) -> pb::Event = events::get;
    read list_events(pb::ListEventsRequest) -> pb::ListEventsResponse = events::list;
    write cancel_event(pb::CancelEventRequest) -> pb::Event = events::cancel;
    write create_venue(pb::CreateVenueRequest) -> pb::Venue = venues::create;
    read get_venue(pb::GetVenueRequest) -> pb::Venue = venues::get;
    read list_venues(pb::ListVenuesRequest) -> pb::ListVenuesResponse = venues::list;
    write record_inspection(pb::RecordInspectionRequest) -> pb::Venue = venues::inspect;
    write create_carrier(pb::CreateCarrierRequest) -> pb::Carrier = carriers::create;
    read get_carrier(pb::GetCarrierRequest) -> pb::Carrier = carriers::get;
    read list_carriers(pb::ListCarriersRequest) -> pb::ListCarriersResponse = carriers::list;
    write record_carrier_inspection(pb::RecordCarrierInspectionRequest) -> pb::Carrier = carriers::inspect;
    write create_bus_line(pb::CreateBusLineRequest) -> pb::BusLine = bus_lines::create;
    read get_bus_line(pb::GetBusLineRequest) -> pb::BusLine = bus_lines::get;
    read list_bus_lines(pb::ListBusLinesRequest) -> pb::ListBusLinesResponse = bus_lines::list;
    write renumber_bus_line(pb::RenumberBusLineRequest) -> pb::BusLine = bus_lines::renumber;
    write end_bus_line(pb::EndBusLineRequest) -> pb::BusLine = bus_lines::end;
    write create_exchange(pb::CreateExchangeRequest) -> pb::Exchange = exchanges::create;
    read get_exchange(pb::GetExchangeRequest) -> pb::Exchange = exchanges::get;
    reveal reveal_exchange(pb::RevealExchangeRequest) -> pb::Exchange = exchanges::reveal;
    read list_exchanges(pb::ListExchangesRequest) -> pb::ListExchangesResponse = exchanges::list;
    read get_source_document(pb::GetSourceDocumentRequest) -> pb::SourceDocument = source_documents::get;
    reveal reveal_source_document(pb::RevealSourceDocumentRequest) -> pb::SourceDocument = source_documents::reveal;
    read list_source_documents(pb::ListSourceDocumentsRequest) -> pb::ListSourceDocumentsResponse = source_documents::list;
    write import_source_document(pb::ImportSourceDocumentRequest) -> pb::SourceDocument = source_documents::import;
    read get_story(pb::GetStoryRequest) -> pb::Story = stories::get;
    read list_stories(pb::ListStoriesRequest) -> pb::ListStoriesResponse = stories::list;
    write edit_story(pb::EditStoryRequest) -> pb::Story = stories::edit;
    write create_count_statement(pb::CreateCountStatementRequest) -> api::CountStatement = count_statements::create;
    read get_count_statement(pb::GetCountStatementRequest) -> api::CountStatement = count_statements::get;
    read list_count_statements(pb::ListCountStatementsRequest) -> pb::ListCountStatementsResponse = count_statements::list;
}
