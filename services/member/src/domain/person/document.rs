//! By what a person is identified.

use jianyi_kernel::{CitizenId, Pii, Violation};

/// Kinds of document, as the table writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum DocumentKind {
    CitizenId,
    Legacy,
    BirthCertificate,
    Passport,
    Military,
    ForeignResidence,
    None,
}

/// By what a person is identified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Document {
    /// Eighteen characters: tells people apart.
    Citizen(CitizenId),
    /// Fifteen digits of the first generation: tells nobody apart (V-04).
    Legacy(CitizenId),
    /// Another kind, with its number where there is one; the kind is none of the two above.
    Other(DocumentKind, Option<Pii<String>>),
}

impl Document {
    /// Puts kind, identity number and other number together; the kind follows from the numbers when
    /// it is not stated.
    ///
    /// # Errors
    /// A [`Violation`] on `person.document_kind` when they do not fit.
    pub(crate) fn assemble(
        kind: Option<DocumentKind>,
        citizen_id: Option<CitizenId>,
        number: Option<Pii<String>>,
    ) -> Result<Self, Violation> {
        let legacy = citizen_id
            .as_ref()
            .is_some_and(|id| id.expose("tell its length").len() == 15);
        match (kind, citizen_id, number) {
            (None | Some(DocumentKind::CitizenId), Some(id), None) if !legacy => {
                Ok(Self::Citizen(id))
            }
            (None | Some(DocumentKind::Legacy), Some(id), None) if legacy => Ok(Self::Legacy(id)),
            (None | Some(DocumentKind::None), None, None) => {
                Ok(Self::Other(DocumentKind::None, None))
            }
            (
                Some(
                    kind @ (DocumentKind::BirthCertificate
                    | DocumentKind::Passport
                    | DocumentKind::Military
                    | DocumentKind::ForeignResidence),
                ),
                None,
                number,
            ) => Ok(Self::Other(kind, number)),
            _ => Err(Violation::new(
                "person.document_kind",
                "DOCUMENT_MISMATCH",
                "the kind of document and the numbers given do not fit together".into(),
                "证件类型与所填号码不符:18 位填身份证,15 位填一代身份证,其他证件填证件号码,无证件则留空",
            )),
        }
    }

    pub(crate) const fn kind(&self) -> DocumentKind {
        match self {
            Self::Citizen(_) => DocumentKind::CitizenId,
            Self::Legacy(_) => DocumentKind::Legacy,
            Self::Other(kind, _) => *kind,
        }
    }

    /// The identity number, of either generation.
    pub(crate) const fn citizen_id(&self) -> Option<&CitizenId> {
        match self {
            Self::Citizen(id) | Self::Legacy(id) => Some(id),
            Self::Other(..) => None,
        }
    }

    /// The number of another kind of document.
    pub(crate) const fn number(&self) -> Option<&Pii<String>> {
        match self {
            Self::Citizen(_) | Self::Legacy(_) => None,
            Self::Other(_, number) => number.as_ref(),
        }
    }
}
