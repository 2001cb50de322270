//! Three counties on a network that loses, repeats and reorders, with processes that die at any moment and clocks
//! that disagree: never two writers of a person, never none for ever, and no record is lost (M31).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jianyi_db::OutboxRow;
use jianyi_kernel::Timestamp;
use jianyi_proto::member::v1::{Confidentiality, Hero};
use sqlx::PgConnection;

use crate::handovers::County;
use crate::support::{new_hero, new_person};

const RUNS: usize = 8;
const STEPS: usize = 80;
const PEOPLE: [&str; 3] = [
    "41061119900101018X",
    "410611198501010018",
    "41061119750101003X",
];

/// Pseudo-random, so that a failure can be repeated: the seed is printed.
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % below
    }
}

/// One message on its way to one county.
struct Letter {
    to: usize,
    row: OutboxRow,
}

#[derive(Debug, Default)]
struct Counted {
    steps: usize,
    delivered: usize,
    repeated: usize,
    crashed: usize,
    moved: i64,
    returned: i64,
    writes: usize,
    refused: usize,
}

struct Network {
    counties: Vec<County>,
    /// One connection past each service, to see what is really stored.
    sql: Vec<PgConnection>,
    taken: Vec<i64>,
    post: Vec<Letter>,
    /// Ids of the people, and evidence of every consent that was acknowledged.
    people: BTreeMap<String, BTreeSet<String>>,
    /// Those of this run.
    run: Vec<String>,
    counted: Counted,
    said: usize,
}

impl Network {
    async fn start() -> Self {
        let mut counties = Vec::new();
        for code in ["410611", "410621", "410622"] {
            counties.push(County::start(code).await);
        }
        let mut sql = Vec::new();
        for county in &counties {
            sql.push(county.service.sql().await);
        }
        Self {
            taken: vec![0; counties.len()],
            sql,
            counties,
            post: Vec::new(),
            people: BTreeMap::new(),
            run: Vec::new(),
            counted: Counted::default(),
            said: 0,
        }
    }

    /// One run's people: a volunteer, a hero, and one who must stay unknown.
    async fn register(&mut self, run: usize) {
        self.run.clear();
        if run == 0 {
            // Whoever comes to 淇县 with this number is returned.
            let double = new_person("欧阳见证", PEOPLE[0]);
            self.counties[2].person(double).await;
        }
        let first = &mut self.counties[run % 3];
        // One identity number each for the whole test: later runs know people by their words alone.
        for (n, number) in PEOPLE.iter().enumerate() {
            let person = if run == 0 {
                new_person("欧阳见证", number)
            } else {
                new_person("欧阳见证", "")
            };
            let name = first.person(person).await;
            let id = name.rsplit('/').next().unwrap().to_owned();
            if n == 0 {
                first.volunteer(&name, "2024-01-01").await;
            } else {
                let seal = match n {
                    2 => (Confidentiality::Safety, "线索保护"),
                    _ => (Confidentiality::Unspecified, ""),
                };
                let hero = Hero {
                    confidentiality: seal.0.into(),
                    confidentiality_ground: seal.1.into(),
                    ..new_hero(&name, &format!("鹤〔2024〕{run}-{n}号"))
                };
                first.hero(hero).await;
            }
            first.request(&name).await;
            self.run.push(id.clone());
            self.people.insert(id, BTreeSet::new());
        }
    }

    /// Puts what was published since into the post; now and then to those whom it is not for as well.
    async fn collect(&mut self, dice: &mut Dice) {
        for from in 0..self.counties.len() {
            let rows: Vec<OutboxRow> = sqlx::query_as(
                "select seq, event_id, type, subject, resource, division, version, occurred_at, traceparent, data
                 from outbox where seq > $1 order by seq",
            )
            .bind(self.taken[from])
            .fetch_all(&mut self.sql[from])
            .await
            .unwrap();
            for row in rows {
                self.taken[from] = row.seq;
                if !row.type_name.contains(".Handover") {
                    continue;
                }
                for (to, county) in self.counties.iter().enumerate() {
                    if row.subject.ends_with(county.code) || dice.next(8) == 0 {
                        let row = row.clone();
                        self.post.push(Letter { to, row });
                    }
                }
            }
        }
    }

