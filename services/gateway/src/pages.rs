//! Paging over counties: in code order, one after the other, never merged (AIP-217).
//!
//! A token says which county comes next and where in it. It carries a digest of the filters, so that a
//! token of one question is not taken for another's; what it points into is proven by the county's own.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jianyi_kernel::{Division, Fault, Violation};
use prost_reflect::{DynamicMessage, ReflectMessage as _, Value};
use sha2::{Digest as _, Sha256};

use crate::contracts::text;

const DEFAULT_SIZE: usize = 50;
const LARGEST_SIZE: usize = 500;
const CODE_LENGTH: usize = 6;
const DIGEST_LENGTH: usize = 8;

/// A position in the walk over counties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Position {
    /// The county to go on with.
    pub(crate) county: Division,
    /// That county's own page token; empty at its beginning.
    pub(crate) inner: String,
}

/// What a list request asks for, and where it resumes.
#[derive(Debug)]
pub(crate) struct Paging {
    /// Items wanted at most; `None` for a method without pages.
    pub(crate) size: Option<usize>,
    /// Where to resume.
    pub(crate) from: Option<Position>,
    digest: [u8; DIGEST_LENGTH],
}

impl Paging {
    /// Reads `page_size` and `page_token`.
    pub(crate) fn of(request: &DynamicMessage) -> Result<Self, Fault> {
        let digest = digest(request);
        let Some(size) = request
            .get_field_by_name("page_size")
            .and_then(|value| value.as_i32())
        else {
            return Ok(Self {
                size: None,
                from: None,
                digest,
            });
        };
        let size = match usize::try_from(size) {
            Ok(0) => DEFAULT_SIZE,
            Ok(size) => size.min(LARGEST_SIZE),
            Err(_) => {
                return Err(Violation::new(
                    "page_size",
                    "PAGE_SIZE_NEGATIVE",
                    "page_size is negative".into(),
                    "每页条数不能为负",
                )
                .into());
            }
        };
        let token = text(request, "page_token");
        let from = if token.is_empty() {
            None
        } else {
            Some(open(&token, digest)?)
        };
        Ok(Self {
            size: Some(size),
            from,
            digest,
        })
    }

