//! The fence: nothing is written about a person unless this county is the one that writes.
//!
//! One check for every command on people and what hangs from them, in the command's own transaction and with
//! the person's row locked, so that a hand-over comes before the command or after it and never between.

use jianyi_db::{PgConnection, Uow};
use jianyi_kernel::{Caller, Division, Fault, Id, IdKind};
use uuid::Uuid;

use super::App;
use crate::domain::handover::Error;
use crate::domain::person::PersonId;
use crate::store;
use crate::store::people::Custody;

/// Lets a write about a person pass, and keeps their custody from changing.
///
/// # Errors
/// [`Fault::NotFound`], or `PERSON_HANDED_OVER` with the new place.
pub(crate) async fn person(app: &App, uow: &mut Uow, id: PersonId) -> Result<Custody, Fault> {
    held(app, uow, id, app.name(id)).await
}

/// [`person()`] for whoever is behind a hero, a role, a consent or a request.
///
/// # Errors
/// As [`person()`].
pub(crate) async fn behind<K: IdKind>(
    app: &App,
    uow: &mut Uow,
    record: Id<K>,
) -> Result<Custody, Fault> {
    let person = store::departed::person_behind(uow.conn(), record.as_uuid()).await?;
    let person = person.ok_or_else(|| Fault::NotFound(app.name(record)))?;
    held(app, uow, person, app.name(record)).await
}

async fn held(app: &App, uow: &mut Uow, id: PersonId, asked: String) -> Result<Custody, Fault> {
    let custody = store::people::custody(uow.conn(), id).await?;
    let custody = custody.ok_or_else(|| Fault::NotFound(asked))?;
    match &custody.handed_to {
        None => Ok(custody),
        Some(county) => Err(Error::HandedOver {
            county: county.clone(),
            person: elsewhere(&app.name(id), county),
        }
        .into()),
    }
}

/// Lets a read of a person, or of a record about one, pass. Who was handed over answers with the new name for
/// those who may look there; for the others there is nobody.
///
/// # Errors
/// `PERSON_HANDED_OVER` or [`Fault::NotFound`].
pub(crate) async fn admit_read(
    conn: &mut PgConnection,
    caller: &Caller,
    id: Uuid,
    asked: &str,
) -> Result<(), Fault> {
    let person = match store::departed::person_behind(&mut *conn, id).await? {
        Some(person) => person,
        None => PersonId::from_uuid(id),
    };
    match store::people::handed_to(conn, person).await? {
        None => Ok(()),
        Some(county) if caller.reach.divisions.iter().any(|own| own.covers(&county)) => {
            Err(Error::HandedOver {
                person: elsewhere(asked, &county),
                county,
            }
            .into())
        }
        Some(_) => Err(Fault::NotFound(asked.into())),
    }
}

/// The same thing's name in another county.
fn elsewhere(asked: &str, county: &Division) -> String {
    let rest = asked
        .strip_prefix("counties/")
        .and_then(|rest| rest.split_once('/'))
        .map_or("", |(_, rest)| rest);
    format!("counties/{county}/{rest}")
}
