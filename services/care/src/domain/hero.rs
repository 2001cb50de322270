//! What care knows of a hero, put together from events that may come late, twice or out of order.
//!
//! Each kind of event is kept with the version it came with, and the standing is computed from what
//! is kept: that makes the result the same whatever the order was (dossier V-126).

use jianyi_kernel::{Division, Timestamp};
use time::Date;

use super::id::HeroId;

/// Why somebody is no longer a current hero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum HeroEnd {
    /// 撤销
    Revoked,
    /// 已故
    Deceased,
}

impl HeroEnd {
    /// The reason code that grants ended for it carry.
    pub(crate) const fn grant_reason(self) -> &'static str {
        match self {
            Self::Revoked => "HERO_REVOKED",
            Self::Deceased => "HERO_DECEASED",
        }
    }
}

/// A hero as known from events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hero {
    /// The id within the county's heroes.
    pub(crate) id: HeroId,
    /// Version of this row.
    pub(crate) version: i64,
    /// When the first event arrived.
    pub(crate) created_at: Timestamp,
    /// Resource name in the member service.
    pub(crate) hero: String,
    /// The county in that name.
    pub(crate) division: Division,
    /// Version of the newest move; 0 when there was none.
    pub(crate) moved_version: i64,
    /// Counties they belonged to before, oldest first.
    pub(crate) former_divisions: Vec<String>,
    /// First day on which each of them no longer was theirs.
    pub(crate) moved_on: Vec<Date>,
    /// Version of the confirmation; 0 when none has arrived.
    pub(crate) confirmed_version: i64,
    /// First day it may be effective; unknown for sealed heroes.
    pub(crate) confirmed_on: Option<Date>,
    /// Nothing that could show the hero may leave.
    pub(crate) sealed: bool,
    /// Version of the newest word on that; 0 when there was none.
    pub(crate) seal_version: i64,
    /// Version of the end; 0 when none has arrived.
    pub(crate) ended_version: i64,
    /// First day on which the hero is no longer one.
    pub(crate) ended_on: Option<Date>,
    /// Why.
    pub(crate) end_reason: Option<HeroEnd>,
}

