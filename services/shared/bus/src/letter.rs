//! What questions and their answers are made of: headers and bytes, weighed before they are sent.
//!
//! The broker closes the connection of whoever sends what it cannot carry, so that is found out here.

use async_nats::{HeaderMap, HeaderName, HeaderValue};
use bytes::Bytes;

/// Bytes of a header block beside its headers: the version line and the empty line at the end.
const BLOCK: usize = "NATS/1.0\r\n\r\n".len();
/// Bytes of a header beside its name and value.
const LINE: usize = ": \r\n".len();

/// A question or an answer. Several headers may have one name; their order is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The content.
    pub payload: Bytes,
}

impl Letter {
    /// Bytes it takes on the wire, of which the broker carries [`crate::Bus::largest`].
    #[must_use]
    pub fn weight(&self) -> usize {
        let lines = self
            .headers
            .iter()
            .map(|(name, value)| name.len().saturating_add(value.len()).saturating_add(LINE));
        lines
            .fold(BLOCK, usize::saturating_add)
            .saturating_add(self.payload.len())
    }

    /// The first value under a name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// `None` when a name is none, or a name or a value has a byte that would end it before its time.
    pub(crate) fn header_map(&self) -> Option<HeaderMap> {
        let mut map = HeaderMap::new();
        for (name, value) in &self.headers {
            // The library lets it pass, and no server does.
            if name.is_empty() {
                return None;
            }
            let name: HeaderName = name.parse().ok()?;
            let value: HeaderValue = value.parse().ok()?;
            map.append(name, value);
        }
        Some(map)
    }

    pub(crate) fn read(headers: Option<&HeaderMap>, payload: Bytes) -> Self {
        let headers = headers
            .into_iter()
            .flat_map(HeaderMap::iter)
            .flat_map(|(name, values)| {
                values
                    .iter()
                    .map(move |value| (name.to_string(), value.as_str().to_owned()))
            })
            .collect();
        Self { headers, payload }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(name: &str, value: &str) -> Letter {
        Letter {
            headers: vec![(name.into(), value.into())],
            payload: Bytes::from_static(b"12345"),
        }
    }

    #[test]
    fn a_letter_weighs_what_the_broker_counts() {
        assert_eq!(
            letter("a", "b").weight(),
            "NATS/1.0\r\na: b\r\n\r\n12345".len()
        );
    }

    #[test]
    fn nothing_in_a_header_ends_it_before_its_time() {
        assert!(letter("h.x", "a b").header_map().is_some());
        for (name, value) in [
            ("", "x"),
            ("a b", "x"),
            ("a:b", "x"),
            ("a\r\nb", "x"),
            ("a", "x\r\nnats-msg-id: 1"),
            ("a", "x\n"),
        ] {
            assert!(
                letter(name, value).header_map().is_none(),
                "{name:?} {value:?}"
            );
        }
    }
}
