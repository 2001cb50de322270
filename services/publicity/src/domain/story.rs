//! Draft stories about heroes, and how they end: withdrawn when a title is revoked, emptied when a
//! hero is sealed.

use jianyi_kernel::{Division, DomainError, IdKind, Pii};

use super::{DOMAIN, Recorded};

/// How a story stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum StoryState {
    Draft,
    Withdrawn,
}

/// The hero a story is about, at the version that opened it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subject {
    pub(crate) hero: String,
    pub(crate) version: i64,
}

/// A story.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    /// Absent once the hero was sealed.
    pub(crate) about: Option<Subject>,
    pub(crate) state: StoryState,
    pub(crate) text: Option<Pii<String>>,
    pub(crate) division: Division,
}

impl IdKind for Story {
    const COLLECTION: &'static str = "stories";
}

/// Why a story is not edited.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("the story was withdrawn")]
    Withdrawn,
}

impl DomainError for Error {
    const DOMAIN: &'static str = DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::Withdrawn => "STORY_WITHDRAWN",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Withdrawn => "该稿件已撤回,不能再修改".into(),
        }
    }
}

impl Story {
    /// An empty draft about a hero whose name may be known.
    pub(crate) const fn draft(hero: String, version: i64, division: Division) -> Self {
        Self {
            about: Some(Subject { hero, version }),
            state: StoryState::Draft,
            text: None,
            division,
        }
    }
}

impl Recorded<Story> {
    /// Replaces the text of a draft.
    pub(crate) fn edit(self, text: Pii<String>) -> Result<Self, Error> {
        match self.fact.state {
            StoryState::Withdrawn => Err(Error::Withdrawn),
            StoryState::Draft => {
                let fact = Story {
                    text: Some(text),
                    ..self.fact.clone()
                };
                Ok(self.changed(fact))
            }
        }
    }

    /// The hero belongs to another county and goes by another name.
    pub(crate) fn moved_to(self, hero: String, division: Division) -> Self {
        let about = self.fact.about.as_ref().map(|about| Subject {
            hero,
            version: about.version,
        });
        let fact = Story {
            about,
            division,
            ..self.fact.clone()
        };
        self.changed(fact)
    }

    /// The hero's title was revoked at a version: a draft opened before that is withdrawn. `None`
    /// when there is nothing to do.
    pub(crate) fn revoked_at(self, version: i64) -> Option<Self> {
        let before = self
            .fact
            .about
            .as_ref()
            .is_some_and(|about| about.version < version);
        match self.fact.state {
            StoryState::Draft if before => {
                let fact = Story {
                    state: StoryState::Withdrawn,
                    ..self.fact.clone()
                };
                Some(self.changed(fact))
            }
            StoryState::Draft | StoryState::Withdrawn => None,
        }
    }

    /// The person no longer agrees to it: nothing is left of a draft but that there was one. `None` when there
    /// is nothing to do.
    pub(crate) fn not_agreed_to(self) -> Option<Self> {
        match self.fact.state {
            StoryState::Draft => {
                let fact = Story {
                    state: StoryState::Withdrawn,
                    text: None,
                    ..self.fact.clone()
                };
                Some(self.changed(fact))
            }
            StoryState::Withdrawn => None,
        }
    }

    /// The hero was sealed at a version: of every story opened before that nothing stays that could
    /// show who it was about. `None` when there is nothing to do.
    pub(crate) fn sealed_at(self, version: i64) -> Option<Self> {
        if self
            .fact
            .about
            .as_ref()
            .is_none_or(|about| about.version >= version)
        {
            return None;
        }
        let fact = Story {
            about: None,
            state: StoryState::Withdrawn,
            text: None,
            division: self.fact.division.clone(),
        };
        Some(self.changed(fact))
    }
}

#[cfg(test)]
mod tests {
    use jianyi_kernel::{Clock, Timestamp};

    use super::*;

    fn draft() -> Recorded<Story> {
        let clock = Clock::fixed(Timestamp::from_unix(0, 0).unwrap());
        let story = Story::draft("counties/410611/heroes/x".into(), 3, Division::city());
        Recorded::new(clock.new_id(), clock.now(), story)
    }

    #[test]
    fn m29_a_sealed_hero_leaves_nothing_behind() {
        let edited = draft().edit(Pii::new("他救了人".into())).unwrap();
        let sealed = edited.sealed_at(4).unwrap();
        assert_eq!(sealed.fact.about, None);
        assert!(sealed.fact.text.is_none());
        assert_eq!(sealed.fact.state, StoryState::Withdrawn);
        assert!(sealed.clone().sealed_at(5).is_none());
        assert_eq!(
            sealed.edit(Pii::new(String::new())).unwrap_err(),
            Error::Withdrawn
        );
    }

    #[test]
    fn m31_a_story_follows_its_hero_to_another_county() {
        let moved = draft()
            .edit(Pii::new("稿".into()))
            .unwrap()
            .moved_to("counties/410621/heroes/x".into(), "410621".parse().unwrap());
        let about = moved.fact.about.clone().unwrap();
        assert_eq!(
            (about.hero.as_str(), about.version),
            ("counties/410621/heroes/x", 3)
        );
        assert!(moved.fact.text.is_some() && moved.fact.division.as_str() == "410621");
    }

    #[test]
    fn a_revoked_title_withdraws_the_draft_and_keeps_its_text() {
        let withdrawn = draft()
            .edit(Pii::new("稿".into()))
            .unwrap()
            .revoked_at(9)
            .unwrap();
        assert_eq!(withdrawn.fact.state, StoryState::Withdrawn);
        assert!(withdrawn.fact.text.is_some());
        assert!(withdrawn.clone().revoked_at(10).is_none());
        assert!(withdrawn.sealed_at(10).is_some());
    }

    #[test]
    fn v126_what_is_older_than_the_draft_does_not_touch_it() {
        assert!(draft().revoked_at(3).is_none());
        assert!(draft().sealed_at(2).is_none());
    }
}