    /// Delivers a letter from anywhere in the post. It may stay there (its acknowledgement was lost), come under
    /// another id, or meet a process that dies before it has committed.
    async fn deliver(&mut self, dice: &mut Dice, calm: bool) {
        if self.post.is_empty() {
            return;
        }
        let at = if calm { 0 } else { dice.next(self.post.len()) };
        let letter = self.post.remove(at);
        let service = &self.counties[letter.to].service;
        let again = !calm && dice.next(4) == 0;
        let id = if !calm && dice.next(6) == 0 {
            service.clock().new_uuid()
        } else {
            letter.row.event_id
        };
        let delivery = service.deliver_row(&letter.row, id);
        let outcome = if !calm && dice.next(5) == 0 {
            let dies_after = Duration::from_micros(u64::try_from(dice.next(12_000)).unwrap());
            tokio::time::timeout(dies_after, delivery).await.ok()
        } else {
            Some(delivery.await)
        };
        match outcome {
            Some(Ok(_)) => self.counted.delivered += 1,
            Some(Err(fault)) => {
                assert!(
                    fault.chain().contains("not known here yet") && !calm,
                    "{}: {}",
                    letter.row.type_name,
                    fault.chain()
                );
                self.post.push(letter);
                return;
            }
            // Whether it had committed nobody knows: it comes again.
            None => {
                self.counted.crashed += 1;
                self.post.push(letter);
                return;
            }
        }
        if again {
            self.counted.repeated += 1;
            self.post.push(letter);
        }
    }

    /// Somebody does something somewhere, rightly or wrongly.
    async fn act(&mut self, dice: &mut Dice) {
        let id = &self.run[dice.next(self.run.len())].clone();
        // Three times out of four where the person is, if anywhere.
        let writers = self.writers().await;
        let at = match writers[id].first() {
            Some((at, _)) if dice.next(4) > 0 => *at,
            _ => dice.next(self.counties.len()),
        };
        let county = &mut self.counties[at];
        let name = format!("counties/{}/people/{id}", county.code);
        match dice.next(6) {
            0 | 1 => {
                let to = ["410611", "410621", "410622"][dice.next(3)];
                let day = ["2024-07-05", "2024-10-01", "2025-02-01"][dice.next(3)];
                let _ = county.offer(&name, to, day).await;
            }
            2 => {
                self.said += 1;
                let evidence = format!("档案〔2024〕{}号", self.said);
                match county.consent(&name, &evidence).await {
                    Ok(_) => {
                        self.counted.writes += 1;
                        self.people.get_mut(id).unwrap().insert(evidence);
                    }
                    Err(_) => self.counted.refused += 1,
                }
            }
            3..=4 => {
                for at in 0..self.counties.len() {
                    for handover in self.open(at, "receiving").await {
                        let county = &mut self.counties[at];
                        let _ = if dice.next(8) == 0 {
                            county.refuse(&handover).await
                        } else {
                            county.accept(&handover).await
                        };
                    }
                }
            }
            _ => {
                for handover in self.open(at, "giving").await {
                    if dice.next(8) == 0 {
                        let _ = self.counties[at].withdraw(&handover).await;
                    }
                }
            }
        }
    }

    async fn open(&mut self, at: usize, side: &str) -> Vec<String> {
        let county = &self.counties[at];
        let ids: Vec<uuid::Uuid> =
            sqlx::query_scalar("select id from handovers where side = $1 and state = 'offered'")
                .bind(side)
                .fetch_all(&mut self.sql[at])
                .await
                .unwrap();
        ids.into_iter()
            .map(|id| format!("counties/{}/handovers/{id}", county.code))
            .collect()
    }

