//! `onestop keys init`

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use onestop_chassis::data_lock::DataLock;
use serde::Serialize;

use super::{
    Hub, SITE, SYSTEM, acl, issuers, make_folder, mark_as_training, seeds,
    server_conf::{Server, Tls},
    users, write_hub,
};
use crate::{
    broker,
    cli::{InitArgs, Site},
    output::Output,
};

/// The file name of a site's configuration.
const LEAF_CONF: &str = "leaf.conf";

/// The files that `keys init` wrote.
#[derive(Serialize)]
struct Written {
    configuration: PathBuf,
    keys: PathBuf,
    sites: Vec<PathBuf>,
}

pub(super) fn run(args: &InitArgs, output: &Output) -> anyhow::Result<()> {
    // A running 'onestop up' has its keys in its data folder, and writes its broker's configuration itself.
    let out = std::path::absolute(&args.out)?;
    let data = out.ancestors();
    let data = data.filter(|data| out.starts_with(broker::keys_folder(data)));
    let _locks: Vec<DataLock> = data
        .map(|data| DataLock::reading(data, []))
        .collect::<Result<_, _>>()?;
    let tls = tls(args)?;
    check_encrypted(args)?;
    if !args.sites.is_empty() && args.leaf_listen.is_none() {
        bail!("where do the sites connect? Say --leaf-listen ADDRESS, such as 0.0.0.0:7422");
    }
    let mut sites = Vec::new();
    if let Some(listen) = args.leaf_listen {
        let link = Link {
            scheme: if tls.is_some() { "tls" } else { "nats-leaf" },
            hub: args.leaf_advertise.unwrap_or(listen),
            listen: args.site_listen,
        };
        for site in &args.sites {
            sites.push(write_site(&args.out, site, &link)?);
        }
    }
    if args.training {
        mark_as_training(&args.out)?;
    }
    let hub = Hub {
        listen: args.listen,
        leaves: args.leaf_listen,
        store: args.store.clone(),
        pid_file: None,
        tls,
    };
    let configuration = write_hub(&args.out, &hub)?;
    for operator in &args.operators {
        issuers::enrol_operator(&args.out, operator)?;
    }
    let written = Written {
        configuration,
        keys: args.out.clone(),
        sites,
    };
    output.print_value(&written, || text(&written, output));
    Ok(())
}

/// Whatever is reached over the network is encrypted, unless the operator says aloud that it is not.
fn check_encrypted(args: &InitArgs) -> anyhow::Result<()> {
    let is_near = |address: &SocketAddr| address.ip().is_loopback();
    let hub = [Some(args.listen), args.leaf_listen, args.leaf_advertise];
    let hub = hub.into_iter().flatten();
    let of_hub = hub.filter(|_| args.server_cert.is_none());
    // The broker of a site has no certificate.
    let at_site = (!args.sites.is_empty()).then_some(args.site_listen);
    let open = of_hub.chain(at_site).find(|address| !is_near(address));
    match open {
        Some(address) if !args.insecure => bail!(
            "{address} is reached over the network, and nothing would encrypt what goes there, passwords of sites \
             among it. Say --server-cert and --server-key; or --insecure, if a tunnel or a network of its own does"
        ),
        Some(_) | None => Ok(()),
    }
}

fn tls(args: &InitArgs) -> anyhow::Result<Option<Tls>> {
    match (&args.server_cert, &args.server_key) {
        (Some(cert), Some(key)) => Ok(Some(Tls {
            cert: cert.clone(),
            key: key.clone(),
            ca: args.client_ca.clone(),
        })),
        (None, None) if args.client_ca.is_none() => Ok(None),
        _ => bail!("a server's certificate needs its key: say both --server-cert and --server-key"),
    }
}

/// How the broker of a site listens, and connects to the hub.
struct Link {
    scheme: &'static str,
    hub: SocketAddr,
    listen: SocketAddr,
}

/// Makes the keys of a site's own broker, and writes its configuration. Returns its path.
fn write_site(folder: &Path, site: &Site, link: &Link) -> anyhow::Result<PathBuf> {
    let Site { name: site, within } = site;
    let own = folder.join(format!("{SITE}{site}"));
    make_folder(&own)?;
    issuers::write_division(&own, *within)?;
    let password = seeds::password(&own.join("link.password"))?;
    let Link {
        scheme,
        hub,
        listen,
    } = link;
    let server = Server {
        name: format!("{SITE}{site}"),
        listen: *listen,
        pid_file: None,
        store: None,
        leaves: None,
        hub: Some(format!("{scheme}://{SITE}{site}:{password}@{hub}")),
        tls: None,
        users: users(&own, acl::at_site(site))?,
        sites: 0,
        system: seeds::public(&own, SYSTEM)?,
    };
    let file = own.join(LEAF_CONF);
    let written = seeds::write(&file, &server.text());
    written.with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

fn text(written: &Written, output: &Output) -> String {
    let (conf, keys) = (written.configuration.display(), written.keys.display());
    let next = output.message("keys-next");
    let sites = written.sites.iter();
    let sites: Vec<String> = sites
        .map(|site| format!("  nats-server -c {}", site.display()))
        .collect();
    format!(
        "{keys}/*.nk\n{next}:\n  nats-server -c {conf}\n  onestop provision --keys {keys}\n  \
         onestop-intake --nats-key {keys}/intake.nk …\n{}",
        sites.join("\n")
    )
}
