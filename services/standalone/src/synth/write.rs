//! The record as the loader reads it (deploy/demo/README.md).

use std::fmt::{self, Write as _};
use std::io;

use jianyi_kernel::Provenance;

use super::Synth;
use super::number::{citizen_id, phone};
use super::person::{Part, day, name, spelled};
use crate::world::COUNTIES;

/// One activity for so many people, and one media item.
const PEOPLE_PER_ACTIVITY: u32 = 50;
const PEOPLE_PER_ITEM: u32 = 20;

/// All of it.
pub(super) fn record(synth: &Synth) -> io::Result<String> {
    let mut text = String::new();
    write_all(&mut text, synth).map_err(io::Error::other)?;
    Ok(text)
}

fn write_all(out: &mut String, synth: &Synth) -> fmt::Result {
    let seed = synth.seed;
    writeln!(
        out,
        "[record]\nid = \"synth-{seed}\"\ncity = \"410600\"\nyear = 2025\ntitle = \"演示数据(种子 {seed})\""
    )?;
    open(out, "publicity.Outlet", "outlet")?;
    writeln!(
        out,
        "title = \"演示媒体{}\"\nkind = \"OTHER\"\ncounted = false",
        spelled(seed)
    )?;
    for (county, people) in &synth.counties {
        let place = Place {
            seed,
            code: county.as_str(),
            nth: COUNTIES
                .iter()
                .position(|code| *code == county.as_str())
                .and_then(|at| u32::try_from(at).ok())
                .unwrap_or_default(),
        };
        place.units(out)?;
        for nth in 0..*people {
            place.person(out, nth)?;
        }
        for nth in 0..people.div_ceil(PEOPLE_PER_ACTIVITY) {
            place.activity(out, nth)?;
        }
        for nth in 0..people.div_ceil(PEOPLE_PER_ITEM) {
            place.item(out, nth)?;
        }
    }
    Ok(())
}

/// A county of the record.
struct Place<'a> {
    seed: u32,
    code: &'a str,
    nth: u32,
}

impl Place<'_> {
    fn units(&self, out: &mut String) -> fmt::Result {
        let (code, seed) = (self.code, spelled(self.seed));
        for (key, kind, called) in [
            ("office", "PARTNER", "演示单位"),
            ("team", "VOLUNTEER_TEAM", "演示义警队"),
        ] {
            open(out, "member.OrgUnit", &format!("{key}-{code}"))?;
            writeln!(
                out,
                "county = \"{code}\"\nkind = \"{kind}\"\ndisplay_name = \"{called}{seed}\"\nopened_on = \"2025-01-01\""
            )?;
        }
        Ok(())
    }

    fn person(&self, out: &mut String, nth: u32) -> fmt::Result {
        let Place {
            seed,
            code,
            nth: at,
        } = *self;
        open(out, "member.Person", &format!("person-{code}-{nth}"))?;
        writeln!(
            out,
            "county = \"{code}\"\nfull_name = \"{}\"\ncitizen_id = \"{}\"\nphone = \"{}\"\nveteran = {}",
            name(nth),
            citizen_id(seed, at, nth),
            phone(seed, at, nth),
            nth % 7 == 3,
        )?;
        let (day, person) = (day(seed, nth), format!("person = \"@person-{code}-{nth}\""));
        let part = Part::of(nth);
        if part == Part::Hero {
            open(out, "member.Hero", &format!("hero-{code}-{nth}"))?;
            return writeln!(
                out,
                "county = \"{code}\"\n{person}\nconfirmed_on = \"{day}\"\ndocument_no = \
                 \"演示〔2025〕{code}-{nth}号\"\nauthority = \"演示评定委员会\"\nhonour_level = \"{}\"",
                if nth.is_multiple_of(3) {
                    "CITY_MODEL"
                } else {
                    "COUNTY_ADVANCED"
                },
            );
        }
        let (kind, unit, more) = match part {
            Part::Staff => ("STAFF", "office", "title = \"演示专干\"\n"),
            Part::LiaisonOfficer => (
                "LIAISON_OFFICER",
                "office",
                "domain = \"VILLAGE_COMMUNITY\"\n",
            ),
            Part::Hero | Part::Volunteer => ("VOLUNTEER", "team", ""),
        };
        open(out, "member.RoleAssignment", &format!("role-{code}-{nth}"))?;
        writeln!(
            out,
            "county = \"{code}\"\n{person}\nkind = \"{kind}\"\norg_unit = \"@{unit}-{code}\"\n{more}from_day = \"{day}\""
        )
    }

    fn activity(&self, out: &mut String, nth: u32) -> fmt::Result {
        let code = self.code;
        open(out, "care.Activity", &format!("activity-{code}-{nth}"))?;
        writeln!(
            out,
            "division = \"{code}\"\nkind = \"{}\"\ntitle = \"演示关爱活动{}\"\nheld_on = \"{}\"\nstate = \"CLOSED\"",
            if nth.is_multiple_of(2) {
                "HEALTH_CHECK"
            } else {
                "FREE_CLINIC"
            },
            spelled(nth),
            day(self.seed, nth),
        )
    }

    fn item(&self, out: &mut String, nth: u32) -> fmt::Result {
        let code = self.code;
        open(out, "publicity.MediaItem", &format!("item-{code}-{nth}"))?;
        writeln!(
            out,
            "division = \"{code}\"\noutlet = \"@outlet\"\ntitle = \"演示稿件{}({code})\"\nkind = \"{}\"\npublished_on = \
             \"{}\"",
            spelled(nth),
            if nth % 4 == 3 { "VIDEO" } else { "ARTICLE" },
            day(self.seed, nth),
        )
    }
}

fn open(out: &mut String, kind: &str, key: &str) -> fmt::Result {
    writeln!(
        out,
        "\n[[{kind}]]\nkey = \"{key}\"\nsource = [\"{}\"]",
        Provenance::DEMONSTRATION
    )
}
