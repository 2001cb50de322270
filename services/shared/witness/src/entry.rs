//! An entry of the log as bytes that can be read in one way only.

use jianyi_kernel::Timestamp;

/// Says what the bytes are, and in which form.
const DOMAIN: &[u8] = b"jianyi audit entry v1";

/// What an entry says, as it lies in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The entry's own id; absent in entries from before the log was sealed.
    pub id: Option<[u8; 16]>,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub caller: &'a str,
    /// What.
    pub method: &'a str,
    /// The client's key of the call.
    pub request_id: Option<&'a str>,
    /// Keyed hash of the request.
    pub request_hash: &'a [u8],
    /// Code of the purpose that was given.
    pub purpose: Option<&'a str>,
    /// Names of what was touched.
    pub resources: &'a [String],
    /// Counts of the outcome, `events=1 rows=20`.
    pub outcome: &'a str,
}

impl Entry<'_> {
    /// Every part with its length before it, absent parts marked: two entries never have the same bytes.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(256);
        part(&mut bytes, DOMAIN);
        option(&mut bytes, self.id.as_ref().map(<[u8; 16]>::as_slice));
        let micros = self.at.as_offset().unix_timestamp_nanos();
        part(&mut bytes, &micros.to_be_bytes());
        part(&mut bytes, self.caller.as_bytes());
        part(&mut bytes, self.method.as_bytes());
        option(&mut bytes, self.request_id.map(str::as_bytes));
        part(&mut bytes, self.request_hash);
        option(&mut bytes, self.purpose.map(str::as_bytes));
        length(&mut bytes, self.resources.len());
        for resource in self.resources {
            part(&mut bytes, resource.as_bytes());
        }
        part(&mut bytes, self.outcome.as_bytes());
        bytes
    }
}

pub(crate) fn length(bytes: &mut Vec<u8>, length: usize) {
    bytes.extend_from_slice(&u64::try_from(length).unwrap_or(u64::MAX).to_be_bytes());
}

pub(crate) fn part(bytes: &mut Vec<u8>, part: &[u8]) {
    length(bytes, part.len());
    bytes.extend_from_slice(part);
}

pub(crate) fn option(bytes: &mut Vec<u8>, value: Option<&[u8]>) {
    match value {
        None => bytes.push(0),
        Some(value) => {
            bytes.push(1);
            part(bytes, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jianyi_kernel::Pii;
    use proptest::prelude::*;

    use super::*;
    use crate::{HashKind, LeafKey};

    fn entry<'a>(caller: &'a str, method: &'a str, resources: &'a [String]) -> Entry<'a> {
        Entry {
            id: None,
            at: Timestamp::from_unix(1_735_603_200, 0).unwrap(),
            caller,
            method,
            request_id: None,
            request_hash: &[],
            purpose: None,
            resources,
            outcome: "",
        }
    }

    #[test]
    fn g04_text_that_moves_between_fields_is_another_entry() {
        let one = ["ab".to_owned()];
        let two = ["a".to_owned(), "b".to_owned()];
        let given = Entry {
            request_id: Some(""),
            ..entry("ab", "c", &[])
        };
        let meant = Entry {
            purpose: Some(""),
            ..entry("ab", "c", &[])
        };
        let all = [
            entry("ab", "c", &[]),
            entry("a", "bc", &[]),
            entry("ab", "c", &one),
            entry("ab", "c", &two),
            given,
            meant,
        ];
        let bytes: BTreeSet<Vec<u8>> = all.iter().map(Entry::canonical).collect();
        assert_eq!(bytes.len(), all.len());
        // Without the key nobody can tell what a leaf stands for.
        let key = |byte| LeafKey::new(HashKind::Sm3, Pii::new([byte; 32]));
        assert_ne!(key(1).mac(&all[0]), key(2).mac(&all[0]));
        assert_eq!(key(1).mac(&all[0]), key(1).mac(&all[0]));
    }

    proptest! {
        #[test]
        fn g04_different_entries_have_different_bytes(
            a in (".{0,6}", ".{0,6}", prop::collection::vec(".{0,4}", 0..4)),
            b in (".{0,6}", ".{0,6}", prop::collection::vec(".{0,4}", 0..4)),
        ) {
            let same = a == b;
            let left = entry(&a.0, &a.1, &a.2).canonical();
            let right = entry(&b.0, &b.1, &b.2).canonical();
            prop_assert_eq!(same, left == right);
        }
    }
}
