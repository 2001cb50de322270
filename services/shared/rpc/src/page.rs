//! Keyset paging: page tokens that carry a position and prove that it was given out for the same filters.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use jianyi_kernel::{Fault, Pii, Timestamp, Violation};
use sha2::Sha256;
use uuid::Uuid;

const DEFAULT_SIZE: usize = 50;
const LARGEST_SIZE: usize = 500;
const CURSOR_LENGTH: usize = 8 + 4 + 16;

/// One page of a list ordered by `(create time, id)`.
#[derive(Debug, Clone)]
pub struct Page {
    size: usize,
    after: Option<(Timestamp, Uuid)>,
    filters: String,
    key: Pii<[u8; 32]>,
}

impl Page {
    /// Reads `page_size` (default 50, cap 500) and `page_token`. `filters` is a text that differs when
    /// the other fields of the request differ; a token is only good for the filters it was made for.
    ///
    /// # Errors
    /// [`Fault::Invalid`] for a negative size, or a token that was altered or belongs to other filters.
    pub fn parse(
        size: i32,
        token: &str,
        filters: &str,
        key: &Pii<[u8; 32]>,
    ) -> Result<Self, Fault> {
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
        let mut page = Self {
            size,
            after: None,
            filters: filters.into(),
            key: key.clone(),
        };
        if !token.is_empty() {
            page.after = Some(page.open(token).ok_or_else(|| {
                Violation::new(
                    "page_token",
                    "PAGE_TOKEN_INVALID",
                    "the page token was altered or made for other filters".into(),
                    "翻页标记无效,请从第一页重新查询",
                )
            })?);
        }
        Ok(page)
    }

    /// Rows to fetch: one more than the page, to learn whether there is a next one.
    #[must_use]
    pub fn limit(&self) -> i64 {
        i64::try_from(self.size)
            .unwrap_or(i64::MAX)
            .saturating_add(1)
    }

    /// Create time after which the page begins.
    #[must_use]
    pub fn after_time(&self) -> Option<Timestamp> {
        self.after.map(|(time, _)| time)
    }

    /// Id after which the page begins, among rows of the same create time.
    #[must_use]
    pub fn after_id(&self) -> Option<Uuid> {
        self.after.map(|(_, id)| id)
    }

    /// Cuts the extra row off and makes the next page's token, empty on the last page.
    pub fn cut<T>(
        &self,
        mut rows: Vec<T>,
        key: impl Fn(&T) -> (Timestamp, Uuid),
    ) -> (Vec<T>, String) {
        if rows.len() <= self.size {
            return (rows, String::new());
        }
        rows.truncate(self.size);
        let token = rows
            .last()
            .map(|row| self.seal(key(row)))
            .unwrap_or_default();
        (rows, token)
    }

    fn seal(&self, (time, id): (Timestamp, Uuid)) -> String {
        let (seconds, nanos) = time.to_unix();
        let mut token = Vec::with_capacity(CURSOR_LENGTH + 32);
        token.extend_from_slice(&seconds.to_be_bytes());
        token.extend_from_slice(&nanos.to_be_bytes());
        token.extend_from_slice(id.as_bytes());
        let proof = self
            .proof(&token)
            .map(|mac| mac.finalize().into_bytes().to_vec());
        token.extend_from_slice(&proof.unwrap_or_default());
        URL_SAFE_NO_PAD.encode(token)
    }

    fn open(&self, token: &str) -> Option<(Timestamp, Uuid)> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (cursor, proof) = bytes.split_at_checked(CURSOR_LENGTH)?;
        self.proof(cursor)?.verify_slice(proof).ok()?;
        let seconds = i64::from_be_bytes(cursor.get(..8)?.try_into().ok()?);
        let nanos = i32::from_be_bytes(cursor.get(8..12)?.try_into().ok()?);
        let id = Uuid::from_slice(cursor.get(12..)?).ok()?;
        Some((Timestamp::from_unix(seconds, nanos)?, id))
    }

    fn proof(&self, cursor: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac =
            <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(self.key.expose("page token")).ok()?;
        mac.update(self.filters.as_bytes());
        mac.update(&[0]);
        mac.update(cursor);
        Some(mac)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(size: i32, token: &str, filters: &str) -> Result<Page, Fault> {
        Page::parse(size, token, filters, &Pii::new([7; 32]))
    }

    #[test]
    fn a_token_leads_to_the_next_page_of_the_same_list_only() {
        let key = |n: &i64| (Timestamp::from_unix(*n, 5_000).unwrap(), Uuid::from_u128(9));
        let first = parse(2, "", "kind=a").unwrap();
        assert_eq!(first.limit(), 3);
        let (rows, token) = first.cut(vec![1, 2, 3], key);
        assert_eq!(rows, [1, 2]);

        let second = parse(2, &token, "kind=a").unwrap();
        assert_eq!(second.after_time(), Timestamp::from_unix(2, 5_000));
        assert_eq!(second.after_id(), Some(Uuid::from_u128(9)));
        assert!(parse(2, &token, "kind=b").is_err());
        let mut altered = token.into_bytes();
        altered[3] ^= 1;
        assert!(parse(2, &String::from_utf8(altered).unwrap(), "kind=a").is_err());

        let (rows, token) = second.cut(vec![3], key);
        assert_eq!((rows.len(), token.as_str()), (1, ""));
    }

    #[test]
    fn sizes_have_a_default_a_cap_and_a_floor() {
        assert_eq!(parse(0, "", "").unwrap().limit(), 51);
        assert_eq!(parse(10_000, "", "").unwrap().limit(), 501);
        assert!(parse(-1, "", "").is_err());
    }
}
