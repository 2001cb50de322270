//! Connecting with a certificate of our own, as the files have it at that moment.
//!
//! A channel lives as long as its process and connects again whenever it must; the certificate it was made with may
//! have run out by then.

use std::io;
use std::sync::Arc;

use http::Uri;
use hyper_util::rt::TokioIo;
use jianyi_kernel::Fault;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::Mtls;
use crate::tls::certificates;

/// Connects to the server of an `https` address, which must show a certificate of the authority for `name`, or
/// else for the host of the address.
pub(crate) async fn dial(
    uri: Uri,
    mtls: Mtls,
    name: Option<String>,
) -> io::Result<TokioIo<TlsStream<TcpStream>>> {
    let host = uri.host().unwrap_or_default();
    let host = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned();
    let config = config(&mtls).map_err(|fault| {
        // What the caller gets says that the other side cannot be reached, not why.
        tracing::error!(error = fault.chain(), "no certificate to connect with");
        io::Error::other("no certificate to connect with")
    })?;
    let stream = TcpStream::connect((host.as_str(), uri.port_u16().unwrap_or(443))).await?;
    stream.set_nodelay(true)?;
    let name = ServerName::try_from(name.unwrap_or(host)).map_err(io::Error::other)?;
    let stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    Ok(TokioIo::new(stream))
}

fn config(mtls: &Mtls) -> Result<ClientConfig, Fault> {
    let material = mtls.read()?;
    let mut roots = RootCertStore::empty();
    for certificate in certificates(material.authority())? {
        roots.add(certificate).map_err(Fault::internal)?;
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(Fault::internal)?
        .with_root_certificates(roots)
        .with_client_auth_cert(certificates(&material.certificate)?, material.key()?)
        .map_err(|error| material.unusable(&error))?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(config)
}
