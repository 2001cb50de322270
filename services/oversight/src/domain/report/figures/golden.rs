//! Every figure over a synthetic year of the same shape as the association's 2024.

use std::collections::BTreeMap;

use jianyi_kernel::{Count, Division, FuzzyDate, Timestamp};

use crate::domain::fact::{Change, Content, Fact, Mark, Measures, State};
use crate::domain::report::catalogue::KEYS;
use crate::domain::report::figure::Figure;
use crate::domain::report::{Report, Stamp, markdown};

fn count(text: &str) -> Count {
    Count::parse("count", text).unwrap()
}

fn fact(resource: &str, kind: &str, on: &str, measures: Measures) -> Fact {
    let content = Content {
        kind: kind.into(),
        division: Division::city(),
        on: FuzzyDate::parse("on", on).unwrap(),
        sources: vec![format!("S-{}", resource.replace('/', "."))],
        occurrences: 1,
        measures,
    };
    let context = kind.split('.').next().unwrap();
    Fact::unheard(context, resource).after(
        &Change::Told(Box::new(content), State::Current),
        Mark {
            version: 1,
            sequence: 1,
        },
    )
}

fn plain(resource: &str, kind: &str, on: &str) -> Fact {
    fact(resource, kind, on, Measures::default())
}

fn statement(context: &str, subject: &str, on: &str, number: &str) -> Fact {
    let measures = Measures {
        subject: Some(subject.into()),
        count: count(number),
        ..Measures::default()
    };
    fact(
        &format!("countStatements/{subject}-{on}"),
        &format!("{context}.count_statement"),
        on,
        measures,
    )
}

fn volunteer(role: &str, person: &str, tier: &str) -> Fact {
    let measures = Measures {
        person: Some(person.into()),
        tier: Some(tier.into()),
        ..Measures::default()
    };
    fact(role, "member.role.volunteer", "2023", measures)
}

fn the_year() -> Vec<Fact> {
    let mut facts = vec![
        statement("member", "volunteers", "2024", "3628"),
        statement("member", "rescue_organisations", "2024", "14"),
        statement("publicity", "media_items", "2024", "94"),
        statement("publicity", "study_tours", "2024", "4"),
        statement("care", "festival_rounds", "2024", ">=2"),
        plain("u/1", "member.org_unit.hero_studio", ""),
        fact(
            "u/2",
            "member.org_unit.volunteer_team",
            "",
            Measures {
                tier: Some("patrol".into()),
                ..Measures::default()
            },
        ),
        plain("six/0", "publicity.six_enter_campaign", "2024-05/2024-10"),
        plain("e/1", "publicity.event.spring_gala", "2024-01-29"),
        plain("e/2", "publicity.event.bus_launch", "2024-10-27"),
        fact(
            "e/3",
            "publicity.event.army_day_education",
            "2024-08-01AM",
            Measures {
                count: count(">=20"),
                sites: Some(2),
                ..Measures::default()
            },
        ),
        plain("b/1", "publicity.bus_line", "2024-10-27"),
        plain("b/2", "publicity.bus_line", "2024-10-27"),
        plain("v/1", "publicity.venue", ""),
        plain("v/2", "publicity.venue", ""),
        plain("x/1", "publicity.exchange.inbound_visit", "2024-10-10"),
        plain("x/2", "publicity.exchange.field_survey", "2024-07-23"),
        fact(
            "a/1",
            "care.activity.recuperation",
            "2024-06-18/2024-06-24",
            Measures {
                batch_no: Some(2),
                days: Some(7),
                destinations: vec!["210200".into(), "370600".into()],
                ..Measures::default()
            },
        ),
        fact(
            "a/2",
            "care.activity.children_camp",
            "2024-07-10/2024-07-13",
            Measures {
                days: Some(4),
                ..Measures::default()
            },
        ),
        plain("a/3", "care.activity.health_check", "2024-10-25"),
        plain("a/4", "care.activity.free_clinic", "2024-12-04"),
        fact(
            "r/1",
            "care.festival_round.spring",
            "2024-02-10",
            Measures {
                year: Some(2024),
                percent: count("100"),
                ..Measures::default()
            },
        ),
        fact(
            "r/2",
            "care.festival_round.mid_autumn",
            "2024-09-17",
            Measures {
                year: Some(2024),
                percent: count("100"),
                ..Measures::default()
            },
        ),
        plain("p/1", "care.policy.exam_bonus", ""),
        plain("p/2", "care.policy.free_bus", ""),
        plain("c/1", "donation.phase.mobilisation", "2024-08-22"),
        plain("c/2", "donation.phase.summary", "2024-11-13"),
        fact(
            "au/1",
            "donation.audit",
            "2024",
            Measures {
                year: Some(2023),
                ..Measures::default()
            },
        ),
        plain("m/1", "oversight.meeting.council", "2024-06"),
        plain("m/2", "oversight.meeting.supervisors", "2024-06"),
        fact(
            "rs/1",
            "oversight.resolution",
            "2024-06",
            Measures {
                document: Some("documents/1".into()),
                ..Measures::default()
            },
        ),
        fact(
            "rs/2",
            "oversight.resolution",
            "2024-06",
            Measures {
                document: Some("documents/1".into()),
                ..Measures::default()
            },
        ),
        fact(
            "h/1",
            "oversight.honour.typical_speech",
            "2024-10",
            Measures {
                count: count("4"),
                ..Measures::default()
            },
        ),
        plain("h/2", "oversight.honour.standing", "2024"),
    ];
    let numbered = |n: i32, kind: &str, on: &str, year: Option<i32>| {
        fact(
            &format!("{kind}/{n}"),
            kind,
            on,
            Measures {
                year,
                ..Measures::default()
            },
        )
    };
    for (n, place) in (0..).zip([
        "scenic_area",
        "community",
        "enterprise",
        "campus",
        "hospital",
        "station",
    ]) {
        facts.push(numbered(
            n,
            &format!("publicity.six_enter_session.{place}"),
            "2024-05/2024-10",
            None,
        ));
    }
    facts.extend((1..=4).map(|n| {
        numbered(
            n,
            "donation.report_obligation",
            &format!("2024-Q{n}"),
            Some(2024),
        )
    }));
    facts.extend(
        ["theory", "policy", "profession", "discipline"]
            .map(|pair| numbered(1, &format!("oversight.study_pair.{pair}"), "", None)),
    );
    facts.extend((1..=4).map(|n| numbered(n, "oversight.goal.coverage", "2024", None)));
    facts.extend((1..=3).map(|n| numbered(n, "oversight.goal.improvement", "2024", None)));
    facts.extend((1..=7).map(|n| numbered(n, "oversight.plan_task", "", Some(2025))));
    facts
}

