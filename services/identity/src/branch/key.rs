//! The one setting of a branch: its county, its private key, and the authority that it believes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jianyi_db::parcel;
use jianyi_kernel::{Division, DivisionLevel, Pii, Violation};
use zeroize::Zeroizing;

/// What `JIANYI_BRANCH_KEY` says: `{county}.{private key}.{authority}`, both in base64url.
pub(crate) struct BranchKey {
    pub(crate) county: Division,
    private: Zeroizing<Vec<u8>>,
    /// Ed25519 public key of the city's authority.
    pub(crate) authority: [u8; 32],
}

impl std::fmt::Debug for BranchKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BranchKey({}, █)", self.county)
    }
}

impl BranchKey {
    /// A fresh one, and its public half.
    pub(crate) fn generate(county: Division, authority: [u8; 32]) -> (Self, Vec<u8>) {
        let (private, public) = parcel::key_pair();
        let key = Self {
            county,
            private,
            authority,
        };
        (key, public)
    }

    /// As the setting carries it.
    pub(crate) fn text(&self) -> Pii<String> {
        let private = URL_SAFE_NO_PAD.encode(&*self.private);
        let authority = URL_SAFE_NO_PAD.encode(self.authority);
        Pii::new(format!("{}.{private}.{authority}", self.county))
    }

    /// Reads the setting.
    pub(crate) fn parse(field: &str, text: &Pii<String>) -> Result<Self, Violation> {
        let read = || {
            let mut parts = text.expose("read the branch's key").trim().split('.');
            let county = Division::parse(field, parts.next()?).ok()?;
            let private = Zeroizing::new(URL_SAFE_NO_PAD.decode(parts.next()?).ok()?);
            let authority = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?;
            let whole = parts.next().is_none()
                && county.level() == DivisionLevel::County
                && private.len() == 32;
            Some(Self {
                county,
                private,
                authority: authority.try_into().ok().filter(|_| whole)?,
            })
        };
        read().ok_or_else(|| {
            Violation::new(
                field,
                "BRANCH_KEY_MALFORMED",
                "this is not what EnsureBranch showed".into(),
                "分支密钥格式不正确,请使用市级生成的原文",
            )
        })
    }

    /// Opens what was sealed to this branch.
    pub(crate) fn open(&self, about: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        parcel::open(&self.private, about, sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_shown_and_not_shown_again() {
        let (key, public) = BranchKey::generate("410621".parse().unwrap(), [7; 32]);
        let text = key.text();
        let spelt = Pii::new(format!(" {}\n", text.expose("test")));
        let read = BranchKey::parse("key", &spelt).unwrap();
        assert_eq!((read.county.as_str(), read.authority), ("410621", [7; 32]));
        let sealed = parcel::seal(&public, "x", b"copy").unwrap();
        assert_eq!(read.open("x", &sealed).unwrap().as_slice(), b"copy");
        let secret = text.expose("test").split('.').nth(1).unwrap().to_owned();
        assert!(!format!("{key:?}").contains(&secret));
        for wrong in [
            String::new(),
            "410621".into(),
            format!("410600.{secret}.{secret}"),
            format!("410621103.{secret}.{secret}"),
            format!("410621.{secret}"),
            format!("410621.{secret}.{secret}.{secret}"),
            format!("410621.c2hvcnQ.{secret}"),
            format!("410621.{secret}.c2hvcnQ"),
            format!("410621.!{secret}.{secret}"),
        ] {
            let refused = BranchKey::parse("key", &Pii::new(wrong.clone())).unwrap_err();
            assert_eq!(refused.reason, "BRANCH_KEY_MALFORMED", "{wrong}");
            assert!(!refused.message.contains(&secret));
        }
    }
}
