//! Which provider, and what we are to it.

use std::path::Path;

use jianyi_kernel::{Fault, Pii, Violation};
use jianyi_ops::Settings;
use openidconnect::url::{Host, Url};

/// The settings of the outside provider, checked.
#[derive(Debug, Clone)]
pub(crate) struct OidcSettings {
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<Pii<String>>,
    pub(crate) redirect_url: String,
    /// PEM of the authorities that may certify the provider, instead of the machine's.
    pub(crate) authority: Option<String>,
    /// Values of `acr` and `amr` that say that a second factor was asked for.
    pub(crate) second_factor: Vec<String>,
}

impl OidcSettings {
    /// Reads `JIANYI_OIDC_ISSUER`, `JIANYI_OIDC_CLIENT_ID`, `JIANYI_OIDC_CLIENT_SECRET`,
    /// `JIANYI_OIDC_REDIRECT_URL`, `JIANYI_OIDC_CA_FILE` and `JIANYI_OIDC_SECOND_FACTOR_ACR`. Without the first there
    /// is no provider.
    pub(crate) fn read(settings: &Settings) -> Result<Option<Self>, Fault> {
        let word = |key: &str| {
            settings
                .get(key)
                .map(|value| value.expose("known to every browser").trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        let Some(issuer) = word("JIANYI_OIDC_ISSUER") else {
            return Ok(None);
        };
        let required = |key: &str| word(key).ok_or_else(|| Fault::from(Violation::required(key)));
        let client_id = required("JIANYI_OIDC_CLIENT_ID")?;
        let redirect_url = required("JIANYI_OIDC_REDIRECT_URL")?;
        for (key, text) in [
            ("JIANYI_OIDC_ISSUER", &issuer),
            ("JIANYI_OIDC_REDIRECT_URL", &redirect_url),
        ] {
            if !Url::parse(text).is_ok_and(|url| is_private(&url)) {
                return Err(Violation::new(
                    key,
                    "URL_NOT_HTTPS",
                    "this is https, or http on loopback".into(),
                    "该地址应为 https;仅本机回环地址可用 http",
                )
                .into());
            }
        }
        Ok(Some(Self {
            issuer,
            client_id,
            client_secret: settings.get_or_file("JIANYI_OIDC_CLIENT_SECRET")?,
            redirect_url,
            authority: word("JIANYI_OIDC_CA_FILE")
                .map(|file| jianyi_rpc::read_pem(Path::new(&file)))
                .transpose()?,
            second_factor: word("JIANYI_OIDC_SECOND_FACTOR_ACR")
                .iter()
                .flat_map(|list| list.split(','))
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
                .collect(),
        }))
    }
}

/// Whether nobody on the way reads along: TLS, or this machine alone.
pub(super) fn is_private(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(issuer: &str, client: &str) -> Result<Option<OidcSettings>, Fault> {
        let settings = [
            ("JIANYI_OIDC_ISSUER", issuer),
            ("JIANYI_OIDC_CLIENT_ID", client),
            ("JIANYI_OIDC_REDIRECT_URL", "https://jianyi.example/back"),
            ("JIANYI_OIDC_SECOND_FACTOR_ACR", " mfa, ,urn:strong "),
        ]
        .into_iter()
        .fold(Settings::default(), |settings, (key, value)| {
            settings.with(key, Pii::new(value.to_owned()))
        });
        OidcSettings::read(&settings)
    }

    #[test]
    fn g01_a_provider_is_asked_over_tls_or_not_at_all() {
        for good in [
            "https://sso.hebi.example",
            "http://127.0.0.1:9400",
            "http://[::1]:9400",
            "http://localhost:9400",
        ] {
            let settings = read(good, "jianyi").unwrap().unwrap();
            assert_eq!(settings.second_factor, ["mfa", "urn:strong"]);
            assert!(settings.client_secret.is_none());
        }
        for bad in [
            "http://sso.hebi.example",
            "http://10.0.0.1",
            "http://localhost.example",
            "ftp://127.0.0.1",
            "sso.hebi.example",
        ] {
            assert!(read(bad, "jianyi").is_err(), "{bad}");
        }
        assert!(read("", "jianyi").unwrap().is_none());
        assert!(read("https://sso.hebi.example", "").is_err());
    }
}
