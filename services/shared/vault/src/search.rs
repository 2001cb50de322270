//! The words by which people and their papers are found, before they are made unreadable.
//!
//! What is stored are [`tokens_of_name`], [`tokens_of_number`] and [`tokens_of_phone`]; what is asked
//! for is a [`Query`]. Keyed ([`crate::FieldCipher::search_tokens`]), both are meaningless in a dump,
//! except that equal words are equal (ADR 0012).

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;

use crate::search::reading::{Syllables, letters};

mod reading;

/// Longer names and queries are cut: nobody is called so, and tokens grow with the square.
const LONGEST: usize = 48;
/// First letters are kept for runs up to this many characters.
const LONGEST_RUN: usize = 8;
/// Digits by which numbers are remembered.
const TAIL: usize = 4;

/// One word of the index. `kind` keeps initials from matching a number, and the like.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token {
    kind: &'static str,
    text: String,
}

impl Token {
    fn new(kind: &'static str, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
        }
    }

    /// What sort of word it is.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.kind
    }

    /// The word, readable.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

const NAME: &str = "name";
const PART: &str = "part";
const INITIALS: &str = "initials";
const PINYIN: &str = "pinyin";
const NUMBER: &str = "number";
const NUMBER_TAIL: &str = "number_tail";
const PHONE: &str = "phone";
const PHONE_TAIL: &str = "phone_tail";

/// One way of writing for all ways of typing: compatibility forms, case, spaces and the dots between
/// the parts of a name do not matter.
#[must_use]
pub fn normalise(text: &str) -> String {
    text.nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| !(c.is_whitespace() || c.is_control() || is_filler(*c)))
        .take(LONGEST)
        .collect()
}

/// Dots between the parts of a name, hyphens within numbers, marks that choose the shape of a character.
const fn is_filler(c: char) -> bool {
    matches!(
        c,
        '·' | '•' | '‧' | '・' | '∙' | '⋅' | '.' | '-' | '\'' | '’'
            | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0100}'..='\u{e01ef}'
    )
}

/// The words under which a name is found: itself, its characters and pairs of neighbours, the first
/// letters of its pinyin, and the pinyin of the whole, of the family name and of the given name.
#[must_use]
pub fn tokens_of_name(name: &str) -> BTreeSet<Token> {
    let name: Vec<char> = normalise(name).chars().collect();
    let mut tokens = BTreeSet::new();
    if name.is_empty() {
        return tokens;
    }
    tokens.insert(Token::new(NAME, text(&name)));
    for length in [1, 2] {
        tokens.extend(
            name.windows(length)
                .map(|part| Token::new(PART, text(part))),
        );
    }
    let syllables: Option<Vec<Syllables>> = name.iter().map(|c| Syllables::of(*c)).collect();
    let Some(syllables) = syllables else {
        // A name with letters, or with a character whose sound is unknown, has no pinyin as a whole.
        tokens.extend(initials(&name));
        return tokens;
    };
    tokens.extend(initials(&name));
    let mut spell = |part: &[Syllables]| {
        let spellings = reading::spellings(part.iter().map(Syllables::spellings));
        tokens.extend(spellings.into_iter().map(|text| Token::new(PINYIN, text)));
    };
    spell(&syllables);
    // A family name has one character, rarely two; then the given name begins after it.
    for family in [1, 2] {
        if let Some((family, given)) = syllables.split_at_checked(family)
            && !given.is_empty()
        {
            spell(family);
            spell(given);
        }
    }
    tokens
}

/// First letters of all runs of two to eight characters whose sound is known, in all readings.
fn initials(name: &[char]) -> BTreeSet<Token> {
    let syllables: Vec<Option<Syllables>> = name.iter().map(|c| Syllables::of(*c)).collect();
    let mut tokens = BTreeSet::new();
    for run in syllables.split(Option::is_none) {
        let run: Vec<&Syllables> = run.iter().flatten().collect();
        for length in 2..=run.len().min(LONGEST_RUN) {
            for part in run.windows(length) {
                let found = reading::spellings(part.iter().map(|one| one.initials()));
                tokens.extend(found.into_iter().map(|text| Token::new(INITIALS, text)));
            }
        }
    }
    tokens
}

