//! Enums of the domain and their numbers on the wire, as one table.

use jianyi_proto::publicity::events::v1 as events;
use jianyi_proto::publicity::v1 as pb;

use crate::domain::carrier::CarrierKind;
use crate::domain::event::{EventKind, EventState};
use crate::domain::exchange::ExchangeKind;
use crate::domain::media_item::{AuthorRole, MediaKind};
use crate::domain::outlet::OutletKind;
use crate::domain::six_enter::SixEnter;
use crate::domain::story::StoryState;
use crate::domain::we_chat_post::WeChatCategory;

/// An enum that is one on the wire too.
pub(crate) trait Word: Sized {
    /// `None` for what is unspecified or unknown.
    fn from_wire(number: i32) -> Option<Self>;
    fn to_wire(self) -> i32;
}

macro_rules! words {
    ($($domain:ty = $wire:ty { $($word:ident),+ })+) => { $(
        impl Word for $domain {
            fn from_wire(number: i32) -> Option<Self> {
                match <$wire>::try_from(number).ok()? {
                    <$wire>::Unspecified => None,
                    $(<$wire>::$word => Some(Self::$word),)+
                }
            }

            fn to_wire(self) -> i32 {
                match self {
                    $(Self::$word => <$wire>::$word.into(),)+
                }
            }
        }
    )+ };
}

words! {
    OutletKind = pb::OutletKind { Newspaper, Tv, Online, Other }
    MediaKind = events::MediaKind { Article, Video }
    AuthorRole = pb::AuthorRole { Reporter, Correspondent }
    WeChatCategory = events::WeChatCategory { Regulation, Activity, Work }
    SixEnter = events::SixEnter { ScenicArea, Community, Enterprise, Campus, Hospital, Station }
    EventKind = events::EventKind { SpringGala, BusLaunch, ArmyDayEducation, Other }
    EventState = pb::EventState { Held, Cancelled }
    CarrierKind = events::CarrierKind { Screen, BusStopBoard }
    ExchangeKind = events::ExchangeKind { StudyTour, InboundVisit, FieldSurvey }
    StoryState = pb::StoryState { Draft, Withdrawn }
}
