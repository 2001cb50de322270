//! Donors of the four kinds, and what of their names is shown (D07, D08).

use jianyi_kernel::{Division, Id, IdKind, Pii, Timestamp, Uscc, Violation};

/// Marks ids of donors.
#[derive(Debug)]
pub(crate) enum Donors {}
impl IdKind for Donors {
    const COLLECTION: &'static str = "donors";
}
pub(crate) type DonorId = Id<Donors>;

/// The four kinds of the association's books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum DonorKind {
    /// 行政机关
    Government,
    /// 企事业单位
    Enterprise,
    /// 社会团体
    Society,
    /// 爱心人士
    Individual,
}

/// A donor. The name is sealed at rest whatever the kind.
#[derive(Debug, Clone)]
pub(crate) struct Donor {
    pub(crate) id: DonorId,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) division: Division,
    pub(crate) kind: DonorKind,
    pub(crate) display_name: Pii<String>,
    pub(crate) anonymous: bool,
    pub(crate) uscc: Option<Uscc>,
    pub(crate) uscc_absent_reason: String,
    pub(crate) sources: Vec<String>,
    pub(crate) locations: Vec<String>,
}

/// An enterprise has a code or a reason for having none; an individual has no such code.
///
/// # Errors
/// A [`Violation`] on `donor.uscc`.
pub(crate) fn identify(
    kind: DonorKind,
    uscc: Option<&Uscc>,
    absent_reason: &str,
) -> Result<(), Violation> {
    match (kind, uscc) {
        (DonorKind::Enterprise, None) if absent_reason.is_empty() => Err(Violation::new(
            "donor.uscc",
            "USCC_REQUIRED",
            "an enterprise needs its code, or uscc_absent_reason".into(),
            "企事业单位须填统一社会信用代码;确实没有的,请注明原因",
        )),
        (DonorKind::Individual, Some(_)) => Err(Violation::new(
            "donor.uscc",
            "USCC_OF_INDIVIDUAL",
            "an individual has no unified social credit code".into(),
            "个人没有统一社会信用代码,请清空此项或更改捐赠人类别",
        )),
        (
            DonorKind::Government
            | DonorKind::Society
            | DonorKind::Enterprise
            | DonorKind::Individual,
            _,
        ) => Ok(()),
    }
}

impl Donor {
    /// The name as others may see it: 爱心人士 for the anonymous, 张* for individuals.
    pub(crate) fn shown_name(&self) -> String {
        let name = self.display_name.expose("mask for display");
        if self.anonymous {
            return "爱心人士".into();
        }
        match self.kind {
            DonorKind::Individual => name
                .chars()
                .next()
                .map_or_else(|| "*".into(), |first| format!("{first}*")),
            DonorKind::Government | DonorKind::Enterprise | DonorKind::Society => name.clone(),
        }
    }

    /// The text by which an organisation without code is recognised; persons share names, so not they.
    pub(crate) fn recognised_by(&self) -> Option<String> {
        match (self.kind, &self.uscc) {
            (DonorKind::Government | DonorKind::Enterprise | DonorKind::Society, None) => {
                let name = self.display_name.expose("blind index");
                Some(name.chars().filter(|c| !c.is_whitespace()).collect())
            }
            (DonorKind::Government | DonorKind::Enterprise | DonorKind::Society, Some(_))
            | (DonorKind::Individual, _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn donor(kind: DonorKind, name: &str, anonymous: bool) -> Donor {
        Donor {
            id: Id::from_uuid(uuid::Uuid::nil()),
            version: 1,
            created_at: Timestamp::from_unix(0, 0).unwrap(),
            division: Division::city(),
            kind,
            display_name: Pii::new(name.into()),
            anonymous,
            uscc: None,
            uscc_absent_reason: String::new(),
            sources: Vec::new(),
            locations: Vec::new(),
        }
    }

    #[test]
    fn d08_individuals_are_masked_and_the_anonymous_unnamed() {
        assert_eq!(
            donor(DonorKind::Individual, "张三丰", false).shown_name(),
            "张*"
        );
        assert_eq!(
            donor(DonorKind::Individual, "张三丰", true).shown_name(),
            "爱心人士"
        );
        assert_eq!(
            donor(DonorKind::Society, "某某商会", false).shown_name(),
            "某某商会"
        );
        assert_eq!(
            donor(DonorKind::Society, "某某商会", true).shown_name(),
            "爱心人士"
        );
        assert!(!format!("{:?}", donor(DonorKind::Individual, "张三丰", false)).contains('张'));
    }

    #[test]
    fn d07_an_enterprise_has_a_code_or_a_reason() {
        let uscc = Uscc::parse("uscc", "91350100M000100Y43").unwrap();
        assert!(identify(DonorKind::Enterprise, None, "").is_err());
        assert!(identify(DonorKind::Enterprise, None, "NOT_STATED").is_ok());
        assert!(identify(DonorKind::Enterprise, Some(&uscc), "").is_ok());
        assert!(identify(DonorKind::Individual, Some(&uscc), "").is_err());
        assert!(identify(DonorKind::Government, None, "").is_ok());
    }

    #[test]
    fn d09_only_organisations_without_code_are_recognised_by_name() {
        assert_eq!(
            donor(DonorKind::Society, "某 某商会", false).recognised_by(),
            donor(DonorKind::Society, "某某 商会", false).recognised_by()
        );
        assert_eq!(
            donor(DonorKind::Individual, "张三", false).recognised_by(),
            None
        );
    }
}
