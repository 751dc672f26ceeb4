//! The configuration file of a nats-server.

use std::{
    fmt::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use super::acl::{Answers, DOMAIN, Rights};

/// A user of the server, with its permissions.
pub(crate) struct User {
    pub(crate) login: Login,
    pub(crate) rights: Rights,
}

/// Connections to one broker at the same time, links among them: a service has two, the workbench and a command line one.
const CONNECTIONS: usize = 4_096;
/// Links beyond two for each site.
const SPARE_LINKS: usize = 8;

/// How a user signs in.
pub(crate) enum Login {
    /// With the private half of this nkey.
    Key(String),
    /// With a password, for the links of sites: servers before 2.10 know no nkeys there.
    Password { user: String, password: String },
}

#[derive(Debug, Clone)]
pub(crate) struct Tls {
    pub(crate) cert: PathBuf,
    pub(crate) key: PathBuf,
    /// The authority whose certificates clients must show.
    pub(crate) ca: Option<PathBuf>,
}

/// The hub of a site.
pub(crate) struct HubLink {
    pub(crate) url: String,
    /// `None` where it speaks no TLS.
    pub(crate) tls: Option<HubTls>,
}

/// How a site knows its hub, and shows itself to it. The files are at the site.
#[derive(Debug, Clone)]
pub(crate) struct HubTls {
    /// The authority of the hub's certificate; that of the site's system without it.
    pub(crate) ca: Option<PathBuf>,
    /// The site's certificate and its key.
    pub(crate) own: Option<(PathBuf, PathBuf)>,
}

/// How a server joins the others with which it is one broker.
#[derive(Debug, Clone)]
pub(crate) struct Cluster {
    pub(crate) listen: SocketAddr,
    pub(crate) others: Vec<String>,
    pub(crate) advertised: Advertised,
    /// What they show each other, besides certificates of the authority in `tls`.
    pub(crate) password: String,
    pub(crate) tls: Tls,
}

/// Whether a server tells clients the addresses of the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Advertised {
    Always,
    /// Its certificate is for its name, so that no client could use its address.
    Never,
}

/// The name with which servers sign in at each other.
const ROUTE_USER: &str = "route";

pub(crate) struct Server {
    pub(crate) name: String,
    pub(crate) listen: SocketAddr,
    pub(crate) pid_file: Option<PathBuf>,
    /// The folder of JetStream; none at a site, whose broker stores nothing.
    pub(crate) store: Option<PathBuf>,
    pub(crate) cluster: Option<Cluster>,
    /// Where the brokers of sites connect.
    pub(crate) leaves: Option<SocketAddr>,
    /// At a site.
    pub(crate) hub: Option<HubLink>,
    pub(crate) tls: Option<Tls>,
    pub(crate) users: Vec<User>,
    /// How many sites may be linked; no site to a site.
    pub(crate) sites: usize,
    /// The public key of the system account.
    pub(crate) system: String,
}

impl Server {
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a string does not fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, to: &mut String) -> std::fmt::Result {
        writeln!(to, "# Written by 'onestop'; changes are overwritten.")?;
        writeln!(to, "server_name: {}", quoted(&self.name))?;
        writeln!(to, "listen: \"{}\"", self.listen)?;
        // A dead link is noticed in a quarter of a minute.
        writeln!(to, "ping_interval: \"5s\"\nping_max: 2")?;
        if let Some(file) = &self.pid_file {
            writeln!(to, "pid_file: {}", path(file))?;
        }
        if let Some(store) = &self.store {
            let store = path(store);
            writeln!(to, "jetstream {{ store_dir: {store}, domain: {DOMAIN} }}")?;
        }
        if let Some(tls) = &self.tls {
            write_tls(to, "", tls)?;
        }
        if let Some(cluster) = &self.cluster {
            write_cluster(to, cluster)?;
        }
        self.write_leafnodes(to)?;
        writeln!(to, "accounts {{")?;
        let jetstream = match self.store {
            Some(_) => "jetstream: enabled, ",
            None => "",
        };
        // Who has one key takes no more of the broker than this. A link is made anew before the old one has ended.
        let links = 2 * self.sites + SPARE_LINKS;
        let limits = format!("max_connections: {CONNECTIONS}, max_leafnodes: {links}");
        writeln!(
            to,
            "  ONESTOP {{ {jetstream}limits: {{ {limits} }}, users: ["
        )?;
        for user in &self.users {
            write_user(to, user)?;
        }
        writeln!(to, "  ] }}")?;
        writeln!(to, "  SYS {{ users: [ {{ nkey: {} }} ] }}", self.system)?;
        writeln!(to, "}}\nsystem_account: SYS")
    }

    /// Writes how sites connect to this hub, or how this site connects to its hub.
    fn write_leafnodes(&self, to: &mut String) -> std::fmt::Result {
        if self.leaves.is_none() && self.hub.is_none() {
            return Ok(());
        }
        writeln!(to, "leafnodes {{")?;
        if let Some(listen) = self.leaves {
            writeln!(to, "  listen: \"{listen}\"")?;
            if let Some(tls) = &self.tls {
                write_tls(to, "  ", tls)?;
            }
        }
        if let Some(hub) = &self.hub {
            let url = quoted(&hub.url);
            writeln!(to, "  reconnect: 2")?;
            write!(to, "  remotes: [ {{ urls: [{url}], account: ONESTOP")?;
            if let Some(tls) = &hub.tls {
                write_hub_tls(to, tls)?;
            }
            writeln!(to, " }} ]")?;
        }
        writeln!(to, "}}")
    }
}

