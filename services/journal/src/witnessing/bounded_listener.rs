//! A listener whose connections are few and short: one request each is all that another node needs. Who sends nothing, or opens
//! many connections, keeps no other node out.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::serve::Listener;
use onestop_chassis::settings::{Networks, subscriber};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Sleep,
};

/// So many connections at once; others wait to be accepted.
const MOST: usize = 32;
/// So many of one caller; a further one is closed. A trusted proxy calls for many.
const MOST_OF_CALLER: usize = 8;
/// How long a connection may last, whatever it does: the longest file has come by then.
const LONGEST: Duration = Duration::from_mins(2);
/// How long the head of the request may take.
const HEAD: Duration = Duration::from_secs(10);
/// How long nothing is accepted after the system refused, as it does where a process has no more files.
const PAUSE: Duration = Duration::from_secs(1);
/// How a head ends.
const END_OF_HEAD: &[u8; 4] = b"\r\n\r\n";

pub(crate) struct BoundedListener {
    listener: TcpListener,
    trusted_proxies: Networks,
    head: Duration,
    places: Arc<Semaphore>,
    callers: Callers,
}

impl BoundedListener {
    pub(crate) fn new(listener: TcpListener, trusted_proxies: Networks) -> Self {
        Self {
            listener,
            trusted_proxies,
            head: HEAD,
            places: Arc::new(Semaphore::new(MOST)),
            callers: Callers::default(),
        }
    }

    /// The place of a caller among those of its address; nothing if it has as many as it may have.
    fn caller(&self, from: IpAddr) -> Option<Caller> {
        let from = (!self.trusted_proxies.contain(from)).then(|| subscriber(from));
        self.callers.admit(from)
    }
}

