//! Programmes on the wire.

use jianyi_kernel::{Clock, Fault, Violations};
use jianyi_proto::care::v1 as pb;
use jianyi_proto::convert::timestamp;

use super::{
    OnTheWire as _, division, on_the_wire, provenance, provenance_reply, required, stated, year,
};
use crate::domain::programme::{Programme, ProgrammeGroup};

on_the_wire!(
    ProgrammeGroup,
    pb::ProgrammeGroup,
    Condolence,
    Recuperation,
    Children,
    Health,
    Benefit
);

/// Reads what a client wants recorded.
pub(crate) fn parse(wire: Option<pb::Programme>, clock: &Clock) -> Result<Programme, Fault> {
    let wire = required("programme", wire)?;
    let mut v = Violations::new();
    let year = year(&mut v, "programme.year", wire.year);
    let title = v.text("programme.title", &wire.title, 200);
    let group = stated(&mut v, "programme.group", wire.group());
    let division = division(&mut v, "programme.division", &wire.division);
    let provenance = provenance(&mut v, "programme", wire.provenance);
    let build = || {
        let provenance = provenance?;
        Some(Programme {
            id: clock.new_id(),
            created_at: clock.now(),
            year: year?,
            title: title?,
            programme_group: group?,
            division: division?,
            sources: provenance.sources,
            locations: provenance.locations,
        })
    };
    v.finish_with(build())
}

impl From<&Programme> for pb::Programme {
    fn from(programme: &Programme) -> Self {
        Self {
            name: programme.id.name(),
            year: programme.year,
            title: programme.title.clone(),
            group: programme.programme_group.to_wire().into(),
            division: programme.division.to_string(),
            provenance: Some(provenance_reply(&programme.sources, &programme.locations)),
            create_time: Some(timestamp(programme.created_at)),
        }
    }
}
