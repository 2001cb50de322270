//! What ids identify here, and the segments their resource names use.

use jianyi_kernel::{Id, IdKind};

macro_rules! ids {
    ($($(#[$doc:meta])* $kind:ident $id:ident $collection:literal;)*) => {$(
        $(#[$doc])*
        pub(crate) enum $kind {}
        impl IdKind for $kind {
            const COLLECTION: &'static str = $collection;
        }
        $(#[$doc])*
        pub(crate) type $id = Id<$kind>;
    )*};
}

ids! {
    /// A yearly programme.
    ProgrammeKind ProgrammeId "programmes";
    /// An activity.
    ActivityIdKind ActivityId "activities";
    /// A participant, child of an activity.
    ParticipantKind ParticipantId "participants";
    /// A condolence round.
    RoundKind RoundId "festivalRounds";
    /// A visit, child of a round.
    VisitKind VisitId "visits";
    /// A policy.
    PolicyKind PolicyId "policies";
    /// A grant.
    GrantKind GrantId "grants";
    /// A request for money.
    ExpenseRequestKind ExpenseRequestId "expenseRequests";
    /// A stated total.
    CountStatementKind CountStatementId "countStatements";
    /// A hero of the member service.
    HeroKind HeroId "heroes";
}

/// A fund of the donation service; only its name is kept.
pub(crate) enum FundKind {}
impl IdKind for FundKind {
    const COLLECTION: &'static str = "funds";
}
