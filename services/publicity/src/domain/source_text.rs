//! Reads a text as it comes off a page: sentences broken over a line end are joined, repeated paragraphs
//! are one paragraph with several occurrences (dossier 1.2).
//!
//! Pure, so that the command line can read a file without any service.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::title::normal_form;

/// What reading a text found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Lines that are not blank.
    pub lines: usize,
    /// Line ends that were inside a sentence.
    pub joins: usize,
    /// Paragraphs after joining, repetitions included, in the order of the text.
    pub paragraphs: Vec<Passage>,
    /// Paragraphs that differ from each other, in the order of their first occurrence.
    pub distinct: Vec<Paragraph>,
}

/// A piece of the text: one line, or several that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Its words, trimmed.
    pub text: String,
    /// Where it stands.
    pub span: LineSpan,
}

/// Lines of the text, counted from 1, blank ones included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineSpan {
    /// First line.
    pub first: usize,
    /// Last line.
    pub last: usize,
}

/// A paragraph, however often it is repeated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraph {
    /// `p001`, `p002` …, in the order of first occurrence.
    pub id: String,
    /// SHA-256 in hex of the paragraph after NFKC with whitespace collapsed.
    pub content_hash: String,
    /// Where it stands; more than once when it is repeated.
    pub occurrences: Vec<LineSpan>,
}

impl Reading {
    /// The same for two texts that differ in blank lines, line ends, width and spacing only.
    #[must_use]
    pub fn content_hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        for passage in &self.paragraphs {
            hash.update(normal_form(&passage.text).as_bytes());
            hash.update(b"\n");
        }
        hash.finalize().into()
    }
}

/// Reads a text.
#[must_use]
pub fn read(text: &str) -> Reading {
    let lines: Vec<Passage> = text
        .lines()
        .enumerate()
        .map(|(at, line)| Passage {
            text: trim(line).to_owned(),
            span: LineSpan {
                first: at + 1,
                last: at + 1,
            },
        })
        .filter(|line| !line.text.is_empty())
        .collect();
    let count = lines.len();
    let paragraphs = join(lines);
    Reading {
        lines: count,
        joins: count - paragraphs.len(),
        distinct: distinct(&paragraphs),
        paragraphs,
    }
}

