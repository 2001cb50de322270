//! Folders that are right, folders that are wrong, and the folder that comes with the system.

mod demo;
mod sending;

use super::error::{LoadError, Problem};
use super::plan::{Plan, plan};
use super::source::Folder;

const HEADER: &str = "[record]\nid = \"r\"\ncity = \"410600\"\nyear = 2023\ntitle = \"t\"\n";

/// A campaign with a session, an event and a partner; not a word of it is anybody's real record.
const GOOD: &str = r#"
[[publicity.SixEnterCampaign]]
key = "walk"
title = "W"
period = "2023-03/2023-04"

[[publicity.SixEnterSession]]
parent = "@walk"
source = ["A1", "A2"]
location = "L1"
kind = "COMMUNITY"

[[publicity.Event]]
key = "talk"
source = "A3"
location = ["L9"]
kind = "EVENT_KIND_OTHER"
title = "T"
held_on = 2023-05-06
participants = ">=12"
sites = [{ title = "S", division = "410602" }]

[[member.OrgUnit]]
key = "friends"
county = "410602"
kind = "PARTNER"
display_name = "F"
"#;

fn read(text: &str) -> Result<Plan, LoadError> {
    let mut folder = Folder::default();
    folder.add("00-record.toml", HEADER);
    folder.add("01.toml", text);
    plan(folder)
}

fn problems(text: &str) -> Vec<Problem> {
    match read(text) {
        Err(LoadError::Invalid(problems)) => problems,
        other => panic!("{other:?}"),
    }
}

/// The only problem of a folder, as text.
fn problem(text: &str) -> String {
    let problems = problems(text);
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems[0].to_string()
}

fn ids(plan: &Plan) -> Vec<String> {
    plan.facts
        .iter()
        .map(|fact| fact.request_id.to_string())
        .collect()
}

#[test]
fn records_come_in_the_order_of_the_text_and_know_what_they_need() {
    let plan = read(GOOD).unwrap();
    let kinds: Vec<_> = plan
        .facts
        .iter()
        .map(|fact| fact.kind.name.as_str())
        .collect();
    assert_eq!(
        kinds,
        [
            "publicity.SixEnterCampaign",
            "publicity.SixEnterSession",
            "publicity.Event",
            "member.OrgUnit"
        ]
    );
    assert!(plan.facts[1].needs().contains(&0));
    assert!(plan.facts[2].needs().is_empty());
    assert_eq!(plan.facts[1].at.line, 7);
    assert_eq!(plan.per_kind()["publicity.Event"], 1);
}

#[test]
fn a_request_says_what_the_record_says() {
    use jianyi_proto::api::v1::Modality;
    use jianyi_proto::member::v1::CreateOrgUnitRequest;
    use jianyi_proto::publicity::events::v1::EventKind;
    use jianyi_proto::publicity::v1::{CreateEventRequest, CreateSixEnterSessionRequest};
    use prost_reflect::prost::Message as _;

    let plan = read(GOOD).unwrap();
    let mut names = vec![None; 4];
    assert!(
        plan.facts[1].request(&names).is_none(),
        "the campaign has no name yet"
    );
    names[0] = Some("sixEnterCampaigns/1".to_owned());
    let session =
        CreateSixEnterSessionRequest::decode(plan.facts[1].request(&names).unwrap().as_slice())
            .unwrap();
    assert_eq!(session.parent, "sixEnterCampaigns/1");
    assert_eq!(session.request_id, plan.facts[1].request_id.to_string());
    let session = session.six_enter_session.unwrap();
    let provenance = session.provenance.unwrap();
    assert_eq!(
        (provenance.sources, provenance.locations),
        (vec!["A1".into(), "A2".into()], vec!["L1".to_owned()])
    );
    assert_eq!(session.division, "410600", "the city of the folder");

    let event = CreateEventRequest::decode(plan.facts[2].request(&names).unwrap().as_slice())
        .unwrap()
        .event
        .unwrap();
    let participants = event.participants.unwrap();
    assert_eq!(
        (participants.value, participants.modality()),
        (Some(12), Modality::AtLeast)
    );
    assert_eq!(
        (event.held_on.as_str(), event.kind()),
        ("2023-05-06", EventKind::Other)
    );
    assert_eq!(event.sites[0].division, "410602");

    let unit =
        CreateOrgUnitRequest::decode(plan.facts[3].request(&names).unwrap().as_slice()).unwrap();
    assert_eq!(unit.parent, "counties/410602");
    assert_eq!(
        unit.org_unit.unwrap().division,
        "",
        "a county's unit is where its county is"
    );
}

