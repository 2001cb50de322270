//! Campaigns of a year with nested windows, and their phases (D01).

use jianyi_kernel::{
    Division, DomainError, FuzzyDate, Id, IdKind, Provenance, Timestamp, Violation,
};
use time::Date;

use super::donation::LineKind;

/// Marks ids of campaigns.
#[derive(Debug)]
pub(crate) enum Campaigns {}
impl IdKind for Campaigns {
    const COLLECTION: &'static str = "campaigns";
}
pub(crate) type CampaignId = Id<Campaigns>;

/// Marks ids of phases.
#[derive(Debug)]
pub(crate) enum Phases {}
impl IdKind for Phases {
    const COLLECTION: &'static str = "phases";
}
pub(crate) type PhaseId = Id<Phases>;

/// Steps of a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum PhaseKind {
    /// 动员会
    Mobilisation,
    /// 募捐期
    Collection,
    /// 总结表彰会
    Summary,
}

/// A fundraising campaign of one year.
#[derive(Debug, Clone)]
pub(crate) struct Campaign {
    pub(crate) id: CampaignId,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) division: Division,
    pub(crate) year: i32,
    pub(crate) title: String,
    pub(crate) platform: String,
    pub(crate) fundraiser: String,
    pub(crate) window: FuzzyDate,
    pub(crate) sub_windows: Vec<String>,
    pub(crate) sources: Vec<String>,
    pub(crate) locations: Vec<String>,
}

/// A step of a campaign that was held.
#[derive(Debug, Clone)]
pub(crate) struct CampaignPhase {
    pub(crate) id: PhaseId,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) campaign: CampaignId,
    pub(crate) division: Division,
    pub(crate) kind: PhaseKind,
    pub(crate) held_on: FuzzyDate,
    pub(crate) place: String,
    pub(crate) sources: Vec<String>,
    pub(crate) locations: Vec<String>,
}

/// Why a campaign refuses a donation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the campaign took donations during {window}, not on {received_on}")]
pub(crate) struct Closed {
    window: String,
    received_on: Date,
}

impl DomainError for Closed {
    const DOMAIN: &'static str = "donation.jianyi";

    fn reason(&self) -> &'static str {
        "CAMPAIGN_CLOSED"
    }

    fn zh(&self) -> String {
        format!(
            "捐赠日期不在活动的募捐期({})内;线下捐赠请将类别选为“线下”",
            self.window
        )
    }

    fn meta(&self) -> Vec<(&'static str, String)> {
        vec![
            ("window", self.window.clone()),
            ("received_on", self.received_on.to_string()),
        ]
    }
}

/// Local windows lie inside the campaign's own.
///
/// # Errors
/// A [`Violation`] on `campaign.sub_windows` when one is unknown or leaves the window.
pub(crate) fn nest(window: &FuzzyDate, sub_windows: &[FuzzyDate]) -> Result<(), Violation> {
    let inside = |sub: &FuzzyDate| match (window.span(), sub.span()) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some((from, to)), Some((sub_from, sub_to))) => from <= sub_from && sub_to <= to,
    };
    if sub_windows.iter().all(inside) {
        return Ok(());
    }
    Err(Violation::new(
        "campaign.sub_windows",
        "SUB_WINDOW_OUTSIDE",
        "a sub window leaves the window of the campaign".into(),
        "分场时间应在活动总时间之内",
    ))
}

impl Campaign {
    /// Where it is stated.
    pub(crate) fn provenance(&self) -> Provenance {
        Provenance {
            sources: self.sources.clone(),
            locations: self.locations.clone(),
        }
    }

    /// Whether a gift of the day counts for this campaign. Offline gifts always do; without a stated
    /// window the year is the window.
    ///
    /// # Errors
    /// [`Closed`] when the day is outside.
    pub(crate) fn admit(&self, kind: LineKind, received_on: Date) -> Result<(), Closed> {
        let open = match (kind, self.window.span()) {
            (LineKind::Offline, _) => true,
            (
                LineKind::Public | LineKind::PlatformMatch | LineKind::EnterpriseMatch,
                Some((from, to)),
            ) => from <= received_on && received_on <= to,
            (LineKind::Public | LineKind::PlatformMatch | LineKind::EnterpriseMatch, None) => {
                received_on.year() == self.year
            }
        };
        if open {
            return Ok(());
        }
        let window = if self.window.span().is_some() {
            self.window.canonical().to_owned()
        } else {
            self.year.to_string()
        };
        Err(Closed {
            window,
            received_on,
        })
    }
}

impl CampaignPhase {
    /// Where it is stated.
    pub(crate) fn provenance(&self) -> Provenance {
        Provenance {
            sources: self.sources.clone(),
            locations: self.locations.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn fuzzy(text: &str) -> FuzzyDate {
        FuzzyDate::parse("window", text).unwrap()
    }

    fn campaign(window: &str) -> Campaign {
        Campaign {
            id: Id::from_uuid(uuid::Uuid::nil()),
            version: 1,
            created_at: Timestamp::from_unix(0, 0).unwrap(),
            division: Division::city(),
            year: 2024,
            title: "t".into(),
            platform: String::new(),
            fundraiser: String::new(),
            window: fuzzy(window),
            sub_windows: Vec::new(),
            sources: Vec::new(),
            locations: Vec::new(),
        }
    }

    #[test]
    fn d01_windows_nest() {
        let window = fuzzy("2024-09-01/2024-09-10");
        assert!(
            nest(
                &window,
                &[fuzzy("2024-09-05/2024-09-09"), fuzzy("2024-09-01")]
            )
            .is_ok()
        );
        assert!(nest(&window, &[fuzzy("2024-09-05/2024-09-11")]).is_err());
        assert!(nest(&window, &[fuzzy("2024-09")]).is_err());
        assert!(nest(&window, &[fuzzy("")]).is_err());
        assert!(nest(&fuzzy(""), &[fuzzy("2024-09-05")]).is_ok());
    }

    #[test]
    fn d01_gifts_outside_the_window_are_refused_unless_offline() {
        let open = campaign("2024-09-01/2024-09-10");
        for (day, admitted) in [
            (date!(2024 - 08 - 31), false),
            (date!(2024 - 09 - 01), true),
            (date!(2024 - 09 - 10), true),
            (date!(2024 - 09 - 11), false),
        ] {
            assert_eq!(open.admit(LineKind::Public, day).is_ok(), admitted, "{day}");
            assert_eq!(
                open.admit(LineKind::PlatformMatch, day).is_ok(),
                admitted,
                "{day}"
            );
            assert!(open.admit(LineKind::Offline, day).is_ok());
        }
        assert!(
            campaign("")
                .admit(LineKind::Public, date!(2024 - 01 - 01))
                .is_ok()
        );
        assert!(
            campaign("")
                .admit(LineKind::Public, date!(2025 - 01 - 01))
                .is_err()
        );
    }
}
