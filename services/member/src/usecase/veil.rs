//! What else is sealed when a hero is: the person behind, everything they do, and every other hero they are.
//! What is left uncovered would tell who it is.

use jianyi_db::Uow;
use jianyi_kernel::{Division, Fault, Violation};

use super::App;
use crate::domain::hero::Seal;
use crate::domain::person::{Person, PersonId, Registered};
use crate::domain::role::{Ended, Started};
use crate::{events, store};

/// Puts a person under confidentiality, with their roles and the heroes they are publicly known as.
pub(crate) async fn draw(
    app: &App,
    uow: &mut Uow,
    person: PersonId,
    seal: &Seal,
) -> Result<(), Fault> {
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let former = former_counties(uow, person).await?;
    for hero in store::heroes::lock_of(uow.conn(), &cipher, person).await? {
        if hero.sealed().is_some() {
            for county in &former {
                uow.emit(events::hero_sealed_formerly(&app.county, county, &hero));
            }
            continue;
        }
        let (hero, fact) = hero.seal(seal.clone())?;
        store::heroes::save(uow.conn(), &cipher, &hero, now).await?;
        if let Some(fact) = fact {
            uow.emit(events::hero(&app.county, &hero, &fact));
            for county in &former {
                uow.emit(events::hero_sealed_formerly(&app.county, county, &hero));
            }
        }
    }
    let Some(version) = store::people::set_sealed(uow.conn(), person, true, now).await? else {
        return Ok(());
    };
    uow.emit(events::person_sealed(&app.county, person, version));
    for county in &former {
        uow.emit(events::person_sealed_formerly(
            &app.county,
            county,
            person,
            version,
        ));
    }
    for role in store::roles::touch_of(uow.conn(), person, now).await? {
        uow.emit(events::role_sealed(&app.county, &role));
    }
    Ok(())
}

/// Takes a person out of confidentiality when no hero they are is sealed any more: they and their roles are
/// told anew, so that they count again.
pub(crate) async fn lift(app: &App, uow: &mut Uow, person: PersonId) -> Result<(), Fault> {
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let heroes = store::heroes::lock_of(uow.conn(), &cipher, person).await?;
    if heroes.iter().any(|hero| hero.sealed().is_some())
        || store::people::set_sealed(uow.conn(), person, false, now)
            .await?
            .is_none()
    {
        return Ok(());
    }
    let person: Option<Person> = store::people::get_kept(uow.conn(), &cipher, person).await?;
    let person = person.ok_or_else(super::vanished)?;
    let registered = Registered {
        on: person.created_at.business_date(),
    };
    uow.emit(events::person_registered(&app.county, &person, &registered));
    for role in store::roles::touch_of(uow.conn(), person.id, now).await? {
        uow.emit(events::role_started(&app.county, &role, &Started));
        if let Some(on) = role.profile.to {
            uow.emit(events::role_ended(&app.county, &role, &Ended { on }));
        }
    }
    Ok(())
}

/// Counties that spoke of the person before this one.
async fn former_counties(uow: &mut Uow, person: PersonId) -> Result<Vec<Division>, Fault> {
    let custody = store::people::custody(uow.conn(), person).await?;
    let former = custody.map(|custody| custody.former_counties);
    let parsed: Result<_, Violation> = former
        .unwrap_or_default()
        .iter()
        .map(|code| Division::parse("division", code))
        .collect();
    Ok(parsed?)
}
