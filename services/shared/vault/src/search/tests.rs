//! Who is found by what, and who is not.

use proptest::prelude::*;

use super::*;

fn finds(name: &str, typed: &str) -> bool {
    tokens_of_query(typed).finds(&tokens_of_name(name))
}

#[test]
fn m08_a_person_is_found_by_name_part_initials_and_pinyin() {
    for typed in [
        "张三丰",
        "张三",
        "三丰",
        "张",
        "丰",
        " 张 三 丰 ",
        "zsf",
        "ZSF",
        "zs",
        "sf",
        "zhangsanfeng",
        "Zhang San Feng",
        "zhang",
        "sanfeng",
    ] {
        assert!(finds("张三丰", typed), "{typed}");
    }
    for typed in [
        "",
        " · ",
        "李",
        "张丰",
        "丰三",
        "zf",
        "zsfx",
        "z",
        "f",
        "san",
        "1",
        "张三丰丰",
    ] {
        assert!(!finds("张三丰", typed), "{typed}");
    }
    // Two characters in the family name.
    for typed in ["ouyang", "ouyangxiu", "xiu", "oyx", "yx", "欧阳", "阳修"] {
        assert!(finds("欧阳修", typed), "{typed}");
    }
}

#[test]
fn m08_all_readings_of_a_character_find_it() {
    for (name, typed) in [
        ("单雄信", "sxx"),
        ("单雄信", "dxx"),
        ("单雄信", "shanxiongxin"),
        ("曾国藩", "zengguofan"),
        ("曾国藩", "cgf"),
        ("吕布", "lvbu"),
        ("吕布", "lübu"),
        ("吕布", "lyubu"),
        ("吕布", "lb"),
    ] {
        assert!(finds(name, typed), "{name} {typed}");
    }
}

#[test]
fn m08_names_of_every_kind_are_found() {
    // Beyond the basic plane, with and without a mark that chooses the shape.
    for typed in ["𠮷", "𠮷田", "田", "𠮷田\u{e0100}"] {
        assert!(finds("𠮷田", typed), "{typed}");
    }
    assert!(!finds("吉田", "𠮷"));
    for typed in [
        "阿卜杜拉·买买提",
        "阿卜杜拉买买提",
        "买买提",
        "拉·买",
        "abdlmmt",
        "mmt",
    ] {
        assert!(finds("阿卜杜拉・买买提", typed), "{typed}");
    }
    for typed in ["john", "JohnSmith", "smith", "ｊｏｈｎ", "o'h"] {
        assert!(finds("John Smith-O'Hara", typed), "{typed}");
    }
    // A letter within a name cuts the initials and nothing else.
    assert!(finds("张三A李四", "ls") && finds("张三A李四", "zs") && !finds("张三A李四", "sl"));
}

#[test]
fn m08_papers_are_found_whole_and_by_their_end() {
    let papers: BTreeSet<Token> = tokens_of_number("41061119800101002X")
        .into_iter()
        .chain(tokens_of_phone("138 0000 1234"))
        .collect();
    for typed in [
        "41061119800101002x",
        "4106111980 0101002X",
        "002X",
        "13800001234",
        "+86 138-0000-1234",
        "008613800001234",
        "1234",
    ] {
        assert!(tokens_of_query(typed).finds(&papers), "{typed}");
    }
    for typed in ["", "4106", "1380", "234", "1380000123", "0021", "12345"] {
        assert!(!tokens_of_query(typed).finds(&papers), "{typed}");
    }
    // The end of nothing is not told apart from the whole.
    assert_eq!(tokens_of_number("1234").len(), 1);
    assert!(tokens_of_number("").is_empty() && tokens_of_name(" ").is_empty());
}

#[test]
fn a_hostile_name_makes_no_flood_of_tokens() {
    let long = "行长重乐单曾朴解".repeat(5000);
    assert!(tokens_of_name(&long).len() < 12_000);
    assert!(tokens_of_query(&long).all.len() < LONGEST);
    // A name as long as names are is few.
    let count = tokens_of_name("欧阳单雄").len();
    assert!(count < 120, "{count}");
}

/// Few characters, so that names share some, and a pair repeats.
fn name() -> impl Strategy<Value = String> {
    let character = prop::sample::select(vec![
        '张', '王', '三', '丰', '单', '𠮷', 'a', '·', ' ', 'Ｂ',
    ]);
    prop::collection::vec(character, 1..7).prop_map(String::from_iter)
}

proptest! {
    #[test]
    fn m08_every_contiguous_part_of_a_name_finds_it(name in name(), from in 0_usize..7, length in 1_usize..7) {
        let characters: Vec<char> = name.chars().collect();
        let from = from.min(characters.len() - 1);
        let part: String = characters[from..].iter().take(length).collect();
        if !normalise(&part).is_empty() {
            prop_assert!(finds(&name, &part), "{} {}", name, part);
            prop_assert!(part_of(&name, &part));
        }
    }

    #[test]
    fn m08_another_name_is_not_found_unless_it_shares_the_part(one in name(), other in name()) {
        let shares = part_of(&other, &one);
        let found = finds(&other, &one);
        prop_assert!(found || !shares);
        // Latin letters also look for pinyin; up to two characters the index alone is exact.
        if !normalise(&one).is_ascii() && normalise(&one).chars().count() <= 2 {
            prop_assert_eq!(found, shares, "{} {}", one, other);
        }
    }

    #[test]
    fn anything_may_be_typed(text in ".{0,80}") {
        let query = tokens_of_query(&text);
        prop_assert_eq!(query.is_empty(), normalise(&text).is_empty());
        prop_assert!(normalise(&text).is_empty() || finds(&text, &text));
    }
}
