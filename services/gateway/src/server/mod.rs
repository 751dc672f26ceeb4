//! The server of the workbench and the API: HTTP/1.1, over TLS if a certificate is configured.
//!
//! | module | content |
//! |---|---|
//! | `caps` | how many connections there may be, by the limit of open files |
//! | `connections` | who has a connection, and which one makes room for a new one; pure |
//! | `connection` | one connection, from its first byte |
//! | `held_body` | tells when an answer has been sent |
//! | `timed_io` | ends a connection on which nothing moves |
//! | `proxy_protocol` | who the client is, where a load balancer says so |
//! | `tls` | the certificate, read again when its files change |

mod caps;
mod connection;
mod connections;
mod held_body;
mod proxy_protocol;
mod timed_io;
pub(crate) mod tls;

use std::{io, sync::Arc, time::Duration};

use anyhow::Context;
use axum::Router;
use onestop_chassis::{
    process,
    settings::{Networks, Settings},
    shutdown::Shutdown,
};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_rustls::TlsAcceptor;
use tracing::{info, warn};

use self::{caps::Caps, connection::Connection, connections::Connections, tls::Certificate};

/// After a connection could not be accepted.
const PAUSE: Duration = Duration::from_millis(50);

/// What connections are served with.
pub(crate) struct Server {
    connections: Connections,
    trusted_proxies: Networks,
    proxy_protocol: bool,
    tls: Option<TlsAcceptor>,
}

impl Server {
    /// Derives the caps of connections from the limit of open files.
    pub(crate) fn new(
        settings: &Settings,
        certificate: Option<&Arc<Certificate>>,
    ) -> anyhow::Result<Self> {
        let caps = Caps::of(process::file_limit());
        info!(
            all = caps.all,
            an_address = caps.address,
            "connections at most"
        );
        Ok(Self {
            connections: Connections::new(caps),
            trusted_proxies: settings.trusted_proxies.clone(),
            proxy_protocol: settings.proxy_protocol,
            tls: certificate.map(tls::acceptor).transpose()?,
        })
    }

    /// Serves until shutdown, then completes the requests in progress.
    ///
    /// # Errors
    /// If the task of a connection panicked.
    pub(crate) async fn serve(
        self,
        listener: TcpListener,
        routes: Router,
        shutdown: Shutdown,
    ) -> anyhow::Result<()> {
        let server = Arc::new(self);
        let mut tasks = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                () = shutdown.requested() => break,
                Some(ended) = tasks.join_next() => {
                    ended.context("a connection panicked")?;
                    continue;
                }
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let connection = Connection {
                        server: Arc::clone(&server),
                        routes: routes.clone(),
                        shutdown: shutdown.clone(),
                        peer,
                        unnamed: None,
                    };
                    tasks.spawn(connection.serve(stream));
                }
                Err(error) => server.make_room(&error).await,
            }
        }
        drop(listener);
        while let Some(ended) = tasks.join_next().await {
            ended.context("a connection panicked")?;
        }
        Ok(())
    }

    /// After a failed `accept`. Where the process has no file left, a connection that waits is closed.
    async fn make_room(&self, error: &io::Error) {
        let of_one_connection = matches!(
            error.kind(),
            io::ErrorKind::ConnectionAborted
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionRefused
        );
        if of_one_connection {
            return;
        }
        warn!(%error, "a connection could not be accepted");
        self.connections.close_one();
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests;