impl Listener for BoundedListener {
    type Io = ShortConnection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (ShortConnection, SocketAddr) {
        loop {
            // The semaphore is never closed.
            let Ok(place) = Arc::clone(&self.places).acquire_owned().await else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            match self.listener.accept().await {
                Ok((stream, from)) => {
                    let Some(caller) = self.caller(from.ip()) else {
                        continue;
                    };
                    let connection = ShortConnection {
                        stream,
                        ends: Box::pin(tokio::time::sleep(LONGEST)),
                        head: Some(AwaitedHead::new(self.head)),
                        _caller: caller,
                        _place: place,
                    };
                    return (connection, from);
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// How many connections each caller has.
#[derive(Clone, Default)]
struct Callers(Arc<Mutex<HashMap<IpAddr, usize>>>);

impl Callers {
    /// Counts a connection until the return value is dropped; a proxy's is not counted.
    fn admit(&self, from: Option<IpAddr>) -> Option<Caller> {
        if let Some(from) = from {
            let mut connections = self.lock();
            let count = connections.entry(from).or_default();
            if *count >= MOST_OF_CALLER {
                return None;
            }
            *count += 1;
        }
        Some(Caller {
            callers: self.clone(),
            from,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        // Counts stay right if a holder of the lock panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection among those of its caller.
struct Caller {
    callers: Callers,
    /// Nothing of a proxy.
    from: Option<IpAddr>,
}

impl Drop for Caller {
    fn drop(&mut self) {
        let Some(from) = self.from else { return };
        let mut connections = self.callers.lock();
        if let Some(count) = connections.get_mut(&from) {
            *count -= 1;
            if *count == 0 {
                connections.remove(&from);
            }
        }
    }
}

/// The head of the request, which has not come yet.
struct AwaitedHead {
    by: Pin<Box<Sleep>>,
    end: EndOfHead,
}

impl AwaitedHead {
    fn new(within: Duration) -> Self {
        Self {
            by: Box::pin(tokio::time::sleep(within)),
            end: EndOfHead::default(),
        }
    }
}

/// How many bytes of the end of a head have come.
#[derive(Default)]
struct EndOfHead(usize);

impl EndOfHead {
    /// Whether the head ends in these bytes, which follow those of before.
    fn is_in(&mut self, bytes: &[u8]) -> bool {
        bytes.iter().any(|byte| {
            self.0 = if END_OF_HEAD.get(self.0) == Some(byte) {
                self.0 + 1
            } else {
                usize::from(*byte == END_OF_HEAD[0])
            };
            self.0 == END_OF_HEAD.len()
        })
    }
}

/// A connection that ends by itself.
pub(crate) struct ShortConnection {
    stream: TcpStream,
    ends: Pin<Box<Sleep>>,
    head: Option<AwaitedHead>,
    _caller: Caller,
    _place: OwnedSemaphorePermit,
}

impl ShortConnection {
    fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        let is_over = self.ends.as_mut().poll(context).is_ready();
        let head = self.head.as_mut();
        let is_late = head.is_some_and(|head| head.by.as_mut().poll(context).is_ready());
        if is_over || is_late {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(())
    }
}

impl AsyncRead for ShortConnection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Err(over) = self.check(context) {
            return Poll::Ready(Err(over));
        }
        let before = into.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, into);
        let new = into.filled().get(before..).unwrap_or_default();
        if self.head.as_mut().is_some_and(|head| head.end.is_in(new)) {
            self.head = None;
        }
        read
    }
}

impl AsyncWrite for ShortConnection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if let Err(over) = self.check(context) {
            return Poll::Ready(Err(over));
        }
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use axum::{Router, routing::get};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpSocket,
        task::JoinSet,
    };

    use super::*;

    /// Much less than a connection may last.
    const TIMEOUT: Duration = Duration::from_secs(60);

    /// A server that has its connections from a listener.
    async fn start(head: Duration, proxies: &str) -> (SocketAddr, JoinSet<io::Result<()>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let listener = BoundedListener {
            head,
            ..BoundedListener::new(listener, proxies.parse().unwrap())
        };
        let routes = Router::new().route("/", get(|| async { "here" }));
        let mut serving = JoinSet::new();
        serving.spawn(axum::serve(listener, routes).into_future());
        (address, serving)
    }

    /// A connection from an address of this machine.
    async fn connect(to: SocketAddr, from: [u8; 4]) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((from, 0).into()).unwrap();
        socket.connect(to).await.unwrap()
    }

    async fn read(stream: &mut TcpStream) -> String {
        let mut answer = Vec::new();
        let read = tokio::time::timeout(TIMEOUT, stream.read_to_end(&mut answer));
        // A connection that is closed with bytes unread is reset.
        let _ = read.await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    async fn ask(to: SocketAddr, from: [u8; 4]) -> String {
        let mut stream = connect(to, from).await;
        let request = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        stream.write_all(request).await.unwrap();
        read(&mut stream).await
    }

    #[tokio::test]
    async fn silent_connections_of_one_caller_keep_no_other_out() {
        let (address, _serving) = start(LONGEST, "").await;
        let mut silent = Vec::new();
        for _ in 0..2 * MOST {
            silent.push(connect(address, [127, 0, 0, 1]).await);
        }
        let answer = ask(address, [127, 0, 0, 2]).await;
        assert!(answer.ends_with("here"), "{answer}");
        // Those beyond the caller's own places were closed.
        assert_eq!(read(silent.last_mut().unwrap()).await, "");
    }

    /// Of a proxy, every node has the address.
    #[tokio::test]
    async fn a_trusted_proxy_has_all_places() {
        let (address, _serving) = start(LONGEST, "127.0.0.1").await;
        let mut silent = Vec::new();
        for _ in 0..2 * MOST_OF_CALLER {
            silent.push(connect(address, [127, 0, 0, 1]).await);
        }
        let answer = ask(address, [127, 0, 0, 1]).await;
        assert!(answer.ends_with("here"), "{answer}");
    }

    #[tokio::test]
    async fn a_connection_that_sends_no_whole_head_is_closed() {
        let (address, _serving) = start(Duration::from_millis(50), "").await;
        for sent in ["", "GET / HTTP/1.1\r\nhost: a\r\n"] {
            let mut slow = connect(address, [127, 0, 0, 1]).await;
            slow.write_all(sent.as_bytes()).await.unwrap();
            assert_eq!(read(&mut slow).await, "");
        }
    }

    #[test]
    fn a_head_ends_wherever_its_bytes_are_cut() {
        let ends = |parts: &[&str]| {
            let mut end = EndOfHead::default();
            parts.iter().any(|part| end.is_in(part.as_bytes()))
        };
        assert!(ends(&["GET / HTTP/1.1\r\n\r\n"]));
        assert!(ends(&["a\r", "\n\r", "\nbody"]));
        assert!(ends(&["a\r\n\r\r\n\r\n"]));
        assert!(!ends(&["a\r\n\r", "\r\n"]));
    }
}