    /// Who writes about whom, and in which epoch.
    async fn writers(&mut self) -> BTreeMap<String, Vec<(usize, i64)>> {
        let mut writers: BTreeMap<String, Vec<(usize, i64)>> = self
            .people
            .keys()
            .map(|id| (id.clone(), Vec::new()))
            .collect();
        // Read while nothing happens: the three together are one moment.
        for (at, sql) in self.sql.iter_mut().enumerate() {
            let rows: Vec<(uuid::Uuid, i64)> =
                sqlx::query_as("select id, epoch from people where handed_to is null")
                    .fetch_all(sql)
                    .await
                    .unwrap();
            for (id, epoch) in rows {
                // The double of one of them, who is somebody else's record, is not among them.
                if let Some(writers) = writers.get_mut(&id.to_string()) {
                    writers.push((at, epoch));
                }
            }
        }
        writers
    }

    /// After the network has healed every person has one writer, who has everything that was ever acknowledged.
    async fn settled(&mut self, seed: u64) {
        for (id, writers) in self.writers().await {
            assert_eq!(
                writers.len(),
                1,
                "seed {seed}: {id} is written by {writers:?}"
            );
            let at = writers[0].0;
            let uuid: uuid::Uuid = id.parse().unwrap();
            let (heroes, requests, roles): (i64, i64, i64) = sqlx::query_as(
                "select (select count(*) from heroes where person_id = $1),
                        (select count(*) from subject_requests where person_id = $1),
                        (select count(*) from roles where person_id = $1)",
            )
            .bind(uuid)
            .fetch_one(&mut self.sql[at])
            .await
            .unwrap();
            assert_eq!((heroes + roles, requests), (1, 1), "seed {seed}: {id}");
            let consents = self.counties[at].evidence(&id).await;
            assert_eq!(consents, self.people[&id], "seed {seed}: {id}");
        }
    }
}

#[tokio::test]
async fn m31_never_two_writers_never_none_for_ever_and_no_record_is_lost() {
    let mut network = Network::start().await;
    let base = network.counties[0].service.clock().now();
    let mut messages = 0;
    for run in 0..RUNS {
        let seed = 0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(u64::try_from(run).unwrap() + 1);
        let mut dice = Dice(seed);
        network.register(run).await;
        let mut epochs: BTreeMap<String, i64> = BTreeMap::new();
        for _ in 0..STEPS {
            network.counted.steps += 1;
            match dice.next(10) {
                0..=3 => network.act(&mut dice).await,
                // Clocks disagree by up to ten days either way, and jump.
                4 if dice.next(4) == 0 => {
                    let at = dice.next(3);
                    let skew = i64::try_from(dice.next(20 * 24)).unwrap() - 10 * 24;
                    let now = base.as_offset() + time::Duration::hours(skew);
                    network.counties[at]
                        .service
                        .clock()
                        .set(Timestamp::from_offset(now));
                }
                _ => network.deliver(&mut dice, false).await,
            }
            network.collect(&mut dice).await;
            messages = messages.max(network.post.len());
            for (id, writers) in network.writers().await {
                assert!(
                    writers.len() <= 1,
                    "seed {seed}: {id} has the writers {writers:?}"
                );
                if let Some((_, epoch)) = writers.first() {
                    let before = epochs.insert(id.clone(), *epoch).unwrap_or(0);
                    assert!(before <= *epoch, "seed {seed}: {id} went back to {epoch}");
                }
            }
        }
        // The network heals: everything arrives, in order.
        while !network.post.is_empty() {
            network.deliver(&mut dice, true).await;
            network.collect(&mut dice).await;
        }
        network.settled(seed).await;
    }
    for sql in &mut network.sql {
        let count = "select count(*) from handovers where side = 'giving' and state = ";
        for (state, into) in [
            ("completed", &mut network.counted.moved),
            ("returned", &mut network.counted.returned),
        ] {
            *into += sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(format!("{count}'{state}'")))
                .fetch_one(&mut *sql)
                .await
                .unwrap();
        }
        let keys: i64 = sqlx::query_scalar(
            "select count(*) from handovers where private_key is not null and state <> 'accepted'",
        )
        .fetch_one(&mut *sql)
        .await
        .unwrap();
        assert_eq!(keys, 0);
    }
    println!(
        "{RUNS} runs, most messages waiting {messages}, {:?}",
        network.counted
    );
    assert!(network.counted.moved >= 10, "people did move");
    assert!(network.counted.crashed >= 10 && network.counted.repeated >= 10);
}