fn figures(facts: &[Fact]) -> BTreeMap<&'static str, Figure> {
    Report::of(2024, facts, BTreeMap::new()).figures
}

#[test]
fn o08_every_figure_of_the_year_is_computed_from_its_facts() {
    let figures = figures(&the_year());
    let expected = [
        ("volunteers_total", "3628"),
        ("volunteer_tiers", "2"),
        ("rescue_orgs", "14"),
        ("media_items", "94"),
        ("six_enter_sessions", "6"),
        ("spring_galas", "1"),
        ("bus_launches", "1"),
        ("bus_lines", "2"),
        ("fixed_venues", "2"),
        ("recuperation_batch", "2"),
        ("recuperation_days", "7"),
        ("recuperation_destinations", "2"),
        ("camp_days", "4"),
        ("health_checks", "1"),
        ("clinics", "1"),
        ("festival_rounds", ">=2"),
        ("festival_coverage_percent", "100"),
        ("entitlement_policies", "2"),
        ("typical_speakers", "4"),
        ("mobilisation_meetings", "1"),
        ("summary_meetings", "1"),
        ("quarterly_reports_due", "4"),
        ("audits", "1"),
        ("governance_meetings", "2"),
        ("adopted_documents", "1"),
        ("aug1_participants", ">=20"),
        ("aug1_sites", "2"),
        ("study_tours_out", "4"),
        ("visits_in", "1"),
        ("field_surveys", "1"),
        ("hero_studios", "1"),
        ("study_pairs", "4"),
        ("goals", "7"),
        ("next_year_tasks", "7"),
        ("dated_activities", "15"),
        ("donation_amount", ""),
        ("heroes_total", ""),
        ("recuperation_headcount", ""),
        ("camp_headcount", ""),
        ("exam_points", ""),
    ];
    assert_eq!(expected.map(|(key, _)| key), KEYS);
    for (key, number) in expected {
        let figure = &figures[key];
        assert_eq!(figure.count, count(number), "{key}");
        assert_eq!(
            figure.facts.is_empty(),
            number.is_empty(),
            "{key} cites its facts"
        );
        assert_eq!(
            figure.sources.is_empty(),
            number.is_empty(),
            "{key} cites its sources"
        );
        assert!(
            figure.facts.is_sorted() && figure.sources.is_sorted(),
            "{key}"
        );
    }
    for (key, text) in [
        ("volunteers_total", "3628"),
        ("aug1_participants", "20余人"),
        ("festival_rounds", "不少于2"),
        ("exam_points", "—"),
    ] {
        assert_eq!(figures[key].text, text);
    }
}