impl Hero {
    /// A hero of whom nothing is known yet.
    pub(crate) const fn unheard(
        id: HeroId,
        hero: String,
        division: Division,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            version: 1,
            created_at: now,
            hero,
            division,
            moved_version: 0,
            former_divisions: Vec::new(),
            moved_on: Vec::new(),
            confirmed_version: 0,
            confirmed_on: None,
            sealed: false,
            seal_version: 0,
            ended_version: 0,
            ended_on: None,
            end_reason: None,
        }
    }

    /// Takes a confirmation in. `true` when a hero whom others may know became eligible by it.
    #[must_use]
    pub(crate) fn confirm(mut self, on: Option<Date>, sealed: bool, version: i64) -> (Self, bool) {
        if sealed {
            self = self.seal(version);
        }
        let news = version > self.confirmed_version;
        if news {
            self.confirmed_version = version;
            self.confirmed_on = on;
        }
        let eligible = news && !self.sealed && self.end().is_none();
        (self, eligible)
    }

    /// Takes confidentiality in, unless it ended later.
    #[must_use]
    pub(crate) const fn seal(mut self, version: i64) -> Self {
        if version > self.seal_version {
            self.sealed = true;
            self.seal_version = version;
        }
        self
    }

    /// Takes the end of confidentiality in, unless it began again later.
    #[must_use]
    pub(crate) const fn release(mut self, version: i64) -> Self {
        if version > self.seal_version {
            self.sealed = false;
            self.seal_version = version;
        }
        self
    }

    /// Takes a move to another county in. What is older than one that is known changes nothing.
    #[must_use]
    pub(crate) fn move_to(
        mut self,
        (hero, division): (String, Division),
        from: &Division,
        on: Date,
        version: i64,
    ) -> Self {
        if version <= self.moved_version {
            return self;
        }
        self.moved_version = version;
        self.former_divisions.push(from.to_string());
        self.moved_on.push(on);
        self.hero = hero;
        self.division = division;
        self
    }

    /// Whether a division covers the county to which the hero belonged on a day: one county and no other (V-96).
    pub(crate) fn within(&self, division: &Division, day: Date) -> bool {
        let former = self
            .moved_on
            .iter()
            .zip(&self.former_divisions)
            .find(|(until, _)| day < **until)
            .and_then(|(_, former)| Division::parse("division", former).ok());
        division.covers(former.as_ref().unwrap_or(&self.division))
    }

    /// Takes an end in. `Some(day)` when open grants end that day because of it.
    #[must_use]
    pub(crate) fn finish(
        mut self,
        on: Date,
        reason: HeroEnd,
        sealed: bool,
        version: i64,
    ) -> (Self, Option<Date>) {
        if sealed {
            self = self.seal(version);
        }
        if version <= self.ended_version {
            return (self, None);
        }
        self.ended_version = version;
        self.ended_on = Some(on);
        self.end_reason = Some(reason);
        let ends = self.end();
        (self, ends)
    }

    /// First day on which the hero is no longer one; a confirmation after the end undoes it (V-104).
    pub(crate) fn end(&self) -> Option<Date> {
        self.ended_on
            .filter(|_| self.ended_version > self.confirmed_version)
    }

    /// Whether confirmed, and so early that it covers the day.
    fn confirmed_by(&self, day: Date) -> bool {
        self.confirmed_version > 0 && self.confirmed_on.is_none_or(|from| from <= day)
    }

    /// Whether the hero may enjoy a benefit on the day.
    pub(crate) fn eligible_on(&self, day: Date) -> bool {
        self.confirmed_by(day) && self.end().is_none_or(|end| day < end)
    }

    /// Whether the family is cared for on the day: death does not end that, revocation does (V-88, C25).
    pub(crate) fn family_eligible_on(&self, day: Date) -> bool {
        self.confirmed_by(day)
            && (self.eligible_on(day) || self.end_reason == Some(HeroEnd::Deceased))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    pub(crate) fn hero() -> Hero {
        let id = HeroId::from_uuid(uuid::Uuid::nil());
        let division = Division::parse("division", "410611").unwrap();
        Hero::unheard(
            id,
            format!("counties/410611/heroes/{id}"),
            division,
            Timestamp::from_unix(0, 0).unwrap(),
        )
    }

    #[test]
    fn v88_death_ends_the_heros_benefits_and_not_the_familys() {
        let (hero, eligible) = hero().confirm(Some(date!(2020 - 01 - 01)), false, 1);
        assert!(eligible);
        let (dead, ends) = hero
            .clone()
            .finish(date!(2024 - 07 - 01), HeroEnd::Deceased, false, 2);
        assert_eq!(ends, Some(date!(2024 - 07 - 01)));
        assert!(
            dead.eligible_on(date!(2024 - 06 - 30)) && !dead.eligible_on(date!(2024 - 07 - 01))
        );
        assert!(dead.family_eligible_on(date!(2024 - 09 - 17)));
        let (revoked, _) = hero.finish(date!(2024 - 07 - 01), HeroEnd::Revoked, false, 2);
        assert!(!revoked.family_eligible_on(date!(2024 - 09 - 17)));
        assert!(!revoked.family_eligible_on(date!(2019 - 12 - 31)));
    }

    #[test]
    fn v96_a_hero_belongs_to_one_county_on_every_day() {
        let county = |code| Division::parse("division", code).unwrap();
        let (known, _) = hero().confirm(None, false, 1);
        let new = ("counties/410621/heroes/x".to_owned(), county("410621"));
        let moved = known.move_to(new.clone(), &county("410611"), date!(2024 - 07 - 05), 2);
        for (day, here, there) in [
            (date!(2024 - 06 - 30), true, false),
            (date!(2024 - 07 - 04), true, false),
            (date!(2024 - 07 - 05), false, true),
            (date!(2025 - 01 - 01), false, true),
        ] {
            assert_eq!(moved.within(&county("410611"), day), here, "{day}");
            assert_eq!(moved.within(&county("410621"), day), there, "{day}");
            assert!(moved.within(&county("410600"), day));
        }
        let again = moved
            .clone()
            .move_to(new, &county("410611"), date!(2024 - 07 - 06), 2);
        assert_eq!(again, moved, "heard twice");
        assert_eq!(moved.end(), None);
    }

    #[test]
    fn v104_a_confirmation_after_the_end_undoes_it() {
        let (ended, _) = hero()
            .confirm(Some(date!(2020 - 01 - 01)), false, 1)
            .0
            .finish(date!(2024 - 07 - 01), HeroEnd::Deceased, false, 2);
        let (back, eligible) = ended.confirm(Some(date!(2020 - 01 - 01)), false, 3);
        assert!(eligible && back.eligible_on(date!(2025 - 01 - 01)));
        assert_eq!(
            back.finish(date!(2024 - 07 - 01), HeroEnd::Deceased, false, 2)
                .1,
            None
        );
    }

    #[test]
    fn a_sealed_hero_becomes_eligible_in_silence_whatever_comes_first() {
        let (known, eligible) = hero().confirm(None, true, 1);
        assert!(!eligible && known.eligible_on(date!(2024 - 01 - 01)));
        let (known, eligible) = hero()
            .seal(2)
            .confirm(Some(date!(2024 - 01 - 01)), false, 1);
        assert!(!eligible && known.eligible_on(date!(2024 - 01 - 01)));
    }

    #[derive(Debug, Clone, Copy)]
    enum Fact {
        Confirmed,
        Sealed,
        Released,
        Ended,
    }

    fn apply(hero: Hero, fact: Fact) -> Hero {
        match fact {
            Fact::Confirmed => hero.confirm(Some(date!(2023 - 05 - 01)), false, 1).0,
            Fact::Sealed => hero.seal(2),
            Fact::Released => hero.release(3),
            Fact::Ended => {
                hero.finish(date!(2024 - 07 - 01), HeroEnd::Deceased, false, 3)
                    .0
            }
        }
    }

    proptest! {
        #[test]
        fn v126_any_order_with_repeats_gives_the_same_hero(
            order in Just(vec![Fact::Confirmed, Fact::Sealed, Fact::Released, Fact::Ended]).prop_shuffle(),
            repeats in prop::collection::vec(prop::sample::select(vec![Fact::Confirmed, Fact::Sealed, Fact::Released, Fact::Ended]), 0..20),
        ) {
            let straight = [Fact::Confirmed, Fact::Sealed, Fact::Released, Fact::Ended].into_iter().fold(hero(), apply);
            let shuffled = order.into_iter().chain(repeats).fold(hero(), apply);
            prop_assert_eq!(straight, shuffled);
        }
    }
}
