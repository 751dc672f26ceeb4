//! `onestop healthcheck`: whether the service at an address is ready, for containers, which have no other program.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{exit::UNAVAILABLE, output::Output};

/// How long the service may take to answer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// More than any answer of a service.
const LONGEST: u64 = 64 * 1024;

/// Asks for `/readyz`, and prints what the service says.
pub(crate) async fn run(address: SocketAddr, output: &Output) -> anyhow::Result<ExitCode> {
    if address.port() == 0 {
        bail!(said!("healthcheck-which-address"));
    }
    let address = reached(address);
    let asked = tokio::time::timeout(TIMEOUT, ask(address)).await;
    let answer = asked
        .map_err(anyhow::Error::from)
        .and_then(|answer| Ok(answer?))
        .with_context(|| said!("address-does-not-answer", address = address))?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    output.print(body);
    let status = head.split(' ').nth(1);
    Ok(match status {
        Some("200") => ExitCode::SUCCESS,
        Some(_) | None => ExitCode::from(UNAVAILABLE),
    })
}

/// A service that listens on every address is reached on this machine's own.
fn reached(address: SocketAddr) -> SocketAddr {
    let host = match address.ip() {
        IpAddr::V4(host) if host.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(host) if host.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        host @ (IpAddr::V4(_) | IpAddr::V6(_)) => host,
    };
    SocketAddr::from((host, address.port()))
}

async fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream
        .write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .await?;
    let mut answer = Vec::new();
    stream.take(LONGEST).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
