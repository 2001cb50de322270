//! Invented people and what they do, to show a system with and to load it: the same for the same seed, as a record
//! that the loader sends through the gateway like any other.
//!
//! Nobody can take them for real, and no report counts them (ADR 0026): the names begin with 演示, the identity
//! numbers are of no division, the phones of no operator, and every record names `demonstration` as its source.

mod number;
mod person;
mod write;

use std::io;
use std::path::Path;

use jianyi_kernel::{Division, Fault};

use crate::world::COUNTIES;

/// More than the association will ever have.
pub(crate) const MOST_PEOPLE: u32 = 100_000;
/// Seeds beyond this would share identity numbers.
pub(crate) const LARGEST_SEED: u32 = 9999;

/// What is invented.
#[derive(Debug, Clone)]
pub(crate) struct Synth {
    seed: u32,
    /// How many people of each county.
    counties: Vec<(Division, u32)>,
}

impl Synth {
    /// So many people, spread over the counties or all of one.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when there is no such county.
    pub(crate) fn new(people: u32, seed: u32, county: Option<&str>) -> Result<Self, Fault> {
        let (_city, counties) = COUNTIES
            .split_first()
            .ok_or_else(|| Fault::internal("there are no counties"))?;
        let chosen: Vec<&str> = match county {
            Some(code) if counties.contains(&code) => vec![code],
            Some(code) => return Err(Fault::NotFound(format!("counties/{code}"))),
            None => counties.to_vec(),
        };
        let ways = u32::try_from(chosen.len()).map_err(Fault::internal)?;
        let counties = (0..)
            .zip(chosen)
            .map(|(place, code)| {
                let more = u32::from(place < people.checked_rem(ways).unwrap_or_default());
                let each = people.checked_div(ways).unwrap_or_default();
                Ok((Division::parse("county", code)?, each.saturating_add(more)))
            })
            .collect::<Result<_, Fault>>()?;
        Ok(Self { seed, counties })
    }

    /// Writes the record into a folder, for the loader.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        std::fs::write(folder.join("synth.toml"), write::record(self)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(people: u32, seed: u32, county: Option<&str>) -> String {
        write::record(&Synth::new(people, seed, county).unwrap()).unwrap()
    }

    #[test]
    fn the_same_seed_gives_the_same_people_and_more_of_them_begin_alike() {
        assert_eq!(text(50, 7, None), text(50, 7, None));
        assert_ne!(text(50, 7, None), text(50, 8, None));
        // What is sent again for more people is what was sent for fewer, so that it is entered once.
        let blocks = |text: &str| -> Vec<String> {
            let blocks = text.split("\n\n").map(str::to_owned);
            blocks.collect()
        };
        let more = blocks(&text(90, 7, None));
        for block in blocks(&text(50, 7, None)) {
            assert!(more.contains(&block), "{block}");
        }
        let alone = blocks(&text(30, 7, Some("410611")));
        let spread = blocks(&text(50, 7, None));
        let here = spread
            .iter()
            .filter(|block| block.contains("person-410611-"));
        for block in here {
            assert!(alone.contains(block), "{block}");
        }
    }

    #[test]
    fn every_record_can_be_sent_names_its_source_and_is_of_no_year_that_was_reported() {
        let folder = tempfile::tempdir().unwrap();
        let synth = Synth::new(120, 3, None).unwrap();
        synth.write(folder.path()).unwrap();
        let plan = crate::load::read(folder.path()).unwrap_or_else(|error| panic!("{error}"));
        let kinds = plan.per_kind();
        assert_eq!(kinds["member.Person"], 120);
        assert_eq!(kinds["member.Hero"], 25);
        assert!(plan.repeats().is_empty());
        let text = text(120, 3, None);
        let records = text.matches("\n[[").count();
        assert_eq!(
            text.matches("source = [\"demonstration\"]").count(),
            records
        );
        assert!(!text.contains("\"2024"));
    }

    #[test]
    fn there_are_no_people_of_the_city_itself_or_of_elsewhere() {
        for county in ["410600", "410699", "41"] {
            assert!(Synth::new(1, 1, Some(county)).is_err(), "{county}");
        }
    }
}
