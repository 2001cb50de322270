//! Opens a condolence round for a festival's day in the lunar table.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::care::v1 as pb;

use super::{App, taken};
use crate::convert::festival_round::NewRound;
use crate::domain::festival_round::{Error, Round};
use crate::{events, store};

/// Opens the round, once.
pub(crate) async fn open_round(
    app: &App,
    call: &Call,
    new: NewRound,
) -> Result<Committed<pb::FestivalRound>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let year = new.year;
    let festival_day = store::lunar_festivals::day(uow.conn(), new.festival, year)
        .await?
        .ok_or(Error::YearUnknown { year })?;
    let round = Round {
        id: new.id,
        created_at: uow.now(),
        festival: new.festival,
        year,
        festival_day,
        stated_coverage_percent: new.stated_coverage_percent,
        division: new.division,
        sources: new.provenance.sources,
        locations: new.provenance.locations,
    };
    if !store::festival_rounds::insert(uow.conn(), &round).await? {
        let found = store::festival_rounds::find_natural(uow.conn(), &round).await?;
        return Err(taken(found.map(Id::name)));
    }
    uow.emit(events::round_opened(&round));
    uow.commit(pb::FestivalRound::from(&round)).await
}
