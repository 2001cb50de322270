//! Tasks of an annual plan and how they progress: forwards only, so that a report can rely on "done".

use jianyi_kernel::{DomainError, Id, IdKind, Provenance};

use crate::domain::codes::{Code as _, codes};
use crate::domain::plan::Plan;

codes! {
    /// How far a task is.
    TaskState {
        /// 未开始
        NotStarted = "not_started",
        /// 进行中
        InProgress = "in_progress",
        /// 已完成
        Done = "done",
        /// 不再执行
        Dropped = "dropped",
    }
}

/// A task of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlanTask {
    /// The plan it belongs to.
    pub(crate) plan: Id<Plan>,
    /// Its number in the plan.
    pub(crate) ordinal: i32,
    /// As adopted.
    pub(crate) title: String,
    /// The office that answers for it.
    pub(crate) owner: String,
    /// How far it is.
    pub(crate) state: TaskState,
    /// Steps on the way.
    pub(crate) milestones: Vec<Milestone>,
    /// Resource names of facts that prove the progress.
    pub(crate) evidence: Vec<String>,
    /// Who says so.
    pub(crate) provenance: Provenance,
}

impl IdKind for PlanTask {
    const COLLECTION: &'static str = "tasks";
}

/// A step of a task; dates in the notation of fuzzy dates.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Milestone {
    /// What is to be reached.
    pub(crate) title: String,
    /// By when.
    pub(crate) due_on: String,
    /// When it was reached; empty when not yet.
    pub(crate) reached_on: String,
}

/// News about a task.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    /// How far it is now.
    pub(crate) state: TaskState,
    /// The milestones as they are now; none leaves them as they were.
    pub(crate) milestones: Vec<Milestone>,
    /// Evidence to add.
    pub(crate) evidence: Vec<String>,
}

/// Why a task does not move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TaskError {
    /// It would move backwards.
    #[error("a task does not go from {from:?} to {to:?}")]
    Backwards {
        /// Where it is.
        from: TaskState,
        /// Where it was to go.
        to: TaskState,
    },
}

impl DomainError for TaskError {
    const DOMAIN: &'static str = crate::domain::DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::Backwards { .. } => "TASK_PROGRESS_BACKWARDS",
        }
    }

    fn zh(&self) -> String {
        "任务进度只能向前推进;已完成或不再执行的任务不能改回,请在下一年度计划中另列".into()
    }

    fn meta(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Backwards { from, to } => {
                vec![("from", from.code().into()), ("to", to.code().into())]
            }
        }
    }
}

impl PlanTask {
    /// Takes news of its progress in.
    ///
    /// # Errors
    /// [`TaskError::Backwards`] when it was done or dropped, or would become less than it was.
    pub(crate) fn progress(mut self, news: Progress) -> Result<Self, TaskError> {
        let forwards = match self.state {
            TaskState::NotStarted => true,
            TaskState::InProgress => news.state != TaskState::NotStarted,
            TaskState::Done | TaskState::Dropped => news.state == self.state,
        };
        if !forwards {
            return Err(TaskError::Backwards {
                from: self.state,
                to: news.state,
            });
        }
        self.state = news.state;
        if !news.milestones.is_empty() {
            self.milestones = news.milestones;
        }
        for fact in news.evidence {
            if !self.evidence.contains(&fact) {
                self.evidence.push(fact);
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(state: TaskState) -> PlanTask {
        PlanTask {
            plan: Id::from_uuid(uuid::Uuid::nil()),
            ordinal: 1,
            title: "任务".into(),
            owner: "综合科".into(),
            state,
            milestones: Vec::new(),
            evidence: vec!["meetings/1".into()],
            provenance: Provenance::default(),
        }
    }

    fn moved(from: TaskState, to: TaskState) -> Result<PlanTask, TaskError> {
        task(from).progress(Progress {
            state: to,
            milestones: Vec::new(),
            evidence: vec!["meetings/1".into(), "honours/2".into()],
        })
    }

    #[test]
    fn o01_progress_goes_forwards_only() {
        use TaskState::{Done, Dropped, InProgress, NotStarted};
        for (from, to, allowed) in [
            (NotStarted, InProgress, true),
            (NotStarted, Done, true),
            (NotStarted, Dropped, true),
            (InProgress, NotStarted, false),
            (InProgress, Done, true),
            (Done, Done, true),
            (Done, InProgress, false),
            (Dropped, Done, false),
        ] {
            assert_eq!(moved(from, to).is_ok(), allowed, "{from:?} → {to:?}");
        }
    }

    #[test]
    fn o01_evidence_is_added_once() {
        assert_eq!(
            moved(TaskState::NotStarted, TaskState::Done)
                .unwrap()
                .evidence,
            ["meetings/1", "honours/2"]
        );
    }
}