fn write_cluster(to: &mut String, cluster: &Cluster) -> std::fmt::Result {
    let password = quoted(&cluster.password);
    writeln!(to, "cluster {{\n  name: onestop")?;
    writeln!(to, "  listen: \"{}\"", cluster.listen)?;
    writeln!(
        to,
        "  authorization {{ user: {ROUTE_USER}, password: {password}, timeout: 5 }}"
    )?;
    write_tls(to, "  ", &cluster.tls)?;
    if cluster.advertised == Advertised::Never {
        writeln!(to, "  no_advertise: true")?;
    }
    writeln!(to, "  routes: [")?;
    for other in &cluster.others {
        let url = format!("nats-route://{ROUTE_USER}:{}@{other}", cluster.password);
        writeln!(to, "    {}", quoted(&url))?;
    }
    writeln!(to, "  ]\n}}")
}

fn write_hub_tls(to: &mut String, tls: &HubTls) -> std::fmt::Result {
    write!(to, ", tls: {{ ")?;
    if let Some(ca) = &tls.ca {
        write!(to, "ca_file: {}, ", path(ca))?;
    }
    if let Some((cert, key)) = &tls.own {
        write!(to, "cert_file: {}, key_file: {}, ", path(cert), path(key))?;
    }
    write!(to, "timeout: 5 }}")
}

fn write_tls(to: &mut String, indent: &str, tls: &Tls) -> std::fmt::Result {
    writeln!(to, "{indent}tls {{")?;
    writeln!(to, "{indent}  cert_file: {}", path(&tls.cert))?;
    writeln!(to, "{indent}  key_file: {}", path(&tls.key))?;
    if let Some(ca) = &tls.ca {
        writeln!(
            to,
            "{indent}  ca_file: {}\n{indent}  verify: true",
            path(ca)
        )?;
    }
    writeln!(to, "{indent}  timeout: 5\n{indent}}}")
}

fn write_user(to: &mut String, user: &User) -> std::fmt::Result {
    match &user.login {
        Login::Key(public) => write!(to, "    {{ nkey: {public}, {}", connects_as("STANDARD"))?,
        Login::Password { user, password } => {
            let (user, password) = (quoted(user), quoted(password));
            let kind = connects_as("LEAFNODE");
            write!(to, "    {{ user: {user}, password: {password}, {kind}")?;
        }
    }
    let Rights::Only {
        publish,
        deny,
        subscribe,
        answers,
    } = &user.rights
    else {
        return writeln!(to, " }}");
    };
    writeln!(to, ", permissions: {{")?;
    write_subjects(to, "publish", publish, deny)?;
    write_subjects(to, "subscribe", subscribe, &[])?;
    if *answers == Answers::Yes {
        writeln!(to, "      allow_responses: {{ max: 1, expires: \"10m\" }}")?;
    }
    writeln!(to, "    }} }}")
}

/// The one kind of connection that a user may make: a program's key makes no link, and a link's password serves no
/// program.
fn connects_as(kind: &str) -> String {
    format!("allowed_connection_types: [ \"{kind}\" ]")
}

fn write_subjects(
    to: &mut String,
    what: &str,
    allow: &[String],
    deny: &[String],
) -> std::fmt::Result {
    writeln!(to, "      {what}: {{")?;
    for (word, subjects) in [("allow", allow), ("deny", deny)] {
        if subjects.is_empty() {
            continue;
        }
        writeln!(to, "        {word}: [")?;
        for subject in subjects {
            writeln!(to, "          {}", quoted(subject))?;
        }
        writeln!(to, "        ]")?;
    }
    writeln!(to, "      }}")
}

fn path(path: &Path) -> String {
    quoted(&path.display().to_string())
}

/// A quoted string, as nats-server reads it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
