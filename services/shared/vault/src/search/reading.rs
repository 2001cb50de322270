//! How a character may be read aloud, in letters without tones.

use std::collections::BTreeSet;

use pinyin::ToPinyinMulti as _;

/// Readings of one name are multiplied up to this many; what is beyond keeps its most usual reading.
const MOST: usize = 32;

/// The readings of one character, the usual one first.
#[derive(Debug, Clone)]
pub(super) struct Syllables(Vec<String>);

impl Syllables {
    /// `None` when nobody knows how to read it.
    pub(super) fn of(character: char) -> Option<Self> {
        let mut spellings: Vec<String> = Vec::new();
        for reading in character.to_pinyin_multi()? {
            // ü is typed as v, and stands as YU in passports.
            let plain = reading.plain().replace('ü', "v");
            let passport = plain.replace('v', "yu");
            for spelling in [plain, passport] {
                if letters(&spelling).is_some() && !spellings.contains(&spelling) {
                    spellings.push(spelling);
                }
            }
        }
        (!spellings.is_empty()).then_some(Self(spellings))
    }

    pub(super) fn spellings(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }

    /// The first letters of the readings.
    pub(super) fn initials(&self) -> Vec<&str> {
        let mut initials: Vec<&str> = Vec::new();
        for initial in self.0.iter().filter_map(|spelling| spelling.get(..1)) {
            if !initials.contains(&initial) {
                initials.push(initial);
            }
        }
        initials
    }
}

/// All ways to choose one of each, joined.
pub(super) fn spellings<'a>(choices: impl Iterator<Item = Vec<&'a str>>) -> BTreeSet<String> {
    let mut joined = vec![String::new()];
    for choice in choices {
        let room = if joined.len() * choice.len() <= MOST {
            choice.len()
        } else {
            1
        };
        joined = joined
            .iter()
            .flat_map(|begun| {
                choice
                    .iter()
                    .take(room)
                    .map(move |next| format!("{begun}{next}"))
            })
            .collect();
    }
    joined.into_iter().collect()
}

/// The text when it is nothing but letters of pinyin, ü as v.
pub(super) fn letters(text: &str) -> Option<String> {
    let text = text.replace('ü', "v");
    let latin = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase());
    latin.then_some(text)
}
