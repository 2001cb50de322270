//! Which entries were met already: a copied row has everything an entry has, except that it is the second.

use std::collections::{HashSet, VecDeque};

use jianyi_kernel::Timestamp;
use uuid::Uuid;

use super::{AuditEntry, too_old};

/// Ids of the entries that a copy could still stand beside. One that comes later than that states a time long
/// before heads that do not have it, and is found by its age.
#[derive(Default)]
pub(super) struct Seen {
    ids: HashSet<Uuid>,
    in_order: VecDeque<(Timestamp, Uuid)>,
}

impl Seen {
    /// Whether the entry was seen before; forgets what is too old for the newest head before it.
    pub(super) fn again(&mut self, entry: &AuditEntry, before: Option<Timestamp>) -> bool {
        let Some(id) = entry.entry_id else {
            return false;
        };
        let old =
            |&mut (at, _): &mut (Timestamp, Uuid)| before.is_some_and(|signed| too_old(at, signed));
        while let Some((_, id)) = self.in_order.pop_front_if(old) {
            self.ids.remove(&id);
        }
        let new = self.ids.insert(id);
        if new {
            self.in_order.push_back((entry.at, id));
        }
        !new
    }
}