    /// The token of a position.
    pub(crate) fn token(&self, position: &Position) -> String {
        let bytes = [
            position.county.as_str().as_bytes(),
            &self.digest,
            position.inner.as_bytes(),
        ]
        .concat();
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

fn open(token: &str, digest: [u8; DIGEST_LENGTH]) -> Result<Position, Fault> {
    let parse = || {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (code, rest) = bytes.split_at_checked(CODE_LENGTH)?;
        let inner = rest.strip_prefix(digest.as_slice())?;
        let county = std::str::from_utf8(code).ok()?.parse().ok()?;
        Some(Position {
            county,
            inner: String::from_utf8(inner.to_vec()).ok()?,
        })
    };
    parse().ok_or_else(|| {
        Violation::new(
            "page_token",
            "PAGE_TOKEN_INVALID",
            "the page token was altered or made for other filters".into(),
            "翻页标记无效,请从第一页重新查询",
        )
        .into()
    })
}

/// A digest of everything a list request asks except which page.
fn digest(request: &DynamicMessage) -> [u8; DIGEST_LENGTH] {
    let mut filters = request.clone();
    filters.clear_field_by_name("page_size");
    filters.clear_field_by_name("page_token");
    let hash: [u8; 32] = Sha256::digest(encode(&filters)).into();
    hash.first_chunk().copied().unwrap_or_default()
}

/// The request for one county's part.
pub(crate) fn part(
    request: &DynamicMessage,
    county: &Division,
    size: Option<usize>,
    inner: &str,
) -> DynamicMessage {
    let mut part = request.clone();
    part.set_field_by_name("parent", Value::String(format!("counties/{county}")));
    if let Some(size) = size {
        part.set_field_by_name(
            "page_size",
            Value::I32(i32::try_from(size).unwrap_or(i32::MAX)),
        );
        part.set_field_by_name("page_token", Value::String(inner.to_owned()));
    }
    part
}

/// Whether a reply can carry the parts of several counties: it says which ones were unreachable.
pub(crate) fn can_gather(reply: &prost_reflect::MessageDescriptor) -> bool {
    reply
        .get_field_by_name("unreachable")
        .is_some_and(|field| field.is_list())
}

/// Moves the items of one county's reply to the end of the whole; says how many there were and where
/// that county goes on.
pub(crate) fn gather(whole: &mut DynamicMessage, part: &DynamicMessage) -> (usize, String) {
    let items = whole
        .descriptor()
        .fields()
        .find(|field| field.is_list() && field.name() != "unreachable");
    let mut count = 0;
    if let Some(field) = items
        && let Value::List(more) = part.get_field(&field).as_ref()
    {
        count = more.len();
        if let Value::List(list) = whole.get_field_mut(&field) {
            list.extend(more.iter().cloned());
        }
    }
    (count, text(part, "next_page_token"))
}

/// Encodes a message.
pub(crate) fn encode(message: &DynamicMessage) -> Vec<u8> {
    use prost_reflect::prost::Message as _;
    message.encode_to_vec()
}

#[cfg(test)]
mod tests {
    use crate::contracts::Contracts;

    use super::*;

    fn request(json: &str) -> DynamicMessage {
        let contracts = Contracts::embedded().unwrap();
        let method = contracts
            .method("/jianyi.member.v1.MemberService/ListPeople")
            .unwrap();
        let mut json = serde_json::Deserializer::from_str(json);
        DynamicMessage::deserialize(method.descriptor.input(), &mut json).unwrap()
    }

    #[test]
    fn a_token_resumes_the_same_question_only() {
        let first = Paging::of(&request(r#"{"parent":"counties/-","page_size":7}"#)).unwrap();
        assert_eq!((first.size, first.from.as_ref()), (Some(7), None));
        let position = Position {
            county: "410611".parse().unwrap(),
            inner: "abc".into(),
        };
        let token = first.token(&position);

        let again = request(&format!(
            r#"{{"parent":"counties/-","page_size":9,"page_token":"{token}"}}"#
        ));
        assert_eq!(Paging::of(&again).unwrap().from, Some(position));
        let other = request(&format!(
            r#"{{"parent":"counties/-","veteran":true,"page_token":"{token}"}}"#
        ));
        assert!(Paging::of(&other).is_err());
        for bad in ["x", "!!!!", "NDEwNjExAAAA"] {
            assert!(
                Paging::of(&request(&format!(
                    r#"{{"parent":"counties/-","page_token":"{bad}"}}"#
                )))
                .is_err()
            );
        }
        assert!(Paging::of(&request(r#"{"page_size":-1}"#)).is_err());
    }

    #[test]
    fn parts_are_concatenated() {
        let whole_request = request(r#"{"parent":"counties/-","veteran":true}"#);
        let county = "410611".parse().unwrap();
        let part_request = part(&whole_request, &county, Some(3), "abc");
        assert_eq!(text(&part_request, "parent"), "counties/410611");
        assert_eq!(text(&part_request, "page_token"), "abc");

        let contracts = Contracts::embedded().unwrap();
        let reply = contracts
            .message("jianyi.member.v1.ListPeopleResponse")
            .unwrap();
        assert!(can_gather(&reply));
        let answer = |json: &str| {
            DynamicMessage::deserialize(
                reply.clone(),
                &mut serde_json::Deserializer::from_str(json),
            )
            .unwrap()
        };
        let mut whole = DynamicMessage::new(reply.clone());
        let one = answer(r#"{"people":[{"name":"a"},{"name":"b"}],"next_page_token":"n"}"#);
        assert_eq!(gather(&mut whole, &one), (2, "n".into()));
        assert_eq!(
            gather(&mut whole, &answer(r#"{"people":[{"name":"c"}]}"#)),
            (1, String::new())
        );
        let people = whole.get_field_by_name("people").unwrap();
        assert_eq!(people.as_list().unwrap().len(), 3);
        assert!(!can_gather(
            &contracts.message("jianyi.member.v1.Person").unwrap()
        ));
    }
}
