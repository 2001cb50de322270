//! What can go wrong with a folder of records, always with the file and line to look at.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// How many problems of a folder are shown; the rest is counted.
const SHOWN: usize = 20;

/// Where a record stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// Name of the file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// The how-manieth record of the file, from 1; 0 when it is not about a record.
    pub record: usize,
    /// Kind of the record, e.g. `publicity.Event`, and its key when it has one.
    pub label: String,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        if self.record > 0 {
            write!(f, " (record {}, {})", self.record, self.label)?;
        }
        Ok(())
    }
}

/// One thing wrong with a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub at: Position,
    /// What, and what would be right.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.what)
    }
}

/// Why a folder was not loaded, or not to the end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A file or the folder cannot be read.
    #[error("{}: {source}", .path.display())]
    Io { path: PathBuf, source: io::Error },

    /// There is no record in it.
    #[error("{}: no .toml file with records in it", .0.display())]
    Empty(PathBuf),

    /// The folder is wrong; nothing was sent.
    #[error("nothing was sent, the folder has to be corrected first:\n{}", list(.0))]
    Invalid(Vec<Problem>),

    /// The contracts built into this program are not what the loader expects; a bug.
    #[error("the contracts cannot be read: {0}")]
    Contracts(String),

    /// There is no token to call with.
    #[error("no token to call the gateway with: {0}")]
    Token(String),

    /// The system refused a record; what was sent before stays, and sending again is safe.
    #[error("{at}: {zh} [{code} {reason}: {message}]")]
    Refused {
        at: Box<Position>,
        /// The Chinese sentence of the answer.
        zh: String,
        code: String,
        reason: String,
        message: String,
    },

    /// The system could not be reached for a minute; what was sent before stays, and sending again is safe.
    #[error(
        "{at}: no answer for {seconds} s ({message}); run the command again when the system is back, nothing is entered twice"
    )]
    Unreachable {
        at: Box<Position>,
        seconds: u64,
        message: String,
    },
}

impl LoadError {
    /// Exit code after `sysexits.h`.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Io { .. } | Self::Empty(_) => 66,
            Self::Invalid(_) | Self::Refused { .. } => 65,
            Self::Contracts(_) => 70,
            Self::Token(_) => 77,
            Self::Unreachable { .. } => 69,
        }
    }
}

fn list(problems: &[Problem]) -> String {
    let mut lines: Vec<String> = problems
        .iter()
        .take(SHOWN)
        .map(|problem| format!("  {problem}"))
        .collect();
    if problems.len() > SHOWN {
        lines.push(format!("  … and {} more", problems.len() - SHOWN));
    }
    lines.join("\n")
}
