//! Honours that the association received.

use jianyi_kernel::{Count, Division, FuzzyDate, IdKind, Provenance};

use crate::domain::codes::codes;

codes! {
    /// Kinds of honour.
    HonourKind {
        /// 典型发言
        TypicalSpeech = "typical_speech",
        /// 先进行列 and other standing.
        Standing = "standing",
        /// Any other.
        Other = "other",
    }
}

/// An honour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Honour {
    /// Its kind.
    pub(crate) kind: HonourKind,
    /// As given.
    pub(crate) title: String,
    /// When.
    pub(crate) received_on: FuzzyDate,
    /// How many were honoured alike: 4 for one of four.
    pub(crate) peers: Count,
    /// Who gave it.
    pub(crate) granting_body: String,
    /// On which occasion.
    pub(crate) occasion: String,
    /// Who received it.
    pub(crate) division: Division,
    /// Who says so.
    pub(crate) provenance: Provenance,
}

impl IdKind for Honour {
    const COLLECTION: &'static str = "honours";
}