#[test]
fn counts_may_be_written_as_people_say_them() {
    use jianyi_proto::publicity::v1::CreateEventRequest;
    use prost_reflect::prost::Message as _;

    for (written, value, modality) in [
        ("7", Some(7), 1),
        ("\"7\"", Some(7), 1),
        ("\">=7\"", Some(7), 2),
        ("\"7余\"", Some(7), 2),
        ("\"~7\"", Some(7), 3),
        ("\"\"", None, 0),
    ] {
        let plan = read(&format!(
            "[[publicity.Event]]\ntitle = \"T\"\nparticipants = {written}"
        ))
        .unwrap();
        let request = plan.facts[0].request(&[]).unwrap();
        let count = CreateEventRequest::decode(request.as_slice())
            .unwrap()
            .event
            .unwrap()
            .participants;
        let read = count.map_or((None, 0), |count| (count.value, count.modality));
        assert_eq!(read, (value, modality), "{written}");
    }
    assert!(
        problem("[[publicity.Event]]\nparticipants = -1")
            .contains("a count is a number of 0 or more")
    );
}

#[test]
fn every_slip_is_named_with_its_place() {
    let cases = [
        (
            "[[publicity.Event]]\ntitle = \"T\"\nplaces = \"x\"",
            "01.toml:3 (record 1, publicity.Event): `places` is not a field of Event; it has: kind, title,",
        ),
        (
            "[[publicity.Event]]\nname = \"events/1\"",
            "`name` is not a field",
        ),
        (
            "[[publicity.Event]]\nkind = \"GALA\"",
            "\"GALA\" is not one of SPRING_GALA, BUS_LAUNCH",
        ),
        (
            "[[publicity.Event]]\nheld_on = \"May\"",
            "`held_on`: write 2024",
        ),
        (
            "[[publicity.Event]]\ntitle = 3",
            "`title`: text in quotes is wanted, not a number",
        ),
        (
            "[[publicity.Event]]\nparticipants = 1.5",
            "`participants`: 1.5 has decimals",
        ),
        (
            "[[publicity.Event]]\nsites = [{ titel = \"S\" }]",
            "`titel` is not a field of Site; it has: title, division",
        ),
        (
            "[[publicity.Event]]\nsource = \"第一\"",
            "provenance.sources: a source code is",
        ),
        (
            "[[publicity.Party]]\nkey = \"p\"",
            "there is no kind publicity.Party; there are: publicity.BusLine,",
        ),
        (
            "[[party.Event]]\nkey = \"p\"",
            "there are: care, donation, member, oversight, publicity",
        ),
        (
            "[[identity.Account]]\nlogin = \"x\"",
            "there is no kind identity.Account",
        ),
        (
            "[publicity.Event]\ntitle = \"T\"",
            "is not a record; records are written [[context.Kind]]",
        ),
        (
            "[[publicity.SixEnterSession]]\nkind = \"COMMUNITY\"",
            "stands under another record; say parent = \"@key\"",
        ),
        (
            "[[publicity.SixEnterSession]]\nparent = \"@nobody\"",
            "there is no record with the key \"nobody\"",
        ),
        (
            "[[publicity.Event]]\ncounty = \"410602\"",
            "a publicity.Event does not stand under a county",
        ),
        (
            "[[member.OrgUnit]]\ncounty = 410602",
            "six digits in quotes are wanted",
        ),
        (
            "[[care.Activity]]\nbatch_no = 3000000000",
            "a whole number that fits is wanted",
        ),
        (
            "[[care.Activity]]\nkey = \"two words\"",
            "a key is letters, digits and . _ -",
        ),
        ("[[care.Activity]]\nkind = ", "01.toml:2: not TOML"),
    ];
    for (text, expected) in cases {
        let told = problem(text);
        assert!(
            told.contains(expected),
            "{text}\n told: {told}\n expected: {expected}"
        );
    }
    let all = problems(
        "[[publicity.Event]]\nplaces = \"x\"\nheld_on = \"May\"\n[[publicity.Event]]\nplaces = \"x\"",
    );
    assert_eq!(all.len(), 3, "all at once: {all:?}");
}

