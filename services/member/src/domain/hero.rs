//! Heroes: confirmed by a committee, public or sealed, current until revoked or dead.
//!
//! The mark is part of the type. A fact about a sealed hero has no field for a source, a place or a
//! date of confirmation, so that publishing one by accident does not compile.

mod error;

use jianyi_kernel::{FuzzyDate, Id, IdKind, Pii, Provenance, Timestamp};
use time::Date;

pub(crate) use error::Error;

use super::consent::Giver;
use super::person::PersonId;

/// Marks ids of heroes.
#[derive(Debug)]
pub(crate) enum HeroKey {}

impl IdKind for HeroKey {
    const COLLECTION: &'static str = "heroes";
}

pub(crate) type HeroId = Id<HeroKey>;

/// The honour that goes with the confirmation (dossier, Appendix B).
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum HonourLevel {
    National,
    ProvinceHero,
    ProvinceModel,
    CityModel,
    CountyAdvanced,
    WorkUnit,
    ConfirmedOnly,
}

/// Why a hero must stay unknown, the weakest reason first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum Level {
    FamilyRequest,
    Safety,
    State,
}

/// Why somebody is no longer a current hero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Revoked,
    Deceased,
}

/// Whether somebody is a current hero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    Confirmed,
    Revoked {
        decided_on: Date,
        document_no: String,
        reason: Pii<String>,
    },
    Deceased {
        died_on: FuzzyDate,
    },
}

/// What the committee decided.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    pub(crate) person: PersonId,
    pub(crate) confirmed_on: FuzzyDate,
    pub(crate) document_no: String,
    pub(crate) authority: String,
    pub(crate) honour_level: Option<HonourLevel>,
    pub(crate) provenance: Provenance,
}

/// What is on record about any hero, public or sealed.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) id: HeroId,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) decision: Decision,
    pub(crate) standing: Standing,
}

/// Why, and on what ground, a hero is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seal {
    pub(crate) level: Level,
    pub(crate) ground: Pii<String>,
}

/// By what a seal is released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Release {
    /// A written consent, by whom.
    Consent(Giver),
    /// The document of the authority that decided.
    Decision {
        authority: String,
        document_no: String,
    },
}

/// A hero whose name may be known.
#[derive(Debug, Clone)]
pub(crate) struct PublicHero(Record);

/// A hero who must stay unknown.
#[derive(Debug, Clone)]
pub(crate) struct SealedHero(Record, Seal);

/// A hero.
#[derive(Debug, Clone)]
pub(crate) enum Hero {
    Public(PublicHero),
    Sealed(SealedHero),
}

/// What happened to a public hero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PublicFact {
    Confirmed {
        on: FuzzyDate,
        provenance: Provenance,
    },
    Ended {
        effective: Date,
        why: End,
    },
    /// A sealed hero may be known from now on.
    Released {
        on: FuzzyDate,
        provenance: Provenance,
    },
}

/// What happened to a sealed hero: nothing here can show who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SealedFact {
    Confirmed,
    /// A hero known before is sealed now.
    Sealed,
    Ended {
        effective: Date,
        why: End,
    },
}

/// What happened to a hero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fact {
    Public(PublicFact),
    Sealed(SealedFact),
}

impl Record {
    fn revoke(
        mut self,
        decided_on: Date,
        document_no: String,
        reason: Pii<String>,
        today: Date,
    ) -> Result<Self, Error> {
        self.require_current()?;
        if decided_on > today {
            return Err(Error::InFuture);
        }
        if self
            .decision
            .confirmed_on
            .span()
            .is_some_and(|(first, _)| decided_on < first)
        {
            return Err(Error::RevokedBeforeConfirmed);
        }
        self.version += 1;
        self.standing = Standing::Revoked {
            decided_on,
            document_no,
            reason,
        };
        Ok(self)
    }

    /// A death may lie before the confirmation: honours are given posthumously.
    fn die(mut self, died_on: FuzzyDate, today: Date) -> Result<(Self, Date), Error> {
        self.require_current()?;
        let (first, last) = died_on.span().unwrap_or((today, today));
        if first > today {
            return Err(Error::InFuture);
        }
        self.version += 1;
        self.standing = Standing::Deceased { died_on };
        // Of a date known only roughly, the latest possible day: nothing ends before it must.
        Ok((self, last.min(today)))
    }

    const fn require_current(&self) -> Result<(), Error> {
        match self.standing {
            Standing::Confirmed => Ok(()),
            Standing::Revoked { .. } | Standing::Deceased { .. } => Err(Error::NotCurrent),
        }
    }
}

impl Hero {
    /// Records a committee's confirmation, under seal or not.
    pub(crate) fn confirm(
        id: HeroId,
        decision: Decision,
        seal: Option<Seal>,
        now: Timestamp,
    ) -> (Self, Fact) {
        let record = Record {
            id,
            version: 1,
            created_at: now,
            decision,
            standing: Standing::Confirmed,
        };
        match seal {
            Some(seal) => (
                Self::Sealed(SealedHero(record, seal)),
                Fact::Sealed(SealedFact::Confirmed),
            ),
            None => {
                let on = record.decision.confirmed_on.clone();
                let provenance = record.decision.provenance.clone();
                let fact = PublicFact::Confirmed { on, provenance };
                (Self::Public(PublicHero(record)), Fact::Public(fact))
            }
        }
    }

