//! Numbers that are well made and nobody's.

/// `99` begins no division's code, so no card has such a number; the next four digits are the seed.
const NOWHERE: &str = "99";
/// No operator was ever given it.
const UNASSIGNED: &str = "154";

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

/// Birth dates: so many years from this one, twelve months of twenty-eight days.
const FIRST_YEAR: u32 = 1955;
const YEARS: u32 = 50;
const DAYS: u32 = YEARS * 12 * 28;
/// Has no factor in common with the number of days, so that each date is met once before any comes again.
const STEP: u32 = 7919;

/// The identity number of the nth person of a place (0 to 9) under a seed (0 to 9999).
pub(super) fn citizen_id(seed: u32, place: u32, nth: u32) -> String {
    let day = nth
        .wrapping_rem(DAYS)
        .wrapping_mul(STEP)
        .wrapping_add(seed)
        .wrapping_rem(DAYS);
    let year = FIRST_YEAR.saturating_add(day.div_euclid(12 * 28));
    let month = (day.div_euclid(28) % 12).saturating_add(1);
    let in_month = (day % 28).saturating_add(1);
    let sequence = place
        .saturating_mul(100)
        .saturating_add(nth.div_euclid(DAYS));
    let body = format!("{NOWHERE}{seed:04}{year:04}{month:02}{in_month:02}{sequence:03}");
    let sum: u32 = body
        .chars()
        .filter_map(|digit| digit.to_digit(10))
        .zip(WEIGHTS)
        .map(|(digit, weight)| digit.wrapping_mul(weight))
        .sum();
    let check = usize::try_from(sum % 11).ok().and_then(|at| CHECK.get(at));
    body.chars().chain(check.copied()).collect()
}

/// A phone number of the same person.
pub(super) fn phone(seed: u32, place: u32, nth: u32) -> String {
    let number =
        u64::from(seed) * 1_000_003 + u64::from(place) * 10_007_777 + u64::from(nth) * 7919;
    format!("{UNASSIGNED}{:08}", number % 100_000_000)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jianyi_kernel::CitizenId;
    use time::macros::date;

    use super::*;

    #[test]
    fn numbers_are_valid_and_each_persons_own() {
        let mut all = BTreeSet::new();
        for seed in [0, 7, 9999] {
            for place in [0, 4] {
                for nth in 0..20_000 {
                    let id = citizen_id(seed, place, nth);
                    if nth % 97 == 0 {
                        CitizenId::parse("id", &id, date!(2026 - 01 - 01)).unwrap();
                    }
                    assert!(all.insert(id));
                }
            }
        }
        let phone = phone(9999, 4, 99_999);
        assert_eq!(phone.len(), 11);
        assert!(phone.starts_with("154"));
    }
}
