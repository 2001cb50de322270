//! Does what a person asked about their own data: a copy, a correction, or a deletion (G22, V-142).

use jianyi_db::{Begun, Committed, Uow};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::convert::timestamp;
use jianyi_proto::member::v1 as pb;

use super::{App, Target, fence, vanished};
use crate::domain::person::{Patch, Person, PersonId};
use crate::domain::subject_request::{Kind, Outcome, RequestKey};
use crate::{events, store};

pub(crate) async fn run(
    app: &App,
    call: &Call,
    target: Target<RequestKey>,
    patch: Patch,
) -> Result<Committed<pb::FulfilSubjectRequestResponse>, Fault> {
    let mut uow = match app
        .db
        .begin::<pb::FulfilSubjectRequestResponse>(call)
        .await?
    {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    fence::behind(app, &mut uow, target.id).await?;
    let request = store::subject_requests::lock(uow.conn(), &cipher, target.id).await?;
    let request = target.check(app, request, |request| request.version)?;
    let id = request.asked.person;
    uow.touch(&app.name(id));
    let person = store::people::get_kept(uow.conn(), &cipher, id).await?;
    let person = person.ok_or_else(vanished)?;

    let kind = request.asked.kind;
    let outcome = match kind {
        Kind::Copy => Outcome::Copied,
        Kind::Correct => Outcome::Corrected,
        Kind::Delete if is_archived(&mut uow, id).await? => Outcome::Locked,
        Kind::Delete => Outcome::Erased,
    };
    let request = request.fulfil(outcome, now.business_date())?;
    // Nothing can be done to somebody of whom nothing is left.
    person.profile()?;
    match outcome {
        Outcome::Copied => {}
        Outcome::Corrected => correct(&mut uow, &person, patch).await?,
        Outcome::Erased => {
            let version = store::people::erase(uow.conn(), id, now).await?;
            uow.emit(events::person_erased(&app.county, id, version));
        }
        Outcome::Locked => store::people::set_locked(uow.conn(), id, now).await?,
    }
    store::subject_requests::save(uow.conn(), &cipher, &request, now).await?;
    let copy = match outcome {
        Outcome::Copied => Some(copy(app, &mut uow, person).await?),
        Outcome::Corrected | Outcome::Erased | Outcome::Locked => None,
    };
    uow.commit(pb::FulfilSubjectRequestResponse {
        subject_request: Some(app.named(request).into()),
        copy,
    })
    .await
}

/// The archive of heroes is kept for ever, and with it who they are.
async fn is_archived(uow: &mut Uow, person: PersonId) -> Result<bool, Fault> {
    let cipher = uow.cipher().clone();
    let heroes = store::heroes::lock_of(uow.conn(), &cipher, person).await?;
    Ok(!heroes.is_empty())
}

async fn correct(uow: &mut Uow, person: &Person, patch: Patch) -> Result<(), Fault> {
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let profile = person
        .profile()?
        .clone()
        .corrected(patch, now.business_date())?;
    store::people::correct(uow.conn(), &cipher, person.id, &profile, now).await?;
    store::people_words::write(uow.conn(), &cipher, person.id, &profile).await
}

/// Everything that is kept, with a watermark: who took it out, when, and how many records it holds.
async fn copy(app: &App, uow: &mut Uow, person: Person) -> Result<pb::SubjectCopy, Fault> {
    let (now, cipher, id) = (uow.now(), uow.cipher().clone(), person.id);
    let role_assignments: Vec<pb::RoleAssignment> = store::roles::list_of(uow.conn(), id)
        .await?
        .into_iter()
        .map(|role| app.named(role).into())
        .collect();
    let heroes: Vec<pb::Hero> = store::heroes::lock_of(uow.conn(), &cipher, id)
        .await?
        .iter()
        .map(|hero| app.named(hero).into())
        .collect();
    let consents: Vec<pb::Consent> = store::consents::list(uow.conn(), &cipher, id, None)
        .await?
        .into_iter()
        .map(|consent| app.named(consent).into())
        .collect();
    let subject_requests: Vec<pb::SubjectRequest> =
        store::subject_requests::list(uow.conn(), &cipher, None, Some(id))
            .await?
            .into_iter()
            .map(|request| app.named(request).into())
            .collect();
    let rows = 1 + role_assignments.len() + heroes.len() + consents.len() + subject_requests.len();
    Ok(pb::SubjectCopy {
        person: Some(app.named((person, now.business_date())).into()),
        role_assignments,
        heroes,
        consents,
        subject_requests,
        exported_by: uow.call().caller.subject.clone(),
        export_time: Some(timestamp(now)),
        row_count: i32::try_from(rows).map_err(Fault::internal)?,
    })
}
