//! Names of the places that codes in facts stand for, so that a report reads as people write it.

/// Codes (GB/T 2260) and names; a code that is not here is printed as it is.
const PLACES: [(&str, &str); 14] = [
    ("110100", "北京"),
    ("210200", "大连"),
    ("320400", "常州"),
    ("370200", "青岛"),
    ("370600", "烟台"),
    ("410100", "郑州"),
    ("410300", "洛阳"),
    ("410600", "鹤壁市"),
    ("410602", "鹤山区"),
    ("410603", "山城区"),
    ("410611", "淇滨区"),
    ("410621", "浚县"),
    ("410622", "淇县"),
    ("411300", "南阳"),
];

/// The name of a place, or its code.
pub(crate) fn name(code: &str) -> &str {
    PLACES
        .iter()
        .find(|(known, _)| *known == code)
        .map_or(code, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_names_and_unknown_ones_stay_codes() {
        assert_eq!(name("210200"), "大连");
        assert_eq!(name("999999"), "999999");
        assert!(PLACES.is_sorted());
    }
}
