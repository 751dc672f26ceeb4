//! The certificate of the workbench. Its files are looked at again and again: a new one is used for connections from then
//! on, and those that are there go on.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use anyhow::{Context, bail};
use onestop_chassis::{bounded_file, settings::Settings, shutdown::Shutdown};
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio_rustls::TlsAcceptor;
use tracing::{info, warn};

/// The files are looked at this often.
const INTERVAL: Duration = Duration::from_secs(2);

/// See the module.
pub(crate) struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    used: RwLock<Used>,
}

struct Used {
    files: Files,
    certified: Arc<CertifiedKey>,
}

/// What the files held when they were read.
#[derive(PartialEq, Eq)]
struct Files {
    chain: Vec<u8>,
    key: Vec<u8>,
}

impl Files {
    fn read(chain: &Path, key: &Path) -> anyhow::Result<Self> {
        let read = |path: &Path| {
            let read = bounded_file::read(path, bounded_file::SMALL);
            read.with_context(|| format!("cannot read {}", path.display()))
        };
        Ok(Self {
            chain: read(chain)?,
            key: read(key)?,
        })
    }

    fn certified(&self) -> anyhow::Result<CertifiedKey> {
        let chain = CertificateDer::pem_slice_iter(&self.chain).collect::<Result<Vec<_>, _>>();
        let chain = chain.context("the file of the certificate is no PEM")?;
        if chain.is_empty() {
            bail!("the file of the certificate holds none");
        }
        let key = PrivateKeyDer::from_pem_slice(&self.key);
        let key = key.context("the file of the certificate's key is no PEM with a key in it")?;
        CertifiedKey::from_der(chain, key, &provider())
            .context("certificate and key do not belong together")
    }
}

fn provider() -> CryptoProvider {
    ring::default_provider()
}

impl Certificate {
    /// The certificate of the settings, if one is configured.
    ///
    /// # Errors
    /// If the settings contradict each other, or the files cannot be used.
    pub(crate) fn open(settings: &Settings) -> anyhow::Result<Option<Arc<Self>>> {
        let (chain, key) = match (&settings.web_tls_cert, &settings.web_tls_key) {
            (Some(chain), Some(key)) => (chain.clone(), key.clone()),
            (None, None) => return Ok(None),
            _ => bail!("'web_tls_cert' and 'web_tls_key' go together. Set both, or neither"),
        };
        let files = Files::read(&chain, &key)?;
        let certified = files.certified().with_context(|| {
            let (chain, key) = (chain.display(), key.display());
            format!(
                "cannot serve TLS with {chain} and {key} (settings 'web_tls_cert', 'web_tls_key')"
            )
        })?;
        let used = Used {
            files,
            certified: Arc::new(certified),
        };
        Ok(Some(Arc::new(Self {
            chain,
            key,
            used: RwLock::new(used),
        })))
    }

    /// Looks at the files until shutdown. Files that cannot be used change nothing and are logged once.
    ///
    /// # Errors
    /// If looking at them panicked.
    pub(crate) async fn follow_files(self: Arc<Self>, shutdown: Shutdown) -> anyhow::Result<()> {
        let mut told = String::new();
        loop {
            tokio::select! {
                () = shutdown.requested() => return Ok(()),
                () = tokio::time::sleep(INTERVAL) => {}
            }
            let certificate = Arc::clone(&self);
            match tokio::task::spawn_blocking(move || certificate.read_again()).await? {
                Ok(true) => info!("the certificate was read again"),
                Ok(false) => told.clear(),
                Err(error) => {
                    let error = format!("{error:#}");
                    if error != told {
                        warn!(
                            error,
                            "the certificate was changed and cannot be used; the one before is"
                        );
                        told = error;
                    }
                }
            }
        }
    }

    /// Returns whether the files were changed.
    fn read_again(&self) -> anyhow::Result<bool> {
        let files = Files::read(&self.chain, &self.key)?;
        let is_same = {
            let used = self.used.read().unwrap_or_else(PoisonError::into_inner);
            used.files == files
        };
        if is_same {
            return Ok(false);
        }
        let certified = Arc::new(files.certified()?);
        let mut used = self.used.write().unwrap_or_else(PoisonError::into_inner);
        *used = Used { files, certified };
        Ok(true)
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", self.chain.display())
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let used = self.used.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&used.certified))
    }
}

/// Accepts TLS 1.2 and 1.3 with the certificate of that moment.
pub(super) fn acceptor(certificate: &Arc<Certificate>) -> anyhow::Result<TlsAcceptor> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(provider()))
        .with_safe_default_protocol_versions()
        .context("TLS cannot be used")?
        .with_no_client_auth()
        .with_cert_resolver(Arc::<Certificate>::clone(certificate));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn write(folder: &Path, name: &str) -> Settings {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        let settings = Settings {
            web_tls_cert: Some(folder.join("web.pem")),
            web_tls_key: Some(folder.join("web.key")),
            ..Settings::default()
        };
        fs::write(folder.join("web.pem"), made.cert.pem()).unwrap();
        fs::write(folder.join("web.key"), made.signing_key.serialize_pem()).unwrap();
        settings
    }

    fn used(certificate: &Certificate) -> Vec<u8> {
        certificate.used.read().unwrap().certified.cert[0].to_vec()
    }

    #[test]
    fn a_changed_certificate_is_used_and_a_broken_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let settings = write(folder.path(), "first.example");
        let certificate = Certificate::open(&settings).unwrap().unwrap();
        let first = used(&certificate);
        assert!(!certificate.read_again().unwrap());
        // Half of a change: the key is still the old one.
        let old_key = fs::read(folder.path().join("web.key")).unwrap();
        write(folder.path(), "second.example");
        let new_key = fs::read(folder.path().join("web.key")).unwrap();
        fs::write(folder.path().join("web.key"), old_key).unwrap();
        assert!(certificate.read_again().is_err());
        assert_eq!(used(&certificate), first);
        fs::write(folder.path().join("web.key"), new_key).unwrap();
        assert!(certificate.read_again().unwrap());
        assert_ne!(used(&certificate), first);
    }

    #[test]
    fn one_of_the_two_settings_alone_is_refused() {
        let settings = Settings {
            web_tls_cert: Some("web.pem".into()),
            ..Settings::default()
        };
        let refused = Certificate::open(&settings).unwrap_err().to_string();
        assert!(refused.contains("web_tls_key"), "{refused}");
        assert!(Certificate::open(&Settings::default()).unwrap().is_none());
    }
}
