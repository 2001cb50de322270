//! Participants on the wire: what is personal comes in clear and is sealed; replies are masked by their contract.

use jianyi_db::FieldCipher;
use jianyi_kernel::{Clock, Fault, Pii, Provenance, Violation, Violations, parse_day};
use jianyi_proto::care::v1 as pb;
use jianyi_proto::convert::timestamp;
use jianyi_proto::name;

use super::{OnTheWire as _, hero, on_the_wire, provenance, provenance_reply, required, stated};
use crate::domain::id::{ActivityId, ParticipantId};
use crate::domain::participant::{Participant, ParticipantRole, Person};

on_the_wire!(ParticipantRole, pb::ParticipantRole, Hero, Child, Escort);

/// Who is to take part in what.
#[derive(Debug)]
pub(crate) struct NewParticipant {
    /// The id to record it under.
    pub(crate) id: ParticipantId,
    /// The activity.
    pub(crate) activity: ActivityId,
    /// Resource name of the hero.
    pub(crate) hero: String,
    /// As what.
    pub(crate) role: ParticipantRole,
    /// Who it is.
    pub(crate) person: Person,
    /// Whether the guardian agreed.
    pub(crate) guardian_consent: bool,
    /// Who says so.
    pub(crate) provenance: Provenance,
}

/// Reads what a client wants recorded.
pub(crate) fn parse(
    request: pb::CreateActivityParticipantRequest,
    clock: &Clock,
) -> Result<NewParticipant, Fault> {
    let wire = required("activity_participant", request.activity_participant)?;
    let mut v = Violations::new();
    let activity = v.take(name::parse("parent", &request.parent));
    let hero = hero(&mut v, "activity_participant.hero", &wire.hero);
    let role = stated(&mut v, "activity_participant.role", wire.role());
    let person = match role {
        Some(ParticipantRole::Child) => child(&mut v, &wire, clock),
        Some(ParticipantRole::Hero | ParticipantRole::Escort) | None => {
            if !wire.child_name.is_empty() || !wire.child_birth_date.is_empty() {
                v.push(Violation::new(
                    "activity_participant.child_name",
                    "NOT_A_CHILD",
                    "only a child has a name and a birth date here".into(),
                    "只有子女才填写姓名和出生日期",
                ));
            }
            Some(Person::Hero)
        }
    };
    let provenance = provenance(&mut v, "activity_participant", wire.provenance);
    let build = || {
        Some(NewParticipant {
            id: clock.new_id(),
            activity: activity?,
            hero: hero?,
            role: role?,
            person: person?,
            guardian_consent: wire.guardian_consent,
            provenance: provenance?,
        })
    };
    v.finish_with(build())
}

fn child(v: &mut Violations, wire: &pb::ActivityParticipant, clock: &Clock) -> Option<Person> {
    const BORN: &str = "activity_participant.child_birth_date";
    let name = v.text("activity_participant.child_name", &wire.child_name, 50);
    if wire.child_birth_date.is_empty() {
        v.push(Violation::required(BORN));
        return None;
    }
    let born = parse_day(BORN, &wire.child_birth_date)
        .ok()
        .filter(|born| *born <= clock.today());
    let born = v.take(born.ok_or_else(|| {
        Violation::new(
            BORN,
            "DATE_MALFORMED",
            "a birth date is a day of the form YYYY-MM-DD that is not in the future".into(),
            "出生日期应写作 2012-07-10 的形式,且不晚于今天",
        )
    }));
    Some(Person::Child {
        name: Pii::new(name?),
        born: Pii::new(born?),
    })
}

/// Where a participant's sealed field belongs.
pub(crate) fn place(id: ParticipantId, column: &str) -> String {
    format!("participants/{id}/{column}")
}

/// A reply.
pub(crate) fn reply(
    participant: &Participant,
    cipher: &FieldCipher,
) -> Result<pb::ActivityParticipant, Fault> {
    let open = |column: &str, sealed: &Option<Vec<u8>>| match sealed {
        Some(sealed) => cipher.open_text(&place(participant.id, column), sealed),
        None => Ok(String::new()),
    };
    Ok(pb::ActivityParticipant {
        name: name::child(participant.activity, participant.id),
        hero: participant.hero.clone(),
        role: participant.role.to_wire().into(),
        child_name: open("child_name", &participant.child_name)?,
        child_birth_date: open("child_birth_date", &participant.child_birth_date)?,
        guardian_consent: participant.guardian_consent,
        provenance: Some(provenance_reply(
            &participant.sources,
            &participant.locations,
        )),
        create_time: Some(timestamp(participant.created_at)),
    })
}
