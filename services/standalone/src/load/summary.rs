//! What loading came to, in the words of the office: figures first, then what somebody has to look at.

use std::collections::BTreeMap;
use std::fmt;

use super::error::Position;
use super::record::Fact;

/// A fact that the folder states more than once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeat {
    /// Kind of the fact.
    pub kind: String,
    /// Its key, or the first text in it.
    pub label: String,
    /// How often it is written down.
    pub times: usize,
    /// Where the source states it.
    pub locations: Vec<String>,
}

impl Repeat {
    pub(super) fn of(fact: &Fact, times: usize) -> Self {
        Self {
            kind: fact.kind.name.clone(),
            label: fact.label(),
            times,
            locations: fact.locations.clone(),
        }
    }
}

impl fmt::Display for Repeat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} ×{} ({})",
            self.kind,
            self.label,
            self.times,
            self.locations.join(" ")
        )
    }
}

/// A fact that the system holds in another form. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Where the fact stands in the folder.
    pub at: Position,
    /// Code, e.g. `COUNT_CONFLICT` or `REQUEST_ID_REUSED`.
    pub reason: String,
    /// Chinese sentence of the answer.
    pub zh: String,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:系统中已有不同内容,未作任何改动。{} [{}]",
            self.at, self.zh, self.reason
        )
    }
}

/// How the facts of one kind fared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KindCounts {
    /// Entered now.
    pub created: usize,
    /// Were there already.
    pub already_there: usize,
    /// Are there in another form.
    pub conflicts: usize,
}

/// What loading came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// What was loaded.
    pub title: String,
    /// Facts entered now.
    pub created: usize,
    /// Facts that were there already.
    pub already_there: usize,
    /// Facts that the folder states more than once.
    pub repeats: Vec<Repeat>,
    /// Facts that the system holds in another form; the caller should end with a failure when there are any.
    pub conflicts: Vec<Conflict>,
    /// The same by kind.
    pub per_kind: BTreeMap<String, KindCounts>,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}:新登记 {} 项,已在库 {} 项,冲突 {} 项",
            self.title,
            self.created,
            self.already_there,
            self.conflicts.len()
        )?;
        for (kind, counts) in &self.per_kind {
            write!(
                f,
                "  {kind}:新登记 {},已在库 {}",
                counts.created, counts.already_there
            )?;
            if counts.conflicts > 0 {
                write!(f, ",冲突 {}", counts.conflicts)?;
            }
            writeln!(f)?;
        }
        if !self.repeats.is_empty() {
            writeln!(
                f,
                "识别为重复 {} 项(同一事实多次载明,只登记一次):",
                self.repeats.len()
            )?;
        }
        for repeat in &self.repeats {
            writeln!(f, "  {repeat}")?;
        }
        for conflict in &self.conflicts {
            writeln!(f, "冲突:{conflict}")?;
        }
        Ok(())
    }
}

/// How far loading is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Another fact is settled.
    Settled {
        /// So many are.
        done: usize,
        /// Of so many.
        total: usize,
    },
    /// The system does not answer; the fact is tried again.
    Waiting {
        /// Which fact, e.g. `publicity.Event spring-gala`.
        what: String,
        /// Why, in the words of the failure.
        why: String,
    },
}

impl Progress {
    /// Whether it is about a difficulty and should be shown in any case.
    #[must_use]
    pub const fn is_notice(&self) -> bool {
        matches!(self, Self::Waiting { .. })
    }

    /// Which quarter of the work is done: 0 to 4.
    #[must_use]
    pub const fn quarter(&self) -> usize {
        match self {
            Self::Settled { done, total } => match (*done * 4).checked_div(*total) {
                Some(quarter) => quarter,
                None => 4,
            },
            Self::Waiting { .. } => 0,
        }
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settled { done, total } => write!(f, "已处理 {done}/{total}"),
            Self::Waiting { what, why } => write!(f, "等待系统恢复:{what}({why})"),
        }
    }
}
