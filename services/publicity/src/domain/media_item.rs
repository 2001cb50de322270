//! Items that outlets published, and the rule which of them count.

use jianyi_kernel::{FuzzyDate, Id, IdKind, Pii};

use super::{Origin, Outlet, Title};

/// Kinds of item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum MediaKind {
    Article,
    Video,
}

/// As what somebody is credited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AuthorRole {
    Reporter,
    Correspondent,
}

/// Somebody credited for an item.
#[derive(Debug, Clone)]
pub(crate) struct Author {
    pub(crate) role: AuthorRole,
    pub(crate) full_name: Pii<String>,
}

/// An item published or broadcast.
#[derive(Debug, Clone)]
pub(crate) struct MediaItem {
    pub(crate) outlet: Id<Outlet>,
    pub(crate) title: Title,
    pub(crate) kind: MediaKind,
    pub(crate) published_on: FuzzyDate,
    pub(crate) page_or_channel: String,
    pub(crate) authors: Vec<Author>,
    pub(crate) link: String,
    pub(crate) reprint_of: Option<Id<MediaItem>>,
    /// Decided once, by [`MediaItem::published_in`].
    pub(crate) counted: bool,
    pub(crate) origin: Origin,
}

impl IdKind for MediaItem {
    const COLLECTION: &'static str = "mediaItems";
}

impl MediaItem {
    /// Decides whether the item counts: its outlet does, and it is no reprint (P02, V-110).
    pub(crate) fn published_in(self, outlet: &Outlet) -> Self {
        Self {
            counted: outlet.counted && self.reprint_of.is_none(),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use jianyi_kernel::{Division, Provenance, Violations};
    use uuid::Uuid;

    use super::super::outlet::OutletKind;
    use super::*;

    fn title() -> Title {
        Title::parse(&mut Violations::new(), "title", "甲").unwrap()
    }

    fn origin() -> Origin {
        Origin {
            division: Division::city(),
            provenance: Provenance::default(),
        }
    }

    fn counts(outlet_counts: bool, reprint: bool) -> bool {
        let outlet = Outlet {
            title: title(),
            kind: OutletKind::Newspaper,
            counted: outlet_counts,
            columns: Vec::new(),
            origin: origin(),
        };
        let item = MediaItem {
            outlet: Id::from_uuid(Uuid::nil()),
            title: title(),
            kind: MediaKind::Article,
            published_on: FuzzyDate::unknown(),
            page_or_channel: String::new(),
            authors: Vec::new(),
            link: String::new(),
            reprint_of: reprint.then(|| Id::from_uuid(Uuid::nil())),
            counted: true,
            origin: origin(),
        };
        item.published_in(&outlet).counted
    }

    #[test]
    fn p02_only_originals_in_counted_outlets_count() {
        assert!(counts(true, false));
        assert!(!counts(true, true));
        assert!(!counts(false, false));
        assert!(!counts(false, true));
    }
}
