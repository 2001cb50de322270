//! Posts on the association's own `WeChat` account. They have no notion of counting, by design (P01).

use jianyi_kernel::{FuzzyDate, Id, IdKind};

use super::{MediaItem, Origin, Title};

/// What a post is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum WeChatCategory {
    Regulation,
    Activity,
    Work,
}

/// A post.
#[derive(Debug, Clone)]
pub(crate) struct WeChatPost {
    pub(crate) title: Title,
    pub(crate) category: WeChatCategory,
    pub(crate) published_on: FuzzyDate,
    pub(crate) reprint_of: Option<Id<MediaItem>>,
    pub(crate) origin: Origin,
}

impl IdKind for WeChatPost {
    const COLLECTION: &'static str = "weChatPosts";
}