#[test]
fn o08_without_facts_everything_is_unknown_and_nothing_is_zero() {
    for (key, figure) in figures(&[]) {
        assert_eq!(
            (figure.count, figure.text.as_str()),
            (Count::UNKNOWN, "—"),
            "{key}"
        );
    }
}

#[test]
fn a_changed_datum_changes_its_figure() {
    let mut facts = the_year();
    facts.push(plain(
        "six/7",
        "publicity.six_enter_session.community",
        "2024-09-01",
    ));
    facts.push(plain("e/9", "publicity.event.other", "2024-03-05"));
    let figures = figures(&facts);
    assert_eq!(figures["six_enter_sessions"].count, count("7"));
    assert_eq!(figures["dated_activities"].count, count("16"));
}

#[test]
fn v114_what_was_cancelled_does_not_count() {
    let mut facts = the_year();
    let gala = facts
        .iter()
        .position(|fact| fact.resource == "e/1")
        .unwrap();
    let cancelled = facts.swap_remove(gala).after(
        &Change::Moved(State::Cancelled, FuzzyDate::unknown()),
        Mark {
            version: 2,
            sequence: 2,
        },
    );
    facts.push(cancelled);
    let figures = figures(&facts);
    assert_eq!(figures["spring_galas"].count, Count::UNKNOWN);
    assert_eq!(figures["dated_activities"].count, count("14"));
}

#[test]
fn a_stated_total_and_records_are_both_shown_with_their_difference() {
    let mut facts = the_year();
    let counted = |counted| Measures {
        counted: Some(counted),
        ..Measures::default()
    };
    facts.push(fact(
        "item/1",
        "publicity.media_item.article",
        "2024-03-01",
        counted(true),
    ));
    facts.push(fact(
        "item/2",
        "publicity.media_item.article",
        "2024-03-01",
        counted(false),
    ));
    facts.push(fact(
        "item/3",
        "publicity.media_item.article",
        "2023-12-31",
        counted(true),
    ));
    facts.push(volunteer("roles/1", "people/1", "patrol"));
    facts.push(volunteer("roles/2", "people/1", "rescue"));
    let figures = figures(&facts);
    let media = &figures["media_items"];
    assert_eq!(
        (media.count, media.text.as_str()),
        (count("94"), "94(系统逐条登记 1,差 93)")
    );
    assert_eq!(
        (media.stated, media.recorded, media.difference),
        (Some(94), Some(1), Some(93))
    );
    assert_eq!(media.facts, ["countStatements/media_items-2024", "item/1"]);
    assert_eq!(
        figures["volunteers_total"].recorded,
        Some(1),
        "two roles, one person"
    );
}

#[test]
fn more_records_than_stated_are_the_figure() {
    let mut facts = vec![statement("member", "volunteers", "2024", "1")];
    facts.push(volunteer("roles/1", "people/1", "patrol"));
    facts.push(volunteer("roles/2", "people/2", "patrol"));
    let figure = &figures(&facts)["volunteers_total"];
    assert_eq!((figure.count, figure.difference), (count("2"), Some(-1)));
    assert_eq!(figure.text, "2(原文载 1,系统逐条登记多 1)");
}

#[test]
fn a_hero_counts_while_current_at_the_end_of_the_year() {
    let hero = |resource: &str, on: &str| plain(resource, "member.hero", on);
    let ended = |fact: Fact, on: &str| {
        fact.after(
            &Change::Moved(State::Ended, FuzzyDate::parse("on", on).unwrap()),
            Mark {
                version: 2,
                sequence: 2,
            },
        )
    };
    let facts = [
        hero("heroes/1", "2020"),
        hero("heroes/2", ""),
        hero("heroes/3", "2025-01-01"),
        ended(hero("heroes/4", "2020"), "2024-11-30"),
        ended(hero("heroes/5", "2020"), "2025-02-01"),
        hero("heroes/6", "2020").after(
            &Change::Sealed,
            Mark {
                version: 2,
                sequence: 2,
            },
        ),
    ];
    assert_eq!(
        figures(&facts)["heroes_total"].facts,
        ["heroes/1", "heroes/2", "heroes/5"]
    );
}

