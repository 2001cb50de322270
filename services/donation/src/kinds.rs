//! The contract's enums and the domain's, both ways and in one place.

use jianyi_kernel::Violation;
use jianyi_proto::donation::{events::v1 as ev, v1 as pb};

use crate::domain::audit::Opinion;
use crate::domain::campaign::PhaseKind;
use crate::domain::disclosure::DisclosureState;
use crate::domain::donation::{DonationState, LineKind};
use crate::domain::donor::DonorKind;
use crate::domain::posting::Template;
use crate::domain::report::{ObligationState, ReportPeriod};
use crate::domain::reservation::ReservationState;

/// An enum of the domain that the contract has too.
pub(crate) trait Kind: Sized {
    /// What the number on the wire means: nothing when it is not stated.
    ///
    /// # Errors
    /// A [`Violation`] on `field` when this version knows no such number.
    fn read(field: &str, wire: i32) -> Result<Option<Self>, Violation>;

    /// The same, where it must be stated.
    ///
    /// # Errors
    /// A [`Violation`] on `field` when it is not stated or not known.
    fn require(field: &str, wire: i32) -> Result<Self, Violation> {
        Self::read(field, wire)?.ok_or_else(|| Violation::required(field))
    }
}

fn unknown(field: &str) -> Violation {
    Violation::new(
        field,
        "ENUM_UNKNOWN",
        "not a value of this version".into(),
        "选项无效,请重新选择",
    )
}

macro_rules! kind {
    ($domain:ident is $wire:path { $($ours:ident is $theirs:ident),* $(,)? }) => {
        impl From<$domain> for $wire {
            fn from(ours: $domain) -> Self {
                match ours {
                    $($domain::$ours => Self::$theirs,)*
                }
            }
        }

        impl Kind for $domain {
            fn read(field: &str, wire: i32) -> Result<Option<Self>, Violation> {
                type Wire = $wire;
                match Wire::try_from(wire).map_err(|_| unknown(field))? {
                    Wire::Unspecified => Ok(None),
                    $(Wire::$theirs => Ok(Some(Self::$ours)),)*
                }
            }
        }
    };
}

kind!(PhaseKind is ev::PhaseKind {
    Mobilisation is Mobilisation, Collection is Collection, Summary is Summary,
});
kind!(DonorKind is ev::DonorKind {
    Government is Government, Enterprise is Enterprise, Society is Society, Individual is Individual,
});
kind!(LineKind is pb::LineKind {
    Public is Public, PlatformMatch is PlatformMatch, EnterpriseMatch is EnterpriseMatch, Offline is Offline,
});
kind!(DonationState is pb::DonationState { Received is Received, Reversed is Reversed });
kind!(ReservationState is pb::ReservationState {
    Reserved is Reserved, Paid is Paid, Released is Released, Refused is Refused,
});
kind!(Template is pb::EntryTemplate {
    UnrestrictedGift is UnrestrictedGift, RestrictedGift is RestrictedGift,
    ProgrammeExpense is ProgrammeExpense, Manual is Manual, Reversal is Reversal,
});
kind!(ReportPeriod is pb::ReportPeriod { Quarterly is Quarterly });
kind!(ObligationState is pb::ReportObligationState { Due is Due, Submitted is Submitted });
kind!(Opinion is pb::AuditOpinion {
    Unqualified is Unqualified, Qualified is Qualified, Adverse is Adverse, Disclaimer is Disclaimer,
});
kind!(DisclosureState is pb::DisclosureState { Planned is Planned, Published is Published });
