//! 六进: a campaign and its sessions. The same kind on another date is another session (V-113).

use jianyi_kernel::Precision;
use jianyi_kernel::{FuzzyDate, Id, IdKind};

use super::{Origin, Recorded, Title};

/// The six kinds of place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum SixEnter {
    ScenicArea,
    Community,
    Enterprise,
    Campus,
    Hospital,
    Station,
}

/// A campaign.
#[derive(Debug, Clone)]
pub(crate) struct SixEnterCampaign {
    pub(crate) title: Title,
    pub(crate) period: FuzzyDate,
    pub(crate) origin: Origin,
}

impl IdKind for SixEnterCampaign {
    const COLLECTION: &'static str = "sixEnterCampaigns";
}

/// A session.
#[derive(Debug, Clone)]
pub(crate) struct SixEnterSession {
    pub(crate) campaign: Id<SixEnterCampaign>,
    pub(crate) kind: SixEnter,
    pub(crate) held_on: FuzzyDate,
    pub(crate) place: String,
    pub(crate) origin: Origin,
}

impl IdKind for SixEnterSession {
    const COLLECTION: &'static str = "sessions";
}

impl SixEnterSession {
    /// When it was held as far as anybody knows: its own date, or the campaign's period.
    pub(crate) fn held_within<'a>(
        &'a self,
        campaign: &'a Recorded<SixEnterCampaign>,
    ) -> &'a FuzzyDate {
        match self.held_on.precision() {
            Precision::Unknown => &campaign.fact.period,
            Precision::Year
            | Precision::Quarter
            | Precision::Month
            | Precision::HalfMonth
            | Precision::Day
            | Precision::HalfDay => &self.held_on,
        }
    }
}

#[cfg(test)]
mod tests {
    use jianyi_kernel::{Clock, Division, Provenance, Timestamp, Violations};

    use super::*;

    fn on(session: &str) -> String {
        let clock = Clock::fixed(Timestamp::from_unix(0, 0).unwrap());
        let origin = Origin {
            division: Division::city(),
            provenance: Provenance::default(),
        };
        let fuzzy = |text| FuzzyDate::parse("on", text).unwrap();
        let campaign = Recorded::new(
            clock.new_id(),
            clock.now(),
            SixEnterCampaign {
                title: Title::parse(&mut Violations::new(), "title", "六进").unwrap(),
                period: fuzzy("2023-03/2023-09"),
                origin: origin.clone(),
            },
        );
        let session = SixEnterSession {
            campaign: campaign.id,
            kind: SixEnter::Community,
            held_on: fuzzy(session),
            place: String::new(),
            origin,
        };
        session.held_within(&campaign).canonical().to_owned()
    }

    #[test]
    fn p05_a_session_without_date_has_the_campaigns_period() {
        assert_eq!(on(""), "2023-03/2023-09");
        assert_eq!(on("(近期)"), "2023-03/2023-09");
        assert_eq!(on("2023-05-06"), "2023-05-06");
    }
}
