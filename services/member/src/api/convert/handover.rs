//! Hand-overs on their way out.

use jianyi_proto::member::v1 as pb;
use jianyi_proto::name;

use super::instant;
use crate::codes;
use crate::domain::handover::{Handover, Side};
use crate::usecase::Named;

impl From<Named<'_, Handover>> for pb::Handover {
    fn from(Named { app, it: handover }: Named<'_, Handover>) -> Self {
        let (own, other) = (app.county.division(), &handover.terms.county);
        let (from, to) = match handover.side {
            Side::Giving => (own, other),
            Side::Receiving => (other, own),
        };
        Self {
            name: app.name(handover.id),
            person: name::county(from, handover.terms.person),
            from_county: format!("counties/{from}"),
            to_county: format!("counties/{to}"),
            effective_on: handover.terms.effective_on.to_string(),
            side: codes::number(Some(handover.side)),
            state: codes::number(Some(handover.state)),
            expire_time: instant(handover.terms.expires_at),
            reason: handover.reason.unwrap_or_default(),
            create_time: instant(handover.created_at),
            etag: handover.version.to_string(),
        }
    }
}