    /// Puts a stored hero together again.
    pub(crate) fn restore(record: Record, seal: Option<Seal>) -> Self {
        match seal {
            Some(seal) => Self::Sealed(SealedHero(record, seal)),
            None => Self::Public(PublicHero(record)),
        }
    }

    /// The original grantor withdrew the title.
    ///
    /// # Errors
    /// [`Error`] when the hero is not current, or the day is impossible.
    pub(crate) fn revoke(
        self,
        decided_on: Date,
        document_no: String,
        reason: Pii<String>,
        today: Date,
    ) -> Result<(Self, Fact), Error> {
        let (record, seal) = self.into_parts();
        let record = record.revoke(decided_on, document_no, reason, today)?;
        Ok(Self::restore(record, seal).ended(decided_on, End::Revoked))
    }

    /// The hero died.
    ///
    /// # Errors
    /// [`Error`] when the hero is not current, or the date is in the future.
    pub(crate) fn die(self, died_on: FuzzyDate, today: Date) -> Result<(Self, Fact), Error> {
        let (record, seal) = self.into_parts();
        let (record, effective) = record.die(died_on, today)?;
        Ok(Self::restore(record, seal).ended(effective, End::Deceased))
    }

    /// Puts a public hero under seal, whatever the standing, or raises the level of a sealed one: about
    /// that nobody hears.
    ///
    /// # Errors
    /// [`Error::AlreadySealed`] at this level or a higher one.
    pub(crate) fn seal(self, seal: Seal) -> Result<(Self, Option<Fact>), Error> {
        match self {
            Self::Public(PublicHero(mut record)) => {
                record.version += 1;
                Ok((
                    Self::Sealed(SealedHero(record, seal)),
                    Some(Fact::Sealed(SealedFact::Sealed)),
                ))
            }
            Self::Sealed(SealedHero(mut record, old)) if seal.level > old.level => {
                record.version += 1;
                Ok((Self::Sealed(SealedHero(record, seal)), None))
            }
            Self::Sealed(_) => Err(Error::AlreadySealed),
        }
    }

    /// Lets a sealed hero be known again (dossier 2.6.3): a family's request ends by the subject's own
    /// consent, safety and state secrecy by the document of the authority that decided.
    ///
    /// # Errors
    /// [`Error`] when the hero is not sealed, or this is not what the level takes.
    pub(crate) fn release(self, by: &Release, today: Date) -> Result<(Self, Vec<Fact>), Error> {
        let Self::Sealed(SealedHero(mut record, seal)) = self else {
            return Err(Error::NotSealed);
        };
        let deceased = matches!(record.standing, Standing::Deceased { .. });
        match (seal.level, by) {
            (Level::FamilyRequest, Release::Consent(Giver::Own | Giver::Guardian)) => {}
            (Level::FamilyRequest, Release::Consent(Giver::Kin)) if deceased => {}
            (Level::FamilyRequest, Release::Consent(Giver::Kin)) => {
                return Err(Error::ConsentNotTheSubjects);
            }
            (Level::FamilyRequest, Release::Decision { .. }) => return Err(Error::ConsentRequired),
            (Level::Safety | Level::State, Release::Decision { .. }) => {}
            (Level::Safety | Level::State, Release::Consent(_)) => {
                return Err(Error::AuthorityRequired);
            }
        }
        record.version += 1;
        let mut facts = vec![Fact::Public(PublicFact::Released {
            on: record.decision.confirmed_on.clone(),
            provenance: record.decision.provenance.clone(),
        })];
        let ended = match &record.standing {
            Standing::Confirmed => None,
            Standing::Revoked { decided_on, .. } => Some((*decided_on, End::Revoked)),
            Standing::Deceased { died_on } => {
                let (_, last) = died_on.span().unwrap_or((today, today));
                Some((last.min(today), End::Deceased))
            }
        };
        facts.extend(
            ended.map(|(effective, why)| Fact::Public(PublicFact::Ended { effective, why })),
        );
        Ok((Self::Public(PublicHero(record)), facts))
    }

    fn ended(self, effective: Date, why: End) -> (Self, Fact) {
        let fact = match self {
            Self::Public(_) => Fact::Public(PublicFact::Ended { effective, why }),
            Self::Sealed(_) => Fact::Sealed(SealedFact::Ended { effective, why }),
        };
        (self, fact)
    }

    fn into_parts(self) -> (Record, Option<Seal>) {
        match self {
            Self::Public(PublicHero(record)) => (record, None),
            Self::Sealed(SealedHero(record, seal)) => (record, Some(seal)),
        }
    }

    /// What is on record, for storage and for those who may see it.
    pub(crate) const fn record(&self) -> &Record {
        match self {
            Self::Public(PublicHero(record)) | Self::Sealed(SealedHero(record, _)) => record,
        }
    }

    /// The seal, if there is one.
    pub(crate) const fn sealed(&self) -> Option<&Seal> {
        match self {
            Self::Public(_) => None,
            Self::Sealed(SealedHero(_, seal)) => Some(seal),
        }
    }
}

#[cfg(test)]
mod tests;
