//! What becomes of an event whose handler failed: another try, or the dead letters.

use std::time::Duration;

use jianyi_kernel::Fault;

use crate::backoff;

/// Deliveries after which a failure of our own is a bug, not bad luck.
const INTERNAL_PATIENCE: u32 = 8;
/// Deliveries after which something that others should have done will not be done: two hours.
const LONG_PATIENCE: u32 = 250;

/// What becomes of the event.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Deliver it again after this long.
    Again(Duration),
    /// Set it aside for an operator.
    SetAside,
}

/// Judges a failure at its n-th delivery, counted from 1.
pub(crate) fn judge(fault: &Fault, delivered: u32) -> Verdict {
    let patience = match fault {
        Fault::Internal(_) => INTERNAL_PATIENCE,
        Fault::Busy(_) | Fault::Unavailable(_) | Fault::Stale(_) => LONG_PATIENCE,
        Fault::Invalid(_)
        | Fault::Unauthenticated(_)
        | Fault::Denied
        | Fault::NotFound(_)
        | Fault::Exists(_)
        | Fault::Refused(_) => 0,
    };
    if delivered >= patience {
        return Verdict::SetAside;
    }
    let n = delivered.saturating_sub(1);
    Verdict::Again(backoff::nth(
        n,
        Duration::from_millis(100),
        Duration::from_secs(30),
    ))
}

/// The reason code kept with a dead letter. Never a message: that could name a person.
pub(crate) fn code(fault: &Fault) -> String {
    match fault {
        Fault::Invalid(violations) => match violations.first().map(|violation| violation.reason) {
            Some("UNDECODABLE") => "UNDECODABLE".into(),
            Some(reason) => format!("INVALID {reason}"),
            None => "INVALID".into(),
        },
        Fault::Unauthenticated(reason) => format!("UNAUTHENTICATED {reason}"),
        Fault::Denied => "DENIED".into(),
        Fault::NotFound(_) => "NOT_FOUND".into(),
        Fault::Exists(_) => "EXISTS".into(),
        Fault::Refused(refusal) => format!("REFUSED {}", refusal.reason),
        Fault::Stale(_) => "STALE".into(),
        Fault::Busy(_) => "BUSY".into(),
        Fault::Unavailable(_) => "UNAVAILABLE".into(),
        Fault::Internal(_) => "INTERNAL".into(),
    }
}

#[cfg(test)]
mod tests {
    use jianyi_kernel::{Refusal, Violation};

    use super::*;
    use crate::subscription::undecodable;

    #[test]
    fn only_what_may_pass_is_tried_again() {
        let internal = Fault::internal("bug");
        assert_eq!(
            judge(&internal, 1),
            Verdict::Again(Duration::from_millis(100))
        );
        assert_eq!(
            judge(&internal, 7),
            Verdict::Again(Duration::from_millis(6400))
        );
        assert_eq!(judge(&internal, 8), Verdict::SetAside);
        let away = Fault::Unavailable("later".into());
        assert_eq!(judge(&away, 30), Verdict::Again(Duration::from_secs(30)));
        assert_eq!(judge(&away, 250), Verdict::SetAside);
        assert_eq!(judge(&Fault::Denied, 1), Verdict::SetAside);
    }

    #[test]
    fn reasons_are_codes_without_names() {
        let refusal = Refusal {
            domain: "tally.jianyi",
            reason: "NUMBERS_EXHAUSTED",
            message: "张三".into(),
            zh: "张三".into(),
            meta: Vec::new(),
        };
        assert_eq!(code(&Fault::Refused(refusal)), "REFUSED NUMBERS_EXHAUSTED");
        assert_eq!(code(&Fault::NotFound("people/张三".into())), "NOT_FOUND");
        assert_eq!(code(&undecodable("data")), "UNDECODABLE");
        assert_eq!(
            code(&Violation::required("name").into()),
            "INVALID REQUIRED"
        );
    }
}
