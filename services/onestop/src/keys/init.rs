//! `onestop keys init`

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::bail;
use onestop_chassis::data_lock::DataLock;
use onestop_proto::actor::ServiceName;
use serde::Serialize;

use super::{
    Hub, SITE, SYSTEM, acl, issuers, make_folder, mark_as_training,
    remembered::Remembered,
    seeds,
    server_conf::{HubLink, HubTls, Server},
    users, write_conf, write_hub,
};
use crate::{
    broker,
    cli::{InitArgs, Site},
    output::Output,
};

/// The file name of a site's configuration.
const LEAF_CONF: &str = "leaf.conf";

/// The file of the password that the servers of a cluster show each other.
const ROUTE_PASSWORD: &str = "route.password";

/// The files that `keys init` wrote.
#[derive(Serialize)]
struct Written {
    configuration: PathBuf,
    /// That, or one for each of several servers.
    servers: Vec<PathBuf>,
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
    let said = Remembered::with(args)?;
    let tls = said.tls()?;
    if said.leaves().is_some() {
        said.hub_tls()?;
    }
    said.check_encrypted(&args.sites)?;
    if !args.sites.is_empty() && said.leaves().is_none() {
        bail!(said!("keys-leaf-listen"));
    }
    make_folder(&args.out)?;
    if args.training {
        mark_as_training(&args.out)?;
    }
    let cluster = said.cluster(|| seeds::password(&args.out.join(ROUTE_PASSWORD)))?;
    let sites = write_sites(args, &said)?;
    let hub = Hub {
        listen: said.listen(),
        leaves: said.leaves().map(|leaves| leaves.listen),
        store: said.store(),
        pid_file: None,
        tls,
        cluster,
    };
    let configurations = write_hub(&args.out, &hub)?;
    for operator in &args.operators {
        issuers::enrol_operator(&args.out, operator)?;
    }
    said.store_in(&args.out)?;
    let written = Written {
        configuration: configurations.first().cloned().unwrap_or_default(),
        servers: configurations,
        keys: args.out.clone(),
        sites,
    };
    output.print_value(&written, || text(&written, output));
    Ok(())
}

/// Writes the configuration of each site, also of those that were known before: the hub's address or its certificate may
/// be new.
fn write_sites(args: &InitArgs, said: &Remembered) -> anyhow::Result<Vec<PathBuf>> {
    for Site { name, within } in &args.sites {
        let own = args.out.join(format!("{SITE}{name}"));
        make_folder(&own)?;
        issuers::write_division(&own, *within)?;
    }
    let Some(leaves) = said.leaves() else {
        return Ok(Vec::new());
    };
    let link = Link {
        tls: said.hub_tls()?,
        hub: leaves.reached,
        listen: said.site_listen(),
    };
    let sites = super::sites(&args.out)?;
    let written = sites.iter().map(|site| write_site(&args.out, site, &link));
    written.collect()
}

/// How the broker of a site listens, and connects to the hub.
struct Link {
    tls: Option<HubTls>,
    hub: SocketAddr,
    listen: SocketAddr,
}

/// Makes the keys of a site's own broker, and writes its configuration. Returns its path.
fn write_site(folder: &Path, site: &ServiceName, link: &Link) -> anyhow::Result<PathBuf> {
    let own = folder.join(format!("{SITE}{site}"));
    let password = seeds::password(&own.join("link.password"))?;
    let Link { tls, hub, listen } = link;
    let scheme = match tls {
        Some(_) => "tls",
        None => "nats-leaf",
    };
    let server = Server {
        name: format!("{SITE}{site}"),
        listen: *listen,
        pid_file: None,
        store: None,
        cluster: None,
        leaves: None,
        hub: Some(HubLink {
            url: format!("{scheme}://{SITE}{site}:{password}@{hub}"),
            tls: tls.clone(),
        }),
        tls: None,
        users: users(&own, acl::at_site(site))?,
        sites: 0,
        system: seeds::public(&own, SYSTEM)?,
    };
    write_conf(&server, &own.join(LEAF_CONF))
}

fn text(written: &Written, output: &Output) -> String {
    let keys = written.keys.display();
    let next = output.message("keys-next");
    let start = |files: &[PathBuf]| {
        let lines = files.iter();
        let lines = lines.map(|file| format!("  nats-server -c {}\n", file.display()));
        lines.collect::<String>()
    };
    let (hub, sites) = (start(&written.servers), start(&written.sites));
    let replicas = match written.servers.len() {
        1 => String::new(),
        _ => " --replicas 3".to_owned(),
    };
    let mut text = format!(
        "{keys}/*.nk\n{next}:\n{hub}  onestop provision --keys {keys}{replicas}\n  \
         onestop-intake --nats-key {keys}/intake.nk …\n{sites}"
    );
    // A process takes its identity from these files when it starts.
    if !written.sites.is_empty() {
        text += &output.message("keys-sites-restart");
    }
    text
}
