//! A folder that was checked from end to end: what will be sent, and in which order it has to be.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::path::Path;

use uuid::Uuid;

use super::catalogue::Catalogue;
use super::error::{LoadError, Position, Problem};
use super::header::{self, Header};
use super::record::{Fact, Surroundings};
use super::source::{self, Folder};
use super::summary::Repeat;

/// Namespace of the request ids (a random UUID, fixed for ever: changing it would enter everything again).
const NAMESPACE: Uuid = Uuid::from_u128(0x6a8f_5c1e_91d4_4c0b_9b7e_2f43_d0a5_7c16);

/// A checked folder.
#[derive(Debug)]
pub struct Plan {
    pub(super) header: Header,
    pub(super) facts: Vec<Fact>,
    pub(super) repeats: Vec<Repeat>,
    rows: usize,
}

impl Plan {
    /// The year that the folder is about.
    #[must_use]
    pub const fn year(&self) -> i32 {
        self.header.year
    }

    /// What the folder calls itself.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.header.title
    }

    /// How many facts there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.facts.len()
    }

    /// Whether there is nothing to send.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// How many records are written down; more than facts when some say the same.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Facts that the folder states more than once.
    #[must_use]
    pub fn repeats(&self) -> &[Repeat] {
        &self.repeats
    }

    /// How many facts there are of each kind.
    #[must_use]
    pub fn per_kind(&self) -> BTreeMap<&str, usize> {
        let mut kinds = BTreeMap::new();
        for fact in &self.facts {
            *kinds.entry(fact.kind.name.as_str()).or_default() += 1;
        }
        kinds
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}({}年):{} 行记录,{} 项事实",
            self.header.title,
            self.header.year,
            self.rows,
            self.facts.len()
        )
    }
}

/// Reads and checks a folder. Calls nobody.
///
/// # Errors
/// [`LoadError`] with every problem found.
pub fn read(dir: &Path) -> Result<Plan, LoadError> {
    plan(source::read(dir)?)
}

/// Makes a plan of what was read.
pub(super) fn plan(mut folder: Folder) -> Result<Plan, LoadError> {
    let catalogue = Catalogue::new()?;
    let header = header::take(&mut folder);
    let mut building = Building {
        header,
        all_keys: folder
            .entries
            .iter()
            .flat_map(|entry| &entry.fields)
            .filter(|field| field.key == "key")
            .filter_map(|field| field.value.text().map(str::to_owned))
            .collect(),
        ..Building::default()
    };
    let mut problems = std::mem::take(&mut folder.problems);
    for entry in &folder.entries {
        let Some(kind) = catalogue.get(&entry.kind) else {
            let what = format!(
                "there is no kind {}; there are: {}",
                entry.kind,
                catalogue.like(&entry.kind)
            );
            problems.push(Problem {
                at: entry.at.clone(),
                what,
            });
            continue;
        };
        let mut faults = Vec::new();
        let resolve = |key: &str| building.resolve(key);
        let around = Surroundings {
            city: &building.header.city,
            resolve: &resolve,
        };
        let fact = Fact::read(kind, entry, &around, &mut faults);
        if faults.is_empty()
            && let Err(what) = building.add(fact)
        {
            faults.push((entry.at.line, what));
        }
        problems.extend(faults.into_iter().map(|(line, what)| Problem {
            at: Position {
                line,
                ..entry.at.clone()
            },
            what,
        }));
    }
    if !problems.is_empty() {
        return Err(LoadError::Invalid(problems));
    }
    Ok(building.finish(folder.entries.len()))
}

#[derive(Default)]
struct Building {
    header: Header,
    facts: Vec<Fact>,
    ids: Vec<Uuid>,
    keys: HashMap<String, usize>,
    all_keys: BTreeSet<String>,
    said: HashMap<String, usize>,
    times: BTreeMap<usize, usize>,
}

impl Building {
    /// The fact that a key stands for. Only records above can be meant, so there are no circles.
    fn resolve(&self, key: &str) -> Result<usize, String> {
        self.keys.get(key).copied().ok_or_else(|| {
            if self.all_keys.contains(key) {
                format!("@{key} is not above this record, or is itself wrong; a record can refer only to those before it")
            } else {
                format!("there is no record with the key {key:?}")
            }
        })
    }

    /// Adds a fact, or another place to a fact that is there already.
    fn add(&mut self, mut fact: Fact) -> Result<(), String> {
        let says = fact.says(&self.ids);
        let same = self.said.get(&says).copied();
        let index = same.unwrap_or(self.facts.len());
        if let Some(key) = &fact.key
            && *self.keys.entry(key.clone()).or_insert(index) != index
        {
            return Err(format!("the key {key:?} is already used by another record"));
        }
        if let Some(first) = same.and_then(|index| self.facts.get_mut(index)) {
            *self.times.entry(index).or_insert(1) += 1;
            for location in fact.locations {
                if !first.locations.contains(&location) {
                    first.locations.push(location);
                }
            }
            return Ok(());
        }
        // Until repeats are known the id only has to tell facts apart; `finish` gives the final one.
        fact.request_id = Uuid::new_v5(&NAMESPACE, says.as_bytes());
        self.ids.push(fact.request_id);
        self.said.insert(says, index);
        self.facts.push(fact);
        Ok(())
    }

    fn finish(mut self, rows: usize) -> Plan {
        for (fact, said) in self.facts.iter_mut().zip(&self.ids) {
            let content = format!("{said} {:?}", fact.locations);
            let own = fact.key.as_deref().map_or(content, |key| format!("@{key}"));
            let name = format!("{}\n{}\n{own}", self.header.id, fact.kind.name);
            fact.request_id = Uuid::new_v5(&NAMESPACE, name.as_bytes());
        }
        let repeats = self
            .times
            .iter()
            .filter_map(|(index, times)| {
                self.facts.get(*index).map(|fact| Repeat::of(fact, *times))
            })
            .collect();
        Plan {
            header: self.header,
            facts: self.facts,
            repeats,
            rows,
        }
    }
}
