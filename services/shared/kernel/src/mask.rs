//! How personal values are covered on the way out (dossier 4.6), and the trait by which every message
//! covers its own.
//!
//! All maskings are idempotent: what is masked twice looks as if masked once.

/// A message that can cover its sensitive fields. Generated for every message of the contracts from the
/// `sensitive` and `mask` options of its fields, so that no handler can forget one.
pub trait Mask {
    /// Covers what is sensitive, in place.
    fn mask(&mut self);

    /// The name of the resource that this message is, for the record of what was changed or shown.
    fn resource(&self) -> Option<&str> {
        None
    }
}

/// 张三丰 → 张*丰, 张三 → 张*, 欧阳小华 → 欧**华.
#[must_use]
pub fn name(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    match chars.as_slice() {
        [] => String::new(),
        [_] => "*".into(),
        [first, _] => format!("{first}*"),
        [first, middle @ .., last] => format!("{first}{}{last}", "*".repeat(middle.len())),
    }
}

/// 410***********018X: the first three and the last four characters.
#[must_use]
pub fn citizen_id(text: &str) -> String {
    ends(text, 3, 4)
}

/// 138****5678, 0392***4567: what stands before the last eight or seven digits, and the last four.
#[must_use]
pub fn phone(text: &str) -> String {
    ends(text, if text.starts_with('0') { 4 } else { 3 }, 4)
}

/// A number of another kind shows its last four characters, and at most half of itself.
#[must_use]
pub fn number(text: &str) -> String {
    ends(text, 0, text.chars().count().div_euclid(2).min(4))
}

/// The year of a date written `YYYY-MM-DD`, or of a fuzzy one.
#[must_use]
pub fn year(text: &str) -> String {
    text.chars()
        .take_while(char::is_ascii_digit)
        .take(4)
        .collect()
}

/// A place up to its township (乡, 镇, 街道, 办事处); up to the county or city when it names none.
#[must_use]
pub fn address(text: &str) -> String {
    let visible = ["街道", "办事处", "镇", "乡", "县", "区", "市", "省"]
        .into_iter()
        .find_map(|unit| Some(text.find(unit)?.saturating_add(unit.len())));
    let head = visible.and_then(|end| text.get(..end)).unwrap_or_default();
    if head == text.trim_end_matches('*') {
        return text.to_owned();
    }
    format!("{head}****")
}

/// Keeps `head` characters in front and `tail` at the end, if that leaves something to cover.
fn ends(text: &str, head: usize, tail: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    let covered = chars.len().saturating_sub(head.saturating_add(tail));
    if covered == 0 {
        return "*".repeat(chars.len());
    }
    chars
        .iter()
        .enumerate()
        .map(|(at, c)| {
            if at >= head && at < head.saturating_add(covered) {
                '*'
            } else {
                *c
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g02_values_are_masked_in_the_formats_of_the_dossier() {
        for (masked, expected) in [
            (name("张小明"), "张*明"),
            (name("张明"), "张*"),
            (name("欧阳小华"), "欧**华"),
            (name("张"), "*"),
            (name(""), ""),
            (citizen_id("41061119900101018X"), "410***********018X"),
            (citizen_id("410611900101018"), "410********1018"),
            (phone("13800005678"), "138****5678"),
            (phone("0392-1234567"), "0392****4567"),
            (number("G12345678"), "*****5678"),
            (number("AB1"), "**1"),
            (number("A"), "*"),
            (year("1990-01-01"), "1990"),
            (year(""), ""),
            (
                address("河南省鹤壁市淇滨区大赉店镇某村12号"),
                "河南省鹤壁市淇滨区大赉店镇****",
            ),
            (address("某处"), "****"),
        ] {
            assert_eq!(masked, expected);
        }
    }

    #[test]
    fn g02_masking_twice_is_masking_once() {
        for text in [
            "",
            "张",
            "张明",
            "张小明",
            "𠮷野家",
            "41061119900101018X",
            "13800005678",
            "0392-1234567",
            "AB1",
            "1990-01-01",
            "河南省鹤壁市淇滨区大赉店镇某村12号",
            "某处",
            "abc",
        ] {
            for mask in [name, citizen_id, phone, number, year, address] {
                assert_eq!(mask(&mask(text)), mask(text), "{text}");
            }
        }
    }
}
