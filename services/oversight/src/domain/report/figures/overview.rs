//! Figures of the opening section: standing in the province, and how much was done.

use jianyi_kernel::Precision;

use crate::domain::fact::Fact;
use crate::domain::report::figure::{Definition, Outcome};
use crate::domain::report::year::Year;

/// The figures of this section.
pub(crate) const FIGURES: &[Definition] = &[
    Definition {
        key: "typical_speakers",
        label: "全省会议典型发言单位",
        unit: "家",
        definition: "当年全省会议上作典型发言的单位数，本会在内；有几次会议时取最多的一次。",
        kept_by: "综合督导",
        compute: typical_speakers,
    },
    Definition {
        key: "dated_activities",
        label: "有日期可考的活动",
        unit: "项",
        definition: "当年举办、日期至少知道到月的活动、会议与交流，一项只算一次。节日慰问和外出考察来源只给次数，不在其内。",
        kept_by: "综合督导",
        compute: dated_activities,
    },
];

/// Kinds that are activities of their own. Festival rounds and study tours are not among them: what
/// sources state of these is a number, not a day.
const ACTIVITIES: [&str; 8] = [
    "publicity.event",
    "publicity.six_enter_campaign",
    "publicity.exchange",
    "oversight.meeting",
    "oversight.honour.typical_speech",
    "care.activity",
    "donation.phase.mobilisation",
    "donation.phase.summary",
];

/// How many units spoke, ours among them.
fn typical_speakers(year: &Year<'_>) -> Outcome {
    let peers = |fact: &Fact| fact.content.measures.count;
    let most = year
        .happened("oversight.honour.typical_speech")
        .filter(|fact| peers(fact).value().is_some())
        .max_by_key(|fact| (peers(fact).value(), &fact.resource));
    Outcome::sum(most.into_iter(), peers)
}

/// Distinct activities whose date is known to the month or better.
fn dated_activities(year: &Year<'_>) -> Outcome {
    Outcome::number_of(
        ACTIVITIES
            .iter()
            .flat_map(|kind| year.happened(kind))
            .filter(|fact| fact.content.on.precision() >= Precision::Month),
    )
}
