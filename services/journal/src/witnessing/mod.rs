//! The journal as the outside witness of other nodes: their journals send each checkpoint that they have cosigned. It is kept, in a
//! folder of its own for each node, and cosigned once more, if the node is enrolled, its own key has cosigned it, and it
//! continues what is kept of that log. Who holds all keys of that node cannot take back what is here.

mod bounded_listener;
mod enrolled;
mod erasures;
mod kept;
mod server;

use std::path::Path;

use anyhow::bail;
use onestop_chassis::{keys, settings::Settings, store::Store, supervisor::Supervisor};

#[cfg(test)]
pub(crate) use self::{bounded_listener::BoundedListener, kept::WitnessedNodes, server::serve_on};

/// The folder of what other nodes have sent, in the journal's folder.
const FOLDER: &str = "witness-of";

/// Begins to witness, where the settings want it.
///
/// # Errors
/// If one setting of the two is missing, or the journal's cosigning key cannot be used.
pub(crate) fn start(
    settings: &Settings,
    store: &Store,
    folder: &Path,
    supervisor: &mut Supervisor,
) -> anyhow::Result<()> {
    let (address, nodes) = match (settings.witness_listen, &settings.witness_nodes) {
        (None, None) => return Ok(()),
        (Some(address), Some(nodes)) => (address, nodes.clone()),
        (Some(_), None) => bail!("setting 'witness_nodes' is missing: name the file of the nodes"),
        (None, Some(_)) => bail!("setting 'witness_listen' is missing: say where other nodes come"),
    };
    let key = keys::cosigning_key(folder, store.source())?;
    let nodes = kept::WitnessedNodes::new(store.clock().clone(), folder, nodes, key);
    let proxies = settings.trusted_proxies.clone();
    let serving = server::serve(address, proxies, nodes, supervisor.shutdown());
    supervisor.spawn("witness", serving);
    Ok(())
}
