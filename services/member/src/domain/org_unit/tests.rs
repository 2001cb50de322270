//! What may hang under what, and how units change.

use jianyi_kernel::DomainError as _;
use time::macros::date;
use uuid::Uuid;

use super::*;

fn id(n: u128) -> OrgUnitId {
    OrgUnitId::from_uuid(Uuid::from_u128(n))
}

fn now() -> Timestamp {
    Timestamp::from_unix(1_735_603_200, 0).unwrap()
}

fn profile(kind: Kind, above: Above, division: &str) -> Profile {
    Profile {
        kind,
        display_name: "x".into(),
        above,
        division: Division::parse("division", division).unwrap(),
        tier: kind.tier(),
        pilot: false,
        uscc: None,
        opened_on: FuzzyDate::parse("opened_on", "2024-03").unwrap(),
        closed_on: None,
        provenance: Provenance::default(),
    }
}

fn unit(kind: Kind, division: &str) -> OrgUnit {
    OrgUnit {
        id: id(1),
        version: 1,
        created_at: now(),
        profile: profile(kind, Above::Nothing, division),
    }
}

fn open(kind: Kind, division: &str, above: Option<&OrgUnit>) -> Result<OrgUnit, &'static str> {
    let place = above.map_or(Above::Nothing, |above| Above::Here(above.id));
    OrgUnit::open(id(2), profile(kind, place, division), above, now())
        .map(|(unit, _)| unit)
        .map_err(|error| error.reason())
}

#[test]
fn m01_the_tree_takes_stations_under_associations_and_rooms_under_stations_only() {
    let county = unit(Kind::CountyAssociation, "410611");
    let station = unit(Kind::Station, "410611001");
    assert!(open(Kind::Station, "410611001", Some(&county)).is_ok());
    assert!(open(Kind::LiaisonRoom, "410611001", Some(&station)).is_ok());
    assert!(open(Kind::HeroStudio, "410611", Some(&county)).is_ok());
    assert!(open(Kind::HeroStudio, "410611", None).is_ok());
    assert_eq!(
        open(Kind::Station, "410611001", None).unwrap_err(),
        "PARENT_REQUIRED"
    );
    assert_eq!(
        open(Kind::Station, "410611001", Some(&station)).unwrap_err(),
        "PARENT_KIND"
    );
    assert_eq!(
        open(Kind::LiaisonRoom, "410611001", Some(&county)).unwrap_err(),
        "PARENT_KIND"
    );
    assert_eq!(
        open(Kind::Station, "410611", Some(&county)).unwrap_err(),
        "DIVISION_LEVEL"
    );
    assert_eq!(
        open(Kind::CityAssociation, "410611", None).unwrap_err(),
        "DIVISION_LEVEL"
    );
}

#[test]
fn only_a_county_association_hangs_under_the_citys_register() {
    let place = Above::City(id(9));
    assert!(
        OrgUnit::open(
            id(2),
            profile(Kind::CountyAssociation, place, "410611"),
            None,
            now()
        )
        .is_ok()
    );
    let refused = OrgUnit::open(
        id(2),
        profile(Kind::Station, place, "410611001"),
        None,
        now(),
    );
    assert_eq!(refused.unwrap_err().reason(), "PARENT_KIND");
}

#[test]
fn nothing_new_hangs_under_a_closed_unit_and_nothing_closes_over_open_ones() {
    let county = unit(Kind::CountyAssociation, "410611");
    let on = FuzzyDate::parse("closed_on", "2024-06").unwrap();
    assert_eq!(
        county.clone().close(on.clone(), 2).unwrap_err().reason(),
        "OPEN_UNITS_BELOW"
    );
    let (closed, fact) = county.clone().close(on.clone(), 0).unwrap();
    assert_eq!((closed.version, fact.on), (2, on.clone()));
    assert_eq!(
        open(Kind::Station, "410611001", Some(&closed)).unwrap_err(),
        "PARENT_CLOSED"
    );
    assert_eq!(
        closed.clone().close(on, 0).unwrap_err().reason(),
        "ORG_UNIT_CLOSED"
    );
    let renamed = closed.rename("y".into(), date!(2024 - 07 - 01), None);
    assert_eq!(renamed.unwrap_err().reason(), "ORG_UNIT_CLOSED");
    let before = FuzzyDate::parse("closed_on", "2023").unwrap();
    assert_eq!(
        county.close(before, 0).unwrap_err().reason(),
        "CLOSED_BEFORE_OPENED"
    );
}

#[test]
fn m01_names_follow_each_other() {
    let (renamed, fact) = unit(Kind::Station, "410611001")
        .rename("y".into(), date!(2024 - 07 - 01), None)
        .unwrap();
    assert_eq!(
        (renamed.profile.display_name.as_str(), renamed.version),
        ("y", 2)
    );
    assert_eq!(fact.from, date!(2024 - 07 - 01));
    let newest = Some(date!(2024 - 07 - 01));
    let again = renamed.rename("z".into(), date!(2024 - 07 - 01), newest);
    assert_eq!(again.unwrap_err().reason(), "RENAME_OUT_OF_ORDER");
}
