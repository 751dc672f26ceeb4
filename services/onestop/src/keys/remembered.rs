//! What earlier runs of `onestop keys init` said of the broker, for the next one: `init.json` beside the keys.

use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use super::{
    seeds,
    server_conf::{Advertised, Cluster, HubTls, Tls},
};
use crate::cli::{ClusterServer, InitArgs, Site};

/// The file name.
const FILE: &str = "init.json";

/// What was said of the broker and its links. Keys, sites and operators are remembered by their own files.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Remembered {
    listen: Option<SocketAddr>,
    store: Option<PathBuf>,
    leaf_listen: Option<SocketAddr>,
    leaf_advertise: Option<SocketAddr>,
    site_listen: Option<SocketAddr>,
    server_cert: Option<PathBuf>,
    server_key: Option<PathBuf>,
    client_ca: Option<PathBuf>,
    leaf_ca: Option<PathBuf>,
    leaf_cert: Option<PathBuf>,
    leaf_key: Option<PathBuf>,
    cluster: Vec<ClusterServer>,
    cluster_ca: Option<PathBuf>,
    cluster_cert: Option<PathBuf>,
    cluster_key: Option<PathBuf>,
    insecure: bool,
}

/// Where the brokers of sites connect.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaves {
    pub(super) listen: SocketAddr,
    /// The address under which sites reach it.
    pub(super) reached: SocketAddr,
}

impl Remembered {
    /// What counts now: what is said now and, of the rest, what was said before.
    pub(super) fn with(args: &InitArgs) -> anyhow::Result<Self> {
        let before = if args.forget {
            Self::default()
        } else {
            Self::read(&args.out)?
        };
        let path = |now: Option<&PathBuf>, before| now.cloned().or(before);
        Ok(Self {
            listen: args.listen.or(before.listen),
            store: path(args.store.as_ref(), before.store),
            leaf_listen: args.leaf_listen.or(before.leaf_listen),
            leaf_advertise: args.leaf_advertise.or(before.leaf_advertise),
            site_listen: args.site_listen.or(before.site_listen),
            server_cert: path(args.server_cert.as_ref(), before.server_cert),
            server_key: path(args.server_key.as_ref(), before.server_key),
            client_ca: path(args.client_ca.as_ref(), before.client_ca),
            leaf_ca: path(args.leaf_ca.as_ref(), before.leaf_ca),
            leaf_cert: path(args.leaf_cert.as_ref(), before.leaf_cert),
            leaf_key: path(args.leaf_key.as_ref(), before.leaf_key),
            cluster: if args.cluster.is_empty() {
                before.cluster
            } else {
                args.cluster.clone()
            },
            cluster_ca: path(args.cluster_ca.as_ref(), before.cluster_ca),
            cluster_cert: path(args.cluster_cert.as_ref(), before.cluster_cert),
            cluster_key: path(args.cluster_key.as_ref(), before.cluster_key),
            insecure: args.insecure || before.insecure,
        })
    }