#[test]
fn a_record_refers_only_to_those_above_it() {
    let told = problem(
        "[[publicity.SixEnterSession]]\nparent = \"@walk\"\n[[publicity.SixEnterCampaign]]\nkey = \"walk\"",
    );
    assert!(told.contains("@walk is not above this record"), "{told}");
}

#[test]
fn a_key_belongs_to_one_record() {
    let told = problem(
        "[[publicity.Event]]\nkey = \"a\"\ntitle = \"1\"\n[[publicity.Venue]]\nkey = \"a\"\ntitle = \"2\"",
    );
    assert!(
        told.contains("01.toml:4") && told.contains("already used"),
        "{told}"
    );
}

#[test]
fn records_that_say_the_same_are_one_fact_in_several_places() {
    let campaign = |key: &str, line: &str| {
        format!(
            "[[publicity.SixEnterCampaign]]\nkey = \"{key}\"\nlocation = \"{line}\"\ntitle = \"W\"\nsource = [\"B\", \"A\"]\n\
             [[publicity.SixEnterSession]]\nparent = \"@{key}\"\nlocation = \"{line}\"\nkind = \"COMMUNITY\"\n"
        )
    };
    let again = campaign("again", "L2").replace("[\"B\", \"A\"]", "[\"A\", \"B\"]");
    let plan = read(
        &(campaign("walk", "L1")
            + &again
            + "[[publicity.SixEnterSession]]\nparent = \"@again\"\nkind = \"STATION\""),
    )
    .unwrap();
    assert_eq!((plan.len(), plan.rows()), (3, 5));
    assert_eq!(plan.facts[1].locations, ["L1", "L2"]);
    // Both keys stand for the one campaign.
    assert!(plan.facts[2].needs().contains(&0));
    let told: Vec<String> = plan.repeats().iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "publicity.SixEnterCampaign walk ×2 (L1 L2)",
            "publicity.SixEnterSession SIX_ENTER_COMMUNITY ×2 (L1 L2)"
        ]
    );
    // Another source, or another word, is another fact.
    let other = campaign("walk", "L1") + &campaign("again", "L2").replace("\"W\"", "\"V\"");
    assert_eq!(read(&other).unwrap().len(), 4);
}

#[test]
fn request_ids_depend_on_the_record_alone() {
    let before = ids(&read(GOOD).unwrap());
    assert_eq!(before, ids(&read(GOOD).unwrap()));
    // A stranger in front, and other spaces, change nothing.
    let stranger = format!(
        "[[publicity.Venue]]\ntitle = \"V\"\n{}",
        GOOD.replace(" = ", "  =  ")
    );
    assert_eq!(before, ids(&read(&stranger).unwrap())[1..]);
    // A record with a key keeps its id when its content changes: the system then says that it differs.
    let changed = read(&GOOD.replace("title = \"T\"", "title = \"U\"")).unwrap();
    assert_eq!(before[2], ids(&changed)[2]);
    // One without a key is another record then.
    let changed = read(&GOOD.replace("COMMUNITY", "STATION")).unwrap();
    assert_ne!(before[1], ids(&changed)[1]);
    // The same record of another folder is another.
    let mut folder = Folder::default();
    folder.add("00.toml", &HEADER.replace("\"r\"", "\"q\""));
    folder.add("01.toml", GOOD);
    assert!(
        ids(&plan(folder).unwrap())
            .iter()
            .all(|id| !before.contains(id))
    );
}

#[test]
fn a_folder_says_what_it_is_once() {
    let mut folder = Folder::default();
    folder.add("01.toml", GOOD);
    let told = plan(folder).unwrap_err().to_string();
    assert!(told.contains("no file has a [record] table"), "{told}");
    for (wrong, expected) in [
        (
            HEADER.replace("410600", "410602"),
            "[record] needs id, city",
        ),
        (
            HEADER.replace("year", "jahr"),
            "`jahr` is not a key of [record]",
        ),
    ] {
        let mut folder = Folder::default();
        folder.add("00.toml", &wrong);
        folder.add("01.toml", GOOD);
        let told = plan(folder).unwrap_err().to_string();
        assert!(told.contains(expected), "{told}");
    }
    let mut folder = Folder::default();
    folder.add("00.toml", HEADER);
    folder.add("01.toml", &format!("{HEADER}{GOOD}"));
    assert!(
        plan(folder)
            .unwrap_err()
            .to_string()
            .contains("one [record] table")
    );
}
