//! One meeting's decision about one document; two bodies adopting a document make two (V-121).

use jianyi_kernel::{Id, IdKind, Provenance};

use crate::domain::codes::codes;
use crate::domain::document::Document;
use crate::domain::meeting::Meeting;

codes! {
    /// How a meeting decided.
    Decision {
        /// 审议通过
        Adopted = "adopted",
        /// 未通过
        Rejected = "rejected",
    }
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resolution {
    /// The meeting that decided.
    pub(crate) meeting: Id<Meeting>,
    /// What it decided about.
    pub(crate) document: Id<Document>,
    /// How.
    pub(crate) decision: Decision,
    /// Who says so.
    pub(crate) provenance: Provenance,
}

impl IdKind for Resolution {
    const COLLECTION: &'static str = "resolutions";
}