/// A byte order mark is no content, wherever an editor left it.
fn trim(line: &str) -> &str {
    line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

fn join(lines: Vec<Passage>) -> Vec<Passage> {
    let mut paragraphs: Vec<Passage> = Vec::with_capacity(lines.len());
    for line in lines {
        match paragraphs.last_mut() {
            Some(left) if is_broken(&left.text, &line.text) => {
                left.text.push_str(&line.text);
                left.span.last = line.span.last;
            }
            _ => paragraphs.push(line),
        }
    }
    paragraphs
}

/// The left part does not end a sentence, and neither side is a heading.
fn is_broken(left: &str, right: &str) -> bool {
    !ends_sentence(left) && !is_heading(left) && !is_heading(right)
}

fn ends_sentence(text: &str) -> bool {
    // The escapes are the full-width forms of the character before.
    text.ends_with([
        '。', '!', '\u{ff01}', '?', '\u{ff1f}', ':', '\u{ff1a}', '”', '》', '…',
    ])
}

/// Headings have a space and neither a full stop nor a comma, or start like a subtitle, a byline or a
/// list item.
fn is_heading(text: &str) -> bool {
    text.starts_with(['—', '□'])
        || text.starts_with("- ")
        || (text.contains(char::is_whitespace) && !text.contains(['。', ',', '\u{ff0c}']))
}

fn distinct(paragraphs: &[Passage]) -> Vec<Paragraph> {
    let mut found: Vec<Paragraph> = Vec::new();
    let mut at: HashMap<String, usize> = HashMap::new();
    for passage in paragraphs {
        let content_hash = hex(&Sha256::digest(normal_form(&passage.text).as_bytes()));
        let known = at
            .get(&content_hash)
            .and_then(|index| found.get_mut(*index));
        if let Some(paragraph) = known {
            paragraph.occurrences.push(passage.span);
            continue;
        }
        at.insert(content_hash.clone(), found.len());
        let id = format!("p{:03}", found.len() + 1);
        found.push(Paragraph {
            id,
            content_hash,
            occurrences: vec![passage.span],
        });
    }
    found
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A text of the usual shape: title, subtitle, byline, broken sentences, repetitions, a list.
    const TEXT: &str = "\u{feff}\n春到山城 花开满园\n\n——某园艺会一年记事\n\n□本刊 甲某 乙某\n\n\
        园艺会去年种下三百棵树,并在全\n\n市推广。大家都很高兴。\n\n种树 从一棵做起\n\n\
        3月12日,植树节活动举行。\n\n去年先后\r\n\r\n5次外出参观。\n\n3月12日,植树节活动举行。\n\n\
        \u{3000}３月１２日,植树节活动举行。\n\n来年打算: 继续种树\n\n- 一、多种树\n- 二、种好树\n\n配图由园艺会提供";

    #[test]
    fn p18_broken_sentences_are_joined_and_repetitions_recognised() {
        let reading = read(TEXT);
        let counts = (
            reading.lines,
            reading.joins,
            reading.paragraphs.len(),
            reading.distinct.len(),
        );
        assert_eq!(counts, (15, 2, 13, 11));
        let joined: Vec<_> = reading
            .paragraphs
            .iter()
            .filter(|p| p.span.first != p.span.last)
            .collect();
        assert_eq!(
            joined[0].text,
            "园艺会去年种下三百棵树,并在全市推广。大家都很高兴。"
        );
        assert_eq!(joined[0].span, LineSpan { first: 8, last: 10 });
        assert_eq!(joined[1].text, "去年先后5次外出参观。");
        let repeated = reading
            .distinct
            .iter()
            .find(|p| p.occurrences.len() > 1)
            .unwrap();
        let at: Vec<_> = repeated.occurrences.iter().map(|span| span.first).collect();
        assert_eq!((repeated.id.as_str(), at), ("p006", vec![14, 20, 22]));
    }

    #[test]
    fn p18_headings_bylines_and_lists_are_never_joined() {
        for text in [
            "甲乙 丙丁\n\n戊己",
            "甲乙\n\n丙 丁",
            "甲乙\n——丙",
            "□甲乙\n丙",
            "- 甲\n- 乙",
            "甲。\n乙",
            "甲…\n乙",
        ] {
            assert_eq!(read(text).joins, 0, "{text}");
        }
        // A comma makes a sentence of what would be a heading for its space.
        assert_eq!(read("甲, 乙\n\n丙").joins, 1);
        assert_eq!(read("甲\n\n乙\n\n丙").joins, 2);
    }

    #[test]
    fn v108_spacing_and_line_ends_do_not_make_another_text() {
        let windows = TEXT.replace("\r\n", "\n").replace('\n', "\r\n");
        assert_eq!(read(&windows).content_hash(), read(TEXT).content_hash());
        assert_ne!(
            read(&TEXT.replace('5', "6")).content_hash(),
            read(TEXT).content_hash()
        );
    }

    #[test]
    fn an_empty_text_has_nothing() {
        let reading = read("\n \u{3000}\n\u{feff}");
        assert_eq!(
            (
                reading.lines,
                reading.joins,
                reading.paragraphs.len(),
                reading.distinct.len()
            ),
            (0, 0, 0, 0)
        );
    }

    fn holds(text: &str) -> Result<(), TestCaseError> {
        let reading = read(text);
        prop_assert!(reading.distinct.len() <= reading.paragraphs.len());
        prop_assert_eq!(reading.paragraphs.len() + reading.joins, reading.lines);
        let occurrences: usize = reading.distinct.iter().map(|p| p.occurrences.len()).sum();
        prop_assert_eq!(occurrences, reading.paragraphs.len());
        // Reading what was read finds nothing left to join and the same paragraphs.
        let texts: Vec<_> = reading.paragraphs.iter().map(|p| p.text.as_str()).collect();
        let again = read(&texts.join("\n\n"));
        let again_texts: Vec<_> = again.paragraphs.iter().map(|p| p.text.as_str()).collect();
        prop_assert_eq!(again.joins, 0);
        prop_assert_eq!(again_texts, texts);
        prop_assert_eq!(again.content_hash(), reading.content_hash());
        Ok(())
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(text in any::<String>()) {
            holds(&text)?;
        }

        #[test]
        fn texts_made_of_what_matters_can_be_read(text in "([甲乙1 ,。…—□\\-\r\u{3000}]{0,5}\n{1,2}){0,20}") {
            holds(&text)?;
        }
    }
}
