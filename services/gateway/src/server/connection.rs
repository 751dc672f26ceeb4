//! One connection, from its first byte: what a load balancer says, TLS, then requests one after another.

use std::{convert::Infallible, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::Service};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use onestop_chassis::shutdown::Shutdown;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tracing::debug;

use super::{Server, connections::Slot, held_body::HeldBody, proxy_protocol, timed_io::TimedIo};
use crate::core::client_address::Unnamed;

/// How long the head of a request may take, from the connection's beginning or the answer before; so also how long a
/// connection is kept for a further request.
const HEAD: Duration = Duration::from_secs(20);
/// How long the beginnings of PROXY protocol and TLS may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long nothing may move on a connection. Streams send a sign every fifteen seconds; no service is waited for longer.
const QUIET: Duration = Duration::from_secs(90);
/// The longest head of a request, in bytes.
const LONGEST_HEAD: usize = 64 * 1024;
/// The answer to a client that finds no room.
const NO_ROOM: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\n\
    content-length: 0\r\n\r\n";

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

pub(super) struct Connection {
    pub(super) server: Arc<Server>,
    pub(super) routes: Router,
    pub(super) shutdown: Shutdown,
    pub(super) peer: SocketAddr,
    /// Whether a load balancer has named no client.
    pub(super) unnamed: Option<Unnamed>,
}

impl Connection {
    /// Serves the connection until it ends.
    pub(super) async fn serve(mut self, stream: TcpStream) {
        let is_proxy = self.server.trusted_proxies.contain(self.peer.ip());
        let address = (!is_proxy).then_some(self.peer.ip());
        let Some(slot) = self.server.connections.admit(address) else {
            debug!(peer = %self.peer, "there is no room for a connection");
            if self.server.tls.is_none() {
                // As much as the system takes at once.
                let _ = stream.try_write(NO_ROOM);
            }
            return;
        };
        let _ = stream.set_nodelay(true);
        let begun = async {
            let stream = self.begin(stream, &slot).await?;
            self.requests(stream, &slot).await
        };
        let ended = tokio::select! {
            ended = begun => ended,
            () = slot.closed() => Err(io::Error::other("it waited, and made room")),
        };
        if let Err(error) = ended {
            debug!(%error, "a connection ended");
        }
    }

    /// Reads what comes before HTTP.
    async fn begin(&mut self, mut stream: TcpStream, slot: &Slot) -> io::Result<Box<dyn Stream>> {
        let server = Arc::clone(&self.server);
        let is_proxy = server.trusted_proxies.contain(self.peer.ip());
        if server.proxy_protocol && is_proxy {
            let client = timeout(HANDSHAKE, proxy_protocol::read(&mut stream)).await??;
            self.unnamed = client.is_none().then_some(Unnamed);
            if let Some(client) = client {
                if !slot.set_address(client) {
                    return Err(io::Error::other("there is no room for its client"));
                }
                self.peer.set_ip(client);
            }
        }
        match &server.tls {
            Some(tls) => Ok(Box::new(timeout(HANDSHAKE, tls.accept(stream)).await??)),
            None => Ok(Box::new(stream)),
        }
    }

    async fn requests(&self, stream: Box<dyn Stream>, slot: &Slot) -> io::Result<()> {
        let routes = TowerToHyperService::new(self.routes.clone());
        let service = hyper::service::service_fn(|request: Request<Incoming>| {
            let answering = slot.answer();
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(self.peer));
            if let Some(unnamed) = self.unnamed {
                request.extensions_mut().insert(unnamed);
            }
            let answered = routes.call(request);
            async move {
                let response: Response<Body> = answered.await?;
                let held = |body| HeldBody {
                    body,
                    _answering: answering,
                };
                Ok::<_, Infallible>(response.map(held))
            }
        });
        let stream = TokioIo::new(TimedIo::new(stream, QUIET));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_buf_size(LONGEST_HEAD)
            .serve_connection(stream, service);
        let mut connection = pin!(connection);
        tokio::select! {
            ended = connection.as_mut() => return ended.map_err(io::Error::other),
            () = self.shutdown.requested() => {}
        }
        if slot.is_waiting() {
            return Ok(());
        }
        connection.as_mut().graceful_shutdown();
        connection.await.map_err(io::Error::other)
    }
}