/// The words under which the number of a document is found: all of it, and its end.
#[must_use]
pub fn tokens_of_number(number: &str) -> BTreeSet<Token> {
    whole_and_tail(&normalise(number), NUMBER, NUMBER_TAIL)
}

/// The words under which a telephone number is found: all of it, and its end.
#[must_use]
pub fn tokens_of_phone(phone: &str) -> BTreeSet<Token> {
    whole_and_tail(&national(&normalise(phone)), PHONE, PHONE_TAIL)
}

fn whole_and_tail(text: &str, whole: &'static str, tail: &'static str) -> BTreeSet<Token> {
    let mut tokens = BTreeSet::new();
    if !text.is_empty() {
        tokens.insert(Token::new(whole, text));
        if let Some((at, _)) = text.char_indices().rev().nth(TAIL - 1)
            && at > 0
        {
            tokens.insert(Token::new(tail, &text[at..]));
        }
    }
    tokens
}

/// Without the country's code.
fn national(phone: &str) -> String {
    let phone = phone.strip_prefix('+').unwrap_or(phone);
    match phone
        .strip_prefix("0086")
        .or_else(|| phone.strip_prefix("86"))
    {
        Some(rest) if rest.len() == 11 => rest.to_owned(),
        Some(_) | None => phone.to_owned(),
    }
}

/// What a person typed into the search box, as words of the index.
///
/// A row is found when it has one of `any`, or all of `all` (if there are some):
/// `tokens && $any or ($all <> '{}' and tokens @> $all)`. What is found by `all` has every pair of
/// neighbours that was typed, in whatever order: [`part_of`] tells after opening.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// One of these is enough.
    pub any: BTreeSet<Token>,
    /// Together these are enough.
    pub all: BTreeSet<Token>,
}

impl Query {
    /// Nothing was typed that could be looked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.any.is_empty() && self.all.is_empty()
    }

    /// Whether a row with these words is found.
    #[must_use]
    pub fn finds(&self, tokens: &BTreeSet<Token>) -> bool {
        !self.any.is_disjoint(tokens) || (!self.all.is_empty() && self.all.is_subset(tokens))
    }
}

/// The words to ask for when this was typed.
#[must_use]
pub fn tokens_of_query(typed: &str) -> Query {
    let typed = normalise(typed);
    let characters: Vec<char> = typed.chars().collect();
    let mut query = Query::default();
    match characters.as_slice() {
        [] => return query,
        [_] | [_, _] => {
            query.any.insert(Token::new(PART, typed.clone()));
        }
        longer => {
            query.any.insert(Token::new(NAME, typed.clone()));
            let pairs = longer.windows(2).map(|pair| Token::new(PART, text(pair)));
            query.all.extend(pairs);
        }
    }
    if typed.bytes().any(|byte| byte.is_ascii_digit()) {
        let phone = national(&typed);
        query.any.insert(Token::new(NUMBER, typed.clone()));
        query.any.insert(Token::new(PHONE, phone));
        if characters.len() == TAIL {
            query.any.insert(Token::new(NUMBER_TAIL, typed.clone()));
            query.any.insert(Token::new(PHONE_TAIL, typed));
        }
    } else if let Some(latin) = letters(&typed) {
        query.any.insert(Token::new(PINYIN, latin.clone()));
        if latin.len() > 1 {
            query.any.insert(Token::new(INITIALS, latin));
        }
    }
    query
}

/// Whether what was typed is a contiguous part of a name.
#[must_use]
pub fn part_of(name: &str, typed: &str) -> bool {
    let typed = normalise(typed);
    !typed.is_empty() && normalise(name).contains(&typed)
}

fn text(characters: &[char]) -> String {
    characters.iter().collect()
}

#[cfg(test)]
mod tests;
