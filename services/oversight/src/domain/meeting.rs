//! Meetings of a body, numbered in the order of their dates (V-122).

use jianyi_kernel::{Count, DomainError, FuzzyDate, Id, IdKind, Provenance};

use crate::domain::body::GovernanceBody;

/// A meeting that was held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Meeting {
    /// The body that met.
    pub(crate) body: Id<GovernanceBody>,
    /// 次
    pub(crate) number: i32,
    /// When.
    pub(crate) held_on: FuzzyDate,
    /// Where.
    pub(crate) place: String,
    /// How many attended.
    pub(crate) attendees: Count,
    /// How the quorum was met, in the minutes' words.
    pub(crate) quorum: String,
    /// Who says so.
    pub(crate) provenance: Provenance,
}

impl IdKind for Meeting {
    const COLLECTION: &'static str = "meetings";
}

/// Why a meeting cannot be recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MeetingError {
    /// Its date and its number contradict another meeting's.
    #[error("meeting {number} on {held_on} contradicts meeting {other} on {other_on}")]
    OutOfOrder {
        /// The new meeting's number.
        number: i32,
        /// Its date.
        held_on: String,
        /// The recorded meeting's number.
        other: i32,
        /// Its date.
        other_on: String,
    },
}

impl DomainError for MeetingError {
    const DOMAIN: &'static str = crate::domain::DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::OutOfOrder { .. } => "MEETING_OUT_OF_ORDER",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::OutOfOrder {
                number,
                other,
                other_on,
                ..
            } => {
                format!(
                    "第{number}次会议的日期与已登记的第{other}次会议({other_on})先后矛盾,请核对次数和日期"
                )
            }
        }
    }

    fn meta(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::OutOfOrder {
                number,
                held_on,
                other,
                other_on,
            } => vec![
                ("number", number.to_string()),
                ("held_on", held_on.clone()),
                ("other_number", other.to_string()),
                ("other_held_on", other_on.clone()),
            ],
        }
    }
}

/// Whether the first date certainly lies before the second; unknown dates contradict nothing.
pub(crate) fn certainly_before(first: &FuzzyDate, second: &FuzzyDate) -> bool {
    match (first.span(), second.span()) {
        (Some((_, end)), Some((start, _))) => end < start,
        (None, _) | (_, None) => false,
    }
}

impl Meeting {
    /// Checks that numbers and dates of a body's meetings go the same way (V-122).
    ///
    /// # Errors
    /// [`MeetingError::OutOfOrder`] with the first meeting it contradicts.
    pub(crate) fn fits(&self, recorded: &[(i32, FuzzyDate)]) -> Result<(), MeetingError> {
        let contradicted = recorded.iter().find(|(number, held_on)| {
            (*number < self.number && certainly_before(&self.held_on, held_on))
                || (*number > self.number && certainly_before(held_on, &self.held_on))
        });
        match contradicted {
            None => Ok(()),
            Some((other, other_on)) => Err(MeetingError::OutOfOrder {
                number: self.number,
                held_on: self.held_on.canonical().into(),
                other: *other,
                other_on: other_on.canonical().into(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> FuzzyDate {
        FuzzyDate::parse("on", text).unwrap()
    }

    fn meeting(number: i32, held_on: &str) -> Meeting {
        Meeting {
            body: Id::from_uuid(uuid::Uuid::nil()),
            number,
            held_on: on(held_on),
            place: String::new(),
            attendees: Count::UNKNOWN,
            quorum: String::new(),
            provenance: Provenance::default(),
        }
    }

    #[test]
    fn v122_a_later_number_is_not_dated_before_an_earlier_one() {
        let sixth = [(6, on("2024-06"))];
        assert!(meeting(7, "2024-05").fits(&sixth).is_err());
        assert!(meeting(5, "2024-07-01").fits(&sixth).is_err());
        for fine in [
            (7, "2024-06-30"),
            (7, "2024-06"),
            (7, ""),
            (5, "2023"),
            (5, "2024-06-01"),
            (8, "2025"),
        ] {
            assert!(meeting(fine.0, fine.1).fits(&sixth).is_ok(), "{fine:?}");
        }
        assert!(meeting(7, "2020").fits(&[(6, on(""))]).is_ok());
    }
}
