//! What was disclosed or filed, where, and the proof of it (D22, D23).

use jianyi_kernel::{
    Division, DomainError, FuzzyDate, Id, IdKind, Provenance, Timestamp, Violation,
};

/// Marks ids of items.
#[derive(Debug)]
pub(crate) enum DisclosureItems {}
impl IdKind for DisclosureItems {
    const COLLECTION: &'static str = "disclosureItems";
}
pub(crate) type DisclosureItemId = Id<DisclosureItems>;

/// States of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum DisclosureState {
    /// To be published.
    Planned,
    /// Final.
    Published,
}

/// How a publication can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proof {
    url: String,
    sha256: String,
}

impl Proof {
    /// An address of the web and a hash of a picture or file; both may be missing.
    ///
    /// # Errors
    /// A [`Violation`] when one of them is not what it says.
    pub(crate) fn parse(url: &str, sha256: &str) -> Result<Self, Violation> {
        let (url, sha256) = (url.trim(), sha256.trim().to_ascii_lowercase());
        let reachable = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"));
        let clean = url.len() <= 2_000 && !url.chars().any(|c| c.is_control() || c.is_whitespace());
        if !url.is_empty() && (reachable.is_none_or(str::is_empty) || !clean) {
            return Err(Violation::new(
                "proof_url",
                "URL_MALFORMED",
                "the proof is not an address of the web".into(),
                "网址应以 http:// 或 https:// 开头",
            ));
        }
        let hex = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit());
        if !sha256.is_empty() && !hex {
            return Err(Violation::new(
                "proof_sha256",
                "HASH_MALFORMED",
                "the hash is not 64 hex digits".into(),
                "文件校验值应为 64 位十六进制字符",
            ));
        }
        Ok(Self {
            url: url.into(),
            sha256,
        })
    }

    /// Address and hash.
    pub(crate) fn into_parts(self) -> (String, String) {
        (self.url, self.sha256)
    }
}

/// Something to be disclosed for a fiscal year.
#[derive(Debug, Clone)]
pub(crate) struct DisclosureItem {
    pub(crate) id: DisclosureItemId,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) division: Division,
    pub(crate) what: String,
    pub(crate) platform: String,
    pub(crate) fiscal_year: i32,
    pub(crate) period: String,
    pub(crate) published_on: FuzzyDate,
    pub(crate) proof_url: String,
    pub(crate) proof_sha256: String,
    pub(crate) state: DisclosureState,
    pub(crate) sources: Vec<String>,
    pub(crate) locations: Vec<String>,
}

/// The item is published already.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the item is published already")]
pub(crate) struct AlreadyPublished;

impl DomainError for AlreadyPublished {
    const DOMAIN: &'static str = "donation.jianyi";

    fn reason(&self) -> &'static str {
        "DISCLOSURE_ALREADY_PUBLISHED"
    }

    fn zh(&self) -> String {
        "该事项已公开,无需重复登记".into()
    }
}

impl DisclosureItem {
    /// Where it is stated.
    pub(crate) fn provenance(&self) -> Provenance {
        Provenance {
            sources: self.sources.clone(),
            locations: self.locations.clone(),
        }
    }

    /// Planned becomes published.
    ///
    /// # Errors
    /// [`AlreadyPublished`].
    pub(crate) fn publish(self, on: FuzzyDate, proof: Proof) -> Result<Self, AlreadyPublished> {
        match self.state {
            DisclosureState::Published => Err(AlreadyPublished),
            DisclosureState::Planned => {
                let (proof_url, proof_sha256) = proof.into_parts();
                Ok(Self {
                    state: DisclosureState::Published,
                    published_on: on,
                    proof_url,
                    proof_sha256,
                    ..self
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d23_a_proof_is_an_address_or_a_hash() {
        let hash = "AB".repeat(32);
        assert!(Proof::parse("", "").is_ok());
        assert_eq!(
            Proof::parse("https://example.org/a", &hash)
                .unwrap()
                .into_parts()
                .1,
            "ab".repeat(32)
        );
        for (url, hash) in [
            ("example.org", ""),
            ("https://", ""),
            ("https://a b", ""),
            ("", "ab"),
            ("javascript:1", ""),
        ] {
            assert!(Proof::parse(url, hash).is_err(), "{url} {hash}");
        }
    }
}
