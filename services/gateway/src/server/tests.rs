//! The server over real connections.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, Request},
    routing::get,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Barrier,
};

use super::*;
use crate::core::client_address::Proxies;

const TIMEOUT: Duration = Duration::from_secs(10);

/// Tells the client's address; `/slow` answers when the test says so.
fn routes(barrier: &Arc<Barrier>) -> Router {
    let barrier = Arc::clone(barrier);
    let slow = move || async move {
        barrier.wait().await;
        barrier.wait().await;
        "slow"
    };
    let whose = |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() };
    Router::new()
        .route("/", get(whose))
        .route("/client", get(client))
        .route("/slow", get(slow))
}

/// Tells the client's address by the headers, where a proxy at 127.0.0.1 is trusted.
async fn client(ConnectInfo(peer): ConnectInfo<SocketAddr>, request: Request) -> String {
    let proxies = Proxies::new(&behind_a_proxy());
    proxies.client_of(peer.ip(), &request).to_string()
}

fn behind_a_proxy() -> Settings {
    Settings {
        trusted_proxies: "127.0.0.1".parse().unwrap(),
        proxy_protocol: true,
        ..Settings::default()
    }
}

struct Running {
    address: SocketAddr,
    barrier: Arc<Barrier>,
    shutdown: Shutdown,
    server: tokio::task::JoinHandle<anyhow::Result<()>>,
}

#[allow(
    clippy::disallowed_methods,
    reason = "the test waits for the task itself"
)]
async fn start(settings: Settings, caps: Caps) -> Running {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut server = Server::new(&settings, None).unwrap();
    server.connections = Connections::new(caps);
    let (barrier, shutdown) = (Arc::new(Barrier::new(2)), Shutdown::default());
    let serving = server.serve(listener, routes(&barrier), shutdown.clone());
    Running {
        address,
        barrier,
        shutdown,
        server: tokio::spawn(serving),
    }
}

const FEW: Caps = Caps {
    all: 12,
    address: 8,
};

async fn get_page(stream: &mut TcpStream, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    read(stream).await
}

async fn read(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let read = tokio::time::timeout(TIMEOUT, stream.read_to_end(&mut answer));
    // A connection that is closed with bytes unread is reset.
    let _ = read.await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn silent_connections_keep_nobody_out() {
    let running = start(Settings::default(), FEW).await;
    let mut silent = Vec::new();
    for _ in 0..200 {
        silent.push(TcpStream::connect(running.address).await.unwrap());
    }
    let mut clerk = TcpStream::connect(running.address).await.unwrap();
    let page = get_page(&mut clerk, "/").await;
    assert!(page.ends_with("127.0.0.1"), "{page}");
    // Most of the silent ones were closed.
    assert_eq!(read(&mut silent[0]).await, "");
}

#[tokio::test]
async fn a_request_in_progress_is_answered_before_the_server_stops() {
    let running = start(Settings::default(), FEW).await;
    let _silent = TcpStream::connect(running.address).await.unwrap();
    let mut clerk = TcpStream::connect(running.address).await.unwrap();
    let asked = get_page(&mut clerk, "/slow");
    let stopped = async {
        running.barrier.wait().await;
        running.shutdown.request();
        tokio::time::sleep(Duration::from_millis(50)).await;
        running.barrier.wait().await;
        tokio::time::timeout(TIMEOUT, running.server).await
    };
    let (page, stopped) = tokio::join!(asked, stopped);
    assert!(page.ends_with("slow"), "{page}");
    stopped.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn a_load_balancer_says_who_the_client_is_and_nobody_else_does() {
    let running = start(behind_a_proxy(), FEW).await;
    let mut through = TcpStream::connect(running.address).await.unwrap();
    let header = b"PROXY TCP4 203.0.113.9 192.0.2.1 40000 443\r\n";
    through.write_all(header).await.unwrap();
    assert!(get_page(&mut through, "/").await.ends_with("203.0.113.9"));
    // A trusted load balancer that says nothing is not served.
    let mut without = TcpStream::connect(running.address).await.unwrap();
    assert_eq!(get_page(&mut without, "/").await, "");

    let untrusted = Settings {
        proxy_protocol: true,
        ..Settings::default()
    };
    let running = start(untrusted, FEW).await;
    let mut client = TcpStream::connect(running.address).await.unwrap();
    assert!(get_page(&mut client, "/").await.ends_with("127.0.0.1"));
    let mut liar = TcpStream::connect(running.address).await.unwrap();
    liar.write_all(header).await.unwrap();
    let answer = get_page(&mut liar, "/").await;
    assert!(!answer.contains("203.0.113.9"), "{answer}");
}

/// A load balancer that names no client passes on what the client says of itself: that is not believed.
#[tokio::test]
async fn whom_a_load_balancer_does_not_name_names_nobody_either() {
    let running = start(behind_a_proxy(), FEW).await;
    let ask = async |first: &[u8]| {
        let mut through = TcpStream::connect(running.address).await.unwrap();
        through.write_all(first).await.unwrap();
        let request =
            b"GET /client HTTP/1.1\r\nhost: a\r\nx-forwarded-for: 198.51.100.1\r\nconnection: close\r\n\r\n";
        through.write_all(request).await.unwrap();
        read(&mut through).await
    };
    let local = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0";
    for unnamed in [&b"PROXY UNKNOWN\r\n"[..], local] {
        let answer = ask(unnamed).await;
        assert!(answer.ends_with("127.0.0.1"), "{answer}");
    }
    // Another proxy behind it, which is trusted, names whom it forwards for.
    let proxy = ask(b"PROXY TCP4 127.0.0.1 192.0.2.1 40000 443\r\n").await;
    assert!(proxy.ends_with("198.51.100.1"), "{proxy}");
}

#[tokio::test]
async fn connections_in_use_have_a_cap_and_further_ones_are_told() {
    let few = Caps { all: 4, address: 1 };
    let running = start(Settings::default(), few).await;
    let mut busy = TcpStream::connect(running.address).await.unwrap();
    let asked = get_page(&mut busy, "/slow");
    let meanwhile = async {
        running.barrier.wait().await;
        let mut further = TcpStream::connect(running.address).await.unwrap();
        let told = read(&mut further).await;
        running.barrier.wait().await;
        told
    };
    let (page, told) = tokio::join!(asked, meanwhile);
    assert!(page.ends_with("slow"), "{page}");
    assert!(
        told.starts_with("HTTP/1.1 503") && told.contains("retry-after: 5"),
        "{told}"
    );
}
