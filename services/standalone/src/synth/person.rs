//! What an invented person is called and does.

const STEMS: [char; 10] = ['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸'];
const BRANCHES: [char; 12] = [
    '子', '丑', '寅', '卯', '辰', '巳', '午', '未', '申', '酉', '戌', '亥',
];
const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// What somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Hero,
    Staff,
    LiaisonOfficer,
    Volunteer,
}

impl Part {
    /// Of ten, two are heroes, one works for the association, two are liaison officers, five volunteers.
    pub(super) const fn of(nth: u32) -> Self {
        match nth % 10 {
            0 | 5 => Self::Hero,
            1 => Self::Staff,
            2 | 7 => Self::LiaisonOfficer,
            _ => Self::Volunteer,
        }
    }
}

/// A name that nobody has: 演示, a sign of the cycle of sixty, and which round it is.
pub(super) fn name(nth: u32) -> String {
    let stem = at(&STEMS, nth);
    let branch = at(&BRANCHES, nth);
    format!("演示{stem}{branch}{}", spelled(nth.div_euclid(60)))
}

/// A number without Latin digits, which names do not have.
pub(super) fn spelled(number: u32) -> String {
    number
        .to_string()
        .chars()
        .filter_map(|digit| digit.to_digit(10))
        .map(|digit| at(&DIGITS, digit))
        .collect()
}

/// A day of 2025, later than any report of the record.
pub(super) fn day(seed: u32, nth: u32) -> String {
    let day = seed.wrapping_mul(31).wrapping_add(nth.wrapping_mul(17)) % (12 * 28);
    format!("2025-{:02}-{:02}", day.div_euclid(28) + 1, day % 28 + 1)
}

fn at(signs: &[char], nth: u32) -> char {
    let length = u32::try_from(signs.len()).unwrap_or(1).max(1);
    let place = usize::try_from(nth % length).unwrap_or_default();
    signs.get(place).copied().unwrap_or('〇')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_marked_without_digits_and_different() {
        assert_eq!(name(0), "演示甲子〇");
        assert_eq!(name(61), "演示乙丑一");
        let names: BTreeSet<_> = (0..5000).map(name).collect();
        assert_eq!(names.len(), 5000);
        assert!(
            names
                .iter()
                .all(|name| !name.contains(|c: char| c.is_ascii()))
        );
    }
}