    fn read(folder: &Path) -> anyhow::Result<Self> {
        let file = folder.join(FILE);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => {
                return Err(error).with_context(|| said!("cannot-read", path = file.display()));
            }
        };
        serde_json::from_str(&text)
            .with_context(|| said!("keys-remembered-not-read", path = file.display()))
    }

    /// Keeps it for the next run.
    pub(super) fn store_in(&self, folder: &Path) -> anyhow::Result<()> {
        let file = folder.join(FILE);
        let text = serde_json::to_string_pretty(self)?;
        let written = seeds::write(&file, &format!("{text}\n"));
        written.with_context(|| said!("cannot-write", path = file.display()))
    }

    pub(super) fn listen(&self) -> SocketAddr {
        self.listen.unwrap_or_else(default_listen)
    }

    pub(super) fn site_listen(&self) -> SocketAddr {
        self.site_listen.unwrap_or_else(default_listen)
    }

    pub(super) fn store(&self) -> PathBuf {
        let said = self.store.clone();
        said.unwrap_or_else(|| PathBuf::from("nats-store"))
    }

    /// Whatever is reached over the network is encrypted, unless the operator says aloud that it is not.
    pub(super) fn check_encrypted(&self, sites: &[Site]) -> anyhow::Result<()> {
        let is_near = |address: &SocketAddr| address.ip().is_loopback();
        let hub = [Some(self.listen()), self.leaf_listen, self.leaf_advertise];
        let hub = hub.into_iter().flatten();
        let of_hub = hub.filter(|_| self.server_cert.is_none());
        // The broker of a site has no certificate.
        let at_site = (!sites.is_empty()).then(|| self.site_listen());
        let open = of_hub.chain(at_site).find(|address| !is_near(address));
        match open {
            Some(address) if !self.insecure => bail!(said!("keys-unencrypted", address = address)),
            Some(_) | None => Ok(()),
        }
    }

    pub(super) fn leaves(&self) -> Option<Leaves> {
        let listen = self.leaf_listen?;
        let reached = self.leaf_advertise.unwrap_or(listen);
        Some(Leaves { listen, reached })
    }

    pub(super) fn tls(&self) -> anyhow::Result<Option<Tls>> {
        match (&self.server_cert, &self.server_key) {
            (Some(cert), Some(key)) => Ok(Some(Tls {
                cert: cert.clone(),
                key: key.clone(),
                ca: self.client_ca.clone(),
            })),
            (None, None) if self.client_ca.is_none() => Ok(None),
            _ => bail!(said!("keys-certificate-and-key")),
        }
    }

    /// How a site knows the hub and shows itself to it, over TLS; nothing where the hub speaks none.
    pub(super) fn hub_tls(&self) -> anyhow::Result<Option<HubTls>> {
        if self.server_cert.is_none() {
            return Ok(None);
        }
        let own = match (&self.leaf_cert, &self.leaf_key) {
            (Some(cert), Some(key)) => Some((cert.clone(), key.clone())),
            (None, None) if self.client_ca.is_none() => None,
            _ => bail!(said!("keys-leaf-certificate")),
        };
        Ok(Some(HubTls {
            ca: self.leaf_ca.clone(),
            own,
        }))
    }

    /// How each of several servers joins the others: with TLS and a password, since an unknown server that joined would
    /// receive every applicant's name.
    pub(super) fn cluster(
        &self,
        password: impl FnOnce() -> anyhow::Result<String>,
    ) -> anyhow::Result<Vec<(ClusterServer, Cluster)>> {
        if self.cluster.is_empty() {
            return Ok(Vec::new());
        }
        let cert = self.cluster_cert.as_ref().or(self.server_cert.as_ref());
        let key = self.cluster_key.as_ref().or(self.server_key.as_ref());
        let (Some(cert), Some(key), Some(ca)) = (cert, key, &self.cluster_ca) else {
            bail!(said!("keys-cluster-tls"));
        };
        let password = password()?;
        let joined = |server: &ClusterServer| {
            let others = self.cluster.iter().filter(|other| *other != server);
            let cluster = Cluster {
                listen: server.routes,
                others: others.map(ClusterServer::reached).collect(),
                advertised: match server.host {
                    Some(_) => Advertised::Never,
                    None => Advertised::Always,
                },
                password: password.clone(),
                tls: Tls {
                    cert: cert.clone(),
                    key: key.clone(),
                    ca: Some(ca.clone()),
                },
            };
            (server.clone(), cluster)
        };
        Ok(self.cluster.iter().map(joined).collect())
    }
}

