//! One person among half a million: by name, part of a name, initials, number and phone, through the real
//! method with its audit row. The limit in the same run is one look-up by primary key.

use std::time::Instant;

use jianyi_proto::member::v1 as pb;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_testkit::{TestChannel, TestService};
use tokio::task::JoinSet;

use crate::figures::{Times, percent};
use crate::size;

/// What somebody types who looks for the person with this number.
type Query = fn(usize) -> String;

const WRITERS: usize = 24;
const LOOKS: usize = 300;
/// Characters with the initials by which people type them.
const SURNAMES: [(&str, &str); 24] = [
    ("王", "w"),
    ("李", "l"),
    ("张", "z"),
    ("刘", "l"),
    ("陈", "c"),
    ("杨", "y"),
    ("赵", "z"),
    ("黄", "h"),
    ("周", "z"),
    ("吴", "w"),
    ("徐", "x"),
    ("孙", "s"),
    ("胡", "h"),
    ("朱", "z"),
    ("高", "g"),
    ("林", "l"),
    ("何", "h"),
    ("郭", "g"),
    ("马", "m"),
    ("罗", "l"),
    ("梁", "l"),
    ("宋", "s"),
    ("欧阳", "oy"),
    ("司马", "sm"),
];
const GIVEN: [(&str, &str); 40] = [
    ("伟", "w"),
    ("芳", "f"),
    ("娜", "n"),
    ("敏", "m"),
    ("静", "j"),
    ("丽", "l"),
    ("强", "q"),
    ("磊", "l"),
    ("军", "j"),
    ("洋", "y"),
    ("勇", "y"),
    ("艳", "y"),
    ("杰", "j"),
    ("娟", "j"),
    ("涛", "t"),
    ("明", "m"),
    ("超", "c"),
    ("兰", "l"),
    ("霞", "x"),
    ("平", "p"),
    ("刚", "g"),
    ("桂", "g"),
    ("英", "y"),
    ("华", "h"),
    ("建", "j"),
    ("文", "w"),
    ("辉", "h"),
    ("力", "l"),
    ("玲", "l"),
    ("红", "h"),
    ("玉", "y"),
    ("春", "c"),
    ("梅", "m"),
    ("海", "h"),
    ("燕", "y"),
    ("晓", "x"),
    ("鹏", "p"),
    ("飞", "f"),
    ("雪", "x"),
    ("志", "z"),
];

pub(crate) async fn run() {
    let people = size("JIANYI_BENCH_PEOPLE", 500_000);
    let service = TestService::start(jianyi_member::spec(), Some("410611")).await;
    let begun = Instant::now();
    fill(&service, people).await;
    println!("search: {people} people entered in {:.0?}", begun.elapsed());
    sqlx::raw_sql("analyze")
        .execute(&mut service.sql().await)
        .await
        .unwrap();

    let mut limit = Times::default();
    for at in 0..LOOKS {
        let mut client = clerk(&service, "number", at);
        let begun = Instant::now();
        let found = search(&mut client, &citizen_id(at * 7919 % people)).await;
        limit.add(begun.elapsed());
        assert_eq!(found, 1, "one person has this number");
    }
    println!("  by identity number   {limit}");
    let kinds: [(&str, Query); 5] = [
        ("by phone            ", phone),
        ("by full name        ", name),
        ("by part of a name   ", |at| {
            name(at).chars().skip(1).collect()
        }),
        ("by pinyin initials  ", initials),
        ("by last four        ", |at| {
            citizen_id(at).chars().skip(14).collect()
        }),
    ];
    for (label, query) in kinds {
        let mut times = Times::default();
        let mut found = 0;
        for at in 0..LOOKS {
            let query = query(at * 7919 % people);
            let mut client = clerk(&service, label, at);
            let begun = Instant::now();
            found += search(&mut client, &query).await;
            times.add(begun.elapsed());
        }
        println!(
            "  {label} {times}  p95 {:>4} % of by number; {found} rows",
            percent(times.at(950), limit.at(950))
        );
    }
}

/// Somebody who searches; everybody may do so thirty times a minute (V-130), so there are many.
fn clerk(service: &TestService, asking: &str, at: usize) -> MemberServiceClient<TestChannel> {
    let subject = format!(
        "test:{}:{}",
        asking.trim().replace(' ', "-"),
        at.div_euclid(20)
    );
    MemberServiceClient::new(service.channel_of(&subject, "ROLE_MEMBER_AFFAIRS", "410600"))
}

async fn search(client: &mut MemberServiceClient<TestChannel>, query: &str) -> usize {
    let request = pb::SearchPeopleRequest {
        parent: "counties/410611".into(),
        query: query.into(),
        page_size: 20,
        ..Default::default()
    };
    let reply = client.search_people(request).await.unwrap().into_inner();
    reply.people.len()
}

async fn fill(service: &TestService, people: usize) {
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let channel = service.channel_of(
            &format!("test:writer:{writer}"),
            "ROLE_MEMBER_AFFAIRS",
            "410600",
        );
        let mut client = MemberServiceClient::new(channel);
        writers.spawn(async move {
            for at in (writer..people).step_by(WRITERS) {
                let person = pb::Person {
                    full_name: name(at),
                    citizen_id: citizen_id(at),
                    phone: phone(at),
                    division: "410611101".into(),
                    ..Default::default()
                };
                let request = pb::CreatePersonRequest {
                    parent: "counties/410611".into(),
                    person: Some(person),
                    ..Default::default()
                };
                client.create_person(request).await.unwrap();
            }
        });
    }
    writers.join_all().await;
}

/// The parts of a name, each with its initials.
fn parts(at: usize) -> [(&'static str, &'static str); 3] {
    [
        SURNAMES[(at * 31 + at.div_euclid(977)) % SURNAMES.len()],
        GIVEN[(at * 17 + 3) % GIVEN.len()],
        GIVEN[(at * 13 + at.div_euclid(41)) % GIVEN.len()],
    ]
}

fn name(at: usize) -> String {
    parts(at).map(|(text, _)| text).concat()
}

fn initials(at: usize) -> String {
    parts(at).map(|(_, initials)| initials).concat()
}

fn phone(at: usize) -> String {
    format!("13{:09}", at * 1999 % 1_000_000_000)
}

/// Valid numbers, one for each person: birthdays over fifty years, then sequence numbers.
fn citizen_id(at: usize) -> String {
    let (day, sequence) = (at.div_euclid(999), at.rem_euclid(999) + 1);
    let (year, rest) = (1950 + day.div_euclid(336) % 55, day.rem_euclid(336));
    let body = format!(
        "410611{year}{:02}{:02}{sequence:03}",
        rest.div_euclid(28) + 1,
        rest.rem_euclid(28) + 1
    );
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: usize = body
        .bytes()
        .zip(weights)
        .map(|(digit, weight)| usize::from(digit - b'0') * weight)
        .sum();
    let check = b"10X98765432"[sum % 11];
    format!("{body}{}", char::from(check))
}
