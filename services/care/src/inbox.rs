//! What care listens to: heroes from the member services, answers about money from donation.

pub(crate) mod expense_refused;
pub(crate) mod expense_released;
pub(crate) mod expense_reserved;
pub(crate) mod hero_confirmed;
pub(crate) mod hero_ended;
pub(crate) mod hero_moved;
pub(crate) mod hero_seal_released;
pub(crate) mod hero_sealed;
pub(crate) mod sealed_hero_confirmed;
pub(crate) mod sealed_hero_ended;
pub(crate) mod sealed_hero_moved;

use jianyi_bus::Subscription;
use jianyi_db::Uow;
use jianyi_kernel::{Fault, FuzzyDate, Violation};
use jianyi_proto::api::v1::Fact;
use jianyi_proto::name;
use time::Date;

use crate::domain::expense_request::Answer;
use crate::domain::hero::{Hero, HeroEnd};
use crate::domain::id::{ExpenseRequestKind, HeroKind};
use crate::{events, store};

/// Every subscription of this service.
pub(crate) fn subscriptions() -> Vec<Subscription> {
    vec![
        Subscription::to("care_member", "member")
            .on(hero_confirmed::handle)
            .on(sealed_hero_confirmed::handle)
            .on(hero_sealed::handle)
            .on(hero_seal_released::handle)
            .on(hero_ended::handle)
            .on(sealed_hero_ended::handle)
            .on(hero_moved::handle)
            .on(sealed_hero_moved::handle),
        Subscription::to("care_donation", "donation")
            .on(expense_reserved::handle)
            .on(expense_refused::handle)
            .on(expense_released::handle),
    ]
}

/// The hero that an event speaks of, locked; known from now on.
async fn hero(uow: &mut Uow, resource: &str) -> Result<Hero, Fault> {
    let (county, id) = name::parse_county::<HeroKind>("hero", resource)?;
    let unheard = Hero::unheard(id, name::county(&county, id), county, uow.now());
    store::heroes::lock_or_insert(uow.conn(), unheard).await
}

/// The first day that an event's date may mean.
fn first_day(fact: Option<&Fact>) -> Result<Option<Date>, Violation> {
    let on = FuzzyDate::parse("fact.on", fact.map_or("", |fact| fact.on.as_str()))?;
    Ok(on.span().map(|(first, _)| first))
}

/// Takes a hero's move in: everything that hangs from the hero follows the name.
async fn moved(
    uow: &mut Uow,
    (hero, former): (&str, &str),
    fact: Option<&Fact>,
    version: i64,
) -> Result<(), Fault> {
    let (from, _) = name::parse_county::<HeroKind>("former", former)?;
    let (to, id) = name::parse_county::<HeroKind>("hero", hero)?;
    let on = first_day(fact)?.ok_or_else(|| Violation::required("fact.on"))?;
    let known = self::hero(uow, hero).await?;
    let moved = known.move_to((name::county(&to, id), to), &from, on, version);
    let now = uow.now();
    store::heroes::save(uow.conn(), &moved, now).await
}

/// An end as an event tells it.
struct End {
    on: Date,
    reason: HeroEnd,
    sealed: bool,
    version: i64,
}

/// Takes a hero's end in; every open grant ends the same day, in the same unit of work.
async fn end(uow: &mut Uow, hero: Hero, end: End) -> Result<(), Fault> {
    let (hero, ends) = hero.finish(end.on, end.reason, end.sealed, end.version);
    let now = uow.now();
    store::heroes::save(uow.conn(), &hero, now).await?;
    let Some(day) = ends else { return Ok(()) };
    for grant in store::grants::lock_open(uow.conn(), &hero.hero, day).await? {
        // What is over by that day already has nothing to end.
        let Ok(grant) = grant.end(day, end.reason.grant_reason()) else {
            continue;
        };
        store::grants::save(uow.conn(), &grant, now).await?;
        events::entitlement_ended(&grant, &hero)
            .into_iter()
            .for_each(|event| uow.emit(event));
    }
    Ok(())
}

/// Takes donation's answer in. Requests of others than care are none of ours.
async fn answer(uow: &mut Uow, request: &str, answer: Answer, version: i64) -> Result<(), Fault> {
    let Ok(id) = name::parse::<ExpenseRequestKind>("request", request) else {
        return Ok(());
    };
    let request = store::expense_requests::lock(uow.conn(), id)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))?;
    let Some(answered) = request.answer(answer, version) else {
        return Ok(());
    };
    let now = uow.now();
    store::expense_requests::save(uow.conn(), &answered, now).await
}