fn default_listen() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 4222))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: InitArgs,
    }

    fn said(folder: &Path, words: &[&str]) -> Remembered {
        let out = folder.to_str().unwrap();
        let line = ["init", "--out", out].into_iter();
        let line = line.chain(words.iter().copied());
        let said = Remembered::with(&Line::parse_from(line).args).unwrap();
        said.store_in(folder).unwrap();
        said
    }

    #[test]
    fn a_second_run_keeps_what_it_does_not_repeat() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let tls = ["--server-cert", "broker.pem", "--server-key", "broker.key"];
        let first: [&[&str]; 3] = [
            &["--listen", "10.0.0.1:4222", "--store", "/var/lib/nats"],
            &["--leaf-listen", "0.0.0.0:7422", "--client-ca", "ca.pem"],
            &tls,
        ];
        let first = said(folder, &first.concat());
        assert_eq!(said(folder, &[]), first);
        let moved = said(folder, &["--listen", "10.0.0.9:4222"]);
        assert_eq!(moved.listen().to_string(), "10.0.0.9:4222");
        assert_eq!(moved.tls().unwrap().unwrap().cert, Path::new("broker.pem"));
        assert!(moved.leaves().is_some());
        let anew = said(folder, &["--forget"]);
        assert_eq!(anew, Remembered::default());
        assert_eq!(anew.listen().to_string(), "127.0.0.1:4222");
    }

    /// Where the broker wants certificates, no site without one is linked.
    #[test]
    fn a_site_knows_the_hub_by_its_authority_and_shows_a_certificate_where_one_is_wanted() {
        let folder = tempfile::tempdir().unwrap();
        assert!(said(folder.path(), &[]).hub_tls().unwrap().is_none());
        let tls = [
            "--server-cert=hub.pem",
            "--server-key=hub.key",
            "--leaf-ca=ca.pem",
        ];
        let link = said(folder.path(), &tls).hub_tls().unwrap().unwrap();
        assert_eq!(link.ca.as_deref(), Some(Path::new("ca.pem")));
        assert_eq!(link.own, None);
        let wants = said(folder.path(), &["--client-ca=ca.pem"]);
        let refused = wants.hub_tls().err().unwrap().to_string();
        assert!(refused.contains("--leaf-cert"), "{refused}");
        let shows = ["--leaf-cert=site.pem", "--leaf-key=site.key"];
        let link = said(folder.path(), &shows).hub_tls().unwrap().unwrap();
        assert_eq!(link.own, Some(("site.pem".into(), "site.key".into())));
    }

    fn secret() -> anyhow::Result<String> {
        Ok("secret".to_owned())
    }

    #[test]
    fn several_servers_join_with_a_password_and_certificates_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let servers = [
            "--cluster",
            "n1=10.0.0.1",
            "--cluster",
            "n2=10.0.0.2:5222/5223",
        ];
        let bare = said(folder.path(), &servers);
        let refused = bare.cluster(secret).unwrap_err().to_string();
        assert!(refused.contains("--cluster-ca"), "{refused}");
        let tls = ["--cluster-ca=ca", "--server-cert=cert", "--server-key=key"];
        let cluster = said(folder.path(), &tls).cluster(secret).unwrap();
        let [(first, joined), (second, _)] = &cluster[..] else {
            panic!("two servers")
        };
        assert_eq!(first.listen.to_string(), "10.0.0.1:4222");
        assert_eq!(second.listen.to_string(), "10.0.0.2:5222");
        assert_eq!(joined.others, ["10.0.0.2:5223"]);
        assert_eq!(joined.tls.ca.as_deref(), Some(Path::new("ca")));
    }

    #[test]
    fn a_server_with_a_name_listens_on_all_addresses_and_is_reached_by_it() {
        let folder = tempfile::tempdir().unwrap();
        let words = [
            "--cluster=n1=nats-0.nats",
            "--cluster=n2=nats-1.nats:5222/5223",
            "--cluster-ca=ca",
            "--server-cert=cert",
            "--server-key=key",
        ];
        let cluster = said(folder.path(), &words).cluster(secret).unwrap();
        let [(first, joined), (second, _)] = &cluster[..] else {
            panic!("two servers")
        };
        assert_eq!(first.listen.to_string(), "0.0.0.0:4222");
        assert_eq!(second.listen.to_string(), "0.0.0.0:5222");
        assert_eq!(joined.listen.to_string(), "0.0.0.0:6222");
        assert_eq!(joined.others, ["nats-1.nats:5223"]);
        assert_eq!(joined.advertised, Advertised::Never);
        for wrong in ["n1=nats_0", "n1=10.0.0", "n1=", "n1=a..b"] {
            assert!(wrong.parse::<ClusterServer>().is_err(), "{wrong}");
        }
    }
}
