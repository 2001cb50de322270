//! Every transition that is allowed, and that nothing else is.

use proptest::prelude::*;
use time::macros::date;

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(1_720_000_000 + seconds, 0).unwrap()
}

fn county(code: &str) -> Division {
    Division::parse("division", code).unwrap()
}

fn terms() -> Terms {
    Terms {
        person: PersonId::from_uuid(uuid::Uuid::nil()),
        county: county("410621"),
        effective_on: date!(2024 - 07 - 05),
        epoch: 3,
        expires_at: at(0),
        sealed: false,
    }
}

fn offered() -> Handover {
    let id = HandoverId::from_uuid(uuid::Uuid::nil());
    Handover::offer(id, &county("410611"), terms(), at(0)).unwrap()
}

fn incoming(state: State) -> Handover {
    let id = HandoverId::from_uuid(uuid::Uuid::nil());
    let terms = Terms {
        county: county("410611"),
        expires_at: at(100),
        ..terms()
    };
    Handover::heard(id, Side::Receiving, state, terms, at(0))
}

#[test]
fn m31_an_offer_is_to_another_county_for_a_day_that_is_near() {
    let id = offered().id;
    assert_eq!(
        Handover::offer(id, &county("410621"), terms(), at(0)),
        Err(Error::SameCounty)
    );
    let far = Terms {
        effective_on: date!(2034 - 07 - 05),
        ..terms()
    };
    assert_eq!(
        Handover::offer(id, &county("410611"), far, at(0)),
        Err(Error::TooFarAway)
    );
    assert_eq!(offered().terms.expires_at, at(14 * 86_400));
}

#[test]
fn m31_the_straight_way() {
    let accepted = incoming(State::Offered).accept(at(1)).unwrap();
    assert_eq!(accepted.state, State::Accepted);
    let Acceptance::Released(released) = offered().accepted(3, false, at(1)) else {
        panic!("released")
    };
    assert!(released.clone().withdraw().is_err() && released.clone().refused().is_none());
    assert_eq!(
        released.clone().accepted(3, false, at(2)),
        Acceptance::Ignored
    );
    let Arrival::Opened(opened) = accepted.released(4) else {
        panic!("opened")
    };
    assert_eq!(opened.clone().take_in().released(4), Arrival::Ignored);
    assert_eq!(opened.send_back("X").released(4), Arrival::Ignored);
    assert_eq!(
        released.clone().completed(4).unwrap().state,
        State::Completed
    );
    assert!(released.clone().completed(3).is_none());
    let (back, epoch) = released.clone().returned(4, "X").unwrap();
    assert_eq!((back.state, epoch), (State::Returned, 5));
    assert!(back.returned(4, "X").is_none());
    assert!(released.completed(4).unwrap().returned(4, "X").is_none());
}

#[test]
fn m31_the_giving_countys_clock_says_whether_it_was_in_time() {
    let late = offered().accepted(3, false, at(14 * 86_400));
    assert!(matches!(late, Acceptance::Over(over) if over.state == State::Expired));
    let erased = offered().accepted(3, true, at(1));
    assert!(matches!(erased, Acceptance::Over(over) if over.state == State::Withdrawn));
    assert!(offered().expire(at(1)).is_none());
    assert_eq!(
        incoming(State::Offered).accept(at(100)),
        Err(Error::Expired)
    );
    assert!(incoming(State::Offered).expire(at(1000)).is_none());
}

#[test]
fn m31_a_withdrawn_offer_is_not_accepted_and_an_acceptance_can_be_overtaken() {
    let gone = incoming(State::Offered).withdrawn().unwrap();
    assert_eq!(gone.clone().accept(at(1)), Err(Error::Closed));
    assert!(matches!(gone.released(4), Arrival::Unexpected(_)));
    assert!(incoming(State::Accepted).withdrawn().is_some());
    for settled in [State::Completed, State::Returned, State::Refused] {
        assert!(incoming(settled).withdrawn().is_none());
    }
    let withdrawn = offered().withdraw().unwrap();
    assert_eq!(withdrawn.accepted(3, false, at(1)), Acceptance::Ignored);
}

proptest! {
    /// Whatever is heard in whatever order, a settled hand-over stays as it is, on both sides.
    #[test]
    fn m31_what_is_settled_stays_settled(steps in prop::collection::vec((0_u8..8, 2_i64..6, 0_i64..2_000_000), 0..40)) {
        let (mut ours, mut theirs) = (offered(), incoming(State::Offered));
        for (step, epoch, second) in steps {
            let settled = |h: &Handover| matches!(
                h.state,
                State::Completed | State::Returned | State::Refused | State::Withdrawn | State::Expired
            );
            let (before, before_theirs) = (ours.clone(), theirs.clone());
            let now = at(second);
            match step {
                0 => if let Ok(next) = ours.clone().withdraw() { ours = next; },
                1 => match ours.clone().accepted(epoch, second % 7 == 0, now) {
                    Acceptance::Ignored => {}
                    Acceptance::Over(next) | Acceptance::Released(next) => ours = next,
                },
                2 => if let Some(next) = ours.clone().completed(epoch) { ours = next; },
                3 => if let Some((next, _)) = ours.clone().returned(epoch, "X") { ours = next; },
                4 => if let Ok(next) = theirs.clone().accept(now) { theirs = next; },
                5 => if let Some(next) = theirs.clone().withdrawn() { theirs = next; },
                6 => if let Arrival::Opened(next) = theirs.clone().released(epoch) {
                    theirs = if second % 2 == 0 { next.take_in() } else { next.send_back("X") };
                },
                _ => if let Some(next) = ours.clone().expire(now) { ours = next; },
            }
            if settled(&before) { prop_assert_eq!(&before, &ours); }
            if settled(&before_theirs) { prop_assert_eq!(&before_theirs, &theirs); }
            prop_assert!(ours.version >= before.version && theirs.version >= before_theirs.version);
        }
    }
}
