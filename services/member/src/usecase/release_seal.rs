//! Ends a hero's confidentiality by what the level takes, at once.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::member::v1 as pb;

use super::{App, Target, fence, veil};
use crate::domain::consent::{Consent, Paper};
use crate::domain::hero::{self, HeroKey, Release};
use crate::domain::person::PersonId;
use crate::store::seal_releases::Grounds;
use crate::{events, store};

/// What the caller comes with.
#[derive(Debug)]
pub(crate) enum Brought {
    /// A signed paper, and of whom it says to be, when it says so.
    Paper(Paper, Option<PersonId>),
    /// A document of an authority.
    Decision {
        authority: String,
        document_no: String,
    },
}

pub(crate) async fn run(
    app: &App,
    call: &Call,
    target: Target<HeroKey>,
    brought: Brought,
) -> Result<Committed<pb::Hero>, Fault> {
    let mut uow = match app.db.begin::<pb::Hero>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    fence::behind(app, &mut uow, target.id).await?;
    let hero = store::heroes::lock(uow.conn(), &cipher, target.id).await?;
    let hero = target.check(app, hero, |hero| hero.record().version)?;
    let level = hero
        .sealed()
        .map(|seal| seal.level)
        .ok_or(hero::Error::NotSealed)?;
    let person = hero.record().decision.person;

    let (by, paper) = match brought {
        Brought::Paper(_, Some(other)) if other != person => {
            return Err(hero::Error::ConsentNotTheSubjects.into());
        }
        Brought::Paper(paper, _) => (Release::Consent(paper.given_by), Some(paper)),
        Brought::Decision {
            authority,
            document_no,
        } => (
            Release::Decision {
                authority,
                document_no,
            },
            None,
        ),
    };
    let (hero, facts) = hero.release(&by, now.business_date())?;
    let mut grounds = Grounds {
        level,
        consent: None,
        decision: match by {
            Release::Decision {
                authority,
                document_no,
            } => Some((authority, document_no)),
            Release::Consent(_) => None,
        },
    };
    if let Some(paper) = paper {
        let subject = store::people::get_kept(uow.conn(), &cipher, person).await?;
        let subject = subject.ok_or_else(super::vanished)?;
        let consent = Consent::give(uow.new_id(), person, paper, subject.born(), now)?;
        store::consents::insert(uow.conn(), &cipher, &consent).await?;
        grounds.consent = Some(consent.id);
    }
    let id = uow.clock().new_uuid();
    store::seal_releases::insert(uow.conn(), id, hero.record().id, &grounds, now).await?;
    store::heroes::save(uow.conn(), &cipher, &hero, now).await?;
    for fact in &facts {
        uow.emit(events::hero(&app.county, &hero, fact));
    }
    veil::lift(app, &mut uow, person).await?;
    uow.commit(app.named(&hero).into()).await
}
