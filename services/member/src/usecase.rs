//! The commands, one file each: begin, load under lock, let the domain decide, store, emit, commit.

pub(crate) mod accept_handover;
pub(crate) mod close_org_unit;
pub(crate) mod create_consent;
pub(crate) mod create_count_statement;
pub(crate) mod create_hero;
pub(crate) mod create_org_unit;
pub(crate) mod create_person;
pub(crate) mod create_role_assignment;
pub(crate) mod end_role;
pub(crate) mod fence;
pub(crate) mod fulfil_subject_request;
pub(crate) mod get_egress_report;
pub(crate) mod list_handovers;
pub(crate) mod list_subject_requests;
pub(crate) mod look_up_people;
pub(crate) mod offer_handover;
pub(crate) mod open_subject_request;
pub(crate) mod record_death;
pub(crate) mod refuse_handover;
pub(crate) mod refuse_subject_request;
pub(crate) mod release_seal;
pub(crate) mod rename_org_unit;
pub(crate) mod reveal;
pub(crate) mod revoke_hero;
pub(crate) mod seal_hero;
pub(crate) mod see_sealed_heroes;
mod veil;
pub(crate) mod withdraw_consent;
pub(crate) mod withdraw_handover;

use jianyi_db::Db;
use jianyi_kernel::{Fault, Id, IdKind};
use jianyi_proto::name;

use crate::domain::county::County;

/// What commands and reads work with.
#[derive(Debug, Clone)]
pub(crate) struct App {
    pub(crate) db: Db,
    pub(crate) county: County,
}

impl App {
    /// The resource name of something in this county.
    pub(crate) fn name<K: IdKind>(&self, id: Id<K>) -> String {
        name::county(self.county.division(), id)
    }

    /// Something of this county on its way to the wire, where it needs a name.
    pub(crate) const fn named<T>(&self, it: T) -> Named<'_, T> {
        Named { app: self, it }
    }
}

/// Something of this county, to be written with its resource name.
#[derive(Debug)]
pub(crate) struct Named<'a, T> {
    pub(crate) app: &'a App,
    pub(crate) it: T,
}

/// A resource that a command changes, and the version its caller has seen.
#[derive(Debug)]
pub(crate) struct Target<K> {
    pub(crate) id: Id<K>,
    /// Empty when the caller does not care.
    pub(crate) etag: String,
}

impl<K: IdKind> Target<K> {
    /// Hands on what was loaded, if it is there and is what the caller saw.
    ///
    /// # Errors
    /// [`Fault::NotFound`] or [`Fault::Stale`].
    fn check<T>(
        &self,
        app: &App,
        loaded: Option<T>,
        version: impl Fn(&T) -> i64,
    ) -> Result<T, Fault> {
        let loaded = loaded.ok_or_else(|| Fault::NotFound(app.name(self.id)))?;
        if !self.etag.is_empty() && self.etag != version(&loaded).to_string() {
            return Err(Fault::Stale(app.name(self.id)));
        }
        Ok(loaded)
    }
}

/// A row that could not be added because it is there, and yet is not found.
fn vanished() -> Fault {
    Fault::Unavailable("a row with the same natural key is being written".into())
}