#[test]
fn money_is_summed_in_fen_and_printed_in_yuan() {
    let received = |n: i64, fen: i64| {
        fact(
            &format!("donations/{n}"),
            "donation.donation.individual",
            "2024-09-05",
            Measures {
                amount_fen: Some(fen),
                ..Measures::default()
            },
        )
    };
    let figure = &figures(&[received(1, 10_000_001), received(2, 99)])["donation_amount"];
    assert_eq!(
        (figure.count.value(), figure.text.as_str()),
        (Some(10_000_100), "100,001.00元")
    );
}

#[test]
fn o14_every_line_of_the_chronicle_cites_its_fact_and_lines_go_by_date() {
    let report = Report::of(2024, &the_year(), BTreeMap::new());
    let lines: Vec<(&str, &str, &str)> = report
        .chronicle
        .iter()
        .map(|e| (e.date_text.as_str(), e.text.as_str(), e.fact.as_str()))
        .collect();
    assert_eq!(lines[0], ("2024年", "完成财务审计", "au/1"));
    assert!(lines.contains(&(
        "2024年6月18日至24日",
        "组织英模健康休养(第2期,赴大连、烟台,为期7天)",
        "a/1"
    )));
    assert!(lines.contains(&(
        "2024年8月1日上午",
        "开展庆“八一”励志教育活动(参观2处,20余人)",
        "e/3"
    )));
    assert_eq!(
        lines.iter().filter(|(_, _, fact)| *fact == "h/1").count(),
        1
    );
    assert_eq!(lines.last().unwrap().2, "a/4");
}

#[test]
fn o14_lines_say_what_was_counted_and_bus_lines_go_by_number() {
    let line = |resource: &str, number: &str| {
        let measures = Measures {
            line_no: Some(number.into()),
            ..Measures::default()
        };
        fact(resource, "publicity.bus_line", "2024-10-27", measures)
    };
    let one_day = Measures {
        days: Some(1),
        ..Measures::default()
    };
    let speech = Measures {
        count: count("4"),
        ..Measures::default()
    };
    let facts = [
        line("b/1", "108"),
        line("b/2", "101"),
        line("b/3", "9"),
        fact("a/1", "care.activity.health_check", "2024-10-25", one_day),
        fact("h/1", "oversight.honour.typical_speech", "2024-10", speech),
    ];
    let report = Report::of(2024, &facts, BTreeMap::new());
    let lines: Vec<&str> = report.chronicle.iter().map(|e| e.text.as_str()).collect();
    assert_eq!(
        lines,
        [
            "在全省会议上作典型发言(4家典型发言单位之一)",
            "组织英模健康体检",
            "开通“见义勇为号”公交线路(9路)",
            "开通“见义勇为号”公交线路(101路)",
            "开通“见义勇为号”公交线路(108路)",
        ]
    );
}

#[test]
fn the_printed_report_has_all_sections_in_order_and_is_the_same_every_time() {
    let report = Report::of(2024, &the_year(), BTreeMap::new());
    let text = markdown::render(&report, &stamp(&report));
    let places: Vec<usize> = [
        "组织建设",
        "宣传引领",
        "关爱英模",
        "募捐与资金",
        "自身建设",
        "下年度任务",
        "大事记",
        "数据截至",
    ]
    .iter()
    .map(|heading| text.find(&format!("{heading}\n")).unwrap())
    .collect();
    assert!(places.is_sorted());
    assert!(text.contains("| 见义勇为志愿者 | 3628 | 人 | S-countStatements.volunteers-2024 |"));
    assert!(text.contains("| 中招加分分值 | — |"));
    assert_eq!(text, {
        let report = Report::of(2024, &the_year(), BTreeMap::new());
        markdown::render(&report, &stamp(&report))
    });
}

fn stamp(report: &Report) -> Stamp {
    let midnight = Timestamp::from_unix(1_735_660_800, 0).unwrap();
    Stamp::of(report, "accounts/1", midnight)
}
